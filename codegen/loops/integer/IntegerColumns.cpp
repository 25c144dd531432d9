//===- IntegerColumns.cpp - Weights, biases and factors in one stream -----===//

#include "codegen/loops/integer/IntegerColumns.h"
#include "codegen/loops/integer/values/ColumnPairs.h"
#include "codegen/loops/integer/values/IntegerCodes.h"
#include "codegen/loops/integer/values/IntegerNarrow.h"
#include "codegen/loops/integer/values/IntegerSparse.h"
#include "codegen/loops/integer/values/SignTables.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr unsigned kSumBits = 32;
constexpr unsigned kCombinedScale = 8; // sums of combined weights: times 256
constexpr int64_t kUnsignedOffset = 128;

/// What is subtracted from stored data when it is widened: where elements have
/// no bit for a sign.
int64_t offsetOf(const ColumnSums &sums, const IntegerForm &instructions,
                 WeightForm form) {
  if (sums.signedData)
    return 0;
  if (instructions.leftBits == 8 * sums.dataBytes)
    return int64_t(1) << (8 * sums.dataBytes - 1);
  return isCombined(form) ? kUnsignedOffset : 0;
}

/// The numbers of all operands, extended with their sign.
using Numbers = SmallVector<SmallVector<int64_t>>;

int64_t numberOf(const ColumnNumbers &numbers, const Numbers &operands,
                 int64_t column) {
  if (numbers.operand < 0)
    return numbers.same;
  return operands[numbers.operand][numbers.start + column * numbers.stride];
}

ExactRescale rescaleOf(const ColumnRescale &rescale, const Numbers &operands,
                       int64_t column) {
  ExactRescale exact;
  exact.multiplier = numberOf(rescale.multiplier, operands, column);
  exact.addend = numberOf(rescale.addend, operands, column);
  exact.shift = numberOf(rescale.shift, operands, column);
  if (rescale.tie)
    exact.tie = numberOf(*rescale.tie, operands, column);
  exact.tiesToOdd = rescale.tiesToOdd;
  exact.min = rescale.min;
  exact.max = rescale.max;
  exact.isWide = rescale.isWide;
  return exact;
}

/// 256 w1 + w0 of the weights from `k` on.
int64_t combinedAt(ArrayRef<int64_t> weights, int64_t k) {
  auto at = [&](int64_t i) {
    return i < static_cast<int64_t>(weights.size()) ? weights[i] : 0;
  };
  return 256 * at(k + 1) + at(k);
}
} // namespace

unsigned scaleOf(WeightForm form) {
  return form == WeightForm::Combined ? kCombinedScale : 0;
}

std::optional<std::vector<Column>>
readColumns(const ColumnSums &sums, ArrayRef<ElementsAttr> operands) {
  // Of the weights only those of these columns are read: there may be many.
  std::optional<nn::ConstantData> weights = nn::readConstant(operands.front());
  if (!weights || !sums.order.element.isInteger(8))
    return std::nullopt;
  Numbers numbers(1);
  for (ElementsAttr operand : operands.drop_front()) {
    std::optional<SmallVector<int64_t>> read = nn::readIntegers(operand);
    if (!read)
      return std::nullopt;
    numbers.push_back(std::move(*read));
  }
  std::vector<Column> columns(sums.features);
  for (int64_t at = 0; at < sums.features; ++at) {
    Column &column = columns[at];
    forEachPosition(sums.order, sums.order.reduction,
                    sums.order.source.constant + at * sums.featureStride,
                    [&](int64_t position) {
                      auto byte = weights->get<uint8_t>(position);
                      int64_t weight = sums.signedWeights
                                           ? llvm::SignExtend64<8>(byte)
                                           : int64_t(byte);
                      column.weights.push_back(weight - sums.weightZero);
                    });
    column.bias = numberOf(sums.bias, numbers, at);
    if (sums.rescale)
      column.rescale = rescaleOf(*sums.rescale, numbers, at);
  }
  return columns;
}

SumRange sumRange(const ColumnSums &sums, const Column &column) {
  if (column.shared)
    return *column.shared;
  int64_t values = int64_t(1) << (8 * sums.dataBytes);
  int64_t low = (sums.signedData ? -values / 2 : 0) - sums.dataZero;
  int64_t high = low + values - 1;
  SumRange range{column.bias, column.bias};
  for (int64_t weight : column.weights) {
    range.least += weight * (weight > 0 ? low : high);
    range.greatest += weight * (weight > 0 ? high : low);
  }
  return range;
}

