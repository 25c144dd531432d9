// RUN: dlc-opt %s --dlc-store-signs --split-input-file | FileCheck %s

// Larq's form: never 0. Two channels of weights, 0.5 and 0.25.
// CHECK-LABEL: func.func @signs(
// CHECK: nn.add
// CHECK: %[[S:.*]] = nn.sign %{{.*}} : (tensor<1x2x4x4xf32>)
// CHECK: %[[I:.*]] = nn.cast %[[S]] : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xi8>
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: %[[X:.*]] = nn.dequantize %[[I]], %[[ONE]]
// CHECK: %[[P:.*]] = nn.pad %[[X]]
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}1]], {{.*}}-1]]], {{.*}}0]], {{.*}}1]]]]> : tensor<2x2x1x1xi8>
// CHECK: %[[A:.*]] = arith.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK: %[[F:.*]] = nn.dequantize %[[W]], %[[A]] {axis = 0 : i64}
// CHECK: nn.conv %[[P]], %[[F]]
func.func @signs(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x6x6xf32> {
  %tenth = arith.constant dense<0.1> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %w = arith.constant dense<[[[[0.5]], [[-0.5]]], [[[0.0]], [[0.25]]]]> : tensor<2x2x1x1xf32>
  %0 = nn.sign %x : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.add %0, %tenth : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %2 = nn.sign %1 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %3 = nn.pad %2, %one {mode = #nn.pad_mode<constant>, pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 1>} : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x6x6xf32>
  %4 = nn.conv %3, %w {dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x6x6xf32>
  return %4 : tensor<1x2x6x6xf32>
}

// -----

// A comparison chooses, columns of a matrix are channels.
// CHECK-LABEL: func.func @product(
// CHECK: %[[S:.*]] = nn.select
// CHECK: nn.cast %[[S]] : (tensor<1x2xf32>) -> tensor<1x2xi8>
// CHECK: nn.dequantize %{{.*}} : (tensor<2x2xi8>, tensor<2xf32>) -> tensor<2x2xf32>
func.func @product(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %half = arith.constant dense<0.5> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %other = arith.constant dense<-1.0> : tensor<f32>
  %w = arith.constant dense<[[0.5, 2.0], [-0.5, 2.0]]> : tensor<2x2xf32>
  %0 = nn.compare %x, %half {predicate = #nn.predicate<gt>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi1>
  %1 = nn.select %0, %one, %other : (tensor<1x2xi1>, tensor<f32>, tensor<f32>) -> tensor<1x2xf32>
  %2 = nn.matmul %1, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// Weights of two magnitudes in a column.
// CHECK-LABEL: func.func @magnitudes(
// CHECK-NOT: nn.dequantize
func.func @magnitudes(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0.5, 2.0], [-0.25, 2.0]]> : tensor<2x2xf32>
  %0 = nn.sign %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// -----

// Values that are no integers.
// CHECK-LABEL: func.func @halves(
// CHECK-NOT: nn.dequantize
func.func @halves(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.sign %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.mul %0, %half : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  %2 = nn.matmul %1, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// Signs beside another tensor.
// CHECK-LABEL: func.func @joined(
// CHECK-NOT: nn.dequantize
func.func @joined(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  %0 = nn.sign %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.concat %0, %x {axis = 1 : i64} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x4xf32>
  %2 = nn.matmul %1, %w : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// Weights that are computed.
// CHECK-LABEL: func.func @weights(
// CHECK-NOT: nn.dequantize
func.func @weights(%x: tensor<1x2xf32>, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %0 = nn.sign %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// -----

// A sum's sign that something else reads: one comparison for each sum. The first
// sign is none of a sum that is stored, and is read by a sum of floats alone.
// CHECK-LABEL: func.func @last(
// CHECK: %[[S:.*]] = nn.sign %arg0
// CHECK: nn.cast %[[S]]
// CHECK: nn.matmul
// CHECK: %[[T:.*]] = nn.transpose
// CHECK: %[[L:.*]] = nn.sign %[[T]]
// CHECK: %[[I:.*]] = nn.cast %[[L]] : (tensor<2x1xf32>) -> tensor<2x1xi8>
// CHECK: nn.dequantize %[[I]]
// CHECK: %[[F:.*]] = nn.sign %arg1
// CHECK-NEXT: nn.mul %[[F]], %arg1
func.func @last(%x: tensor<1x2xf32>, %y: tensor<2x1xf32>) -> (tensor<2x1xf32>, tensor<2x1xf32>) {
  %w = arith.constant dense<[[0.5, 2.0], [-0.5, 2.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<0.25> : tensor<f32>
  %0 = nn.sign %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = nn.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %2 = nn.add %b, %1 : (tensor<f32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %3 = nn.transpose %2 {perm = array<i64: 1, 0>} : (tensor<1x2xf32>) -> tensor<2x1xf32>
  %4 = nn.sign %3 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %5 = nn.mul %4, %y : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %6 = nn.sign %y : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %7 = nn.mul %6, %y : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  return %5, %7 : tensor<2x1xf32>, tensor<2x1xf32>
}
