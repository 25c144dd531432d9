//===- ArmColumns.cpp - Products of a tile with all columns ---------------===//

#include "codegen/kernels/core/ArmColumns.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kFarthest = 4095;    // offset of a load or store of bytes
constexpr int64_t kFarthestHalf = 255; // of halfwords, in A32
/// Words on the stack.
constexpr int64_t kResult = 0, kAddend = 12, kMultiplier = 20;
} // namespace

std::string armShift(const ArmRescale &rescale, const std::string &sum,
                     const std::string &from) {
  std::string shift =
      rescale.shift == 0 ? "" : ", asr #" + std::to_string(rescale.shift);
  return (rescale.isSigned ? "ssat " : "usat ") + sum + ", #" +
         std::to_string(rescale.bits) + ", " + from + shift;
}

std::vector<std::string> armClamp(const ArmRescale &rescale,
                                  const std::string &sum,
                                  const std::string &spare) {
  std::vector<std::string> lines;
  auto bound = [&](int64_t value, const std::string &when) {
    // -128 to 255 are immediates of both instructions.
    std::string number = ", #" + std::to_string(value);
    if (value < -128 || value > 255) {
      lines.push_back("ldr " + spare + ", =" + std::to_string(value));
      number = ", " + spare;
    }
    lines.push_back("cmp " + sum + number);
    lines.push_back("it " + when);
    lines.push_back("mov" + when + " " + sum + number);
  };
  int64_t values = int64_t(1) << rescale.bits;
  int64_t least = rescale.isSigned ? -values / 2 : 0;
  if (rescale.min > least)
    bound(rescale.min, "lt");
  if (rescale.max < least + values - 1)
    bound(rescale.max, "gt");
  return lines;
}

std::vector<std::string> armSaturate(const ArmRescale &rescale,
                                     const std::string &sum,
                                     const std::string &spare) {
  std::vector<std::string> lines = armClamp(rescale, sum, spare);
  lines.insert(lines.begin(), armShift(rescale, sum, sum));
  return lines;
}

std::string ColumnsWriter::write() {
  start();
  prepare();
  a.line("1:");
  bool loop = k.unroll < k.steps;
  startBlock(loop || startsInSums());
  moveSums();
  if (loop)
    a.line("2:");
  for (int64_t i = 0; i < k.unroll; ++i)
    step(i, /*first=*/!loop && i == 0);
  if (loop) {
    a.line(onStack("ldr " + reg(sums), kLeftEnd));
    a.line("cmp r12, " + reg(sums));
    a.line("bne 2b");
  }
  if (filling())
    a.line("add lr, lr, #" + Twine(filling()));
  a.line(onStack("ldr r12", kLeft));
  finishSums();
  if (k.rescale)
    rescaleAndStore(*k.rescale);
  else
    storeSums();
  a.line(onStack("ldr " + reg(sums), kRightEnd));
  a.line("cmp lr, " + reg(sums));
  a.line("bne 1b");
  a.line("add sp, sp, #" + Twine(frameBytes()));
  a.line("pop {r4-r11, pc}");
  a.line(".ltorg");
  return a.text();
}

int64_t ColumnsWriter::filling() const {
  return (kWord - weightBytes() % kWord) % kWord;
}

int64_t ColumnsWriter::blockBytes() const {
  int64_t words = 1;
  if (k.rescale && !k.shared)
    words += k.rescale->isWide() ? 2 : k.rescale->shift == 0 ? 3 : 1;
  return weightBytes() + filling() + k.columns * kWord * words;
}

void ColumnsWriter::load(int64_t first, int64_t count, const char *from) {
  if (count == 1)
    a.line("ldr " + reg(first) + ", [" + from + "], #4");
  else
    a.line(Twine("ldmia ") + from + "!, {" + reg(first) + "-" +
           reg(first + count - 1) + "}");
}

