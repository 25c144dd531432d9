//===- WideFunctions.cpp - Functions of an integer of 16 bits -------------===//

#include "compiler/quantize/Build.h"
#include "compiler/quantize/Table.h"
#include "compiler/quantize/functions/Piecewise.h"
#include "dialects/nn/search/NnSearchOps.h"
#include <cmath>

using namespace mlir;

namespace dlc::quantize {

/// The function from the least integer on.
static PiecewiseTask pieceTaskOf(const Samples &samples, IntegerType type,
                                 const Target &target) {
  PiecewiseTask task;
  task.least = reachOf(type).least;
  task.clamp = target.clamp;
  const double scale = target.scale.values.front().approximate();
  // Negative ones are behind the others.
  const size_t count = samples.numbers.size(),
               first = type.isUnsigned() ? 0 : count / 2;
  for (size_t i = 0; i < count; ++i) {
    double number = samples.numbers[(first + i) % count];
    double real = number / scale + double(target.zeroPoint);
    task.results.push_back(quantiseNear(number, target));
    task.reals.push_back(std::isnan(real) ? double(task.results.back()) : real);
  }
  return task;
}

static Value buildPiecewise(OpBuilder &builder, Location loc, Value integers,
                            const Piecewise &pieces, IntegerType storage) {
  std::vector<int32_t> words;
  for (const std::vector<int64_t> &row : pieces.coefficients)
    words.insert(words.end(), row.begin(), row.end());
  return nn::PiecewiseOp::create(
      builder, loc, RankedTensorType::get(typeOf(integers).getShape(), storage),
      integers, pieces.least, pieces.greatest, pieces.bits, pieces.breaks,
      words, pieces.shifts, pieces.shift, storage, pieces.clamp.least,
      pieces.clamp.greatest);
}

Value quantiseByPieces(OpBuilder &builder, StoredReader &stored, Value value,
                       const Target &target) {
  if (!target.scale.isOne())
    return {};
  auto samples = sampleFunction(builder, stored, value, /*bits=*/16);
  if (!samples)
    return {};
  auto type = cast<IntegerType>(typeOf(samples->integers).getElementType());
  if (int64_t(samples->numbers.size()) != int64_t(1) << type.getWidth())
    return {};
  auto pieces = choosePiecewise(pieceTaskOf(*samples, type, target));
  return pieces ? buildPiecewise(builder, value.getLoc(), samples->integers,
                                 *pieces, target.storage)
                : Value();
}

} // namespace dlc::quantize
