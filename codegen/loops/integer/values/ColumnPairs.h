//===- ColumnPairs.h - Weights of two columns in a word ---------*- C++ -*-===//
//
// `w0 + 65536 w1`: one product of 32 bits is those of two columns. Products of
// two neighbouring elements are added up before the columns are taken apart, so
// they have to fit half a word; all pairs of weights do but two of -128.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_COLUMNPAIRS_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_COLUMNPAIRS_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

/// Whether columns come in pairs, and the sums of two elements' products fit,
/// which are bytes with a sign, or 128 less.
bool canPair(llvm::ArrayRef<Column> columns);

/// [two steps][pairs of columns][steps]; an odd last step is alone.
std::vector<uint32_t> encodePairs(llvm::ArrayRef<Column> block, int64_t steps);

/// What the sums of words and those of upper halves start with, of what those
/// of each column would.
void pairStarts(llvm::MutableArrayRef<int64_t> starts);

} // namespace dlc::loops

#endif
