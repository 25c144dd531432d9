//===- CodedPanels.cpp - Weights that are decoded panel by panel ----------===//

#include "codegen/loops/weights/CodedPanels.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;
/// What a stream is read beyond its end.
constexpr int64_t kBeyond = 10;
} // namespace

int64_t CodedPanels::tableBytes(int64_t bits) {
  return kernel::DecodeOp::tableBytes(bits);
}

/// A word more is written.
int64_t CodedPanels::mostPanelBytes(int64_t tables, int64_t bits) {
  return kMostScratch - tables * tableBytes(bits) - kWord;
}

int64_t CodedPanels::panelBytes() const { return panels.front()->bytes(); }

int64_t CodedPanels::codeOffset() const { return kWord * panelCount(); }

std::optional<std::vector<std::string>>
CodedPanels::plainOf(ArrayRef<ElementsAttr> operands) const {
  std::vector<std::string> plain;
  for (const auto &panel : panels) {
    SmallVector<ElementsAttr> stored = panel->encode(operands);
    std::optional<nn::ConstantData> data =
        stored.size() == 1 ? nn::readConstant(stored.front()) : std::nullopt;
    if (!data)
      return std::nullopt;
    std::string bytes;
    for (int64_t n = data->splat ? panel->bytes() / kWord : 1; n > 0; --n)
      bytes.append(data->bytes.begin(), data->bytes.end());
    plain.push_back(std::move(bytes));
  }
  return plain;
}

void CodedPanels::setWord(std::vector<char> &bytes, int64_t word,
                          uint64_t number) {
  for (int64_t i = 0; i < kWord; ++i)
    bytes[kWord * word + i] = static_cast<char>(number >> (8 * i));
}

void CodedPanels::addDescription(std::vector<char> &bytes,
                                 const PrefixCode &code) {
  llvm::append_range(bytes, code.description());
  bytes.resize(bytes.size() + bytes.size() % 2);
}

void CodedPanels::addEnd(std::vector<char> &bytes) {
  bytes.resize(llvm::alignTo(bytes.size() + kBeyond, kWord));
}

std::optional<std::vector<char>>
CodedPanels::bytesOf(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<std::string>> plain = plainOf(operands);
  if (!plain)
    return std::nullopt;
  PrefixCode code(countBytes(*plain));
  if (!code.isDescribed())
    return std::nullopt;
  std::vector<char> all(codeOffset());
  addDescription(all, code);
  for (auto [number, bytes] : llvm::enumerate(*plain)) {
    setWord(all, static_cast<int64_t>(number), all.size());
    code.append(bytes, all);
  }
  addEnd(all);
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
