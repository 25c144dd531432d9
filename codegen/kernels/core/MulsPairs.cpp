//===- MulsPairs.cpp - Two columns in a word of weights, in MULS ----------===//
//
// A product with `w0 + 65536 w1` is both columns', and those of two elements
// have a lower one of 16 bits. So of a pair of columns there are two sums: of
// all words, in r8 and r10, and of their upper halves alone, in r4 and r5. For
// the latter a word is shifted down, which leaves its highest lost bit in the
// carry; added with that it is rounded, and what the lower half had borrowed is
// back. The lower column's sum is what the upper ones leave of the words'.
//
// r6 goes through the left operand and then the results, r7 through the right
// one, r12 has the end of the left operand.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
class PairsWriter {
public:
  explicit PairsWriter(const MulsColumns &kernel)
      : k(kernel), words(kernel.left == MulsColumns::Left::Words) {}

  std::string write() {
    start();
    a.line("1:");
    startBlock();
    bool loop = k.unroll < k.steps;
    if (loop)
      a.line("2:");
    steps();
    if (loop)
      repeatSteps();
    finishSums();
    storeResults();
    a.line(onStack("ldr r0", kEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    for (int64_t c = 0; k.rescale && c < k.columns; ++c)
      a.rescaledOutside(*k.rescale, labelOf(c), placeOf(c));
    a.line(".ltorg");
    return a.text();
  }

private:
  static constexpr int64_t kWord = 4;
  /// Words on the stack.
  static constexpr int64_t kResult = 0, kLeft = 4, kEnd = 8, kStream = 12,
                           kFrame = 16;

  int64_t pairs() const { return k.columns / 2; }
  static int64_t labelOf(int64_t column) { return 20 + 2 * column; }
  static std::string placeOf(int64_t column) {
    return "[r6, #" + std::to_string(column) + "]";
  }
  /// Of all words of a pair, then the lower column's; the upper one's.
  static std::string lower(int64_t pair) {
    return "r" + std::to_string(8 + 2 * pair);
  }
  static std::string upper(int64_t pair) {
    return "r" + std::to_string(9 + 2 * pair);
  }
  static std::string halves(int64_t pair) {
    return "r" + std::to_string(4 + pair);
  }

  int64_t blockBytes() const {
    int64_t numbers = 1 + (k.rescale ? MulsRescale::kWords : 0);
    return (pairs() * k.steps + k.columns * numbers) * kWord;
  }

  /// Arguments: left operand, right operand, blocks, result.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r7, r1");
    a.line("ldr r4, =" + Twine(k.steps * (words ? kWord : 1)));
    a.line("adds r4, r4, r0");
    a.line("mov r12, r4");
    a.line("ldr r4, =" + Twine(blockBytes()));
    a.line("muls r2, r4, r2");
    a.line("adds r2, r2, r7");
    a.line(onStack("str r2", kEnd));
    a.line("b 3f");
    a.line(".ltorg");
    a.line("3:");
  }

  /// What each of a pair's sums starts with.
  void startBlock() {
    for (int64_t p = 0; p < pairs(); ++p) {
      a.line("ldmia r7!, {r0-r1}");
      a.line("mov " + lower(p) + ", r0");
      a.line("mov " + halves(p) + ", r1");
    }
    a.line(onStack("ldr r6", kLeft));
  }

  void loadElements(int64_t first, int64_t count) {
    if (words)
      return a.line(count == 2 ? "ldmia r6!, {r0-r1}" : "ldmia r6!, {r0}");
    for (int64_t i = 0; i < count; ++i) {
      std::string x = "r" + std::to_string(i);
      a.line("ldrb " + x + ", [r6, #" + Twine(first + i) + "]");
      if (k.signedLeft)
        a.line("sxtb " + x + ", " + x);
      else
        a.line("subs " + x + ", #128");
    }
  }

  /// Two elements at a time; an odd last one is alone.
  void steps() {
    for (int64_t i = 0; i < k.unroll; i += 2) {
      bool two = i + 1 < k.unroll;
      loadElements(i, two ? 2 : 1);
      for (int64_t p = 0; p < pairs(); ++p) {
        a.line(two ? "ldmia r7!, {r2-r3}" : "ldmia r7!, {r2}");
        a.line("muls r2, r0, r2");
        if (two) {
          a.line("muls r3, r1, r3");
          a.line("adds r2, r2, r3");
        }
        a.line("add " + lower(p) + ", r2");
        a.line("asrs r2, r2, #16");
        a.line("adcs " + halves(p) + ", r2");
      }
    }
    if (!words)
      a.line("adds r6, #" + Twine(k.unroll));
  }

  /// Within what a conditional branch reaches there is no jump around it.
  void repeatSteps() {
    constexpr int64_t kReach = 250, kBytes = 2, kOfPair = 7;
    int64_t twos = k.unroll / 2;
    int64_t ofTwo = kOfPair * pairs() + (words ? 1 : 4);
    a.line("cmp r6, r12");
    if ((twos * ofTwo + 2) * kBytes <= kReach)
      a.line("bne 2b");
    else
      a.repeatUnlessEqual("2b");
  }

  /// Makes the columns' own sums of those of words and halves.
  void finishSums() {
    for (int64_t p = 0; p < pairs(); ++p) {
      a.line("lsls r0, " + halves(p) + ", #16");
      a.line("mov r1, " + lower(p));
      a.line("subs r1, r1, r0");
      a.line("mov " + lower(p) + ", r1");
      a.line("mov " + upper(p) + ", " + halves(p));
    }
  }

  void storeResults() {
    a.takeResults(kResult, k.columns * (k.rescale ? 1 : kWord));
    for (int64_t c = 0; c < k.columns; ++c) {
      std::string sum = c % 2 ? upper(c / 2) : lower(c / 2);
      if (k.rescale) {
        rescale(*k.rescale, sum, c);
        continue;
      }
      a.line("mov r0, " + sum);
      a.line("str r0, [r6, #" + Twine(c * kWord) + "]");
    }
  }

  void rescale(const MulsRescale &r, const std::string &sum, int64_t column) {
    a.withFactor(r, kStream, [&](const char *reach) {
      a.line("mov r0, " + sum);
      a.rescaled(r, reach, labelOf(column), placeOf(column));
    });
  }

  const MulsColumns &k;
  bool words;
  MulsText a;
};
} // namespace

const char *whyNoPairs(const MulsColumns &kernel) {
  if (kernel.positions != 1 || (kernel.columns != 2 && kernel.columns != 4))
    return "of one position one or two pairs of columns share words";
  if (kernel.unroll % 2 && kernel.unroll != kernel.steps)
    return "an iteration begins with the second of two elements";
  return nullptr;
}

std::string pairsOfColumns(const MulsColumns &kernel) {
  return PairsWriter(kernel).write();
}

} // namespace dlc::kernels
