//===- IntegerEmitter.h - Sums of integers as kernels -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGEREMITTER_H
#define DLC_CODEGEN_LOOPS_INTEGEREMITTER_H

#include "codegen/loops/integer/IntegerPlan.h"
#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A tile of positions is gathered into scratch and widened, then one kernel
/// computes all columns of it: [outer loops][tiles][positions of a tile].
class IntegerEmitter {
public:
  IntegerEmitter(StageContext &context, Nest &nest, const IntegerPlan &plan);

  void emit();

private:
  mlir::Value index(int64_t value);
  mlir::Value plus(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  /// A loop; `body` is emitted for its variable. One step is no loop.
  void forEach(mlir::Value lower, mlir::Value upper,
               llvm::function_ref<void(mlir::Value)> body);
  void forEach(int64_t count, llvm::function_ref<void(mlir::Value)> body);
  mlir::Value addressOf(mlir::Value buffer);
  /// The constant and parallel part of an address, where `at` stands.
  mlir::Value startOf(const Linear &address);
  void setPosition(mlir::Value position);
  kernel::InstructionsAttr instructions();
  kernel::ProductsAttr products();

  void emitOuter(llvm::ArrayRef<unsigned> outer);
  void emitTiles();
  void emitTile(mlir::Value start, int64_t positions);

  // The left operand (IntegerGather.cpp).
  struct Bounds {
    mlir::Value lower, upper; // null: the whole run
  };
  void gather(mlir::Value start, int64_t positions);
  void gatherPosition(mlir::Value target, int64_t positions);
  Bounds boundsOf(const IntegerRun &run);
  mlir::Value isPartial(llvm::ArrayRef<Bounds> bounds);
  void fillGroups(mlir::Value target, int64_t positions);
  void fillBytes();
  void widenRuns(llvm::ArrayRef<IntegerRun> runs, llvm::ArrayRef<Bounds> bounds,
                 mlir::Value source, mlir::Value target, int64_t positions);
  void copyRuns(llvm::ArrayRef<IntegerRun> runs, mlir::Value source,
                mlir::Value target);
  void moveRuns(llvm::ArrayRef<IntegerRun> runs, llvm::ArrayRef<Bounds> bounds,
                mlir::Value source, mlir::Value target);
  void widen(mlir::Value source, mlir::Value target, mlir::Value groups,
             int64_t positions, bool aligned);

  // Columns and results.
  void multiply(mlir::Value start, int64_t positions);
  void columns(mlir::Value right, mlir::Value blocks, mlir::Value result,
               int64_t positions, int64_t stride);
  void storeThroughEpilogue(mlir::Value sum);
  mlir::Value loadOperand(const Access &access);

  StageContext &context;
  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  const IntegerPlan &plan;
  std::shared_ptr<const IntegerColumns> encoding;
  llvm::SmallVector<mlir::Value> at; // of the parallel dimensions, or null
  mlir::Value tile;                  // i32
  mlir::Value bytes;                 // i8, one position's
  mlir::Value stream;                // i32
  mlir::Value sums;                  // i32, a block of columns
};

} // namespace dlc::loops

#endif
