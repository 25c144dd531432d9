//===- MulsColumns.cpp - Products of a tile with all columns, in MULS -----===//
//
// Sums are in r8 to r12. r6 goes through the left operand and then the results,
// r7 through the right one. Weights are loaded without a sign, 128 and a zero
// point too large: what that adds to a position's sums is known from its
// elements alone, and waits on the stack.
//
// Narrow weights are those of two columns in halves of a word, one element's
// after the other's. Masked, they are multiplied together, and so many products
// are added up in a register as fit a half (MlaNarrowColumns.cpp).
//
// Of codes a byte has two, and is an offset into a table of what the lower one
// stands for, and into one of the upper. Of several positions there is no
// register for that; a code alone finds its value in the first one, too.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MulsText.h"
#include "codegen/kernels/core/NarrowHalves.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kMostSums = 5, kFirstSum = 8;
constexpr int64_t kNear = 31;      // offset of a load or store of bytes
constexpr int64_t kNearWord = 124; // and of words
constexpr int64_t kTogether = 4;   // elements of a position that are summed up
/// Words on the stack; behind them what moved weights add to each position.
constexpr int64_t kResult = 0, kLeft = 4, kLeftEnd = 8, kRightEnd = 12,
                  kStream = 16, kMoved = 20, kFrame = 40;
/// Of narrow weights: what is in the sums of even columns, and the mask.
constexpr int64_t kMovedEven = kMoved + kWord, kMask = kMovedEven + kWord;
constexpr int64_t kHalf = NarrowHalves::kBits;
/// Of codes: the table.
constexpr int64_t kTable = kMoved;
constexpr int64_t kFirstLabel = 20; // of sums outside

using Left = MulsColumns::Left;

std::string sumAt(int64_t i) { return "r" + std::to_string(kFirstSum + i); }

class MulsWriter {
public:
  explicit MulsWriter(const MulsColumns &kernel)
      : k(kernel), words(kernel.left == Left::Words), narrow(kernel.bits < 8),
        halves{kernel.bits, kernel.signedLeft} {}

  std::string write() {
    start();
    a.line("1:");
    startBlock();
    bool loop = k.unroll < k.steps;
    if (loop)
      a.line("2:");
    if (k.coded())
      words ? stepsOfCodedWords() : stepsOfCodedBytes();
    else
      words ? stepsOfWords() : narrow ? stepsOfNarrow() : stepsOfBytes();
    if (loop) {
      a.line(onStack("ldr r0", kLeftEnd));
      a.line("cmp r6, r0");
      a.repeatUnlessEqual("2b");
    }
    a.addTo("r7", filling(), "r0");
    storeResults();
    a.line(onStack("ldr r0", kRightEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    for (int64_t i = 0; words && k.rescale && i < k.sums(); ++i)
      a.rescaledOutside(*k.rescale, labelOf(i), placeOf(i));
    a.line(".ltorg");
    return a.text();
  }

private:
  static int64_t labelOf(int64_t i) { return kFirstLabel + 2 * i; }
  int64_t walked() const { return k.steps * (words ? k.positions * kWord : 1); }
  int64_t weightBytes() const {
    if (k.coded())
      return (k.steps * k.columns + 1) / 2;
    if (!narrow)
      return k.steps * k.columns;
    return halves.words(k.steps) * k.columns / 2 * kWord;
  }
  int64_t filling() const { return (kWord - weightBytes() % kWord) % kWord; }
  int64_t blockBytes() const {
    int64_t numbers = 1 + (k.rescale ? MulsRescale::kWords : 0);
    return weightBytes() + filling() + k.columns * kWord * numbers;
  }
  std::string elements() const {
    return k.positions == 1 ? "{r0}"
                            : "{r0-r" + std::to_string(k.positions - 1) + "}";
  }

  /// Arguments: left operand, right operand, blocks, result.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r6, r0");
    a.line("mov r7, r1");
    a.line("ldr r4, =" + Twine(walked()));
    a.line("adds r4, r4, r0");
    a.line(onStack("str r4", kLeftEnd));
    if (k.coded()) {
      a.line(onStack("str r2", kTable));
      a.line("ldr r2, =" + Twine(k.blocks));
    } else if (narrow) {
      startNarrow();
    } else {
      a.line("ldmia r7!, {r5}");
    }
    a.line("ldr r4, =" + Twine(blockBytes()));
    a.line("muls r2, r4, r2");
    a.line("adds r2, r2, r7");
    a.line(onStack("str r2", kRightEnd));
    a.line("b 3f");
    a.line(".ltorg");
    a.line("3:");
    if (!k.coded())
      words ? sumWords() : sumBytes();
  }

  /// What weights are larger by, the mask, and what halves that start in the
  /// middle add.
  void startNarrow() {
    a.line("ldr r4, =" + Twine(halves.mask()));
    a.line(onStack("str r4", kMask));
    a.line("ldr r4, =" + Twine(-halves.middles(k.steps, k.unroll)));
    a.line(onStack("str r4", kMovedEven));
    a.line("movs r5, #" + Twine(1 << (k.bits - 1)));
    a.line("rsbs r5, r5, #0");
  }

  /// Sums of the positions' elements times what is in r5.
  void sumWords() {
    a.line(onStack("str r7", kStream));
    a.line(onStack("ldr r7", kLeftEnd));
    a.line("movs r0, #0");
    for (int64_t p = 0; p < k.positions; ++p)
      a.line("mov " + sumAt(p) + ", r0");
    a.line("4:");
    int64_t together = k.steps % kTogether == 0 ? kTogether : 1;
    for (int64_t i = 0; i < together; ++i) {
      a.line("ldmia r6!, " + elements());
      for (int64_t p = 0; p < k.positions; ++p)
        a.line("add " + sumAt(p) + ", r" + Twine(p));
    }
    a.line("cmp r6, r7");
    a.line("bne 4b");
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("mov r0, " + sumAt(p));
      a.line("muls r0, r5, r0");
      a.line(onStack("str r0", kMoved + kWord * p));
    }
    a.line(onStack("ldr r7", kStream));
  }

