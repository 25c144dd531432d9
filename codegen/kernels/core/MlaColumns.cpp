//===- MlaColumns.cpp - Products of a tile with all columns, in MLA -------===//
//
// A step is one element of the sum: of the positions' elements and the columns'
// weights the ones are loaded together, and of the others one is there at a
// time.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/core/MlaAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kCoreRegisters = 12; // r0 to r11
constexpr int64_t kFarthest = 4095;    // offset of a load of bytes

using Left = MlaColumns::Left;

class MlaWriter : public SmullColumnsWriter {
public:
  explicit MlaWriter(const MlaColumns &kernel)
      : SmullColumnsWriter(kernel), mla(kernel) {}

private:
  int64_t walkedBytes() const override {
    return k.steps * (mla.left == Left::Words ? k.positions * kWord : 1);
  }

  int64_t weightBytes() const override {
    return k.steps * k.columns * (mla.halfwords ? 2 : 1);
  }

  void multiply(int64_t position, int64_t column, int64_t left, int64_t right,
                bool first) {
    int64_t sum = position * k.columns + column;
    a.line("mla " + reg(sum) + ", " + reg(left) + ", " + reg(right) + ", " +
           reg(first ? biasOf(column) : sum));
  }

  void loadWeight(int64_t to) {
    std::string bits = mla.halfwords ? "h " : "b ";
    a.line((k.signedWeights ? "ldrs" : "ldr") + Twine(bits) + reg(to) +
           ", [lr], #" + Twine(mla.halfwords ? 2 : 1));
  }

  /// A position's byte; the first position's load moves on.
  void loadByte(int64_t to, int64_t position) {
    std::string place = "], #1";
    if (position > 0)
      place = ", #" + std::to_string(position * k.steps - 1) + "]";
    a.line((mla.signedLeft ? "ldrsb " : "ldrb ") + reg(to) + ", [r12" + place);
  }

  void step(int64_t, bool first) override {
    if (mla.left == Left::Words && k.columns == 1)
      return oneColumn(first);
    if (mla.left == Left::Bytes && k.columns < k.positions)
      return positionByPosition(first);
    int64_t left = sums, weight = sums + k.positions;
    if (mla.left == Left::Words)
      load(left, k.positions, "r12");
    for (int64_t p = 0; mla.left == Left::Bytes && p < k.positions; ++p)
      loadByte(left + p, p);
    for (int64_t c = 0; c < k.columns; ++c) {
      loadWeight(weight);
      for (int64_t p = 0; p < k.positions; ++p)
        multiply(p, c, left + p, weight, first);
    }
  }

  /// As many positions' elements at a time as there is room for.
  void oneColumn(bool first) {
    int64_t weight = sums, left = sums + 1;
    loadWeight(weight);
    int64_t together = kRegisters - left;
    for (int64_t p = 0; p < k.positions; p += together) {
      int64_t count = std::min(together, k.positions - p);
      load(left, count, "r12");
      for (int64_t i = 0; i < count; ++i)
        multiply(p + i, 0, left + i, weight, first);
    }
  }

  void positionByPosition(bool first) {
    int64_t weights = sums, left = sums + k.columns;
    for (int64_t c = 0; c < k.columns; ++c)
      loadWeight(weights + c);
    for (int64_t p = 0; p < k.positions; ++p) {
      loadByte(left, p);
      for (int64_t c = 0; c < k.columns; ++c)
        multiply(p, c, left, weights + c, first);
    }
  }

  const MlaColumns &mla;
};
} // namespace

const char *MlaColumns::whyNot() const {
  int64_t held = left == Left::Words && columns == 1          ? 1
                 : left == Left::Bytes && columns < positions ? columns
                                                              : positions;
  // Multiplier, addend, shift and the low word of a product.
  if (sums() + held + 1 > kCoreRegisters || sums() + 4 > kCoreRegisters)
    return "accumulators and operands have no place in 12 registers";
  if (left == Left::Bytes && (positions - 1) * steps > kFarthest)
    return "positions are farther apart than a load reaches";
  return nullptr;
}

std::string MlaColumns::text() const { return MlaWriter(*this).write(); }

} // namespace dlc::kernels
