//===- MulsSigns.cpp - Products of signs in Armv6-M's core ----------------===//
//
// r0 to r5 hold what is computed, r6 goes through the left operand, r7 through
// the right one; the column's sum is in r14. Words that wait for others of
// their weight move to r8 to r12.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/MulsSigns.h"
#include "codegen/kernels/core/MulsText.h"
#include "codegen/kernels/values/SignCounter.h"
#include "llvm/ADT/STLExtras.h"

using llvm::SmallVector;
using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kWordsOfGroup = 8, kFirstHigh = 8;
/// Words on the stack.
constexpr int64_t kResult = 0, kLeft = 4, kLeftEnd = 8, kRightEnd = 12,
                  kStream = 16, kOnes = 20, kFrame = 24;

class MulsCounter : public SignCounter {
public:
  MulsCounter(AssemblyText &text, bool masked)
      : SignCounter(text), masked(masked) {}

private:
  void two(const char *op, int64_t to, int64_t with) {
    a.line(Twine(op) + " " + name(to) + ", " + name(with));
  }
  void shifted(const char *op, int64_t to, int64_t from, int64_t by) {
    a.line(Twine(op) + " " + name(to) + ", " + name(from) + ", #" + Twine(by));
  }

  /// A register that instructions reach; a word that waits makes room.
  int64_t takeLow() {
    if (low.empty())
      moveUp(1);
    return take(low);
  }
  int64_t constant(const char *number) {
    int64_t reg = takeLow();
    a.line("ldr " + name(reg) + ", =" + number);
    return reg;
  }
  void free(int64_t reg) { give(reg < kFirstHigh ? low : high, reg); }
  int64_t lowered(int64_t reg) {
    if (reg < kFirstHigh)
      return reg;
    int64_t to = takeLow();
    two("mov", to, reg);
    free(reg);
    return to;
  }

  /// Moves so many waiting words, or all, to where they are out of the way.
  void moveUp(int64_t most) {
    for (auto &words : pending)
      for (int64_t &word : words) {
        if (word >= kFirstHigh || most-- <= 0)
          continue;
        int64_t to = take(high);
        two("mov", to, word);
        free(word);
        word = to;
      }
  }

  SmallVector<int64_t, 3> load(const char *from, int64_t words) {
    SmallVector<int64_t, 3> taken;
    std::string list;
    for (int64_t i = 0; i < words; ++i) {
      taken.push_back(take(low));
      list += (i ? ", " : "") + name(taken.back());
    }
    a.line(Twine("ldmia ") + from + "!, {" + list + "}");
    return taken;
  }

  SmallVector<int64_t, 3> differences(int64_t words) override {
    moveUp(kMostWords);
    SmallVector<int64_t, 3> right = load("r7", words);
    if (!masked) {
      SmallVector<int64_t, 3> left = load("r6", words);
      for (auto [x, w] : llvm::zip(left, right)) {
        two("eors", w, x);
        free(x);
      }
      return right;
    }
    for (int64_t w : right) {
      SmallVector<int64_t, 3> left = load("r6", 2);
      two("eors", w, left[0]);
      two("ands", w, left[1]);
      free(left[0]);
      free(left[1]);
    }
    return right;
  }

  /// The carry is of x and y, or of z where the sum has no bit: then one of x
  /// and y has.
  std::pair<int64_t, int64_t> add(int64_t x, int64_t y, int64_t z) override {
    x = lowered(x);
    y = lowered(y);
    z = lowered(z);
    int64_t sum = takeLow();
    two("mov", sum, x);
    two("eors", sum, y);
    two("ands", x, y);
    two("eors", sum, z);
    two("bics", z, sum);
    two("orrs", x, z);
    free(y);
    free(z);
    return {sum, x};
  }

  void startSums() override {
    bits = constant("0x55555555");
    pairs = constant("0x33333333");
  }
  void endSums() override {
    free(bits);
    free(pairs);
  }

  int64_t sumFours(int64_t word) override {
    word = lowered(word);
    int64_t t = takeLow();
    shifted("lsrs", t, word, 1);
    two("ands", t, bits);
    a.line("subs " + name(word) + ", " + name(word) + ", " + name(t));
    shifted("lsrs", t, word, 2);
    two("ands", t, pairs);
    two("ands", word, pairs);
    two("add", word, t);
    free(t);
    return word;
  }

  int64_t sumBytes(int64_t fours) override {
    int64_t mask = constant("0x0f0f0f0f"), t = takeLow();
    shifted("lsrs", t, fours, 4);
    two("ands", t, mask);
    two("ands", fours, mask);
    two("add", fours, t);
    free(t);
    free(mask);
    return fours;
  }

  void accumulate(int64_t to, int64_t word, int64_t shift) override {
    if (shift)
      shifted("lsls", word, word, shift);
    two("add", to, word);
    free(word);
  }

  /// Pairs of bytes in halves, and the sum of these in the upper one.
  void subtractTwice(int64_t bytes) override {
    int64_t mask = constant("0x00ff00ff"), t = takeLow();
    shifted("lsrs", t, bytes, 8);
    two("ands", t, mask);
    two("ands", bytes, mask);
    two("add", bytes, t);
    shifted("lsls", t, bytes, 16);
    two("add", bytes, t);
    shifted("lsrs", bytes, bytes, 15);
    a.line("mov " + name(t) + ", lr");
    a.line("subs " + name(t) + ", " + name(t) + ", " + name(bytes));
    a.line("mov lr, " + name(t));
    for (int64_t reg : {mask, t, bytes})
      free(reg);
  }

