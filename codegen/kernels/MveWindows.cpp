//===- MveWindows.cpp - Products of windows with columns, in VMLADAVA -----===//
//
// Accumulators are the core registers with even numbers, lr among them: a first
// position's (or the first four columns') in r0 to r6, the others in r8 to lr.
// r1 and r3 go through the left operand, r5 through the right one, r7 through
// the result. r9 counts rows or groups, r11 rows where there are both, else the
// features that are left. q0 and q1 hold the left operand, q2 and q3 weights;
// those of halfwords are bytes, which their loads widen.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/MveAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kGroup = 16; // bytes
constexpr int64_t kLanes = 4;  // of 32 bits
/// An offset of a load of bytes is -127 to 127: a pointer with this bias
/// reaches the first bytes of a row, and a second one those behind.
constexpr int64_t kReach = 127, kBias = 113;
constexpr int64_t kFirst = kBias + kReach, kSecond = kFirst + 1 + kBias;
/// Groups that are written one behind the other, without a loop.
constexpr int64_t kUnrolled = 12, kLongest = 16, kChunk = 8;
constexpr int64_t kImmediate = 4095; // of an addition
/// Words on the stack.
constexpr int64_t kAddend = 0, kStream = 4, kPositions = 8, kFeatures = 12,
                  kFrame = 16;

const char *const kSums[] = {"r0", "r2", "r4", "r6", "r8", "r10", "r12", "lr"};

class Writer {
public:
  explicit Writer(const MveWindows &kernel)
      : k(kernel), groups(static_cast<int64_t>(k.order.size())),
        two(k.positions == 2 || k.columns == 2 * kLanes) {
    int64_t farthest = (groups - 1) * kGroup + (k.positions - 1) * k.step;
    fixed = groups <= kLongest && farthest <= kSecond + kReach;
    bias = fixed && farthest > kReach ? kBias : 0;
    secondPointer = fixed ? farthest > kFirst : k.positions == 2;
    if (fixed) {
      rowLoop = k.rows > 1 && k.rows * groups > kUnrolled;
    } else {
      chunks = groups <= kLongest ? 1 : groups / kChunk;
      rowLoop = k.rows > 1;
    }
    nested = rowLoop && chunks > 1;
    looped = rowLoop || chunks > 1;
  }

  bool isFixed() const { return fixed; }

