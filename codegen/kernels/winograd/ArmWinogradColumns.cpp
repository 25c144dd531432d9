//===- ArmWinogradColumns.cpp - Products of transformed tiles -------------===//
//
// The sums of a point are the first core registers, tile by tile; r12 goes
// through the left operand, lr through the right one. Sums are pushed: those of
// a point, then those of it and the next one in its row together, so that of
// the four points of a row P there are P1, P1 + P0, P2 and P2 + P3. A row of
// results is then (P1 + P0) + P2 and P1 - (P2 + P3).
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/ArmWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
/// On the stack: [sums][count] of each point, the last one first, and a count
/// of all, where there is a loop; then these words.
constexpr int64_t kPoints = 16;
constexpr int64_t kResult = 0, kStride = 4, kLeft = 8, kAddend = 12,
                  kBlocks = 16, kFrame = 24;

/// Channels of an iteration: groups that divide all of them.
int64_t channelsOfIteration(int64_t channels, int64_t group, int64_t most) {
  for (int64_t parts = 1; parts < channels; ++parts) {
    int64_t each = channels / parts;
    if (channels % parts == 0 && each <= most && each % group == 0)
      return each;
  }
  return group;
}
} // namespace

WinogradWriter::WinogradWriter(const ArmWinogradColumns &kernel, int64_t group,
                               int64_t mostStraight)
    : k(kernel),
      inIteration(channelsOfIteration(kernel.channels, group, mostStraight)),
      straightPoints(kernel.channels <= group) {}

std::string WinogradWriter::registers(int64_t first, int64_t count) {
  return "{" + reg(first) + "-" + reg(first + count - 1) + "}";
}

int64_t WinogradWriter::factorOf(int64_t column) const {
  return (k.block + column * (hasOwn() ? 3 : 1)) * kWord;
}

int64_t WinogradWriter::addend() const { return sumBytes() + kAddend; }

int64_t WinogradWriter::sumBytes() const {
  return (isStraight() ? kPoints : kPoints + 1) * pointBytes();
}

std::string WinogradWriter::write() {
  start();
  a.line("1:");
  a.line("ldr r12, [sp, #" + Twine(kLeft) + "]");
  isStraight() ? straight() : loop();
  for (int64_t quad = 0; quad < k.sums(); quad += kQuad)
    for (bool second : {false, true})
      column(quad, second);
  a.line("add sp, sp, #" + Twine(sumBytes()));
  nextBlock();
  a.line("add sp, sp, #" + Twine(kFrame));
  a.line("pop {r4-r11, pc}");
  a.line(".ltorg");
  return a.text();
}

void WinogradWriter::start() {
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
  a.line("ldr r4, =" + Twine(k.features / k.block));
  a.line("str r4, [sp, #" + Twine(kBlocks) + "]");
}

void WinogradWriter::loop() {
  std::string count = reg(k.sums());
  a.line("sub sp, sp, #" + Twine(pointBytes()));
  a.line("mov " + count + ", #" + Twine(kPoints / 2));
  a.line("str " + count + ", [sp, #" + Twine(rowBytes()) + "]");
  a.line("2:");
  pairs();
  a.line("subs " + count + ", " + count + ", #1");
  a.line("push " + registers(0, k.sums() + 1));
  a.line("bne 2b");
}

void WinogradWriter::straight() {
  for (int64_t i = 0; i < kPoints; ++i) {
    point(/*first=*/i % 2 == 0);
    a.line("push " + registers(0, k.sums()));
  }
}

/// The sums of two points; how many pairs there are is behind the last one.
void WinogradWriter::pairs() {
  point(/*first=*/true);
  a.line("push " + registers(0, k.sums() + 1));
  point(/*first=*/false);
  a.line("ldr " + reg(k.sums()) + ", [sp, #" +
         Twine(pointBytes() + rowBytes()) + "]");
}

void WinogradWriter::clear() {
  for (int64_t i = 0; i < k.sums(); ++i)
    a.line("movs " + reg(i) + ", #0");
}

