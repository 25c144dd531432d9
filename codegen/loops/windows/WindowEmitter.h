//===- WindowEmitter.h - Sums of bytes on windows as kernels ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_WINDOWEMITTER_H
#define DLC_CODEGEN_LOOPS_WINDOWEMITTER_H

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/windows/WindowPlan.h"

namespace dlc::loops {

/// [outer loops][strips]: the rows of a strip are copied into scratch memory,
/// then kernels compute all positions of it.
class WindowEmitter : IntegerCode {
public:
  WindowEmitter(StageContext &context, Nest &nest, const WindowPlan &plan)
      : IntegerCode(context, nest), plan(plan) {}

  void emit();

private:
  kernel::InstructionsAttr instructions();

  void emitStrips();
  void emitStrip(mlir::Value start, int64_t count);

  // The left operand.
  void copyRow(mlir::Value row, int64_t count);
  void copyWhatExists(mlir::Value source, mlir::Value target, int64_t count);
  void gather(int64_t count);
  void move(mlir::Value source, mlir::Value target, mlir::Value bytes,
            bool flipped);
  void fill(mlir::Value target, mlir::Value bytes);
  /// Where a guard's position stands at the start of a strip; `row` is null for
  /// those within a row.
  mlir::Value positionOf(const Guard &guard, mlir::Value row);

  // Products and results.
  void windows(mlir::Value result, int64_t first, int64_t count,
               IntegerTile tile, int64_t stride);
  void finish(mlir::Value start, int64_t count);

  const WindowPlan &plan;
  bool padded = false;        // the ends of rows hold the padding already
  mlir::Value rows, gathered; // i8
  mlir::Value results;        // of a strip, before the rest of the epilogue
  mlir::Value stream;         // i32
};

} // namespace dlc::loops

#endif
