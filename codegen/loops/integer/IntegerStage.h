//===- IntegerStage.h - Sums of small integers in a stage -------*- C++ -*-===//
//
// What the strategies that compute sums of integers ask before they plan: what
// is multiplied, what becomes of the sums, and which constants callers give.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERSTAGE_H
#define DLC_CODEGEN_LOOPS_INTEGERSTAGE_H

#include "codegen/loops/integer/IntegerColumns.h"
#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/Runs.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

struct StageSums {
  unsigned data = 0, weights = 0; // inputs of the root
  ColumnSums sums;
  /// Arguments that go into the stream beside the weights, in the order of the
  /// operands that `sums` counts.
  llvm::SmallVector<mlir::BlockArgument> beside;
  int bias = -1;    // the epilogue's input that is in the stream
  int feature = -1; // dimension of the nest
  /// What the epilogue stores where it rescales and clamps and does nothing
  /// else; the shift is open.
  std::optional<kernel::RescaleAttr> stored;

  /// Where the epilogue goes on behind a clamp to 8 bits (a residual): what it
  /// does up to there, in place of `sums.rescale`, `stored` and `beside`.
  struct Part {
    mlir::Operation *last = nullptr; // of the clamp
    ColumnRescale rescale;
    kernel::RescaleAttr stored;
    llvm::SmallVector<mlir::BlockArgument> beside;
  };
  std::optional<Part> part;

  /// Leaves the parameters where they are: code of the stage reads them.
  void dropRescale();
};

/// What a strategy has kernels for.
enum class StageData {
  Bytes,
  BytesOrHalfwords, ///< as data, and as what is stored
};

/// The sums of products of data with constant weights of bytes that a nest
/// computes, one column beside the other; nullopt for others. Of which
/// dimensions positions and groups are is not looked at.
std::optional<StageSums> readSums(const Nest &nest,
                                  const Contraction &contraction,
                                  StageData data = StageData::Bytes);

/// The runs of a sum; empty where padding is not at the ends of runs.
llvm::SmallVector<Run> readRuns(const Nest &nest, const Access &data,
                                llvm::ArrayRef<unsigned> reduction);

/// What each caller gives for the operands of the sums; none if one gives no
/// constants.
llvm::SmallVector<llvm::SmallVector<mlir::ElementsAttr>>
operandsAtCallers(const StageSums &sums, const Nest &nest,
                  mlir::func::FuncOp stage);

/// The columns that each caller gives; nullopt if one gives no constants.
std::optional<std::vector<std::vector<Column>>>
columnsAtCallers(const StageSums &sums, const Nest &nest,
                 mlir::func::FuncOp stage);

/// A shift of the high word's that all callers can have, 0 where each column
/// needs its own; nullopt where rescaling takes more.
std::optional<int64_t>
commonShift(const ColumnSums &sums,
            const std::vector<std::vector<Column>> &callers, unsigned scale);
inline std::optional<int64_t>
commonShift(const ColumnSums &sums,
            const std::vector<std::vector<Column>> &callers, WeightForm form) {
  return commonShift(sums, callers, scaleOf(form));
}

/// A form in which all columns of all callers have limbs; nullopt if there is
/// none.
std::optional<LimbForm>
commonLimbs(const ColumnSums &sums,
            const std::vector<std::vector<Column>> &callers);

/// The shift of a wide rescaling, behind the 32 of the upper word, where all
/// columns of all callers have it, and one addend of whole words for each
/// caller; nullopt where there is none.
std::optional<int64_t>
wideShift(const std::vector<std::vector<Column>> &callers);

/// The form that counts signs, where the data is nothing else; null elsewhere.
const IntegerForm *signFormOf(const Access &data, const Machine &machine);

/// The argument of the stage that an access reads, from its beginning; null if
/// there is none.
mlir::BlockArgument argumentOf(const Access &access, mlir::func::FuncOp stage);

/// Bytes of scratch memory that a tile may take: what the network leaves, or,
/// where RAM is what it has least of, a part of the tensors or a few.
int64_t mostScratchBytes(const StageSums &sums, const Nest &nest,
                         const Machine &machine, int64_t share = 42,
                         int64_t small = 768);

/// The same of what is used while results are written. What the network leaves
/// counts operand and result; a result that is smaller will lie within the
/// operand, and the network may be left with less by as much: the share is
/// `within` then.
int64_t mostBytesBeside(const StageSums &sums, const Nest &nest,
                        const Machine &machine, int64_t share, int64_t within,
                        int64_t small);

} // namespace dlc::loops

#endif
