//===- MlaNarrowTiles.cpp - Narrow weights and several positions, in MLA --===//
//
// As MlaNarrowColumns.cpp, with the elements of up to four positions, which are
// words side by side: what a mask leaves of a word of weights is multiplied
// with each of them. Sums of two columns for each position have no place beside
// that; they are on the stack until their block ends.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MlaAssembly.h"
#include "codegen/kernels/core/NarrowHalves.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kColumns = 2, kMostPositions = 4;
// Registers, behind halves and elements of the positions.
constexpr int64_t kWeights = 8, kProduct = 9, kMask = 10, kMiddle = 11;

class TilesWriter : public SmullColumnsWriter {
public:
  explicit TilesWriter(const MlaNarrowColumns &kernel)
      : SmullColumnsWriter(kernel), halves{kernel.bits, kernel.signedLeft} {}

private:
  int64_t walkedBytes() const override { return k.steps * k.positions * kWord; }
  int64_t weightBytes() const override { return halves.words(k.steps) * kWord; }

  /// On the stack: what is in a position's sums of the even and the odd column
  /// beside their own, then the sums.
  static int64_t movedAt(int64_t position) {
    return kOwn + position * kColumns * kWord;
  }
  int64_t sumsAt(int64_t position) const {
    return movedAt(k.positions + position);
  }
  int64_t ownBytes() const override {
    return 2 * k.positions * kColumns * kWord;
  }
  int64_t elements() const { return k.positions; } // the first register

  void prepare() override {
    for (int64_t p = 0; p < k.positions; ++p)
      a.line("mov " + reg(p) + ", #0");
    a.line(onStack("ldr r9", kLeftEnd));
    a.line("4:");
    load(elements(), k.positions, "r12");
    for (int64_t p = 0; p < k.positions; ++p)
      a.line("add " + reg(p) + ", " + reg(p) + ", " + reg(elements() + p));
    a.line("cmp r12, r9");
    a.line("bne 4b");
    if (halves.isSigned)
      a.line("ldr r9, =" + Twine(halves.middles(k.steps, k.unroll)));
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("lsl r10, " + reg(p) + ", #" + Twine(halves.bits - 1));
      if (halves.isSigned)
        a.line("add r11, r10, r9");
      a.line(Twine("strd ") + (halves.isSigned ? "r11" : "r10") +
             ", r10, [sp, #" + Twine(movedAt(p)) + "]");
    }
    a.line(onStack("ldr r12", kLeft));
  }

  bool startsInSums() const override { return true; }

  void moveSums() override {
    for (int64_t p = 0; p < k.positions; ++p) {
      a.line("ldrd r8, r9, [sp, #" + Twine(movedAt(p)) + "]");
      for (int64_t c = 0; c < kColumns; ++c) {
        std::string sum = reg(kColumns * p + c);
        a.line("sub " + sum + ", " + sum + ", " + reg(8 + c));
      }
    }
    a.line("add r8, sp, #" + Twine(sumsAt(0)));
    a.line("stmia r8, {r0-" + reg(sums - 1) + "}");
    a.line("ldr " + reg(kMask) + ", =" + Twine(halves.mask()));
    if (halves.isSigned)
      a.line("mov " + reg(kMiddle) + ", #" + Twine(NarrowHalves::kMiddle));
  }

  void step(int64_t number, bool) override {
    int64_t inWord = number % halves.perWord();
    if (inWord == 0)
      load(kWeights, 1, "lr");
    load(elements(), k.positions, "r12");
    std::string right = reg(kWeights);
    if (inWord)
      right += ", lsr #" + std::to_string(inWord * halves.bits);
    a.line("and " + reg(kProduct) + ", " + reg(kMask) + ", " + right);
    bool first = number % halves.together() == 0;
    for (int64_t p = 0; p < k.positions; ++p) {
      std::string factors = reg(kProduct) + ", " + reg(elements() + p);
      if (first && !halves.isSigned)
        a.line("mul " + reg(p) + ", " + factors);
      else
        a.line("mla " + reg(p) + ", " + factors + ", " +
               reg(first ? kMiddle : p));
    }
    if ((number + 1) % halves.together() == 0 || number + 1 == k.unroll)
      addHalves();
  }

  /// Elements are used up by then.
  void addHalves() {
    std::string even = reg(elements()), odd = reg(elements() + 1);
    std::string low = reg(kProduct);
    for (int64_t p = 0; p < k.positions; ++p) {
      std::string at = ", [sp, #" + std::to_string(sumsAt(p)) + "]";
      a.line("ldrd " + even + ", " + odd + at);
      a.line("uxth " + low + ", " + reg(p));
      a.line("add " + even + ", " + even + ", " + low);
      a.line("add " + odd + ", " + odd + ", " + reg(p) + halves.high());
      a.line("strd " + even + ", " + odd + at);
    }
  }

  void finishSums() override {
    a.line("add r8, sp, #" + Twine(sumsAt(0)));
    a.line("ldmia r8, {r0-" + reg(sums - 1) + "}");
  }

  NarrowHalves halves;
};
} // namespace

const char *whyNoNarrowTile(const MlaNarrowColumns &kernel) {
  if (kernel.columns != kColumns)
    return "several positions have two columns of narrow weights";
  if (kernel.positions > kMostPositions)
    return "accumulators have no place in 12 registers";
  return nullptr;
}

std::string narrowTile(const MlaNarrowColumns &kernel) {
  return TilesWriter(kernel).write();
}

} // namespace dlc::kernels
