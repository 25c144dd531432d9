//===- IntegerCode.h - Loops and addresses around kernels -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERCODE_H
#define DLC_CODEGEN_LOOPS_INTEGERCODE_H

#include "codegen/loops/integer/IntegerStage.h"
#include "codegen/loops/strategy/NestCode.h"

namespace dlc::loops {

/// What emitters of integer kernels have in common.
class IntegerCode : protected NestCode {
protected:
  using NestCode::NestCode;

  /// A loop; `body` is emitted for its variable. One step is no loop.
  void forEach(mlir::Value lower, mlir::Value upper,
               llvm::function_ref<void(mlir::Value)> body);
  void forEach(int64_t count, llvm::function_ref<void(mlir::Value)> body);
  /// Loops over all of these dimensions, the first one outermost.
  void forEachOf(llvm::ArrayRef<unsigned> dims,
                 llvm::function_ref<void()> body);
  mlir::Value addressOf(mlir::Value buffer);
  /// Does to a sum what the epilogue does, but for the bias where that is in
  /// the sum, and stores it.
  void storeThroughEpilogue(mlir::Value sum, const StageSums &sums);
  /// Does to a byte that is the result of the epilogue's first part what
  /// follows, and stores it.
  /// Bytes may be those of neighbouring features, as a vector.
  void storeThroughRest(mlir::Value bytes, const StageSums &sums);
  /// Whether what the rest of the epilogue reads lies side by side, too.
  bool restIsInVectors(const StageSums &sums) const;

private:
  mlir::Value loadOperands(const Access &access, int feature, int64_t lanes);
};

} // namespace dlc::loops

#endif
