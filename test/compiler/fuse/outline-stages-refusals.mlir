// RUN: dlc-opt %s --split-input-file --dlc-outline-stages | FileCheck %s

// What keeps two operators in different stages, one reason at a time.

// The value between them is read outside: by the return.
// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = call @matmul
// CHECK: %[[R:.*]] = call @elementwise(%[[M]])
// CHECK: return %[[M]], %[[R]]
func.func @main(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.relu %0 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// A diamond whose one branch leaves the stage: through a matmul, which then
// takes the add.
// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = call @matmul(
// CHECK: %[[N:.*]] = call @matmul_0(%[[M]])
// CHECK: return %[[N]]
// CHECK: func.func private @matmul(
// CHECK-NOT: nn.add
// CHECK: func.func private @matmul_0(
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.matmul %0, %0 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = nn.add %0, %1 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

// The result would be larger than the root's.
// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = call @reduce
// CHECK: call @elementwise(%{{.*}}, %[[M]])
func.func @main(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %1 = nn.sub %x, %0 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// -----

// An operand that the root reads too is not one to write over, nor is one that
// is broadcast, nor one with smaller elements.
// CHECK-LABEL: func.func @main
// CHECK: func.func private @matmul(
// CHECK-NOT: nn.inplace
func.func @main(%x: tensor<2x2xf32>, %s: tensor<1x2xf32>, %c: tensor<2x2xi8>) -> tensor<2x2xf32> {
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = nn.add %0, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = nn.mul %1, %s : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %3 = nn.cast %c : (tensor<2x2xi8>) -> tensor<2x2xf32>
  %4 = nn.add %2, %3 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %4 : tensor<2x2xf32>
}

// -----

// A padding that a second op reads, and one before a convolution that pads
// too, are stages of their own.
// CHECK-LABEL: func.func @main
// CHECK: call @pad
// CHECK: call @max_pool
// CHECK: call @pad_0
// CHECK: call @max_pool_1
func.func @main(%x: tensor<1x4x4x2xf32>) -> (tensor<1x5x5x2xf32>, tensor<1x6x6x2xf32>, tensor<1x7x7x2xf32>) {
  %0 = nn.pad %x {pads = array<i64: 0, 1, 1, 0, 0, 1, 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x4x4x2xf32>) -> tensor<1x6x6x2xf32>
  %1 = nn.max_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x6x6x2xf32>) -> tensor<1x5x5x2xf32>
  %2 = nn.pad %x {pads = array<i64: 0, 1, 1, 0, 0, 1, 1, 0>, mode = #nn.pad_mode<edge>} : (tensor<1x4x4x2xf32>) -> tensor<1x6x6x2xf32>
  %3 = nn.max_pool %2 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x6x6x2xf32>) -> tensor<1x7x7x2xf32>
  return %1, %0, %3 : tensor<1x5x5x2xf32>, tensor<1x6x6x2xf32>, tensor<1x7x7x2xf32>
}

// -----

// A transposition of something computed is a stage of its own.
// CHECK-LABEL: func.func @main
// CHECK: call @elementwise
// CHECK: call @transpose
// CHECK: call @conv
func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf32>
  %0 = nn.relu %x : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32>
  %2 = nn.conv %1, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x4x2xf32>
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// Stages that differ in a scalar do not share a function.
// CHECK-LABEL: func.func @main
// CHECK: call @elementwise(
// CHECK: call @matmul(
// CHECK: call @elementwise_0(
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = nn.add %x, %one : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %1 = nn.matmul %0, %0 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = nn.reshape %1 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %3 = nn.add %2, %two : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %3 : tensor<2x2xf32>
}
