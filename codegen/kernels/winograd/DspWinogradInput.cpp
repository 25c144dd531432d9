//===- DspWinogradInput.cpp - Tiles of bytes, transformed in halfwords ----===//
//
// Four channels at a time: those in even places, then those in odd ones. Of
// their pixels twelve are in registers, three rows: what rows 0 and 2 make,
// then 1 and 2, then 1 and 3. r0 goes through the pixels, r1 through the
// points.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/winograd/DspWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kGroup = 4, kGroupBytes = 8;
constexpr int64_t kFarthest = 4095; // offset of a load or store of words
constexpr int64_t kRows = 4;        // of points
/// Words on the stack.
constexpr int64_t kStride = 0, kLeft = 4, kFrame = 8;

/// Four registers, one for each column.
using Row = const char *const[4];
constexpr Row kA = {"r2", "r3", "r4", "r5"}, kB = {"r6", "r7", "r8", "r9"},
              kC = {"r10", "r11", "r12", "lr"};

class InputWriter {
public:
  explicit InputWriter(const DspWinogradInput &kernel)
      : k(kernel), rowBytes(4 * 2 * kernel.channels),
        // Otherwise r1 moves on from row to row of the points.
        isNear((kRows - 1) * rowBytes + 3 * rowBytes / 4 + kGroupBytes <=
               kFarthest) {}

  std::string write() {
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("str r1, [sp, #" + Twine(kStride) + "]");
    a.line("mov r1, r2");
    a.line("ldr r4, =" + Twine(k.channels / kGroup));
    a.line("str r4, [sp, #" + Twine(kLeft) + "]");
    a.line("1:");
    pairs("", 0);
    pairs(", ror #8", 4);
    a.line("ldr r4, [sp, #" + Twine(kLeft) + "]");
    a.line("add r0, r0, #" + Twine(kGroup));
    a.line("add r1, r1, #" + Twine(kGroupBytes));
    a.line("subs r4, r4, #1");
    a.line("str r4, [sp, #" + Twine(kLeft) + "]");
    a.line("bne 1b");
    a.line("add sp, sp, #" + Twine(kFrame));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Two of the four channels; `half`: their place in a group of points.
  void pairs(const char *rotated, int64_t half) {
    a.line(Twine("ldr ") + kC[0] + ", [sp, #" + Twine(kStride) + "]");
    move("add", kC[0], ", lsl #1");
    load(kA, rotated); // row 2
    move("sub", kC[0], ", lsl #1");
    load(kB, rotated); // row 0
    combine("ssub16", kB, kB, kA);
    points(kB, kC + 1, 0, half);
    move("add", kC[0], "");
    load(kB, rotated); // row 1
    move("add", kC[0], ", lsl #1");
    combine("sadd16", kC, kA, kB);
    points(kC, nullptr, 1, half);
    combine("ssub16", kA, kA, kB);
    points(kA, kC, 2, half);
    load(kA, rotated); // row 3
    combine("ssub16", kB, kB, kA);
    points(kB, kC + 1, 3, half);
    a.line(Twine("ldr ") + kC[0] + ", [sp, #" + Twine(kStride) + "]");
    move("sub", kC[0], "");
    move("sub", kC[0], ", lsl #1");
    if (!isNear)
      step("sub", kRows - 1);
  }

  void move(const char *op, const char *stride, const char *times) {
    a.line(Twine(op) + " r0, r0, " + stride + times);
  }

  void load(Row &row, const char *rotated) {
    const char *extend = k.isSigned ? "sxtb16 " : "uxtb16 ";
    for (int64_t column = 0; column < 4; ++column)
      a.line(Twine("ldr ") + row[column] + ", [r0, #" +
             Twine(column * k.pixel) + "]");
    for (const char *each : row)
      a.line(Twine(extend) + each + ", " + each + rotated);
  }

  void combine(const char *op, Row &to, Row &x, Row &y) {
    for (int64_t column = 0; column < 4; ++column)
      operate(op, to[column], x[column], y[column]);
  }

  void operate(const char *op, const char *to, const char *x, const char *y) {
    a.line(Twine(op) + " " + to + ", " + x + ", " + y);
  }

  /// Transforms a row and stores it: its columns 1, 0, 2 and 3. `spare` is a
  /// register, or none is.
  void points(Row &d, const char *const *spare, int64_t row, int64_t half) {
    const char *second = spare ? *spare : d[0];
    if (!isNear && row > 0)
      step("add", 1);
    operate("ssub16", d[3], d[1], d[3]);
    store(d[3], row, 3, half);
    operate("ssub16", d[0], d[0], d[2]);
    store(d[0], row, 1, half);
    operate("sadd16", second, d[1], d[2]);
    store(second, row, 0, half);
    operate("ssub16", d[2], d[2], d[1]);
    store(d[2], row, 2, half);
  }

  void store(const char *value, int64_t row, int64_t place, int64_t half) {
    int64_t offset = (isNear ? row : 0) * rowBytes + place * rowBytes / 4;
    a.line(Twine("str ") + value + ", [r1, #" + Twine(offset + half) + "]");
  }

  /// Moves r1 by rows of points.
  void step(const char *op, int64_t rows) {
    a.line("push {r2}");
    a.line("ldr r2, =" + Twine(rows * rowBytes));
    a.line(Twine(op) + " r1, r1, r2");
    a.line("pop {r2}");
  }

  const DspWinogradInput &k;
  int64_t rowBytes; // of points
  bool isNear;
  AssemblyText a;
};
} // namespace

const char *DspWinogradInput::whyNot() const {
  if (channels % kGroup != 0)
    return "dsp transforms four channels at a time";
  if (3 * pixel > kFarthest)
    return "pixels are farther apart than a load reaches";
  if (3 * 2 * channels + kGroupBytes > kFarthest)
    return "points are farther apart than a store reaches";
  return nullptr;
}

std::string DspWinogradInput::text() const {
  return InputWriter(*this).write();
}

} // namespace dlc::kernels
