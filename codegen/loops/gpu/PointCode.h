//===- PointCode.h - What a thread does for a point -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_POINTCODE_H
#define DLC_CODEGEN_LOOPS_POINTCODE_H

#include "codegen/loops/gpu/PointSchedule.h"
#include "codegen/loops/gpu/ThreadCode.h"

namespace dlc::loops {

/// A thread that computes a point: so many elements side by side.
class PointCode : public ThreadCode {
protected:
  PointCode(StageContext &context, const Problem &problem,
            const PointSchedule &points)
      : ThreadCode(context, problem), points(points) {}

  /// Sets `at` to the first element of a point.
  void locate(mlir::Value point);
  /// What a point needs of an access: a run, or an element for all lanes.
  mlir::Value read(const Access &access);
  /// What each input of the nest gives to the body.
  llvm::SmallVector<mlir::Value> readInputs();
  /// Takes sums through the epilogue to where the results are wanted.
  void finish(llvm::SmallVector<mlir::Value> results);

private:
  const PointSchedule &points;
};

} // namespace dlc::loops

#endif
