// RUN: dlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(dlc-split-long-sums))' | FileCheck %s

module attributes {nn.half} {
  // 1028 columns: 514 in each of two parts, rounded up to 520, a multiple of 8.
  // CHECK-LABEL: func.func @product
  // CHECK: %[[X0:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 520>, starts = array<i64: 0, 0>, steps = array<i64: 1, 1>}
  // CHECK: %[[W0:.*]] = nn.slice %arg1 {sizes = array<i64: 520, 2>, starts = array<i64: 0, 0>, steps = array<i64: 1, 1>}
  // CHECK: %[[P0:.*]] = nn.matmul %[[X0]], %[[W0]] : (tensor<1x520xf32>, tensor<520x2xf32>) -> tensor<1x2xf32>
  // CHECK: %[[X1:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 508>, starts = array<i64: 0, 520>, steps = array<i64: 1, 1>}
  // CHECK: %[[W1:.*]] = nn.slice %arg1 {sizes = array<i64: 508, 2>, starts = array<i64: 520, 0>, steps = array<i64: 1, 1>}
  // CHECK: %[[P1:.*]] = nn.matmul %[[X1]], %[[W1]] : (tensor<1x508xf32>, tensor<508x2xf32>) -> tensor<1x2xf32>
  // CHECK: %[[S:.*]] = nn.add %[[P0]], %[[P1]]
  // CHECK: return %[[S]]
  func.func @product(%x: tensor<1x1028xf32>, %w: tensor<1028x2xf32>) -> tensor<1x2xf32> {
    %0 = nn.matmul %x, %w : (tensor<1x1028xf32>, tensor<1028x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }

  // Windows of 300 x 2: one of four channels each, the bias with the first.
  // CHECK-LABEL: func.func @window
  // CHECK: nn.slice %arg0 {sizes = array<i64: 1, 300, 2, 1>, starts = array<i64: 0, 0, 0, 0>
  // CHECK: %[[F:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1x300x2xf32>
  // CHECK: nn.conv %{{.*}}, %[[F]], %arg1 {{.*}} : (tensor<1x300x2x1xf32>, tensor<1x1x300x2xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  // CHECK: nn.slice %arg0 {sizes = array<i64: 1, 300, 2, 1>, starts = array<i64: 0, 0, 0, 1>
  // CHECK: nn.conv {{.*}} : (tensor<1x300x2x1xf32>, tensor<1x1x300x2xf32>) -> tensor<1x1x1x1xf32>
  // CHECK: nn.add
  func.func @window(%x: tensor<1x300x2x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1x1xf32> {
    %w = arith.constant dense<1.0> : tensor<1x2x300x2xf32>
    %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x300x2x2xf32>, tensor<1x2x300x2xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
    return %0 : tensor<1x1x1x1xf32>
  }

  // CHECK-LABEL: func.func @short_enough
  // CHECK-NOT: nn.slice
  func.func @short_enough(%x: tensor<1x1024xf32>, %w: tensor<1024x2xf32>) -> tensor<1x2xf32> {
    %0 = nn.matmul %x, %w : (tensor<1x1024xf32>, tensor<1024x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }

  // CHECK-LABEL: func.func @groups
  // CHECK-NOT: nn.slice
  func.func @groups(%x: tensor<1x3x3x256xf32>, %w: tensor<2x128x3x3xf32>) -> tensor<1x1x1x2xf32> {
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_last>}
      : (tensor<1x3x3x256xf32>, tensor<2x128x3x3xf32>) -> tensor<1x1x1x2xf32>
    return %0 : tensor<1x1x1x2xf32>
  }

  // CHECK-LABEL: func.func @long_window
  // CHECK-NOT: nn.slice
  func.func @long_window(%x: tensor<1x33x33x2xf32>, %w: tensor<1x2x33x33xf32>) -> tensor<1x1x1x1xf32> {
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x33x33x2xf32>, tensor<1x2x33x33xf32>) -> tensor<1x1x1x1xf32>
    return %0 : tensor<1x1x1x1xf32>
  }

  // Stays in float32 anyway.
  // CHECK-LABEL: func.func @large_weights
  // CHECK-NOT: nn.slice
  func.func @large_weights(%x: tensor<1x2048xf32>) -> tensor<1x2xf32> {
    %w = arith.constant dense<1.0e5> : tensor<2048x2xf32>
    %0 = nn.matmul %x, %w : (tensor<1x2048xf32>, tensor<2048x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }
}

// -----

// Not asked for.
// CHECK-LABEL: func.func @without_attribute
// CHECK-NOT: nn.slice
func.func @without_attribute(%x: tensor<1x2048xf32>, %w: tensor<2048x2xf32>) -> tensor<1x2xf32> {
  %0 = nn.matmul %x, %w : (tensor<1x2048xf32>, tensor<2048x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
