// RUN: dlc-opt %s --dlc-simplify-data-movement | FileCheck %s

// CHECK-LABEL: func.func @identities
// CHECK-NEXT: return %arg0
func.func @identities(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = nn.reshape %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = nn.slice %1 {starts = array<i64: 0, 0>, sizes = array<i64: 2, 3>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = nn.pad %2 {pads = array<i64: 0, 0, 0, 0>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = nn.cast %3 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %5 = nn.broadcast %4 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = nn.tile %5 {repeats = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %7 = nn.concat %6 {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %8 = nn.resize %7 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %8 : tensor<2x3xf32>
}

// Kept: each leaves the type and moves elements.
// CHECK-LABEL: func.func @not_identities
// CHECK: nn.transpose
// CHECK: nn.slice
// CHECK: nn.pad
func.func @not_identities(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %1 = nn.slice %0 {starts = array<i64: 2, 0>, sizes = array<i64: 3, 3>, steps = array<i64: -1, 1>} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %2 = nn.pad %1 {pads = array<i64: 1, 0, -1, 0>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  return %2 : tensor<3x3xf32>
}

// CHECK-LABEL: func.func @pairs
// CHECK: %[[T:.*]] = nn.transpose %arg0 {perm = array<i64: 2, 1, 0>}
// CHECK: %[[R:.*]] = nn.reshape %arg0 : (tensor<2x3x4xf32>) -> tensor<4x6xf32>
// 1 + 1 * 2, every 2 * 2nd
// CHECK: %[[S:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 1, 1>, starts = array<i64: 0, 0, 3>, steps = array<i64: 1, 1, 4>}
// CHECK-NEXT: return %[[T]], %[[R]], %[[S]]
func.func @pairs(%x: tensor<2x3x4xf32>) -> (tensor<4x3x2xf32>, tensor<4x6xf32>, tensor<1x1x1xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 1, 0, 2>} : (tensor<3x4x2xf32>) -> tensor<4x3x2xf32>
  %2 = nn.reshape %x : (tensor<2x3x4xf32>) -> tensor<24xf32>
  %3 = nn.reshape %2 : (tensor<24xf32>) -> tensor<4x6xf32>
  %4 = nn.slice %x {starts = array<i64: 0, 0, 1>, sizes = array<i64: 2, 3, 2>, steps = array<i64: 1, 1, 2>} : (tensor<2x3x4xf32>) -> tensor<2x3x2xf32>
  %5 = nn.slice %4 {starts = array<i64: 0, 0, 1>, sizes = array<i64: 1, 1, 1>, steps = array<i64: 1, 1, 2>} : (tensor<2x3x2xf32>) -> tensor<1x1x1xf32>
  return %1, %3, %5 : tensor<4x3x2xf32>, tensor<4x6xf32>, tensor<1x1x1xf32>
}

// A transpose and its inverse leave nothing.
// CHECK-LABEL: func.func @inverse
// CHECK-NEXT: return %arg0
func.func @inverse(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 2, 0, 1>} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  return %1 : tensor<2x3x4xf32>
}

// Heads of an attention side by side: what is merged moves as a whole.
// CHECK-LABEL: func.func @transposes_around_reshape
// CHECK-NEXT: %[[T:.*]] = nn.transpose %arg0 {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x5x4xf32>) -> tensor<2x5x3x4xf32>
// CHECK-NEXT: %[[R:.*]] = nn.reshape %[[T]] : (tensor<2x5x3x4xf32>) -> tensor<2x5x12xf32>
// CHECK-NEXT: return %[[R]]
func.func @transposes_around_reshape(%x: tensor<2x3x5x4xf32>) -> tensor<2x5x12xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 1, 3, 2>} : (tensor<2x3x5x4xf32>) -> tensor<2x3x4x5xf32>
  %1 = nn.reshape %0 : (tensor<2x3x4x5xf32>) -> tensor<2x12x5xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1>} : (tensor<2x12x5xf32>) -> tensor<2x5x12xf32>
  return %2 : tensor<2x5x12xf32>
}

// Kept: the reshape splits and merges at once; the first transpose has another
// reader.
// CHECK-LABEL: func.func @reshape_apart
// CHECK-COUNT-2: nn.transpose
func.func @reshape_apart(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %1 = nn.reshape %0 : (tensor<3x2x4xf32>) -> tensor<12x2xf32>
  %2 = nn.transpose %1 {perm = array<i64: 1, 0>} : (tensor<12x2xf32>) -> tensor<2x12xf32>
  return %2 : tensor<2x12xf32>
}
// CHECK-LABEL: func.func @reshape_read_twice
// CHECK-COUNT-2: nn.transpose
func.func @reshape_read_twice(%x: tensor<2x3x5x4xf32>) -> (tensor<2x5x12xf32>, tensor<2x3x4x5xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 0, 1, 3, 2>} : (tensor<2x3x5x4xf32>) -> tensor<2x3x4x5xf32>
  %1 = nn.reshape %0 : (tensor<2x3x4x5xf32>) -> tensor<2x12x5xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1>} : (tensor<2x12x5xf32>) -> tensor<2x5x12xf32>
  return %2, %0 : tensor<2x5x12xf32>, tensor<2x3x4x5xf32>
}

