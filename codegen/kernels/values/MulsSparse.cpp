//===- MulsSparse.cpp - Products with what is not 0, in MULS --------------===//
//
// The column's sum is r4. r1 goes through the places, r2 through the weights of
// all columns, r7 through the columns' numbers; r3 is where a segment of the
// left operand begins.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/MulsSparse.h"
#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kSegment = 256, kTogether = 4;
/// Words on the stack.
constexpr int64_t kResult = 0, kLeft = 4, kRightEnd = 8, kPlaces = 12,
                  kWeights = 16, kStream = 20, kFrame = 24;

class SparseWriter {
public:
  explicit SparseWriter(const MulsSparse &kernel) : k(kernel) {}

  std::string write() {
    start();
    a.line("1:");
    a.line("ldmia r7!, {r4}");
    a.line(onStack("ldr r1", kPlaces));
    a.line(onStack("ldr r2", kWeights));
    a.line(onStack("ldr r3", kLeft));
    for (int64_t s = 0; s < k.segments; ++s) {
      if (s > 0) {
        a.line("adds r3, #" + Twine(kSegment - 1));
        a.line("adds r3, #1");
      }
      segment();
    }
    a.line(onStack("str r1", kPlaces));
    a.line(onStack("str r2", kWeights));
    store();
    a.line(onStack("ldr r0", kRightEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(kFrame);
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Arguments: left operand, right operand, columns, result.
  void start() {
    int64_t numbers = 1 + (k.rescale ? MulsRescale::kWords : 0);
    a.enter(kFrame);
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r7, r1");
    a.line("movs r4, #" + Twine(kWord * numbers));
    a.line("muls r2, r4, r2");
    a.line("adds r2, r2, r7");
    a.line(onStack("str r2", kRightEnd));
    // How many bytes of weights follow.
    a.line("ldmia r2!, {r4}");
    a.line(onStack("str r2", kWeights));
    a.line("adds r2, r2, r4");
    a.line(onStack("str r2", kPlaces));
  }

  void product(int64_t number) {
    a.line("ldrb r0, [r1, #" + Twine(number) + "]");
    a.line(k.signedLeft ? "ldrsb r0, [r3, r0]" : "ldrb r0, [r3, r0]");
    a.line("ldrb r6, [r2, #" + Twine(number) + "]");
    a.line("sxtb r6, r6");
    a.line("muls r0, r6, r0");
    a.line("adds r4, r4, r0");
  }

  void loop(int64_t products, const char *label, const char *counter) {
    a.line(Twine(label) + ":");
    for (int64_t i = 0; i < products; ++i)
      product(i);
    a.line("adds r1, #" + Twine(products));
    a.line("adds r2, #" + Twine(products));
    a.line(Twine("subs ") + counter + ", #1");
    a.line(Twine("bne ") + label + "b");
  }

  void segment() {
    a.line("ldrb r0, [r1]");
    a.line("adds r1, #1");
    a.line("mov r12, r0");
    a.line("lsrs r5, r0, #2");
    a.line("beq 5f");
    loop(kTogether, "4", "r5");
    a.line("5:");
    a.line("mov r0, r12");
    a.line("movs r5, #3");
    a.line("ands r5, r0");
    a.line("beq 7f");
    loop(1, "6", "r5");
    a.line("7:");
  }

  void store() {
    a.line("mov r0, r4");
    a.storeSum(k.rescale, kResult, kStream);
  }

  const MulsSparse &k;
  MulsText a;
};
} // namespace

std::string MulsSparse::text() const { return SparseWriter(*this).write(); }

} // namespace dlc::kernels
