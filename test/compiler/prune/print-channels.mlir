// RUN: dlc-opt %s --dlc-print-channels | FileCheck %s

// Inputs are within 2^20 = 1048576: -2 * 2^20 + 1 and 2 * 2^20 + 1. A filter of zeros
// leaves its bias.
// CHECK-LABEL: @filter_of_zeros
// CHECK-NEXT: nn.conv: dim 1: [-2.09715e+06, 2.09715e+06], 0.5
func.func @filter_of_zeros(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %0 : tensor<1x2x4x4xf32>
}

// The width is 2 * 2^20 * w: for 0.5 it has to be at most 0.5 * 2^-34 = 2.9e-11, so w 1.38e-17.
// With no bias nothing is small beside it. A relu makes the negative ones 0.
// CHECK-LABEL: @filter_of_tiny_numbers
// CHECK-NEXT: nn.conv: dim 1: 0.5, [0.5, 0.5], [-1.04858e-24, 1.04858e-24], -0.25
// CHECK-NEXT: nn.relu: dim 1: 0.5, [0.5, 0.5], [0, 1.04858e-24], 0
func.func @filter_of_tiny_numbers(%x: tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %w = arith.constant dense<[[[[1.3e-17]]], [[[1.5e-17]]], [[[1.0e-30]]], [[[1.0e-30]]]]> : tensor<4x1x1x1xf32>
  %b = arith.constant dense<[0.5, 0.5, 0.0, -0.25]> : tensor<4xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<4x1x1x1xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  %1 = nn.relu %0 : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %1 : tensor<1x4x4x4xf32>
}

// Integers are never larger than their type: 0.01 * 255 - 3 is below 0, whatever
// comes. Floats may be larger than 2^20: a relu's range is then what it has read.
// CHECK-LABEL: @cut
// CHECK: nn.relu: dim 1: 0
// CHECK: nn.conv: dim 1: [-3048.58, -951.424]
// CHECK-NEXT: nn.relu: dim 1: [0, 3048.58]
// CHECK-NEXT: nn.clip: dim 1: [0, 6]
func.func @cut(%x: tensor<1x1x1x1xui8>, %y: tensor<1x1x1x1xf32>) {
  %w = arith.constant dense<1.0e-2> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<-3.0> : tensor<1xf32>
  %v = arith.constant dense<1.0e-3> : tensor<1x1x1x1xf32>
  %c = arith.constant dense<-2000.0> : tensor<1xf32>
  %f = nn.cast %x : (tensor<1x1x1x1xui8>) -> tensor<1x1x1x1xf32>
  %0 = nn.conv %f, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  %1 = nn.relu %0 : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %2 = nn.conv %y, %v, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  %3 = nn.relu %2 : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %4 = nn.clip %2 {min = 0.0 : f64, max = 6.0 : f64} : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return
}

