//===- IntegerNarrow.cpp - Weights in the bits that they need -------------===//

#include "codegen/loops/integer/values/IntegerNarrow.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::loops {

namespace {
constexpr int64_t kHalf = 16, kSumBits = 32;
} // namespace

bool NarrowWords::canStore(const ColumnSums &sums,
                           const std::vector<Column> &columns) const {
  for (auto [n, column] : llvm::enumerate(columns)) {
    for (int64_t weight : column.weights)
      if (!llvm::isIntN(static_cast<unsigned>(bits), weight))
        return false;
    int64_t place = instructions.sharedByColumns
                        ? static_cast<int64_t>(n) % perHalf * bits
                        : 0;
    if (!sumRange(sums, column).fits(static_cast<unsigned>(kSumBits - place)))
      return false;
  }
  return true;
}

int64_t NarrowWords::words(int64_t columns, int64_t steps) const {
  if (instructions.sharedByColumns)
    return steps * instructions.group / 2;
  return llvm::divideCeil(steps, perHalf) * columns / 2;
}

/// Beyond the sum weights are 0.
uint32_t NarrowWords::digitOf(const Column &column, int64_t element,
                              bool hasSign) const {
  bool exists = element < static_cast<int64_t>(column.weights.size());
  int64_t weight = exists ? column.weights[element] : 0;
  int64_t digit = weight + (hasSign ? 0 : int64_t(1) << (bits - 1));
  return static_cast<uint32_t>(digit) & ((1U << bits) - 1);
}

std::vector<uint32_t> NarrowWords::encode(llvm::ArrayRef<Column> block,
                                          int64_t steps) const {
  std::vector<uint32_t> stream;
  auto columns = static_cast<int64_t>(block.size());
  auto place = [&](int64_t half, int64_t digit) {
    return kHalf * half + bits * digit;
  };
  if (instructions.sharedByColumns) {
    llvm::ArrayRef<int64_t> order = instructions.order;
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t pair = 0; pair < instructions.group; pair += 2) {
        uint32_t word = 0;
        for (int64_t half : {0, 1})
          for (int64_t c = 0; c < columns; ++c)
            word |= digitOf(block[c],
                            step * instructions.group + order[pair + half],
                            c + 1 == columns)
                    << place(half, c);
        stream.push_back(word);
      }
    return stream;
  }
  for (int64_t first = 0; first < steps; first += perHalf)
    for (int64_t c = 0; c < columns; c += 2) {
      uint32_t word = 0;
      for (int64_t half : {0, 1})
        for (int64_t i = 0; i < perHalf; ++i)
          word |= digitOf(block[c + half], first + i, /*hasSign=*/false)
                  << place(half, i);
      stream.push_back(word);
    }
  return stream;
}

void NarrowWords::accumulate(llvm::MutableArrayRef<int64_t> starts) const {
  if (!instructions.sharedByColumns)
    return;
  for (size_t c = 1; c < starts.size(); ++c)
    starts[c] = starts[c - 1] + starts[c] * (int64_t(1) << (bits * c));
}

} // namespace dlc::loops
