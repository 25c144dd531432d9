//===- Extracts.h - Elements at computed positions, as vectors --*- C++ -*-===//
//
// A body may read tensors at positions that tables hold: rows of an image that
// is resized, of a matrix that is gathered from. Along a dimension that is none
// of these the elements lie side by side, and are a vector's.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_EXTRACTS_H
#define DLC_CODEGEN_LOOPS_EXTRACTS_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// The bits of the widest element that is computed with where vectors lie along
/// dimension `dim`: all that the body extracts is then either the same or lies
/// side by side, and no position follows from it. nullopt where that is not so,
/// or nothing is extracted along it.
std::optional<int64_t> bitsOfExtracts(const Nest &nest, unsigned dim);

/// Whether the extraction `op` of a body reads neighbours along dimension
/// `dim`.
bool extractsAlong(mlir::Operation *op, int dim);

} // namespace dlc::loops

#endif
