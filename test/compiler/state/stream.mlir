// RUN: dlc-opt %s --split-input-file --dlc-stream | FileCheck %s

// Three taps, all padding before the first frame: a state of two frames in front
// of the new ones, and nothing is late.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: tensor<1x4x8xf32>, %[[S:.*]]: tensor<1x2x8xf32> {nn.name = "conv before", nn.state = dense<0.000000e+00> : tensor<1x2x8xf32>})
// CHECK-SAME: -> (tensor<1x4x8xf32>, tensor<1x2x8xf32>)
// CHECK: %[[A:.*]] = nn.concat %[[S]], %[[X]] {axis = 1 : i64}
// CHECK: %[[N:.*]] = nn.slice %[[A]] {sizes = array<i64: 1, 2, 8>, starts = array<i64: 0, 4, 0>, steps = array<i64: 1, 1, 1>}
// CHECK: %[[Y:.*]] = nn.conv %[[A]], %{{.*}} pads = array<i64: 0, 0>
// CHECK: return %[[Y]], %[[N]]
module attributes {nn.hop = 4 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x20x8xf32> {
    %w = arith.constant dense<0.5> : tensor<8x8x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 2, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>} : (tensor<1x20x8xf32>, tensor<8x8x3xf32>) -> tensor<1x20x8xf32>
    return %0 : tensor<1x20x8xf32>
  }
}

// -----

// Padding on both sides: frame t waits for frame t + 1. A sum with what is not
// late waits too.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x8xf32>, %[[S:.*]]: tensor<1x2x8xf32> {{.*}}, %[[T:.*]]: tensor<1x1x8xf32> {nn.name = "add before"
// CHECK-SAME: -> (tensor<1x1x8xf32> {nn.delay = 1 : i64}, tensor<1x2x8xf32>, tensor<1x1x8xf32>)
// CHECK: %[[Y:.*]] = nn.conv
// CHECK: %[[A:.*]] = nn.concat %[[T]], %[[X]] {axis = 1 : i64}
// CHECK: %[[N:.*]] = nn.slice %[[A]] {{.*}}starts = array<i64: 0, 1, 0>
// CHECK: %[[O:.*]] = nn.slice %[[A]] {{.*}}starts = array<i64: 0, 0, 0>
// CHECK: %[[Z:.*]] = nn.add %[[Y]], %[[O]]
// CHECK: return %[[Z]], %{{.*}}, %[[N]]
module attributes {nn.hop = 1 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x20x8xf32> {
    %w = arith.constant dense<0.5> : tensor<8x8x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>} : (tensor<1x20x8xf32>, tensor<8x8x3xf32>) -> tensor<1x20x8xf32>
    %1 = nn.add %0, %x : (tensor<1x20x8xf32>, tensor<1x20x8xf32>) -> tensor<1x20x8xf32>
    return %1 : tensor<1x20x8xf32>
  }
}

// -----

// A pool behind something late: what comes before its first frame is padding, the
// lowest number, in the first call. The window needs no frame of an earlier one.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[M:[^:]*]]: tensor<1xi1> {nn.name = "max_pool before", nn.state = dense<false> : tensor<1xi1>}
// CHECK: %[[Y:.*]] = nn.conv
// CHECK: %[[ALL:.*]] = nn.concat %[[M]], %{{.*}} : (tensor<1xi1>, tensor<2xi1>) -> tensor<3xi1>
// CHECK: %[[NOW:.*]] = nn.slice %[[ALL]] {sizes = array<i64: 2>, starts = array<i64: 0>
// CHECK: %[[C:.*]] = nn.reshape %[[NOW]] : (tensor<2xi1>) -> tensor<1x2x1xi1>
// CHECK: nn.select %[[C]], %[[Y]], %{{.*}} : (tensor<1x2x1xi1>, tensor<1x2x8xf32>, tensor<f32>) -> tensor<1x2x8xf32>
// CHECK: nn.max_pool
module attributes {nn.hop = 2 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x10x8xf32> {
    %w = arith.constant dense<0.5> : tensor<8x8x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>} : (tensor<1x20x8xf32>, tensor<8x8x3xf32>) -> tensor<1x20x8xf32>
    %1 = nn.max_pool %0 {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>} : (tensor<1x20x8xf32>) -> tensor<1x10x8xf32>
    return %1 : tensor<1x10x8xf32>
  }
}

// -----

// States that are there stay in front of the new ones; an input without frames
// stays what it is.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %{{.*}}: tensor<1x2x8xf32>, %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<3xf32> {nn.state = dense<1.000000e+00> : tensor<3xf32>})
// CHECK-SAME: -> (tensor<1x2x8xf32>, tensor<3xf32>)
module attributes {nn.hop = 2 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}, %g: tensor<8xf32>, %s: tensor<3xf32> {nn.state = dense<1.0> : tensor<3xf32>}) -> (tensor<1x20x8xf32>, tensor<3xf32>) {
    %0 = nn.mul %x, %g : (tensor<1x20x8xf32>, tensor<8xf32>) -> tensor<1x20x8xf32>
    %1 = nn.neg %s : (tensor<3xf32>) -> tensor<3xf32>
    return %0, %1 : tensor<1x20x8xf32>, tensor<3xf32>
  }
}
