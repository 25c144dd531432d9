// RUN: dlc-opt --dlc-lower-to-linalg --mlir-print-debuginfo %s | FileCheck %s

// Between stages, what only lays out memory stays for the memory plan; stages
// are lowered, and each op keeps the location of its node.

// CHECK: #[[NODE:.+]] = loc("conv_3")
// CHECK-LABEL: func.func private @conv_3
// CHECK-SAME: nn.constant
// CHECK: linalg.generic
// CHECK: } -> tensor<2x3xf32> loc(#[[NODE]])
func.func private @conv_3(%x: tensor<2x4xf32>, %w: tensor<4x3xf32> {nn.constant}) -> tensor<2x3xf32>
    attributes {nn.stage = "matmul"} {
  %0 = nn.matmul %x, %w : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32> loc("conv_3")
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @main
// CHECK: nn.reshape {{.*}} -> tensor<2x4xi8>
// CHECK: nn.slice
// CHECK: call @conv_3
// CHECK: nn.concat
func.func @main(%x: tensor<1x2x8xf32>, %u: tensor<8xui8>) -> (tensor<4x3xf32>, tensor<2x4xui8>) {
  %w = arith.constant dense<1.0> : tensor<4x3xf32>
  %r = nn.reshape %u : (tensor<8xui8>) -> tensor<2x4xui8>
  %0 = nn.reshape %x : (tensor<1x2x8xf32>) -> tensor<2x8xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 4>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %2 = call @conv_3(%1, %w) : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  %3 = nn.concat %2, %2 {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return %3, %r : tensor<4x3xf32>, tensor<2x4xui8>
}

// A network of nothing but views has no stage.

// CHECK-LABEL: func.func @views_only
// CHECK: nn.reshape
func.func @views_only(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  %0 = nn.reshape %x : (tensor<2x4xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// A function that computes something itself is lowered wholly.

// CHECK-LABEL: func.func @computes
// CHECK: tensor.collapse_shape
// CHECK-NOT: nn.reshape
func.func @computes(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  %0 = nn.reshape %x : (tensor<2x4xf32>) -> tensor<8xf32>
  %1 = nn.exp %0 : (tensor<8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}
