//===- StageCode.h - Code of a stage that has no body -----------*- C++ -*-===//
//
// Stages of pixels and of sound are compiled by themselves: what goes with them
// is a module of LLVM's with one function, and memory that it works in.
//
//===----------------------------------------------------------------------===//
#ifndef DLC_CODEGEN_BITCODE_STAGECODE_H
#define DLC_CODEGEN_BITCODE_STAGECODE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::bitcode {

/// Attaches a module of LLVM's, in bitcode, to a stage (`dlc.code`).
void attachCode(mlir::func::FuncOp stage, llvm::StringRef bitcode);

/// Gives a stage one more argument behind all others, of `bytes` bytes at
/// addresses divisible by `align`, and each call of it a buffer of the arena
/// that is called as the call's node, then `.what`. Without bytes nothing
/// changes.
mlir::LogicalResult addMemory(mlir::ModuleOp module, mlir::func::FuncOp stage,
                              int64_t bytes, int64_t align,
                              llvm::StringRef what);

} // namespace dlc::bitcode

#endif // DLC_CODEGEN_BITCODE_STAGECODE_H
