//===- DspDepthwise.cpp - Depthwise convolutions of planes in SMLAD -------===//
//
// Two neighbouring results at a time. The window's weights stay in registers,
// two words for each row of it: with a step of one column (w0, w1) and (w1,
// w2), with a step of two (w0, w1) and (w2, 0). Of each row of the left operand
// a register holds two elements; with a step of one column the registers take
// turns.
//
// To be rescaled, results of 16 bits take five registers. So a row's sums go to
// the stack, and are rescaled when all of them are there.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/DspPlanes.h"
#include "llvm/ADT/SmallVector.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kMostTaps = 3, kPlanes = 4;
constexpr int64_t kMostStraight = 12; // pairs without a loop
constexpr int64_t kFarthest = 4095;
/// Words on the stack; the multiplier and the addend are loaded together.
constexpr int64_t kMultiplier = 0, kAddend = 4, kBias = 8, kRowEnd = 16,
                  kRows = 20, kStream = 24, kPlanesLeft = 28, kLeft = 32,
                  kResult = 36, kAt = 40, kFrame = 48;
/// Behind these, of results of 16 bits: the words of the multiplier and the
/// addend, results of the next row, the filter, a row's sums.
constexpr int64_t kWide = 48, kRowResult = 60, kFilter = 64, kSums = 72;
constexpr int64_t kMostSums = 128, kTogether = 4;

std::string reg(int64_t number) { return "r" + std::to_string(number); }

class DepthwiseWriter {
public:
  explicit DepthwiseWriter(const DspDepthwise &kernel) : k(kernel) {
    for (int64_t i = 0; i <= k.taps; ++i)
      names.push_back(reg(2 * k.taps + i));
  }

  std::string write() {
    start();
    a.line("1:");
    startPlane();
    a.line("2:");
    row();
    countDown(a, kRows, "2b", names.back());
    countDown(a, kPlanesLeft, "1b", names.back());
    a.line("add sp, sp, #" + Twine(frameBytes()));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  bool isWide() const { return k.rescale.isWide(); }
  int64_t frameBytes() const {
    // The same remainder by 16 as kFrame: an immediate in A32, too.
    return isWide() ? (kSums + 4 * k.columns + 15) / 16 * 16 : kFrame;
  }
  int64_t stored() const { return isWide() ? 2 : 1; } // bytes

  /// Arguments: left operand, right operand, result.
  void start() {
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(frameBytes()));
    a.line("ldr r3, [r1], #4");
    a.line(onStack("str r3", isWide() ? kWide + 8 : kAddend));
    a.line(onStack("str r1", kStream));
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r2", kResult));
    a.line("mov r3, #" + Twine(kPlanes));
    a.line(onStack("str r3", kPlanesLeft));
  }

  void startPlane() {
    a.line(onStack("ldr r12", kStream));
    if (isWide())
      a.line(onStack("str r12", kFilter));
    a.line("ldmia r12!, {r0-" + reg(2 * k.taps + (isWide() ? 2 : 1)) + "}");
    std::string bias = reg(2 * k.taps), multiplier = reg(2 * k.taps + 1);
    a.line(onStack("str r12", kStream));
    a.line(onStack("str " + bias, kBias));
    a.line(onStack("str " + bias, kBias + 4));
    a.line(onStack("str " + multiplier, isWide() ? kWide : kMultiplier));
    if (isWide())
      a.line(onStack("str " + reg(2 * k.taps + 2), kWide + 4));
    a.line(onStack("ldr r12", kLeft));
    a.line("ldr " + bias + ", =" + Twine(k.plane));
    a.line("add " + bias + ", " + bias + ", r12");
    a.line(onStack("str " + bias, kLeft));
    a.line(onStack("ldr lr", kResult));
    if (isWide())
      a.line(onStack("str lr", kRowResult));
    a.line("add " + bias + ", lr, #" + Twine(stored()));
    a.line(onStack("str " + bias, kResult));
    a.line("ldr " + bias + ", =" + Twine(k.rows));
    a.line(onStack("str " + bias, kRows));
  }

