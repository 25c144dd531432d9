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

// The square root is too steep at zero for a polynomial; of 8 bits it is a table.
// CHECK-LABEL: func.func @root_of_16_bits(
// CHECK: nn.sqrt
// CHECK: nn.quantize
func.func @root_of_16_bits(%x: tensor<1x4xi16>) -> tensor<1x4xi16> {
  %s = arith.constant dense<0.01> : tensor<f32>
  %t = arith.constant dense<0.00055> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i16>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi16>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.sqrt %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x4xf32>, tensor<f32>, tensor<i16>) -> tensor<1x4xi16>
  return %2 : tensor<1x4xi16>
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

// -----

// A constant with more elements than the tensor: sums would leave some out.
// CHECK-LABEL: func.func @larger_constant(
// CHECK: nn.add
// CHECK: nn.reduce
// CHECK: nn.quantize
func.func @larger_constant(%x: tensor<1x1xi8>) -> tensor<1x1xi8> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %c = arith.constant dense<1.0> : tensor<1x4xf32>
  %0 = nn.dequantize %x, %s : (tensor<1x1xi8>, tensor<f32>) -> tensor<1x1xf32>
  %1 = nn.add %0, %c : (tensor<1x1xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.reduce %1 {axes = array<i64: 1>, keepdims = true, kind = #nn.reduce_kind<sum>} : (tensor<1x4xf32>) -> tensor<1x1xf32>
  %3 = nn.quantize %2, %s : (tensor<1x1xf32>, tensor<f32>) -> tensor<1x1xi8>
  return %3 : tensor<1x1xi8>
}

// -----

// The same at once, and of signs.
// CHECK-LABEL: func.func @larger_result(
// CHECK: nn.quantize {{.*}} -> tensor<4x1xi8>
// CHECK-LABEL: func.func @larger_sign(
// CHECK: nn.compare {{.*}} -> tensor<4x1xi1>
func.func @larger_result(%x: tensor<1x1xi8>) -> tensor<4x1xi8> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %c = arith.constant dense<1.0> : tensor<4x1xf32>
  %0 = nn.dequantize %x, %s : (tensor<1x1xi8>, tensor<f32>) -> tensor<1x1xf32>
  %1 = nn.add %0, %c : (tensor<1x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %2 = nn.quantize %1, %s : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xi8>
  return %2 : tensor<4x1xi8>
}
func.func @larger_sign(%x: tensor<1x8xi8>) -> tensor<4x1xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<4x1xf32>
  %p = arith.constant dense<1> : tensor<i8>
  %m = arith.constant dense<-1> : tensor<i8>
  %w = arith.constant dense<1> : tensor<8x1xi8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x1xi8>, tensor<f32>) -> tensor<8x1xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x1xf32>) -> tensor<1x1xf32>
  %3 = nn.compare %2, %zero {predicate = #nn.predicate<ge>} : (tensor<1x1xf32>, tensor<4x1xf32>) -> tensor<4x1xi1>
  %4 = nn.select %3, %p, %m : (tensor<4x1xi1>, tensor<i8>, tensor<i8>) -> tensor<4x1xi8>
  %5 = nn.dequantize %4, %one : (tensor<4x1xi8>, tensor<f32>) -> tensor<4x1xf32>
  return %5 : tensor<4x1xf32>
}

// -----

// A bias that is no fraction stays a float: it once became NaN.
// CHECK-LABEL: func.func @tiny_bias(
// CHECK: arith.constant dense<[1.000000e+00, 1.234500e-33]>
// CHECK-NOT: 0xFFC00000
func.func @tiny_bias(%x: tensor<1x1x2x2xi8>) -> tensor<1x2x2x2xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %w = arith.constant dense<1> : tensor<2x1x1x1xi8>
  %b = arith.constant dense<[1.0, 1.2345e-33]> : tensor<2xf32>
  %0 = nn.dequantize %x, %s : (tensor<1x1x2x2xi8>, tensor<f32>) -> tensor<1x1x2x2xf32>
  %1 = nn.dequantize %w, %s : (tensor<2x1x1x1xi8>, tensor<f32>) -> tensor<2x1x1x1xf32>
  %2 = nn.conv %0, %1, %b {dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %2 : tensor<1x2x2x2xf32>
}
