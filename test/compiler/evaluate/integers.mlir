// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// Eighths, halves rounded up: floor(x / 8 + 1/2), below 0 as well; clamped.
// CHECK-LABEL: func.func @rescale
// CHECK: dense<[0, 1, 1, 0, -1, 100, -100]> : tensor<7xi8>
func.func @rescale() -> tensor<7xi8> {
  %x = arith.constant dense<[3, 4, 11, -4, -5, 2147483647, -2147483648]> : tensor<7xi32>
  %m = arith.constant dense<1> : tensor<i32>
  %c = arith.constant dense<4> : tensor<i64>
  %k = arith.constant dense<3> : tensor<i8>
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = -100 : i64, max = 100 : i64} : (tensor<7xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<7xi8>
  return %0 : tensor<7xi8>
}

// -----

// Halves to even: -6/4 = -1.5, -0.5, 0.5, 1.5, 2.5, and 5/4 beside them. With a
// zero point of 3 the same results lie 3 higher, those of halves odd.
// CHECK-LABEL: func.func @halves
// CHECK-DAG: dense<[-2, 0, 0, 2, 2, 1]> : tensor<6xi8>
// CHECK-DAG: dense<[1, 3, 3, 5, 5, 4]> : tensor<6xi8>
func.func @halves() -> (tensor<6xi8>, tensor<6xi8>) {
  %x = arith.constant dense<[-6, -2, 2, 6, 10, 5]> : tensor<6xi32>
  %m = arith.constant dense<1> : tensor<i32>
  %c0 = arith.constant dense<2> : tensor<i64>
  %c3 = arith.constant dense<14> : tensor<i64>
  %k = arith.constant dense<2> : tensor<i8>
  %t = arith.constant dense<1> : tensor<i32>
  %0 = nn.rescale %x, %m, %c0, %k, %t {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<6xi32>, tensor<i32>, tensor<i64>, tensor<i8>, tensor<i32>) -> tensor<6xi8>
  %1 = nn.rescale %x, %m, %c3, %k, %t {storage = i8, min = -128 : i64, max = 127 : i64, ties_to_odd = true} : (tensor<6xi32>, tensor<i32>, tensor<i64>, tensor<i8>, tensor<i32>) -> tensor<6xi8>
  return %0, %1 : tensor<6xi8>, tensor<6xi8>
}

// -----

// One multiplier for each channel, one addend for each row.
// CHECK-LABEL: func.func @channels
// CHECK: dense<{{\[\[}}1, 10], [7, 34]]> : tensor<2x2xui8>
func.func @channels() -> tensor<2x2xui8> {
  %x = arith.constant dense<[[1, 1], [2, 3]]> : tensor<2x2xi16>
  %m = arith.constant dense<[1, 10]> : tensor<2xi32>
  %c = arith.constant dense<[[0], [5]]> : tensor<2x1xi64>
  %k = arith.constant dense<0> : tensor<1xi8>
  %0 = nn.rescale %x, %m, %c, %k {storage = ui8, min = 0 : i64, max = 34 : i64} : (tensor<2x2xi16>, tensor<2xi32>, tensor<2x1xi64>, tensor<1xi8>) -> tensor<2x2xui8>
  return %0 : tensor<2x2xui8>
}

// -----

// The largest numbers: (2^31 - 1)^2 + 2^62 - 1 >> 62 and (-2^31)(-2^31) + (2^62
// - 1) >> 61, whose sum is 2^63 - 1.
// CHECK-LABEL: func.func @limits
// CHECK: dense<[1, 3]> : tensor<2xi8>
func.func @limits() -> tensor<2xi8> {
  %x = arith.constant dense<[2147483647, -2147483648]> : tensor<2xi32>
  %m = arith.constant dense<[2147483647, -2147483648]> : tensor<2xi32>
  %c = arith.constant dense<4611686018427387903> : tensor<i64>
  %k = arith.constant dense<[62, 61]> : tensor<2xi8>
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<2xi32>, tensor<2xi32>, tensor<i64>, tensor<2xi8>) -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// Padding counts as the input's zero point: (130 - 128) * (7 - (-1)) and
// nothing beside it, the other filter (130 - 128) * (-8 - 2).
// CHECK-LABEL: func.func @conv
// CHECK: dense<{{\[\[\[}}16], [-20]]]> : tensor<1x2x1xi32>
func.func @conv() -> tensor<1x2x1xi32> {
  %x = arith.constant dense<130> : tensor<1x1x1xui8>
  %w = arith.constant dense<[[[5, 7, 5]], [[5, -8, 5]]]> : tensor<2x1x3xi4>
  %zx = arith.constant dense<128> : tensor<ui8>
  %zw = arith.constant dense<[[[-1]], [[2]]]> : tensor<2x1x1xi4>
  %0 = nn.conv %x, %w input_zero_point %zx filter_zero_point %zw {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, layout = #nn.layout<channels_first>, accumulator = i32}
    : (tensor<1x1x1xui8>, tensor<2x1x3xi4>, tensor<ui8>, tensor<2x1x1xi4>) -> tensor<1x2x1xi32>
  return %0 : tensor<1x2x1xi32>
}

// -----

// The bias is in units of the products.
// CHECK-LABEL: func.func @conv_bias
// CHECK: dense<-3> : tensor<1x1x1xi64>
func.func @conv_bias() -> tensor<1x1x1xi64> {
  %x = arith.constant dense<-3> : tensor<1x1x1xi16>
  %w = arith.constant dense<-1> : tensor<1x1x1xi2>
  %b = arith.constant dense<-6> : tensor<1xi64>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>, accumulator = i64}
    : (tensor<1x1x1xi16>, tensor<1x1x1xi2>, tensor<1xi64>) -> tensor<1x1x1xi64>
  return %0 : tensor<1x1x1xi64>
}

