//===- IntegerSparse.h - Weights without those that are 0 -------*- C++ -*-===//
//
// Networks that were pruned have weights that are mostly 0. Of a column's
// groups of neighbouring weights those are stored that are not all 0, and their
// places within segments of 256 groups, a byte each. Where no more than 16
// values are left of all columns a weight is a code of four bits.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERSPARSE_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERSPARSE_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

/// Segments of a column with so many weights.
int64_t segmentsOf(int64_t weights, int64_t group);

/// How many weights are not 0.
int64_t nonzeros(llvm::ArrayRef<Column> columns);

/// What is not 0 of some columns, in the one form that `instructions` store;
/// nullopt where a segment has more than a byte counts, weights (less their
/// zero point) are no bytes, or more values than there are codes.
std::optional<SparseBytes> sparseBytes(llvm::ArrayRef<Column> columns,
                                       const IntegerForm &instructions);

/// Instructions of all columns' segments.
int64_t sparseInstructions(llvm::ArrayRef<Column> columns,
                           const IntegerForm &instructions);

/// Gives columns that are rescaled alike one range of sums, so that they have
/// one factor; false where they are not.
bool shareRange(const ColumnSums &sums, std::vector<Column> &columns);

/// Words of them, and of how many weights there are.
int64_t sparseWords(SparseBytes bytes);

/// How many bytes of weights there is room for, weights, filled up to them,
/// then places, as kernel.sparse_columns reads them; in whole words.
std::vector<char> encodeSparse(llvm::ArrayRef<Column> columns,
                               const IntegerForm &instructions,
                               SparseBytes room);

} // namespace dlc::loops

#endif