  /// One row of results. r12 stays where it is for a period of pairs, or for a
  /// row without a loop, so that it can be loaded again.
  void row() {
    for (int64_t i = 0; i < k.taps; ++i)
      a.line("ldr " + names[i] + ", [r12, #" + Twine(i * k.row) + "]");
    if (isWide())
      a.line("add lr, sp, #" + Twine(kSums));
    a.line(onStack("str r12", kAt));
    int64_t pairs = k.columns / 2, walked = 0;
    int64_t period = k.columnStep == 1 ? k.taps + 1 : 2;
    if (pairs > kMostStraight && pairs >= 2 * period) {
      int64_t loops = pairs / period, bytes = 4 * k.columnStep * period;
      const std::string &end = names.back();
      a.line("ldr " + end + ", =" + Twine(bytes * loops));
      a.line("add " + end + ", " + end + ", r12");
      a.line(onStack("str " + end, kRowEnd));
      a.line("3:");
      for (int64_t i = 0; i < period; ++i)
        pair(4 * k.columnStep * i);
      a.line("add r12, r12, #" + Twine(bytes));
      a.line(onStack("str r12", kAt));
      a.line(onStack("ldr " + names.back(), kRowEnd));
      a.line("cmp r12, " + names.back());
      a.line("bne 3b");
      pairs -= loops * period;
      walked = bytes * loops;
    }
    for (int64_t i = 0; i < pairs; ++i)
      pair(4 * k.columnStep * i);
    if (k.columns % 2)
      single(4 * k.columnStep * pairs);
    addTo(a, "r12", k.rowStep * k.row - walked, names.back());
    if (isWide())
      rescaleRow();
    else
      addTo(a, "lr", k.resultRow - k.columns * k.stride, names.back());
    rotateBack();
  }

  /// What waits on the stack: r0 goes through it, lr through the results. The
  /// words of the multiplier are r1 and r2, r3 is the addend.
  void rescaleRow() {
    a.line(onStack("str r12", kAt));
    a.line(onStack("ldr lr", kRowResult));
    a.line("add r0, sp, #" + Twine(kWide));
    a.line("ldmia r0, {r1-r3}");
    a.line("add r0, sp, #" + Twine(kSums));
    bool far = k.stride > kNear;
    if (far)
      a.line("ldr r12, =" + Twine(k.stride));
    int64_t loops = k.columns / kTogether, rest = k.columns % kTogether;
    if (loops > 1) {
      a.line("mov r11, #" + Twine(loops));
      a.line("4:");
    }
    if (loops > 0)
      rescaleSums(kTogether, far);
    if (loops > 1) {
      a.line("subs r11, r11, #1");
      a.line("bne 4b");
    }
    rescaleSums(rest, far);
    addTo(a, "lr", k.resultRow - k.columns * k.stride, "r1");
    a.line(onStack("str lr", kRowResult));
    a.line(onStack("ldr r12", kFilter));
    a.line("ldmia r12, {r0-" + reg(2 * k.taps - 1) + "}");
    a.line(onStack("ldr r12", kAt));
  }

  /// Sums in r4 to r7, what is carried over in r8.
  void rescaleSums(int64_t count, bool far) {
    if (count == 1)
      a.line("ldr r4, [r0], #4");
    else if (count > 1)
      a.line("ldmia r0!, {r4-" + reg(3 + count) + "}");
    for (int64_t i = 4; i < 4 + count; ++i) {
      a.line("smmul r8, " + reg(i) + ", r1");
      a.line("add r9, r3, r8, asr #31");
      a.line("smlal r8, r9, " + reg(i) + ", r2");
      a.line(armShift(k.rescale, "r9", "r9"));
      for (const std::string &line : armClamp(k.rescale, "r9", "r8"))
        a.line(line);
      a.line("strh r9, [lr]" + (far ? Twine("") : ", #" + Twine(k.stride)));
      if (far)
        a.line("add lr, lr, r12");
    }
  }

  /// The next row begins with the registers in the first order.
  void rotateBack() {
    for (int64_t i = 0; i <= k.taps; ++i)
      names[i] = reg(2 * k.taps + i);
  }

  void multiply(const char *halves, const Twine &sum, const Twine &left,
                int64_t weights) {
    a.line(Twine("smla") + halves + " " + sum + ", " + left + ", " +
           reg(weights) + ", " + sum);
  }

