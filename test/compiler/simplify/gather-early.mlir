// RUN: dlc-opt %s --pass-pipeline="builtin.module(func.func(dlc-gather-early))" | FileCheck %s

// As a detector decodes its boxes: all of it for 3 positions of 9.
// CHECK-LABEL: func.func @decode
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1 {axis = 2 : i64} : (tensor<1x8x9xi8>, tensor<3xi64>) -> tensor<1x8x3xi8>
// CHECK: %[[D:.*]] = nn.dequantize %[[G]]
// CHECK: nn.reshape %[[D]] : (tensor<1x8x3xf32>) -> tensor<1x2x4x3xf32>
// CHECK: nn.transpose {{.*}} -> tensor<1x4x2x3xf32>
// CHECK: nn.softmax {{.*}} -> tensor<1x4x2x3xf32>
// CHECK: nn.conv {{.*}} -> tensor<1x1x2x3xf32>
// CHECK: nn.reshape {{.*}} -> tensor<1x2x3xf32>
// CHECK: nn.slice {{.*}}sizes = array<i64: 1, 1, 3>
// CHECK: nn.concat {{.*}} -> tensor<1x2x3xf32>
// CHECK: %[[A:.*]] = nn.gather %arg2, %arg1 {axis = 1 : i64} : (tensor<1x9xf32>, tensor<3xi64>) -> tensor<1x3xf32>
// CHECK: nn.mul %{{.*}}, %[[A]] : (tensor<1x2x3xf32>, tensor<1x3xf32>) -> tensor<1x2x3xf32>
// CHECK-NOT: x9xf32>
// CHECK: return
func.func @decode(%x: tensor<1x8x9xi8>, %places: tensor<3xi64>, %strides: tensor<1x9xf32>) -> tensor<1x2x3xf32> {
  %scale = arith.constant dense<0.5> : tensor<f32>
  %zero = arith.constant dense<3> : tensor<i8>
  %filter = arith.constant dense<1.0> : tensor<1x4x1x1xf32>
  %0 = nn.dequantize %x, %scale, %zero : (tensor<1x8x9xi8>, tensor<f32>, tensor<i8>) -> tensor<1x8x9xf32>
  %1 = nn.reshape %0 : (tensor<1x8x9xf32>) -> tensor<1x2x4x9xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x2x4x9xf32>) -> tensor<1x4x2x9xf32>
  %3 = nn.softmax %2 {axis = 1 : i64} : (tensor<1x4x2x9xf32>) -> tensor<1x4x2x9xf32>
  %4 = nn.conv %3, %filter {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x4x2x9xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x2x9xf32>
  %5 = nn.reshape %4 : (tensor<1x1x2x9xf32>) -> tensor<1x2x9xf32>
  %6 = nn.slice %5 {starts = array<i64: 0, 0, 0>, sizes = array<i64: 1, 1, 9>, steps = array<i64: 1, 1, 1>} : (tensor<1x2x9xf32>) -> tensor<1x1x9xf32>
  %7 = nn.slice %5 {starts = array<i64: 0, 1, 0>, sizes = array<i64: 1, 1, 9>, steps = array<i64: 1, 1, 1>} : (tensor<1x2x9xf32>) -> tensor<1x1x9xf32>
  %8 = nn.concat %7, %6 {axis = 1 : i64} : (tensor<1x1x9xf32>, tensor<1x1x9xf32>) -> tensor<1x2x9xf32>
  %9 = nn.mul %8, %strides : (tensor<1x2x9xf32>, tensor<1x9xf32>) -> tensor<1x2x9xf32>
  %10 = nn.gather %9, %places {axis = 2 : i64} : (tensor<1x2x9xf32>, tensor<3xi64>) -> tensor<1x2x3xf32>
  return %10 : tensor<1x2x3xf32>
}

