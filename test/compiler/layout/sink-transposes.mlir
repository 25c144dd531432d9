// RUN: dlc-opt %s --dlc-sink-transposes --split-input-file | FileCheck %s

// The relu between two layouts works in the first, and the transposes cancel.
// CHECK-LABEL: func.func @cancel
// CHECK-NEXT: %[[R:.*]] = nn.relu %arg0 : (tensor<1x5x6x2xf32>) -> tensor<1x5x6x2xf32>
// CHECK-NEXT: return %[[R]]
func.func @cancel(%x: tensor<1x5x6x2xf32>) -> tensor<1x5x6x2xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.relu %0 : (tensor<1x2x5x6xf32>) -> tensor<1x2x5x6xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x5x6xf32>) -> tensor<1x5x6x2xf32>
  return %2 : tensor<1x5x6x2xf32>
}

// -----

// A residual addition.
// CHECK-LABEL: func.func @both_transposed
// CHECK-NEXT: %[[A:.*]] = nn.add %arg0, %arg1
// CHECK-NEXT: nn.transpose %[[A]] {perm = array<i64: 0, 3, 1, 2>}
func.func @both_transposed(%x: tensor<1x5x6x2xf32>, %y: tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.transpose %y {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %2 = nn.add %0, %1 : (tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>) -> tensor<1x2x5x6xf32>
  return %2 : tensor<1x2x5x6xf32>
}

// -----

// A constant of lower rank gets the rank and the inverse transpose; a scalar
// is broadcast as it is.
// CHECK-LABEL: func.func @constants
// CHECK: %[[C:.*]] = nn.reshape %{{.*}} : (tensor<2x1x1xf32>) -> tensor<1x2x1x1xf32>
// CHECK: %[[T:.*]] = nn.transpose %[[C]] {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x1x1xf32>) -> tensor<1x1x1x2xf32>
// CHECK: %[[M:.*]] = nn.mul %arg0, %[[T]]
// CHECK: %[[A:.*]] = nn.add %[[M]], %{{.*}} : (tensor<1x5x6x2xf32>, tensor<f32>)
// CHECK: nn.transpose %[[A]]
func.func @constants(%x: tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32> {
  %c = arith.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.mul %0, %c : (tensor<1x2x5x6xf32>, tensor<2x1x1xf32>) -> tensor<1x2x5x6xf32>
  %2 = nn.add %1, %s : (tensor<1x2x5x6xf32>, tensor<f32>) -> tensor<1x2x5x6xf32>
  return %2 : tensor<1x2x5x6xf32>
}

// -----

// Axes are renumbered: channels, dimension 1 of the transposed, are 3.
// CHECK-LABEL: func.func @axes
// CHECK: nn.softmax %arg0 {axis = 3 : i64}
// CHECK: nn.lrn %arg0 {{.*}}axis = 3 : i64
// CHECK: nn.concat %arg0, %arg0 {axis = 3 : i64}
// CHECK: nn.top_k %arg0 {axis = 3 : i64
func.func @axes(%x: tensor<1x5x6x2xf32>) -> (tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>, tensor<1x4x5x6xf32>, tensor<1x1x5x6xf32>, tensor<1x1x5x6xi64>) {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<1x2x5x6xf32>) -> tensor<1x2x5x6xf32>
  %2 = nn.lrn %0 {axis = 1 : i64, size = 3 : i64, alpha = 1.0, beta = 1.0, bias = 1.0} : (tensor<1x2x5x6xf32>) -> tensor<1x2x5x6xf32>
  %3 = nn.concat %0, %0 {axis = 1 : i64} : (tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>) -> tensor<1x4x5x6xf32>
  %4, %5 = nn.top_k %0 {axis = 1 : i64, k = 1 : i64} : (tensor<1x2x5x6xf32>) -> (tensor<1x1x5x6xf32>, tensor<1x1x5x6xi64>)
  return %1, %2, %3, %4, %5 : tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>, tensor<1x4x5x6xf32>, tensor<1x1x5x6xf32>, tensor<1x1x5x6xi64>
}

// -----

// So are attributes with an entry for each dimension.
// CHECK-LABEL: func.func @dimensions
// CHECK: nn.slice %arg0 {sizes = array<i64: 1, 5, 4, 1>, starts = array<i64: 0, 0, 2, 1>, steps = array<i64: 1, 1, 1, 1>}
// CHECK: nn.pad %arg0 {{.*}}pads = array<i64: 0, 3, 4, 2, 0, 7, 8, 6>
// CHECK: nn.tile %arg0 {repeats = array<i64: 1, 2, 1, 3>}
// CHECK: nn.resize %arg0 {{.*}}scales = array<f64: 1.000000e+00, 2.000000e+00, 3.000000e+00, 1.000000e+00>
// CHECK: nn.broadcast %{{.*}} : (tensor<1x5x6x1xf32>) -> tensor<7x1x5x6x2xf32>
// CHECK: nn.transpose {{.*}} {perm = array<i64: 0, 1, 4, 2, 3>}
func.func @dimensions(%x: tensor<1x5x6x2xf32>, %y: tensor<1x5x6x1xf32>) -> (tensor<1x1x5x4xf32>, tensor<1x10x15x18xf32>, tensor<1x6x10x6xf32>, tensor<1x2x10x18xf32>, tensor<7x1x2x5x6xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 1, 0, 2>, sizes = array<i64: 1, 1, 5, 4>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x2x5x6xf32>) -> tensor<1x1x5x4xf32>
  %2 = nn.pad %0 {pads = array<i64: 0, 2, 3, 4, 0, 6, 7, 8>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<1x2x5x6xf32>) -> tensor<1x10x15x18xf32>
  %3 = nn.tile %0 {repeats = array<i64: 1, 3, 2, 1>} : (tensor<1x2x5x6xf32>) -> tensor<1x6x10x6xf32>
  %4 = nn.resize %0 {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<asymmetric>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0, 3.0>} : (tensor<1x2x5x6xf32>) -> tensor<1x2x10x18xf32>
  %5 = nn.transpose %y {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x1xf32>) -> tensor<1x1x5x6xf32>
  %6 = nn.broadcast %5 : (tensor<1x1x5x6xf32>) -> tensor<7x1x2x5x6xf32>
  return %1, %2, %3, %4, %6 : tensor<1x1x5x4xf32>, tensor<1x10x15x18xf32>, tensor<1x6x10x6xf32>, tensor<1x2x10x18xf32>, tensor<7x1x2x5x6xf32>
}