  /// Results whose windows begin `at` bytes behind r12.
  void pair(int64_t at) {
    a.line("ldrd r10, r11, [sp, #" + Twine(kBias) + "]");
    k.columnStep == 1 ? neighbours(at) : distant(at);
    finish({"r10", "r11"});
  }

  void loadElements(const std::string &to, int64_t row, int64_t at) {
    a.line("ldr " + to + ", [r12, #" + Twine(row * k.row + at) + "]");
  }

  /// Results whose windows share two elements of a row.
  void neighbours(int64_t at) {
    std::string next = names.back();
    for (int64_t i = 0; i < k.taps; ++i) {
      loadElements(next, i, at + 4);
      multiply("d", "r10", names[i], 2 * i);
      multiply("bt", "r10", next, 2 * i + 1);
      multiply("tb", "r11", names[i], 2 * i);
      multiply("d", "r11", next, 2 * i + 1);
      std::swap(next, names[i]);
    }
    names.back() = next;
  }

  /// Results whose windows share one.
  void distant(int64_t at) {
    const std::string &between = names.back();
    for (int64_t i = 0; i < k.taps; ++i) {
      loadElements(between, i, at + 4);
      multiply("d", "r10", names[i], 2 * i);
      multiply("bb", "r10", between, 2 * i + 1);
      loadElements(names[i], i, at + 8);
      multiply("d", "r11", between, 2 * i);
      multiply("bb", "r11", names[i], 2 * i + 1);
    }
  }

  /// The last result of a row with an odd number of them.
  void single(int64_t at) {
    const std::string &next = names.back();
    a.line("ldr r10, [sp, #" + Twine(kBias) + "]");
    for (int64_t i = 0; i < k.taps; ++i) {
      loadElements(next, i, at + 4);
      multiply("d", "r10", names[i], 2 * i);
      multiply(k.columnStep == 1 ? "bt" : "bb", "r10", next, 2 * i + 1);
    }
    finish({"r10"});
  }

  void finish(llvm::SmallVector<std::string, 2> sums) {
    if (isWide()) {
      a.line(sums.size() == 2 ? "strd r10, r11, [lr], #8"
                              : "str r10, [lr], #4");
      return;
    }
    const std::string &spare = names.back();
    a.line("ldmia sp, {" + spare + ", r12}");
    for (const std::string &sum : sums)
      a.line("smmla " + sum + ", " + sum + ", " + spare + ", r12");
    a.line(onStack("ldr r12", kAt));
    for (const std::string &sum : sums)
      for (const std::string &line : armSaturate(k.rescale, sum))
        a.line(line);
    if (k.stride <= kNear) {
      for (const std::string &sum : sums)
        a.line("strb " + sum + ", [lr], #" + Twine(k.stride));
      return;
    }
    a.line("strb r10, [lr]");
    if (sums.size() > 1)
      a.line("strb r11, [lr, #" + Twine(k.stride) + "]");
    int64_t bytes = k.stride * static_cast<int64_t>(sums.size());
    // Immediates are eight bits at an even place.
    for (int64_t low = 0; bytes >> low; low += 8)
      if (int64_t part = bytes & (int64_t(255) << low))
        a.line("add lr, lr, #" + Twine(part));
  }

  const DspDepthwise &k;
  AssemblyText a;
  /// Registers with elements of the rows, and one more.
  llvm::SmallVector<std::string, 4> names;
};
} // namespace

const char *DspDepthwise::whyNot() const {
  if (taps > kMostTaps)
    return "its window has more than three rows";
  if (columnStep > 2)
    return "it steps over more than two columns";
  if ((taps - 1) * row + 8 > kFarthest)
    return "rows are farther apart than a load reaches";
  if (stride > kFarthest)
    return "results are farther apart than a store reaches";
  if (rescale.isWide() && columns > kMostSums)
    return "a row's sums have no room on the stack";
  if (rescale.shift == 0)
    return "its shift is one for all channels";
  return nullptr;
}

std::string DspDepthwise::text() const {
  return DepthwiseWriter(*this).write();
}

} // namespace dlc::kernels