// CHECK-LABEL: func.func @reduced
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1 {axis = 2 : i64} : (tensor<2x5x9xf32>, tensor<3xi64>) -> tensor<2x5x3xf32>
// CHECK: nn.arg_reduce %[[G]] {{.*}} -> tensor<2x3xi64>
func.func @reduced(%x: tensor<2x5x9xf32>, %places: tensor<3xi64>) -> tensor<2x3xi64> {
  %0 = nn.arg_reduce %x {kind = #nn.reduce_kind<max>, axis = 1 : i64, keepdims = false} : (tensor<2x5x9xf32>) -> tensor<2x9xi64>
  %1 = nn.gather %0, %places {axis = 1 : i64} : (tensor<2x9xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %1 : tensor<2x3xi64>
}

// Two readers of one value at the same places share the gather of it.
// CHECK-LABEL: func.func @shared
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1
// CHECK-NOT: nn.gather
// CHECK: %[[E:.*]] = nn.exp %[[G]]
func.func @shared(%x: tensor<2x9xf32>, %places: tensor<3xi64>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = nn.exp %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %1 = nn.abs %0 : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %2 = nn.neg %0 : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %3 = nn.gather %1, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %4 = nn.gather %2, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  return %3, %4 : tensor<2x3xf32>, tensor<2x3xf32>
}

// Nothing moves where all of it is read as well, where positions mix, or where a gather makes more of it.
// CHECK-LABEL: func.func @stays
// CHECK: %[[E:.*]] = nn.exp %arg0 : (tensor<2x9xf32>)
// CHECK: nn.gather %[[E]]
// CHECK: %[[S:.*]] = nn.softmax %arg0 {axis = 1 : i64} : (tensor<2x9xf32>)
// CHECK: nn.gather %[[S]]
// CHECK: %[[R:.*]] = nn.reshape %arg0
// CHECK: nn.gather %[[R]]
// CHECK: %[[N:.*]] = nn.neg %arg0
// CHECK: nn.gather %[[N]]
func.func @stays(%x: tensor<2x9xf32>, %places: tensor<3xi64>) -> (tensor<2x9xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x3xf32>, tensor<3x9xf32>) {
  %0 = nn.exp %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %1 = nn.gather %0, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %2 = nn.softmax %x {axis = 1 : i64} : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %3 = nn.gather %2, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %4 = nn.reshape %x : (tensor<2x9xf32>) -> tensor<6x3xf32>
  %5 = nn.gather %4, %places {axis = 0 : i64} : (tensor<6x3xf32>, tensor<3xi64>) -> tensor<3x3xf32>
  %6 = nn.neg %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %7 = nn.gather %6, %places {axis = 0 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<3x9xf32>
  return %0, %1, %3, %5, %7 : tensor<2x9xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x3xf32>, tensor<3x9xf32>
}

// A transpose moves behind it whoever else reads it; a slice of what is read as a whole stays.
// CHECK-LABEL: func.func @moved
// CHECK: %[[T:.*]] = nn.transpose %arg0
// CHECK: %[[S:.*]] = nn.slice %arg0
// CHECK: %[[G:.*]] = nn.gather %[[S]], %arg1 {axis = 0 : i64} : (tensor<9x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
// CHECK: %[[C:.*]] = nn.transpose %[[G]] {{.*}} -> tensor<4x3xf32>
// CHECK: return %[[T]], %[[C]]
func.func @moved(%x: tensor<9x8xf32>, %places: tensor<3xi64>) -> (tensor<8x9xf32>, tensor<4x3xf32>, tensor<4x9xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<9x8xf32>) -> tensor<8x9xf32>
  %1 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 9, 4>, steps = array<i64: 1, 1>} : (tensor<9x8xf32>) -> tensor<9x4xf32>
  %2 = nn.transpose %1 {perm = array<i64: 1, 0>} : (tensor<9x4xf32>) -> tensor<4x9xf32>
  %3 = nn.gather %2, %places {axis = 1 : i64} : (tensor<4x9xf32>, tensor<3xi64>) -> tensor<4x3xf32>
  return %0, %3, %2 : tensor<8x9xf32>, tensor<4x3xf32>, tensor<4x9xf32>
}
