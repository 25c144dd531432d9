//===- MlaDepthwise.cpp - Depthwise convolutions of planes in MLA ---------===//
//
// Up to seven neighbouring results at a time, in r0 to r6. Row by row of the
// window three weights come into r8 to r10; an element that is loaded into r11
// is multiplied for all results whose windows it is in. r7 is the bias, to
// which the first products are added; lr goes through a row of elements, r12
// through the weights.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MlaPlanes.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kMostTaps = 3, kColumns = 3, kPlanes = 4, kWord = 4;
constexpr int64_t kResults = 7; // of a block
constexpr int64_t kFarthest = 4095;
/// Words on the stack; the multiplier and the addend are loaded together.
constexpr int64_t kMultiplier = 0, kAddend = 4, kBias = 8, kRowEnd = 12,
                  kRows = 16, kPlanesLeft = 20, kLeft = 24, kResult = 28,
                  kAt = 32, kFrame = 40;

class DepthwiseWriter {
public:
  explicit DepthwiseWriter(const MlaDepthwise &kernel)
      : k(kernel), together(kernel.together(kResults)) {}

  std::string write() {
    start();
    a.line("1:");
    startPlane();
    a.line("2:");
    row();
    countDown(a, kRows, "2b", "r0");
    a.line("add r12, r12, #" + Twine(k.taps * kColumns * kWord + 8));
    countDown(a, kPlanesLeft, "1b", "r0");
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
    a.line("mov r12, r1");
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r2", kResult));
    a.line("mov r3, #" + Twine(kPlanes));
    a.line(onStack("str r3", kPlanesLeft));
  }

  void startPlane() {
    int64_t weights = k.taps * kColumns * kWord;
    a.line("ldrd r0, r1, [r12, #" + Twine(weights) + "]");
    a.line(onStack("str r0", kBias));
    a.line(onStack("str r1", kMultiplier));
    a.line(onStack("ldr lr", kLeft));
    a.line("ldr r0, =" + Twine(k.plane));
    a.line("add r0, r0, lr");
    a.line(onStack("str r0", kLeft));
    a.line(onStack("ldr r0", kResult));
    a.line(onStack("str r0", kAt));
    a.line("add r0, r0, #1");
    a.line(onStack("str r0", kResult));
    a.line("ldr r0, =" + Twine(k.rows));
    a.line(onStack("str r0", kRows));
  }

  /// One row of results.
  void row() {
    int64_t loops = k.columns / together, rest = k.columns % together;
    int64_t step = together * k.columnStep;
    if (loops > 1) {
      a.line("ldr r0, =" + Twine(loops * step));
      a.line("add r0, r0, lr");
      a.line(onStack("str r0", kRowEnd));
      a.line("3:");
    }
    block(together);
    a.line("add lr, lr, #" + Twine(step));
    if (loops > 1) {
      a.line(onStack("ldr r0", kRowEnd));
      a.line("cmp lr, r0");
      a.line("bne 3b");
    }
    if (rest)
      block(rest);
    addTo(a, "lr", k.rowStep * k.row - loops * step, "r0");
    if (int64_t gap = k.resultRow - k.columns * k.stride) {
      a.line(onStack("ldr r1", kAt));
      addTo(a, "r1", gap, "r0");
      a.line(onStack("str r1", kAt));
    }
  }

  void block(int64_t results) {
    a.line(onStack("ldr r7", kBias));
    for (int64_t tap = 0; tap < k.taps; ++tap)
      products(tap, results);
    a.line("sub r12, r12, #" + Twine(k.taps * kColumns * kWord));
    finish(results);
  }

  /// Of a row of the windows.
  void products(int64_t tap, int64_t results) {
    a.line("ldmia r12!, {r8-r10}");
    int64_t elements = (results - 1) * k.columnStep + kColumns;
    for (int64_t x = 0; x < elements; ++x) {
      int64_t first = std::max<int64_t>(0, x - kColumns + 1);
      first = (first + k.columnStep - 1) / k.columnStep;
      int64_t last = std::min(results - 1, x / k.columnStep);
      if (first > last)
        continue; // between two windows
      a.line((k.isSigned ? "ldrsb" : "ldrb") + Twine(" r11, [lr, #") +
             Twine(tap * k.row + x) + "]");
      for (int64_t i = first; i <= last; ++i) {
        int64_t column = x - i * k.columnStep;
        bool isFirst = tap == 0 && column == 0;
        a.line("mla r" + Twine(i) + ", r11, r" + Twine(8 + column) + ", r" +
               Twine(isFirst ? 7 : i));
      }
    }
  }

  void finish(int64_t results) {
    a.line(onStack("ldrd r8, r9", kMultiplier));
    a.line(onStack("ldr r11", kAt));
    for (int64_t i = 0; i < results; ++i) {
      std::string sum = "r" + std::to_string(i);
      a.line("smull r10, " + sum + ", " + sum + ", r8");
      a.line("add " + sum + ", " + sum + ", r9");
    }
    for (int64_t i = 0; i < results; ++i)
      for (const std::string &line :
           armSaturate(k.rescale, "r" + std::to_string(i)))
        a.line(line);
    store(results);
    a.line(onStack("str r11", kAt));
  }

  void store(int64_t results) {
    if (k.stride <= kNear) {
      for (int64_t i = 0; i < results; ++i)
        a.line("strb r" + Twine(i) + ", [r11], #" + Twine(k.stride));
      return;
    }
    bool reaches = (results - 1) * k.stride <= kFarthest;
    int64_t step = reaches ? results * k.stride : k.stride;
    a.line("ldr r7, =" + Twine(step));
    for (int64_t i = 0; i < results; ++i) {
      a.line("strb r" + Twine(i) + ", [r11, #" +
             Twine(reaches ? i * k.stride : 0) + "]");
      if (!reaches || i == results - 1)
        a.line("add r11, r11, r7");
    }
  }

  const MlaDepthwise &k;
  AssemblyText a;
  int64_t together; // results of a block
};
} // namespace

const char *MlaDepthwise::whyNot() const {
  if (taps > kMostTaps)
    return "its window has more than three rows";
  if ((taps - 1) * row + (kResults - 1) * columnStep + kColumns > kFarthest)
    return "rows are farther apart than a load reaches";
  if (rescale.shift == 0)
    return "its shift is one for all channels";
  return nullptr;
}

std::string MlaDepthwise::text() const {
  return DepthwiseWriter(*this).write();
}

} // namespace dlc::kernels
