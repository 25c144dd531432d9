// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// Batch norm with a negative factor behind a quantised convolution: the second
// filter and its bias change their signs, and the rescale rises.
// CHECK-LABEL: func.func @norm(
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}3]]], {{\[\[\[}}-5]]]]> : tensor<2x1x1x1xi8>
// CHECK: %[[B:.*]] = arith.constant dense<[10, -20]> : tensor<2xi32>
// CHECK: nn.conv %{{.*}}, %[[W]], %[[B]] {accumulator = i32
// CHECK: nn.rescale
// CHECK-NOT: nn.mul
func.func @norm(%x: tensor<1x1x4x4xi8>) -> tensor<1x2x4x4xi8> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %gamma = arith.constant dense<[[[[1.0]], [[-2.0]]]]> : tensor<1x2x1x1xf32>
  %w = arith.constant dense<[[[[3]]], [[[5]]]]> : tensor<2x1x1x1xi8>
  %b = arith.constant dense<[10, 20]> : tensor<2xi32>
  %0 = nn.dequantize %x, %s : (tensor<1x1x4x4xi8>, tensor<f32>) -> tensor<1x1x4x4xf32>
  %1 = nn.dequantize %w, %one : (tensor<2x1x1x1xi8>, tensor<f32>) -> tensor<2x1x1x1xf32>
  %2 = nn.dequantize %b, %s : (tensor<2xi32>, tensor<f32>) -> tensor<2xf32>
  %3 = nn.conv %0, %1, %2 {dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  %4 = nn.mul %3, %gamma : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %5 = nn.quantize %4, %one : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xi8>
  return %5 : tensor<1x2x4x4xi8>
}

// -----

// A factor of 0, and weights with a zero point: sums with products.
// CHECK-LABEL: func.func @zero(
// CHECK: nn.mul
// CHECK-LABEL: func.func @zero_point(
// CHECK: nn.mul
func.func @zero(%x: tensor<1x8xi8>) -> tensor<1x2xi8> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %gamma = arith.constant dense<[0.0, -2.0]> : tensor<2xf32>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.mul %2, %gamma : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %4 = nn.quantize %3, %one : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi8>
  return %4 : tensor<1x2xi8>
}
func.func @zero_point(%x: tensor<1x8xi8>) -> tensor<1x2xi8> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %gamma = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %z = arith.constant dense<3> : tensor<i8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one, %z : (tensor<8x2xi8>, tensor<f32>, tensor<i8>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.mul %2, %gamma : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %4 = nn.quantize %3, %one : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi8>
  return %4 : tensor<1x2xi8>
}
