//===- ArmSigns.cpp - Products of signs in core registers -----------------===//
//
// The column's sum is r0; r1 to r11 are words of bits and what is made of them.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/ArmSigns.h"
#include "codegen/kernels/values/SignCounter.h"
#include <type_traits>

using llvm::SmallVector;
using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWordsOfGroup = 8; // of bytes
constexpr const char *kOddBits = "0x55555555", *kOddPairs = "0x33333333",
                     *kOddFours = "0x0f0f0f0f", *kOddBytes = "0x00ff00ff";

class ArmCounter : public SignCounter {
public:
  ArmCounter(AssemblyText &text, bool masked, bool sumsBytes)
      : SignCounter(text), masked(masked), sumsBytes(sumsBytes) {}

private:
  /// Words in registers that rise.
  SmallVector<int64_t, 3> load(const char *from, int64_t words) {
    SmallVector<int64_t, 3> taken;
    std::string list;
    for (int64_t i = 0; i < words; ++i) {
      taken.push_back(take(free));
      list += (i ? ", " : "") + name(taken.back());
    }
    if (words == 1)
      a.line("ldr " + list + ", [" + from + "], #4");
    else
      a.line(Twine("ldmia ") + from + "!, {" + list + "}");
    return taken;
  }
  void three(const char *op, int64_t to, int64_t x, const Twine &y) {
    a.line(Twine(op) + " " + name(to) + ", " + name(x) + ", " + y);
  }
  void three(const char *op, int64_t to, int64_t x, int64_t y) {
    three(op, to, x, Twine(name(y)));
  }
  int64_t constant(const char *number) {
    int64_t reg = take(free);
    a.line("ldr " + name(reg) + ", =" + number);
    return reg;
  }

  SmallVector<int64_t, 3> differences(int64_t words) override {
    SmallVector<int64_t, 3> right = load("lr", words);
    if (!masked) {
      SmallVector<int64_t, 3> left = load("r12", words);
      for (auto [x, w] : llvm::zip(left, right)) {
        three("eor", w, w, x);
        give(free, x);
      }
      return right;
    }
    for (int64_t w : right) {
      SmallVector<int64_t, 3> left = load("r12", 2);
      three("eor", w, w, left[0]);
      three("and", w, w, left[1]);
      give(free, left[0]);
      give(free, left[1]);
    }
    return right;
  }

  std::pair<int64_t, int64_t> add(int64_t x, int64_t y, int64_t z) override {
    int64_t t = take(free);
    three("eor", t, x, y);
    three("and", x, x, y);
    three("eor", y, t, z);
    three("and", t, t, z);
    three("orr", x, x, t);
    give(free, t);
    give(free, z);
    return {y, x};
  }

  void startSums() override {
    bits = constant(kOddBits);
    pairs = constant(kOddPairs);
  }
  void endSums() override {
    give(free, bits);
    give(free, pairs);
  }

  int64_t sumFours(int64_t word) override {
    int64_t t = take(free);
    three("and", t, bits, name(word) + ", lsr #1");
    three("sub", word, word, t);
    three("and", t, pairs, name(word) + ", lsr #2");
    three("and", word, word, pairs);
    three("add", word, word, t);
    give(free, t);
    return word;
  }

  int64_t sumBytes(int64_t fours) override {
    int64_t mask = constant(kOddFours), t = take(free);
    three("and", t, mask, name(fours) + ", lsr #4");
    three("and", fours, fours, mask);
    three("add", fours, fours, t);
    give(free, t);
    give(free, mask);
    return fours;
  }

  void accumulate(int64_t to, int64_t word, int64_t shift) override {
    three("add", to, to,
          name(word) + (shift ? ", lsl #" + std::to_string(shift) : ""));
    give(free, word);
  }

  void subtractTwice(int64_t bytes) override {
    if (sumsBytes) {
      int64_t zero = take(free);
      a.line("mov " + name(zero) + ", #0");
      three("usad8", bytes, bytes, zero);
      three("sub", 0, 0, name(bytes) + ", lsl #1");
      give(free, zero);
    } else {
      // Pairs of bytes in halves; the sum of these in the upper one.
      int64_t mask = constant(kOddBytes), t = take(free);
      three("and", t, mask, name(bytes) + ", lsr #8");
      three("and", bytes, bytes, mask);
      three("add", bytes, bytes, t);
      three("add", bytes, bytes, name(bytes) + ", lsl #16");
      three("sub", 0, 0, name(bytes) + ", lsr #15");
      give(free, t);
      give(free, mask);
    }
    give(free, bytes);
  }