bool canStore(const ColumnSums &sums, const std::vector<Column> &columns,
              const IntegerForm &instructions, WeightForm form) {
  if (form == WeightForm::Halfwords || form == WeightForm::Moved)
    return true;
  // These are made for products of bytes.
  if (sums.dataBytes > 1 && (followsValues(form) || isCombined(form)))
    return false;
  if (form == WeightForm::Pairs)
    return canPair(columns);
  if (isNarrow(form))
    return NarrowWords(instructions, form).canStore(sums, columns);
  if (form == WeightForm::Codes)
    return WeightCodes(instructions).canStore(sums, columns);
  if (isSparse(form))
    return sparseBytes(columns, instructions).has_value();
  if (form == WeightForm::SignTables)
    return SignTables(instructions).canStore(sums, columns);
  if (form == WeightForm::Signs)
    return sums.signedData && sums.dataZero == 0 &&
           llvm::all_of(columns, [](const Column &column) {
             return llvm::all_of(column.weights, [](int64_t weight) {
               return weight == 1 || weight == -1;
             });
           });
  if (sums.weightZero != 0)
    return false;
  if (form == WeightForm::Bytes)
    return true;
  return sums.signedWeights && llvm::all_of(columns, [&](const Column &column) {
           if (!sumRange(sums, column).fits(kSumBits - kCombinedScale))
             return false;
           for (size_t k = 0; k < column.weights.size(); k += 2)
             if (!llvm::isInt<16>(
                     combinedAt(column.weights, static_cast<int64_t>(k))))
               return false;
           return true;
         });
}

std::optional<std::vector<ColumnFactor>>
findFactors(const ColumnSums &sums, const std::vector<Column> &columns,
            unsigned scale, int64_t shift) {
  std::vector<ColumnFactor> factors;
  for (const Column &column : columns) {
    SumRange range = sumRange(sums, column);
    ColumnFactor factor;
    factor.high.scale = scale;
    factor.high.shift =
        shift ? shift : largestShift(*column.rescale, factor.high.scale);
    auto addend = addendAt(shift ? *columns.front().rescale : *column.rescale,
                           factor.high.shift);
    if (!addend || factor.high.shift < 1 ||
        !range.fits(kSumBits - factor.high.scale))
      return std::nullopt;
    factor.high.addend = *addend;
    auto multiplier = highMultiplier(*column.rescale, factor.high, range);
    if (!multiplier)
      return std::nullopt;
    factor.multiplier = *multiplier;
    factors.push_back(factor);
  }
  return factors;
}

kernel::RescaleAttr withShift(kernel::RescaleAttr stored, int64_t shift) {
  return kernel::RescaleAttr::get(stored.getContext(), stored.getStorage(),
                                  shift, stored.getMin(), stored.getMax());
}

kernel::RescaleAttr withLimbs(kernel::RescaleAttr stored,
                              const LimbForm &limbs) {
  return kernel::RescaleAttr::get(stored.getContext(), stored.getStorage(),
                                  limbs.shift, stored.getMin(), stored.getMax(),
                                  limbs.limbs, limbs.bits);
}

int64_t IntegerColumns::steps() const {
  return stepsOf(instructions, sums.order.depth());
}

int64_t IntegerColumns::blockWords() const {
  constexpr int64_t kWord = 4;
  int64_t bytes = instructions.group * bitsOf(form) / 8;
  int64_t weights = isAtTheEnd(form) ? 0
                    : form == WeightForm::Codes
                        ? WeightCodes(instructions).words(block, steps())
                    : isNarrow(form)
                        ? NarrowWords(instructions, form).words(block, steps())
                        : llvm::divideCeil(block * steps() * bytes, kWord);
  // Biases, and factors.
  return weights + block * (1 + (shared ? 0 : factorWords()));
}

int64_t IntegerColumns::factorWords() const {
  if (limbs)
    return LimbForm::kWords;
  if (!shift)
    return 0;
  return storesWide() ? 2 : *shift == 0 ? 3 : 1;
}

