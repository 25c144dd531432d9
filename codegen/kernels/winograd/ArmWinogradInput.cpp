//===- ArmWinogradInput.cpp - Tiles of bytes, transformed -----------------===//
//
// A channel at a time, or four: those in even places, then those in odd ones,
// two in a register. Of their pixels twelve are in registers, three rows: what
// rows 0 and 2 make, then 1 and 2, then 1 and 3. r0 goes through the pixels, r1
// through the points.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/ArmWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kGroup = 4;       // channels of two registers
constexpr int64_t kFarthest = 4095; // offset of a load or store
constexpr int64_t kRows = 4;        // of points
/// Words on the stack.
constexpr int64_t kStride = 0, kLeft = 4, kFrame = 8;

/// Four registers, one for each column.
using Row = const char *const[4];
constexpr Row kA = {"r2", "r3", "r4", "r5"}, kB = {"r6", "r7", "r8", "r9"},
              kC = {"r10", "r11", "r12", "lr"};

/// Bytes from a point to the next.
int64_t pointBytes(const ArmWinogradInput &kernel) {
  return kernel.channels * kernel.tiles * kernel.bytes;
}

class InputWriter {
public:
  explicit InputWriter(const ArmWinogradInput &kernel)
      : k(kernel), pairs(kernel.lanes == ArmWinogradInput::Lanes::Pairs),
        point(pointBytes(kernel)),
        isNear((4 * kRows - 1) * point + 2 * kernel.bytes <= kFarthest) {}

  std::string write() {
    int64_t together = pairs ? kGroup : 1;
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("str r1, [sp, #" + Twine(kStride) + "]");
    a.line("mov r1, r2");
    a.line("ldr r4, =" + Twine(k.channels / together));
    a.line("str r4, [sp, #" + Twine(kLeft) + "]");
    a.line("1:");
    some("", 0);
    if (pairs)
      some(", ror #8", 2 * k.bytes);
    a.line("ldr r4, [sp, #" + Twine(kLeft) + "]");
    a.line("add r0, r0, #" + Twine(together));
    a.line("add r1, r1, #" + Twine(together * k.tiles * k.bytes));
    a.line("subs r4, r4, #1");
    a.line("str r4, [sp, #" + Twine(kLeft) + "]");
    a.line("bne 1b");
    a.line("add sp, sp, #" + Twine(kFrame));
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// The channels of a register; `place`: of their points, in bytes.
  void some(const char *rotated, int64_t place) {
    a.line(Twine("ldr ") + kC[0] + ", [sp, #" + Twine(kStride) + "]");
    move("add", ", lsl #1");
    load(kA, rotated); // row 2
    move("sub", ", lsl #1");
    load(kB, rotated); // row 0
    combine(minus(), kB, kB, kA);
    points(kB, kC + 1, 0, place);
    move("add", "");
    load(kB, rotated); // row 1
    move("add", ", lsl #1");
    combine(plus(), kC, kA, kB);
    points(kC, nullptr, 1, place);
    combine(minus(), kA, kA, kB);
    points(kA, kC, 2, place);
    load(kA, rotated); // row 3
    combine(minus(), kB, kB, kA);
    points(kB, kC + 1, 3, place);
    a.line(Twine("ldr ") + kC[0] + ", [sp, #" + Twine(kStride) + "]");
    move("sub", "");
    move("sub", ", lsl #1");
    if (!isNear)
      step("sub", kRows - 1);
  }

  const char *plus() const { return pairs ? "sadd16" : "add"; }
  const char *minus() const { return pairs ? "ssub16" : "sub"; }

  void move(const char *op, const char *times) {
    a.line(Twine(op) + " r0, r0, " + kC[0] + times);
  }

  void load(Row &row, const char *rotated) {
    const char *one = k.isSigned ? "ldrsb " : "ldrb ";
    for (int64_t column = 0; column < 4; ++column)
      a.line((pairs ? "ldr " : one) + Twine(row[column]) + ", [r0, #" +
             Twine(column * k.pixel) + "]");
    const char *extend = k.isSigned ? "sxtb16 " : "uxtb16 ";
    for (int64_t column = 0; pairs && column < 4; ++column)
      a.line(Twine(extend) + row[column] + ", " + row[column] + rotated);
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
  void points(Row &d, const char *const *spare, int64_t row, int64_t place) {
    const char *second = spare ? *spare : d[0];
    if (!isNear && row > 0)
      step("add", 1);
    operate(minus(), d[3], d[1], d[3]);
    store(d[3], row, 3, place);
    operate(minus(), d[0], d[0], d[2]);
    store(d[0], row, 1, place);
    operate(plus(), second, d[1], d[2]);
    store(second, row, 0, place);
    operate(minus(), d[2], d[2], d[1]);
    store(d[2], row, 2, place);
  }

  void store(const char *value, int64_t row, int64_t column, int64_t place) {
    int64_t offset = ((isNear ? row * 4 : 0) + column) * point + place;
    const char *half = !pairs && k.bytes == 2 ? "strh " : "str ";
    a.line(half + Twine(value) + ", [r1, #" + Twine(offset) + "]");
  }

  /// Moves r1 by rows of points.
  void step(const char *op, int64_t rows) {
    a.line("push {r2}");
    a.line("ldr r2, =" + Twine(rows * 4 * point));
    a.line(Twine(op) + " r1, r1, r2");
    a.line("pop {r2}");
  }

  const ArmWinogradInput &k;
  bool pairs;
  int64_t point;
  bool isNear;
  AssemblyText a;
};
} // namespace

const char *ArmWinogradInput::whyNot() const {
  bool inPairs = lanes == Lanes::Pairs;
  if (inPairs && (channels % kGroup != 0 || tiles != 1 || bytes != 2))
    return "dsp transforms four channels at a time, to halfwords of one tile";
  if (3 * pixel > kFarthest)
    return "pixels are farther apart than a load reaches";
  if (3 * pointBytes(*this) + 2 * bytes > kFarthest)
    return "points are farther apart than a store reaches";
  return nullptr;
}

std::string ArmWinogradInput::text() const {
  return InputWriter(*this).write();
}

} // namespace dlc::kernels
