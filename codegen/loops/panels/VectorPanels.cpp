//===- VectorPanels.cpp - Coded weights of kernels in vectors -------------===//

#include "codegen/loops/panels/VectorPanels.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include <utility>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWordBytes = 4;

/// All bytes of a constant; nullopt where it has no data.
std::optional<std::string> bytesOfConstant(ElementsAttr elements,
                                           MemRefType type) {
  std::optional<nn::ConstantData> data = nn::readConstant(elements);
  if (!data)
    return std::nullopt;
  std::string bytes;
  for (int64_t n = data->splat ? type.getNumElements() : 1; n > 0; --n)
    bytes.append(data->bytes.begin(), data->bytes.end());
  return bytes;
}

/// The bytes that halfwords are with their sign; nullopt where one is none.
std::optional<std::string> asBytes(const std::string &halfwords) {
  std::string bytes;
  for (size_t i = 0; i + 1 < halfwords.size(); i += 2) {
    auto low = static_cast<int8_t>(halfwords[i]);
    auto high = static_cast<int8_t>(halfwords[i + 1]);
    if (high != (low < 0 ? -1 : 0))
      return std::nullopt;
    bytes.push_back(halfwords[i]);
  }
  return bytes;
}

/// What is not 0, and how many zeros come before each (kernel.decode_nonzeros).
struct Nonzeros {
  std::string weights, gaps;
  /// Both in the order in which they are read, and which is which.
  std::string inOrder;
  std::vector<bool> isGap;

  explicit Nonzeros(const std::string &symbols) {
    constexpr size_t kLong = kernel::DecodeNonzerosOp::kLongGap;
    size_t zeros = 0;
    auto addGap = [&](size_t gap) {
      gaps.push_back(static_cast<char>(gap));
      add(gaps.back(), true);
    };
    auto addZeros = [&] {
      for (; zeros >= kLong; zeros -= kLong)
        addGap(kLong);
    };
    for (char symbol : symbols) {
      if (symbol == 0) {
        ++zeros;
        continue;
      }
      addZeros();
      addGap(std::exchange(zeros, 0));
      weights.push_back(symbol);
      add(symbol, false);
    }
    addZeros();
    if (zeros > 0)
      addGap(zeros);
  }

private:
  void add(char symbol, bool ofGap) {
    inOrder.push_back(symbol);
    isGap.push_back(ofGap);
  }
};

/// A panel's stream: the numbers before its weights, the weights, and the
/// numbers behind these.
struct PanelParts {
  std::string stored, weights, behind;

  PanelParts(const std::string &panel, const PanelNumbers &numbers) {
    size_t at = 0;
    auto take = [&](std::string &to, int64_t words) {
      auto bytes = static_cast<size_t>(kWordBytes * words);
      to.append(panel, at, bytes);
      at += bytes;
    };
    take(stored, numbers.head);
    for (int64_t block = 0; block < numbers.blocks; ++block) {
      take(stored, numbers.before);
      take(weights, numbers.weights);
      size_t from = behind.size();
      take(behind, numbers.behind);
      if (!numbers.isShared)
        stored.append(behind, from);
    }
  }

  /// Whether all words behind weights are `word`.
  bool repeats(const std::string &word) const {
    for (size_t at = 0; at < behind.size(); at += word.size())
      if (behind.compare(at, word.size(), word) != 0)
        return false;
    return true;
  }
};

/// What each panel's first constant is, a symbol for each code.
std::optional<std::vector<std::string>>
symbolsOf(ArrayRef<std::shared_ptr<const WeightEncoding>> panels, bool wide,
          ArrayRef<ElementsAttr> operands) {
  std::vector<std::string> all;
  for (const auto &panel : panels) {
    SmallVector<ElementsAttr> stored = panel->encode(operands);
    if (stored.empty())
      return std::nullopt;
    auto bytes = bytesOfConstant(stored.front(), panel->constants().front());
    if (bytes && wide)
      bytes = asBytes(*bytes);
    if (!bytes)
      return std::nullopt;
    all.push_back(std::move(*bytes));
  }
  return all;
}
} // namespace

MemRefType VectorPanels::panelType() const {
  return panels.front()->constants().front();
}

int64_t VectorPanels::firstSymbol() const {
  return numbers ? storedBytes(panelType()) - symbols() : 0;
}

int64_t VectorPanels::symbols() const {
  if (numbers)
    return kWordBytes * numbers->blocks * numbers->weights;
  return isWide() ? panelType().getNumElements() : storedBytes(panelType());
}

int64_t VectorPanels::memoryElements() const {
  constexpr int64_t kBeyond = 4; // symbols
  bool isWords = panelType().getElementType().isInteger(32);
  return panelType().getNumElements() + (isWords ? 1 : kBeyond);
}