/// Arguments: left operand, right operand, blocks, result.
void ColumnsWriter::start() {
  a.line("push {r4-r11, lr}");
  a.line("sub sp, sp, #" + Twine(frameBytes()));
  a.line("mov r12, r0");
  a.line("mov lr, r1");
  if (k.rescale && k.rescale->shift != 0) {
    a.line("ldr r6, [lr], #4");
    a.line(onStack("str r6", kAddend));
  }
  if (k.shared) {
    a.line("ldr r6, [lr], #4");
    a.line(onStack("str r6", kMultiplier));
  }
  a.line(onStack("str r3", kResult));
  a.line(onStack("str r0", kLeft));
  a.line("ldr r4, =" + Twine(walkedBytes()));
  a.line("add r4, r4, r0");
  a.line(onStack("str r4", kLeftEnd));
  if (k.blocks) {
    a.line(onStack("str r2", kOwn));
    a.line("ldr r2, =" + Twine(k.blocks));
  }
  a.line("ldr r5, =" + Twine(blockBytes()));
  a.line("mla r5, r2, r5, lr");
  a.line(onStack("str r5", kRightEnd));
}

/// The biases, in the sums of the last position; a loop has them in all.
void ColumnsWriter::startBlock(bool loop) {
  load(sums - k.columns, k.columns, "lr");
  for (int64_t i = 0; loop && i < sums - k.columns; ++i)
    a.line("mov " + reg(i) + ", " + reg(biasOf(i % k.columns)));
}

/// The one behind it is free, too.
int64_t ColumnsWriter::addressRegister() const {
  if (k.rescale && k.rescale->isWide())
    return std::min(sums, kRegisters - 2);
  return std::min(sums + (k.rescale ? k.columns : 0), kRegisters - 2);
}

/// Stores element by element, `bytes` each, from the result's address on.
void ColumnsWriter::store(const char *instruction, int64_t bytes) {
  int64_t address = addressRegister();
  std::string at = reg(address), spare = reg(address + 1);
  int64_t farthest = bytes == 2 ? kFarthestHalf : kFarthest;
  bool far = (k.positions - 1) * k.stride + k.columns * bytes > farthest + 1;
  auto put = [&](int64_t sum, int64_t offset) {
    a.line(instruction + Twine(" ") + reg(sum) + ", [" + at + ", #" +
           Twine(offset) + "]");
  };
  if (far)
    a.line("ldr " + spare + ", =" + Twine(k.stride));
  for (int64_t p = 0; p < k.positions; ++p) {
    for (int64_t c = 0; c < k.columns; ++c)
      if (far || p + c > 0)
        put(p * k.columns + c, (far ? 0 : p * k.stride) + c * bytes);
    if (far && p + 1 < k.positions)
      a.line("add " + at + ", " + at + ", " + spare);
  }
  // The first one moves on to the next block.
  std::string next = ", #" + std::to_string(k.columns * bytes);
  if (far) {
    a.line(onStack("ldr " + at, kResult));
    a.line("add " + at + ", " + at + next);
  } else {
    a.line(instruction + Twine(" r0, [") + at + "]" + next);
  }
  a.line(onStack("str " + at, kResult));
}

void ColumnsWriter::storeSums() {
  a.line(onStack("ldr " + reg(addressRegister()), kResult));
  store("str", kWord);
}

void ColumnsWriter::rescaleAndStore(const ArmRescale &r) {
  if (r.isWide())
    scaleByWide(r);
  else if (k.shared)
    scaleByShared();
  else if (r.shift == 0)
    scaleByOwn();
  else
    scaleByOne();
  a.line(onStack("ldr " + reg(addressRegister()), kResult));
  for (int64_t i = 0; i < sums; ++i)
    for (const std::string &line :
         r.isWide() ? armClamp(r, reg(i), reg(addressRegister() + 1))
                    : armSaturate(r, reg(i)))
      a.line(line);
  if (r.isWide())
    store("strh", 2);
  else
    store("strb", 1);
}

