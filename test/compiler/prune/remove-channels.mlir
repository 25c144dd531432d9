// RUN: dlc-opt %s --dlc-remove-channels --split-input-file | FileCheck %s

// Channel 1 is 0.5: 4 * 0.5 and 6 * 0.5 go into the bias.
// CHECK: nn.notes = ["channels that are constant or that nothing reads are left out: 1 of 4 channels, 3 of 6 weights, 12 of 24 multiply-accumulates"]
// CHECK-LABEL: func.func @into_bias
// CHECK: %[[W:.*]] = arith.constant dense<2.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: %[[B:.*]] = arith.constant dense<1.000000e+00> : tensor<1xf32>
// CHECK: %[[X:.*]] = nn.conv %arg0, %[[W]], %[[B]] {{.*}} -> tensor<1x1x2x2xf32>
// CHECK: %[[V:.*]] = arith.constant dense<{{\[\[}}{{\[\[}}3.000000e+00]]], {{\[\[\[}}5.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[C:.*]] = arith.constant dense<[1.200000e+01, 2.300000e+01]> : tensor<2xf32>
// CHECK: nn.conv %[[X]], %[[V]], %[[C]] {{.*}} -> tensor<1x2x2x2xf32>
func.func @into_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = arith.constant dense<[[[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]]]> : tensor<2x2x1x1xf32>
  %c = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %1 = nn.conv %0, %v, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// The bias of a convolution that had none.
