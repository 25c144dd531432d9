//===- Compute.h - Arithmetic on rows of numbers, as nn ops -----*- C++ -*-===//
//
// What decodes a network's answer is written with these. Shapes are known to
// those who call them; a row is [1, n].
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_COMPUTE_H
#define DLC_COMPILER_PREPARE_ANSWERS_COMPUTE_H

#include "dialects/nn/NnOps.h"
#include "mlir/IR/Builders.h"
#include <tuple>

namespace dlc::prepare {

class Compute {
public:
  using Value = mlir::Value;

  Compute(mlir::OpBuilder &b, mlir::Location loc) : b(&b), loc(loc) {}

  // Element by element, with broadcasting.
  Value add(Value x, Value y);
  Value sub(Value x, Value y);
  Value mul(Value x, Value y);
  Value div(Value x, Value y);
  Value larger(Value x, Value y);
  Value smaller(Value x, Value y);
  Value clipBelow(Value x, double least);
  Value round(Value x);
  Value sigmoid(Value x);
  Value softmax(Value row);
  Value exp(Value x);
  /// Of integers that are not negative.
  Value quotient(Value x, int64_t divisor);
  Value remainder(Value x, int64_t divisor);
  Value greater(Value x, Value y);
  Value equal(Value x, Value y);
  Value both(Value x, Value y);
  Value either(Value x, Value y);
  Value negated(Value x); ///< of i1
  Value select(Value condition, Value yes, Value no);
  Value cast(Value x, mlir::Type element);
  Value asFloat(Value x);

  // Stored integers.
  /// What `x` is dequantised by, if it is by one scale; else null.
  nn::DequantizeOp storedByOneScale(Value x);
  /// Other integers of that scale and zero point.
  Value dequantizeLike(Value integers, nn::DequantizeOp other) {
    return dequantize(integers, other.getScale(), other.getZeroPoint());
  }
  /// Of one scale.
  Value dequantize(Value integers, float scale, int32_t zeroPoint);
  Value dequantize(Value integers, Value scale, Value zeroPoint);

  // Constants: one number of x's type; [n, 1] and [rows, n] of f32; 0, 1 ... as
  // a row of i32.
  Value scalar(Value x, double number);
  Value column(llvm::ArrayRef<float> numbers);
  Value matrix(llvm::ArrayRef<float> numbers, int64_t rows);
  Value numbersTo(int64_t count);
  /// A position as numbersTo has it.
  Value likeNumbers(Value position);

  // Parts and shapes.
  Value part(Value x, int64_t axis, int64_t begin, int64_t size);
  Value rows(Value x, int64_t begin, int64_t size) {
    return part(x, 0, begin, size);
  }
  Value joined(mlir::ValueRange parts, int64_t axis);
  Value asRow(Value x);
  /// [1, m, n] as [m, n].
  Value withoutBatch(Value x);
  /// [1, n, 1] as [1, n].
  Value withoutLast(Value x);
  /// [1, m, h, w] as [m, h * w].
  Value cellsOf(Value x);
  Value transposed(Value x); ///< [m, n] as [n, m]
  Value permuted(Value x, llvm::ArrayRef<int64_t> order);
  Value reshape(Value x, llvm::ArrayRef<int64_t> shape);
  int64_t columnsOf(Value x) const;

  // Choosing.
  Value largest(Value x, int64_t axis); ///< of [1, m, n]: without the axis
  Value largestAround(Value x); ///< of 3 x 3 of [1, m, h, w], in its shape
  /// As i64, without the axis: the first one of equal ones.
  Value positionOfLargest(Value x, int64_t axis = 1);
  /// The largest of a row and where they are, the largest first.
  std::pair<Value, Value> best(Value row, int64_t count);
  /// Where the largest of a row are that are above a level, if there is one,
  /// the largest first: [most] of i32. Behind as many as there are, [1, most]
  /// of i1, places are 0.
  std::pair<Value, Value> bestAbove(Value row, int64_t most,
                                    std::optional<double> level);
  /// The same of boxes that overlap no better one, of their class where there
  /// are `classes`, and their number, one of i32; boxes and scores as
  /// nn.keep_apart has them.
  std::tuple<Value, Value, Value> keptApart(Value boxes, Value scores,
                                            Value classes, int64_t most,
                                            double iou, double score);
  Value columnsAt(Value x, Value places); ///< of [m, n]
  Value columnAt(Value x, Value place) { return columnsAt(x, place); }
  Value rowsAt(Value x, Value places); ///< of [m, n]
  /// Where the smallest of a row are, the smallest first.
  Value orderOfSmallest(Value row, int64_t count);
  /// The smallest of a row: [1, 1].
  Value smallest(Value row);
  /// Of a row: [1].
  Value sum(Value row) { return sum(row, 1); }
  Value sum(Value x, int64_t axis); ///< without the axis
  Value matrixProduct(Value x, Value y);

  // One after the other.
  /// `step` is given each row of [n, m], as [m, 1], and the table as the step
  /// before has left it; it gives the next table and [1, 1]. The last table,
  /// and these as [1, n].
  using Step = llvm::function_ref<std::pair<Value, Value>(Compute c, Value row,
                                                          Value table)>;
  std::pair<Value, Value> forEachRow(Value rows, Value table, Step step);

  /// `step` is given each of `places` ([n] of i32) that `exists` ([1, n] of i1)
  /// and `shared` where it stands; it gives [numbers, 1] of `element` for each
  /// of `sizes`, which are numbers. These as [n, numbers]; what does not exist
  /// is not computed, and `missing` everywhere.
  using Find = llvm::function_ref<mlir::FailureOr<llvm::SmallVector<Value>>(
      Compute c, Value place, mlir::ValueRange shared)>;
  mlir::FailureOr<llvm::SmallVector<Value>>
  forEachFound(Value places, Value exists, mlir::ValueRange shared,
               llvm::ArrayRef<int64_t> sizes, mlir::Type element,
               double missing, Find step);

private:
  /// Of so many, the first `count`.
  Value first(Value count, int64_t many);

  mlir::OpBuilder *b;
  mlir::Location loc;
};

} // namespace dlc::prepare

#endif
