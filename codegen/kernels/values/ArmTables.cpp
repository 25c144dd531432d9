//===- ArmTables.cpp - Sums of signs, looked up ---------------------------===//
//
// Section by section: the tables of its groups (r12 and lr go through the
// elements of one and the other position, r10 through the tables), then all
// columns, eight sums at a time in r0 to r7 (r8 is a table, r9 a word of bits,
// r11 the mask of an index, r12 goes through the bits, lr through the sums).
// When all sections are done the sums become results.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/ArmTables.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kArmTableBlock = 8;

template <typename Columns> class ArmTableWriter : public Columns {
public:
  explicit ArmTableWriter(const ArmTables &kernel)
      : Columns(kernel), t(kernel.shape), two(t.positions == 2) {}

private:
  using Columns::a, Columns::k, Columns::kOwn, Columns::kWord, Columns::kLeft,
      Columns::kRightEnd, Columns::reg, Columns::sums;
  /// Words on the stack: the tables, where the columns' numbers begin, the
  /// elements of the next section and their end, the sums and their end, the
  /// next section's bits, and the table that is being made.
  static constexpr int64_t kTables = kOwn, kNumbers = kOwn + 4,
                           kElements = kOwn + 8, kElementsEnd = kOwn + 12,
                           kSums = kOwn + 16, kSumsEnd = kOwn + 20,
                           kBits = kOwn + 24, kTable = kOwn + 28;

  static constexpr int64_t kBlock = kArmTableBlock, kBlockWords = 8,
                           kWordBits = 32;

  int64_t walkedBytes() const override { return 0; }
  int64_t weightBytes() const override { return 0; }
  int64_t ownBytes() const override { return 8 * kWord; }
  bool startsInSums() const override { return true; }

  void keep(int64_t number, int64_t place) {
    a.line(onStack("str " + reg(number), place));
  }
  void fetch(int64_t number, int64_t place) {
    a.line(onStack("ldr " + reg(number), place));
  }

  void prepare() override {
    a.line(onStack("str lr", kNumbers));
    a.line(onStack("str r12", kElements));
    a.line("ldr r8, =" + Twine(t.positionBytes()));
    a.line("add r8, r8, r12");
    keep(8, kElementsEnd);
    fetch(8, kRightEnd);
    keep(8, kBits);
    clearSums();
    a.line("3:");
    makeTables();
    lookUp();
    fetch(4, kElements);
    fetch(5, kElementsEnd);
    a.line("cmp r4, r5");
    a.line("bne 3b");
    a.line(onStack("ldr lr", kNumbers));
    a.line(onStack("ldr r12", kSums));
  }

  void clearSums() {
    fetch(10, kTables);
    a.line("ldr r11, =" + Twine(t.sectionBytes()));
    a.line("add r11, r11, r10");
    keep(11, kSums);
    a.line("ldr r9, =" + Twine(t.lookedUp() * kWord));
    a.line("add r9, r9, r11");
    keep(9, kSumsEnd);
    for (int64_t i = 0; i < kBlock; ++i)
      a.line("mov " + reg(i) + ", #0");
    a.line("4:");
    a.line("stmia r11!, {r0-r7}");
    a.line("cmp r11, r9");
    a.line("bne 4b");
  }

  // Tables.

  void makeTables() {
    fetch(12, kElements);
    if (two) {
      a.line("ldr lr, =" + Twine(t.positionBytes()));
      a.line("add lr, lr, r12");
    }
    fetch(10, kTables);
    a.line("4:");
    if (t.group > 4)
      keep(10, kTable);
    a.line("ldr r9, =" + Twine(t.step()));
    rest();
    if (two)
      firstOfTwo();
    else
      firstOfOne();
    a.line("stmia r10!, {r0-r7}");
    if (two && t.group == 4)
      lastOfTwo();
    else
      for (int64_t words = kBlockWords; words * kWord < t.tableBytes();
           words *= 2)
        doubleTable(words);
    fetch(4, kSums);
    a.line("cmp r10, r4");
    a.line("bne 4b");
    a.line(onStack("str r12", kElements));
  }

  /// An element, of both positions; r12 (and lr) move on.
  void element(const std::string &to, const std::string &spare) {
    const char *load = t.signedLeft ? "ldrsb " : "ldrb ";
    a.line(load + to + ", [r12], #1");
    if (!two)
      return;
    a.line(load + spare + ", [lr], #1");
    a.line("add " + to + ", " + to + ", " + spare + ", lsl #16");
  }

  /// Elements that the first eight words hold.
  int64_t firstElements() const { return two ? 3 : 4; }

  /// r2: the sum of the elements that follow those of the first words.
  void rest() {
    const char *load = t.signedLeft ? "ldrsb " : "ldrb ";
    for (int64_t i = firstElements(); i < t.group; ++i) {
      bool first = i == firstElements();
      std::string to = first ? "r2" : "r4",
                  at = ", #" + std::to_string(i) + "]";
      a.line(load + to + ", [r12" + at);
      if (!first)
        a.line("add r2, r2, r4");
      if (!two)
        continue;
      a.line(load + Twine("r4, [lr") + at);
      a.line("add r2, r2, r4, lsl #16");
    }
  }

  /// r1 to r7 of the entry in r0 and the steps in r1, r3, r7.
  void firstWords() {
    a.line("add r1, r0, r1");
    a.line("add r2, r0, r3");
    a.line("add r3, r1, r3");
    a.line("add r4, r0, r7");
    a.line("add r5, r1, r7");
    a.line("add r6, r2, r7");
    a.line("add r7, r3, r7");
  }

  /// Entries of two positions.
  void firstOfTwo() {
    for (const char *to : {"r1", "r3", "r7"})
      element(to, "r4");
    a.line("ldr r0, =" + Twine(t.start() * TableShape::kBothHalves));
    for (const char *of : {"r1", "r2", "r3", "r7"})
      a.line(Twine("sub r0, r0, ") + of);
    for (const char *of : {"r1", "r3", "r7"})
      toStep(of);
    firstWords();
  }

  /// The fourth element's, while the first words are there.
  void lastOfTwo() {
    element("r8", "r11");
    toStep("r8");
    addStep();
    a.line("stmia r10!, {r0-r7}");
  }

  /// Two entries in a word, that with the first element in the upper half.
  void firstOfOne() {
    for (const char *to : {"r0", "r1", "r3", "r7"})
      element(to, "");
    a.line("ldr r5, =" + Twine(t.start()));
    for (const char *of : {"r0", "r1", "r3", "r7"})
      a.line(Twine("sub r5, r5, ") + of);
    if (t.group > firstElements())
      a.line("sub r5, r5, r2");
    // What is above the lower half is shifted out.
    a.line("add r0, r9, r0, lsl #1");
    a.line("add r0, r0, r5");
    a.line("add r0, r5, r0, lsl #16");
    for (const char *of : {"r1", "r3", "r7"})
      toStep(of);
    firstWords();
  }

  /// An element becomes what it adds to entries.
  void toStep(const std::string &of) {
    if (!two)
      a.line("add " + of + ", " + of + ", " + of + ", lsl #16");
    a.line("add " + of + ", r9, " + of + ", lsl #1");
  }

  void addStep() {
    for (int64_t i = 0; i < kBlockWords; ++i)
      a.line("add " + reg(i) + ", " + reg(i) + ", r8");
  }

  /// As many words again, of the next element.
  void doubleTable(int64_t words) {
    a.line("ldr r9, =" + Twine(t.step()));
    element("r8", "r11");
    toStep("r8");
    a.line("mov r9, r10");
    fetch(11, kTable);
    a.line("5:");
    a.line("ldmia r11!, {r0-r7}");
    addStep();
    a.line("stmia r10!, {r0-r7}");
    if (words > kBlockWords) {
      a.line("cmp r11, r9");
      a.line("bne 5b");
    }
  }

  // Columns.

  /// A word of bits: an index for each column.
  void word(int64_t first) {
    a.line("ldr r9, [r12], #4");
    for (int64_t c = 0; c * t.group < kWordBits; ++c) {
      int64_t shift = c * t.group - t.entryShift();
      a.line("and r10, r11, r9, " +
             (shift < 0 ? "lsl #" + Twine(-shift) : "lsr #" + Twine(shift)));
      a.line(two ? "ldr r10, [r8, r10]" : "ldrh r10, [r8, r10]");
      a.line("add " + reg(first + c) + ", " + reg(first + c) + ", r10");
    }
  }

  void lookUp() {
    a.line(onStack("ldr r12", kBits));
    a.line(onStack("ldr lr", kSums));
    a.line("ldr r11, =" + Twine(t.mask()));
    fetch(8, kTables);
    a.line("6:");
    a.line("ldmia lr, {r0-r7}");
    for (int64_t i = 0; i < t.together; ++i) {
      if (i > 0)
        a.line("add r8, r8, #" + Twine(t.tableBytes()));
      for (int64_t c = 0; c < kBlock; c += kWordBits / t.group)
        word(c);
    }
    if (t.together > 1)
      a.line("sub r8, r8, #" + Twine((t.together - 1) * t.tableBytes()));
    a.line("stmia lr!, {r0-r7}");
    fetch(10, kSumsEnd);
    a.line("cmp lr, r10");
    a.line("bne 6b");
    a.line(onStack("str r12", kBits));
  }

  // Results.

  /// r12 goes through the sums of columns, and stays where the left operand was
  /// between blocks.
  void step(int64_t, bool) override {
    int64_t sum = sums, spare = sums + k.columns;
    this->load(sum, k.columns, "r12");
    a.line(onStack("str r12", kLeft));
    if (t.magnitude != 1)
      a.line("mov r12, #" + Twine(t.magnitude));
    for (int64_t c = 0; c < k.columns; ++c, ++sum) {
      if (!two) {
        addTo(c, reg(sum));
        continue;
      }
      a.line("uxth " + reg(spare) + ", " + reg(sum));
      addTo(c, reg(spare));
      a.line("lsr " + reg(spare) + ", " + reg(sum) + ", #16");
      addTo(k.columns + c, reg(spare));
    }
  }

  void addTo(int64_t to, const std::string &sum) {
    if (t.magnitude == 1)
      a.line("add " + reg(to) + ", " + reg(to) + ", " + sum);
    else
      a.line("mla " + reg(to) + ", " + sum + ", r12, " + reg(to));
  }

  const TableShape &t;
  bool two; // positions
};
} // namespace

const char *ArmTables::whyNot() const {
  constexpr int64_t kRegisters = 12;
  if (shape.block != kArmTableBlock)
    return "eight columns are looked up together";
  if (sums() + columns + 3 > kRegisters)
    return "accumulators and sums have no place in 12 registers";
  return nullptr;
}

std::string ArmTables::text() const {
  return highWordAdds ? ArmTableWriter<SmmlaColumnsWriter>(*this).write()
                      : ArmTableWriter<SmullColumnsWriter>(*this).write();
}

} // namespace dlc::kernels
