//===- Passes.h - Passes of codegen/loops ---------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PASSES_H
#define DLC_CODEGEN_LOOPS_PASSES_H

#include "dialects/kernel/KernelDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dlc::loops {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/loops/Passes.h.inc"
} // namespace dlc::loops

#endif
