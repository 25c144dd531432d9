//===- Passes.h - Passes of codegen/math ----------------------------------===//

#ifndef DLC_CODEGEN_MATH_PASSES_H
#define DLC_CODEGEN_MATH_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace dlc::math {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/math/Passes.h.inc"
} // namespace dlc::math

#endif // DLC_CODEGEN_MATH_PASSES_H
