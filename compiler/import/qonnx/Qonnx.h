//===- Qonnx.h - Import of QONNX's operators ------------------------------===//
//
// What Brevitas, QKeras and FINN write for values on grids of few bits: domain
// qonnx.custom_op.general, in older files onnx.brevitas or
// finn.custom_op.general. https://github.com/fastmachinelearning/qonnx defines
// the operators.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_QONNX_QONNX_H
#define DLC_COMPILER_IMPORT_QONNX_QONNX_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// Whether these operators are known under `domain`.
bool isQonnxDomain(llvm::StringRef domain);

// ImportQuant.cpp
void importBipolarQuant(Node &n);
void importQuant(Node &n);
void importTrunc(Node &n);

// ImportMultiThreshold.cpp
void importMultiThreshold(Node &n);

} // namespace dlc::import

#endif
