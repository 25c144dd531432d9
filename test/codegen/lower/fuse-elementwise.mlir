// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// Not fused: the producer has two users.

// CHECK-LABEL: func @two_users
// CHECK-COUNT-2: linalg.generic
// CHECK-NOT: linalg.generic
func.func @two_users(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = nn.exp %x : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = nn.neg %0 : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// Not fused: the consumer would compute each exponential four times.

// CHECK-LABEL: func @broadcast
// CHECK-COUNT-2: linalg.generic
// CHECK-NOT: linalg.generic
func.func @broadcast(%x: tensor<4x1xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.exp %x : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %1 = nn.mul %0, %y : (tensor<4x1xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// A reduction reads through a cheap producer ...

// CHECK-LABEL: func @cheap_into_reduction
// CHECK: linalg.generic
// CHECK-SAME: ["parallel", "reduction"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: linalg.generic
func.func @cheap_into_reduction(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = nn.mul %x, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = nn.reduce %0 {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<4x8xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// ... but not through an exponential, which has loops of its own.

// CHECK-LABEL: func @costly_into_reduction
// CHECK: math.exp
// CHECK: linalg.generic
// CHECK: arith.addf
func.func @costly_into_reduction(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = nn.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = nn.reduce %0 {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<4x8xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Not fused: a contraction reads each element more than once.

// CHECK-LABEL: func @into_matmul
// CHECK-COUNT-2: linalg.generic
// CHECK-NOT: linalg.generic
func.func @into_matmul(%x: tensor<4x8xf32>, %y: tensor<8x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.relu %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = nn.matmul %0, %y : (tensor<4x8xf32>, tensor<8x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// A convolution reads its input where it lies: the transposition to channels
// last is in its map, and the padding is that of the input.

// CHECK: #[[READ:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d6, d1 + d4, d2 + d5)>
// CHECK-LABEL: func @transposed_input
// CHECK-SAME: %[[X:.+]]: tensor<1x3x8x8xf32>
// CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 0, 1, 1] high[0, 0, 1, 1]
// CHECK: linalg.generic {indexing_maps = [#[[READ]]
// CHECK-SAME: ins(%[[PADDED]],
// CHECK-NOT: linalg.generic
func.func @transposed_input(%x: tensor<1x3x8x8xf32>, %f: tensor<16x3x3x3xf32>) -> tensor<1x8x8x16xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x8x8xf32>) -> tensor<1x8x8x3xf32>
  %1 = nn.conv %0, %f {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x8x8x3xf32>, tensor<16x3x3x3xf32>) -> tensor<1x8x8x16xf32>
  return %1 : tensor<1x8x8x16xf32>
}

// -----

// Not through the transposition of a right operand: its columns are the lanes
// of a vector.

// CHECK-LABEL: func @transposed_columns
// CHECK-COUNT-2: linalg.generic
func.func @transposed_columns(%x: tensor<4x8xf32>, %y: tensor<16x8xf32>) -> tensor<4x16xf32> {
  %0 = nn.transpose %y {perm = array<i64: 1, 0>} : (tensor<16x8xf32>) -> tensor<8x16xf32>
  %1 = nn.matmul %x, %0 : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  return %1 : tensor<4x16xf32>
}
