// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// 0.5 and 1.5 quotients round to even, before the zero point is added; what
// is out of range saturates.
// CHECK-LABEL: func.func @per_tensor
// CHECK: dense<[10, 12, 0, 255]> : tensor<4xui8>
func.func @per_tensor() -> tensor<4xui8> {
  %x = arith.constant dense<[1.0, 3.0, -100.0, 1000.0]> : tensor<4xf32>
  %s = arith.constant dense<2.0> : tensor<f32>
  %z = arith.constant dense<10> : tensor<ui8>
  %0 = nn.quantize %x, %s, %z {operandSegmentSizes = array<i32: 1, 1, 1>, axis = 0 : i64} : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// One scale for each position of axis 1, without zero points.
// CHECK-LABEL: func.func @per_axis
// CHECK-DAG: dense<{{\[\[}}2, 1], [-4, -2]]> : tensor<2x2xi8>
// CHECK-DAG: dense<{{\[\[}}1.000000e+00, 1.000000e+00], [-2.000000e+00, -2.000000e+00]]> : tensor<2x2xf32>
func.func @per_axis() -> (tensor<2x2xi8>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[1.0, 1.0], [-2.0, -2.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %0 = nn.quantize %x, %s {operandSegmentSizes = array<i32: 1, 1, 0>, axis = 1 : i64} : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xi8>
  %1 = nn.dequantize %0, %s {operandSegmentSizes = array<i32: 1, 1, 0>, axis = 1 : i64} : (tensor<2x2xi8>, tensor<2xf32>) -> tensor<2x2xf32>
  return %0, %1 : tensor<2x2xi8>, tensor<2x2xf32>
}

// -----

// 0.25 over the half-precision 0.1 is 2.5006, which is 2.5 in half precision.
// CHECK-LABEL: func.func @half
// CHECK: dense<[2, 12, 22, 8]> : tensor<4xi8>
func.func @half() -> tensor<4xi8> {
  %x = arith.constant dense<[0.25, 1.25, 2.25, 0.8]> : tensor<4xf16>
  %s = arith.constant dense<0.1> : tensor<f16>
  %0 = nn.quantize %x, %s {operandSegmentSizes = array<i32: 1, 1, 0>, axis = 0 : i64} : (tensor<4xf16>, tensor<f16>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
