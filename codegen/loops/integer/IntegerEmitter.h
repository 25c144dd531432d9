//===- IntegerEmitter.h - Sums of integers as kernels -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGEREMITTER_H
#define DLC_CODEGEN_LOOPS_INTEGEREMITTER_H

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/integer/IntegerPlan.h"

namespace dlc::loops {

/// A tile of positions is gathered into scratch and widened, or stays where it
/// lies, then one kernel computes all columns of it: [outer loops][tiles]
/// [positions of a tile].
class IntegerEmitter : IntegerCode {
public:
  IntegerEmitter(StageContext &context, Nest &nest, const IntegerPlan &plan);

  void emit();

private:
  void setPosition(mlir::Value position);
  kernel::InstructionsAttr instructions();
  kernel::ProductsAttr products();

  void emitPanels();
  void emitGaps();
  void emitPanel(mlir::Value panel);
  mlir::Value makeTable(mlir::Value codes, int64_t bits);
  mlir::Value wordAt(mlir::Value constant, mlir::Value which);
  void atFeature(mlir::Value feature);
  void emitTiles();
  void emitTile(mlir::Value start, int64_t positions);

  // The left operand (IntegerGather.cpp).
  struct Bounds {
    mlir::Value lower, upper; // null: the whole run
  };
  void gather(mlir::Value start, int64_t positions);
  void ifInside(mlir::Value start, int64_t positions,
                llvm::function_ref<void(bool)> body);
  void gatherElements(mlir::Value start, int64_t positions, bool inside);
  void gatherRuns(mlir::Value to, bool inside);
  void widenGathered(int64_t positions);
  bool isEven();
  mlir::Value isInside(mlir::Value start, int64_t positions);
  void widenTile(llvm::ArrayRef<Run> runs, mlir::Value source,
                 mlir::Value target, int64_t positions);
  mlir::IntegerType stored();
  void gatherPosition(mlir::Value target, int64_t positions);
  Bounds boundsOf(const Run &run);
  mlir::Value isPartial(llvm::ArrayRef<Bounds> bounds);
  void fillGroups(mlir::Value target, int64_t positions);
  void fillElements(mlir::Value to, int64_t count);
  void widenRuns(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                 mlir::Value source, mlir::Value target, int64_t positions);
  void copyRuns(llvm::ArrayRef<Run> runs, mlir::Value source,
                mlir::Value target);
  void moveRuns(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                mlir::Value source, mlir::Value target);
  void widen(mlir::Value source, mlir::Value target, mlir::Value groups,
             int64_t positions, bool aligned);

  // Columns and results.
  void makeCodeTable();
  mlir::Value leftOperand(mlir::Value start);
  mlir::Value dataAddress();
  void multiply(mlir::Value start, int64_t positions);
  void storeSums(mlir::Value start, int64_t positions, mlir::Value from,
                 int64_t count);
  void finishParts(mlir::Value start, int64_t positions);
  void columns(mlir::Value left, mlir::Value right, mlir::Value blocks,
               mlir::Value result, int64_t positions, int64_t stride);

  const IntegerPlan &plan;
  std::shared_ptr<const IntegerColumns> encoding;
  mlir::Value tile;     // i32
  mlir::Value gathered; // as the data
  mlir::Value stream;   // i32
  mlir::Value table;    // i32, of codes
  mlir::Value sums;     // i32, a block of columns, or all
  mlir::Value parts;    // i8, results of a tile in parts
  mlir::Value first;    // feature of a panel; null where there are none
};

} // namespace dlc::loops

#endif
