//===- MveFilter.cpp - Depthwise convolutions in VMLADAV ------------------===//
//
// A vector of sixteen bytes is four columns of four rows of a channel: all of a
// window. Where windows have three columns and are one apart, it holds two of
// them, for which the weights are there twice, the second time a column on.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/MveAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4;
constexpr int64_t kImmediate = 4095; // of an addition
constexpr int64_t kLane = 65536;     // of 16 bits
constexpr int64_t kMostShift = 16;   // of a narrowing instruction

/// Adds a number of at most twenty bits.
void add(AssemblyText &a, const Twine &to, int64_t value) {
  const char *what = value < 0 ? "sub " : "add ";
  int64_t size = std::abs(value);
  for (int64_t part : {size & ~kImmediate, size & kImmediate})
    if (part)
      a.line(what + to + ", " + to + ", #" + Twine(part));
}
} // namespace

// Interleaving.

const char *MveInterleave::whyNot() const {
  if (channels != 4 && channels != 8)
    return "4 or 8 channels fill a vector";
  if (channels * spacing > kLane)
    return "channels are too far from each other";
  return nullptr;
}

std::string MveInterleave::text() const {
  // The source r0, the target r1. A register for each row's pixels; q0 holds
  // some, q1 and so on where they go.
  static const char *const names[] = {"r0", "r4", "r5", "r6"};
  AssemblyText a;
  std::string bits = std::to_string(128 / channels);
  a.line("push {r4-r6, lr}");
  if (rows == 4)
    a.line("vpush {d8-d9}");
  for (int64_t row = 1; row < rows; ++row) {
    a.line(Twine("mov ") + names[row] + ", " + names[row - 1]);
    add(a, names[row], pitch);
  }
  a.line("mov r2, #0");
  a.line("vidup.u" + bits + " q1, r2, #1");
  a.line("movw r3, #" + Twine(spacing));
  a.line("vmul.i" + bits + " q1, q1, r3");
  a.line("mov r3, #1");
  for (int64_t row = 1; row < rows; ++row)
    a.line("vadd.i" + bits + " q" + Twine(row + 1) + ", q" + Twine(row) +
           ", r3");
  a.line("movw r3, #" + Twine(columns));
  a.line("dls lr, r3");
  a.line("1:");
  for (int64_t row = 0; row < rows; ++row) {
    a.line("vldrb.u" + bits + " q0, [" + names[row] + "], #" + Twine(channels));
    a.line("vstrb." + bits + " q0, [r1, q" + Twine(row + 1) + "]");
  }
  a.line("add r1, r1, #4");
  a.line("le lr, 1b");
  if (rows == 4)
    a.line("vpop {d8-d9}");
  a.line("pop {r4-r6, pc}");
  return a.text();
}

// Filters.

namespace {
constexpr int64_t kResults = 8; // of a group
/// Of each second result, and of those between.
const char *const kEven[] = {"r0", "r2", "r4", "r6"};
const char *const kOdd[] = {"r8", "r10", "r12", "lr"};

class FilterWriter {
public:
  explicit FilterWriter(const MveFilter &kernel)
      : k(kernel), pairs(k.step == 1 && k.taps < kWord),
        own(k.rescale.shift == 0) {}

  std::string write() {
    start();
    a.line("1:");
    startChannel();
    int64_t whole = k.results / kResults, rest = k.results % kResults;
    if (whole > 1) {
      a.line("movw r11, #" + Twine(whole));
      a.line("2:");
    }
    if (whole)
      group(kResults);
    if (whole > 1 || (whole && rest)) {
      add(a, "r1", kResults * k.step * kWord);
      add(a, "r7", kResults * k.stride);
    }
    if (whole > 1) {
      a.line("subs r11, r11, #1");
      a.line("bne 2b");
    }
    if (rest)
      group(rest);
    bool moved = whole > 1 || (whole && rest);
    nextChannel(moved ? whole * kResults : 0);
    a.line("add sp, sp, #8");
    a.line("vpop {d8-d15}");
    a.line("pop {r4-r11, pc}");
    return a.text();
  }

private:
  /// Arguments: left operand, right operand, result.
  void start() {
    a.line("push {r4-r11, lr}");
    a.line("vpush {d8-d15}");
    a.line("sub sp, sp, #8");
    a.line("mov r5, r1");
    a.line("mov r7, r2");
    a.line("mov r1, r0");
    if (!own)
      a.line("ldr r9, [r5], #4");
    // Where neighbouring results are.
    a.line("mov r0, #0");
    a.line("vidup.u16 q7, r0, #1");
    a.line("movw r0, #" + Twine(k.stride));
    a.line("vmul.i16 q7, q7, r0");
    a.line("movw r0, #" + Twine(k.channels));
    a.line("str r0, [sp]");
  }

