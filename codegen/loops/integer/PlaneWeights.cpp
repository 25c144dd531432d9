//===- PlaneWeights.cpp - Filters of single channels ----------------------===//

#include "codegen/loops/integer/IntegerPlanes.h"
#include "dialects/nn/Constants.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kChannels = 4;
constexpr int64_t kHalf = std::numeric_limits<int16_t>::max();
/// Of three weights in a word: bytes less a zero point.
constexpr int64_t kFieldBits = 10, kField = (1 << kFieldBits) - 1;

/// How often a column's weights and sums can be doubled.
unsigned mostScale(const ColumnSums &sums, const Column &column) {
  int64_t largest = 1;
  for (int64_t weight : column.weights)
    largest = std::max(largest, std::abs(weight));
  SumRange range = sumRange(sums, column);
  unsigned scale = 0;
  auto fits = [&](unsigned by) {
    SumRange scaled{range.least * (int64_t(1) << by),
                    range.greatest * (int64_t(1) << by)};
    return largest << by <= kHalf && scaled.fits(32);
  };
  while (fits(scale + 1))
    ++scale;
  return scale;
}
} // namespace

int64_t planeShift(const ColumnSums &sums, const std::vector<Column> &columns) {
  int64_t shift = std::numeric_limits<int64_t>::max();
  for (const Column &column : columns)
    shift =
        std::min(shift, largestShift(*column.rescale, mostScale(sums, column)));
  return shift;
}

std::optional<std::vector<PlaneFactor>>
planeFactors(const ColumnSums &sums, const std::vector<Column> &columns,
             int64_t shift) {
  std::optional<int64_t> addend = addendAt(*columns.front().rescale, shift);
  if (shift < 1 || !addend)
    return std::nullopt;
  std::vector<PlaneFactor> factors;
  for (const Column &column : columns) {
    SumRange range = sumRange(sums, column);
    int64_t missing = shift - largestShift(*column.rescale, 0);
    PlaneFactor factor;
    factor.scale = static_cast<unsigned>(
        std::clamp<int64_t>(missing, 0, mostScale(sums, column)));
    auto multiplier =
        highMultiplier(*column.rescale, {factor.scale, shift, *addend}, range);
    if (!multiplier || !range.fits(32))
      return std::nullopt;
    factor.multiplier = *multiplier;
    factors.push_back(factor);
  }
  return factors;
}

SmallVector<MemRefType> PlaneWeights::constants() const {
  MLIRContext *context = sums.order.element.getContext();
  return {MemRefType::get({groups() * groupWords()},
                          IntegerType::get(context, 32))};
}

SmallVector<ElementsAttr>
PlaneWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  std::vector<PlaneFactor> factors(columns->size());
  if (!limbs && !storesWide()) {
    auto found = planeFactors(sums, *columns, shift);
    assert(found && "the plan has found them for all callers");
    factors = *found;
  }
  std::vector<int32_t> words;
  auto add = [&](int64_t word) {
    words.push_back(static_cast<int32_t>(static_cast<uint32_t>(word)));
  };
  auto addPair = [&](int64_t low, int64_t high) {
    add((low & 0xffff) | high * (1 << 16));
  };
  auto addChannel = [&](const Column &column, const PlaneFactor &factor) {
    int64_t by = int64_t(1) << factor.scale, all = 0;
    for (int64_t row = 0; row < taps; ++row) {
      int64_t w[3] = {0, 0, 0};
      for (int64_t i = 0; i < columnTaps; ++i) {
        int64_t weight =
            column.weights[transposed ? i * taps + row : row * columnTaps + i];
        all += weight;
        w[i] = weight * by;
      }
      if (rowWords == 1) {
        add((w[0] & kField) | (w[1] & kField) << kFieldBits |
            w[2] * (1 << 2 * kFieldBits));
        continue;
      }
      if (rowWords == 3) {
        for (int64_t weight : w)
          add(weight);
        continue;
      }
      addPair(w[0], w[1]);
      columnStep == 1 ? addPair(w[1], w[2]) : addPair(w[2], 0);
    }
    int64_t start = column.bias - (sums.dataZero + moved) * all;
    if (storesWide()) {
      int64_t multiplier = wideMultiplier(*column.rescale);
      auto low = static_cast<int32_t>(multiplier);
      add(start);
      add(low);
      add((multiplier - low) >> kWordBits);
      return;
    }
    if (!limbs) {
      add(start * by);
      add(factor.multiplier);
      return;
    }
    auto cut = limbFactor(*column.rescale, *limbs, sumRange(sums, column));
    add(start - cut->least);
    for (int64_t word : cut->words(*limbs, sums.rescale->min))
      add(word);
  };
  for (int64_t group = 0; group < groups(); ++group) {
    int64_t first = std::min(group * kChannels, sums.features - kChannels);
    const ExactRescale &exact = *columns->front().rescale;
    if (!limbs)
      add(storesWide() ? *wideAddend(exact) : *addendAt(exact, shift));
    for (int64_t c = first; c < first + kChannels; ++c)
      addChannel((*columns)[c], factors[c]);
  }
  auto type = RankedTensorType::get({static_cast<int64_t>(words.size())},
                                    constants()[0].getElementType());
  const char *bytes = reinterpret_cast<const char *>(words.data());
  return {nn::makeConstant(type,
                           std::vector<char>(bytes, bytes + words.size() * 4))};
}

} // namespace dlc::loops
