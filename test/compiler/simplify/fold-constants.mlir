// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @chain
// CHECK-NEXT: %[[C:.*]] = arith.constant dense<[36, 4]> : tensor<2xi64>
// CHECK-NEXT: return %[[C]]
func.func @chain() -> tensor<2xi64> {
  %0 = arith.constant dense<[1, 3]> : tensor<2xi64>
  %1 = nn.add %0, %0 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64> // 2 6
  %2 = nn.mul %1, %1 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64> // 4 36
  %3 = arith.constant dense<[-1, 0]> : tensor<2xi64>
  %4 = nn.gather %2, %3 {axis = 0 : i64} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %4 : tensor<2xi64>
}

// -----

// Weights behind a dequantisation grow fourfold, and fold.
// CHECK-LABEL: func.func @dequantize
// CHECK: arith.constant dense<{{\[\[}}0.000000e+00, 2.000000e+00], [-3.000000e+00, -4.000000e+00]]> : tensor<2x2xf32>
// CHECK-NOT: = nn.
func.func @dequantize() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1, 5], [-3, -4]]> : tensor<2x2xi8>
  %s = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %z = arith.constant dense<[1, 0]> : tensor<2xi8>
  %0 = nn.dequantize %x, %s, %z {axis = 0 : i64, operandSegmentSizes = array<i32: 1, 1, 1>}
    : (tensor<2x2xi8>, tensor<2xf32>, tensor<2xi8>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// A splat stays one, however large.
// CHECK-LABEL: func.func @splat
// CHECK: arith.constant dense<3.000000e+00> : tensor<4096x4096xf32>
func.func @splat() -> tensor<4096x4096xf32> {
  %0 = arith.constant dense<1.0> : tensor<1xf32>
  %1 = arith.constant dense<2.0> : tensor<4096x4096xf32>
  %2 = nn.add %0, %1 : (tensor<1xf32>, tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  %3 = nn.transpose %2 {perm = array<i64: 1, 0>} : (tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %3 : tensor<4096x4096xf32>
}

// -----

// Reshaping shares the bytes.
// CHECK-LABEL: func.func @reshape
// CHECK: arith.constant dense_resource<weights> : tensor<4xf32>
func.func @reshape() -> tensor<4xf32> {
  %0 = arith.constant dense_resource<weights> : tensor<2x2xf32>
  %1 = nn.reshape %0 : (tensor<2x2xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F0000004000004040000080C0"
    }
  }
#-}

// -----

// Both results of an op fold.
// CHECK-LABEL: func.func @top_k
// CHECK-DAG: arith.constant dense<[9.000000e+00, 7.000000e+00]>
// CHECK-DAG: arith.constant dense<[1, 3]> : tensor<2xi64>
func.func @top_k() -> (tensor<2xf32>, tensor<2xi64>) {
  %0 = arith.constant dense<[1.0, 9.0, 3.0, 7.0]> : tensor<4xf32>
  %v, %i = nn.top_k %0 {k = 2 : i64, axis = 0 : i64} : (tensor<4xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  return %v, %i : tensor<2xf32>, tensor<2xi64>
}

// -----

// Bytes of weights that nothing uses are freed: no resource is printed.
// CHECK-LABEL: func.func @dead
// CHECK-NOT: arith.constant
// CHECK-NOT: weights
func.func @dead(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.constant dense_resource<weights> : tensor<2x2xf32>
  return %x : tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F0000004000004040000080C0"
    }
  }
#-}

// -----

// Not folded: an operand is not constant.
// CHECK-LABEL: func.func @not_constant
// CHECK: nn.add
func.func @not_constant(%x: tensor<2xi64>) -> tensor<2xi64> {
  %0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %1 = nn.add %0, %x : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %1 : tensor<2xi64>
}

// -----

// Not folded: 2 numbers would become 2 million.
// CHECK-LABEL: func.func @grows
// CHECK: nn.broadcast
func.func @grows() -> tensor<1000000x2xi64> {
  %0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %1 = nn.broadcast %0 : (tensor<2xi64>) -> tensor<1000000x2xi64>
  return %1 : tensor<1000000x2xi64>
}

// -----

// Not folded: the index lies outside.
// CHECK-LABEL: func.func @index_out_of_range
// CHECK: nn.gather
func.func @index_out_of_range() -> tensor<1xi64> {
  %0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %1 = arith.constant dense<2> : tensor<1xi64>
  %2 = nn.gather %0, %1 {axis = 0 : i64} : (tensor<2xi64>, tensor<1xi64>) -> tensor<1xi64>
  return %2 : tensor<1xi64>
}

// -----

// Not folded: integers are not divided by 0.
// CHECK-LABEL: func.func @division_by_zero
// CHECK: nn.div
// CHECK: nn.mod
func.func @division_by_zero() -> (tensor<2xi64>, tensor<2xi64>) {
  %0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %1 = arith.constant dense<[1, 0]> : tensor<2xi64>
  %2 = nn.div %0, %1 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %3 = nn.mod %0, %1 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %2, %3 : tensor<2xi64>, tensor<2xi64>
}

// -----

// Joined constants take what their parts took, but parts of one value each.
// CHECK-LABEL: func.func @joined
// CHECK: nn.concat
// CHECK-NOT: nn.concat
func.func @joined() -> (tensor<2x16001xf32>, tensor<2x40000xf32>) {
  %0 = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %1 = nn.broadcast %0 : (tensor<2x1xf32>) -> tensor<2x8000xf32>
  %2 = nn.concat %1, %0, %1 {axis = 1 : i64} : (tensor<2x8000xf32>, tensor<2x1xf32>, tensor<2x8000xf32>) -> tensor<2x16001xf32>
  %3 = arith.constant dense<0.0> : tensor<2x20000xf32>
  %4 = nn.concat %3, %3 {axis = 1 : i64} : (tensor<2x20000xf32>, tensor<2x20000xf32>) -> tensor<2x40000xf32>
  return %2, %4 : tensor<2x16001xf32>, tensor<2x40000xf32>
}
