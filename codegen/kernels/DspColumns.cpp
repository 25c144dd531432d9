//===- DspColumns.cpp - Products of a tile with all columns, in SMLAD -----===//
//
// Accumulators are the first core registers, position by position; behind them
// come the weights of a step, a register to take them apart, and elements of
// the left operand. r12 goes through the left operand, lr through the right
// one; what is needed once in a block waits on the stack.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/DspAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kRegisters = 12; // r0 to r11
constexpr int64_t kGroupBytes = 8; // of the left operand
constexpr int64_t kWord = 4;
constexpr int64_t kFarthest = 4095; // offset of a load or store of bytes
/// Words on the stack.
constexpr int64_t kResult = 0, kLeftEnd = 4, kRightEnd = 8, kAddend = 12,
                  kLeft = 16, kFrame = 24;

using Weights = DspColumns::Weights;

std::string reg(int64_t number) { return "r" + std::to_string(number); }

std::string registers(int64_t first, int64_t count) {
  if (count == 1)
    return "{" + reg(first) + "}";
  return "{" + reg(first) + "-" + reg(first + count - 1) + "}";
}

/// Registers of one step.
struct Allocation {
  int64_t weights, apart, left; // the first of each kind
  int64_t weightWords;          // of all columns
  int64_t positions;            // whose elements are there together
};

/// The registers of a step; without positions where they do not suffice.
Allocation allocate(Weights weights, int64_t positions, int64_t columns) {
  Allocation a;
  a.weights = positions * columns;
  a.weightWords = columns * (weights == Weights::Halfwords ? 2 : 1);
  a.apart = a.weights + a.weightWords;
  a.left = a.apart + (weights == Weights::Halfwords ? 0 : 1);
  a.positions = std::clamp<int64_t>((kRegisters - a.left) / 2, 0, positions);
  // A column's weights are taken apart once, for all positions.
  if (columns > 1 && weights != Weights::Halfwords && a.positions < positions)
    a.positions = 0;
  return a;
}

class Writer {
public:
  explicit Writer(const DspColumns &kernel)
      : k(kernel), regs(allocate(k.weights, k.positions, k.columns)),
        sums(k.positions * k.columns) {}

  std::string write() {
    start();
    a.line("1:");
    bool loop = k.unroll < k.steps;
    startBlock(loop);
    if (loop)
      a.line("2:");
    for (int64_t i = 0; i < k.unroll; ++i)
      step(/*first=*/!loop && i == 0);
    if (loop) {
      a.line(onStack("ldr " + reg(regs.weights), kLeftEnd));
      a.line("cmp r12, " + reg(regs.weights));
      a.line("bne 2b");
    }
    a.line(onStack("ldr r12", kLeft));
    if (k.rescale)
      rescaleAndStore(*k.rescale);
    else
      storeSums();
    a.line(onStack("ldr " + reg(sums), kRightEnd));
    a.line("cmp lr, " + reg(sums));
    a.line("bne 1b");
    a.line("add sp, sp, #" + Twine(kFrame));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  int64_t leftBytes() const { return k.steps * k.positions * kGroupBytes; }

  int64_t blockBytes() const {
    int64_t step = regs.weightWords * kWord;
    int64_t words = 1;
    if (k.rescale)
      words += k.rescale->shift == 0 ? 3 : 1;
    return k.steps * step + k.columns * kWord * words;
  }

  static std::string onStack(const Twine &words, int64_t offset) {
    return (words + ", [sp, #" + Twine(offset) + "]").str();
  }

  void load(int64_t first, int64_t count, const char *from) {
    if (count == 1)
      a.line("ldr " + reg(first) + ", [" + from + "], #4");
    else
      a.line(Twine("ldmia ") + from + "!, " + registers(first, count));
  }

  /// Arguments: left operand, right operand, blocks, result.
  void start() {
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("mov r12, r0");
    a.line("mov lr, r1");
    if (k.rescale && k.rescale->shift != 0) {
      a.line("ldr r6, [lr], #4");
      a.line(onStack("str r6", kAddend));
    }
    a.line(onStack("str r3", kResult));
    a.line(onStack("str r0", kLeft));
    a.line("ldr r4, =" + Twine(leftBytes()));
    a.line("add r4, r4, r0");
    a.line(onStack("str r4", kLeftEnd));
    a.line("ldr r5, =" + Twine(blockBytes()));
    a.line("mla r5, r2, r5, lr");
    a.line(onStack("str r5", kRightEnd));
  }

  /// The biases, in the sums of the last position; a loop has them in all.
  void startBlock(bool loop) {
    load(sums - k.columns, k.columns, "lr");
    for (int64_t i = 0; loop && i < sums - k.columns; ++i)
      a.line("mov " + reg(i) + ", " + reg(biasOf(i % k.columns)));
  }

  int64_t biasOf(int64_t column) const { return sums - k.columns + column; }

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
    if (k.weights == Weights::Bytes)
      a.line(extend + weights + ", " + weights + ", ror #8");
  }

