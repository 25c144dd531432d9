//===- ArmWinograd.h - Winograd's algorithm on Arm's core registers -------===//
//
// Bodies of naked functions with the arguments of the op of that name
// (dialects/kernel) in r0 to r3. What multiplies is the instructions' affair
// (DspWinograd.cpp, MlaWinograd.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_ARMWINOGRAD_H
#define DLC_CODEGEN_KERNELS_ARMWINOGRAD_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.winograd_input of bytes to halfwords or words.
struct ArmWinogradInput {
  /// Two elements in a register, or one.
  enum class Lanes { Pairs, Single };

  Lanes lanes = Lanes::Pairs;
  int64_t channels = 4;
  int64_t pixel = 4; // bytes between two pixels
  int64_t tiles = 1; // whose points lie between those of a channel
  int64_t bytes = 2; // of an element that is written
  bool isSigned = true;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.winograd_filters.
struct ArmWinogradFilters {
  /// Two filters in a register, or one.
  using Lanes = ArmWinogradInput::Lanes;

  Lanes lanes = Lanes::Pairs;
  int64_t filters = 2;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.winograd_columns.
struct ArmWinogradColumns {
  int64_t channels = 4, features = 4;
  int64_t pixel = 4;     // bytes between two results of a row
  bool halfwords = true; // points of tiles
  int64_t tiles = 1, block = 4;
  ArmRescale rescale;

  int64_t sums() const { return tiles * block; }
};

class WinogradWriter {
public:
  virtual ~WinogradWriter() = default;

  std::string write();

protected:
  static constexpr int64_t kWord = 4;
  /// Sums of which results are made together, in r0 to r7.
  static constexpr int64_t kQuad = 4;

  /// At most so many channels are an iteration, of whole groups.
  WinogradWriter(const ArmWinogradColumns &kernel, int64_t group,
                 int64_t mostStraight);

  /// Products of so many channels of a point. The first ones of a pair of
  /// points make sums in place of adding to them.
  virtual void multiply(int64_t channels, bool first) = 0;
  /// High words of r0 to r7: results of sums `quad` on, in both rows of their
  /// tile. lr is at the biases of a block; r8 to r12 are free.
  virtual void scaleByOne(int64_t quad) = 0;
  virtual void scaleByOwn(int64_t quad) = 0;

  static std::string reg(int64_t number) {
    return "r" + std::to_string(number);
  }
  static std::string registers(int64_t first, int64_t count);
  int64_t columnOf(int64_t sum) const { return sum % k.block; }
  /// Where a column's first factor is, from its block's first bias on.
  int64_t factorOf(int64_t column) const;
  /// Where the addend of all columns is on the stack.
  int64_t addend() const;

  const ArmWinogradColumns &k;
  AssemblyText a;

private:
  bool hasOwn() const { return k.rescale.shift == 0; }
  int64_t rowBytes() const { return k.sums() * kWord; }
  /// Whether all points follow each other without a loop, and so their sums
  /// without a count.
  bool isStraight() const { return straightPoints; }
  int64_t pointBytes() const { return rowBytes() + (isStraight() ? 0 : kWord); }
  int64_t sumBytes() const;
  int64_t pointOf(int64_t row, int64_t place) const;

  void start();
  void loop();
  void straight();
  void pairs();
  void point(bool first);
  void clear();
  void load(int64_t first, int64_t offset);
  void combine(const char *op, int64_t to, int64_t x, int64_t y);
  void column(int64_t quad, bool second);
  void store(int64_t quad, bool second);
  void nextBlock();

  int64_t inIteration; // channels
  bool straightPoints; // of one group
};

/// With SMLAD: one tile, blocks of four columns.
struct DspWinograd : ArmWinogradColumns {
  const char *whyNot() const;
  std::string text() const;
};

/// With MLA: four tiles and two columns, two and four, or one and eight.
struct MlaWinograd : ArmWinogradColumns {
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_ARMWINOGRAD_H
