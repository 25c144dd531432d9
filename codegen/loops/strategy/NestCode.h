//===- NestCode.h - What is emitted around a nest's sums --------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_NESTCODE_H
#define DLC_CODEGEN_LOOPS_NESTCODE_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Addresses and the epilogue, of strategies that make loops of their own.
class NestCode {
protected:
  NestCode(StageContext &context, Nest &nest);

  mlir::Value index(int64_t value);
  mlir::Value plus(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  /// The constant and parallel part of an address, where `at` stands.
  mlir::Value startOf(const Linear &address);
  mlir::Value loadOperand(const Access &access);
  /// What the epilogue makes of a sum in which its input `bias` (-1: none) is
  /// already: `added` takes that one's place.
  llvm::SmallVector<mlir::Value>
  throughEpilogue(mlir::Value sum, int bias,
                  llvm::function_ref<mlir::Value()> added);

  StageContext &context;
  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  llvm::SmallVector<mlir::Value> at; // of the parallel dimensions, or null
};

} // namespace dlc::loops

#endif
