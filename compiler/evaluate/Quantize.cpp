//===- Quantize.cpp - Evaluation of quantisation --------------------------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
/// Scale and zero point of each element: one pair, or one for each position on
/// the axis.
struct Parameters {
  SmallVector<double> scale, zeroPoint;
  int64_t inner = 1; // elements that share a pair

  Parameters(const Tensor &input, Operands operands, bool hasZeroPoint,
             int64_t axis)
      : scale(operands[1].values<double>()) {
    zeroPoint.assign(scale.size(), 0);
    if (hasZeroPoint)
      zeroPoint = operands[2].values<double>();
    if (scale.size() > 1)
      inner =
          AxisView(input.getShape(), axis < 0 ? axis + input.getRank() : axis)
              .inner;
  }
  size_t at(int64_t element) const {
    return scale.size() == 1 ? 0 : element / inner % scale.size();
  }
};
} // namespace

template <typename Fn>
static Tensor mapElements(RankedTensorType type, const Tensor &operand, Fn fn) {
  Tensor result = Tensor::zeros(type);
  double values[maxRow];
  for (int64_t begin = 0, e = type.getNumElements(); begin < e;
       begin += maxRow) {
    size_t length = std::min(maxRow, e - begin);
    operand.load<double>(begin, 1, {values, length});
    for (size_t i = 0; i < length; ++i)
      values[i] = fn(begin + i, values[i]);
    result.store<double>(begin, {values, length});
  }
  return result;
}

/// The nearest number of a float type.
static double rounded(FloatType type, double value) {
  if (type.isF32())
    return float(value);
  llvm::APFloat number(value);
  bool losesInfo;
  number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.convertToDouble();
}

LogicalResult dlc::evaluate::compute(nn::QuantizeOp op, Operands operands,
                                     Results &results) {
  Parameters parameters(operands[0], operands, bool(op.getZeroPoint()),
                        op.getAxis());
  // ONNX divides in the scale's precision; store saturates.
  auto precision = cast<FloatType>(operands[1].getElementType());
  results.push_back(
      mapElements(resultType(op), operands[0], [&](int64_t i, double x) {
        size_t p = parameters.at(i);
        double quotient = rounded(precision, x / parameters.scale[p]);
        return std::nearbyint(quotient) + parameters.zeroPoint[p];
      }));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::DequantizeOp op, Operands operands,
                                     Results &results) {
  Parameters parameters(operands[0], operands, bool(op.getZeroPoint()),
                        op.getAxis());
  results.push_back(
      mapElements(resultType(op), operands[0], [&](int64_t i, double x) {
        size_t p = parameters.at(i);
        return (x - parameters.zeroPoint[p]) * parameters.scale[p];
      }));
  return success();
}
