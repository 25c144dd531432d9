//===- MulsNarrowTiles.cpp - Narrow weights and several positions, in MULS ===//
//
// As MlaNarrowTiles.cpp. Products overwrite the elements in r0 to r3, halves
// are in r8 to r11, and r12 has the middle. r6 goes through the left operand
// and then the results, r7 through the right one; sums are on the stack.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MulsText.h"
#include "codegen/kernels/core/NarrowHalves.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kColumns = 2, kMostPositions = 4, kFirstHalf = 8;
/// Words on the stack; then what is in sums beside their own, and the sums, of
/// each position's even and odd column.
constexpr int64_t kResult = 0, kLeft = 4, kLeftEnd = 8, kRightEnd = 12,
                  kStream = 16, kMask = 20, kMiddles = 24, kMoved = 32,
                  kSums = kMoved + kMostPositions * kColumns * kWord,
                  kFrame = kSums + kMostPositions * kColumns * kWord;

std::string half(int64_t position) {
  return "r" + std::to_string(kFirstHalf + position);
}

class TilesWriter {
public:
  explicit TilesWriter(const MulsColumns &kernel)
      : k(kernel), halves{kernel.bits, kernel.signedLeft} {}

  std::string write() {
    start();
    a.line("1:");
    startBlock();
    bool loop = k.unroll < k.steps;
    if (loop)
      a.line("2:");
    steps();
    if (loop) {
      a.line(onStack("ldr r0", kLeftEnd));
      a.line("cmp r6, r0");
      a.repeatUnlessEqual("2b");
    }
    finishBlock();
    a.line(onStack("ldr r0", kRightEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    a.line(".ltorg");
    return a.text();
  }

private:
  static int64_t at(int64_t first, int64_t position, int64_t column) {
    return first + (position * kColumns + column) * kWord;
  }
  std::string elements() const {
    return k.positions == 1 ? "{r0}"
                            : "{r0-r" + std::to_string(k.positions - 1) + "}";
  }
  int64_t blockBytes() const {
    int64_t numbers = 1 + (k.rescale ? MulsRescale::kWords : 0);
    return (halves.words(k.steps) + kColumns * numbers) * kWord;
  }

  /// Arguments: left operand, right operand, blocks, result. Constants are
  /// loaded before the code that a load reaches over.
  void start() {
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r6, r0");
    a.line("mov r7, r1");
    a.line("ldr r4, =" + Twine(k.steps * k.positions * kWord));
    a.line("adds r4, r4, r0");
    a.line(onStack("str r4", kLeftEnd));
    a.line("ldr r4, =" + Twine(halves.mask()));
    a.line(onStack("str r4", kMask));
    a.line("ldr r4, =" + Twine(halves.middles(k.steps, k.unroll)));
    a.line(onStack("str r4", kMiddles));
    a.line("ldr r4, =" + Twine(blockBytes()));
    a.line("muls r2, r4, r2");
    a.line("adds r2, r2, r7");
    a.line(onStack("str r2", kRightEnd));
    a.line("b 3f");
    a.line(".ltorg");
    a.line("3:");
    sumElements();
  }

  void sumElements() {
    a.line(onStack("ldr r4", kLeftEnd));
    a.line("movs r0, #0");
    for (int64_t p = 0; p < k.positions; ++p)
      a.line("mov " + half(p) + ", r0");
    a.line("4:");
    a.line("ldmia r6!, " + elements());
    for (int64_t p = 0; p < k.positions; ++p)
      a.line("add " + half(p) + ", r" + Twine(p));
    a.line("cmp r6, r4");
    a.line("bne 4b");
    a.line(onStack("ldr r1", kMiddles));
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("mov r0, " + half(p));
      a.line("lsls r0, r0, #" + Twine(k.bits - 1));
      a.line(onStack("str r0", at(kMoved, p, 1)));
      a.line("adds r0, r0, r1");
      a.line(onStack("str r0", at(kMoved, p, 0)));
    }
  }

  void startBlock() {
    for (int64_t c = 0; c < kColumns; ++c) {
      a.line("ldmia r7!, {r5}");
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line(onStack("ldr r0", at(kMoved, p, c)));
        a.line("subs r0, r5, r0");
        a.line(onStack("str r0", at(kSums, p, c)));
      }
    }
    a.line(onStack("ldr r6", kLeft));
    a.line(onStack("ldr r5", kMask));
    if (!halves.isSigned)
      return;
    a.line("movs r4, #1");
    a.line("lsls r4, r4, #" + Twine(NarrowHalves::kBits - 1));
    a.line("mov r12, r4");
  }

