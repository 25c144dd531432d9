//===- IntegerGaps.cpp - Coded panels of what is not 0 --------------------===//

#include "codegen/loops/integer/values/IntegerGaps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kBytesOfWord = 4, kFewestBits = 5;

struct PanelParts {
  std::string numbers, weights, gaps; // of the latter two codes are made
};

/// `plain`: as IntegerColumns writes it, with room for the caller that needs
/// the most.
PanelParts partsOf(const std::string &plain, const SparseLayout &layout) {
  PanelParts parts;
  int64_t numbers = layout.numberBytes - kBytesOfWord;
  parts.numbers = plain.substr(0, static_cast<size_t>(numbers));
  auto at = static_cast<size_t>(layout.numberBytes + layout.room.weights);
  int64_t groups = 0;
  for (int64_t segment = 0; segment < layout.segments; ++segment) {
    auto count = static_cast<uint8_t>(plain[at]);
    parts.gaps.push_back(plain[at++]);
    groups += count;
    int next = 0; // the first place that is free
    for (; count > 0; --count) {
      auto place = static_cast<uint8_t>(plain[at++]);
      parts.gaps.push_back(static_cast<char>(place - next));
      next = place + 1;
    }
  }
  parts.weights = plain.substr(static_cast<size_t>(layout.numberBytes),
                               static_cast<size_t>(groups * layout.group));
  return parts;
}
} // namespace

int64_t GapPanels::firstNumber() const {
  return kBytesOfWord * (kFirstRecord + kRecordWords * panelCount());
}

int64_t GapPanels::numberWords() const {
  return layout.numberBytes / kBytesOfWord - 1;
}

int64_t GapPanels::firstCode() const {
  return firstNumber() + kBytesOfWord * numberWords() * panelCount();
}

int64_t GapPanels::bits() const {
  int64_t bits = kBits;
  while (layout.columns == 1 && bits > kFewestBits &&
         panelBytes() > mostPanelBytes(kTables, bits))
    --bits;
  return bits;
}

std::optional<std::vector<char>>
GapPanels::bytesOf(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<std::string>> plain = plainOf(operands);
  if (!plain)
    return std::nullopt;
  std::vector<std::string> weights, gaps;
  std::vector<char> all(firstNumber());
  for (const std::string &panel : *plain) {
    PanelParts parts = partsOf(panel, layout);
    llvm::append_range(all, parts.numbers);
    weights.push_back(std::move(parts.weights));
    gaps.push_back(std::move(parts.gaps));
  }
  PrefixCode weightCode(countBytes(weights)), gapCode(countBytes(gaps));
  if (!weightCode.isDescribed() || !gapCode.isDescribed())
    return std::nullopt;
  addDescription(all, weightCode);
  setWord(all, 0, all.size());
  addDescription(all, gapCode);
  for (int64_t panel = 0; panel < panelCount(); ++panel) {
    int64_t record = kFirstRecord + kRecordWords * panel;
    size_t start = all.size();
    setWord(all, record, start);
    weightCode.append(weights[panel], all);
    uint64_t halfwords = (all.size() - start) / 2;
    setWord(all, record + 1, weights[panel].size() | halfwords << kCountBits);
    gapCode.append(gaps[panel], all);
  }
  addEnd(all);
  return all;
}

} // namespace dlc::loops
