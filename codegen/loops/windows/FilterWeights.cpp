//===- FilterWeights.cpp - The stream that kernel.filter reads ------------===//

#include "codegen/loops/windows/FilterPlan.h"
#include "codegen/loops/windows/WindowColumns.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWindow = 4; // rows and columns of a vector

int64_t blocksOf(int64_t features, int64_t channels) {
  return llvm::divideCeil(features, channels);
}
} // namespace

int64_t FilterWeights::blockWords() const {
  int64_t numbers = shift == 0 ? 4 : 2; // of a channel, beside the weights
  return (shift == 0 ? 0 : 1) + channels * (kWindow + numbers);
}

SmallVector<MemRefType> FilterWeights::constants() const {
  MLIRContext *context = sums.order.element.getContext();
  int64_t words = blocksOf(sums.features, channels) * blockWords();
  return {MemRefType::get({words}, IntegerType::get(context, 32))};
}

SmallVector<ElementsAttr>
FilterWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<Column>> columns = readColumns(sums, operands);
  if (!columns)
    return {};
  auto factors = findFactors(sums, *columns, WeightForm::Bytes, shift);
  assert(factors && "the plan has found them for all callers");
  std::vector<char> bytes;
  auto word = [&](int64_t value) {
    char text[4];
    llvm::support::endian::write32le(text, static_cast<uint32_t>(value));
    bytes.insert(bytes.end(), text, text + 4);
  };
  auto weights = [&](const Column &column) {
    for (int64_t x = 0; x < kWindow; ++x)
      for (int64_t y = 0; y < kWindow; ++y) {
        bool exists = x < along && y < across;
        int64_t at = alongIsInner ? y * along + x : x * across + y;
        bytes.push_back(static_cast<char>(exists ? column.weights[at] : 0));
      }
  };
  for (int64_t block = 0; block < blocksOf(sums.features, channels); ++block) {
    int64_t first = std::min(block * channels, sums.features - channels);
    if (shift != 0)
      word(factors->front().high.addend);
    for (int64_t n = first; n < first + channels; ++n) {
      const ColumnFactor &factor = (*factors)[n];
      weights((*columns)[n]);
      word(signedStart(sums, (*columns)[n]));
      word(factor.multiplier);
      if (shift != 0)
        continue;
      word(factor.high.addend);
      word(-factor.high.shift);
    }
  }
  MemRefType stored = constants().front();
  auto type = RankedTensorType::get(stored.getShape(), stored.getElementType());
  return {nn::makeConstant(type, std::move(bytes))};
}

} // namespace dlc::loops