/// Each column has two words. The lower one's product is added to the upper
/// one's as far as it is carried over, with its sign; r12 is free behind the
/// steps.
void ColumnsWriter::scaleByWide(const ArmRescale &r) {
  constexpr int64_t kHigh = 12;
  int64_t low = sums, addend = sums + 2, carried = sums + 3;
  a.line(onStack("ldr " + reg(addend), kAddend));
  for (int64_t c = 0; c < k.columns; ++c) {
    load(low, 2, "lr");
    for (int64_t i = c; i < sums; i += k.columns) {
      upperWord(carried, i, low, kHigh);
      a.line("add " + reg(kHigh) + ", " + reg(addend) + ", " + reg(carried) +
             ", asr #31");
      a.line("smlal " + reg(carried) + ", " + reg(kHigh) + ", " + reg(i) +
             ", " + reg(low + 1));
      a.line(armShift(r, reg(i), reg(kHigh)));
    }
  }
  a.line(onStack("ldr r12", kLeft));
}

/// As many multipliers together as there is room for beside the addend and a
/// spare register.
void ColumnsWriter::scaleByOne() {
  int64_t together = std::min(k.columns, kRegisters - sums - 2);
  int64_t addend = sums + together;
  for (int64_t first = 0; first < k.columns; first += together) {
    int64_t count = std::min(together, k.columns - first);
    load(sums, count, "lr");
    if (first == 0)
      a.line(onStack("ldr " + reg(addend), kAddend));
    for (int64_t i = 0; i < sums; ++i)
      if (int64_t c = i % k.columns - first; c >= 0 && c < count)
        highWord(i, sums + c, addend, addend + 1);
  }
}

void ColumnsWriter::scaleByShared() {
  a.line(onStack("ldr " + reg(sums), kMultiplier));
  a.line(onStack("ldr " + reg(sums + 1), kAddend));
  for (int64_t i = 0; i < sums; ++i)
    highWord(i, sums, sums + 1, sums + 2);
}

/// Each column has a multiplier, an addend and a shift.
void ColumnsWriter::scaleByOwn() {
  for (int64_t c = 0; c < k.columns; ++c) {
    load(sums, 3, "lr");
    for (int64_t i = c; i < sums; i += k.columns)
      highWord(i, sums, sums + 1, sums + 3);
    for (int64_t i = c; i < sums; i += k.columns)
      a.line("asr " + reg(i) + ", " + reg(i) + ", " + reg(sums + 2));
  }
}

void SmmlaColumnsWriter::highWord(int64_t sum, int64_t multiplier,
                                  int64_t addend, int64_t) {
  a.line("smmla " + reg(sum) + ", " + reg(sum) + ", " + reg(multiplier) + ", " +
         reg(addend));
}

void SmmlaColumnsWriter::upperWord(int64_t to, int64_t sum, int64_t word,
                                   int64_t) {
  a.line("smmul " + reg(to) + ", " + reg(sum) + ", " + reg(word));
}

void SmullColumnsWriter::upperWord(int64_t to, int64_t sum, int64_t word,
                                   int64_t spare) {
  a.line("smull " + reg(spare) + ", " + reg(to) + ", " + reg(sum) + ", " +
         reg(word));
}

void SmullColumnsWriter::highWord(int64_t sum, int64_t multiplier,
                                  int64_t addend, int64_t spare) {
  // A multiplier that is needed no more takes the low word.
  bool isLast =
      (k.shared ? k.sums() : k.positions) == 1 && k.rescale->shift != 0;
  int64_t low = isLast ? multiplier : spare;
  a.line("smull " + reg(low) + ", " + reg(sum) + ", " + reg(sum) + ", " +
         reg(multiplier));
  a.line("add " + reg(sum) + ", " + reg(sum) + ", " + reg(addend));
}

} // namespace dlc::kernels
