//===- MulsTables.cpp - Sums of signs, looked up, in low registers --------===//
//
// Section by section: the tables of its groups, then all columns, four sums at
// a time. When all sections are done the sums become results, those of one
// position after those of the other.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/MulsTables.h"
#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kLowTableBlock = 4;

class MulsTableWriter {
public:
  explicit MulsTableWriter(const MulsTables &kernel)
      : k(kernel), t(kernel.shape), two(t.positions == 2) {}

  std::string write() {
    start();
    a.line("3:");
    makeTables();
    if (t.group == 4)
      lookUpHalves();
    else
      lookUpBytes();
    a.line(onStack("str r1", kBits));
    a.line(onStack("ldr r0", kElements));
    a.line(onStack("ldr r1", kElementsEnd));
    a.line("cmp r0, r1");
    a.repeatUnlessEqual("3b");
    for (int64_t p = 0; p < t.positions; ++p)
      results(p);
    a.leave(kFrame);
    a.line(".ltorg");
    return a.text();
  }

private:
  static constexpr int64_t kWord = 4, kBlock = kLowTableBlock, kBlockWords = 4;
  /// Words on the stack; kNext is where the next column's sum is.
  static constexpr int64_t kResult = 0, kElements = 4, kElementsEnd = 8,
                           kTables = 12, kSums = 16, kSumsEnd = 20, kBits = 24,
                           kNumbers = 28, kNumbersEnd = 32, kStream = 36,
                           kNext = 40, kFirst = 44, kFrame = 48;

