//===- MulsSparse.cpp - Products with what is not 0, in MULS --------------===//
//
// The column's sum is r4. r1 goes through the places, r2 through the weights of
// all columns, r7 through the columns' numbers; r3 is where a segment of the
// left operand begins. Where weights are codes r2 is where their values are,
// and r7 a mask meanwhile.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/MulsSparse.h"
#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kSegment = 256, kTogether = 4, kPairBytes = 3;
/// Words on the stack.
constexpr int64_t kResult = 0, kLeft = 4, kRightEnd = 8, kPlaces = 12,
                  kWeights = 16, kStream = 20, kFrame = 24;
/// More of them, where r7 is needed for something else.
constexpr int64_t kNumbers = 24, kFactor = 28, kLargeFrame = 32;

class SparseWriter {
public:
  explicit SparseWriter(const MulsSparse &kernel) : k(kernel) {}

  std::string write() {
    start();
    a.line("1:");
    a.line("ldmia r7!, {r4}");
    if (keepsNumbers())
      a.line(onStack("str r7", kNumbers));
    if (k.coded)
      a.line("movs r7, #15");
    a.line(onStack("ldr r1", kPlaces));
    a.line(onStack("ldr r2", kWeights));
    a.line(onStack("ldr r3", kLeft));
    for (int64_t s = 0; s < k.segments; ++s) {
      if (s > 0) {
        a.line("adds r3, #" + Twine(kSegment - 1));
        a.line("adds r3, #1");
      }
      if (k.coded)
        codedSegment();
      else
        segment();
    }
    a.line(onStack("str r1", kPlaces));
    if (!k.coded)
      a.line(onStack("str r2", kWeights));
    store();
    a.line(onStack("ldr r0", kRightEnd));
    a.line("cmp r7, r0");
    a.repeatUnlessEqual("1b");
    a.leave(frame());
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Whether r7 goes through numbers no longer while weights are read.
  bool keepsNumbers() const { return k.coded || k.shared; }
  int64_t frame() const { return keepsNumbers() ? kLargeFrame : kFrame; }

  /// Arguments: left operand, right operand, columns, result.
  void start() {
    bool own = k.rescale && !k.shared;
    int64_t numbers = 1 + (own ? MulsRescale::kWords : 0);
    a.enter(frame());
    a.line(onStack("str r0", kLeft));
    a.line(onStack("str r3", kResult));
    a.line("mov r7, r1");
    if (k.shared) {
      a.line(onStack("str r7", kFactor));
      a.line("adds r7, #" + Twine(kWord * MulsRescale::kWords));
    }
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

  /// The element at the place that lies so far on.
  void element(const char *to, int64_t number) {
    a.line(Twine("ldrb ") + to + ", [r1, #" + Twine(number) + "]");
    a.line(Twine(k.signedLeft ? "ldrsb " : "ldrb ") + to + ", [r3, " + to +
           "]");
  }

  void product(int64_t number) {
    element("r0", number);
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

  /// A value times the element at the place that lies so far on.
  void valueProduct(const char *code, int64_t place) {
    a.line(Twine("ldrsb ") + code + ", [r2, " + code + "]");
    element("r6", place);
    a.line(Twine("muls ") + code + ", r6, " + code);
    a.line(Twine("adds r4, r4, ") + code);
  }

  /// Two places and a byte with their codes.
  void codedPair(int64_t from) {
    a.line("ldrb r0, [r1, #" + Twine(from + 2) + "]");
    a.line("lsrs r5, r0, #4");
    valueProduct("r5", from + 1);
    a.line("ands r0, r7");
    valueProduct("r0", from);
  }

  /// An odd weight, then pairs, of which two are an iteration that is entered
  /// in the middle where their number is odd.
  void codedSegment() {
    a.line("ldrb r0, [r1]");
    a.line("adds r1, #1");
    a.line("lsrs r0, r0, #1");
    a.line("bcc 3f");
    a.line("ldrb r5, [r1, #1]");
    valueProduct("r5", 0);
    a.line("adds r1, #2");
    a.line("3:");
    a.line("lsls r5, r0, #1");
    a.line("adds r5, r5, r0");
    a.line("adds r5, r5, r1");
    a.line("mov r12, r5");
    a.line("lsrs r0, r0, #1");
    a.line("bcc 4f");
    a.line("subs r1, #" + Twine(kPairBytes));
    a.line("b 6f");
    a.line("4:");
    a.line("beq 7f");
    a.line("5:");
    codedPair(0);
    a.line("6:");
    codedPair(kPairBytes);
    a.line("adds r1, #" + Twine(2 * kPairBytes));
    a.line("cmp r1, r12");
    a.line("bne 5b");
    a.line("7:");
  }

  void store() {
    if (keepsNumbers())
      a.line(onStack("ldr r7", k.shared ? kFactor : kNumbers));
    a.line("mov r0, r4");
    a.storeSum(k.rescale, kResult, kStream);
    if (k.shared)
      a.line(onStack("ldr r7", kNumbers));
  }

  const MulsSparse &k;
  MulsText a;
};
} // namespace

std::string MulsSparse::text() const { return SparseWriter(*this).write(); }

} // namespace dlc::kernels