// -----

// Reductions drop dimensions, and what is left may be in order.
// CHECK-LABEL: func.func @reductions
// CHECK: %[[A:.*]] = nn.reduce %arg0 {axes = array<i64: 1, 2>, {{.*}}keepdims = false
// CHECK: %[[B:.*]] = nn.reduce %arg0 {axes = array<i64: 2>, {{.*}}keepdims = false
// CHECK: %[[T:.*]] = nn.transpose %[[B]] {perm = array<i64: 0, 2, 1>} : (tensor<1x5x2xf32>) -> tensor<1x2x5xf32>
// CHECK: %[[C:.*]] = nn.arg_reduce %arg0 {axis = 3 : i64, {{.*}}keepdims = false
// CHECK-NEXT: return %[[A]], %[[T]], %[[C]]
func.func @reductions(%x: tensor<1x5x6x2xf32>) -> (tensor<1x2xf32>, tensor<1x2x5xf32>, tensor<1x5x6xi64>) {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.reduce %0 {kind = #nn.reduce_kind<mean>, axes = array<i64: 2, 3>, keepdims = false} : (tensor<1x2x5x6xf32>) -> tensor<1x2xf32>
  %2 = nn.reduce %0 {kind = #nn.reduce_kind<sum>, axes = array<i64: 3>, keepdims = false} : (tensor<1x2x5x6xf32>) -> tensor<1x2x5xf32>
  %3 = nn.arg_reduce %0 {kind = #nn.reduce_kind<max>, axis = 1 : i64, keepdims = false} : (tensor<1x2x5x6xf32>) -> tensor<1x5x6xi64>
  return %1, %2, %3 : tensor<1x2xf32>, tensor<1x2x5xf32>, tensor<1x5x6xi64>
}

// -----

// A channel shuffle: split, permute and merge the last dimension.
// CHECK-LABEL: func.func @channel_shuffle
// CHECK-NEXT: %[[S:.*]] = nn.reshape %arg0 : (tensor<1x5x6x8xf32>) -> tensor<1x5x6x2x4xf32>
// CHECK-NEXT: %[[P:.*]] = nn.transpose %[[S]] {perm = array<i64: 0, 1, 2, 4, 3>}
// CHECK-NEXT: %[[M:.*]] = nn.reshape %[[P]] : (tensor<1x5x6x4x2xf32>) -> tensor<1x5x6x8xf32>
// CHECK-NEXT: return %[[M]]
func.func @channel_shuffle(%x: tensor<1x5x6x8xf32>) -> tensor<1x5x6x8xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x8xf32>) -> tensor<1x8x5x6xf32>
  %1 = nn.reshape %0 : (tensor<1x8x5x6xf32>) -> tensor<1x2x4x5x6xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x4x2x5x6xf32>
  %3 = nn.reshape %2 : (tensor<1x4x2x5x6xf32>) -> tensor<1x8x5x6xf32>
  %4 = nn.transpose %3 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x8x5x6xf32>) -> tensor<1x5x6x8xf32>
  return %4 : tensor<1x5x6x8xf32>
}

