//===- ArmSparse.cpp - Products with what is not 0 of columns -------------===//
//
// The column's sum is r0. r1 goes through the places, r2 through the weights of
// all columns, or is where the values are that codes stand for; r12 is where a
// segment of the left operand begins.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/ArmSparse.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kSegment = 256;  // groups
constexpr int64_t kTogether = 4;   // products of bytes in an iteration
constexpr int64_t kGroupBytes = 8; // of four halfwords

template <typename Columns> class SparseWriter : public Columns {
public:
  explicit SparseWriter(const ArmSparse &kernel)
      : Columns(kernel), sparse(kernel) {}

private:
  using Columns::a, Columns::kOwn, Columns::kWord;
  static constexpr int64_t kPlaces = kOwn, kWeights = kOwn + kWord;

  int64_t walkedBytes() const override { return 0; }
  int64_t weightBytes() const override { return 0; }
  int64_t ownBytes() const override { return 2 * kWord; }

  /// Behind the columns' numbers is how many bytes of weights follow.
  void prepare() override {
    a.line(onStack("ldr r4", Columns::kRightEnd));
    a.line("ldr r5, [r4], #4");
    a.line("add r5, r5, r4");
    a.line(onStack("str r4", kWeights));
    a.line(onStack("str r5", kPlaces));
  }

  void step(int64_t, bool) override {
    a.line(onStack("ldr r1", kPlaces));
    a.line(onStack("ldr r2", kWeights));
    for (int64_t s = 0; s < sparse.segments; ++s) {
      if (s > 0)
        a.line("add r12, r12, #" +
               Twine(kSegment * (sparse.group == 1 ? 1 : kGroupBytes)));
      a.line("ldrb r3, [r1], #1");
      if (sparse.coded)
        codes();
      else if (sparse.group == 1)
        bytes();
      else
        groups();
    }
    a.line(onStack("str r1", kPlaces));
    if (!sparse.coded)
      a.line(onStack("str r2", kWeights));
  }

  /// The element at a place.
  void element(const char *place) {
    a.line(Twine(sparse.signedLeft ? "ldrsb " : "ldrb ") + place + ", [r12, " +
           place + "]");
  }

  void product() {
    a.line("ldrb r5, [r1], #1");
    a.line("ldrsb r6, [r2], #1");
    element("r5");
    a.line("mla r0, r5, r6, r0");
  }

  /// Two places and a byte with their codes.
  void codedPair() {
    a.line("ldrb r4, [r1], #1");
    a.line("ldrb r5, [r1], #1");
    a.line("ldrb r6, [r1], #1");
    element("r4");
    element("r5");
    a.line("and r7, r6, #15");
    a.line("lsr r6, r6, #4");
    a.line("ldrsb r7, [r2, r7]");
    a.line("ldrsb r6, [r2, r6]");
    a.line("mla r0, r4, r7, r0");
    a.line("mla r0, r5, r6, r0");
  }

  /// Of r3 weights: an odd one, then pairs, an odd one of them first.
  void codes() {
    a.line("lsrs r3, r3, #1");
    a.line("bcc 4f");
    a.line("ldrb r5, [r1], #1");
    a.line("ldrb r6, [r1], #1");
    element("r5");
    a.line("ldrsb r6, [r2, r6]");
    a.line("mla r0, r5, r6, r0");
    a.line("4:");
    a.line("lsrs r3, r3, #1");
    a.line("bcc 5f");
    codedPair();
    a.line("5:");
    a.line("cmp r3, #0");
    a.line("beq 7f");
    a.line("6:");
    codedPair();
    codedPair();
    a.line("subs r3, r3, #1");
    a.line("bne 6b");
    a.line("7:");
  }

  /// Of r3 weights.
  void bytes() {
    a.line("lsrs r4, r3, #2");
    a.line("beq 5f");
    a.line("4:");
    for (int64_t i = 0; i < kTogether; ++i)
      product();
    a.line("subs r4, r4, #1");
    a.line("bne 4b");
    a.line("5:");
    a.line("ands r3, r3, #3");
    a.line("beq 7f");
    a.line("6:");
    product();
    a.line("subs r3, r3, #1");
    a.line("bne 6b");
    a.line("7:");
  }

  void group() {
    a.line("ldrb r4, [r1], #1");
    a.line("ldr r5, [r2], #4");
    a.line("add r4, r12, r4, lsl #3");
    a.line("ldmia r4, {r6, r7}");
    a.line("sxtb16 r8, r5");
    a.line("sxtb16 r5, r5, ror #8");
    a.line("smlad r0, r6, r8, r0");
    a.line("smlad r0, r7, r5, r0");
  }

  /// Of r3 groups of four: an odd one, then pairs.
  void groups() {
    a.line("lsrs r3, r3, #1");
    a.line("bcc 4f");
    group();
    a.line("4:");
    a.line("cmp r3, #0");
    a.line("beq 6f");
    a.line("5:");
    group();
    group();
    a.line("subs r3, r3, #1");
    a.line("bne 5b");
    a.line("6:");
  }

  const ArmSparse &sparse;
};
} // namespace

const char *ArmSparse::whyNot() const {
  return group == 1 || group == 4 ? nullptr
                                  : "blocks of one or four weights are stored";
}

std::string ArmSparse::text() const {
  return highWordAdds ? SparseWriter<SmmlaColumnsWriter>(*this).write()
                      : SparseWriter<SmullColumnsWriter>(*this).write();
}

} // namespace dlc::kernels
