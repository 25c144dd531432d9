//===- IntegerWinogradWeights.cpp - Filters of bytes as points ------------===//

#include "codegen/loops/winograd_integers/IntegerWinograd.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kTaps = 3;
constexpr int64_t kFilter[kTilePixels][kTaps] = {
    {2, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 2}};
/// The order of a row's points (kernel.winograd_input).
constexpr int64_t kColumns[kTilePixels] = {1, 0, 2, 3};

/// [points][channels] of one column, with zeros for those that do not exist.
std::vector<int64_t> pointsOf(const Column &column, int64_t channels,
                              int64_t wholeChannels) {
  std::vector<int64_t> points(kPoints * wholeChannels);
  for (int64_t c = 0; c < channels; ++c) {
    int64_t filter[kTaps * kTaps];
    for (int64_t tap = 0; tap < kTaps * kTaps; ++tap)
      filter[tap] = column.weights[tap * channels + c];
    auto transformed = transformIntegers(filter);
    for (int64_t p = 0; p < kPoints; ++p)
      points[p * wholeChannels + c] = transformed[p];
  }
  return points;
}
} // namespace

std::array<int64_t, kPoints> transformIntegers(ArrayRef<int64_t> filter) {
  std::array<int64_t, kPoints> points;
  for (int64_t r = 0; r < kTilePixels; ++r)
    for (int64_t place = 0; place < kTilePixels; ++place) {
      int64_t c = kColumns[place], sum = 0;
      for (int64_t i = 0; i < kTaps; ++i)
        for (int64_t j = 0; j < kTaps; ++j)
          sum += kFilter[r][i] * filter[i * kTaps + j] * kFilter[c][j];
      points[r * kTilePixels + place] = sum;
    }
  return points;
}

int64_t IntegerWinogradWeights::channels() const {
  return sums.order.depth() / (kTaps * kTaps);
}

int64_t IntegerWinogradWeights::wholeChannels() const {
  return llvm::alignTo(channels(), instructions.group);
}

int64_t IntegerWinogradWeights::words() const {
  int64_t head = shift == 0 ? 0 : 1, numbers = shift == 0 ? 4 : 2;
  return head + sums.features * (kPoints * wholeChannels() / 2 + numbers);
}

SmallVector<MemRefType> IntegerWinogradWeights::constants() const {
  MLIRContext *context = sums.order.element.getContext();
  return {MemRefType::get({words()}, IntegerType::get(context, 32))};
}

SmallVector<ElementsAttr>
IntegerWinogradWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  auto factors = findFactors(sums, *columns, kWinogradScale, shift);
  assert(factors && "the plan has found them for all callers");
  std::vector<int32_t> stream;
  auto add = [&](int64_t word) {
    stream.push_back(static_cast<int32_t>(static_cast<uint32_t>(word)));
  };
  if (shift != 0)
    add(factors->front().high.addend);
  int64_t group = instructions.group;
  for (int64_t n = 0; n < sums.features; n += block) {
    std::vector<std::vector<int64_t>> points;
    for (int64_t i = 0; i < block; ++i)
      points.push_back(
          pointsOf((*columns)[n + i], channels(), wholeChannels()));
    // Halfwords, of which a block has an even number.
    std::vector<int64_t> halfwords;
    for (int64_t at = 0; at < kPoints * wholeChannels(); at += group)
      for (const std::vector<int64_t> &column : points)
        for (int64_t i = 0; i < group; ++i)
          halfwords.push_back(column[at + instructions.order[i]]);
    for (size_t i = 0; i < halfwords.size(); i += 2)
      add((halfwords[i] & 0xffff) | (halfwords[i + 1] & 0xffff) << 16);
    for (int64_t i = 0; i < block; ++i) {
      const Column &column = (*columns)[n + i];
      int64_t all = 0;
      for (int64_t weight : column.weights)
        all += weight;
      add((column.bias - sums.dataZero * all) * (1 << kWinogradScale));
    }
    for (int64_t i = 0; i < block; ++i) {
      const ColumnFactor &factor = (*factors)[n + i];
      add(factor.multiplier);
      if (shift == 0) {
        add(factor.high.addend);
        add(factor.high.shift);
      }
    }
  }
  auto type = RankedTensorType::get({words()}, constants()[0].getElementType());
  const char *bytes = reinterpret_cast<const char *>(stream.data());
  return {nn::makeConstant(
      type, std::vector<char>(bytes, bytes + stream.size() * 4))};
}

} // namespace dlc::loops
