//===- DspWinogradColumns.cpp - Products of a transformed tile ------------===//
//
// One tile and four columns: r0 to r3 are the columns' sums of a point, r4 to
// r7 elements of the left operand, r8 to r11 weights; r12 goes through the left
// operand, lr through the right one. Sums are pushed: those of a point, then
// those of it and the next one in its row together, so that of the four points
// of a row P there are P1, P1 + P0, P2 and P2 + P3. A row of results is then
// (P1 + P0) + P2 and P1 - (P2 + P3).
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/winograd/DspWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kColumns = 4, kGroup = 4, kWord = 4;
constexpr int64_t kMostStraight = 64; // channels without a loop
constexpr int64_t kFarthest = 4095;   // offset of a store of bytes
/// On the stack: the sums of eight pairs of points, the last one first, each of
/// them [second and first][count of pairs][first]; then these words.
constexpr int64_t kPairs = 8, kRowBytes = kColumns * kWord,
                  kPairBytes = 2 * kRowBytes + kWord;
constexpr int64_t kFirstCount = kRowBytes + kWord;
constexpr int64_t kSums = kPairs * kPairBytes + kFirstCount;
constexpr int64_t kResult = 0, kStride = 4, kLeft = 8, kAddend = 12,
                  kBlocks = 16, kFrame = 24;

std::string reg(int64_t number) { return "r" + std::to_string(number); }

std::string registers(int64_t first, int64_t count) {
  return "{" + reg(first) + "-" + reg(first + count - 1) + "}";
}

/// Channels of an iteration: groups that divide all of them.
int64_t channelsOfIteration(int64_t channels) {
  int64_t most = channels;
  for (int64_t parts = 1;
       most > kMostStraight || channels % parts != 0 || most % kGroup != 0;
       most = channels / ++parts)
    ;
  return most;
}

class WinogradWriter {
public:
  explicit WinogradWriter(const DspWinogradColumns &kernel)
      : k(kernel), inIteration(channelsOfIteration(kernel.channels)) {}

  std::string write() {
    start();
    a.line("1:");
    a.line("ldr r12, [sp, #" + Twine(kLeft) + "]");
    a.line("sub sp, sp, #" + Twine(kFirstCount));
    a.line("mov r4, #" + Twine(kPairs));
    a.line("str r4, [sp, #" + Twine(kRowBytes) + "]");
    a.line("2:");
    point(/*first=*/true);
    a.line("push {r0-r3}");
    point(/*first=*/false);
    // The count that is behind the last pair.
    a.line("ldr r4, [sp, #" + Twine(2 * kRowBytes) + "]");
    a.line("subs r4, r4, #1");
    a.line("push {r0-r4}");
    a.line("bne 2b");
    column(/*second=*/false);
    column(/*second=*/true);
    a.line("add sp, sp, #" + Twine(kSums));
    nextBlock();
    a.line("add sp, sp, #" + Twine(kFrame));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  bool hasOwn() const { return k.rescale.shift == 0; }

  void start() {
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("mov lr, r1");
    a.line("str r2, [sp, #" + Twine(kResult) + "]");
    a.line("str r3, [sp, #" + Twine(kStride) + "]");
    a.line("str r0, [sp, #" + Twine(kLeft) + "]");
    if (!hasOwn()) {
      a.line("ldr r4, [lr], #4");
      a.line("str r4, [sp, #" + Twine(kAddend) + "]");
    }
    a.line("ldr r4, =" + Twine(k.features / kColumns));
    a.line("str r4, [sp, #" + Twine(kBlocks) + "]");
  }

  /// The products of a point; the first of a pair starts with none.
  void point(bool first) {
    int64_t iterations = k.channels / inIteration;
    if (iterations > 1) {
      for (int64_t i = 0; first && i < kColumns; ++i)
        a.line("mov " + reg(i) + ", #0");
      a.line("ldr r4, =" + Twine(iterations));
      a.line("push {r4}");
      a.line("3:");
    }
    for (int64_t at = 0; at < inIteration; at += 2 * kGroup)
      step(/*first=*/first && iterations == 1 && at == 0,
           /*groups=*/at + 2 * kGroup <= inIteration ? 2 : 1);
    if (iterations > 1) {
      a.line("ldr r4, [sp]");
      a.line("subs r4, r4, #1");
      a.line("str r4, [sp]");
      a.line("bne 3b");
      a.line("add sp, sp, #4");
    }
  }

  /// One or two groups; weights of two columns come together.
  void step(bool first, int64_t groups) {
    a.line("ldmia r12!, " + registers(4, 2 * groups));
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t column = 0; column < kColumns; ++column) {
        if (column % 2 == 0)
          a.line("ldmia lr!, {r8-r11}");
        for (int64_t pair : {0, 1})
          multiply(column, 4 + 2 * group + pair, 8 + column % 2 * 2 + pair,
                   first && group == 0 && pair == 0);
      }
  }

  void multiply(int64_t sum, int64_t left, int64_t right, bool first) {
    std::string text = reg(sum) + ", " + reg(left) + ", " + reg(right);
    a.line(first ? "smuad " + text : "smlad " + text + ", " + reg(sum));
  }

