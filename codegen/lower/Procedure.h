//===- Procedure.h - Loops over memory, written one by one ------*- C++ -*-===//
//
// For what is no linalg.generic: searches, sorts, writes to computed places.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOWER_PROCEDURE_H
#define DLC_CODEGEN_LOWER_PROCEDURE_H

#include "codegen/lower/Build.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace dlc::lower {

/// Writes code at the place where it stands; a callback's goes into the loop or
/// branch that calls it.
class Code {
public:
  using Values = llvm::SmallVector<mlir::Value>;

  explicit Code(mlir::ImplicitLocOpBuilder &b) : b(b) {}

  mlir::ImplicitLocOpBuilder &builder() { return b; }

  // Positions.
  mlir::Value index(int64_t value) { return createIndex(b, value); }
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, int64_t y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, int64_t y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value min(mlir::Value x, mlir::Value y);
  mlir::Value isLess(mlir::Value x, mlir::Value y);
  mlir::Value isEqual(mlir::Value x, mlir::Value y);
  /// A position as an integer of memory, and back.
  mlir::Value store(mlir::Value position, mlir::Type integer);
  mlir::Value position(mlir::Value integer);

  mlir::Value constant(mlir::TypedAttr value);
  mlir::Value both(mlir::Value x, mlir::Value y);
  mlir::Value either(mlir::Value x, mlir::Value y);
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);

  // Elements of memrefs of one dimension.
  mlir::Value load(mlir::Value memory, mlir::Value at);
  void write(mlir::Value value, mlir::Value memory, mlir::Value at);

  /// For each position from 0, or `from`, to before `to`.
  void each(mlir::Value to, llvm::function_ref<void(mlir::Value)> body);
  void each(mlir::Value from, mlir::Value to,
            llvm::function_ref<void(mlir::Value)> body);
  /// The same with values that go from each to the next; gives the last.
  Values each(mlir::Value from, mlir::Value to, mlir::ValueRange initial,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  /// Values that depend on a condition.
  Values choose(mlir::Value condition, mlir::TypeRange types,
                llvm::function_ref<Values()> then,
                llvm::function_ref<Values()> otherwise);
  /// `test` says of the values so far whether there is another round, and what
  /// it is given `beside` them, of these types; `round` makes the next values.
  /// Gives the last ones, and what there was beside them.
  Values loop(
      mlir::ValueRange initial, mlir::TypeRange beside,
      llvm::function_ref<std::pair<mlir::Value, Values>(mlir::ValueRange)> test,
      llvm::function_ref<Values(mlir::ValueRange values,
                                mlir::ValueRange beside)>
          round);

private:
  mlir::ImplicitLocOpBuilder &b;
};

/// An arena.procedure: `body` gets the memory of `reads`, of the results and of
/// `scratch`, in this order.
llvm::SmallVector<mlir::Value>
createProcedure(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange reads,
                llvm::ArrayRef<mlir::Type> makes,
                llvm::ArrayRef<mlir::MemRefType> scratch,
                llvm::function_ref<void(Code &, mlir::ValueRange)> body);

/// Whether what can be a nest, too, is a procedure: on a machine whose code has
/// an order. Where no machine is named, as in tests, nests are what MLIR's own
/// passes can go on with.
bool prefersProcedures(mlir::Operation *op);
/// Whether there can be procedures; on a GPU threads have no order.
bool takesProcedures(mlir::Operation *op);

} // namespace dlc::lower

#endif