/// The products of a point; the first of a pair starts with none.
void WinogradWriter::point(bool first) {
  int64_t iterations = k.channels / inIteration;
  if (iterations == 1)
    return multiply(inIteration, first);
  std::string count = reg(k.sums());
  if (first)
    clear();
  a.line("ldr " + count + ", =" + Twine(iterations));
  a.line("push {" + count + "}");
  a.line("3:");
  multiply(inIteration, /*first=*/false);
  a.line("ldr " + count + ", [sp]");
  a.line("subs " + count + ", " + count + ", #1");
  a.line("str " + count + ", [sp]");
  a.line("bne 3b");
  a.line("add sp, sp, #4");
}

/// Where the sums are that were pushed for a row's point.
int64_t WinogradWriter::pointOf(int64_t row, int64_t place) const {
  return (kPoints - 1 - 4 * row - place) * pointBytes();
}

void WinogradWriter::load(int64_t first, int64_t offset) {
  a.line("add r12, sp, #" + Twine(offset));
  a.line("ldmia r12, " + registers(first, kQuad));
}

/// to = x op y, of four registers each.
void WinogradWriter::combine(const char *op, int64_t to, int64_t x, int64_t y) {
  for (int64_t i = 0; i < kQuad; ++i)
    a.line(Twine(op) + " " + reg(to + i) + ", " + reg(x + i) + ", " +
           reg(y + i));
}

/// A column of the 2 x 2 results: r0 to r3 in the first row, r4 to r7 in the
/// second one.
void WinogradWriter::column(int64_t quad, bool second) {
  // P1 + P0 and P2, or P1 and P2 + P3.
  auto former = [&](int64_t row) {
    return pointOf(row, second ? 0 : 1) + quad * kWord;
  };
  auto latter = [&](int64_t row) {
    return pointOf(row, second ? 3 : 2) + quad * kWord;
  };
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
  for (int64_t i = 0; i < kQuad; ++i) {
    a.line("ldr r12, [lr, #" + Twine(columnOf(quad + i) * kWord) + "]");
    a.line("add " + reg(8 + i) + ", " + reg(8 + i) + ", r12");
  }
  combine("add", 0, 0, 8);
  combine("sub", 4, 8, 4);
  load(8, latter(0));
  combine(plus, 0, 0, 8);
  load(8, former(0));
  combine("add", 0, 0, 8);
  hasOwn() ? scaleByOwn(quad) : scaleByOne(quad);
  for (int64_t i = 0; i < 2 * kQuad; ++i)
    for (const std::string &line : armSaturate(k.rescale, reg(i)))
      a.line(line);
  store(quad, second);
}

void WinogradWriter::store(int64_t quad, bool second) {
  a.line("ldr r12, [sp, #" + Twine(sumBytes() + kResult) + "]");
  a.line("ldr r8, [sp, #" + Twine(sumBytes() + kStride) + "]");
  for (int64_t i = 0; i < 2 * kQuad; ++i) {
    if (i == kQuad)
      a.line("add r12, r12, r8");
    int64_t sum = quad + i % kQuad;
    int64_t position = 2 * (sum / k.block) + (second ? 1 : 0);
    a.line("strb " + reg(i) + ", [r12, #" +
           Twine(position * k.pixel + columnOf(sum)) + "]");
  }
}

void WinogradWriter::nextBlock() {
  a.line("add lr, lr, #" + Twine(factorOf(k.block)));
  a.line("ldr r12, [sp, #" + Twine(kResult) + "]");
  a.line("ldr r4, [sp, #" + Twine(kBlocks) + "]");
  a.line("add r12, r12, #" + Twine(k.block));
  a.line("str r12, [sp, #" + Twine(kResult) + "]");
  a.line("subs r4, r4, #1");
  a.line("str r4, [sp, #" + Twine(kBlocks) + "]");
  a.line("bne 1b");
}

} // namespace dlc::kernels