// -----

// Accumulators wrap: four products of 2^30.
// CHECK-LABEL: func.func @matmul_wraps
// CHECK: dense<0> : tensor<1x1xi32>
func.func @matmul_wraps() -> tensor<1x1xi32> {
  %a = arith.constant dense<-32768> : tensor<1x4xi16>
  %0 = arith.constant dense<-32768> : tensor<4x1xi16>
  %1 = nn.matmul %a, %0 {accumulator = i32} : (tensor<1x4xi16>, tensor<4x1xi16>) -> tensor<1x1xi32>
  return %1 : tensor<1x1xi32>
}

// -----

// Zero points of rows and of columns: [1 2; 3 4] - [1; 3] and [10 20] - [10 10].
// CHECK-LABEL: func.func @matmul_zero_points
// CHECK: dense<{{\[\[}}0, 10], [0, 10]]> : tensor<2x2xi32>
func.func @matmul_zero_points() -> tensor<2x2xi32> {
  %a = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xui8>
  %b = arith.constant dense<[[10, 20], [10, 20]]> : tensor<2x2xi8>
  %za = arith.constant dense<[[1], [3]]> : tensor<2x1xui8>
  %zb = arith.constant dense<10> : tensor<2xi8>
  %0 = nn.matmul %a, %b lhs_zero_point %za rhs_zero_point %zb {accumulator = i32} : (tensor<2x2xui8>, tensor<2x2xi8>, tensor<2x1xui8>, tensor<2xi8>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// Sums of what lies inside the windows, less as many zero points.
// CHECK-LABEL: func.func @pool
// CHECK: dense<{{\[\[\[}}-1], [-1], [1]]]> : tensor<1x3x1xi32>
func.func @pool() -> tensor<1x3x1xi32> {
  %x = arith.constant dense<[[[9], [10]]]> : tensor<1x2x1xi8>
  %z = arith.constant dense<10> : tensor<i8>
  %y = arith.constant dense<[[[9], [10], [11]]]> : tensor<1x3x1xi8>
  %0 = nn.avg_pool %x, %z {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 0>, layout = #nn.layout<channels_last>, accumulator = i32} : (tensor<1x2x1xi8>, tensor<i8>) -> tensor<1x2x1xi32>
  %1 = nn.reduce %y, %z {kind = #nn.reduce_kind<sum>, axes = array<i64: 2>, keepdims = true, accumulator = i32} : (tensor<1x3x1xi8>, tensor<i8>) -> tensor<1x3x1xi32>
  %2 = nn.slice %1 {starts = array<i64: 0, 2, 0>, sizes = array<i64: 1, 1, 1>, steps = array<i64: 1, 1, 1>} : (tensor<1x3x1xi32>) -> tensor<1x1x1xi32>
  %3 = nn.concat %0, %2 {axis = 1 : i64} : (tensor<1x2x1xi32>, tensor<1x1x1xi32>) -> tensor<1x3x1xi32>
  return %3 : tensor<1x3x1xi32>
}

// -----

// Element by element: of signed and unsigned integers of different widths.
// CHECK-LABEL: func.func @elementwise
// CHECK-DAG: dense<[327, -383]> : tensor<2xi16>
// CHECK-DAG: dense<[32385, -32640]> : tensor<2xi32>
// CHECK-DAG: dense<[128, 383]> : tensor<2xi16>
func.func @elementwise() -> (tensor<2xi16>, tensor<2xi32>, tensor<2xi16>) {
  %a = arith.constant dense<[127, -128]> : tensor<2xi8>
  %b = arith.constant dense<255> : tensor<2xui8>
  %s = arith.constant dense<[200, -255]> : tensor<2xi16>
  %0 = nn.add %a, %s {accumulator = i16} : (tensor<2xi8>, tensor<2xi16>) -> tensor<2xi16>
  %1 = nn.mul %a, %b {accumulator = i32} : (tensor<2xi8>, tensor<2xui8>) -> tensor<2xi32>
  %2 = nn.sub %b, %a {accumulator = i16} : (tensor<2xui8>, tensor<2xi8>) -> tensor<2xi16>
  return %0, %1, %2 : tensor<2xi16>, tensor<2xi32>, tensor<2xi16>
}

// -----

// Integers of 4 bits are quantised to, saturating, and read.
// CHECK-LABEL: func.func @four_bits
// CHECK-DAG: dense<[-8, 7, -1]> : tensor<3xi4>
// CHECK-DAG: dense<[-8.000000e+00, 7.000000e+00, -1.000000e+00]> : tensor<3xf32>
func.func @four_bits() -> (tensor<3xi4>, tensor<3xf32>) {
  %x = arith.constant dense<[-9.0, 100.0, -1.0]> : tensor<3xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %0 = nn.quantize %x, %s : (tensor<3xf32>, tensor<f32>) -> tensor<3xi4>
  %1 = nn.dequantize %0, %s : (tensor<3xi4>, tensor<f32>) -> tensor<3xf32>
  return %0, %1 : tensor<3xi4>, tensor<3xf32>
}