// -----

// Rows and columns as one dimension (a sequence) stay together.
// CHECK-LABEL: func.func @to_sequence
// CHECK-NEXT: %[[S:.*]] = nn.reshape %arg0 : (tensor<2x5x6x8xf32>) -> tensor<2x30x8xf32>
// CHECK-NEXT: return %[[S]]
func.func @to_sequence(%x: tensor<2x5x6x8xf32>) -> tensor<2x30x8xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<2x5x6x8xf32>) -> tensor<2x8x5x6xf32>
  %1 = nn.reshape %0 : (tensor<2x8x5x6xf32>) -> tensor<2x8x30xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1>} : (tensor<2x8x30xf32>) -> tensor<2x30x8xf32>
  return %2 : tensor<2x30x8xf32>
}

// -----

// After a global pool a map of one element needs no transpose.
// CHECK-LABEL: func.func @flatten_ones
// CHECK-NEXT: nn.reshape %arg0 : (tensor<1x1x1x8xf32>) -> tensor<1x8xf32>
func.func @flatten_ones(%x: tensor<1x1x1x8xf32>) -> tensor<1x8xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x1x1x8xf32>) -> tensor<1x8x1x1xf32>
  %1 = nn.reshape %0 : (tensor<1x8x1x1xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// -----

// Kept: flattening merges all three dimensions in the transposed order.
// CHECK-LABEL: func.func @flatten
// CHECK-NEXT: nn.transpose %arg0
// CHECK-NEXT: nn.reshape
func.func @flatten(%x: tensor<1x5x6x8xf32>) -> tensor<1x240xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x8xf32>) -> tensor<1x8x5x6xf32>
  %1 = nn.reshape %0 : (tensor<1x8x5x6xf32>) -> tensor<1x240xf32>
  return %1 : tensor<1x240xf32>
}

// -----

// Kept: one transpose would become two.
// CHECK-LABEL: func.func @more_than_saved
// CHECK: %[[T:.*]] = nn.transpose %arg0
// CHECK: nn.concat %[[T]], %arg1, %arg1
func.func @more_than_saved(%x: tensor<1x5x6x2xf32>, %y: tensor<1x2x5x6xf32>) -> tensor<1x6x5x6xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x2xf32>) -> tensor<1x2x5x6xf32>
  %1 = nn.concat %0, %y, %y {axis = 1 : i64} : (tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>, tensor<1x2x5x6xf32>) -> tensor<1x6x5x6xf32>
  return %1 : tensor<1x6x5x6xf32>
}

// -----

// Kept: a product's operands have their dimensions' places.
// CHECK-LABEL: func.func @matmul
// CHECK: %[[T:.*]] = nn.transpose
// CHECK: nn.matmul %[[T]]
func.func @matmul(%x: tensor<4x3xf32>, %w: tensor<4x5xf32>) -> tensor<3x5xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<4x3xf32>) -> tensor<3x4xf32>
  %1 = nn.matmul %0, %w : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  return %1 : tensor<3x5xf32>
}