int64_t IntegerColumns::headWords() const {
  return (form == WeightForm::Moved ? 1 : 0) + (shift && *shift != 0 ? 1 : 0) +
         (shared ? factorWords() : 0);
}

int64_t IntegerColumns::words() const {
  int64_t blocks = sums.features / block;
  int64_t all = headWords() * (rescales() ? 1 : blocks) + blocks * blockWords();
  if (form == WeightForm::Codes)
    return all + WeightCodes::kValueWords;
  if (form == WeightForm::SignTables)
    return all + SignTables(instructions).words(sums.features, steps());
  return isSparse(form) ? all + sparseWords(sparse) : all;
}

SmallVector<MemRefType> IntegerColumns::constants() const {
  MLIRContext *context = sums.order.element.getContext();
  return {MemRefType::get({words()}, IntegerType::get(context, 32))};
}

namespace {
/// Writes the stream.
class Stream {
public:
  /// `zero`: what is added to moved weights. Data that is not widened keeps its
  /// order, and weights have the other one.
  Stream(const IntegerForm &instructions, WeightForm form, int64_t zero,
         bool isWidened)
      : instructions(instructions), form(form), zero(zero),
        isWidened(isWidened) {}

  std::vector<char> bytes;

  /// A number of so many bytes, the low one first.
  void add(int64_t number, int64_t count = kWord) {
    for (int64_t i = 0; i < count; ++i)
      bytes.push_back(static_cast<char>(number >> (8 * i)));
  }

  void addWords(ArrayRef<uint32_t> words) {
    for (uint32_t word : words)
      add(word);
  }

  /// Of a block's columns, up to a whole word.
  void addWeights(ArrayRef<Column> block, int64_t steps) {
    if (isNarrow(form))
      return addWords(NarrowWords(instructions, form).encode(block, steps));
    if (form == WeightForm::Pairs)
      return addWords(encodePairs(block, steps));
    for (int64_t step = 0; step < steps; ++step)
      for (const Column &column : block)
        addGroup(column.weights, step * instructions.group);
    while (bytes.size() % kWord != 0)
      bytes.push_back(0);
  }

  /// Of a block's columns, with addends and shifts if each has its own.
  void addFactors(ArrayRef<ColumnFactor> factors, bool own) {
    for (const ColumnFactor &factor : factors) {
      add(factor.multiplier);
      if (own) {
        add(factor.high.addend);
        add(factor.high.shift);
      }
    }
  }

  /// Of a block's columns, for results of 16 bits: the lower word has a sign.
  void addWideFactors(ArrayRef<Column> block) {
    for (const Column &column : block) {
      int64_t multiplier = wideMultiplier(*column.rescale);
      auto low = static_cast<int32_t>(multiplier);
      add(low);
      add((multiplier - low) >> kWordBits);
    }
  }

private:
  static constexpr int64_t kWord = 4;

  /// One group of a column's weights.
  void addGroup(ArrayRef<int64_t> weights, int64_t start) {
    auto at = [&](int64_t i) {
      int64_t k = start + i;
      return k < static_cast<int64_t>(weights.size()) ? weights[k] : 0;
    };
    switch (form) {
    case WeightForm::Bytes:
      for (int64_t i = 0; i < instructions.group; ++i)
        add(at(isWidened ? i : instructions.order[i]), 1);
      return;
    case WeightForm::Moved:
      for (int64_t i = 0; i < instructions.group; ++i)
        add(at(i) + zero, 1);
      return;
    case WeightForm::Combined:
      for (int64_t i = 0; i < instructions.group; i += 2)
        add(combinedAt(weights, start + i), 2);
      return;
    case WeightForm::Halfwords:
      for (int64_t i = 0; i < instructions.group; ++i)
        add(at(isWidened ? instructions.order[i] : i), 2);
      return;
    case WeightForm::Signs: {
      uint32_t word = 0;
      for (auto [bit, i] : llvm::enumerate(instructions.order))
        word |= uint32_t(at(i) < 0) << bit;
      add(word);
      return;
    }
    default:
      llvm_unreachable("narrow weights are no groups");
    }
  }

