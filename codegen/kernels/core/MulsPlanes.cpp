//===- MulsPlanes.cpp - Depthwise convolutions of planes in MULS ----------===//
//
// A plane's weights, three to a word of the stream, become words on the stack.
// Up to five neighbouring results at a time, in r8 to r12. Row by row of the
// window three weights come into r2 to r4; an element in r0 is copied for every
// product but its last one. r6 goes through rows of elements, then results, r7
// through weights and factors; lr is the distance of two rows.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MulsPlanes.h"
#include "codegen/kernels/core/MulsText.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kColumns = 3, kPlanes = 4, kWord = 4, kMostTaps = 3;
constexpr int64_t kResults = 5, kFirstSum = 8;
constexpr int64_t kReach = 31; // offset of a load or store of bytes
constexpr int64_t kSignBit = 0x80;
constexpr int64_t kFirstLabel = 20; // of sums outside
/// Words on the stack.
constexpr int64_t kBias = 0, kStream = 4, kLeft = 8, kResult = 12, kFactor = 16,
                  kAt = 20, kRow = 24, kRowEnd = 28, kRows = 32,
                  kPlanesLeft = 36, kTo = 40, kWeights = 44,
                  kFrame = kWeights + kMostTaps * kColumns * kWord;
/// Bits of a word that the first and the second weight have.
constexpr int64_t kFieldBits = 10;

std::string sumAt(int64_t i) { return "r" + std::to_string(kFirstSum + i); }

class DepthwiseWriter {
public:
  explicit DepthwiseWriter(const MulsDepthwise &kernel)
      : k(kernel), together(kernel.together(kResults)) {}

  std::string write() {
    start();
    a.line("1:");
    startPlane();
    a.line("2:");
    row();
    countDown(kRows, "2b");
    a.line(onStack("ldr r7", kFactor));
    a.line("adds r7, #" + Twine(kWord * MulsRescale::kWords));
    a.line(onStack("str r7", kStream));
    countDown(kPlanesLeft, "1b");
    a.leave(kFrame);
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Arguments: left operand, right operand, result.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r1", kStream));
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r2", kResult));
    a.line("movs r3, #" + Twine(kPlanes));
    a.line(onStack("str r3", kPlanesLeft));
  }

  void startPlane() {
    a.line(onStack("ldr r7", kStream));
    takeApart();
    a.line("ldmia r7!, {r0}");
    a.line(onStack("str r0", kBias));
    a.line(onStack("str r7", kFactor));
    a.line(onStack("ldr r6", kLeft));
    a.line(onStack("str r6", kRow));
    a.addTo("r6", k.plane, "r0");
    a.line(onStack("str r6", kLeft));
    a.line(onStack("ldr r0", kResult));
    a.line(onStack("str r0", kTo));
    a.line("adds r0, #1");
    a.line(onStack("str r0", kResult));
    a.line("ldr r0, =" + Twine(k.rows));
    a.line(onStack("str r0", kRows));
    a.line("b 3f");
    a.line(".ltorg");
    a.line("3:");
  }

  /// A word of each row of the window.
  void takeApart() {
    constexpr int64_t kWordBits = 32, kHigh = kWordBits - kFieldBits;
    a.line("add r6, sp, #" + Twine(kWeights));
    for (int64_t tap = 0; tap < k.taps; ++tap) {
      a.line("ldmia r7!, {r4}");
      a.line("lsls r2, r4, #" + Twine(kHigh));
      a.line("asrs r2, r2, #" + Twine(kHigh));
      a.line("lsls r3, r4, #" + Twine(kHigh - kFieldBits));
      a.line("asrs r3, r3, #" + Twine(kHigh));
      a.line("asrs r4, r4, #" + Twine(2 * kFieldBits));
      a.line("stmia r6!, {r2-r4}");
    }
  }

  void countDown(int64_t counter, const char *label) {
    a.line(onStack("ldr r0", counter));
    a.line("subs r0, #1");
    a.line(onStack("str r0", counter));
    a.repeatUnlessEqual(label);
  }

  /// One row of results.
  void row() {
    int64_t loops = k.columns / together, rest = k.columns % together;
    int64_t step = together * k.columnStep;
    a.line(onStack("ldr r6", kRow));
    a.line(onStack("str r6", kAt));
    if (loops > 1) {
      a.addTo("r6", loops * step, "r0");
      a.line(onStack("str r6", kRowEnd));
      a.line("4:");
    }
    block(together);
    if (loops > 1) {
      a.line(onStack("ldr r0", kRowEnd));
      a.line("cmp r6, r0");
      a.repeatUnlessEqual("4b");
    }
    if (rest)
      block(rest);
    a.line(onStack("ldr r6", kRow));
    a.addTo("r6", k.rowStep * k.row, "r0");
    a.line(onStack("str r6", kRow));
    if (int64_t gap = k.resultRow - k.columns * k.stride) {
      a.line(onStack("ldr r6", kTo));
      a.addTo("r6", gap, "r0");
      a.line(onStack("str r6", kTo));
    }
  }

