// RUN: dlc-opt %s --dlc-mark-costs | FileCheck %s

// 4 x 4 x 8 results, each a sum of 3 x 3 x 2 products; a bias is one addition
// for each result, and so is what is applied to it.
// CHECK: func.func private @conv({{.*}}) -> tensor<1x4x4x8xf32> attributes {nn.flops = 4864 : i64, nn.macs = 2304 : i64}
func.func private @conv(%x: tensor<1x4x4x2xf32>, %w: tensor<8x2x3x3xf32>, %b: tensor<8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xf32>, tensor<8x2x3x3xf32>, tensor<8xf32>) -> tensor<1x4x4x8xf32>
  %1 = nn.relu %0 : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// CHECK: func.func private @product({{.*}}) -> tensor<1x4xf32> attributes {nn.flops = 64 : i64, nn.macs = 32 : i64}
func.func private @product(%x: tensor<1x8xf32>, %w: tensor<8x4xf32>) -> tensor<1x4xf32> {
  %0 = nn.matmul %x, %w : (tensor<1x8xf32>, tensor<8x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// A window of 2 x 2 for each of 2 x 2 x 2 results; no products.
// CHECK: func.func private @pool({{.*}}) -> tensor<1x2x2x2xf32> attributes {nn.flops = 32 : i64}
func.func private @pool(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// What computes nothing is not marked.
// CHECK: func.func private @moves(%{{.*}}: tensor<2x4xf32>) -> tensor<4x2xf32> {
func.func private @moves(%x: tensor<2x4xf32>) -> tensor<4x2xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x4xf32>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}
