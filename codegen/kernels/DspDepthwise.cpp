//===- DspDepthwise.cpp - Depthwise convolutions of planes in SMLAD -------===//
//
// Two neighbouring results at a time. The window's weights stay in registers,
// two words for each row of it: with a step of one column (w0, w1) and (w1,
// w2), with a step of two (w0, w1) and (w2, 0). Of each row of the left operand
// a register holds two elements; with a step of one column the registers take
// turns.
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
    a.line("add sp, sp, #" + Twine(kFrame));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Arguments: left operand, right operand, result.
  void start() {
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("ldr r3, [r1], #4");
    a.line(onStack("str r3", kAddend));
    a.line(onStack("str r1", kStream));
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r2", kResult));
    a.line("mov r3, #" + Twine(kPlanes));
    a.line(onStack("str r3", kPlanesLeft));
  }

  void startPlane() {
    a.line(onStack("ldr r12", kStream));
    a.line("ldmia r12!, {r0-" + reg(2 * k.taps + 1) + "}");
    std::string bias = reg(2 * k.taps), multiplier = reg(2 * k.taps + 1);
    a.line(onStack("str r12", kStream));
    a.line(onStack("str " + bias, kBias));
    a.line(onStack("str " + bias, kBias + 4));
    a.line(onStack("str " + multiplier, kMultiplier));
    a.line(onStack("ldr r12", kLeft));
    a.line("ldr " + bias + ", =" + Twine(k.plane));
    a.line("add " + bias + ", " + bias + ", r12");
    a.line(onStack("str " + bias, kLeft));
    a.line(onStack("ldr lr", kResult));
    a.line("add " + bias + ", lr, #1");
    a.line(onStack("str " + bias, kResult));
    a.line("ldr " + bias + ", =" + Twine(k.rows));
    a.line(onStack("str " + bias, kRows));
  }

  /// One row of results. r12 stays where it is for a period of pairs, or for a
  /// row without a loop, so that it can be loaded again.
  void row() {
    for (int64_t i = 0; i < k.taps; ++i)
      a.line("ldr " + names[i] + ", [r12, #" + Twine(i * k.row) + "]");
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
    addTo(a, "lr", k.resultRow - k.columns * k.stride, names.back());
    rotateBack();
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
  if (rescale.shift == 0)
    return "its shift is one for all channels";
  return nullptr;
}

std::string DspDepthwise::text() const {
  return DepthwiseWriter(*this).write();
}

} // namespace dlc::kernels
