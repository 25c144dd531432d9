//===- WinogradProducts.cpp - The products in Winograd's domain -----------===//

#include "codegen/loops/winograd/WinogradProducts.h"

namespace dlc::loops {

Nest makeProductNest(const Nest &convolution, const WinogradDimensions &dims,
                     const WinogradMatrices &matrices) {
  Nest product;
  product.module = convolution.module;
  product.root = convolution.root;
  product.sizes = {matrices.points, matrices.tiles, dims.features,
                   dims.channels};
  product.reduction = {false, false, false, true};
  product.inits = convolution.inits;
  Access left = convolution.inputs[0], right = convolution.inputs[1], output;
  left.guards.clear();
  left.buffer = Buffer();
  left.buffer.flat = matrices.transformed;
  left.buffer.element = matrices.input;
  left.address = {{matrices.inputStride, dims.channels, 0, 1}, 0};
  right.address = {{dims.channels * dims.features, 0, 1, dims.features}, 0};
  right.buffer.element = matrices.input;
  output.buffer.element = matrices.product;
  output.buffer.flat = matrices.productsMade;
  output.address = {{matrices.productStride, dims.features, 1, 0}, 0};
  product.inputs = {left, right};
  product.outputs = {output};
  return product;
}

WinogradFilter filterOf(const Nest &convolution, const WinogradDimensions &dims,
                        int64_t m) {
  const Linear &address = convolution.inputs[1].address;
  llvm::ArrayRef<int64_t> c = address.coefficients;
  return {m,
          dims.channels,
          dims.features,
          c[dims.channel],
          c[dims.feature],
          c[dims.kernelRow],
          c[dims.kernelColumn],
          address.constant,
          {}};
}

} // namespace dlc::loops
