//===- ArmColumns.h - Products of a tile with all columns -------*- C++ -*-===//
//
// kernel.columns on Arm cores with registers r0 to r12: loops over blocks of
// columns and their steps, rescaling and stores. What a step is made of is the
// instructions' affair (DspColumns.cpp, MlaColumns.cpp).
//
// Accumulators are the first core registers, position by position; the others
// are a step's. r12 goes through the left operand, lr through the right one;
// what is needed once in a block waits on the stack.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_ARMCOLUMNS_H
#define DLC_CODEGEN_KERNELS_CORE_ARMCOLUMNS_H

#include "codegen/kernels/AssemblyText.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace dlc::kernels {

/// Of 16 bits, multipliers have 64 (#kernel.rescale).
struct ArmRescale {
  bool isSigned = true;
  int64_t shift = 8, /* 0: each column's own */ min = -128, max = 127;
  int64_t bits = 8;

  bool isWide() const { return bits == 16; }
};

/// A high word, shifted and clamped to what is stored. Bounds of 16 bits that
/// the instruction does not have go by way of `spare`.
std::vector<std::string> armSaturate(const ArmRescale &rescale,
                                     const std::string &sum,
                                     const std::string &spare = "");
/// Clamps to bounds that the stored type does not have already.
std::vector<std::string> armClamp(const ArmRescale &rescale,
                                  const std::string &sum,
                                  const std::string &spare);
/// `sum` becomes what is stored of `from`.
std::string armShift(const ArmRescale &rescale, const std::string &sum,
                     const std::string &from);

struct ArmColumns {
  bool signedWeights = true;
  int64_t positions = 1, columns = 1, steps = 1, unroll = 1;
  int64_t stride = 0; // bytes between the results of two positions
  std::optional<ArmRescale> rescale;
  /// One multiplier for all columns, behind the addend.
  bool shared = false;
  /// So many; the third argument is a table then, whose address is the first
  /// word that is a kernel's own. 0: as the third argument says.
  int64_t blocks = 0;

  int64_t sums() const { return positions * columns; }
};

class ColumnsWriter {
public:
  virtual ~ColumnsWriter() = default;

  std::string write();

protected:
  static constexpr int64_t kRegisters = 12; // r0 to r11
  static constexpr int64_t kWord = 4;
  /// Places on the stack: the left operand's beginning and end, the end of what
  /// is told for columns, and the first that is free (ownBytes).
  static constexpr int64_t kLeftEnd = 4, kRightEnd = 8, kLeft = 16, kOwn = 24;

  explicit ColumnsWriter(const ArmColumns &kernel)
      : k(kernel), sums(kernel.sums()) {}

  /// Step `number` of an iteration; the first one of a block makes sums of the
  /// biases (biasOf) unless they are there already.
  virtual void step(int64_t number, bool first) = 0;
  /// Bytes of the stack that are its own, from kOwn on; what is done once; with
  /// the biases in all sums, if it asks for them; with the sums of a block.
  virtual int64_t ownBytes() const { return 0; }
  virtual void prepare() {}
  virtual bool startsInSums() const { return false; }
  virtual void moveSums() {}
  virtual void finishSums() {}
  /// Bytes that r12 has gone through behind a block's steps, and of a block's
  /// weights.
  virtual int64_t walkedBytes() const = 0;
  virtual int64_t weightBytes() const = 0;
  /// The high word of a sum's product with a multiplier, and an addend: numbers
  /// of registers. `spare` may be overwritten.
  virtual void highWord(int64_t sum, int64_t multiplier, int64_t addend,
                        int64_t spare) = 0;
  /// `to` becomes the upper word of a sum's product with a word; `spare` may be
  /// overwritten.
  virtual void upperWord(int64_t to, int64_t sum, int64_t word,
                         int64_t spare) = 0;

  static std::string reg(int64_t number) {
    return "r" + std::to_string(number);
  }
  /// Loads words, and moves on.
  void load(int64_t first, int64_t count, const char *from);
  /// Where a column's bias is when a block's first step begins: in the sum of
  /// the last position.
  int64_t biasOf(int64_t column) const { return sums - k.columns + column; }

  const ArmColumns &k;
  AssemblyText a;
  int64_t sums;

private:
  int64_t frameBytes() const { return kOwn + ownBytes(); }
  int64_t filling() const; // bytes behind the weights, up to a whole word
  int64_t blockBytes() const;
  void start();
  void startBlock(bool loop);
  void storeSums();
  void rescaleAndStore(const ArmRescale &rescale);
  void scaleByOne();
  void scaleByShared();
  void scaleByOwn();
  void scaleByWide(const ArmRescale &rescale);
  void store(const char *instruction, int64_t bytes);
  int64_t addressRegister() const;
};

/// With SMMLA, which has the addend and the high word alone.
class SmmlaColumnsWriter : public ColumnsWriter {
protected:
  using ColumnsWriter::ColumnsWriter;
  void highWord(int64_t sum, int64_t multiplier, int64_t addend,
                int64_t spare) override;
  void upperWord(int64_t to, int64_t sum, int64_t word, int64_t) override;
};

/// With SMULL.
class SmullColumnsWriter : public ColumnsWriter {
protected:
  using ColumnsWriter::ColumnsWriter;
  void highWord(int64_t sum, int64_t multiplier, int64_t addend,
                int64_t spare) override;
  void upperWord(int64_t to, int64_t sum, int64_t word, int64_t spare) override;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_ARMCOLUMNS_H
