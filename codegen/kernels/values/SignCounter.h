//===- SignCounter.h - Counts of bits, many words at a time -----*- C++ -*-===//
//
// Products of signs are counted: bits that differ. Cores without an instruction
// for it add the words up first, all 32 places at a time: three words of one
// weight are a word of that and one of twice the weight, in five or six
// instructions, until there are at most two of each weight. These are then
// summed up within four bits, then bytes.
//
// Which registers there are and what adds up words is the instructions' affair.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_SIGNCOUNTER_H
#define DLC_CODEGEN_KERNELS_VALUES_SIGNCOUNTER_H

#include "codegen/kernels/AssemblyText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace dlc::kernels {

class SignCounter {
public:
  /// More would need more registers than there are, and bytes hold their sum.
  static constexpr int64_t kMostWords = 18;

  virtual ~SignCounter() = default;

  /// Takes as many words, up to kMostWords, from both operands, and subtracts
  /// twice the number of bits that differ from a column's sum.
  void count(int64_t words);

protected:
  explicit SignCounter(AssemblyText &text) : a(text) {}

  /// The words of which up to three bits differ, as numbers of registers, whose
  /// order in memory is that of the result.
  virtual llvm::SmallVector<int64_t, 3> differences(int64_t words) = 0;
  /// Sum and carry of three words, whose registers are free then.
  virtual std::pair<int64_t, int64_t> add(int64_t x, int64_t y, int64_t z) = 0;
  /// Sums within each four bits, and of bytes of such: the register that holds
  /// them in place of the one given.
  virtual int64_t sumFours(int64_t word) = 0;
  virtual int64_t sumBytes(int64_t fours) = 0;
  /// Adds `word`, whose register is free then, times a power of two.
  virtual void accumulate(int64_t to, int64_t word, int64_t shift) = 0;
  virtual void startSums() {}
  virtual void endSums() {}
  /// The bytes of a word, twice, off the column's sum.
  virtual void subtractTwice(int64_t bytes) = 0;

  /// A register of those that are free, the lowest first; there is one.
  static int64_t take(llvm::SmallVectorImpl<int64_t> &free);
  /// Gives one back.
  static void give(llvm::SmallVectorImpl<int64_t> &free, int64_t reg);
  static std::string name(int64_t reg) { return "r" + std::to_string(reg); }

  AssemblyText &a;
  /// By weight, as a power of two.
  std::array<llvm::SmallVector<int64_t, 3>, 5> pending;

private:
  void put(size_t weight, int64_t word);
  int64_t sumOfPending();
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_SIGNCOUNTER_H