  void loadByte(int64_t offset) {
    a.line("ldrb r0, [r6, #" + Twine(offset) + "]");
    if (k.signedLeft)
      a.line("sxtb r0, r0");
  }

  void sumBytes() {
    a.line(onStack("ldr r4", kLeftEnd));
    a.line("movs r1, #0");
    a.line("4:");
    int64_t together = k.steps % kTogether == 0 ? kTogether : 1;
    for (int64_t i = 0; i < together; ++i) {
      loadByte(i);
      a.line("adds r1, r1, r0");
    }
    a.line("adds r6, #" + Twine(together));
    a.line("cmp r6, r4");
    a.line("bne 4b");
    a.line("muls r1, r5, r1");
    a.line(onStack("str r1", kMoved));
    if (!narrow)
      return;
    a.line(onStack("ldr r0", kMovedEven));
    a.line("adds r1, r1, r0");
    a.line(onStack("str r1", kMovedEven));
  }

  /// The biases, the same for all positions, and the table.
  void startCodedBlock() {
    for (int64_t c = 0; c < k.columns; ++c) {
      a.line("ldmia r7!, {r1}");
      for (int64_t p = 0; p < k.positions; ++p)
        a.line("mov " + sumAt(p * k.columns + c) + ", r1");
    }
    a.line(onStack("ldr r6", kLeft));
    if (words)
      return a.line(onStack("ldr r5", kTable));
    a.line(onStack("ldr r3", kTable));
    a.line("mov r4, r3");
    a.line("adds r4, #255");
    a.line("adds r4, #1");
  }