// CHECK-LABEL: func.func @transpose_of_ones
// CHECK-NEXT: nn.reshape %arg0 : (tensor<1x8x1x1xf32>) -> tensor<1x1x1x8xf32>
func.func @transpose_of_ones(%x: tensor<1x8x1x1xf32>) -> tensor<1x1x1x8xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x8x1x1xf32>) -> tensor<1x1x1x8xf32>
  return %0 : tensor<1x1x1x8xf32>
}

// CHECK-LABEL: func.func @slice_of_concat
// CHECK: nn.slice %arg1 {sizes = array<i64: 1, 2>, starts = array<i64: 0, 1>, steps = array<i64: 1, 1>}
func.func @slice_of_concat(%x: tensor<1x3xf32>, %y: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x6xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 4>, sizes = array<i64: 1, 2>, steps = array<i64: 1, 1>} : (tensor<1x6xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// Kept: the slice has elements of both parts.
// CHECK-LABEL: func.func @slice_across_concat
// CHECK: nn.concat
// CHECK: nn.slice
func.func @slice_across_concat(%x: tensor<1x3xf32>, %y: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x6xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 2>, sizes = array<i64: 1, 2>, steps = array<i64: 1, 1>} : (tensor<1x6xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @concats
// CHECK: nn.concat %arg0, %arg1, %arg0 {axis = 1 : i64}
func.func @concats(%x: tensor<1x3xf32>, %y: tensor<1x3xf32>) -> tensor<1x9xf32> {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x6xf32>
  %1 = nn.concat %0, %x {axis = 1 : i64} : (tensor<1x6xf32>, tensor<1x3xf32>) -> tensor<1x9xf32>
  return %1 : tensor<1x9xf32>
}

// Kept: the inner concat is needed anyway, or runs along another axis.
// CHECK-LABEL: func.func @concats_kept
// CHECK-COUNT-4: nn.concat
func.func @concats_kept(%x: tensor<2x3xf32>) -> (tensor<2x6xf32>, tensor<2x9xf32>, tensor<4x6xf32>) {
  %0 = nn.concat %x, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  %1 = nn.concat %0, %x {axis = 1 : i64} : (tensor<2x6xf32>, tensor<2x3xf32>) -> tensor<2x9xf32>
  %2 = nn.concat %x, %x {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %3 = nn.concat %2, %2 {axis = 1 : i64} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x6xf32>
  return %0, %1, %3 : tensor<2x6xf32>, tensor<2x9xf32>, tensor<4x6xf32>
}

// CHECK-LABEL: func.func @gather_evenly
// CHECK: %[[S:.*]] = nn.slice %arg0 {sizes = array<i64: 2, 2>, starts = array<i64: 0, 3>, steps = array<i64: 1, -2>}
// CHECK: %[[T:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 4>, starts = array<i64: 1, 0>, steps = array<i64: 1, 1>}
// CHECK: nn.reshape %[[T]] : (tensor<1x4xf32>) -> tensor<4xf32>
func.func @gather_evenly(%x: tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<4xf32>) {
  %i = arith.constant dense<[-1, 1]> : tensor<2xi64>
  %j = arith.constant dense<-1> : tensor<i64>
  %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  %1 = nn.gather %x, %j {axis = 0 : i64} : (tensor<2x4xf32>, tensor<i64>) -> tensor<4xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<4xf32>
}

// Kept: repeated, uneven or unknown indices.
// CHECK-LABEL: func.func @gather_unevenly
// CHECK-COUNT-3: nn.gather
func.func @gather_unevenly(%x: tensor<2x4xf32>, %k: tensor<2xi64>) -> (tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x2xf32>) {
  %i = arith.constant dense<[1, 1]> : tensor<2xi64>
  %j = arith.constant dense<[0, 1, 3]> : tensor<3xi64>
  %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  %1 = nn.gather %x, %j {axis = 1 : i64} : (tensor<2x4xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %2 = nn.gather %x, %k {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x2xf32>
}

// CHECK-LABEL: func.func @broadcast_into_add
// CHECK-NEXT: nn.add %arg0, %arg1 : (tensor<2x4xf32>, tensor<4xf32>)
func.func @broadcast_into_add(%x: tensor<2x4xf32>, %y: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = nn.broadcast %y : (tensor<4xf32>) -> tensor<2x4xf32>
  %1 = nn.add %x, %0 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// Kept: without it the result would be smaller.
// CHECK-LABEL: func.func @broadcast_gives_the_shape
// CHECK: nn.broadcast
func.func @broadcast_gives_the_shape(%x: tensor<1x4xf32>, %y: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = nn.broadcast %y : (tensor<4xf32>) -> tensor<2x4xf32>
  %1 = nn.add %x, %0 : (tensor<1x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @tile_of_one
// CHECK-NEXT: nn.broadcast %arg0 : (tensor<1x4xf32>) -> tensor<3x4xf32>
// CHECK-NEXT: nn.tile %arg0
func.func @tile_of_one(%x: tensor<1x4xf32>) -> (tensor<3x4xf32>, tensor<1x8xf32>) {
  %0 = nn.tile %x {repeats = array<i64: 3, 1>} : (tensor<1x4xf32>) -> tensor<3x4xf32>
  %1 = nn.tile %x {repeats = array<i64: 1, 2>} : (tensor<1x4xf32>) -> tensor<1x8xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<1x8xf32>
}
