// RUN: dlc-opt %s --split-input-file --dlc-sink-reshape | FileCheck %s

// Below the activation and the bias, which broadcasts along a dimension that
// the reshape leaves alone.

// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = nn.matmul
// CHECK: %[[A:.*]] = nn.add %[[M]], %{{.*}} : (tensor<1x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
// CHECK: %[[R:.*]] = nn.relu %[[A]]
// CHECK: %[[S:.*]] = nn.reshape %[[R]] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
// CHECK: return %[[S]]
func.func @main(%x: tensor<1x2xf32>, %y: tensor<2x3xf32>) -> tensor<1x1x3xf32> {
  %b = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.matmul %x, %y : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  %1 = nn.reshape %0 : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
  %2 = nn.add %1, %b : (tensor<1x1x3xf32>, tensor<3xf32>) -> tensor<1x1x3xf32>
  %3 = nn.relu %2 : (tensor<1x1x3xf32>) -> tensor<1x1x3xf32>
  return %3 : tensor<1x1x3xf32>
}

// -----

// A constant of the reshape's shape is reshaped the other way; through a
// diamond.

// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = nn.matmul
// CHECK: %[[A:.*]] = nn.add %[[M]], %{{.*}} : (tensor<2x2xf32>, tensor<2x2xf32>)
// CHECK: %[[P:.*]] = nn.mul %[[M]], %[[A]] : (tensor<2x2xf32>, tensor<2x2xf32>)
// CHECK: %[[R:.*]] = nn.reshape %[[P]]
// CHECK: return %[[R]]
func.func @main(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.reshape %0 : (tensor<2x2xf32>) -> tensor<4xf32>
  %2 = nn.add %1, %c : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.mul %1, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// Not when an operand broadcasts along a dimension that the reshape makes.

// CHECK-LABEL: func.func @main
// CHECK: nn.matmul
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.add
func.func @main(%x: tensor<1x4xf32>, %y: tensor<4x4xf32>, %b: tensor<2x1xf32>) -> tensor<2x2xf32> {
  %0 = nn.matmul %x, %y : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  %1 = nn.reshape %0 : (tensor<1x4xf32>) -> tensor<2x2xf32>
  %2 = nn.add %1, %b : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

// Not when the reshaped value is needed as it is.

// CHECK-LABEL: func.func @main
// CHECK: nn.matmul
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.relu
func.func @main(%x: tensor<2x2xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.reshape %0 : (tensor<2x2xf32>) -> tensor<4xf32>
  %2 = nn.relu %1 : (tensor<4xf32>) -> tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// -----

// Not when it would make the result larger: the reshape is the broadcast one.

// CHECK-LABEL: func.func @main
// CHECK: nn.reduce
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.mul
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<2x4xf32>) -> tensor<2xf32>
  %1 = nn.reshape %0 : (tensor<2xf32>) -> tensor<2x1xf32>
  %2 = nn.mul %x, %1 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

// Not from the network's input: nothing is won.

// CHECK-LABEL: func.func @main
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.relu
func.func @main(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  %0 = nn.reshape %x : (tensor<2x4xf32>) -> tensor<8xf32>
  %1 = nn.relu %0 : (tensor<8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}
