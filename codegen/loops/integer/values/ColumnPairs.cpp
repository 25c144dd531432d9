//===- ColumnPairs.cpp - Weights of two columns in a word -----------------===//

#include "codegen/loops/integer/values/ColumnPairs.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::loops {

namespace {
constexpr int64_t kUpper = int64_t(1) << 16;

/// What the products of two elements add up to, from `first` on.
SumRange rangeOfTwo(const Column &column, size_t first) {
  constexpr int64_t kLeast = -128, kGreatest = 127;
  SumRange range{0, 0};
  for (size_t k = first; k < std::min(first + 2, column.weights.size()); ++k) {
    int64_t weight = column.weights[k];
    range.least += weight * (weight > 0 ? kLeast : kGreatest);
    range.greatest += weight * (weight > 0 ? kGreatest : kLeast);
  }
  return range;
}
} // namespace

bool canPair(llvm::ArrayRef<Column> columns) {
  if (columns.size() % 2 != 0)
    return false;
  for (size_t c = 0; c < columns.size(); c += 2)
    for (size_t k = 0; k < columns[c].weights.size(); k += 2) {
      SumRange low = rangeOfTwo(columns[c], k);
      SumRange high = rangeOfTwo(columns[c + 1], k);
      if (!llvm::isInt<16>(low.least) || !llvm::isInt<16>(low.greatest) ||
          !llvm::isInt<32>(high.least * kUpper + low.least) ||
          !llvm::isInt<32>(high.greatest * kUpper + low.greatest))
        return false;
    }
  return true;
}

std::vector<uint32_t> encodePairs(llvm::ArrayRef<Column> block, int64_t steps) {
  std::vector<uint32_t> stream;
  for (int64_t first = 0; first < steps; first += 2)
    for (size_t c = 0; c < block.size(); c += 2)
      for (int64_t k = first; k < std::min(first + 2, steps); ++k)
        stream.push_back(static_cast<uint32_t>(
            block[c].weights[k] + block[c + 1].weights[k] * kUpper));
  return stream;
}

void pairStarts(llvm::MutableArrayRef<int64_t> starts) {
  for (size_t c = 0; c + 1 < starts.size(); c += 2)
    starts[c] += starts[c + 1] * kUpper;
}

} // namespace dlc::loops
