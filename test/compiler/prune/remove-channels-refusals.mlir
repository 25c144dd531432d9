// RUN: dlc-opt %s --dlc-remove-channels --split-input-file | FileCheck %s

// The results of a network keep their shape.
// CHECK-LABEL: func.func @result
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @result(%x: tensor<1x1x1x1xf32>) -> tensor<1x2x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  return %0 : tensor<1x2x1x1xf32>
}

// -----

// 0.5 varies by 3e-11: more than 0.5 * 2^-34 = 2.9e-11.
// CHECK-LABEL: func.func @not_narrow_enough
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @not_narrow_enough(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[1.5e-17]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// Within 2^20 the sum stays below -951, and the relu at 0: but not for larger
// inputs, and then it is not what is too small to matter.
// CHECK-LABEL: func.func @cut_by_assumption
// CHECK: nn.relu {{.*}} -> tensor<1x2x1x1xf32>
func.func @cut_by_assumption(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[1.0e-3]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, -2000.0]> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.relu %0 : (tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// A number as small as its weights is no constant.
// CHECK-LABEL: func.func @no_bias_beside
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @no_bias_beside(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[1.0e-30]]]]> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[[[[1.0]], [[1.0e30]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// Of what cum_sum gives no bound is known.
// CHECK-LABEL: func.func @unbounded
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @unbounded(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[1.0e-30]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %s = nn.cum_sum %x {axis = 1 : i64} : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %0 = nn.conv %s, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// A softmax over the channels mixes them.
// CHECK-LABEL: func.func @mixed
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @mixed(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// Weights that are computed have no columns to be cut.
// CHECK-LABEL: func.func @computed_weights
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @computed_weights(%x: tensor<1x1x1x1xf32>, %v: tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// A sum with a channel that varies needs both: the constant one is computed.
// CHECK-LABEL: func.func @sum_with_varying
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @sum_with_varying(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %u = arith.constant dense<2.0> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.add %0, %1 : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %3 = nn.conv %2, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %3 : tensor<1x1x1x1xf32>
}

// -----

// One operand's channels are not the product of a layer: nothing of the input
// can be left out.
// CHECK-LABEL: func.func @sum_with_input
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xf32>
func.func @sum_with_input(%x: tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[2.0]], [[1.0]]], [[[0.0]], [[0.0]]]]> : tensor<2x2x1x1xf32>
  %v = arith.constant dense<[[[[1.0]], [[0.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.add %0, %x : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// Within a group all stays: channel 1 is 0 but shares it with channel 0.
// CHECK-LABEL: func.func @part_of_group
// CHECK: nn.conv {{.*}} -> tensor<1x4x1x1xf32>
func.func @part_of_group(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[0.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %g = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x1x1xf32>
  %1 = nn.conv %0, %g {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x4x1x1xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// The map would take 16 numbers for the 2 + 1 * 9 weights that it saves.
// CHECK-LABEL: func.func @map_too_large
// CHECK: nn.conv {{.*}} -> tensor<1x2x4x4xf32>
func.func @map_too_large(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x3x3xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Rounding could go either way: 1.5 + [0, 0.4] is not halfway of a step clear
// of the next.
// CHECK-LABEL: func.func @between_steps
// CHECK: nn.matmul {{.*}} -> tensor<1x2xf32>
func.func @between_steps(%x: tensor<1x1xi1>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[1.0, 0.4]]> : tensor<1x2xf32>
  %b = arith.constant dense<[0.0, 1.5]> : tensor<2xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %v = arith.constant dense<1.0> : tensor<2x1xf32>
  %f = nn.cast %x : (tensor<1x1xi1>) -> tensor<1x1xf32>
  %0 = nn.matmul %f, %w : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.add %0, %b : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2xi8>
  %3 = nn.dequantize %2, %s, %z : (tensor<1x2xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2xf32>
  %4 = nn.matmul %3, %v : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  return %4 : tensor<1x1xf32>
}

// -----

// All of it is constant; a tensor without channels there is not.
// CHECK-LABEL: func.func @last_channel
// CHECK: nn.conv {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: nn.conv {{.*}} -> tensor<1x1x1x1xf32>
func.func @last_channel(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<0.0> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// Weights less a zero point of their own for each filter are not read: the second
// channel, whose weights are zero points, stays.
// CHECK-LABEL: func.func @accumulators
// CHECK: nn.conv {{.*}} -> tensor<1x2x1x1xi32>
// CHECK: nn.rescale {{.*}} -> tensor<1x2x1x1xi8>
func.func @accumulators(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi32> {
  %w = arith.constant dense<[[[[2]]], [[[3]]]]> : tensor<2x1x1x1xi8>
  %z = arith.constant dense<[[[[0]]], [[[3]]]]> : tensor<2x1x1x1xi8>
  %m = arith.constant dense<1> : tensor<i32>
  %c = arith.constant dense<0> : tensor<i64>
  %k = arith.constant dense<0> : tensor<i8>
  %v = arith.constant dense<[[[[0]], [[1]]]]> : tensor<1x2x1x1xi8>
  %0 = nn.conv %x, %w filter_zero_point %z {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32}
    : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<2x1x1x1xi8>) -> tensor<1x2x1x1xi32>
  %1 = nn.rescale %0, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<1x2x1x1xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<1x2x1x1xi8>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32}
    : (tensor<1x2x1x1xi8>, tensor<1x2x1x1xi8>) -> tensor<1x1x1x1xi32>
  return %2 : tensor<1x1x1x1xi32>
}
