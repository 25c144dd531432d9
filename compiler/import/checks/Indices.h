//===- Indices.h - Constant indices of gathers and scatters ---------------===//
//
// Indices that the network computes are kept inside when it runs. A constant
// one outside of its dimension is a mistake in the model, and reported.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_INDICES_H
#define DLC_COMPILER_IMPORT_CHECKS_INDICES_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// Operand `indices`, when constant, indexes dimension `axis` of operand 0.
void checkIndices(Node &n, unsigned indices, int64_t axis);

/// Operand `indices` is [..., k]: tuples for the k dimensions of operand 0 that
/// follow the first `batchDims`. Checks k, and constant entries.
void checkIndexTuples(Node &n, unsigned indices, int64_t batchDims);

/// GatherElements and ScatterElements: the ranks of data and indices are the
/// same, and beside `axis` indices are not larger than data.
void checkIndexShape(Node &n, unsigned indices, int64_t axis);

} // namespace dlc::import

#endif
