//===- WinogradProducts.h - The products in Winograd's domain ---*- C++ -*-===//
//
// In the middle of Winograd's algorithm lies one product of matrices for each
// point of a tile, a nest like any other.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADPRODUCTS_H
#define DLC_CODEGEN_LOOPS_WINOGRADPRODUCTS_H

#include "codegen/loops/winograd/WinogradGeometry.h"
#include "codegen/loops/winograd/WinogradWeights.h"

namespace dlc::loops {

/// Winograd has to win by this much: the estimate is coarse.
inline constexpr double kWinogradMargin = 0.85;

/// How the matrices lie, [points][tiles][channels] and [points][tiles]
/// [features]; strides in elements from one point to the next.
struct WinogradMatrices {
  int64_t points, tiles, inputStride, productStride;
  mlir::Type input, product;             // elements
  mlir::Value transformed, productsMade; // null while nothing is emitted
};

/// products[p, t, f] = sum(c) transformed[p, t, c] * filter[p, c, f], its
/// filter the convolution's once it is transformed.
Nest makeProductNest(const Nest &convolution, const WinogradDimensions &dims,
                     const WinogradMatrices &matrices);

/// How the convolution's filter lies, for tiles of m x m outputs of floats.
WinogradFilter filterOf(const Nest &convolution, const WinogradDimensions &dims,
                        int64_t m);

} // namespace dlc::loops

#endif
