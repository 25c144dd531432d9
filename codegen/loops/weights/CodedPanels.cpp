//===- CodedPanels.cpp - Weights that are decoded panel by panel ----------===//

#include "codegen/loops/weights/CodedPanels.h"
#include "codegen/loops/weights/PrefixCode.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <string>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;
/// What a stream is read beyond its end.
constexpr int64_t kBeyond = 10;
} // namespace

int64_t CodedPanels::tableBytes() {
  return kernel::DecodeOp::tableBytes(kBits);
}

/// A word more is written.
int64_t CodedPanels::mostPanelBytes() {
  return kMostScratch - tableBytes() - kWord;
}

int64_t CodedPanels::panelBytes() const { return panels.front()->bytes(); }

int64_t CodedPanels::codeOffset() const {
  return kWord * static_cast<int64_t>(panels.size());
}

std::optional<std::vector<char>>
CodedPanels::bytesOf(ArrayRef<ElementsAttr> operands) const {
  std::vector<std::string> plain;
  ByteCounts counts = {};
  for (const auto &panel : panels) {
    SmallVector<ElementsAttr> stored = panel->encode(operands);
    std::optional<nn::ConstantData> data =
        stored.size() == 1 ? nn::readConstant(stored.front()) : std::nullopt;
    if (!data)
      return std::nullopt;
    std::string bytes;
    for (int64_t n = data->splat ? panel->bytes() / kWord : 1; n > 0; --n)
      bytes.append(data->bytes.begin(), data->bytes.end());
    ByteCounts some = countBytes(bytes);
    for (size_t i = 0; i < counts.size(); ++i)
      counts[i] += some[i];
    plain.push_back(std::move(bytes));
  }
  PrefixCode code(counts);
  if (!code.isDescribed())
    return std::nullopt;
  std::vector<char> all(codeOffset());
  std::vector<char> description = code.description();
  all.insert(all.end(), description.begin(), description.end());
  all.resize(all.size() + all.size() % 2);
  for (auto [number, bytes] : llvm::enumerate(plain)) {
    for (int64_t i = 0; i < kWord; ++i)
      all[kWord * number + i] = static_cast<char>(all.size() >> (8 * i));
    code.append(bytes, all);
  }
  all.resize(llvm::alignTo(all.size() + kBeyond, kWord));
  return all;
}

std::optional<int64_t>
CodedPanels::wordsOf(ArrayRef<ElementsAttr> operands) const {
  auto bytes = bytesOf(operands);
  if (!bytes)
    return std::nullopt;
  return static_cast<int64_t>(bytes->size()) / kWord;
}

SmallVector<MemRefType> CodedPanels::constants() const {
  Type word = panels.front()->constants().front().getElementType();
  return {MemRefType::get({words}, word)};
}

SmallVector<ElementsAttr>
CodedPanels::encode(ArrayRef<ElementsAttr> operands) const {
  auto bytes = bytesOf(operands);
  if (!bytes)
    return {};
  auto type =
      RankedTensorType::get({static_cast<int64_t>(bytes->size()) / kWord},
                            constants().front().getElementType());
  return {nn::makeConstant(type, std::move(*bytes))};
}

} // namespace dlc::loops