  std::string write() {
    start();
    a.line("1:");
    if (!nested)
      constant("r11", k.features);
    else
      storeFeatures();
    a.line("2:");
    startBlock();
    products();
    toVectors();
    rewind();
    if (k.rescale)
      rescaleAndStore(*k.rescale);
    else
      storeSums();
    nextBlock();
    nextPositions();
    a.line("add sp, sp, #" + Twine(kFrame));
    if (isWide())
      a.line("vpop {d8-d11}");
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  bool isWide() const { return k.rescale && k.rescale->isWide(); }
  int64_t storedBytes() const { return !k.rescale ? 4 : isWide() ? 2 : 1; }
  bool isPartial() const { return k.features % k.columns != 0; }

  void constant(const Twine &to, int64_t value) {
    if (value >= 0 && value <= 65535)
      a.line("movw " + to + ", #" + Twine(value));
    else
      a.line("ldr " + to + ", =" + Twine(value));
  }

  /// Adds a number; without a register to spare it is added in two parts.
  void add(const Twine &to, const Twine &from, int64_t value) {
    const char *what = value < 0 ? "sub " : "add ";
    int64_t size = std::abs(value);
    if (size > kImmediate) {
      a.line(what + to + ", " + from + ", #" + Twine(size & ~kImmediate));
      if (size & kImmediate)
        a.line(what + to + ", " + to + ", #" + Twine(size & kImmediate));
      return;
    }
    if (size != 0 || to.str() != from.str())
      a.line(what + to + ", " + from + ", #" + Twine(size));
  }

  void moveLeft(int64_t bytes) {
    add("r1", "r1", bytes);
    if (secondPointer)
      add("r3", "r3", bytes);
  }

  /// Arguments: left operand, right operand, positions, result.
  void start() {
    a.line("push {r4-r11, lr}");
    if (isWide())
      a.line("vpush {d8-d11}");
    a.line("sub sp, sp, #" + Twine(kFrame));
    a.line("mov r5, r1");
    a.line("mov r7, r3");
    if (k.rescale && k.rescale->shift != 0) {
      a.line("ldr r9, [r5], #4");
      if (looped)
        a.line(onStack("str r9", kAddend));
    }
    a.line(onStack("str r5", kStream));
    a.line(onStack("str r2", kPositions));
    add("r1", "r0", bias);
    if (secondPointer)
      add("r3", "r0", fixed ? kSecond : k.step);
  }

  void storeFeatures() {
    constant("r0", k.features);
    a.line(onStack("str r0", kFeatures));
  }

  /// Accumulators start with the biases.
  void startBlock() {
    if (k.columns == 2 * kLanes) {
      a.line("ldm r5!, {r0, r2, r4, r6, r8, r10, r12, lr}");
      return;
    }
    a.line("ldm r5!, {r0, r2, r4, r6}");
    if (k.positions == 2)
      for (int64_t i = 0; i < kLanes; ++i)
        a.line(Twine("mov ") + kSums[kLanes + i] + ", " + kSums[i]);
  }

  // Products.

  /// Those of a group whose left operands are in two registers.
  void group(const char *first, const char *second) {
    for (int64_t column = 0; column < k.columns; ++column) {
      const char *weights = column % 2 == 0 ? "q2" : "q3";
      a.line(Twine(k.halfwords ? "vldrb.s16 " : "vldrb.u8 ") + weights +
             ", [r5], #" + (k.halfwords ? "8" : "16"));
      multiply(kSums[column], first, weights);
      if (k.positions == 2)
        multiply(kSums[kLanes + column], second, weights);
    }
  }

  void multiply(const char *sum, const char *left, const char *right) {
    a.line(Twine(k.halfwords ? "vmladava.s16 " : "vmladava.s8 ") + sum + ", " +
           left + ", " + right);
  }

  /// The register with what lies at an offset in the row: one of both that has
  /// it, else one that is not `kept`.
  const char *at(int64_t offset, const char *kept) {
    static const char *const names[] = {"q0", "q1"};
    for (int i = 0; i < 2; ++i)
      if (held[i] == offset)
        return names[i];
    int into = kept ? (kept == names[0] ? 1 : 0) : (held[0] <= held[1] ? 0 : 1);
    held[into] = offset;
    bool far = offset > kFirst;
    int64_t from = far ? offset - kSecond : offset - bias;
    a.line(Twine("vldrb.u8 ") + names[into] + ", [" + (far ? "r3" : "r1") +
           ", #" + Twine(from) + "]");
    return names[into];
  }

  void fixedRow() {
    held[0] = held[1] = -1;
    for (int64_t index : k.order) {
      int64_t offset = index * kGroup;
      if (k.positions == 1) {
        const char *one = at(offset, nullptr);
        group(one, one);
        continue;
      }
      // What is there already is not loaded over.
      bool haveSecond =
          held[0] == offset + k.step || held[1] == offset + k.step;
      const char *second = haveSecond ? at(offset + k.step, nullptr) : nullptr;
      const char *first = at(offset, second);
      if (!second)
        second = at(offset + k.step, first);
      group(first, second);
    }
  }

  void walk(int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      a.line("vldrb.u8 q0, [r1], #16");
      if (k.positions == 2)
        a.line("vldrb.u8 q1, [r3], #16");
      group("q0", "q1");
    }
  }

  void walkedRow() {
    if (chunks == 1)
      return walk(groups);
    a.line("mov r9, #" + Twine(chunks));
    a.line("4:");
    walk(kChunk);
    a.line("subs r9, r9, #1");
    a.line("bne 4b");
    walk(groups % kChunk);
  }