  std::pair<int64_t, int64_t> weightsOf(int64_t column) const {
    if (k.weights == Weights::Halfwords)
      return {regs.weights + 2 * column, regs.weights + 2 * column + 1};
    if (k.weights == Weights::Combined)
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

  /// The first step of a block makes sums of the biases.
  void step(bool first) {
    load(regs.weights, regs.weightWords, "lr");
    bool apart = k.weights != Weights::Halfwords;
    if (apart && k.columns == 1)
      takeApart(0);
    for (int64_t p = 0; p < k.positions; p += regs.positions) {
      int64_t count = std::min(regs.positions, k.positions - p);
      load(regs.left, 2 * count, "r12");
      for (int64_t column = 0; column < k.columns; ++column) {
        if (apart && k.columns > 1)
          takeApart(column);
        products(column, p, count, first);
      }
    }
  }

  /// Stores element by element, `bytes` each, from the result's address on.
  void store(const char *instruction, int64_t address, int64_t bytes) {
    std::string at = reg(address), spare = reg(address + 1);
    bool far = (k.positions - 1) * k.stride + k.columns * bytes > kFarthest + 1;
    auto put = [&](int64_t sum, int64_t offset) {
      a.line(instruction + Twine(" ") + reg(sum) + ", [" + at + ", #" +
             Twine(offset) + "]");
    };
    if (far)
      a.line("ldr " + spare + ", =" + Twine(k.stride));
    for (int64_t p = 0; p < k.positions; ++p) {
      for (int64_t c = 0; c < k.columns; ++c)
        if (far || p + c > 0)
          put(p * k.columns + c, (far ? 0 : p * k.stride) + c * bytes);
      if (far && p + 1 < k.positions)
        a.line("add " + at + ", " + at + ", " + spare);
    }
    // The first one moves on to the next block.
    std::string next = ", #" + std::to_string(k.columns * bytes);
    if (far) {
      a.line(onStack("ldr " + at, kResult));
      a.line("add " + at + ", " + at + next);
    } else {
      a.line(instruction + Twine(" r0, [") + at + "]" + next);
    }
    a.line(onStack("str " + at, kResult));
  }

  void storeSums() {
    a.line(onStack("ldr " + reg(sums), kResult));
    store("str", sums, kWord);
  }

  void rescaleAndStore(const DspColumns::Rescale &r) {
    if (r.shift == 0)
      scaleByOwn();
    else
      scaleByOne();
    int64_t address = sums + k.columns;
    a.line(onStack("ldr " + reg(address), kResult));
    for (int64_t i = 0; i < sums; ++i)
      for (const std::string &line : dspSaturate(r, reg(i)))
        a.line(line);
    store("strb", address, 1);
  }

  void highWord(int64_t sum, int64_t multiplier, int64_t addend) {
    a.line("smmla " + reg(sum) + ", " + reg(sum) + ", " + reg(multiplier) +
           ", " + reg(addend));
  }

  void scaleByOne() {
    int64_t addend = sums + k.columns;
    load(sums, k.columns, "lr");
    a.line(onStack("ldr " + reg(addend), kAddend));
    for (int64_t i = 0; i < sums; ++i)
      highWord(i, sums + i % k.columns, addend);
  }

  /// Each column has a multiplier, an addend and a shift.
  void scaleByOwn() {
    for (int64_t c = 0; c < k.columns; ++c) {
      load(sums, 3, "lr");
      for (int64_t i = c; i < sums; i += k.columns)
        highWord(i, sums, sums + 1);
      for (int64_t i = c; i < sums; i += k.columns)
        a.line("asr " + reg(i) + ", " + reg(i) + ", " + reg(sums + 2));
    }
  }

  const DspColumns &k;
  AssemblyText a;
  Allocation regs;
  int64_t sums;
};
} // namespace

std::vector<std::string> dspSaturate(const DspColumns::Rescale &rescale,
                                     const std::string &sum) {
  std::string shift =
      rescale.shift == 0 ? "" : ", asr #" + std::to_string(rescale.shift);
  std::vector<std::string> lines{(rescale.isSigned ? "ssat " : "usat ") + sum +
                                 ", #8, " + sum + shift};
  auto bound = [&](int64_t value, const std::string &when) {
    // -128 to 255 are immediates of both instructions.
    std::string number = ", #" + std::to_string(value);
    lines.push_back("cmp " + sum + number);
    lines.push_back("it " + when);
    lines.push_back("mov" + when + " " + sum + number);
  };
  int64_t least = rescale.isSigned ? -128 : 0;
  if (rescale.min > least)
    bound(rescale.min, "lt");
  if (rescale.max < least + 255)
    bound(rescale.max, "gt");
  return lines;
}

const char *DspColumns::whyNot() const {
  if (allocate(weights, positions, columns).positions == 0)
    return "accumulators and operands have no place in 12 registers";
  // Multipliers, the addend, the address and its step.
  if (positions * columns + columns + 3 > kRegisters)
    return "rescaling has no place in 12 registers";
  return nullptr;
}

std::string DspColumns::text() const { return Writer(*this).write(); }

} // namespace dlc::kernels