// What nothing is known of times 0 is 0, times anything else unknown.
// CHECK-LABEL: @unknown_operand
// CHECK-NEXT: nn.matmul: dim 1: 0, [-inf, inf]
func.func @unknown_operand(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0.0, 1.0e-30], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<4x2xf32>
  %0 = nn.cum_sum %x {axis = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = nn.matmul %0, %w : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// A window in the padding reads zeros: 1 + 0.5 for each of the 4, 6 or 9 taps inside.
// CHECK-LABEL: @depthwise
// CHECK: nn.conv: dim 1: [-{{.*}}, {{.*}}], 1
// CHECK-NEXT: nn.conv: dim 1: [-{{.*}}, {{.*}}], map [3, 5.5]
// CHECK-NEXT: nn.conv: dim 1: [-{{.*}}, {{.*}}], 5.5
func.func @depthwise(%x: tensor<1x1x5x5xf32>) -> (tensor<1x2x5x5xf32>, tensor<1x2x3x3xf32>) {
  %w = arith.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %d = arith.constant dense<0.5> : tensor<2x1x3x3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x5x5xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x5x5xf32>
  %1 = nn.conv %0, %d, %b {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x5x5xf32>, tensor<2x1x3x3xf32>, tensor<2xf32>) -> tensor<1x2x5x5xf32>
  %2 = nn.conv %0, %d, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x5x5xf32>, tensor<2x1x3x3xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  return %1, %2 : tensor<1x2x5x5xf32>, tensor<1x2x3x3xf32>
}

// Two groups of two channels: the bounds of a group are its own.
// CHECK-LABEL: @grouped
// CHECK: nn.conv: dim 1: 0, 0, [0, {{.*}}], [0, {{.*}}]
// CHECK-NEXT: nn.conv: dim 1: 7, [7, {{.*}}]
// CHECK: nn.conv: keeps 0, 1 of 2
func.func @grouped(%x: tensor<1x1x1x1xui8>) -> tensor<1x2x1x1xf32> {
  %w = arith.constant dense<[[[[0.0]]], [[[0.0]]], [[[1.0]]], [[[1.0]]]]> : tensor<4x1x1x1xf32>
  %g = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<2xf32>
  %0 = nn.cast %x : (tensor<1x1x1x1xui8>) -> tensor<1x1x1x1xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x1x1xf32>
  %2 = nn.conv %1, %g, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x4x1x1xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  return %2 : tensor<1x2x1x1xf32>
}

// Channel 0 is a constant, channel 1 in an interval; an input of uint8 is from 0 to 255.
// CHECK-LABEL: @elementwise
// CHECK-NEXT: nn.cast: [0, 255]
// CHECK-NEXT: nn.matmul: dim 1: 0, [0, 255]
// CHECK-NEXT: nn.add: dim 1: 0.25, [1, 256]
// CHECK-NEXT: nn.mul: dim 1: 0.5, [-512, -2]
// CHECK-NEXT: nn.sub: dim 1: -0.25, [3, 768]
// CHECK-NEXT: nn.div: dim 1: 2, [-512, -0.0078125]
// CHECK-NEXT: nn.clip: dim 1: 0.5, 0
// CHECK-NEXT: nn.max: dim 1: 0.5, [3, 768]
// CHECK-NEXT: nn.min: dim 1: -0.25, 0
// CHECK-NEXT: nn.neg: dim 1: -0.5, [2, 512]
// CHECK-NEXT: nn.abs: dim 1: 0.5, [2, 512]
// CHECK-NEXT: nn.sigmoid: dim 1: 0.622459, [{{.*}}e-223, 0.119203]
// CHECK-NEXT: nn.floor: dim 1: 0, [-513, -2]
// CHECK-NEXT: nn.prelu: dim 1: 0.5, [-5120, -20]
// CHECK-NEXT: nn.select: dim 1: [-0.25, 0.5], [-512, 768]
// CHECK-NEXT: nn.sin: dim 1: 0.479426, [-1, 1]
// CHECK-NEXT: nn.pow: dim 1: 0.707107, [-inf, inf]
// CHECK-NEXT: nn.compare: dim 1: 1, [0, 1]
func.func @elementwise(%x: tensor<1x1xui8>, %q: tensor<1x2xi1>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0.0, 1.0]]> : tensor<1x2xf32>
  %b = arith.constant dense<[0.25, 1.0]> : tensor<2xf32>
  %m = arith.constant dense<[2.0, -2.0]> : tensor<2xf32>
  %s = arith.constant dense<10.0> : tensor<1xf32>
  %f = nn.cast %x : (tensor<1x1xui8>) -> tensor<1x1xf32>
  %0 = nn.matmul %f, %w : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.add %0, %b : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %2 = nn.mul %1, %m : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %3 = nn.sub %1, %2 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %4 = nn.div %2, %1 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %5 = nn.clip %2 {min = 0.0 : f64, max = 6.0 : f64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %6 = nn.max %3, %5 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %7 = nn.min %3, %5 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %8 = nn.neg %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %9 = nn.abs %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %10 = nn.sigmoid %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %11 = nn.floor %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %12 = nn.prelu %2, %s : (tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  %13 = nn.select %q, %2, %3 : (tensor<1x2xi1>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %14 = nn.sin %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %15 = nn.pow %2, %5 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %16 = nn.compare %2, %3 {predicate = #nn.predicate<ge>} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xi1>
  return %15 : tensor<1x2xf32>
}

// 5 / 2 is half way: to even, 2, as are 1.9 to 2.1. Between 2.3 and 2.7 nothing is known.
// Beyond the type's ends all is one number.
// CHECK-LABEL: @quantize
// CHECK: nn.add: dim 1: 5, [3.8, 4.2], [4.6, 5.4], [1000, 1000.4], [-1000, -999.6]
// CHECK-NEXT: nn.quantize: dim 1: 3, 3, [3, 4], 127, -128
// CHECK-NEXT: nn.dequantize: dim 1: 4, 4, [4, 6], 252, -258
func.func @quantize(%x: tensor<1x1xi1>) -> tensor<1x5xf32> {
  %w = arith.constant dense<[[0.0, 0.4, 0.8, 0.4, 0.4]]> : tensor<1x5xf32>
  %b = arith.constant dense<[5.0, 3.8, 4.6, 1000.0, -1000.0]> : tensor<5xf32>
  %s = arith.constant dense<2.0> : tensor<f32>
  %z = arith.constant dense<1> : tensor<i8>
  %f = nn.cast %x : (tensor<1x1xi1>) -> tensor<1x1xf32>
  %0 = nn.matmul %f, %w : (tensor<1x1xf32>, tensor<1x5xf32>) -> tensor<1x5xf32>
  %1 = nn.add %0, %b : (tensor<1x5xf32>, tensor<5xf32>) -> tensor<1x5xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x5xf32>, tensor<f32>, tensor<i8>) -> tensor<1x5xi8>
  %3 = nn.dequantize %2, %s, %z : (tensor<1x5xi8>, tensor<f32>, tensor<i8>) -> tensor<1x5xf32>
  return %3 : tensor<1x5xf32>
}

// Where the channels are after a move, and what is put beside them.
// CHECK-LABEL: @movement
// CHECK: nn.conv: dim 1: 1, 2, [0, 255]
// CHECK-NEXT: nn.transpose: dim 3: 1, 2, [0, 255]
// CHECK-NEXT: nn.slice: dim 3: 2, [0, 255]
// CHECK-NEXT: nn.pad: dim 1: map [1, 9], map [2, 9], [0, 255]
// CHECK-NEXT: nn.pad: [0, 255]
// CHECK-NEXT: nn.max_pool: dim 1: 1, 2, [0, 255]
// CHECK-NEXT: nn.avg_pool: dim 1: map [0.25, 1], map [0.5, 2], [0, 255]
// CHECK-NEXT: nn.avg_pool: dim 1: 1, 2, [0, 255]
// CHECK-NEXT: nn.concat: dim 1: 1, 2, [0, 255], map [0.25, 1], map [0.5, 2], [0, 255]
// CHECK-NEXT: nn.concat: dim 1: map [0.25, 1], map [0.5, 2], [0, 255]
// CHECK-NEXT: nn.reduce: dim 0: 4, 8, [0, 1020]
// CHECK-NEXT: nn.reduce: dim 2: 1, 2, [0, 255]
// CHECK-NEXT: nn.reduce: [0, 255]
// CHECK-NEXT: nn.reshape: dim 1: 1, 1, 1, 1, 2, 2, 2, 2, [0, 255], [0, 255], [0, 255], [0, 255]
// CHECK-NEXT: nn.reshape: [0, 255]
// CHECK-NEXT: nn.resize: dim 1: 1, 2, [0, 255]
// CHECK-NEXT: nn.tile: dim 1: 1, 2, [0, 255]
// CHECK-NEXT: nn.broadcast: dim 2: 1, 2, [0, 255]
// CHECK-NEXT: nn.softmax: dim 1: 0.5, 0.5, [0, 1]
// CHECK-NEXT: nn.softmax: [0, 1]
func.func @movement(%x: tensor<1x1x2x2xui8>) {
  %w = arith.constant dense<[[[[0.0]]], [[[0.0]]], [[[1.0]]]]> : tensor<3x1x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0, 0.0]> : tensor<3xf32>
  %p = arith.constant dense<9.0> : tensor<f32>
  %f = nn.cast %x : (tensor<1x1x2x2xui8>) -> tensor<1x1x2x2xf32>
  %0 = nn.conv %f, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x2x2xf32>) -> tensor<1x2x2x3xf32>
  %2 = nn.slice %1 {starts = array<i64: 0, 0, 0, 1>, sizes = array<i64: 1, 2, 1, 2>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x2x2x3xf32>) -> tensor<1x2x1x2xf32>
  %3 = nn.pad %0, %p {pads = array<i64: 0, 0, 1, 0, 0, 0, 0, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x3x2x2xf32>, tensor<f32>) -> tensor<1x3x3x2xf32>
  %4 = nn.pad %0, %p {pads = array<i64: 0, 1, 0, 0, 0, 0, 0, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x3x2x2xf32>, tensor<f32>) -> tensor<1x4x2x2xf32>
  %5 = nn.max_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x3x3xf32>
  %6 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 1, 1, 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x3x3xf32>
  %7 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x3x3xf32>
  %8 = nn.concat %5, %6 {axis = 1 : i64} : (tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>) -> tensor<1x6x3x3xf32>
  %9 = nn.concat %5, %6 {axis = 2 : i64} : (tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>) -> tensor<1x3x6x3xf32>
  %10 = nn.reduce %0 {kind = #nn.reduce_kind<sum>, axes = array<i64: 0, 2, 3>, keepdims = false} : (tensor<1x3x2x2xf32>) -> tensor<3xf32>
  %11 = nn.reduce %1 {kind = #nn.reduce_kind<max>, axes = array<i64: 1>, keepdims = false} : (tensor<1x2x2x3xf32>) -> tensor<1x2x3xf32>
  %12 = nn.reduce %0 {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>} : (tensor<1x3x2x2xf32>) -> tensor<1x1x2x2xf32>
  %13 = nn.reshape %0 : (tensor<1x3x2x2xf32>) -> tensor<1x12xf32>
  %14 = nn.reshape %1 : (tensor<1x2x2x3xf32>) -> tensor<1x12xf32>
  %15 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0, 2.0>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x4x4xf32>
  %16 = nn.tile %0 {repeats = array<i64: 1, 1, 2, 1>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x4x2xf32>
  %17 = nn.broadcast %0 : (tensor<1x3x2x2xf32>) -> tensor<2x1x3x2x2xf32>
  %18 = nn.softmax %0 {axis = 2 : i64} : (tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %19 = nn.softmax %0 {axis = 1 : i64} : (tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  return
}

// An output of a transposed convolution may miss any tap.
// CHECK-LABEL: @transposed
// CHECK: nn.conv_transpose: dim 1: 3, [-{{.*}}, {{.*}}]
func.func @transposed(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<[[[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]]]> : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[3.0, 3.0]> : tensor<2xf32>
  %0 = nn.conv_transpose %x, %w, %b {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %0 : tensor<1x2x4x4xf32>
}
