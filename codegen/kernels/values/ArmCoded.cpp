//===- ArmCoded.cpp - Products with weights that are codes ----------------===//
//
// A byte of two codes is an offset into a table of words, which are what the
// instructions multiply: of SMLAD the weights of two elements, of SMLAL those
// of two columns, 24 bits apart, whose sums are 64 bits and are taken apart
// when a block ends.
//
// Behind the sums come a register for a step's first word of weights, which the
// end of an iteration overwrites, the table's address, and what else a step
// needs.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/ArmCoded.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kAllRegisters = 12; // r0 to r11
constexpr int64_t kCodesInByte = 2;
constexpr const char *kNoRoom =
    "accumulators and operands have no place in 12 registers";

/// What both have in common.
template <typename Columns> class CodedWriter : public Columns {
protected:
  using Columns::a, Columns::k, Columns::sums, Columns::kOwn, Columns::kWord,
      Columns::reg;

  explicit CodedWriter(const ArmColumns &kernel) : Columns(kernel) {}

  int64_t ownBytes() const override { return 2 * kWord; }
  bool startsInSums() const override { return true; }
  void moveSums() override { a.line(onStack("ldr " + reg(table()), kOwn)); }

  int64_t weights() const { return sums; }
  int64_t table() const { return sums + 1; }

  /// The words of the next bytes, in so many registers.
  void lookUp(std::initializer_list<int64_t> registers) {
    for (int64_t to : registers)
      a.line("ldrb " + reg(to) + ", [lr], #1");
    for (int64_t to : registers)
      a.line("ldr " + reg(to) + ", [" + reg(table()) + ", " + reg(to) +
             ", lsl #2]");
  }
};

/// Registers that are left for elements of SMLAD.
int64_t dspRoom(int64_t sums) {
  constexpr int64_t kWeightsAndTable = 3;
  return kAllRegisters - sums - kWeightsAndTable;
}

class DspCodedWriter : public CodedWriter<SmmlaColumnsWriter> {
public:
  explicit DspCodedWriter(const DspCoded &kernel)
      : CodedWriter(kernel),
        together(std::min(dspRoom(sums) / kStepWords, kernel.positions)) {}

private:
  static constexpr int64_t kStepWords = 2; // of a position

  int64_t walkedBytes() const override {
    return k.steps * k.positions * kStepWords * kWord;
  }
  int64_t weightBytes() const override {
    return k.steps * k.columns * kStepWords;
  }

  void products(int64_t first, int64_t column, int64_t count) {
    int64_t word[] = {weights(), second()};
    for (int64_t i = 0; i < kStepWords; ++i)
      for (int64_t p = 0; p < count; ++p) {
        std::string sum = reg((first + p) * k.columns + column);
        a.line("smlad " + sum + ", " + reg(left() + kStepWords * p + i) + ", " +
               reg(word[i]) + ", " + sum);
      }
  }

  void step(int64_t, bool) override {
    for (int64_t p = 0; p < k.positions; p += together) {
      int64_t count = std::min(together, k.positions - p);
      load(left(), kStepWords * count, "r12");
      for (int64_t column = 0; column < k.columns; ++column) {
        if (p == 0)
          lookUp({weights(), second()});
        products(p, column, count);
      }
    }
  }

  int64_t second() const { return sums + 2; }
  int64_t left() const { return sums + 3; }

  int64_t together; // positions whose elements are there
};

class MlaCodedWriter : public CodedWriter<SmullColumnsWriter> {
public:
  explicit MlaCodedWriter(const MlaCoded &kernel)
      : CodedWriter(kernel), coded(kernel),
        together(std::min(kAllRegisters - left(), kernel.positions)) {}

private:
  int64_t walkedBytes() const override {
    return k.steps * (coded.words ? k.positions * kWord : 1);
  }
  int64_t weightBytes() const override {
    return k.steps * k.columns / kCodesInByte;
  }
  int64_t left() const { return sums + 2; }

  void step(int64_t, bool) override {
    for (int64_t p = 0; p < k.positions; p += together) {
      int64_t count = std::min(together, k.positions - p);
      if (coded.words)
        load(left(), count, "r12");
      else
        a.line((coded.signedLeft ? "ldrsb " : "ldrb ") + reg(left()) +
               ", [r12], #1");
      for (int64_t column = 0; column < k.columns; column += kCodesInByte) {
        if (p == 0)
          lookUp({weights()});
        for (int64_t i = 0; i < count; ++i) {
          int64_t sum = (p + i) * k.columns + column;
          a.line("smlal " + reg(sum) + ", " + reg(sum + 1) + ", " +
                 reg(weights()) + ", " + reg(left() + i));
        }
      }
    }
  }

  /// The lower sum has a sign: with half of what is between the two the upper
  /// one is the nearest.
  void finishSums() override {
    std::string spare = reg(sums);
    for (int64_t i = 0; i < sums; i += kCodesInByte) {
      std::string low = reg(i), high = reg(i + 1);
      a.line("adds " + spare + ", " + low + ", #0x800000");
      a.line("adc " + high + ", " + high + ", #0");
      a.line("lsr " + spare + ", " + spare + ", #24");
      a.line("sbfx " + low + ", " + low + ", #0, #24");
      a.line("orr " + high + ", " + spare + ", " + high + ", lsl #8");
    }
  }

  const MlaCoded &coded;
  int64_t together; // positions whose elements are there
};
} // namespace

/// Arguments: values, table.
std::string armCodeTable(bool halfwords) {
  constexpr int64_t kValues = 16;
  AssemblyText a;
  a.line("push {r4, lr}");
  a.line("mov r2, r0");
  a.line("add r3, r0, #" + Twine(kValues));
  a.line("1:");
  a.line("ldrsb r4, [r2], #1");
  for (int64_t i = 0; i < kValues; ++i) {
    a.line("ldrsb r12, [r0, #" + Twine(i) + "]");
    a.line(halfwords ? "pkhbt r12, r12, r4, lsl #16"
                     : "add r12, r12, r4, lsl #24");
    a.line("str r12, [r1], #4");
  }
  a.line("cmp r2, r3");
  a.line("bne 1b");
  a.line("pop {r4, pc}");
  return a.text();
}

const char *DspCoded::whyNot() const {
  constexpr int64_t kStepWords = 2;
  int64_t room = dspRoom(sums()) / kStepWords;
  if (room < 1 || (columns > 1 && room < positions))
    return kNoRoom;
  if (sums() + columns + 3 > kAllRegisters)
    return "rescaling has no place in 12 registers";
  return nullptr;
}

std::string DspCoded::text() const { return DspCodedWriter(*this).write(); }

const char *MlaCoded::whyNot() const {
  if (columns % kCodesInByte != 0)
    return "two columns are looked up together";
  if (!words && positions != 1)
    return "bytes are those of one position";
  int64_t room = kAllRegisters - sums() - 2;
  if (room < 1 || (columns > kCodesInByte && room < positions) ||
      sums() + 4 > kAllRegisters)
    return kNoRoom;
  return nullptr;
}

std::string MlaCoded::text() const { return MlaCodedWriter(*this).write(); }

} // namespace dlc::kernels