  /// The biases, and what moved weights add.
  void startBlock() {
    if (k.coded())
      return startCodedBlock();
    if (words) {
      a.line("ldmia r7!, {r5}");
      a.line("add r6, sp, #" + Twine(kMoved));
      a.line("ldmia r6!, " + elements());
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line("adds r" + Twine(p) + ", r" + Twine(p) + ", r5");
        a.line("mov " + sumAt(p) + ", r" + Twine(p));
      }
    } else {
      for (int64_t c = 0; c < k.columns; ++c) {
        if (narrow || c == 0)
          a.line(onStack("ldr r0", narrow && c % 2 == 0 ? kMovedEven : kMoved));
        a.line("ldmia r7!, {r1}");
        a.line("adds r1, r1, r0");
        a.line("mov " + sumAt(c) + ", r1");
      }
    }
    a.line(onStack("ldr r6", kLeft));
    if (!narrow)
      return;
    a.line(onStack("ldr r5", kMask));
    a.line("movs r4, #" + Twine(k.signedLeft ? 1 : 0));
    if (k.signedLeft)
      a.line("lsls r4, r4, #" + Twine(kHalf - 1));
  }

  /// Of pairs of columns, in turn.
  static std::string halvesOf(int64_t pair) { return pair ? "lr" : "r12"; }

  void stepsOfNarrow() {
    int64_t pairs = k.columns / 2;
    for (int64_t i = 0; i < k.unroll; ++i) {
      int64_t inWord = i % halves.perWord();
      if (inWord == 0)
        a.line(pairs == 1 ? "ldmia r7!, {r2}" : "ldmia r7!, {r2-r3}");
      for (int64_t p = 0; i % halves.together() == 0 && p < pairs; ++p)
        a.line("mov " + halvesOf(p) + ", r4");
      loadByte(i);
      for (int64_t p = 0; p < pairs; ++p) {
        std::string word = "r" + std::to_string(2 + p);
        if (inWord)
          a.line("lsrs r1, " + word + ", #" + Twine(inWord * k.bits));
        else
          a.line("mov r1, " + word);
        a.line("ands r1, r5");
        a.line("muls r1, r0, r1");
        a.line("add " + halvesOf(p) + ", r1");
      }
      if ((i + 1) % halves.together() == 0 || i + 1 == k.unroll)
        addHalves(pairs);
    }
    a.line("adds r6, #" + Twine(k.unroll));
  }

  void addHalves(int64_t pairs) {
    for (int64_t p = 0; p < pairs; ++p) {
      a.line("mov r1, " + halvesOf(p));
      a.line("uxth r0, r1");
      a.line("add " + sumAt(2 * p) + ", r0");
      a.line(Twine(k.signedLeft ? "asrs" : "lsrs") + " r1, r1, #" +
             Twine(kHalf));
      a.line("add " + sumAt(2 * p + 1) + ", r1");
    }
  }

  void stepsOfWords() {
    for (int64_t i = 0; i < k.unroll; ++i) {
      a.line("ldmia r6!, " + elements());
      a.line("ldrb r5, [r7, #" + Twine(i) + "]");
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line("muls r" + Twine(p) + ", r5, r" + Twine(p));
        a.line("add " + sumAt(p) + ", r" + Twine(p));
      }
    }
    a.addTo("r7", k.unroll, "r0");
  }

  void stepsOfCodedWords() {
    for (int64_t i = 0; i < k.unroll; ++i) {
      a.line("ldmia r6!, " + elements());
      a.line("ldrb r4, [r7, #" + Twine(i / 2) + "]");
      if (i % 2)
        a.line("lsrs r4, r4, #4");
      a.line("ldrsb r4, [r5, r4]");
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line("muls r" + Twine(p) + ", r4, r" + Twine(p));
        a.line("add " + sumAt(p) + ", r" + Twine(p));
      }
    }
    a.addTo("r7", (k.unroll + 1) / 2, "r0");
  }

  void stepsOfCodedBytes() {
    int64_t at = 0;
    for (int64_t i = 0; i < k.unroll; ++i) {
      loadByte(i);
      for (int64_t c = 0; c < k.columns; c += 2) {
        if (at > kNear) {
          a.line("adds r7, #" + Twine(at));
          at = 0;
        }
        a.line("ldrb r1, [r7, #" + Twine(at++) + "]");
        a.line("ldrsb r2, [r3, r1]");
        a.line("ldrsb r1, [r4, r1]");
        a.line("muls r2, r0, r2");
        a.line("add " + sumAt(c) + ", r2");
        a.line("muls r1, r0, r1");
        a.line("add " + sumAt(c + 1) + ", r1");
      }
    }
    a.line("adds r7, #" + Twine(at));
    a.line("adds r6, #" + Twine(k.unroll));
  }

  void stepsOfBytes() {
    int64_t at = 0;
    for (int64_t i = 0; i < k.unroll; ++i) {
      if (at + k.columns - 1 > kNear) {
        a.line("adds r7, #" + Twine(at));
        at = 0;
      }
      loadByte(i);
      for (int64_t c = 0; c < k.columns; ++c) {
        a.line("ldrb r1, [r7, #" + Twine(at + c) + "]");
        a.line("muls r1, r0, r1");
        a.line("add " + sumAt(c) + ", r1");
      }
      at += k.columns;
    }
    a.line("adds r7, #" + Twine(at));
    a.line("adds r6, #" + Twine(k.unroll));
  }

  bool isNear() const { return (k.positions - 1) * k.stride <= kNear; }

  /// Where a result goes; r6 moves on where positions are far.
  std::string placeOf(int64_t sum) const {
    int64_t p = sum / k.columns, c = sum % k.columns;
    return "[r6, #" + std::to_string((isNear() ? p * k.stride : 0) + c) + "]";
  }

  void storeResults() {
    a.takeResults(kResult, k.columns * (k.rescale ? 1 : kWord));
    if (k.rescale)
      return words ? rescalePositions(*k.rescale) : rescaleColumns(*k.rescale);
    for (int64_t p = 0; p < k.positions; ++p)
      for (int64_t c = 0; c < k.columns; ++c) {
        a.line("mov r0, " + sumAt(p * k.columns + c));
        a.line("str r0, [r6, #" + Twine(p * k.stride + c * kWord) + "]");
      }
  }

  void rescalePositions(const MulsRescale &r) {
    a.withFactor(r, kStream, [&](const char *reach) {
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line("mov r0, " + sumAt(p));
        a.rescaled(r, reach, labelOf(p), placeOf(p));
        if (!isNear() && p + 1 < k.positions)
          a.addTo("r6", k.stride, "r1");
      }
    });
  }

  void rescaleColumns(const MulsRescale &r) {
    for (int64_t c = 0; c < k.columns; ++c)
      a.withFactor(r, kStream, [&](const char *reach) {
        a.line("mov r0, " + sumAt(c));
        a.rescaled(r, reach, labelOf(c), placeOf(c));
        // Within what a conditional branch reaches.
        a.line("b 5f");
        a.rescaledOutside(r, labelOf(c), placeOf(c));
        a.line("5:");
      });
  }

  const MulsColumns &k;
  bool words, narrow;
  NarrowHalves halves;
  MulsText a;
};
} // namespace

