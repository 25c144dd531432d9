//===- MulsWinograd.cpp - Winograd's algorithm in MULS and ADDS -----------===//
//
// MULS overwrites a factor. Words of the right operand are used once for each
// tile: they are what is overwritten, four of them, of four columns, by one
// load. The sums of a point are in r8 to r11, and then on the stack.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/MulsWinograd.h"
#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kHalfword = 2, kSide = 4, kPoints = 16;
constexpr int64_t kColumns = 4;
constexpr int64_t kScale = 2; // sums come 2^2 times

const char *whyNotMuls(int64_t tiles, int64_t bytes) {
  if (tiles != 1)
    return "armv6m computes one tile";
  if (bytes != kHalfword && bytes != kWord)
    return "armv6m has points of halfwords or words";
  return nullptr;
}

/// A channel at a time. r6 goes through the pixels; r8 is where the channel's
/// first point goes, r9 what leads from the third row of a column to the next
/// one, r10 the stride of rows and r11 that of points, r12 and lr what leads
/// from behind a channel's pixels and points to those of the next one.
class InputWriter {
public:
  explicit InputWriter(const MulsWinogradInput &kernel)
      : k(kernel), step(kernel.channels * kernel.bytes) {}

  std::string write() {
    a.enter(kFrame);
    start();
    a.line("1:");
    a.line("movs r4, #0");
    a.line("mov r5, r10");
    for (int64_t column = 0; column < kSide; ++column)
      down(column);
    a.line("add r6, r12");
    a.line("mov r5, r8");
    a.line("mov r7, sp");
    for (int64_t row = 0; row < kSide; ++row)
      across();
    a.line("add r5, lr");
    a.line("mov r8, r5");
    a.line(onStack("ldr r0", kEnd));
    a.line("cmp r6, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    return a.text();
  }

private:
  /// On the stack: what columns become, row by row; where the pixels' first
  /// channels end.
  static constexpr int64_t kEnd = kPoints * kWord, kFrame = kEnd + 2 * kWord;

  void start() {
    a.line("mov r6, r0");
    a.line("mov r8, r2");
    a.line("mov r10, r1");
    a.line("lsls r3, r1, #1");
    a.line("ldr r4, =" + Twine(k.pixel));
    a.line("subs r4, r4, r3");
    a.line("mov r9, r4");
    constant("r11", step);
    constant("r12", 1 - kSide * k.pixel);
    constant("lr", k.bytes - kPoints * step);
    a.line("ldr r4, =" + Twine(k.channels));
    a.line("adds r4, r4, r6");
    a.line(onStack("str r4", kEnd));
    a.line("b 2f");
    a.line(".ltorg");
    a.line("2:");
  }

  void constant(const char *to, int64_t number) {
    a.line("ldr r4, =" + Twine(number));
    a.line(Twine("mov ") + to + ", r4");
  }

  /// The pixels d of a column as d0 - d2, d1 + d2, d2 - d1 and d1 - d3.
  void down(int64_t column) {
    std::string load = k.isSigned ? "ldrsb " : "ldrb ";
    a.line(load + "r0, [r6, r4]");
    a.line(load + "r1, [r6, r5]");
    a.line("adds r6, r6, r5");
    a.line("adds r6, r6, r5");
    a.line(load + "r2, [r6, r4]");
    a.line(load + "r3, [r6, r5]");
    a.line("add r6, r9");
    a.line("adds r7, r1, r2");
    a.line("subs r0, r0, r2");
    a.line("subs r2, r2, r1");
    a.line("subs r3, r1, r3");
    int64_t row = 0;
    for (const char *value : {"r0", "r7", "r2", "r3"})
      a.line(onStack(Twine("str ") + value, (row++ * kSide + column) * kWord));
  }

  /// The same of a row: the points of the columns 1, 0, 2 and 3.
  void across() {
    a.line("ldmia r7!, {r0-r3}");
    a.line("adds r4, r1, r2");
    store("r4");
    a.line("subs r0, r0, r2");
    store("r0");
    a.line("subs r2, r2, r1");
    store("r2");
    a.line("subs r3, r1, r3");
    store("r3");
  }

  void store(const char *value) {
    a.line((k.bytes == kHalfword ? "strh " : "str ") + Twine(value) + ", [r5]");
    a.line("add r5, r11");
  }

  const MulsWinogradInput &k;
  int64_t step; // bytes from a point to the next
  MulsText a;
};

/// r6 goes through the left operand, r7 through the right one.
class ColumnsWriter {
public:
  explicit ColumnsWriter(const MulsWinogradColumns &kernel) : k(kernel) {
    while (k.channels % inIteration != 0)
      --inIteration;
  }

