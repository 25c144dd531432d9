//===- DspNarrowColumns.cpp - Weights of 4 or 2 bits, in SMLAD ------------===//
//
// A word has the weights of two elements in halves of 16 bits, and in each half
// those of all columns of a block, h = w0 + 2^b w1 + 2^2b w2 + ... Products are
// of whole halves: what the last column is multiplied by is all of h, the one
// before it what is left of h without its highest digit, and so on, so that a
// sum less the one before it is a column's, times a power of two. Nothing is
// taken apart but one digit after the other, by an instruction for two elements
// and a column.
//
// Digits have no sign but for the highest: the others are 2^(b-1) larger, which
// a sum of the position's elements takes back.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/DspAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kHalf = 16;     // bits
constexpr int64_t kStepWords = 2; // of a position, and of weights
constexpr int64_t kMostSums = 8;
/// Behind the sums of eight.
constexpr int64_t kSpare = 8, kSpares = 3, kPointer = 11;

class NarrowWriter : public SmmlaColumnsWriter {
public:
  explicit NarrowWriter(const DspNarrowColumns &kernel)
      : SmmlaColumnsWriter(kernel), bits(kernel.bits), many(sums == kMostSums) {
  }

private:
  int64_t walkedBytes() const override {
    return k.steps * k.positions * kStepWords * kWord;
  }
  int64_t weightBytes() const override { return k.steps * kStepWords * kWord; }

  /// What digits are larger by, for all columns but the last, of each position.
  int64_t placeOf(int64_t position) const {
    return kOwn + position * (k.columns - 1) * kWord;
  }
  int64_t ownBytes() const override {
    return (placeOf(k.positions) - kOwn + 7) / 8 * 8;
  }

  // Registers: eight sums leave a word of each of two elements, one of weights
  // and the mask; four leave four words of elements and two of weights.
  int64_t left() const { return sums; }
  int64_t weights() const { return many ? sums + 2 : sums + 4; }
  int64_t mask() const { return many ? kPointer : kPointer - 1; }

  /// Sums of the positions' elements, as often as digits are larger.
  void prepare() override {
    constexpr int64_t kSum = 4, kOnes = 5, kEnd = 6, kSecond = 7;
    int64_t together = k.positions == 1 && k.steps % 2 ? 2 : 4;
    a.line("mov r4, #0");
    a.line("ldr r5, =0x00010001");
    a.line(onStack("ldr r6", kLeftEnd));
    if (k.positions > 1)
      a.line("mov r7, #0");
    a.line("4:");
    load(0, together, "r12");
    for (int64_t i = 0; i < together; ++i) {
      bool second = k.positions > 1 && i >= kStepWords;
      std::string sum = reg(second ? kSecond : kSum);
      a.line("smlad " + sum + ", " + reg(i) + ", " + reg(kOnes) + ", " + sum);
    }
    a.line("cmp r12, " + reg(kEnd));
    a.line("bne 4b");
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("lsl r0, " + reg(p ? kSecond : kSum) + ", #" + Twine(bits - 1));
      a.line(onStack("str r0", placeOf(p)));
      for (int64_t c = 1; c + 1 < k.columns; ++c) {
        a.line("add r1, r0, " + Twine(c == 1 ? "r0" : "r1") + ", lsl #" +
               Twine(bits));
        a.line(onStack("str r1", placeOf(p) + c * kWord));
      }
    }
    a.line(onStack("ldr r12", kLeft));
  }

  bool startsInSums() const override { return true; }

  void moveSums() override {
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("add " + reg(kPointer) + ", sp, #" + Twine(placeOf(p)));
      int64_t count = k.columns - 1;
      for (int64_t first = 0; first < count; first += kSpares) {
        int64_t some = std::min(kSpares, count - first);
        load(kSpare, some, "r11");
        for (int64_t i = 0; i < some; ++i)
          subtract(sumOf(p, first + i), kSpare + i);
        if (first + some == count)
          subtract(sumOf(p, count), kSpare + some - 1);
      }
    }
    // The highest digit of the low byte of both halves.
    int64_t digit = ((1 << bits) - 1) << (8 - bits);
    a.line("ldr " + reg(mask()) + ", =" + Twine(digit * 0x10001));
  }

  int64_t sumOf(int64_t position, int64_t column) const {
    return position * k.columns + column;
  }
  void subtract(int64_t from, int64_t what) {
    a.line("sub " + reg(from) + ", " + reg(from) + ", " + reg(what));
  }

  /// Products of a word of weights with one of each position.
  void products(int64_t word, int64_t element) {
    for (int64_t c = k.columns - 1; c >= 0; --c) {
      for (int64_t p = 0; p < k.positions; ++p) {
        std::string sum = reg(sumOf(p, c));
        a.line("smlad " + sum + ", " + reg(element + p) + ", " + reg(word) +
               ", " + sum);
      }
      if (c > 0)
        a.line("bic " + reg(word) + ", " + reg(word) + ", " + reg(mask()) +
               shifted(bits * c - (8 - bits)));
    }
  }

  static std::string shifted(int64_t by) {
    if (by == 0)
      return "";
    return (by > 0 ? ", lsl #" : ", lsr #") + std::to_string(std::abs(by));
  }

  void step(int64_t number, bool) override {
    if (k.positions > 1)
      return stepOfPositions(number);
    if (many) {
      load(left(), kStepWords, "r12");
      for (int64_t i = 0; i < kStepWords; ++i) {
        load(weights(), 1, "lr");
        products(weights(), left() + i);
      }
      return;
    }
    // Two steps at a time.
    if (number % 2)
      return;
    int64_t count = std::min<int64_t>(2, k.unroll - number);
    load(left(), count * kStepWords, "r12");
    for (int64_t s = 0; s < count; ++s) {
      load(weights(), kStepWords, "lr");
      for (int64_t i = 0; i < kStepWords; ++i)
        products(weights() + i, left() + s * kStepWords + i);
    }
  }

  /// The words of a position lie side by side, those of the next one behind.
  void stepOfPositions(int64_t number) {
    int64_t stepBytes = k.positions * kStepWords * kWord;
    for (int64_t i = 0; i < kStepWords; ++i) {
      for (int64_t p = 0; p < k.positions; ++p)
        a.line("ldr " + reg(left() + p) + ", [r12, #" +
               Twine(number * stepBytes + (p * kStepWords + i) * kWord) + "]");
      load(weights(), 1, "lr");
      products(weights(), left());
    }
    if (number + 1 == k.unroll)
      a.line("add r12, r12, #" + Twine(k.unroll * stepBytes));
  }

  /// Each column's own sum.
  void finishSums() override {
    for (int64_t p = 0; p < k.positions; ++p) {
      for (int64_t c = k.columns - 1; c > 0; --c)
        subtract(sumOf(p, c), sumOf(p, c - 1));
      for (int64_t c = 1; c < k.columns; ++c)
        a.line("asr " + reg(sumOf(p, c)) + ", " + reg(sumOf(p, c)) + ", #" +
               Twine(bits * c));
    }
  }

  int64_t bits;
  bool many; // sums: eight
};
} // namespace

const char *DspNarrowColumns::whyNot() const {
  if (bits != 2 && bits != 4)
    return "narrow weights have 2 or 4 bits";
  if (columns != kHalf / bits)
    return "16 bits hold the narrow weights of all columns of a block";
  if (sums() > kMostSums)
    return "accumulators and operands have no place in 12 registers";
  return nullptr;
}

std::string DspNarrowColumns::text() const {
  return NarrowWriter(*this).write();
}

} // namespace dlc::kernels
