// RUN: dlc-opt %s --dlc-permute-dense-weights --dlc-fold-constants --split-input-file | FileCheck %s

// Row 2 * c + h of the weights meets element c of position h; the map holds it
// at 3 * h + c.
// CHECK-LABEL: func.func @flatten
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}0.000000e+00], [2.000000e+00], [4.000000e+00], [1.000000e+00], [3.000000e+00], [5.000000e+00]]>
// CHECK-DAG: %[[F:.*]] = nn.reshape %arg0 : (tensor<1x2x3xf32>) -> tensor<1x6xf32>
// CHECK-DAG: %[[R:.*]] = nn.relu %[[F]]
// CHECK: nn.matmul %[[R]], %[[W]]
func.func @flatten(%x: tensor<1x2x3xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<6x1xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x2x3xf32>) -> tensor<1x3x2xf32>
  %1 = nn.reshape %0 : (tensor<1x3x2xf32>) -> tensor<1x6xf32>
  %2 = nn.relu %1 : (tensor<1x6xf32>) -> tensor<1x6xf32>
  %3 = nn.matmul %2, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  return %3 : tensor<1x1xf32>
}

// -----

// Two layers read the map: both weights are permuted.
// CHECK-LABEL: func.func @two_products
// CHECK-NOT: nn.transpose
// CHECK-COUNT-2: nn.matmul
func.func @two_products(%x: tensor<1x2x3xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<6x1xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x2x3xf32>) -> tensor<1x3x2xf32>
  %1 = nn.reshape %0 : (tensor<1x3x2xf32>) -> tensor<1x6xf32>
  %2 = nn.matmul %1, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  %3 = nn.matmul %1, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  return %2, %3 : tensor<1x1xf32>, tensor<1x1xf32>
}

// -----

// Kept: the result has the flattened map's order.
// CHECK-LABEL: func.func @returned
// CHECK: nn.transpose
func.func @returned(%x: tensor<1x2x3xf32>) -> (tensor<1x1xf32>, tensor<1x6xf32>) {
  %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<6x1xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x2x3xf32>) -> tensor<1x3x2xf32>
  %1 = nn.reshape %0 : (tensor<1x3x2xf32>) -> tensor<1x6xf32>
  %2 = nn.matmul %1, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  return %2, %1 : tensor<1x1xf32>, tensor<1x6xf32>
}

// -----

// Kept: the weights are computed.
// CHECK-LABEL: func.func @weights_not_constant
// CHECK: nn.transpose
func.func @weights_not_constant(%x: tensor<1x2x3xf32>, %w: tensor<6x1xf32>) -> tensor<1x1xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x2x3xf32>) -> tensor<1x3x2xf32>
  %1 = nn.reshape %0 : (tensor<1x3x2xf32>) -> tensor<1x6xf32>
  %2 = nn.matmul %1, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  return %2 : tensor<1x1xf32>
}

// -----

// Kept: the rows of the result are transposed as well.
// CHECK-LABEL: func.func @batch_transposed
// CHECK: nn.transpose
func.func @batch_transposed(%x: tensor<3x2x2xf32>) -> tensor<2x1xf32> {
  %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<6x1xf32>
  %0 = nn.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<3x2x2xf32>) -> tensor<2x3x2xf32>
  %1 = nn.reshape %0 : (tensor<2x3x2xf32>) -> tensor<2x6xf32>
  %2 = nn.matmul %1, %w : (tensor<2x6xf32>, tensor<6x1xf32>) -> tensor<2x1xf32>
  return %2 : tensor<2x1xf32>
}

// -----

// Kept: the two values of the added constant belong to the map's first order.
// CHECK-LABEL: func.func @binary_between
// CHECK: nn.transpose
func.func @binary_between(%x: tensor<1x2x3xf32>, %y: tensor<6xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<6x1xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x2x3xf32>) -> tensor<1x3x2xf32>
  %1 = nn.reshape %0 : (tensor<1x3x2xf32>) -> tensor<1x6xf32>
  %2 = nn.add %1, %y : (tensor<1x6xf32>, tensor<6xf32>) -> tensor<1x6xf32>
  %3 = nn.matmul %2, %w : (tensor<1x6xf32>, tensor<6x1xf32>) -> tensor<1x1xf32>
  return %3 : tensor<1x1xf32>
}