  void block(int64_t results) {
    a.line(onStack("ldr r0", kBias));
    for (int64_t i = 0; i < results; ++i)
      a.line("mov " + sumAt(i) + ", r0");
    a.line("ldr r0, =" + Twine(k.row));
    a.line("mov lr, r0");
    a.line("add r7, sp, #" + Twine(kWeights));
    a.line(onStack("ldr r6", kAt));
    for (int64_t tap = 0; tap < k.taps; ++tap) {
      products(results);
      if (tap + 1 < k.taps)
        a.line("add r6, lr");
    }
    finish(results);
    a.line(onStack("ldr r6", kAt));
    a.addTo("r6", results * k.columnStep, "r0");
    a.line(onStack("str r6", kAt));
  }

  /// Of a row of the windows.
  void products(int64_t results) {
    a.line("ldmia r7!, {r2-r4}");
    int64_t elements = (results - 1) * k.columnStep + kColumns;
    for (int64_t x = 0; x < elements; ++x) {
      int64_t first = std::max<int64_t>(0, x - kColumns + 1);
      first = (first + k.columnStep - 1) / k.columnStep;
      int64_t last = std::min(results - 1, x / k.columnStep);
      if (first > last)
        continue; // between two windows
      a.line("ldrb r0, [r6, #" + Twine(x) + "]");
      for (int64_t i = first; i <= last; ++i) {
        std::string factor = i == last ? "r0" : "r1";
        if (i != last)
          a.line("mov r1, r0");
        a.line("muls " + factor + ", r" + Twine(2 + x - i * k.columnStep) +
               ", " + factor);
        a.line("add " + sumAt(i) + ", " + factor);
      }
    }
  }

  void finish(int64_t results) {
    bool isNear = (results - 1) * k.stride <= kReach;
    auto placeOf = [&](int64_t i) {
      return "[r6, #" + std::to_string(isNear ? i * k.stride : 0) + "]";
    };
    a.line(onStack("ldr r6", kTo));
    a.line(onStack("ldr r7", kFactor));
    const char *reach = a.loadFactor(k.rescale);
    for (int64_t i = 0; i < results; ++i) {
      a.line("mov r0, " + sumAt(i));
      a.rescaled(k.rescale, reach, kFirstLabel + 2 * i, placeOf(i));
      if (!isNear)
        a.addTo("r6", k.stride, "r1");
    }
    if (isNear)
      a.addTo("r6", results * k.stride, "r1");
    a.line(onStack("str r6", kTo));
    a.line("b 5f");
    for (int64_t i = 0; i < results; ++i)
      a.rescaledOutside(k.rescale, kFirstLabel + 2 * i, placeOf(i));
    a.line(".ltorg");
    a.line("5:");
  }

  const MulsDepthwise &k;
  MulsText a;
  int64_t together; // results of a block
};
} // namespace

const char *MulsDepthwise::whyNot() const {
  if (taps > kMostTaps)
    return "its window has more than three rows";
  if ((kResults - 1) * columnStep + kColumns - 1 > kReach)
    return "windows are farther apart than a load reaches";
  return nullptr;
}

std::string MulsDepthwise::text() const {
  return DepthwiseWriter(*this).write();
}

/// The source r0 goes from pixel to pixel; r1, r3, r4 and r6 are the planes, r7
/// counts their elements.
std::string MulsPlanes::text() const {
  const char *planes[kPlanes] = {"r1", "r3", "r4", "r6"};
  MulsText a;
  a.line("push {r4-r7, lr}");
  a.line("mov r4, r8");
  a.line("mov r5, r9");
  a.line("push {r4, r5}");
  a.line("ldr r2, =" + Twine(plane));
  for (int64_t i = 1; i < kPlanes; ++i)
    a.line("adds " + Twine(planes[i]) + ", " + planes[i - 1] + ", r2");
  a.line("ldr r2, =" + Twine(stride));
  a.line("mov r8, r2");
  a.line("ldr r2, =" + Twine(pixels));
  a.line("mov r9, r2");
  a.line("movs r5, #" + Twine(kSignBit));
  a.line("movs r7, #0");
  a.line("1:");
  for (int64_t i = 0; i < kPlanes; ++i) {
    a.line("ldrb r2, [r0, #" + Twine(i) + "]");
    if (isSigned)
      a.line("eors r2, r5");
    a.line(Twine("strb r2, [") + planes[i] + ", r7]");
  }
  a.line("add r0, r8");
  a.line("adds r7, #1");
  a.line("cmp r7, r9");
  a.line("bne 1b");
  a.line("pop {r4, r5}");
  a.line("mov r8, r4");
  a.line("mov r9, r5");
  a.line("pop {r4-r7, pc}");
  a.line(".ltorg");
  return a.text();
}

} // namespace dlc::kernels
