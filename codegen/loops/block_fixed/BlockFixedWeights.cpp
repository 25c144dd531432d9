//===- BlockFixedWeights.cpp - Weights as integers ------------------------===//

#include "codegen/loops/block_fixed/BlockFixedWeights.h"
#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace dlc::loops {

unsigned blockFixedBits(int64_t depth, bool limbs) {
  unsigned most = limbs ? 2 * kLimbBits : 30;
  return std::min<unsigned>(most, (62 - llvm::Log2_64_Ceil(depth)) / 2);
}

int32_t toLimbs(int32_t integer) {
  int32_t high = (integer + (1 << (kLimbBits - 1))) >> kLimbBits;
  int32_t low = integer - high * (1 << kLimbBits);
  return static_cast<int32_t>(static_cast<uint32_t>(high) << 16 |
                              (static_cast<uint32_t>(low) & 0xffff));
}

FixedBlock makeFixedBlock(ArrayRef<float> values, unsigned bits) {
  float largest = 0;
  for (float value : values)
    largest = std::max(largest, std::fabs(value));
  FixedBlock block;
  // Any exponent will do for zeros; this one keeps sums in the usual range.
  block.exponent = largest > 0 ? std::ilogb(largest) + 127 : 127;
  for (float value : values) {
    double scaled = std::ldexp(static_cast<double>(value),
                               126 + static_cast<int>(bits) - block.exponent);
    auto integer = static_cast<int32_t>(std::nearbyint(scaled));
    if (integer == 0 && value != 0)
      integer = value < 0 ? -1 : 1;
    block.integers.push_back(integer);
  }
  return block;
}

/// Calls `fn` with the source position of each channel in order, -1 for the
/// channels that fill the last block of a group.
template <typename Fn> void BlockFixedWeights::forEachChannel(Fn fn) const {
  forEachPosition(order, order.outer, order.source.constant, [&](int64_t base) {
    for (int64_t n = 0; n < paddedFeatures(); ++n)
      fn(n < features ? base + n * featureStride : -1);
  });
}

int64_t BlockFixedWeights::paddedFeatures() const {
  return llvm::alignTo(features, block);
}

int64_t BlockFixedWeights::channels() const {
  return paddedFeatures() * order.count(order.outer);
}

SmallVector<MemRefType> BlockFixedWeights::constants() const {
  return {MemRefType::get({elements()}, order.element)};
}

SmallVector<ElementsAttr>
BlockFixedWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<nn::ConstantData> data = nn::readConstant(operands.front());
  if (!data)
    return {};
  std::vector<char> bytes(elements() * sizeof(int32_t));
  auto *to = reinterpret_cast<int32_t *>(bytes.data());
  int64_t depth = order.depth();
  int32_t *exponents = to + channels() * depth;
  SmallVector<float> values;
  int64_t channel = 0;
  forEachChannel([&](int64_t start) {
    values.assign(start < 0 ? depth : 0, 0.0f);
    if (start >= 0)
      forEachPosition(order, order.reduction, start, [&](int64_t position) {
        values.push_back(data->get<float>(position));
      });
    FixedBlock integers = makeFixedBlock(values, bits);
    int64_t lane = channel % block;
    int32_t *first = to + (channel - lane) * depth + lane;
    for (auto [k, integer] : llvm::enumerate(integers.integers))
      first[k * block] = limbs ? toLimbs(integer) : integer;
    exponents[channel++] = weightScale(integers.exponent, bits);
  });
  auto type = RankedTensorType::get({elements()}, order.element);
  return {nn::makeConstant(type, std::move(bytes))};
}

} // namespace dlc::loops
