// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// The network's edge: floats that nothing dequantised.
// CHECK-LABEL: func.func @float_input(
// CHECK: nn.quantize
func.func @float_input(%x: tensor<4xf32>) -> tensor<4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = nn.quantize %0, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// CHECK-LABEL: func.func @scale_that_is_computed(
// CHECK: nn.quantize
func.func @scale_that_is_computed(%x: tensor<4xi8>, %s: tensor<f32>) -> tensor<4xi8> {
  %t = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
  %1 = nn.quantize %0, %t, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// CHECK-LABEL: func.func @scale_of_zero(
// CHECK: nn.quantize
func.func @scale_of_zero(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<0.0> : tensor<f32>
  %t = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
  %1 = nn.quantize %0, %t, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// Weights with a scale for each row that is summed over.
// CHECK-LABEL: func.func @scales_along_the_sum(
// CHECK: nn.matmul {{.*}} -> tensor<1x1xf32>
func.func @scales_along_the_sum(%x: tensor<1x2xi8>) -> tensor<1x1xi8> {
  %w = arith.constant dense<1> : tensor<2x1xi8>
  %s = arith.constant dense<0.1> : tensor<f32>
  %sw = arith.constant dense<[0.1, 0.2]> : tensor<2xf32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %1 = nn.dequantize %w, %sw {axis = 0 : i64} : (tensor<2x1xi8>, tensor<2xf32>) -> tensor<2x1xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  %3 = nn.quantize %2, %s, %z : (tensor<1x1xf32>, tensor<f32>, tensor<i8>) -> tensor<1x1xi8>
  return %3 : tensor<1x1xi8>
}

// -----

// Weights that are floats: kws_fp32 with a quantised result would be one.
// CHECK-LABEL: func.func @float_weights(
// CHECK: nn.matmul {{.*}} -> tensor<1x1xf32>
func.func @float_weights(%x: tensor<1x2xi8>) -> tensor<1x1xi8> {
  %w = arith.constant dense<1.0> : tensor<2x1xf32>
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %2 = nn.matmul %0, %w : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  %3 = nn.quantize %2, %s, %z : (tensor<1x1xf32>, tensor<f32>, tensor<i8>) -> tensor<1x1xi8>
  return %3 : tensor<1x1xi8>
}

// -----

// Padding with a number that no integer stands for stays behind the operand's
// scale; before the result's it is rounded, as it would be behind.
// CHECK-LABEL: func.func @padding_between(
// CHECK: nn.matmul {{.*}} -> tensor<2x1xf32>
func.func @padding_between(%x: tensor<1x2xi8>) -> tensor<2x1xi8> {
  %w = arith.constant dense<1> : tensor<2x1xi8>
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %v = arith.constant dense<0.25> : tensor<f32>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %1 = nn.pad %0, %v {pads = array<i64: 1, 0, 0, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %2 = nn.dequantize %w, %s : (tensor<2x1xi8>, tensor<f32>) -> tensor<2x1xf32>
  %3 = nn.matmul %1, %2 : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %4 = nn.quantize %3, %s, %z : (tensor<2x1xf32>, tensor<f32>, tensor<i8>) -> tensor<2x1xi8>
  return %4 : tensor<2x1xi8>
}

// -----

// A bound between two numbers that integers stand for.
// CHECK-LABEL: func.func @bound_between(
// CHECK: nn.matmul {{.*}} -> tensor<1x1xf32>
func.func @bound_between(%x: tensor<1x2xi8>) -> tensor<1x1xi8> {
  %w = arith.constant dense<1> : tensor<2x1xi8>
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %1 = nn.clip %0 {max = 0.25 : f64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = nn.dequantize %w, %s : (tensor<2x1xi8>, tensor<f32>) -> tensor<2x1xf32>
  %3 = nn.matmul %1, %2 : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  %4 = nn.quantize %3, %s, %z : (tensor<1x1xf32>, tensor<f32>, tensor<i8>) -> tensor<1x1xi8>
  return %4 : tensor<1x1xi8>
}

// -----

// A table of 2^16 entries is none.
// CHECK-LABEL: func.func @table_of_16_bits(
// CHECK: nn.sigmoid
// CHECK: nn.quantize
func.func @table_of_16_bits(%x: tensor<1x4xi16>) -> tensor<1x4xi8> {
  %s = arith.constant dense<0.01> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi16>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x4xi8>
  return %2 : tensor<1x4xi8>
}

// -----

// A function of two tensors.
// CHECK-LABEL: func.func @two_tensors(
// CHECK: nn.sigmoid
// CHECK: nn.mul
// CHECK: nn.quantize
func.func @two_tensors(%x: tensor<1x4xi8>, %y: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi8>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.dequantize %y, %s : (tensor<1x4xi8>, tensor<f32>) -> tensor<1x4xf32>
  %2 = nn.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = nn.mul %1, %2 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = nn.quantize %3, %s, %z : (tensor<1x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x4xi8>
  return %4 : tensor<1x4xi8>
}
