// RUN: dlc-opt %s --split-input-file --dlc-bufferize | FileCheck %s

// What no view expresses is copied, one reason at a time; and where a result
// is not written over an operand.

// An input is returned.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<2x2xf32>, %[[Y:[^:]*]]: memref<4xf32>
// CHECK: %[[V:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [4], strides: [1]
// CHECK: call @copy(%[[V]], %[[Y]])
// CHECK: func.func private @copy(%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>) attributes {nn.stage = "copy"}
// CHECK: %[[T:.*]] = bufferization.to_tensor %[[A]] restrict
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[T]]
// CHECK: bufferization.materialize_in_destination %[[R]] in restrict writable %[[B]]
func.func @main(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %0 = nn.reshape %x : (tensor<2x2xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A value is returned twice: the second time it is copied.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %{{[^:]*}}: memref<4xf32>, %[[Y:[^:]*]]: memref<4xf32>, %[[Z:[^:]*]]: memref<4xf32>
// CHECK: call @s(%{{.*}}, %[[Y]])
// CHECK: call @copy(%[[Y]], %[[Z]])
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = call @s(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %0 : tensor<4xf32>, tensor<4xf32>
}
func.func private @s(tensor<4xf32>) -> tensor<4xf32>

// -----

// A concatenation of an input, of a value twice and of one that a later
// concatenation holds: one of each pair is written in place.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<2xf32>, %[[Y:[^:]*]]: memref<6xf32>
// CHECK: call @s(%[[X]], %{{.*}})
// CHECK: call @copy(%{{.*}}, %{{.*}})
// CHECK: call @copy(%[[X]], %{{.*}})
// CHECK-NOT: call
func.func @main(%x: tensor<2xf32>) -> tensor<6xf32> {
  %0 = call @s(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.concat %0, %0, %x {axis = 0 : i64} : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<6xf32>
  return %1 : tensor<6xf32>
}
func.func private @s(tensor<2xf32>) -> tensor<2xf32>

// -----

// Columns of a matrix have no strides as one dimension: the reshape copies.
// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = arena.view %{{.*}} {byte_offset = 4 : i64} : memref<2x4xf32> to memref<2x2xf32, strided<[4, 1]>>
// CHECK: %[[B:.*]] = arena.buffer {{.*}} : memref<4xf32>
// CHECK: %[[T:.*]] = arena.view %[[B]] {byte_offset = 0 : i64} : memref<4xf32> to memref<2x2xf32>
// CHECK: call @copy(%[[S]], %[[T]])
// CHECK: call @s(%[[B]], %{{.*}})
func.func @main(%x: tensor<2x4xf32>) -> tensor<4xf32> {
  %0 = nn.slice %x {starts = array<i64: 0, 1>, sizes = array<i64: 2, 2>, steps = array<i64: 1, 1>} : (tensor<2x4xf32>) -> tensor<2x2xf32>
  %1 = nn.reshape %0 : (tensor<2x2xf32>) -> tensor<4xf32>
  %2 = call @s(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
func.func private @s(tensor<4xf32>) -> tensor<4xf32>

// -----

// Not over an operand that is read again, nor over one that is passed twice,
// nor over an input. The mark goes.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<4xf32>
// CHECK: call @add(%[[X]], %[[X]], %[[A:[^)]*]])
// CHECK: %[[B:.*]] = arena.buffer
// CHECK: call @add(%[[X]], %[[A]], %[[B]])
// CHECK: %[[C:.*]] = arena.buffer
// CHECK: call @add(%[[A]], %[[A]], %[[C]])
// CHECK: call @add(%[[B]], %[[C]], %{{.*}})
// CHECK: func.func private @add(memref<4xf32>, memref<4xf32>, memref<4xf32>)
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @add(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = call @add(%x, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = call @add(%0, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = call @add(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
func.func private @add(tensor<4xf32>, tensor<4xf32> {nn.inplace}) -> tensor<4xf32>

// -----

// A part of a result that was written over an operand: copied from there.
// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = arena.buffer
// CHECK: call @make(%{{.*}}, %[[A]])
// CHECK: call @add(%{{.*}}, %[[A]], %[[A]])
// CHECK-NOT: arena.buffer
// CHECK: %[[V:.*]] = arena.view %[[A]] {byte_offset = 8 : i64}
// CHECK: call @copy(%[[V]], %{{.*}})
func.func @main(%x: tensor<4xf32>) -> tensor<2xf32> {
  %0 = call @make(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @add(%x, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.slice %1 {starts = array<i64: 2>, sizes = array<i64: 2>, steps = array<i64: 1>} : (tensor<4xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}
func.func private @make(tensor<4xf32>) -> tensor<4xf32>
func.func private @add(tensor<4xf32>, tensor<4xf32> {nn.inplace}) -> tensor<4xf32>