// CHECK-LABEL: func.func @new_bias
// CHECK: %[[X:.*]] = nn.conv %arg0
// CHECK: %[[C:.*]] = arith.constant dense<2.000000e+00> : tensor<1xf32>
// CHECK: nn.conv %[[X]], %{{.*}}, %[[C]] {{.*}} -> tensor<1x1x2x2xf32>
func.func @new_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = arith.constant dense<[[[[3.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x2x2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// -----

// Channel 1 is 1 inside and reads zeros outside: 1 for each of its 2 or 3 columns
// inside. A map of 1x3 for 1 filter takes 3 numbers, 1 * 3 + 2 weights go.
// CHECK-LABEL: func.func @into_map
// CHECK: %[[X:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x1x3xf32>
// CHECK: %[[Y:.*]] = nn.conv %[[X]], %{{[^,]*}} {{.*}} : (tensor<1x1x1x3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
// CHECK: %[[M:.*]] = arith.constant dense<{{\[\[\[\[}}1.200000e+01, 1.300000e+01, 1.200000e+01]]]]> : tensor<1x1x1x3xf32>
// CHECK: nn.add %[[Y]], %[[M]]
func.func @into_map(%x: tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %v = arith.constant dense<[[[[3.0, 4.0, 5.0]], [[1.0, 1.0, 1.0]]]]> : tensor<1x2x1x3xf32>
  %c = arith.constant dense<10.0> : tensor<1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x3xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x3xf32>
  %1 = nn.conv %0, %v, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1xf32>) -> tensor<1x1x1x3xf32>
  return %1 : tensor<1x1x1x3xf32>
}

// -----

// Padding is 0, and so is a channel that a relu cut: nothing to add at all.
// CHECK-LABEL: func.func @zero_channel
// CHECK: %[[C:.*]] = arith.constant dense<1.000000e+01> : tensor<1xf32>
// CHECK: nn.relu {{.*}} -> tensor<1x1x1x3xf32>
// CHECK: nn.conv %{{.*}}, %{{.*}}, %[[C]]
// CHECK-NOT: nn.add
func.func @zero_channel(%x: tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[1.0e-30]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, -0.01]> : tensor<2xf32>
  %v = arith.constant dense<[[[[3.0, 4.0, 5.0]], [[1.0, 1.0, 1.0]]]]> : tensor<1x2x1x3xf32>
  %c = arith.constant dense<10.0> : tensor<1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x3xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x3xf32>
  %r = nn.relu %0 : (tensor<1x2x1x3xf32>) -> tensor<1x2x1x3xf32>
  %1 = nn.conv %r, %v, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1xf32>) -> tensor<1x1x1x3xf32>
  return %1 : tensor<1x1x1x3xf32>
}

// -----

// Nobody reads channel 0 of the sum: it goes in both operands, through the
// depthwise convolution of the one and the pool of the other.
// CHECK-LABEL: func.func @unread_channel
// CHECK: %[[A:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x3x3xf32>
// CHECK: %[[D:.*]] = nn.conv %[[A]], {{.*}} (tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
// CHECK: %[[B:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x3x3xf32>
// CHECK: %[[P:.*]] = nn.max_pool %[[B]] {{.*}} -> tensor<1x1x3x3xf32>
// CHECK: %[[S:.*]] = nn.add %[[D]], %[[P]] {{.*}} -> tensor<1x1x3x3xf32>
// CHECK: nn.conv %[[S]], {{.*}} (tensor<1x1x3x3xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x3xf32>
func.func @unread_channel(%x: tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %d = arith.constant dense<0.5> : tensor<2x1x3x3xf32>
  %v = arith.constant dense<[[[[0.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x3x3xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x3x3xf32>
  %1 = nn.conv %0, %d {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x3x3xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x3x3xf32>
  %2 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x3x3xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x3x3xf32>
  %3 = nn.max_pool %2 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %4 = nn.add %1, %3 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %5 = nn.conv %4, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x3x3xf32>
  return %5 : tensor<1x1x3x3xf32>
}

// -----

// Channel 0 of the first part and 1 of the second are constants; the constant
// part goes as a whole: 1 * 3 + 2 * 5 + 2 * 6 + 2 * 7.
// CHECK-LABEL: func.func @concat
// CHECK: %[[A:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: %[[B:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: %[[J:.*]] = nn.concat %[[A]], %[[B]] {axis = 1 : i64} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x1x1xf32>
// CHECK: %[[C:.*]] = arith.constant dense<3.900000e+01> : tensor<1xf32>
// CHECK: nn.conv %[[J]], %{{.*}}, %[[C]]
func.func @concat(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w0 = arith.constant dense<[[[[0.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %w1 = arith.constant dense<[[[[3.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x1x1xf32>
  %v = arith.constant dense<[[[[3.0]], [[4.0]], [[1.0]], [[5.0]], [[6.0]], [[7.0]]]]> : tensor<1x6x1x1xf32>
  %0 = nn.conv %x, %w0, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %x, %w1, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.concat %0, %1, %k {axis = 1 : i64} : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x6x1x1xf32>
  %3 = nn.conv %2, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x6x1x1xf32>, tensor<1x6x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %3 : tensor<1x1x1x1xf32>
}

// -----

// Flattened, a channel is four rows of the weights: 4 * 0.5 * 1. The sum joins
// the bias that is added behind the product, which has no bias of its own.
// CHECK-LABEL: func.func @flatten
// CHECK: %[[X:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x2x2xf32>
// CHECK: %[[F:.*]] = nn.reshape %[[X]] : (tensor<1x1x2x2xf32>) -> tensor<1x4xf32>
// CHECK: %[[P:.*]] = nn.matmul %[[F]], %{{.*}} : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
// CHECK: %[[C:.*]] = arith.constant dense<[1.200000e+01, 2.200000e+01]> : tensor<2xf32>
// CHECK: %[[S:.*]] = nn.add %[[P]], %[[C]]
// CHECK: return %[[S]]
func.func @flatten(%x: tensor<1x1x2x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[[[0.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<8x2xf32>
  %c = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %1 = nn.reshape %0 : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
  %2 = nn.matmul %1, %v : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.add %2, %c : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %3 : tensor<1x2xf32>
}

// -----

// Scales, zero points, slopes and slices are cut with the channels.
// CHECK-LABEL: func.func @parameters
// CHECK: %[[S:.*]] = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK: %[[Z:.*]] = arith.constant dense<[6, 8]> : tensor<2xi8>
// CHECK: %[[Q:.*]] = nn.quantize %{{.*}}, %[[S]], %[[Z]] {{.*}} -> tensor<1x2x1x1xi8>
// CHECK: %[[D:.*]] = nn.dequantize %[[Q]], {{.*}} -> tensor<1x2x1x1xf32>
// CHECK: %[[P:.*]] = arith.constant dense<{{\[\[\[}}1.000000e-01]], {{\[\[}}3.000000e-01]]]> : tensor<2x1x1xf32>
// CHECK: %[[A:.*]] = nn.prelu %[[D]], %[[P]]
// CHECK: %[[T:.*]] = nn.transpose %[[A]] {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x1x1xf32>) -> tensor<1x1x1x2xf32>
// CHECK: nn.slice %[[T]] {sizes = array<i64: 1, 1, 1, 1>, starts = array<i64: 0, 0, 0, 1>, {{.*}} -> tensor<1x1x1x1xf32>
func.func @parameters(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[0.0]]], [[[2.0]]]]> : tensor<3x1x1x1xf32>
  %b = arith.constant dense<[1.0, 3.0, 2.0]> : tensor<3xf32>
  %s = arith.constant dense<[2.0, 3.0, 4.0]> : tensor<3xf32>
  %z = arith.constant dense<[6, 7, 8]> : tensor<3xi8>
  %p = arith.constant dense<[[[0.1]], [[0.2]], [[0.3]]]> : tensor<3x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x1x1xf32>
  %1 = nn.quantize %0, %s, %z {axis = 1 : i64} : (tensor<1x3x1x1xf32>, tensor<3xf32>, tensor<3xi8>) -> tensor<1x3x1x1xi8>
  %2 = nn.dequantize %1, %s, %z {axis = 1 : i64} : (tensor<1x3x1x1xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<1x3x1x1xf32>
  %3 = nn.prelu %2, %p : (tensor<1x3x1x1xf32>, tensor<3x1x1xf32>) -> tensor<1x3x1x1xf32>
  %4 = nn.transpose %3 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x1x1xf32>) -> tensor<1x1x1x3xf32>
  %5 = nn.slice %4 {starts = array<i64: 0, 0, 0, 1>, sizes = array<i64: 1, 1, 1, 2>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x2xf32>
  %6 = nn.conv %5, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x1x1x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  %7 = nn.conv %4, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64, layout = #nn.layout<channels_last>}
    : (tensor<1x1x1x3xf32>, tensor<3x1x1x1xf32>) -> tensor<1x1x1x3xf32>
  %g = arith.constant dense<[[1.0], [0.0], [1.0]]> : tensor<3x1xf32>
  %8 = nn.matmul %7, %g : (tensor<1x1x1x3xf32>, tensor<3x1xf32>) -> tensor<1x1x1x1xf32>
  %9 = nn.add %6, %8 : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %9 : tensor<1x1x1x1xf32>
}

// -----

// The second of two groups is read by nobody: it goes as a whole, with its
// inputs.
// CHECK-LABEL: func.func @groups
// CHECK: %[[A:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x2x1x1xf32>
// CHECK: %[[G:.*]] = nn.conv %[[A]], {{.*}} (tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x1x1xf32>
// CHECK: nn.conv %[[G]], {{.*}} (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
func.func @groups(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %g = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]], [[[7.0]], [[8.0]]]]> : tensor<4x2x1x1xf32>
  %v = arith.constant dense<[[[[1.0]], [[2.0]], [[0.0]], [[0.0]]]]> : tensor<1x4x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x1x1xf32>
  %1 = nn.conv %0, %g {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x4x1x1xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x1x1xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// A transposed convolution, its input's channel 1 unread, its output's channel
// 0 constant 3: 3 * 2.
// CHECK-LABEL: func.func @transposed
// CHECK: %[[A:.*]] = nn.conv %arg0, {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: %[[T:.*]] = nn.conv_transpose %[[A]], {{.*}} (tensor<1x1x1x1xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
// CHECK: %[[C:.*]] = arith.constant dense<6.000000e+00> : tensor<1xf32>
// CHECK: nn.conv %[[T]], %{{.*}}, %[[C]]
func.func @transposed(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %t = arith.constant dense<[[[[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]]], [[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]]> : tensor<2x2x2x2xf32>
  %b = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %v = arith.constant dense<[[[[2.0]], [[1.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv_transpose %0, %t, %b {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<2x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x2x2xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// -----

// 15 of 64 channels are read: 16 save 48 of the 49 that could go.
// CHECK-LABEL: func.func @rounded_to_16
// CHECK: nn.matmul {{.*}} -> tensor<1x16xf32>
// CHECK: nn.matmul {{.*}} : (tensor<1x16xf32>, tensor<16x1xf32>) -> tensor<1x1xf32>
func.func @rounded_to_16(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x64xf32>
  %v = arith.constant dense<[[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0]]> : tensor<64x1xf32>
  %0 = nn.matmul %x, %w : (tensor<1x1xf32>, tensor<1x64xf32>) -> tensor<1x64xf32>
  %1 = nn.matmul %0, %v : (tensor<1x64xf32>, tensor<64x1xf32>) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// -----

// 9 of 64: 16 would save 48 of 55, less than nine tenths, and 8 is no less; 12 save 52.
// CHECK-LABEL: func.func @rounded_to_4
// CHECK: nn.matmul {{.*}} -> tensor<1x12xf32>
// CHECK: nn.matmul {{.*}} : (tensor<1x12xf32>, tensor<12x1xf32>) -> tensor<1x1xf32>
func.func @rounded_to_4(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x64xf32>
  %v = arith.constant dense<[[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0]]> : tensor<64x1xf32>
  %0 = nn.matmul %x, %w : (tensor<1x1xf32>, tensor<1x64xf32>) -> tensor<1x64xf32>
  %1 = nn.matmul %0, %v : (tensor<1x64xf32>, tensor<64x1xf32>) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// -----

// Integers: filter 1 has no weights, so that its channel is its bias, rescaled:
// (40 * 2 + 1) >> 1 = 40, which is 45 above the zero point of what reads it: 45 * 2
// joins the bias of 100.
// CHECK-LABEL: func.func @integers(
// CHECK-DAG: %[[W0:.*]] = arith.constant dense<3> : tensor<1x1x1x1xi8>
// CHECK-DAG: %[[B0:.*]] = arith.constant dense<10> : tensor<1xi32>
// CHECK: %[[A0:.*]] = nn.conv %arg0, %[[W0]], %[[B0]] input_zero_point
// CHECK: %[[Y0:.*]] = nn.rescale %[[A0]]
// CHECK-DAG: %[[W1:.*]] = arith.constant dense<4> : tensor<1x1x1x1xi8>
// CHECK-DAG: %[[B1:.*]] = arith.constant dense<190> : tensor<1xi32>
// CHECK: nn.conv %[[Y0]], %[[W1]], %[[B1]] input_zero_point
func.func @integers(%x: tensor<1x1x4x4xi8>) -> tensor<1x1x4x4xi32> {
  %w = arith.constant dense<[[[[3]]], [[[0]]]]> : tensor<2x1x1x1xi8>
  %b = arith.constant dense<[10, 40]> : tensor<2xi32>
  %z = arith.constant dense<-5> : tensor<i8>
  %m = arith.constant dense<[[[1]], [[2]]]> : tensor<2x1x1xi32>
  %c = arith.constant dense<1> : tensor<i64>
  %k = arith.constant dense<1> : tensor<i8>
  %v = arith.constant dense<[[[[4]], [[2]]]]> : tensor<1x2x1x1xi8>
  %d = arith.constant dense<[100]> : tensor<1xi32>
  %0 = nn.conv %x, %w, %b input_zero_point %z {accumulator = i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<i8>) -> tensor<1x2x4x4xi32>
  %1 = nn.rescale %0, %m, %c, %k {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x2x4x4xi32>, tensor<2x1x1xi32>, tensor<i64>, tensor<i8>) -> tensor<1x2x4x4xi8>
  %2 = nn.conv %1, %v, %d input_zero_point %z {accumulator = i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xi8>, tensor<1x2x1x1xi8>, tensor<1xi32>, tensor<i8>) -> tensor<1x1x4x4xi32>
  return %2 : tensor<1x1x4x4xi32>
}

// -----

// A rescale that cuts all accumulators to its greatest number: 64 * (x + 5) is
// -7872 at least, with the bias far above 127. 132 above the zero point, it adds
// 3 * 132 for each tap; padding adds nothing, so that the sum is a map.
// CHECK-LABEL: func.func @clamped(
// CHECK: nn.conv {{.*}} -> tensor<1x1x4x4xi32>
// CHECK-DAG: %[[MAP:.*]] = arith.constant dense<{{\[\[\[\[}}1584, 2376, 2376, 1584], [2376, 3564, 3564, 2376], {{.*}}> : tensor<1x1x4x4xi32>
// CHECK: nn.add %{{.*}}, %[[MAP]]
func.func @clamped(%x: tensor<1x64x4x4xi8>) -> tensor<1x1x4x4xi32> {
  %w = arith.constant dense<1> : tensor<2x64x1x1xi8>
  %b = arith.constant dense<[10, 100000]> : tensor<2xi32>
  %z = arith.constant dense<-5> : tensor<i8>
  %m = arith.constant dense<1> : tensor<i32>
  %c = arith.constant dense<1> : tensor<i64>
  %k = arith.constant dense<1> : tensor<i8>
  %v = arith.constant dense<3> : tensor<1x2x3x3xi8>
  %0 = nn.conv %x, %w, %b input_zero_point %z {accumulator = i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x64x4x4xi8>, tensor<2x64x1x1xi8>, tensor<2xi32>, tensor<i8>) -> tensor<1x2x4x4xi32>
  %1 = nn.rescale %0, %m, %c, %k {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x2x4x4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<1x2x4x4xi8>
  %2 = nn.conv %1, %v input_zero_point %z {accumulator = i32, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xi8>, tensor<1x2x3x3xi8>, tensor<i8>) -> tensor<1x1x4x4xi32>
  return %2 : tensor<1x1x4x4xi32>
}