  /// Arguments: left operand, right operand, scratch memory, result.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kElements));
    a.line(onStack("str r1", kNumbers));
    a.line(onStack("str r2", kTables));
    a.line(onStack("str r3", kResult));
    a.line(onStack("str r3", kFirst));
    a.addTo("r0", t.positionBytes(), "r4");
    a.line(onStack("str r0", kElementsEnd));
    int64_t words = 1 + (k.rescale ? MulsRescale::kWords : 0);
    a.addTo("r1", t.features * words * kWord, "r4");
    a.line(onStack("str r1", kBits));
    a.line(onStack("str r1", kNumbersEnd));
    a.addTo("r2", t.sectionBytes(), "r4");
    a.line(onStack("str r2", kSums));
    a.line("mov r0, r2");
    a.addTo("r0", t.lookedUp() * kWord, "r4");
    a.line(onStack("str r0", kSumsEnd));
    for (int64_t i = 0; i < kBlock; ++i)
      a.line("movs r" + Twine(4 + i) + ", #0");
    a.line("4:");
    a.line("stmia r2!, {r4-r7}");
    a.line("cmp r2, r0");
    a.line("bne 4b");
  }

  /// Constants that a load reaches.
  void constants() {
    a.line("b 8f");
    a.line(".ltorg");
    a.line("8:");
  }

  // Tables: r0 and r1 are where the elements of the group are, r2 goes through
  // the table, which begins at r12; r8 and r9 are TableShape's step and start.

  void makeTables() {
    a.line(onStack("ldr r0", kElements));
    a.line(onStack("ldr r2", kTables));
    a.line("ldr r3, =" + Twine(t.step()));
    a.line("mov r8, r3");
    a.line("ldr r3, =" +
           Twine(t.start() * (two ? TableShape::kBothHalves : 1)));
    a.line("mov r9, r3");
    if (two) {
      a.line("mov r1, r0");
      a.addTo("r1", t.positionBytes(), "r3");
    }
    a.line("4:");
    a.line("mov r12, r2");
    firstEntry();
    int64_t first = two ? 2 : 3; // elements of the first words
    if (two)
      firstOfTwo();
    else
      firstOfOne();
    a.line("stmia r2!, {r4-r7}");
    int64_t words = kBlockWords;
    for (int64_t i = first; i < t.group; ++i, words *= 2)
      doubleTable(i, words);
    a.line("adds r0, #" + Twine(t.group));
    if (two)
      a.line("adds r1, #" + Twine(t.group));
    a.line(onStack("ldr r3", kSums));
    a.line("cmp r2, r3");
    a.repeatUnlessEqual("4b");
    a.line(onStack("str r0", kElements));
    constants();
  }

  void load(const char *to, const char *from, int64_t i) {
    a.line(Twine("ldrb ") + to + ", [" + from + ", #" + Twine(i) + "]");
    if (t.signedLeft)
      a.line(Twine("sxtb ") + to + ", " + to);
  }

  /// r3: of the group's element, what it adds to entries, by way of r7.
  void step(int64_t i) {
    load("r3", "r0", i);
    if (two)
      load("r7", "r1", i);
    a.line(two ? "lsls r7, r7, #16" : "lsls r7, r3, #16");
    a.line("adds r3, r3, r7");
    a.line("adds r3, r3, r3");
    a.line("add r3, r8");
  }

  /// r4: the entry of no bit, in both halves if there are two positions.
  void firstEntry() {
    a.line("mov r4, r9");
    for (int64_t i = 0; i < t.group; ++i) {
      load("r3", "r0", i);
      a.line("subs r4, r4, r3");
      if (!two)
        continue;
      load("r3", "r1", i);
      a.line("lsls r3, r3, #16");
      a.line("subs r4, r4, r3");
    }
  }

  void firstOfTwo() {
    step(0);
    a.line("adds r5, r4, r3");
    step(1);
    a.line("adds r6, r4, r3");
    a.line("adds r7, r5, r3");
  }

  /// The first element is that of upper halves; what is above is shifted out.
  void firstOfOne() {
    load("r3", "r0", 0);
    a.line("adds r3, r3, r3");
    a.line("add r3, r8");
    a.line("adds r3, r3, r4");
    a.line("lsls r3, r3, #16");
    a.line("adds r4, r4, r3");
    step(1);
    a.line("adds r5, r4, r3");
    step(2);
    a.line("adds r6, r4, r3");
    a.line("adds r7, r5, r3");
  }

  /// As many words again, of another element.
  void doubleTable(int64_t i, int64_t words) {
    step(i);
    a.line("mov r10, r0");
    a.line("mov r11, r1");
    a.line("mov r0, r12");
    a.line("mov r1, r2");
    a.line("5:");
    for (int64_t done = 0; done < words && done < 2 * kBlockWords;
         done += kBlockWords) {
      a.line("ldmia r0!, {r4-r7}");
      for (const char *entry : {"r4", "r5", "r6", "r7"})
        a.line(Twine("adds ") + entry + ", " + entry + ", r3");
      a.line("stmia r2!, {r4-r7}");
    }
    if (words > 2 * kBlockWords) {
      a.line("cmp r0, r1");
      a.line("bne 5b");
    }
    a.line("mov r0, r10");
    a.line("mov r1, r11");
  }

  // Columns: r1 goes through the bits, r2 is a table, the first of which is at
  // r12, r10 or r3 goes through the sums up to r11.

  void startColumns() {
    a.line(onStack("ldr r0", kSumsEnd));
    a.line("mov r11, r0");
    a.line(onStack("ldr r1", kBits));
    a.line(onStack("ldr r2", kTables));
    a.line("mov r12, r2");
  }

  std::string entry() const {
    return two ? "ldr r0, [r2, r0]" : "ldrh r0, [r2, r0]";
  }

  /// Groups of four: sixteen bits of four columns in r3, a mask in r4, sums in
  /// r8 (the first in memory) and r5 to r7.
  void lookUpHalves() {
    startColumns();
    a.line(onStack("ldr r0", kSums));
    a.line("mov r10, r0");
    a.line("movs r4, #" + Twine(t.mask()));
    a.line("6:");
    a.line("mov r0, r10");
    a.line("ldmia r0!, {r3, r5-r7}");
    a.line("mov r8, r3");
    for (int64_t i = 0; i < t.together; ++i) {
      a.line("ldrh r3, [r1, #" + Twine(2 * i) + "]");
      if (i > 0)
        a.line("adds r2, #" + Twine(t.tableBytes()));
      for (int64_t c = 0; c < kBlock; ++c) {
        int64_t shift = t.group * c - t.entryShift();
        a.line((shift < 0 ? "lsls r0, r3, #" + Twine(-shift)
                          : "lsrs r0, r3, #" + Twine(shift)));
        a.line("ands r0, r4");
        a.line(entry());
        if (c == 0)
          a.line("add r8, r0");
        else
          a.line("adds r" + Twine(4 + c) + ", r" + Twine(4 + c) + ", r0");
      }
    }
    a.line("adds r1, #" + Twine(2 * t.together));
    a.line("mov r2, r12");
    a.line("mov r3, r8");
    a.line("mov r0, r10");
    a.line("stmia r0!, {r3, r5-r7}");
    a.line("mov r10, r0");
    a.line("cmp r10, r11");
    a.repeatUnlessEqual("6b");
  }

  /// Groups of eight: a byte for each column, sums in r4 to r7.
  void lookUpBytes() {
    startColumns();
    a.line("ldr r3, =" + Twine(t.tableBytes()));
    a.line("mov r9, r3");
    a.line(onStack("ldr r3", kSums));
    a.line("6:");
    a.line("ldmia r3!, {r4-r7}");
    for (int64_t i = 0; i < t.together; ++i) {
      if (i > 0)
        a.line("add r2, r9");
      for (int64_t c = 0; c < kBlock; ++c) {
        a.line("ldrb r0, [r1, #" + Twine(kBlock * i + c) + "]");
        a.line("lsls r0, r0, #" + Twine(t.entryShift()));
        a.line(entry());
        a.line("adds r" + Twine(4 + c) + ", r" + Twine(4 + c) + ", r0");
      }
    }
    a.line("adds r1, #" + Twine(kBlock * t.together));
    if (t.together > 1)
      a.line("mov r2, r12");
    a.line("subs r3, #" + Twine(kBlock * kWord));
    a.line("stmia r3!, {r4-r7}");
    a.line("cmp r3, r11");
    a.repeatUnlessEqual("6b");
    constants();
  }

  /// Of all columns of a position.
  void results(int64_t position) {
    if (position > 0) {
      a.line(onStack("ldr r0", kFirst));
      a.addTo("r0", position * k.stride, "r1");
      a.line(onStack("str r0", kResult));
      constants();
    }
    a.line(onStack("ldr r7", kNumbers));
    a.line(onStack("ldr r0", kSums));
    a.line(onStack("str r0", kNext));
    a.line("1:");
    a.line("ldmia r7!, {r4}");
    a.line(onStack("ldr r3", kNext));
    a.line("ldmia r3!, {r0}");
    a.line(onStack("str r3", kNext));
    if (two)
      a.line(position == 0 ? "uxth r0, r0" : "lsrs r0, r0, #16");
    if (t.magnitude != 1) {
      a.line("movs r3, #" + Twine(t.magnitude));
      a.line("muls r0, r3, r0");
    }
    a.line("adds r0, r0, r4");
    a.storeSum(k.rescale, kResult, kStream);
    a.line(onStack("ldr r0", kNumbersEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
  }

  const MulsTables &k;
  const TableShape &t;
  bool two; // positions
  MulsText a;
};
} // namespace

const char *MulsTables::whyNot() const {
  constexpr int64_t kFarthest = 32; // of a load of bytes
  if (shape.block != kLowTableBlock)
    return "four columns are looked up together";
  if (shape.together * kLowTableBlock * shape.group / 8 > kFarthest)
    return "the bits of a section are farther than a load reaches";
  return nullptr;
}

std::string MulsTables::text() const { return MulsTableWriter(*this).write(); }

} // namespace dlc::kernels