  const IntegerForm &instructions;
  WeightForm form;
  int64_t zero;
  bool isWidened;
};

/// What moved weights are larger by: they have no sign.
int64_t movedBy(const ColumnSums &sums) {
  return sums.weightZero + (sums.signedWeights ? kUnsignedOffset : 0);
}

/// The bias that a column's sum starts with.
int64_t startOf(const ColumnSums &sums, const Column &column,
                const IntegerForm &instructions, WeightForm form) {
  // As if all elements were 1, of which bits that differ are taken off.
  if (form == WeightForm::Signs)
    return column.bias + (instructions.leftBits == 1
                              ? static_cast<int64_t>(column.weights.size())
                              : 0);
  if (form == WeightForm::SignTables)
    return SignTables(instructions).start(sums, column);
  int64_t all = 0, even = 0;
  for (auto [k, weight] : llvm::enumerate(column.weights)) {
    all += weight;
    even += k % 2 == 0 ? weight : 0;
  }
  int64_t offset = offsetOf(sums, instructions, form) - sums.dataZero;
  int64_t start = column.bias + offset * all;
  // See kernel.widen: elements in even places come with 127 more.
  return form == WeightForm::Combined ? 256 * start - 127 * even : start;
}
} // namespace

SmallVector<ElementsAttr>
IntegerColumns::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  if (shared) {
    [[maybe_unused]] bool isOne = shareRange(sums, *columns);
    assert(isOne && "the plan has seen that columns are rescaled alike");
  }
  std::optional<std::vector<ColumnFactor>> factors;
  if (shift && !storesWide()) {
    factors = findFactors(sums, *columns, form, *shift);
    assert(factors && "the plan has found them for all callers");
  }
  Stream stream(instructions, form, movedBy(sums),
                instructions.leftBits > 8 * sums.dataBytes);
  auto addMoved = [&] {
    if (form == WeightForm::Moved)
      stream.add(-movedBy(sums));
  };
  if (rescales())
    addMoved();
  if (shift && *shift != 0)
    stream.add(factors ? factors->front().high.addend
                       : *wideAddend(*columns->front().rescale));
  std::vector<LimbFactor> cut;
  for (const Column &column : *columns)
    if (limbs)
      cut.push_back(
          *limbFactor(*column.rescale, *limbs, sumRange(sums, column)));
  auto addFactors = [&](int64_t first, int64_t count) {
    for (int64_t c = first; limbs && c < first + count; ++c)
      for (int64_t word : cut[c].words(*limbs, sums.rescale->min))
        stream.add(word);
    if (shift && !factors)
      stream.addWideFactors(llvm::ArrayRef(*columns).slice(first, count));
    if (factors)
      stream.addFactors(llvm::ArrayRef(*factors).slice(first, count),
                        *shift == 0);
  };
  if (shared)
    addFactors(0, 1);
  WeightCodes codes(instructions);
  SmallVector<int64_t> values;
  if (form == WeightForm::Codes)
    values = *codes.values(*columns);
  for (int64_t n = 0; n < sums.features; n += block) {
    auto inBlock = llvm::ArrayRef(*columns).slice(n, block);
    if (!rescales())
      addMoved();
    SmallVector<int64_t> starts;
    for (auto [c, column] : llvm::enumerate(inBlock))
      starts.push_back(startOf(sums, column, instructions, form) -
                       (limbs ? cut[n + c].least : 0));
    if (isNarrow(form))
      NarrowWords(instructions, form).accumulate(starts);
    if (form == WeightForm::Codes)
      codes.pair(starts);
    if (form == WeightForm::Pairs)
      pairStarts(starts);
    for (int64_t start : starts)
      stream.add(start);
    if (form == WeightForm::Codes)
      stream.addWords(codes.encode(inBlock, steps(), values));
    else if (!isAtTheEnd(form))
      stream.addWeights(inBlock, steps());
    if (!shared)
      addFactors(n, block);
  }
  if (form == WeightForm::Codes)
    stream.addWords(WeightCodes::encodeValues(values));
  if (form == WeightForm::SignTables)
    stream.addWords(
        SignTables(instructions).encode(*columns, steps(), together));
  if (isSparse(form))
    llvm::append_range(stream.bytes,
                       encodeSparse(*columns, instructions, sparse));
  auto type = RankedTensorType::get({words()}, constants()[0].getElementType());
  return {nn::makeConstant(type, std::move(stream.bytes))};
}

} // namespace dlc::loops