  /// Weights in q4 (and q5), the bias in r3, the multiplier in q6.
  void startChannel() {
    a.line("vldrw.u32 q4, [r5], #16");
    if (pairs) {
      a.line("mov r0, #0");
      a.line("vmov q5, q4");
      a.line("vshlc q5, r0, #32");
    }
    a.line("ldrd r3, r0, [r5], #8");
    a.line("vdup.32 q6, r0");
    if (own)
      a.line("ldr r9, [r5], #8");
  }

  /// So many results from r1 and r7 on.
  void group(int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      bool second = pairs && i % 2 != 0;
      int64_t load = pairs ? i / 2 : i;
      std::string data = load % 2 == 0 ? "q2" : "q3";
      if (!second)
        a.line("vldrb.u8 " + data + ", [r1, #" + Twine(i * k.step * kWord) +
               "]");
      a.line(Twine("vmladav.s8 ") + (i % 2 ? kOdd : kEven)[i / 2] + ", " +
             data + ", " + (second ? "q5" : "q4"));
    }
    toVector("q0", kEven, (count + 1) / 2);
    if (count > 1)
      toVector("q1", kOdd, count / 2);
    rescale(count > 1);
    store(count);
  }

  void toVector(const Twine &q, const char *const *sums, int64_t count) {
    a.line("vmov " + q + "[2], " + q + "[0], " + sums[0] + ", " + sums[2]);
    if (count > 1)
      a.line("vmov " + q + "[3], " + q + "[1], " + sums[1] + ", " + sums[3]);
  }

  /// The results in both vectors become lanes of 16 bits of q0, in turn.
  void rescale(bool both) {
    auto each = [&](const Twine &instruction, const Twine &operand) {
      a.line(instruction + " q0, q0, " + operand);
      if (both)
        a.line(instruction + " q1, q1, " + operand);
    };
    each("vadd.i32", "r3");
    each("vmulh.s32", "q6");
    each("vadd.i32", "r9");
    if (own) {
      a.line("ldr r0, [r5, #-4]");
      a.line("vshl.s32 q0, r0");
      if (both)
        a.line("vshl.s32 q1, r0");
      a.line("vqmovnb.s32 q0, q0");
      if (both)
        a.line("vqmovnt.s32 q0, q1");
    } else {
      int64_t shift = std::min(k.rescale.shift, kMostShift);
      if (k.rescale.shift > shift)
        each("vshr.s32", "#" + Twine(k.rescale.shift - shift));
      a.line("vqshrnb.s32 q0, q0, #" + Twine(shift));
      if (both)
        a.line("vqshrnt.s32 q0, q1, #" + Twine(shift));
    }
    a.line(Twine(k.rescale.narrow()) + " q0, q0");
    for (const MveRescale::Bound &bound : k.rescale.bounds()) {
      a.line("vmov.i8 q3, #" + Twine(bound.value));
      a.line(bound.instruction + " q0, q0, q3");
    }
  }

  void store(int64_t count) {
    if (count < kResults) {
      a.line("mov r0, #" + Twine(count));
      a.line("vctp.16 r0");
      a.line("vpst");
      a.line("vstrbt.16 q0, [r7, q7]");
    } else {
      a.line("vstrb.16 q0, [r7, q7]");
    }
  }

  void nextChannel(int64_t passed) {
    add(a, "r1", k.spacing - passed * k.step * kWord);
    add(a, "r7", 1 - passed * k.stride);
    a.line("ldr r0, [sp]");
    a.line("subs r0, r0, #1");
    a.line("str r0, [sp]");
    a.line("bne 1b");
  }

  const MveFilter &k;
  AssemblyText a;
  bool pairs; // a vector has two windows
  bool own;   // each channel has an addend and a shift
};
} // namespace

const char *MveFilter::whyNot() const {
  constexpr int64_t kFar = int64_t(1) << 20; // of two additions
  constexpr int64_t kReach = 127;
  if (kResults * stride > kLane || results * stride >= kFar ||
      spacing >= kFar || (kResults - 1) * step * kWord > kReach)
    return "results or windows are too far from each other";
  return nullptr;
}

std::string MveFilter::text() const { return FilterWriter(*this).write(); }

} // namespace dlc::kernels
