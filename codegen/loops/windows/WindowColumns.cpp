//===- WindowColumns.cpp - The stream that kernel.windows reads -----------===//

#include "codegen/loops/windows/WindowColumns.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;

/// Writes the stream.
class Stream {
public:
  std::vector<char> bytes;

  void word(int64_t value) {
    char text[kWord];
    llvm::support::endian::write32le(text, static_cast<uint32_t>(value));
    bytes.insert(bytes.end(), text, text + kWord);
  }

  /// The groups of a block, whose columns are bytes.
  void groups(const WindowShape &shape, ArrayRef<Column> columns) {
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int64_t group : kernel::orderOfGroups(shape.groups(), shape.apart))
        for (int64_t column = 0; column < shape.columns; ++column)
          for (int64_t i = 0; i < shape.groupElements(); ++i) {
            int64_t at = group * shape.groupElements() + i;
            int64_t length = shape.bytes / shape.elementBytes;
            bool exists =
                at < length && column < static_cast<int64_t>(columns.size());
            bytes.push_back(static_cast<char>(
                exists ? columns[column].weights[row * length + at] : 0));
          }
  }
};
} // namespace

int64_t WindowShape::groups() const { return llvm::divideCeil(bytes, kGroup); }

int64_t WindowShape::blocks(int64_t features) const {
  return llvm::divideCeil(features, columns);
}

bool areBytes(const std::vector<Column> &columns) {
  return llvm::all_of(columns, [](const Column &column) {
    return llvm::all_of(column.weights,
                        [](int64_t weight) { return llvm::isInt<8>(weight); });
  });
}

int64_t signedOffset(const ColumnSums &sums) {
  return sums.signedData ? 0 : int64_t(1) << (8 * sums.dataBytes - 1);
}

int64_t signedStart(const ColumnSums &sums, const Column &column) {
  int64_t all = 0;
  for (int64_t weight : column.weights)
    all += weight;
  return column.bias + (signedOffset(sums) - sums.dataZero) * all;
}

int64_t WindowColumns::numberWords() const {
  if (!shift)
    return 1;
  return storesWide() ? 3 : *shift == 0 ? 4 : 2;
}

int64_t WindowColumns::weightWords() const {
  return shape.rows * shape.groups() * shape.groupElements() / kWord;
}

SmallVector<MemRefType> WindowColumns::constants() const {
  int64_t words =
      headWords() + blocks() * shape.columns * (weightWords() + numberWords());
  MLIRContext *context = sums.order.element.getContext();
  return {MemRefType::get({words}, IntegerType::get(context, 32))};
}

SmallVector<ElementsAttr>
WindowColumns::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  std::vector<ColumnFactor> factors;
  if (shift && !storesWide()) {
    auto found = findFactors(sums, *columns, WeightForm::Bytes, *shift);
    assert(found && "the plan has found them for all callers");
    factors = std::move(*found);
  }
  Stream stream;
  if (shift && *shift != 0)
    stream.word(storesWide() ? *wideAddend(*columns->front().rescale)
                             : factors.front().high.addend);
  for (int64_t block = 0; block < shape.blocks(sums.features); ++block) {
    int64_t first = block * shape.columns;
    int64_t count = std::min(shape.columns, sums.features - first);
    ArrayRef<Column> inBlock = ArrayRef(*columns).slice(first, count);
    // A number of each column, 0 for those that do not exist.
    auto words = [&](llvm::function_ref<int64_t(int64_t)> of) {
      for (int64_t i = 0; i < shape.columns; ++i)
        stream.word(i < count ? of(i) : 0);
    };
    words([&](int64_t i) { return signedStart(sums, inBlock[i]); });
    stream.groups(shape, inBlock);
    if (!shift)
      continue;
    if (storesWide()) {
      auto lower = [&](int64_t i) {
        return static_cast<int32_t>(wideMultiplier(*inBlock[i].rescale));
      };
      words(lower);
      words([&](int64_t i) {
        return (wideMultiplier(*inBlock[i].rescale) - lower(i)) >> kWordBits;
      });
      continue;
    }
    ArrayRef<ColumnFactor> of = ArrayRef(factors).slice(first, count);
    words([&](int64_t i) { return of[i].multiplier; });
    if (*shift != 0)
      continue;
    words([&](int64_t i) { return of[i].high.addend; });
    words([&](int64_t i) { return -of[i].high.shift; });
  }
  MemRefType stored = constants().front();
  auto type = RankedTensorType::get(stored.getShape(), stored.getElementType());
  return {nn::makeConstant(type, std::move(stream.bytes))};
}

} // namespace dlc::loops