  void steps() {
    for (int64_t i = 0; i < k.unroll; ++i) {
      int64_t inWord = i % halves.perWord(), word = i / halves.perWord();
      a.line("ldmia r6!, " + elements());
      a.line("ldr r4, [r7, #" + Twine(word * kWord) + "]");
      if (inWord)
        a.line("lsrs r4, r4, #" + Twine(inWord * k.bits));
      a.line("ands r4, r5");
      bool first = i % halves.together() == 0;
      for (int64_t p = 0; p < k.positions; ++p) {
        std::string product = "r" + std::to_string(p);
        a.line("muls " + product + ", r4, " + product);
        if (first && halves.isSigned)
          a.line("add " + product + ", r12");
        a.line((first ? "mov " : "add ") + half(p) + ", " + product);
      }
      if ((i + 1) % halves.together() == 0 || i + 1 == k.unroll)
        addHalves();
    }
    a.line("adds r7, #" + Twine(halves.words(k.unroll) * kWord));
  }

  void addHalves() {
    const char *down = halves.isSigned ? "asrs" : "lsrs";
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("mov r0, " + half(p));
      a.line("uxth r1, r0");
      a.line(Twine(down) + " r0, r0, #" + Twine(NarrowHalves::kBits));
      for (int64_t c = 0; c < kColumns; ++c) {
        a.line(onStack("ldr r2", at(kSums, p, c)));
        a.line(c ? "adds r2, r2, r0" : "adds r2, r2, r1");
        a.line(onStack("str r2", at(kSums, p, c)));
      }
    }
  }

  void finishBlock() {
    a.takeResults(kResult, kColumns * (k.rescale ? 1 : kWord));
    for (int64_t c = 0; c < kColumns; ++c)
      k.rescale ? rescaleColumn(*k.rescale, c) : storeColumn(c);
  }

  void storeColumn(int64_t c) {
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line(onStack("ldr r0", at(kSums, p, c)));
      a.line("str r0, [r6, #" + Twine(c * kWord) + "]");
      toNext(p);
    }
  }

  /// Moves r6 to the next position's results, or back to the first one's.
  void toNext(int64_t position) {
    bool last = position + 1 == k.positions;
    a.addTo("r6", last ? -position * k.stride : k.stride, "r1");
  }

  /// What is outside comes behind each result, within a branch's reach.
  void rescaleColumn(const MulsRescale &r, int64_t c) {
    constexpr int64_t kLabel = 20;
    std::string place = "[r6, #" + std::to_string(c) + "]";
    a.withFactor(r, kStream, [&](const char *reach) {
      for (int64_t p = 0; p < k.positions; ++p) {
        a.line(onStack("ldr r0", at(kSums, p, c)));
        a.rescaled(r, reach, kLabel, place);
        a.line("b 5f");
        a.rescaledOutside(r, kLabel, place);
        a.line("5:");
        toNext(p);
      }
    });
  }

  const MulsColumns &k;
  NarrowHalves halves;
  MulsText a;
};
} // namespace

const char *whyNoNarrowTile(const MulsColumns &kernel) {
  if (kernel.columns != kColumns)
    return "several positions have two columns of narrow weights";
  if (kernel.positions > kMostPositions)
    return "elements have no place in 4 registers";
  return nullptr;
}

std::string narrowTile(const MulsColumns &kernel) {
  return TilesWriter(kernel).write();
}

} // namespace dlc::kernels