  bool masked, sumsBytes;
  SmallVector<int64_t> free{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  int64_t bits = 0, pairs = 0;
};

/// `Columns`: rescales by SMMLA or SMULL.
template <typename Columns> class SignWriter : public Columns {
public:
  explicit SignWriter(const ArmSigns &kernel)
      : Columns(kernel), masked(kernel.masked),
        counter(this->a, kernel.masked, kernel.sumsBytes) {}

private:
  using Columns::a, Columns::k, Columns::kWord, Columns::kOwn;

  int64_t walkedBytes() const override {
    return k.steps * kWord * (masked ? 2 : 1);
  }
  int64_t weightBytes() const override { return k.steps * kWord; }
  int64_t ownBytes() const override { return masked ? 2 * kWord : 0; }
  bool startsInSums() const override { return masked; }

  /// How many elements are not 0.
  void prepare() override {
    if (!masked)
      return;
    a.line("mov r4, #0");
    a.line(onStack("ldr r5", Columns::kLeftEnd));
    a.line(Twine("ldr r6, =") + kOddBits);
    a.line(Twine("ldr r7, =") + kOddPairs);
    a.line(Twine("ldr r8, =") + kOddFours);
    a.line("ldr r9, =0x01010101");
    a.line("4:");
    a.line("ldmia r12!, {r0, r1}");
    a.line("and r0, r6, r1, lsr #1");
    a.line("sub r1, r1, r0");
    a.line("and r0, r7, r1, lsr #2");
    a.line("and r1, r1, r7");
    a.line("add r1, r1, r0");
    a.line("add r1, r1, r1, lsr #4");
    a.line("and r1, r1, r8");
    a.line("mul r1, r9, r1");
    a.line("add r4, r4, r1, lsr #24");
    a.line("cmp r12, r5");
    a.line("bne 4b");
    a.line(onStack("str r4", kOwn));
    a.line(onStack("ldr r12", Columns::kLeft));
  }

  void moveSums() override {
    if (!masked)
      return;
    a.line(onStack("ldr r1", kOwn));
    a.line("add r0, r0, r1");
  }

  /// All steps of an iteration are counted together.
  void step(int64_t number, bool) override {
    if (number == 0)
      counter.count(k.unroll);
  }

  bool masked;
  ArmCounter counter;
};
} // namespace

std::string ArmSignWiden::text() const {
  AssemblyText a;
  // The source r0, the target r1, groups r2; signs r3, no zeros r8.
  a.line("push {r4-r11, lr}");
  a.line("cmp r2, #0");
  a.line("beq 2f");
  a.line("ldr r12, =0x80808080");
  if (masked)
    a.line("ldr lr, =0x01010101");
  a.line("1:");
  for (int64_t i = 0; i < kWordsOfGroup; ++i) {
    if (aligned && i % 4 == 0)
      a.line("ldmia r0!, {r4-r7}");
    std::string word = "r" + std::to_string(4 + i % 4);
    if (!aligned)
      a.line("ldr " + word + ", [r0], #4");
    a.line("and " + Twine(i ? "r9" : "r3") + ", r12, " + word);
    if (i)
      a.line("orr r3, r3, r9, lsr #" + Twine(i));
    if (!masked)
      continue;
    a.line("and r9, lr, " + word);
    int64_t up = kWordsOfGroup - 1 - i;
    std::string moved = up ? ", lsl #" + std::to_string(up) : "";
    a.line(i ? "orr r8, r8, r9" + moved : "lsl r8, r9, #" + std::to_string(up));
  }
  a.line(masked ? "stmia r1!, {r3, r8}" : "str r3, [r1], #4");
  a.line("subs r2, r2, #1");
  a.line("bne 1b");
  a.line("2:");
  a.line("pop {r4-r11, pc}");
  a.line(".ltorg");
  return a.text();
}

const char *ArmSigns::whyNot() const {
  if (sums() != 1)
    return "signs are counted for one position and column at a time";
  if (unroll > SignCounter::kMostWords)
    return "more than 18 words of signs have no place in 11 registers";
  return nullptr;
}

std::string ArmSigns::text() const {
  return sumsBytes ? SignWriter<SmmlaColumnsWriter>(*this).write()
                   : SignWriter<SmullColumnsWriter>(*this).write();
}

} // namespace dlc::kernels
