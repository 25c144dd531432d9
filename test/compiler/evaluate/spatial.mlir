// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// A 2x2 window over [1 2; 3 4] padded by one row above: 1*a + 2*b + 3*c + 4*d
// of the filter [1 10; 100 1000], and the bias 5.
// CHECK-LABEL: func.func @conv
// CHECK: dense<{{\[\[\[\[}}2.105000e+03], [4.326000e+03]]]]> : tensor<1x1x2x1xf32>
func.func @conv() -> tensor<1x1x2x1xf32> {
  %x = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %w = arith.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %b = arith.constant dense<5.0> : tensor<1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 1, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<1x1x2x1xf32>
  return %0 : tensor<1x1x2x1xf32>
}

// -----

// Two groups, channels last: each output channel reads one input channel.
// CHECK-LABEL: func.func @grouped_channels_last
// CHECK: dense<{{\[\[\[}}1.000000e+01, 2.000000e+02], [3.000000e+01, 4.000000e+02]]]> : tensor<1x2x2xf32>
func.func @grouped_channels_last() -> tensor<1x2x2xf32> {
  %x = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %w = arith.constant dense<[[[10.0]], [[100.0]]]> : tensor<2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 2 : i64, layout = #nn.layout<channels_last>}
    : (tensor<1x2x2xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2xf32>
  return %0 : tensor<1x2x2xf32>
}

// -----

// Stride 2 spreads the inputs, overlapping taps add up: 1*(1 10 100), then
// 2*(1 10 100) two further.
// CHECK-LABEL: func.func @conv_transpose
// CHECK: dense<{{\[\[\[}}1.000000e+00, 1.000000e+01, 1.020000e+02, 2.000000e+01, 2.000000e+02]]]>
func.func @conv_transpose() -> tensor<1x1x5xf32> {
  %x = arith.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %w = arith.constant dense<[[[1.0, 10.0, 100.0]]]> : tensor<1x1x3xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, layout = #nn.layout<channels_first>, operandSegmentSizes = array<i32: 1, 1, 0>}
    : (tensor<1x1x2xf32>, tensor<1x1x3xf32>) -> tensor<1x1x5xf32>
  return %0 : tensor<1x1x5xf32>
}

// -----

// The divisor counts padding as counted_pads says: (0 + 1) / 1, then / 2, and at
// the end (2 + 0) / 1, then / 2.
// CHECK-LABEL: func.func @avg_pool
// CHECK-DAG: dense<{{\[\[\[}}1.000000e+00, 1.500000e+00]]]>
// CHECK-DAG: dense<{{\[\[\[}}5.000000e-01, 1.500000e+00]]]>
// CHECK-DAG: dense<{{\[\[\[}}1.500000e+00, 2.000000e+00]]]>
// CHECK-DAG: dense<{{\[\[\[}}1.500000e+00, 1.000000e+00]]]>
func.func @avg_pool() -> (tensor<1x1x2xf32>, tensor<1x1x2xf32>, tensor<1x1x2xf32>, tensor<1x1x2xf32>) {
  %x = arith.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %0 = nn.avg_pool %x {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %1 = nn.avg_pool %x {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 1, 0>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %2 = nn.avg_pool %x {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %3 = nn.avg_pool %x {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 1>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return %0, %1, %2, %3 : tensor<1x1x2xf32>, tensor<1x1x2xf32>, tensor<1x1x2xf32>, tensor<1x1x2xf32>
}

// -----

// A window far larger than the input costs no more than the input: (1 + 2) / 10^6
// where padding counts; 10^12 taps end at no later time where it does not.
// CHECK-LABEL: func.func @large_window
// CHECK-DAG: dense<3.000000e-06>
// CHECK-DAG: dense<1.500000e+00>
func.func @large_window() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = arith.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %0 = nn.avg_pool %x {kernel = array<i64: 1000000>, strides = array<i64: 1>, pads = array<i64: 999998, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 999998, 0>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x1xf32>
  %1 = nn.avg_pool %x {kernel = array<i64: 1000000000000>, strides = array<i64: 1>, pads = array<i64: 999999999998, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x1xf32>
  return %0, %1 : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// -----

// Padding never wins a maximum, not even over negative numbers.
// CHECK-LABEL: func.func @max_pool
// CHECK: dense<-1.000000e+00> : tensor<1x1x2xf32>
func.func @max_pool() -> tensor<1x1x2xf32> {
  %x = arith.constant dense<[[[-1.0, -2.0]]]> : tensor<1x1x2xf32>
  %0 = nn.max_pool %x {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_first>} : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return %0 : tensor<1x1x2xf32>
}

// -----

// Half-pixel centres: 0.25 and 0.75 of the way between neighbours, clamped.
// CHECK-LABEL: func.func @resize
// CHECK: dense<[0.000000e+00, 1.000000e+00, 3.000000e+00, 4.000000e+00]>
func.func @resize() -> tensor<4xf32> {
  %x = arith.constant dense<[0.0, 4.0]> : tensor<2xf32>
  %0 = nn.resize %x {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 2.0>} : (tensor<2xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// The first row less twice the second, of which neighbours are added up.
// CHECK-LABEL: func.func @interpolate
// CHECK: dense<{{\[}}[-616, -564, 0]]> : tensor<1x3xi32>
func.func @interpolate() -> tensor<1x3xi32> {
  %x = arith.constant dense<[[100, -128], [127, 0]]> : tensor<2x2xi8>
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 0, 1>, taps = array<i64: 2, 2>, indices = [array<i32: 0, 1>, array<i32: 0, 0, 1, 1, 1, 1>], weights = [array<i32: 1, -2>, array<i32: 4, 2, 0, 0, 2, 0>]} : (tensor<2x2xi8>) -> tensor<1x3xi32>
  return %0 : tensor<1x3xi32>
}

// -----

// Segments of four from -4 on, and one from 2 on: 3 u + 1, halved; 2 (u - 1);
// 100. What lies outside is as what lies at the end.
// CHECK-LABEL: func.func @piecewise
// CHECK: dense<[0, 0, 2, 5, -2, 0, 100, 100]> : tensor<8xi16>
func.func @piecewise() -> tensor<8xi16> {
  %x = arith.constant dense<[-9, -4, -3, -1, 0, 1, 2, 9]> : tensor<8xi16>
  %0 = nn.piecewise %x {least = -4 : i64, greatest = 3 : i64, bits = 2 : i64, breaks = array<i64: 2>, coefficients = array<i32: 1, 3, -4, 4, 200, 0>, shifts = array<i64: 0>, shift = 1 : i64, storage = i16, min = -2 : i64, max = 100 : i64} : (tensor<8xi16>) -> tensor<8xi16>
  return %0 : tensor<8xi16>
}
