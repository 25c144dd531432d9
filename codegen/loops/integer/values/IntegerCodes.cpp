//===- IntegerCodes.cpp - Weights of few values as codes ------------------===//

#include "codegen/loops/integer/values/IntegerCodes.h"
#include "dialects/kernel/CodedKernels.h"
#include "llvm/Support/MathExtras.h"
#include <set>

namespace dlc::loops {

namespace {
using Kernel = kernel::CodedColumnsOp;
constexpr int64_t kInWord = 32 / Kernel::kCodeBits, kByteBits = 8;
constexpr int64_t kLowSum = 24; // bits of the first of two sums
} // namespace

std::optional<llvm::SmallVector<int64_t>>
WeightCodes::values(llvm::ArrayRef<Column> columns) const {
  std::set<int64_t> found;
  for (const Column &column : columns) {
    found.insert(column.weights.begin(), column.weights.end());
    // What fills the last group.
    if (column.weights.size() % instructions.group != 0)
      found.insert(0);
    if (static_cast<int64_t>(found.size()) > Kernel::kCodes)
      return std::nullopt;
  }
  return llvm::SmallVector<int64_t>(found.begin(), found.end());
}

bool WeightCodes::canStore(const ColumnSums &sums,
                           const std::vector<Column> &columns) const {
  auto found = values(columns);
  // Of one value nothing is left to be stored, and nobody has such layers.
  if (!found || found->size() < 2 ||
      !llvm::all_of(*found, llvm::isInt<kByteBits>))
    return false;
  if (!addsPairs())
    return true;
  // The least of two bytes with a sign, less what the lower one borrows.
  if (found->front() == -128)
    return false;
  for (size_t n = 0; n < columns.size(); n += 2)
    if (!sumRange(sums, columns[n]).fits(kLowSum))
      return false;
  return true;
}

int64_t WeightCodes::words(int64_t columns, int64_t steps) const {
  return static_cast<int64_t>(
      llvm::divideCeil(columns * steps * instructions.group, kInWord));
}

std::vector<uint32_t>
WeightCodes::encode(llvm::ArrayRef<Column> block, int64_t steps,
                    llvm::ArrayRef<int64_t> values) const {
  std::vector<uint32_t> stream(
      words(static_cast<int64_t>(block.size()), steps));
  int64_t place = 0;
  for (int64_t step = 0; step < steps; ++step)
    for (const Column &column : block)
      for (int64_t i : instructions.order) {
        auto k = static_cast<size_t>(step * instructions.group + i);
        // Beyond the sum weights are 0.
        int64_t weight = k < column.weights.size() ? column.weights[k] : 0;
        auto code =
            static_cast<uint32_t>(llvm::find(values, weight) - values.begin());
        stream[place / kInWord] |= code
                                   << (place % kInWord * Kernel::kCodeBits);
        ++place;
      }
  return stream;
}

std::vector<uint32_t>
WeightCodes::encodeValues(llvm::ArrayRef<int64_t> values) {
  std::vector<uint32_t> stream(kValueWords);
  for (auto [i, value] : llvm::enumerate(values))
    stream[i / 4] |= static_cast<uint32_t>(static_cast<uint8_t>(value))
                     << (i % 4 * kByteBits);
  return stream;
}

void WeightCodes::pair(llvm::MutableArrayRef<int64_t> starts) const {
  if (!addsPairs())
    return;
  for (size_t c = 0; c < starts.size(); c += 2) {
    int64_t both = starts[c] + starts[c + 1] * (int64_t(1) << kLowSum);
    starts[c] = both;
    starts[c + 1] = both >> 32;
  }
}

int64_t WeightCodes::tableBytes(LeftForm left) const {
  return kernel::codeTableBytes(instructions.set, left == LeftForm::Bytes
                                                      ? kByteBits
                                                      : instructions.leftBits);
}

double WeightCodes::tableInstructions() const {
  constexpr double kWords = 820, kBytes = 170;
  return instructions.set == kernel::InstructionSet::Armv6M ? kBytes : kWords;
}

} // namespace dlc::loops
