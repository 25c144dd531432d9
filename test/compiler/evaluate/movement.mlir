// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// Each mode of padding beyond [1 2 3] by two on the left, one on the right.
// CHECK-LABEL: func.func @pads
// CHECK-DAG: dense<[9, 9, 1, 2, 3, 9]>
// CHECK-DAG: dense<[3, 2, 1, 2, 3, 2]>
// CHECK-DAG: dense<[1, 1, 1, 2, 3, 3]>
// CHECK-DAG: dense<[2, 3, 1, 2, 3, 1]>
func.func @pads() -> (tensor<6xi64>, tensor<6xi64>, tensor<6xi64>, tensor<6xi64>) {
  %x = arith.constant dense<[1, 2, 3]> : tensor<3xi64>
  %v = arith.constant dense<9> : tensor<i64>
  %0 = nn.pad %x, %v {pads = array<i64: 2, 1>, mode = #nn.pad_mode<constant>, operandSegmentSizes = array<i32: 1, 1>} : (tensor<3xi64>, tensor<i64>) -> tensor<6xi64>
  %1 = nn.pad %x {pads = array<i64: 2, 1>, mode = #nn.pad_mode<reflect>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<3xi64>) -> tensor<6xi64>
  %2 = nn.pad %x {pads = array<i64: 2, 1>, mode = #nn.pad_mode<edge>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<3xi64>) -> tensor<6xi64>
  %3 = nn.pad %x {pads = array<i64: 2, 1>, mode = #nn.pad_mode<wrap>, operandSegmentSizes = array<i32: 1, 0>} : (tensor<3xi64>) -> tensor<6xi64>
  return %0, %1, %2, %3 : tensor<6xi64>, tensor<6xi64>, tensor<6xi64>, tensor<6xi64>
}

// -----

// CHECK-LABEL: func.func @transpose
// CHECK: dense<{{\[\[\[}}0, 4], [1, 5]], {{\[\[}}2, 6], [3, 7]]]> : tensor<2x2x2xi8>
func.func @transpose() -> tensor<2x2x2xi8> {
  %x = arith.constant dense<[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]> : tensor<2x2x2xi8>
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x2x2xi8>) -> tensor<2x2x2xi8>
  return %0 : tensor<2x2x2xi8>
}

// -----

// Four-byte elements are transposed in blocks: the same result.
// CHECK-LABEL: func.func @transpose_in_blocks
// CHECK: dense<{{\[\[\[}}0, 4], [1, 5]], {{\[\[}}2, 6], [3, 7]]]> : tensor<2x2x2xi32>
func.func @transpose_in_blocks() -> tensor<2x2x2xi32> {
  %x = arith.constant dense<[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]> : tensor<2x2x2xi32>
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x2x2xi32>) -> tensor<2x2x2xi32>
  return %0 : tensor<2x2x2xi32>
}

// -----

// CHECK-LABEL: func.func @concat_tile_slice
// CHECK: dense<{{\[\[}}7, 3, 1], [8, 6, 4]]> : tensor<2x3xi64>
func.func @concat_tile_slice() -> tensor<2x3xi64> {
  %x = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %y = arith.constant dense<[[7], [8]]> : tensor<2x1xi64>
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xi64>, tensor<2x1xi64>) -> tensor<2x4xi64>
  %1 = nn.tile %0 {repeats = array<i64: 1, 2>} : (tensor<2x4xi64>) -> tensor<2x8xi64>
  %2 = nn.slice %1 {starts = array<i64: 0, 7>, sizes = array<i64: 2, 4>, steps = array<i64: 1, -2>} : (tensor<2x8xi64>) -> tensor<2x4xi64>
  // columns 7 and 5 of (1 2 3 7) twice
  %3 = nn.slice %0 {starts = array<i64: 0, 2>, sizes = array<i64: 2, 2>, steps = array<i64: 1, -2>} : (tensor<2x4xi64>) -> tensor<2x2xi64>
  %4 = nn.slice %2 {starts = array<i64: 0, 0>, sizes = array<i64: 2, 1>, steps = array<i64: 1, 1>} : (tensor<2x4xi64>) -> tensor<2x1xi64>
  %5 = nn.concat %4, %3 {axis = 1 : i64} : (tensor<2x1xi64>, tensor<2x2xi64>) -> tensor<2x3xi64>
  return %5 : tensor<2x3xi64>
}

// -----

// Index tuples with a shared batch; scatter adds where indices repeat.
// CHECK-LABEL: func.func @gather_scatter
// CHECK-DAG: dense<[2, 3]> : tensor<2xi64>
// CHECK-DAG: dense<[31, 2, 13, 4]> : tensor<4xi64>
func.func @gather_scatter() -> (tensor<2xi64>, tensor<4xi64>) {
  %x = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>
  %i = arith.constant dense<[[1], [-2]]> : tensor<2x1xi64>
  %0 = nn.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x2xi64>, tensor<2x1xi64>) -> tensor<2xi64>
  %d = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
  %j = arith.constant dense<[0, 0, -2]> : tensor<3xi64>
  %u = arith.constant dense<[10, 20, 10]> : tensor<3xi64>
  %1 = nn.scatter_elements %d, %j, %u {axis = 0 : i64, reduction = #nn.scatter_reduction<add>} : (tensor<4xi64>, tensor<3xi64>, tensor<3xi64>) -> tensor<4xi64>
  return %0, %1 : tensor<2xi64>, tensor<4xi64>
}

// -----

// CHECK-LABEL: func.func @along_axes
// CHECK-DAG: dense<{{\[\[}}4], [6]]> : tensor<2x1xi64>
// CHECK-DAG: dense<[1, 0]> : tensor<2xi64>
// CHECK-DAG: dense<{{\[\[}}3, 2, 0], [5, 3, 0]]> : tensor<2x3xi64>
func.func @along_axes() -> (tensor<2x1xi64>, tensor<2xi64>, tensor<2x3xi64>) {
  %x = arith.constant dense<[[1, 1, 2], [1, 2, 3]]> : tensor<2x3xi64>
  %y = arith.constant dense<[[1, 5], [7, 2]]> : tensor<2x2xi64>
  %0 = nn.reduce %x {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>} : (tensor<2x3xi64>) -> tensor<2x1xi64>
  %1 = nn.arg_reduce %y {kind = #nn.reduce_kind<max>, axis = 1 : i64, keepdims = false} : (tensor<2x2xi64>) -> tensor<2xi64>
  %2 = nn.cum_sum %x {axis = 1 : i64, exclusive = true, reverse = true} : (tensor<2x3xi64>) -> tensor<2x3xi64>
  return %0, %1, %2 : tensor<2x1xi64>, tensor<2xi64>, tensor<2x3xi64>
}