  // Of the sums on the stack, by rows of points.
  static int64_t pairOf(int64_t row, bool second) {
    return (kPairs - 1 - 2 * row - (second ? 1 : 0)) * kPairBytes;
  }
  static int64_t one(int64_t row) {
    return pairOf(row, false) + kPairBytes - kRowBytes;
  }
  static int64_t oneAndZero(int64_t row) { return pairOf(row, false); }
  static int64_t two(int64_t row) {
    return pairOf(row, true) + kPairBytes - kRowBytes;
  }
  static int64_t twoAndThree(int64_t row) { return pairOf(row, true); }

  void load(int64_t first, int64_t offset) {
    a.line("add r12, sp, #" + Twine(offset));
    a.line("ldmia r12, " + registers(first, kColumns));
  }

  /// to = x op y, of four registers each.
  void combine(const char *op, int64_t to, int64_t x, int64_t y) {
    for (int64_t i = 0; i < kColumns; ++i)
      a.line(Twine(op) + " " + reg(to + i) + ", " + reg(x + i) + ", " +
             reg(y + i));
  }

  /// A column of the 2 x 2 results: r0 to r3 in the first row, r4 to r7 in the
  /// second one.
  void column(bool second) {
    auto former = second ? one : oneAndZero;
    auto latter = second ? twoAndThree : two;
    const char *plus = second ? "sub" : "add"; // the latter of them
    const char *minus = second ? "add" : "sub";
    // R2 and R2 + R3 of the rows R.
    load(0, latter(3));
    load(4, former(3));
    combine(plus, 4, 4, 0);
    load(8, latter(2));
    load(0, former(2));
    combine(plus, 0, 0, 8);
    combine("add", 4, 4, 0);
    // R0 + R1 + R2 and R1 - (R2 + R3).
    load(8, latter(1));
    combine(plus, 0, 0, 8);
    combine(minus, 4, 4, 8);
    load(8, former(1));
    for (int64_t i = 0; i < kColumns; ++i) {
      a.line("ldr r12, [lr, #" + Twine(i * kWord) + "]");
      a.line("add " + reg(8 + i) + ", " + reg(8 + i) + ", r12");
    }
    combine("add", 0, 0, 8);
    combine("sub", 4, 8, 4);
    for (int64_t place : {latter(0), former(0)}) {
      load(8, place);
      combine(place == latter(0) ? plus : "add", 0, 0, 8);
    }
    rescale();
    store(second);
  }

  void rescale() {
    a.line("add r12, lr, #" + Twine(kRowBytes));
    if (hasOwn()) {
      for (int64_t i = 0; i < kColumns; ++i) {
        a.line("ldmia r12!, {r8-r10}");
        for (int64_t sum : {i, i + kColumns})
          highWord(sum, "r8", "r9");
        for (int64_t sum : {i, i + kColumns})
          a.line("asr " + reg(sum) + ", " + reg(sum) + ", r10");
      }
    } else {
      a.line("ldmia r12, {r8-r11}");
      a.line("ldr r12, [sp, #" + Twine(kSums + kAddend) + "]");
      for (int64_t i = 0; i < 2 * kColumns; ++i)
        highWord(i, reg(8 + i % kColumns), "r12");
    }
    for (int64_t i = 0; i < 2 * kColumns; ++i)
      for (const std::string &line : armSaturate(k.rescale, reg(i)))
        a.line(line);
  }

  void highWord(int64_t sum, const Twine &multiplier, const char *addend) {
    a.line("smmla " + reg(sum) + ", " + reg(sum) + ", " + multiplier + ", " +
           addend);
  }

  void store(bool second) {
    int64_t offset = second ? k.features : 0;
    a.line("ldr r12, [sp, #" + Twine(kSums + kResult) + "]");
    a.line("ldr r8, [sp, #" + Twine(kSums + kStride) + "]");
    for (int64_t i = 0; i < 2 * kColumns; ++i) {
      if (i == kColumns)
        a.line("add r12, r12, r8");
      a.line("strb " + reg(i) + ", [r12, #" + Twine(offset + i % kColumns) +
             "]");
    }
  }

  void nextBlock() {
    a.line("add lr, lr, #" + Twine(kRowBytes * (hasOwn() ? 4 : 2)));
    a.line("ldr r12, [sp, #" + Twine(kResult) + "]");
    a.line("ldr r4, [sp, #" + Twine(kBlocks) + "]");
    a.line("add r12, r12, #" + Twine(kColumns));
    a.line("str r12, [sp, #" + Twine(kResult) + "]");
    a.line("subs r4, r4, #1");
    a.line("str r4, [sp, #" + Twine(kBlocks) + "]");
    a.line("bne 1b");
  }

  const DspWinogradColumns &k;
  int64_t inIteration;
  AssemblyText a;
};
} // namespace

const char *DspWinogradColumns::whyNot() const {
  if (block != kColumns)
    return "dsp computes tiles in blocks of four columns";
  if (features + kColumns - 1 > kFarthest)
    return "results are farther apart than a store reaches";
  return nullptr;
}

std::string DspWinogradColumns::text() const {
  return WinogradWriter(*this).write();
}

} // namespace dlc::kernels
