//===- MlaNarrowColumns.cpp - Weights of 4 or 2 bits, in MLA --------------===//
//
// A word has the weights of two columns in halves of 16 bits, those of
// neighbouring elements side by side. With all but one element's masked away a
// product is that of two columns, and so many products are added up as fit a
// half; then the halves are added to the columns' sums.
//
// Weights are 2^(b-1) larger and have no sign, which a sum of the elements
// takes back. Where elements have a sign, the low half starts in the middle.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MlaAssembly.h"
#include "codegen/kernels/core/NarrowHalves.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kTogether = 4; // elements that are summed up

class NarrowWriter : public SmullColumnsWriter {
public:
  explicit NarrowWriter(const MlaNarrowColumns &kernel)
      : SmullColumnsWriter(kernel), values{kernel.bits, kernel.signedLeft},
        pairs(kernel.columns / 2) {}

private:
  int64_t walkedBytes() const override { return k.steps; }
  int64_t weightBytes() const override {
    return values.words(k.steps) * pairs * kWord;
  }

  // Registers behind the sums.
  int64_t product() const { return sums; }
  int64_t element() const { return sums + 1; }
  int64_t weights() const { return sums + 2; }
  int64_t halves() const { return weights() + pairs; }
  int64_t mask() const { return halves() + pairs; }
  int64_t middle() const { return mask() + 1; }

  int64_t ownBytes() const override { return 2 * kWord; }

  void loadElement(int64_t to) {
    a.line((values.isSigned ? "ldrsb " : "ldrb ") + reg(to) + ", [r12], #1");
  }

  /// What is in sums of even and of odd columns beside their own.
  void prepare() override {
    a.line("mov r4, #0");
    a.line(onStack("ldr r6", kLeftEnd));
    a.line("4:");
    for (int64_t i = 0; i < (k.steps % kTogether ? 1 : kTogether); ++i) {
      loadElement(0);
      a.line("add r4, r4, r0");
    }
    a.line("cmp r12, r6");
    a.line("bne 4b");
    a.line("lsl r4, r4, #" + Twine(values.bits - 1));
    a.line(onStack("str r4", kOwn + kWord));
    if (values.isSigned) {
      a.line("ldr r5, =" + Twine(values.middles(k.steps, k.unroll)));
      a.line("add r4, r4, r5");
    }
    a.line(onStack("str r4", kOwn));
    a.line(onStack("ldr r12", kLeft));
  }

  bool startsInSums() const override { return true; }

  void moveSums() override {
    for (int64_t odd : {0, 1}) {
      a.line(onStack("ldr " + reg(product()), kOwn + odd * kWord));
      for (int64_t c = odd; c < k.columns; c += 2)
        a.line("sub " + reg(c) + ", " + reg(c) + ", " + reg(product()));
    }
    a.line("ldr " + reg(mask()) + ", =" + Twine(values.mask()));
    if (values.isSigned)
      a.line("mov " + reg(middle()) + ", #" + Twine(NarrowHalves::kMiddle));
  }

  void step(int64_t number, bool) override {
    int64_t inWord = number % values.perWord();
    if (inWord == 0)
      load(weights(), pairs, "lr");
    loadElement(element());
    for (int64_t i = 0; i < pairs; ++i) {
      std::string right = reg(weights() + i);
      if (inWord)
        right += ", lsr #" + std::to_string(inWord * values.bits);
      a.line("and " + reg(product()) + ", " + reg(mask()) + ", " + right);
      multiply(halves() + i, number % values.together() == 0);
    }
    if ((number + 1) % values.together() == 0 || number + 1 == k.unroll)
      addHalves();
  }

  void multiply(int64_t to, bool first) {
    std::string factors = reg(product()) + ", " + reg(element());
    if (first && !values.isSigned)
      a.line("mul " + reg(to) + ", " + factors);
    else
      a.line("mla " + reg(to) + ", " + factors + ", " +
             reg(first ? middle() : to));
  }

  void addHalves() {
    for (int64_t i = 0; i < pairs; ++i) {
      std::string even = reg(2 * i), odd = reg(2 * i + 1);
      a.line("uxth " + reg(product()) + ", " + reg(halves() + i));
      a.line("add " + even + ", " + even + ", " + reg(product()));
      a.line("add " + odd + ", " + odd + ", " + reg(halves() + i) +
             values.high());
    }
  }

  NarrowHalves values;
  int64_t pairs; // of columns
};
} // namespace

const char *MlaNarrowColumns::whyNot() const {
  if (bits != 2 && bits != 4)
    return "narrow weights have 2 or 4 bits";
  if (unroll % (NarrowHalves::kBits / bits) && unroll != steps)
    return "an iteration begins within a word of narrow weights";
  if (left == Left::Words)
    return whyNoNarrowTile(*this);
  if (positions != 1)
    return "narrow weights are multiplied with one position's bytes";
  if (columns != 2 && columns != 4)
    return "columns of narrow weights come in one or two pairs";
  return nullptr;
}

std::string MlaNarrowColumns::text() const {
  return left == Left::Words ? narrowTile(*this) : NarrowWriter(*this).write();
}

} // namespace dlc::kernels
