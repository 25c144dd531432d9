//===- DspWinograd.cpp - Products of a transformed tile in SMLAD ----------===//
//
// r0 to r3 are the columns' sums, r4 to r7 elements of the left operand, r8 to
// r11 weights.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/ArmWinograd.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kColumns = 4, kGroup = 4;
constexpr int64_t kMostStraight = 64; // channels without a loop
constexpr int64_t kFarthest = 4095;   // offset of a store of bytes

class DspWriter : public WinogradWriter {
public:
  explicit DspWriter(const ArmWinogradColumns &kernel)
      : WinogradWriter(kernel, kGroup, kMostStraight) {}

private:
  void multiply(int64_t channels, bool first) override {
    for (int64_t at = 0; at < channels; at += 2 * kGroup)
      step(/*first=*/first && at == 0,
           /*groups=*/at + 2 * kGroup <= channels ? 2 : 1);
  }

  /// One or two groups; weights of two columns come together.
  void step(bool first, int64_t groups) {
    a.line("ldmia r12!, " + registers(4, 2 * groups));
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t column = 0; column < kColumns; ++column) {
        if (column % 2 == 0)
          a.line("ldmia lr!, {r8-r11}");
        for (int64_t pair : {0, 1})
          product(column, 4 + 2 * group + pair, 8 + column % 2 * 2 + pair,
                  first && group == 0 && pair == 0);
      }
  }

  void product(int64_t sum, int64_t left, int64_t right, bool first) {
    std::string text = reg(sum) + ", " + reg(left) + ", " + reg(right);
    a.line(first ? "smuad " + text : "smlad " + text + ", " + reg(sum));
  }

  void scaleByOne(int64_t) override {
    a.line("add r12, lr, #" + Twine(factorOf(0)));
    a.line("ldmia r12, {r8-r11}");
    a.line("ldr r12, [sp, #" + Twine(addend()) + "]");
    for (int64_t i = 0; i < 2 * kQuad; ++i)
      highWord(i, reg(8 + i % kQuad), "r12");
  }

  void scaleByOwn(int64_t) override {
    a.line("add r12, lr, #" + Twine(factorOf(0)));
    for (int64_t i = 0; i < kQuad; ++i) {
      a.line("ldmia r12!, {r8-r10}");
      for (int64_t sum : {i, i + kQuad})
        highWord(sum, "r8", "r9");
      for (int64_t sum : {i, i + kQuad})
        a.line("asr " + reg(sum) + ", " + reg(sum) + ", r10");
    }
  }

  void highWord(int64_t sum, const Twine &multiplier, const char *addend) {
    a.line("smmla " + reg(sum) + ", " + reg(sum) + ", " + multiplier + ", " +
           addend);
  }
};
} // namespace

const char *DspWinograd::whyNot() const {
  if (tiles != 1 || block != kColumns)
    return "dsp computes one tile in blocks of four columns";
  if (2 * pixel > kFarthest)
    return "results are farther apart than a store reaches";
  return nullptr;
}

std::string DspWinograd::text() const { return DspWriter(*this).write(); }

} // namespace dlc::kernels
