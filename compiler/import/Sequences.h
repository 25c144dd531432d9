//===- Sequences.h - Values that are no tensors -----------------*- C++ -*-===//
//
// A sequence is a list of tensors that is known when compiling; the code never
// sees one. While a model is imported it is a value whose maker has the
// elements as operands. An optional value is the tensor or sequence, or a value
// that stands for nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_SEQUENCES_H
#define DLC_COMPILER_IMPORT_SEQUENCES_H

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace dlc::import {

mlir::Value makeSequence(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::ValueRange elements);
mlir::Value makeNothing(mlir::OpBuilder &builder, mlir::Location loc);

/// The elements of a sequence; nullopt for other values.
std::optional<mlir::OperandRange> elementsOf(mlir::Value value);
bool isNothing(mlir::Value value);
/// Whether it is one of ONNX's tensors.
bool isTensor(mlir::Value value);

} // namespace dlc::import

#endif