int64_t VectorPanels::scratchBytes() const {
  return storedBytes(panelType().getElementType(), memoryElements()) +
         tables() * tableBytes();
}

SmallVector<MemRefType> VectorPanels::constants() const {
  SmallVector<MemRefType> all = panels.front()->constants();
  MLIRContext *context = all.front().getContext();
  all.front() = MemRefType::get({words}, IntegerType::get(context, 32));
  for (MemRefType &further : llvm::drop_begin(all))
    further = MemRefType::get({further.getNumElements() * panelCount()},
                              further.getElementType());
  if (numbers)
    all.push_back(MemRefType::get(
        {numbers->sharedWords() + numbers->words() * panelCount()},
        all.front().getElementType()));
  return all;
}

std::optional<std::vector<char>>
VectorPanels::bytesOf(ArrayRef<ElementsAttr> operands) const {
  std::optional<std::vector<std::string>> symbols =
      symbolsOf(panels, isWide(), operands);
  if (!symbols)
    return std::nullopt;
  if (numbers)
    for (std::string &panel : *symbols)
      panel = PanelParts(panel, *numbers).weights;
  std::vector<char> all(firstCode());
  auto start = [&](int64_t panel) {
    setWord(all, headWords() + panel, all.size());
  };
  if (!nonzeros) {
    PrefixCode code(countBytes(*symbols));
    if (!code.isDescribed())
      return std::nullopt;
    addDescription(all, code);
    for (auto [panel, some] : llvm::enumerate(*symbols)) {
      start(static_cast<int64_t>(panel));
      code.append(some, all);
    }
    addEnd(all);
    return all;
  }
  std::vector<Nonzeros> parts(symbols->begin(), symbols->end());
  std::vector<std::string> weights, gaps;
  for (const Nonzeros &part : parts) {
    weights.push_back(part.weights);
    gaps.push_back(part.gaps);
  }
  PrefixCode weightCode(countBytes(weights)), gapCode(countBytes(gaps));
  if (!weightCode.isDescribed() || !gapCode.isDescribed())
    return std::nullopt;
  addDescription(all, weightCode);
  setWord(all, 0, all.size());
  addDescription(all, gapCode);
  for (size_t panel = 0; panel < parts.size(); ++panel) {
    const Nonzeros &part = parts[panel];
    start(static_cast<int64_t>(panel));
    appendCodes(
        part.inOrder,
        [&](size_t i) -> const PrefixCode & {
          return part.isGap[i] ? gapCode : weightCode;
        },
        all);
  }
  addEnd(all);
  return all;
}

bool VectorPanels::sharesNumbers(ArrayRef<ElementsAttr> operands) const {
  if (!numbers || numbers->behind == 0)
    return false;
  std::string word;
  for (const auto &panel : panels) {
    SmallVector<ElementsAttr> stored = panel->encode(operands);
    auto stream = stored.empty() ? std::nullopt
                                 : bytesOfConstant(stored.front(), panelType());
    if (!stream)
      return false;
    PanelParts parts(*stream, *numbers);
    if (word.empty())
      word = parts.behind.substr(0, kWordBytes);
    if (!parts.repeats(word))
      return false;
  }
  return true;
}

SmallVector<ElementsAttr>
VectorPanels::encode(ArrayRef<ElementsAttr> operands) const {
  auto bytes = bytesOf(operands);
  if (!bytes)
    return {};
  SmallVector<MemRefType> types = constants();
  int64_t count = static_cast<int64_t>(bytes->size()) / 4;
  SmallVector<ElementsAttr> all{nn::makeConstant(
      RankedTensorType::get({count}, types.front().getElementType()),
      std::move(*bytes))};
  std::vector<std::vector<char>> further(types.size());
  for (const auto &panel : panels) {
    SmallVector<ElementsAttr> stored = panel->encode(operands);
    SmallVector<MemRefType> of = panel->constants();
    if (numbers) {
      auto stream = bytesOfConstant(stored.front(), of.front());
      if (!stream)
        return {};
      PanelParts parts(*stream, *numbers);
      if (numbers->isShared && further.back().empty())
        further.back().assign(parts.behind.begin(),
                              parts.behind.begin() + kWordBytes);
      llvm::append_range(further.back(), parts.stored);
    }
    for (size_t i = 1; i < stored.size(); ++i) {
      auto some = bytesOfConstant(stored[i], of[i]);
      if (!some)
        return {};
      llvm::append_range(further[i], *some);
    }
  }
  for (size_t i = 1; i < types.size(); ++i)
    all.push_back(nn::makeConstant(
        RankedTensorType::get(types[i].getShape(), types[i].getElementType()),
        std::move(further[i])));
  return all;
}

} // namespace dlc::loops