  std::string write() {
    start();
    a.line("1:");
    a.line(onStack("ldr r6", kLeft));
    points();
    a.line(onStack("str r7", kBias));
    a.line("adds r7, #" + Twine(kColumns * kWord));
    a.line(onStack("str r7", kFactor));
    a.line("mov r6, sp");
    a.line(onStack("str r6", kColumn));
    a.line("4:");
    results();
    a.line(onStack("ldr r0", kColumn));
    a.line("adds r0, #" + Twine(kWord));
    a.line(onStack("str r0", kColumn));
    a.line("mov r1, sp");
    a.line("adds r1, #" + Twine(kColumns * kWord));
    a.line("cmp r0, r1");
    a.repeatUnlessEqual("4b");
    a.line(onStack("ldr r7", kFactor));
    a.line(onStack("ldr r4", kBlocks));
    a.line("subs r4, #1");
    a.line(onStack("str r4", kBlocks));
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    return a.text();
  }

private:
  static constexpr int64_t kMostStraight = 16; // channels without a loop
  /// On the stack: [points][columns] sums, then these words.
  static constexpr int64_t kRow = kColumns * kWord;
  static constexpr int64_t kSums = kPoints * kRow, kLeft = kSums,
                           kResult = kLeft + kWord, kStride = kResult + kWord,
                           kBlocks = kStride + kWord, kBias = kBlocks + kWord,
                           kFactor = kBias + kWord, kColumn = kFactor + kWord,
                           kFrame = kColumn + 2 * kWord;

  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r2", kResult));
    a.line(onStack("str r3", kStride));
    a.line("mov r7, r1");
    a.line("ldr r4, =" + Twine(k.features / kColumns));
    a.line(onStack("str r4", kBlocks));
    a.line("b 3f");
    a.line(".ltorg");
    a.line("3:");
  }

  /// r12 goes through the sums, to lr.
  void points() {
    a.line("mov r4, sp");
    a.line("mov r12, r4");
    a.line("movs r4, #" + Twine(kSums - 1));
    a.line("adds r4, #1");
    a.line("add r4, sp, r4");
    a.line("mov lr, r4");
    a.line("2:");
    bool loop = inIteration < k.channels;
    if (loop) {
      a.line("movs r0, #0");
      for (int64_t c = 0; c < kColumns; ++c)
        a.line("mov " + sum(c) + ", r0");
      a.line("mov r4, r6");
      a.addTo("r4", k.channels * k.bytes, "r0");
      a.line("3:");
    }
    for (int64_t i = 0; i < inIteration; ++i)
      products(i, /*first=*/!loop && i == 0);
    a.addTo("r6", inIteration * k.bytes, "r0");
    if (loop) {
      a.line("cmp r6, r4");
      a.repeatUnlessEqual("3b");
    }
    a.line("mov r4, r12");
    for (int64_t c = 0; c < kColumns; ++c)
      a.line("mov r" + Twine(c) + ", " + sum(c));
    a.line("stmia r4!, {r0-r3}");
    a.line("mov r12, r4");
    a.line("cmp r4, lr");
    a.repeatUnlessEqual("2b");
  }

  static std::string sum(int64_t c) { return "r" + std::to_string(8 + c); }

  void products(int64_t i, bool first) {
    if (k.bytes == kHalfword) {
      a.line("movs r5, #" + Twine(i * kHalfword));
      a.line("ldrsh r5, [r6, r5]");
    } else {
      a.line("ldr r5, [r6, #" + Twine(i * kWord) + "]");
    }
    a.line("ldmia r7!, {r0-r3}");
    for (int64_t c = 0; c < kColumns; ++c) {
      a.line("muls r" + Twine(c) + ", r5, r" + Twine(c));
      a.line((first ? "mov " : "add ") + sum(c) + ", r" + Twine(c));
    }
  }

