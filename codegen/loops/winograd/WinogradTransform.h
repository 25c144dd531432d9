//===- WinogradTransform.h - Winograd's three linear maps -------*- C++ -*-===//
//
// F(m x m, 3 x 3) computes m x m outputs of a 3x3 convolution from a tile of
// (m+2) x (m+2) inputs with (m+2)^2 multiplications (Lavin and Gray 2015). For
// m = 2 the points are 0, 1, -1 and infinity, for m = 4 see kA and kB.
//
//   output = A^T [ (G filter G^T) . (B^T tile B) ] A
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADTRANSFORM_H
#define DLC_CODEGEN_LOOPS_WINOGRADTRANSFORM_H

#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// Values of a tile in row-major order; null stands for zero.
using Tile = llvm::SmallVector<mlir::Value>;

/// B^T tile B, (m+2) x (m+2) scalars or vectors to as many.
Tile emitInputTransform(mlir::OpBuilder &builder, mlir::Location loc, int64_t m,
                        Tile tile);

/// A^T products A, (m+2) x (m+2) to m x m.
Tile emitOutputTransform(mlir::OpBuilder &builder, mlir::Location loc,
                         int64_t m, Tile products);

/// G filter G^T for one 3x3 filter in row-major order, in double precision;
/// writes (m+2)^2 numbers in row-major order.
void transformFilter(int64_t m, const double filter[9], double *result);

/// The row of G for a point, in the order of a tile's: 3 coefficients.
const double *filterCoefficients(int64_t m, int64_t point);

} // namespace dlc::loops

#endif
