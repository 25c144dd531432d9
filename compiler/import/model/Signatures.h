//===- Signatures.h - Operators of domains that are not ONNX's ------------===//

#ifndef DLC_COMPILER_IMPORT_MODEL_SIGNATURES_H
#define DLC_COMPILER_IMPORT_MODEL_SIGNATURES_H

#include "llvm/ADT/ArrayRef.h"

namespace dlc::import {

/// Operands are "name:type", with '?' behind when they may be left out and '*'
/// when they are many of mixed types. Types are "variable=type,type ...".
/// An operator of ONNX's own domain begins with ':'. Attributes are
/// "name:kind", with '!' behind when they must be given.
struct Signature {
  const char *op, *inputs, *outputs, *types, *attributes;
};

/// Adds these operators to ONNX's registry, as of `version` of `domain`, whose
/// versions are 1 to that one. Their nodes are then checked as those of ONNX
/// are: number of operands, element types, attributes.
void registerSchemas(const char *domain, int version,
                     llvm::ArrayRef<Signature> signatures);

// Those that have an import function; nothing happens when called again.
void registerMicrosoftSchemas();
void registerQonnxSchemas();

} // namespace dlc::import

#endif