  /// A column's four results. Of each column of its points P, in their order
  /// 1, 0, 2 and 3, m0 = P0 + P1 + P2 and m1 = P1 - P2 - P3. r4 and r5 add up
  /// those of the results' first column, r8 and r9 the second one's, negated.
  void results() {
    a.line(onStack("ldr r6", kColumn));
    a.line("mov r7, r6");
    a.line("adds r7, #" + Twine(kPoints / 2 * kRow));
    for (int64_t place = 0; place < kSide; ++place) {
      loadPoints(place);
      a.line("adds r0, r0, r1");
      a.line("adds r0, r0, r2");
      a.line("subs r1, r1, r2");
      a.line("subs r1, r1, r3");
      addPoints(place);
    }
    a.line("mov r10, r4");
    a.line("mov r11, r5");
    rescale();
  }

  /// The bias is in the point (1, 1), which all four results have once.
  void loadPoints(int64_t place) {
    for (int64_t row = 0; row < kSide; ++row)
      a.line("ldr r" + Twine(row) + ", [" + (row < 2 ? "r6" : "r7") + ", #" +
             Twine((row % 2 * kSide + place) * kRow) + "]");
    if (place != 0)
      return;
    a.line(onStack("ldr r4", kBias));
    a.line("ldmia r4!, {r5}");
    a.line(onStack("str r4", kBias));
    a.line("adds r1, r1, r5");
  }

  void addPoints(int64_t place) {
    if (place == 0) {
      a.line("mov r4, r0");
      a.line("mov r5, r1");
      a.line("rsbs r0, r0, #0");
      a.line("mov r8, r0");
      a.line("rsbs r1, r1, #0");
      a.line("mov r9, r1");
      return;
    }
    if (place < 3) {
      a.line("adds r4, r4, r0");
      a.line("adds r5, r5, r1");
    }
    if (place > 1) {
      a.line("add r8, r0");
      a.line("add r9, r1");
    }
  }

  void rescale() {
    a.line(onStack("ldr r7", kFactor));
    a.line(onStack("ldr r6", kResult));
    const char *reach = a.loadFactor(k.rescale);
    a.line(onStack("str r7", kFactor));
    a.line("mov r0, r6");
    a.line("adds r0, #1");
    a.line(onStack("str r0", kResult));
    result("r10", false, reach, 0);
    a.addTo("r6", k.pixel, "r1");
    result("r8", true, reach, 1);
    outside(0);
    a.line(onStack("ldr r1", kStride));
    a.line("adds r6, r6, r1");
    result("r9", true, reach, 2);
    a.addTo("r6", -k.pixel, "r1");
    result("r11", false, reach, 3);
    outside(2);
  }

  static int64_t labelOf(int64_t number) { return 20 + 2 * number; }

  void result(const char *from, bool negated, const char *reach,
              int64_t number) {
    a.line(Twine("mov r0, ") + from);
    if (negated)
      a.line("rsbs r0, r0, #0");
    a.line("asrs r0, r0, #" + Twine(kScale));
    a.rescaled(k.rescale, reach, labelOf(number), "[r6]");
  }

  /// Of two results, within what a conditional branch reaches.
  void outside(int64_t number) {
    a.line("b 5f");
    a.rescaledOutside(k.rescale, labelOf(number), "[r6]");
    a.rescaledOutside(k.rescale, labelOf(number + 1), "[r6]");
    a.line(".ltorg");
    a.line("5:");
  }

  const MulsWinogradColumns &k;
  int64_t inIteration = kMostStraight; // channels, which divide all of them
  MulsText a;
};
} // namespace

const char *MulsWinogradInput::whyNot() const {
  return whyNotMuls(tiles, bytes);
}

std::string MulsWinogradInput::text() const {
  return InputWriter(*this).write();
}

const char *MulsWinogradColumns::whyNot() const {
  if (block != kColumns)
    return "armv6m computes blocks of four columns";
  return whyNotMuls(tiles, bytes);
}

std::string MulsWinogradColumns::text() const {
  return ColumnsWriter(*this).write();
}

} // namespace dlc::kernels
