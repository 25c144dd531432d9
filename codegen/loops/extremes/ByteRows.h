//===- ByteRows.h - Rows of bytes in words of four --------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BYTEROWS_H
#define DLC_CODEGEN_LOOPS_BYTEROWS_H

#include "codegen/loops/strategy/NestCode.h"

namespace dlc::loops {

/// What maxima and minima of bytes that lie side by side have in common: the
/// loops over results, and the extreme of a row's words.
class ByteRows : protected NestCode {
public:
  static constexpr int64_t kLanes = 4;
  /// Cycles: a load, a subtraction and a selection for a word.
  static constexpr double kWord = 4;

  /// Cores whose words hold four bytes that instructions know: those that have
  /// products of pairs too.
  static bool isAvailable(const Machine &machine);
  /// The one dimension that is reduced, along which bytes lie side by side; -1:
  /// the nest is another.
  static int rowOf(const Nest &nest);
  /// Whether a byte is the start of the extreme that `combine` makes, the name
  /// of an operation on two bytes.
  static bool isNeutral(llvm::StringRef combine, mlir::TypedAttr value);
  static double countResults(const Nest &nest, int row);

  ByteRows(StageContext &context, const Problem &problem,
           llvm::StringRef combine, int row);
  virtual ~ByteRows() = default;
  void emit() { loopOver(0); }

protected:
  /// `at` stands for the row's result.
  virtual void emitRow() = 0;

  mlir::Value start() { return startOf(nest.inputs.front().address); }
  /// Four bytes of the row that begins at `place`.
  mlir::Value load(mlir::Value place, mlir::Value behind, bool isWhole);
  mlir::Value load(mlir::Value place, int64_t behind);
  mlir::Value both(mlir::Value x, mlir::Value y);
  /// The extremes of the bytes of all words, four of them.
  mlir::Value ofWords(mlir::Value place);
  /// Words as the one element of a vector, and back.
  mlir::Value toWord(mlir::Value bytes);
  mlir::Value toBytes(mlir::Value word);
  mlir::Value wordOf(uint32_t value);

  int row;
  mlir::VectorType bytesType, wordType;

private:
  void loopOver(unsigned dimension);

  std::string combine;
  int64_t alignment; // of the row's first byte, 4 or 1
};

} // namespace dlc::loops

#endif
