//===- DspColumns.cpp - Products of a tile with all columns, in SMLAD -----===//
//
// Behind the accumulators come the weights of a step, a register to take them
// apart, and elements of the left operand. r11 turns bytes over where two at a
// time become one number.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/DspAssembly.h"
#include <algorithm>
#include <tuple>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kLastRegister = 11; // of r0 to r11
constexpr int64_t kGroupBytes = 8;    // of the left operand, widened
constexpr int64_t kGroup = 4;         // elements

using Weights = DspColumns::Weights;

/// Registers of one step.
struct Allocation {
  int64_t weights, apart, left; // the first of each kind
  int64_t weightWords;          // of all columns
  int64_t columns;              // whose weights are there together
  int64_t positions;            // whose elements are there together
};

/// The registers of a step; without positions where they do not suffice.
Allocation allocate(const DspColumns &kernel) {
  auto [weights, positions, columns] =
      std::tuple(kernel.weights, kernel.positions, kernel.columns);
  bool turned = kernel.bytes && weights == Weights::Combined;
  int64_t last = kLastRegister - (turned ? 1 : 0);
  Allocation a;
  int64_t words = weights == Weights::Halfwords ? 2 : 1;
  a.weights = positions * columns;
  a.weightWords = columns * words;
  // Of one position half of the columns, if there is no room for all.
  a.columns = columns;
  if (positions == 1 && words == 2 && columns % 2 == 0 &&
      a.weights + a.weightWords + words > last + 1)
    a.columns = columns / 2;
  a.apart = a.weights + a.columns * words;
  a.left = a.apart + (weights == Weights::Halfwords ? 0 : 1);
  a.positions = std::clamp<int64_t>((last + 1 - a.left) / 2, 0, positions);
  // A column's weights are taken apart once, for all positions.
  if (columns > 1 && weights != Weights::Halfwords && a.positions < positions)
    a.positions = 0;
  return a;
}

class SmladWriter : public SmmlaColumnsWriter {
public:
  explicit SmladWriter(const DspColumns &kernel)
      : SmmlaColumnsWriter(kernel), form(kernel.weights), kernel(kernel),
        regs(allocate(kernel)) {}

private:
  int64_t walkedBytes() const override {
    return k.steps * k.positions * (kernel.bytes ? kGroup : kGroupBytes);
  }

  void prepare() override {
    if (kernel.bytes && form == Weights::Combined)
      a.line("ldr " + reg(kLastRegister) + ", =0x7f007f00");
  }

  int64_t weightBytes() const override {
    return k.steps * regs.weightWords * kWord;
  }

  void multiply(int64_t position, int64_t column, int64_t left, int64_t right,
                bool first) {
    std::string sum = reg(position * k.columns + column);
    a.line("smlad " + sum + ", " + reg(left) + ", " + reg(right) + ", " +
           (first ? reg(biasOf(column)) : sum));
  }

  /// The register with the first (second) two weights of a column.
  void takeApart(int64_t column) {
    std::string weights = reg(regs.weights + column), apart = reg(regs.apart);
    std::string extend = k.signedWeights ? "sxtb16 " : "uxtb16 ";
    a.line(extend + apart + ", " + weights);
    if (form == Weights::Bytes)
      a.line(extend + weights + ", " + weights + ", ror #8");
  }

  std::pair<int64_t, int64_t> weightsOf(int64_t column) const {
    if (form == Weights::Halfwords) {
      int64_t first = regs.weights + 2 * (column % regs.columns);
      return {first, first + 1};
    }
    if (form == Weights::Combined)
      return {regs.weights + column, regs.apart};
    return {regs.apart, regs.weights + column};
  }

  void products(int64_t column, int64_t position, int64_t count, bool first) {
    auto [even, odd] = weightsOf(column);
    for (int64_t p = 0; p < count; ++p)
      multiply(position + p, column, regs.left + 2 * p, even, first);
    for (int64_t p = 0; p < count; ++p)
      multiply(position + p, column, regs.left + 2 * p + 1, odd, false);
  }

  /// Elements of positions that are there together, as kernel.widen makes them.
  void loadLeft(int64_t count) {
    if (!kernel.bytes)
      return load(regs.left, 2 * count, "r12");
    std::string first = reg(regs.left), second = reg(regs.left + 1);
    std::string extend = kernel.signedLeft ? "sxtb16 " : "uxtb16 ";
    load(regs.left + 1, 1, "r12");
    if (form == Weights::Combined) {
      a.line("sxtb16 " + first + ", " + second + ", ror #8");
      a.line("eor " + second + ", " + second + ", " + reg(kLastRegister));
      a.line("rev16 " + second + ", " + second);
    } else {
      a.line(extend + first + ", " + second);
      a.line(extend + second + ", " + second + ", ror #8");
    }
  }

  /// The first step of a block makes sums of the biases.
  void step(int64_t, bool first) override {
    if (regs.columns < k.columns)
      return stepOfHalves(first);
    load(regs.weights, regs.weightWords, "lr");
    bool apart = form != Weights::Halfwords;
    if (apart && k.columns == 1)
      takeApart(0);
    for (int64_t p = 0; p < k.positions; p += regs.positions) {
      int64_t count = std::min(regs.positions, k.positions - p);
      loadLeft(count);
      for (int64_t column = 0; column < k.columns; ++column) {
        if (apart && k.columns > 1)
          takeApart(column);
        products(column, p, count, first);
      }
    }
  }

  /// Of one position, with the weights of half of the columns at a time.
  void stepOfHalves(bool first) {
    loadLeft(1);
    for (int64_t column = 0; column < k.columns; ++column) {
      if (column % regs.columns == 0)
        load(regs.weights, regs.weightWords / 2, "lr");
      products(column, 0, 1, first);
    }
  }

  Weights form;
  const DspColumns &kernel;
  Allocation regs;
};
} // namespace

const char *DspColumns::whyNot() const {
  if (bytes && positions != 1)
    return "bytes are read where those of one position lie";
  if (bytes && !signedLeft && weights == Weights::Combined)
    return "combined weights are multiplied by bytes with a sign";
  if (allocate(*this).positions == 0)
    return "accumulators and operands have no place in 12 registers";
  // Multipliers, the addend, the address and its step; of a wide multiplier two
  // words, the addend and what is carried over.
  if (rescale && rescale->isWide())
    return sums() + 4 > kLastRegister + 1
               ? "rescaling to 16 bits has no place in 12 registers"
               : nullptr;
  if (sums() + columns + 3 > kLastRegister + 1)
    return "rescaling has no place in 12 registers";
  return nullptr;
}

std::string DspColumns::text() const { return SmladWriter(*this).write(); }

} // namespace dlc::kernels
