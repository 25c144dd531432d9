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

int32_t wordOf(int64_t number) {
  return static_cast<int32_t>(static_cast<uint32_t>(number));
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
  int64_t weights = filters ? 0 : kPoints * wholeChannels();
  int64_t numbers = limbs ? 1 + LimbForm::kWords : numberWords(shift);
  return (hasAddend() ? 1 : 0) +
         sums.features * ((limbs ? weights : weights / 2) + numbers);
}

SmallVector<MemRefType> IntegerWinogradWeights::constants() const {
  MLIRContext *context = sums.order.element.getContext();
  auto stored = MemRefType::get({words()}, IntegerType::get(context, 32));
  if (!filters)
    return {stored};
  int64_t bytes = sums.features * wholeChannels() * kTaps * kTaps;
  return {MemRefType::get({bytes}, IntegerType::get(context, 8)), stored};
}

/// Halfwords of a block, an even number, or words.
void IntegerWinogradWeights::addPoints(ArrayRef<Column> columns,
                                       std::vector<int32_t> &words) const {
  std::vector<std::vector<int64_t>> points;
  for (const Column &column : columns)
    points.push_back(pointsOf(column, channels(), wholeChannels()));
  std::vector<int64_t> halfwords;
  int64_t group = instructions.group;
  for (int64_t at = 0; at < kPoints * wholeChannels(); at += group)
    for (const std::vector<int64_t> &column : points)
      for (int64_t i = 0; i < group; ++i)
        halfwords.push_back(column[at + instructions.order[i]]);
  if (limbs) {
    for (int64_t point : halfwords)
      words.push_back(wordOf(point));
    return;
  }
  for (size_t i = 0; i < halfwords.size(); i += 2)
    words.push_back(
        wordOf((halfwords[i] & 0xffff) | (halfwords[i + 1] & 0xffff) << 16));
}

void IntegerWinogradWeights::addFilters(ArrayRef<Column> columns,
                                        std::vector<char> &bytes) const {
  int64_t group = instructions.group;
  for (int64_t first = 0; first < wholeChannels(); first += group)
    for (const Column &column : columns)
      for (int64_t i = 0; i < group; ++i) {
        int64_t channel = first + instructions.order[i];
        for (int64_t tap = 0; tap < kTaps * kTaps; ++tap)
          bytes.push_back(channel < channels()
                              ? static_cast<char>(
                                    column.weights[tap * channels() + channel])
                              : 0);
      }
}

/// The biases of a block and what its sums are rescaled by.
void IntegerWinogradWeights::addNumbers(ArrayRef<Column> columns,
                                        ArrayRef<ColumnFactor> factors,
                                        std::vector<int32_t> &words) const {
  std::vector<LimbFactor> cut;
  for (const Column &column : columns) {
    int64_t all = 0, least = 0;
    for (int64_t weight : column.weights)
      all += weight;
    if (limbs) {
      cut.push_back(
          *limbFactor(*column.rescale, *limbs, sumRange(sums, column)));
      least = cut.back().least;
    }
    words.push_back(wordOf((column.bias - sums.dataZero * all - least) *
                           (1 << kWinogradScale)));
  }
  for (const LimbFactor &factor : cut)
    for (int64_t word : factor.words(*limbs, sums.rescale->min))
      words.push_back(wordOf(word));
  for (const ColumnFactor &factor : factors) {
    words.push_back(factor.multiplier);
    if (shift == 0) {
      words.push_back(wordOf(factor.high.addend));
      words.push_back(wordOf(factor.high.shift));
    }
  }
}

std::optional<LimbForm>
winogradLimbs(const ColumnSums &sums,
              const std::vector<std::vector<Column>> &callers) {
  constexpr unsigned kSumBits = 32;
  std::optional<LimbForm> form = commonLimbs(sums, callers);
  if (!form)
    return std::nullopt;
  for (const std::vector<Column> &columns : callers)
    for (const Column &column : columns) {
      SumRange range = sumRange(sums, column);
      int64_t least = limbFactor(*column.rescale, *form, range)->least;
      if (!SumRange{range.least - least, range.greatest - least}.fits(
              kSumBits - kWinogradScale))
        return std::nullopt;
    }
  return form;
}

SmallVector<ElementsAttr>
IntegerWinogradWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  std::optional<std::vector<ColumnFactor>> factors;
  if (!limbs) {
    factors = findFactors(sums, *columns, kWinogradScale, shift);
    assert(factors && "the plan has found them for all callers");
  }
  std::vector<int32_t> stream;
  std::vector<char> bytes;
  if (hasAddend())
    stream.push_back(wordOf(factors->front().high.addend));
  for (int64_t n = 0; n < sums.features; n += block) {
    auto columnsOfBlock = ArrayRef(*columns).slice(n, block);
    if (filters)
      addFilters(columnsOfBlock, bytes);
    else
      addPoints(columnsOfBlock, stream);
    addNumbers(columnsOfBlock,
               factors ? ArrayRef(*factors).slice(n, block)
                       : ArrayRef<ColumnFactor>(),
               stream);
  }
  SmallVector<MemRefType> types = constants();
  auto make = [](MemRefType type, std::vector<char> data) {
    return nn::makeConstant(
        RankedTensorType::get(type.getShape(), type.getElementType()),
        std::move(data));
  };
  const char *words = reinterpret_cast<const char *>(stream.data());
  ElementsAttr numbers = make(types.back(), {words, words + stream.size() * 4});
  if (!filters)
    return {numbers};
  return {make(types.front(), std::move(bytes)), numbers};
}

bool areByteFilters(ArrayRef<Column> columns) {
  return llvm::all_of(columns, [](const Column &column) {
    return llvm::all_of(column.weights,
                        [](int64_t weight) { return llvm::isInt<8>(weight); });
  });
}

} // namespace dlc::loops
