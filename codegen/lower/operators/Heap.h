//===- Heap.h - The best elements so far, in memory -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_OPERATORS_HEAP_H
#define DLC_CODEGEN_LOWER_OPERATORS_HEAP_H

#include "codegen/lower/Procedure.h"

namespace dlc::lower {

/// What makes an element better than another.
struct HeapOrder {
  mlir::Type element;      ///< as the nn dialect has it
  bool largest;            ///< or the smallest
  bool nanIsWorst = false; ///< or above all numbers
};

/// Elements and their numbers. The root is the worst one, of equal ones that of
/// the largest number. Floats are compared as integers in their order, which a
/// core without a floating-point unit does in a few instructions.
class Heap {
public:
  using Value = mlir::Value;

  /// `keys` are integers of the elements' width, `numbers` i32.
  Heap(Code &code, HeapOrder order, Value keys, Value numbers);

  /// What is compared in an element's place.
  Value keyOf(Value x);
  /// The key that none is worse than.
  mlir::TypedAttr worstKey();
  Value isBetter(Value x, Value y);
  Value isNoWorse(Value x, Value y);

  void put(Value at, Value key, Value number);
  /// Puts an element in the place of that at `from`, or below it, in a heap of
  /// `size`.
  void sink(Value from, Value key, Value number, Value size);
  /// Makes a heap of the first `size` elements.
  void build(Value size);
  /// Puts those of a heap of `size` in their order, the best first.
  void sort(Value size);

private:
  Value isWorse(Value key, Value number, Value otherKey, Value otherNumber);

  Code &code;
  mlir::ImplicitLocOpBuilder &b;
  Value keys, numbers;
  HeapOrder order;
  mlir::Type compared;
};

} // namespace dlc::lower

#endif
