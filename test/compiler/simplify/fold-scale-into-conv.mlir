// RUN: dlc-opt %s --dlc-fold-scale-into-conv --dlc-fold-constants --split-input-file | FileCheck %s

// A decomposed batch normalisation: filter and bias are scaled, then shifted.
// CHECK-LABEL: func.func @batch_norm
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}9.000000e+00]], {{\[\[}}1.200000e+01]]]]> : tensor<2x2x1x1xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[3.000000e+00, 5.000000e+00]> : tensor<2xf32>
// CHECK: %[[R:.*]] = nn.conv %arg0, %[[W]], %[[B]]
// CHECK-NEXT: return %[[R]]
func.func @batch_norm(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = arith.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %t = arith.constant dense<[[[1.0]], [[-1.0]]]> : tensor<2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %2 = nn.add %1, %t : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// Subtraction and division too; a convolution without a bias gets one.
// CHECK-LABEL: func.func @sub_div
// CHECK-DAG: %[[W:.*]] = arith.constant dense<2.500000e-01> : tensor<2x2x1x1xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[-2.500000e-01, -5.000000e-01]> : tensor<2xf32>
// CHECK: nn.conv %arg0, %[[W]], %[[B]]
// CHECK-NOT: = nn.
func.func @sub_div(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %t = arith.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %s = arith.constant dense<4.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.sub %0, %t : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %2 = nn.div %1, %s : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// Channels last: the last dimension is the filter's first.
// CHECK-LABEL: func.func @channels_last
// CHECK: arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}3.000000e+00]]]]>
// CHECK: nn.conv
// CHECK-NOT: nn.mul
func.func @channels_last(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_last>}
    : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x4x4x2xf32>
  %1 = nn.mul %0, %s : (tensor<1x4x4x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  return %1 : tensor<1x4x4x2xf32>
}

// -----

// Before a convolution without padding: scale into its input channels, offset
// into the bias (1 * 5 + 2 * 7 + 40 = 59), beside which it is small.
// CHECK-LABEL: func.func @before
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+01]], {{\[\[}}4.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<5.900000e+01> : tensor<1xf32>
// CHECK: nn.conv %arg0, %[[W]], %[[B]]
// CHECK-NOT: = nn.
func.func @before(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[[[10.0]], [[20.0]]]> : tensor<2x1x1xf32>
  %t = arith.constant dense<[[[5.0]], [[7.0]]]> : tensor<2x1x1xf32>
  %0 = nn.mul %x, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.add %0, %t : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %b = arith.constant dense<40.0> : tensor<1xf32>
  %2 = nn.conv %1, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %2 : tensor<1x1x4x4xf32>
}

// -----

// A dense layer's batch normalisation: through the bias to the weights.
// CHECK-LABEL: func.func @matmul
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}1.000000e+01, 4.000000e+01]]> : tensor<1x2xf32>
// CHECK-DAG: %[[T:.*]] = arith.constant dense<[3.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[M:.*]] = nn.matmul %arg0, %[[W]]
// CHECK: nn.add %[[M]], %[[T]]
// CHECK-NEXT: return
func.func @matmul(%x: tensor<3x1xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %t = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %s = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x1xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %1 = nn.add %0, %t : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %2 = nn.mul %1, %s : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// CHECK-LABEL: func.func @conv_transpose
// CHECK: arith.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}3.000000e+00]]]]> : tensor<1x2x1x1xf32>
// CHECK: nn.conv_transpose
// CHECK-NOT: nn.mul
func.func @conv_transpose(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, group = 1 : i64, layout = #nn.layout<channels_first>, operandSegmentSizes = array<i32: 1, 1, 0>}
    : (tensor<1x1x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %1 : tensor<1x2x4x4xf32>
}

// -----

// Not folded: padding is 0 after the addition, not before.
// CHECK-LABEL: func.func @offset_before_padding
// CHECK: nn.add
func.func @offset_before_padding(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x6x6xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %t = arith.constant dense<5.0> : tensor<f32>
  %0 = nn.add %x, %t : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x6x6xf32>
}

// -----

// Not folded: another op needs the convolution's own result.
// CHECK-LABEL: func.func @used_twice
// CHECK: nn.conv
// CHECK: nn.mul
func.func @used_twice(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<5.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %0, %1 : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>
}

// -----

// Not folded: the filter is computed.
// CHECK-LABEL: func.func @filter_not_constant
// CHECK: nn.conv
// CHECK: nn.mul
func.func @filter_not_constant(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32> {
  %s = arith.constant dense<5.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the factor differs from row to row.
// CHECK-LABEL: func.func @spatial_factor
// CHECK: nn.conv
// CHECK: nn.mul
func.func @spatial_factor(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<[[5.0], [6.0]]> : tensor<2x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %1 = nn.mul %0, %s : (tensor<1x1x2x2xf32>, tensor<2x1xf32>) -> tensor<1x1x2x2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// -----

// Not folded: one channel becomes two.
// CHECK-LABEL: func.func @broadcasts_the_result
// CHECK: nn.conv
// CHECK: nn.mul
func.func @broadcasts_the_result(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<[[[5.0]], [[6.0]]]> : tensor<2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %1 = nn.mul %0, %s : (tensor<1x1x2x2xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// Not folded: output channels of a grouped transposed filter lie in two dimensions.
// CHECK-LABEL: func.func @grouped_conv_transpose
// CHECK: nn.conv_transpose
// CHECK: nn.mul
func.func @grouped_conv_transpose(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, group = 2 : i64, layout = #nn.layout<channels_first>, operandSegmentSizes = array<i32: 1, 1, 0>}
    : (tensor<1x2x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %1 : tensor<1x2x4x4xf32>
}

// -----

// A divisor divides the weights: its reciprocal, 3e-39, would be denormal.
// CHECK-LABEL: func.func @quotients
// CHECK: arith.constant dense<3.33333339E-9>
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @quotients(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.0e+30> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<3.0e+38> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.div %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// A weight that is 0 stays 0, whatever the factor.
// CHECK-LABEL: func.func @zero_weights
// CHECK: arith.constant dense<0.000000e+00>
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @zero_weights(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.0> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e+38> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}