  void products() {
    const char *counter = nested ? "r11" : "r9";
    if (rowLoop) {
      a.line(Twine("mov ") + counter + ", #" + Twine(k.rows));
      a.line("3:");
    }
    int64_t written = rowLoop ? 1 : k.rows;
    for (int64_t row = 0; row < written; ++row) {
      if (fixed)
        fixedRow();
      else
        walkedRow();
      if (rowLoop || row + 1 < written)
        moveLeft(k.pitch - (fixed ? 0 : groups * kGroup));
    }
    if (rowLoop) {
      a.line(Twine("subs ") + counter + ", " + counter + ", #1");
      a.line("bne 3b");
    }
  }

  /// Back to where the window begins.
  void rewind() {
    int64_t passed = (rowLoop ? k.rows : k.rows - 1) * k.pitch;
    if (!fixed && !rowLoop)
      passed += groups * kGroup;
    moveLeft(-passed);
  }

  // Results.

  void toVectors() {
    auto pack = [&](const Twine &q, const char *const *sums) {
      a.line("vmov " + q + "[2], " + q + "[0], " + sums[0] + ", " + sums[2]);
      a.line("vmov " + q + "[3], " + q + "[1], " + sums[1] + ", " + sums[3]);
    };
    pack("q0", kSums);
    if (two)
      pack("q1", kSums + kLanes);
  }

  /// The same for both vectors of results.
  void each(const Twine &instruction, const Twine &operand) {
    a.line(instruction + " q0, q0, " + operand);
    if (two)
      a.line(instruction + " q1, q1, " + operand);
  }

  /// With one operand for each column.
  void eachColumn(const Twine &instruction) {
    a.line("vldrw.u32 q2, [r5], #16");
    a.line(instruction + " q0, q0, q2");
    if (!two)
      return;
    if (k.columns > kLanes)
      a.line("vldrw.u32 q2, [r5], #16");
    a.line(instruction + " q1, q1, q2");
  }

  void narrow(const Twine &instruction) {
    a.line(instruction + " q0, q0");
    if (two)
      a.line(instruction + " q1, q1");
  }

  /// A vector of sums with the words of its columns' multipliers, `at` bytes
  /// on. Of the lower word's product the upper word is added to the lower word
  /// of the other's, and what that carries to its upper one.
  void scaleByWide(const Twine &sums, int64_t at) {
    a.line("vldrw.u32 q2, [r5, #" + Twine(at) + "]");
    a.line("vldrw.u32 q3, [r5, #" + Twine(at + 4 * k.columns) + "]");
    a.line("vmulh.s32 q2, " + sums + ", q2");
    a.line("vmul.i32 q4, " + sums + ", q3");
    a.line("vmulh.s32 " + sums + ", " + sums + ", q3");
    a.line("vadd.i32 q5, q4, q2");
    a.line("vshr.s32 q2, q2, #31");
    a.line("vadd.i32 " + sums + ", " + sums + ", q2");
    a.line("vpt.u32 hi, q4, q5");
    a.line("vaddt.i32 " + sums + ", " + sums + ", r0");
  }

  void rescaleWide(const MveRescale &r) {
    a.line("movs r0, #1");
    scaleByWide("q0", 0);
    if (two)
      scaleByWide("q1", k.columns > kLanes ? 4 * kLanes : 0);
    add("r5", "r5", 8 * k.columns);
    if (looped)
      a.line(onStack("ldr r0", kAddend));
    each("vadd.i32", looped ? "r0" : "r9");
    if (r.shift > kGroup)
      each("vshr.s32", "#" + Twine(r.shift - kGroup));
    each(r.isSigned ? "vqshrnb.s32" : "vqshrunb.s32",
         "#" + Twine(std::min(r.shift, kGroup)));
    for (const MveRescale::Bound &bound : r.bounds()) {
      a.line("movw r0, #" + Twine(bound.value));
      a.line("vdup.16 q3, r0");
      each(bound.instruction, "q3");
    }
    store("vstrh");
  }