static const char *whyNoCodes(const MulsColumns &kernel) {
  constexpr int64_t kPositions = 4;
  bool words = kernel.left == Left::Words;
  if (words && kernel.positions > kPositions)
    return "elements have no place in 4 registers";
  if (!words && kernel.columns % 2 != 0)
    return "two columns are looked up together";
  return nullptr;
}

const char *MulsColumns::whyNot() const {
  if (coded())
    if (const char *reason = whyNoCodes(*this))
      return reason;
  bool narrow = bits < 8;
  if (narrow && bits != 2 && bits != 4)
    return "narrow weights have 2 or 4 bits";
  if (narrow && unroll % (kHalf / bits) && unroll != steps)
    return "an iteration begins within a word of narrow weights";
  if (unroll > kNear)
    return "more than 31 steps have no offsets";
  if (bits > 8)
    return whyNoPairs(*this);
  if (narrow && left == Left::Words)
    return whyNoNarrowTile(*this);
  if (narrow && columns != 2 && columns != 4)
    return "columns of narrow weights come in one or two pairs";
  bool one = left == Left::Words ? columns == 1 : positions == 1;
  if (!one)
    return "several positions have one column, and bytes are one position's";
  if (sums() > kMostSums)
    return "accumulators have no place in 5 registers";
  if (!rescale && (positions - 1) * stride + (columns - 1) * kWord > kNearWord)
    return "sums are farther apart than a store reaches";
  return nullptr;
}

std::string MulsColumns::text() const {
  if (bits > 8)
    return pairsOfColumns(*this);
  bool tile = bits < 8 && left == Left::Words;
  return tile ? narrowTile(*this) : MulsWriter(*this).write();
}

} // namespace dlc::kernels
