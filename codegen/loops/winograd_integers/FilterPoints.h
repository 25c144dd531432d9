//===- FilterPoints.h - Points of filters that the stage makes --*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_FILTERPOINTS_H
#define DLC_CODEGEN_LOOPS_FILTERPOINTS_H

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/winograd_integers/IntegerWinograd.h"

namespace dlc::loops {

/// The right operand of kernel.winograd_columns for one block of features, in
/// scratch memory.
class FilterPoints : private IntegerCode {
public:
  /// `constants`: those of IntegerWinogradWeights, as filters.
  FilterPoints(StageContext &context, Nest &nest,
               const IntegerWinogradPlan &plan,
               llvm::ArrayRef<mlir::Value> constants);

  /// Makes that of a block.
  void emit(mlir::Value block);
  /// Before, the memory may hold something else.
  mlir::Value address() { return addressOf(halfwords); }

private:
  void copyWord(mlir::Value from, mlir::Value to);

  const IntegerWinogradPlan &plan;
  mlir::Value bytes, words; // i8, i32
  mlir::Value halfwords;    // i16: what is made
};

} // namespace dlc::loops

#endif
