//===- Numbers.cpp - Bytes become numbers: mean and scale -----------------===//

#include "compiler/prepare/Numbers.h"
#include "compiler/prepare/ImageBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

LogicalResult Numbers::add(const Step &step, int64_t channels) {
  std::vector<double> each = step.numbers;
  if (each.size() == 1)
    each.assign(channels, each.front());
  if (static_cast<int64_t>(each.size()) != channels)
    return emitError(step.loc)
           << nameOf(step.kind) << " has " << step.numbers.size()
           << " numbers for " << channels << " channels: write one, or "
           << channels;
  steps.push_back({step.kind, step.loc, std::move(each)});
  return success();
}

void Numbers::reverseChannels() {
  for (Affine &affine : steps)
    std::reverse(affine.each.begin(), affine.each.end());
}

ByteNumbers Numbers::ofChannel(size_t channel) const {
  ByteNumbers numbers;
  for (const Affine &affine : steps) {
    double number = affine.each[channel];
    if (affine.kind == Step::Mean)
      numbers.offset -= number;
    else
      numbers = {numbers.scale / number, numbers.offset / number};
  }
  return numbers;
}

std::pair<double, double> Numbers::range() const {
  size_t channels = steps.empty() ? 1 : steps.front().each.size();
  double least = INFINITY, most = -INFINITY;
  for (size_t channel = 0; channel < channels; ++channel) {
    ByteNumbers numbers = ofChannel(channel);
    for (double value :
         {numbers.offset, 255 * numbers.scale + numbers.offset}) {
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  return {least, most};
}

Value Numbers::build(OpBuilder &b, Location loc, Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  RankedTensorType floats = type.clone(b.getF32Type());
  Value value = nn::CastOp::create(b, loc, floats, image);
  auto channels = RankedTensorType::get({type.getDimSize(2)}, b.getF32Type());
  for (const Affine &affine : steps) {
    Location place = stepLocation(affine.loc, nameOf(affine.kind));
    SmallVector<float> each(affine.each.begin(), affine.each.end());
    Value constant = arith::ConstantOp::create(
        b, place, DenseElementsAttr::get(channels, ArrayRef<float>(each)));
    value = affine.kind == Step::Mean
                ? Value(nn::SubOp::create(b, place, floats, value, constant))
                : Value(nn::DivOp::create(b, place, floats, value, constant));
  }
  return value;
}