  void rescaleAndStore(const MveRescale &r) {
    if (r.isWide())
      return rescaleWide(r);
    eachColumn("vmulh.s32");
    if (r.shift == 0) {
      eachColumn("vadd.i32");
      eachColumn("vshl.s32");
      narrow("vqmovnb.s32");
    } else {
      if (looped)
        a.line(onStack("ldr r0", kAddend));
      each("vadd.i32", looped ? "r0" : "r9");
      if (r.shift > kGroup)
        each("vshr.s32", "#" + Twine(r.shift - kGroup));
      each("vqshrnb.s32", "#" + Twine(std::min(r.shift, kGroup)));
    }
    narrow(r.narrow());
    for (const MveRescale::Bound &bound : r.bounds()) {
      a.line("vmov.i8 q3, #" + Twine(bound.value));
      each(bound.instruction, "q3");
    }
    store("vstrb");
  }

  void storeSums() { store("vstrw"); }

  void store(const Twine &instruction) {
    int64_t bytes = kLanes * storedBytes();
    std::string second = "[r7, #" + std::to_string(bytes) + "]";
    if (k.positions == 2) {
      add("r0", "r7", k.stride);
      second = "[r0]";
    }
    const char *there = "";
    if (isPartial()) {
      if (nested)
        a.line(onStack("ldr r11", kFeatures));
      a.line("vctp.32 r11");
      a.line(two ? "vpstt" : "vpst");
      there = "t";
    }
    if (two)
      a.line(instruction + there + ".32 q1, " + second);
    a.line(instruction + there + ".32 q0, [r7], #" +
           Twine(bytes * k.columns / kLanes));
  }

  // Loops.

  void nextBlock() {
    if (nested)
      a.line(onStack("ldr r11", kFeatures));
    a.line("subs r11, r11, #" + Twine(k.columns));
    if (nested)
      a.line(onStack("str r11", kFeatures));
    a.line("bgt 2b");
  }

  void nextPositions() {
    a.line(onStack("ldr r0", kPositions));
    a.line("subs r0, r0, #" + Twine(k.positions));
    a.line("ble 5f");
    a.line(onStack("str r0", kPositions));
    a.line(onStack("ldr r5", kStream));
    moveLeft(k.positions * k.step);
    int64_t stored = llvm::divideCeil(k.features, k.columns) * k.columns;
    add("r7", "r7", k.positions * k.stride - stored * storedBytes());
    a.line("b 1b");
    a.line("5:");
  }

  const MveWindows &k;
  AssemblyText a;
  int64_t groups;
  bool two; // vectors of results
  /// The groups of a row are read at fixed offsets; otherwise pointers go from
  /// one to the next.
  bool fixed;
  int64_t bias = 0, chunks = 1;
  bool secondPointer, rowLoop, nested, looped;
  int64_t held[2] = {-1, -1}; // offsets of what q0 and q1 hold
};
} // namespace

const char *MveWindows::whyNot() const {
  bool shape =
      (positions == 1 && (columns == kLanes || (columns == 2 * kLanes &&
                                                features % columns == 0))) ||
      (positions == 2 && columns == kLanes);
  if (!shape)
    return "tiles are of 2x4, 1x4, or whole blocks of 1x8";
  if (!natural && !Writer(*this).isFixed())
    return "rows are too long for groups in another order";
  constexpr int64_t kFar = int64_t(1) << 20; // of two additions
  if (rows * pitch >= kFar || 2 * step >= kFar || 2 * stride >= kFar ||
      4 * (features + columns) >= kFar)
    return "rows, positions or results are too far from each other";
  return nullptr;
}

std::string MveWindows::text() const { return Writer(*this).write(); }

} // namespace dlc::kernels