  bool masked;
  SmallVector<int64_t> low{0, 1, 2, 3, 4, 5}, high{8, 9, 10, 11, 12};
  int64_t bits = 0, pairs = 0;
};

class MulsSignWriter {
public:
  explicit MulsSignWriter(const MulsSigns &kernel)
      : k(kernel), counter(a, kernel.masked) {}

  std::string write() {
    start();
    a.line("1:");
    a.line("ldmia r7!, {r0}");
    if (k.masked) {
      a.line(onStack("ldr r1", kOnes));
      a.line("adds r0, r0, r1");
    }
    a.line("mov lr, r0");
    a.line(onStack("ldr r6", kLeft));
    bool loop = k.unroll < k.steps;
    if (loop)
      a.line("2:");
    counter.count(k.unroll);
    if (loop) {
      a.line(onStack("ldr r0", kLeftEnd));
      a.line("cmp r6, r0");
      a.repeatUnlessEqual("2b");
    }
    store();
    a.line(onStack("ldr r0", kRightEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    a.line(".ltorg");
    return a.text();
  }

private:
  int64_t walked() const { return k.steps * kWord * (k.masked ? 2 : 1); }
  int64_t columnBytes() const {
    return kWord * (k.steps + 1 + (k.rescale ? MulsRescale::kWords : 0));
  }

  /// Arguments: left operand, right operand, columns, result.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r6, r0");
    a.line("mov r7, r1");
    a.line("ldr r4, =" + Twine(walked()));
    a.line("adds r4, r4, r0");
    a.line(onStack("str r4", kLeftEnd));
    a.line("ldr r4, =" + Twine(columnBytes()));
    a.line("muls r2, r4, r2");
    a.line("adds r2, r2, r7");
    a.line(onStack("str r2", kRightEnd));
    if (k.masked)
      countOnes();
  }

  /// How many elements are not 0.
  void countOnes() {
    a.line(onStack("ldr r5", kLeftEnd));
    for (const char *mask : {"r8, 0x55555555", "r9, 0x33333333",
                             "r10, 0x0f0f0f0f", "r11, 0x01010101"}) {
      auto [reg, number] = llvm::StringRef(mask).split(", ");
      a.line("ldr r0, =" + Twine(number));
      a.line("mov " + Twine(reg) + ", r0");
    }
    a.line("movs r4, #0");
    a.line("4:");
    a.line("ldmia r6!, {r0, r1}");
    for (const char *line :
         {"mov r2, r8", "lsrs r0, r1, #1", "ands r0, r2", "subs r1, r1, r0",
          "mov r2, r9", "lsrs r0, r1, #2", "ands r0, r2", "ands r1, r2",
          "adds r1, r1, r0", "mov r2, r10", "lsrs r0, r1, #4",
          "adds r1, r1, r0", "ands r1, r2", "mov r2, r11", "muls r1, r2, r1",
          "lsrs r1, r1, #24", "adds r4, r4, r1", "cmp r6, r5", "bne 4b"})
      a.line(line);
    a.line(onStack("str r4", kOnes));
  }

  void store() {
    a.line("mov r0, lr");
    a.storeSum(k.rescale, kResult, kStream);
  }

  const MulsSigns &k;
  MulsText a;
  MulsCounter counter;
};
} // namespace

const char *MulsSignWiden::whyNot() const {
  return aligned ? nullptr : "words are read at multiples of four bytes";
}

std::string MulsSignWiden::text() const {
  AssemblyText a;
  // The source r0, the target r1, groups r2, then r12; signs r4, no zeros r2.
  a.line("push {r4-r7, lr}");
  a.line("cmp r2, #0");
  a.line("beq 2f");
  a.line("ldr r3, =0x80808080");
  a.line("lsrs r7, r3, #7");
  a.line("1:");
  a.line("mov r12, r2");
  for (int64_t i = 0; i < kWordsOfGroup; ++i) {
    a.line("ldmia r0!, {r5}");
    if (masked) {
      a.line("mov r6, r5");
      a.line("ands r6, r7");
      if (i + 1 < kWordsOfGroup)
        a.line("lsls r6, r6, #" + Twine(kWordsOfGroup - 1 - i));
      a.line(i ? "orrs r2, r6" : "mov r2, r6");
    }
    a.line("ands r5, r3");
    if (i)
      a.line("lsrs r5, r5, #" + Twine(i));
    a.line(i ? "orrs r4, r5" : "mov r4, r5");
  }
  a.line("stmia r1!, {r4}");
  if (masked)
    a.line("stmia r1!, {r2}");
  a.line("mov r2, r12");
  a.line("subs r2, #1");
  a.line("bne 1b");
  a.line("2:");
  a.line("pop {r4-r7, pc}");
  a.line(".ltorg");
  return a.text();
}

const char *MulsSigns::whyNot() const {
  if (unroll > SignCounter::kMostWords)
    return "more than 18 words of signs have no place in 11 registers";
  return nullptr;
}

std::string MulsSigns::text() const { return MulsSignWriter(*this).write(); }

} // namespace dlc::kernels
