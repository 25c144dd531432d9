//===- ArmWinogradFilters.cpp - Filters of bytes, transformed -------------===//
//
// A filter at a time, or two in a register each of whose halves is one. r4 to
// r6 are the first row of its bytes, r7 to r9 the last one and r10 to r12 that
// between. r0 goes through the bytes, r1 through the first eight points, r2
// through the others; where they end is on the stack.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/ArmWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kTaps = 9, kHalfword = 2;
constexpr int64_t kNearPoints = 8;  // of an address
constexpr int64_t kFarthest = 4095; // offset of a store

/// Three registers, one for each column.
using Row = const char *const[3];
constexpr Row kFirst = {"r4", "r5", "r6"}, kLast = {"r7", "r8", "r9"},
              kMiddle = {"r10", "r11", "r12"};

class FiltersWriter {
public:
  explicit FiltersWriter(const ArmWinogradFilters &kernel)
      : k(kernel), pairs(kernel.lanes == ArmWinogradFilters::Lanes::Pairs) {}

  std::string write() {
    int64_t together = pairs ? 2 : 1;
    a.line("push {r4-r11, lr}");
    a.line("sub sp, sp, #8");
    a.line("ldr r3, =" + Twine(k.filters * kTaps));
    a.line("add r3, r3, r0");
    a.line(onStack("str r3", 0));
    a.line("ldr r3, =" + Twine(kNearPoints * k.filters * kHalfword));
    a.line("add r2, r1, r3");
    a.line("1:");
    load(kFirst, 0);
    load(kMiddle, 3);
    load(kLast, 6);
    outer(kFirst, 0);
    outer(kLast, 3);
    combine(plus(), kFirst, kFirst, kLast);
    combine(plus(), kLast, kFirst, kMiddle);
    inner(kLast, 1);
    combine(minus(), kLast, kFirst, kMiddle);
    inner(kLast, 2);
    a.line("add r0, r0, #" + Twine(together * kTaps));
    a.line("add r1, r1, #" + Twine(together * kHalfword));
    a.line("add r2, r2, #" + Twine(together * kHalfword));
    a.line(onStack("ldr r3", 0));
    a.line("cmp r0, r3");
    a.line("bne 1b");
    a.line("add sp, sp, #8");
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  const char *plus() const { return pairs ? "sadd16" : "add"; }
  const char *minus() const { return pairs ? "ssub16" : "sub"; }

  void load(Row &row, int64_t tap) {
    for (int64_t column = 0; column < 3; ++column) {
      std::string at = ", [r0, #" + std::to_string(tap + column) + "]";
      if (!pairs) {
        a.line(Twine("ldrsb ") + row[column] + at);
        continue;
      }
      a.line("ldrsb r3" + at);
      a.line("ldrsb lr, [r0, #" + Twine(kTaps + tap + column) + "]");
      a.line(Twine("pkhbt ") + row[column] + ", r3, lr, lsl #16");
    }
  }

  void operate(const char *op, const char *to, const char *x, const char *y) {
    a.line(Twine(op) + " " + to + ", " + x + ", " + y);
  }

  void combine(const char *op, Row &to, Row &x, Row &y) {
    for (int64_t column = 0; column < 3; ++column)
      operate(op, to[column], x[column], y[column]);
  }

  /// r3 = x times two, so many times.
  void doubled(const char *x, int64_t times) {
    if (!pairs)
      return a.line(Twine("lsl r3, ") + x + ", #" + Twine(times));
    for (int64_t i = 0; i < times; ++i)
      operate(plus(), "r3", i == 0 ? x : "r3", i == 0 ? x : "r3");
  }

  /// A row of points that comes twice.
  void outer(Row &row, int64_t number) { points(row, number, 1); }
  void inner(Row &row, int64_t number) { points(row, number, 0); }

  /// x + z + y, 2 x, x + z - y and 2 z, 2^twice times.
  void points(Row &row, int64_t number, int64_t twice) {
    operate(plus(), "lr", row[0], row[2]);
    auto sum = [&](const char *op, int64_t place) {
      operate(op, "r3", "lr", row[1]);
      if (twice)
        doubled("r3", twice);
      store(number, place);
    };
    sum(plus(), 0);
    sum(minus(), 2);
    doubled(row[0], 1 + twice);
    store(number, 1);
    doubled(row[2], 1 + twice);
    store(number, 3);
  }

  void store(int64_t row, int64_t place) {
    int64_t point = row * 4 + place;
    a.line((pairs ? "str r3, [" : "strh r3, [") +
           Twine(point < kNearPoints ? "r1" : "r2") + ", #" +
           Twine(point % kNearPoints * k.filters * kHalfword) + "]");
  }

  const ArmWinogradFilters &k;
  bool pairs;
  AssemblyText a;
};
} // namespace

const char *ArmWinogradFilters::whyNot() const {
  if (lanes == Lanes::Pairs && filters % 2 != 0)
    return "dsp transforms two filters at a time";
  if ((kNearPoints - 1) * filters * kHalfword > kFarthest)
    return "points are farther apart than a store reaches";
  return nullptr;
}

std::string ArmWinogradFilters::text() const {
  return FiltersWriter(*this).write();
}

} // namespace dlc::kernels
