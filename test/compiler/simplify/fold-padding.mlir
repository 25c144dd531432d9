// RUN: dlc-opt %s --dlc-fold-padding --split-input-file | FileCheck %s

// Begins and ends add up: (1, 2, 3, 4) + (1, 1, 1, 1).
// CHECK-LABEL: func.func @conv
// CHECK-NOT: nn.pad
// CHECK: nn.conv %arg0{{.*}}pads = array<i64: 2, 3, 4, 5>
func.func @conv(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x8x10xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x3x3xf32>
  %0 = nn.pad %x {pads = array<i64: 0, 0, 1, 2, 0, 0, 3, 4>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x8x10xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x8x10xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x8x10xf32>
  return %1 : tensor<1x1x8x10xf32>
}

// -----

// What was padded explicitly counts in the mean.
// CHECK-LABEL: func.func @avg_pool
// CHECK: nn.avg_pool %arg0 {counted_pads = array<i64: 1, 1, 0, 0>, {{.*}}pads = array<i64: 2, 2, 1, 1>
func.func @avg_pool(%x: tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32> {
  %c = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.pad %x, %c {pads = array<i64: 0, 1, 1, 0, 0, 0, 0, 0>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<f32>) -> tensor<1x5x5x1xf32>
  %1 = nn.avg_pool %0 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_last>}
    : (tensor<1x5x5x1xf32>) -> tensor<1x5x5x1xf32>
  return %1 : tensor<1x5x5x1xf32>
}

// -----

// CHECK-LABEL: func.func @max_pool_lowest
// CHECK: nn.max_pool %arg0 {{.*}}pads = array<i64: 1, 1, 1, 1>
func.func @max_pool_lowest(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %c = arith.constant dense<0xFF800000> : tensor<f32>
  %0 = nn.pad %x, %c {pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 1>} : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x6x6xf32>
  %1 = nn.max_pool %0 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x6x6xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// After a relu, 0 never wins over an element.
// CHECK-LABEL: func.func @max_pool_after_relu
// CHECK: %[[R:.*]] = nn.relu
// CHECK: nn.max_pool %[[R]] {{.*}}pads = array<i64: 1, 1, 1, 1>
func.func @max_pool_after_relu(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %r = nn.relu %x : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  %0 = nn.pad %r {pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x6x6xf32>
  %1 = nn.max_pool %0 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x6x6xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Kept: 0 may win over negative elements.
// CHECK-LABEL: func.func @max_pool_of_negatives
// CHECK: nn.pad
func.func @max_pool_of_negatives(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %0 = nn.pad %x {pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x6x6xf32>
  %1 = nn.max_pool %0 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x6x6xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Kept: the first window would see nothing but padding.
// CHECK-LABEL: func.func @max_pool_of_padding_alone
// CHECK: nn.pad
func.func @max_pool_of_padding_alone(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x6x6xf32> {
  %r = nn.relu %x : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  %0 = nn.pad %r {pads = array<i64: 0, 0, 2, 2, 0, 0, 1, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x7x7xf32>
  %1 = nn.max_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x7x7xf32>) -> tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x6x6xf32>
}

// -----

// Kept: convolutions pad with zeros only.
// CHECK-LABEL: func.func @not_zero
// CHECK: nn.pad
func.func @not_zero(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x5xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %c = arith.constant dense<1.0> : tensor<f32>
  %0 = nn.pad %x, %c {pads = array<i64: 0, 0, 0, 0, 0, 0, 0, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 1>} : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x5xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x5xf32>
  return %1 : tensor<1x1x4x5xf32>
}

// -----

// Kept: the edge is repeated.
// CHECK-LABEL: func.func @edge
// CHECK: nn.pad
func.func @edge(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x5xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %0 = nn.pad %x {pads = array<i64: 0, 0, 0, 0, 0, 0, 0, 1>, mode = #nn.pad_mode<edge>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x5xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x5xf32>
  return %1 : tensor<1x1x4x5xf32>
}

// -----

// Kept: a channel is added.
// CHECK-LABEL: func.func @channels
// CHECK: nn.pad
func.func @channels(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<2.0> : tensor<1x2x1x1xf32>
  %0 = nn.pad %x {pads = array<i64: 0, 0, 0, 0, 0, 1, 0, 0>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Kept: a negative pad crops.
// CHECK-LABEL: func.func @crop
// CHECK: nn.pad
func.func @crop(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x3xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %0 = nn.pad %x {pads = array<i64: 0, 0, 0, 0, 0, 0, 0, -1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x3xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x3xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x3xf32>
  return %1 : tensor<1x1x4x3xf32>
}

// -----

// Not folded: 0 * inf is NaN, but nothing says that padding is multiplied.
// CHECK-LABEL: func.func @conv_infinite_weight
// CHECK: nn.pad
func.func @conv_infinite_weight(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x8x10xf32> {
  %w = arith.constant dense<0x7F800000> : tensor<1x1x3x3xf32>
  %0 = nn.pad %x {pads = array<i64: 0, 0, 1, 2, 0, 0, 3, 4>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x8x10xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x8x10xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x8x10xf32>
  return %1 : tensor<1x1x8x10xf32>
}

// -----

// Not folded: the weights are known when it runs only.
// CHECK-LABEL: func.func @conv_unknown_weight
// CHECK: nn.pad
func.func @conv_unknown_weight(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x8x10xf32> {
  %0 = nn.pad %x {pads = array<i64: 0, 0, 1, 2, 0, 0, 3, 4>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x8x10xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x8x10xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x8x10xf32>
  return %1 : tensor<1x1x8x10xf32>
}
