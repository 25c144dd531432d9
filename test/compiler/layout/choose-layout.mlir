// RUN: dlc-opt %s --dlc-choose-layout | FileCheck %s

// CHECK-LABEL: func.func @conv
// CHECK-NEXT: %[[L:.*]] = nn.transpose %arg0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x5x6xf32>) -> tensor<1x5x6x2xf32>
// CHECK-NEXT: %[[C:.*]] = nn.conv %[[L]], %arg1 {{.*}}channels_last{{.*}} : (tensor<1x5x6x2xf32>, tensor<3x2x1x1xf32>) -> tensor<1x5x6x3xf32>
// CHECK-NEXT: %[[F:.*]] = nn.transpose %[[C]] {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x6x3xf32>) -> tensor<1x3x5x6xf32>
// CHECK-NEXT: return %[[F]]
func.func @conv(%x: tensor<1x2x5x6xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x5x6xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x5x6xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x6xf32>
  return %0 : tensor<1x3x5x6xf32>
}

// One spatial dimension.
// CHECK-LABEL: func.func @pool_1d
// CHECK: nn.transpose %arg0 {perm = array<i64: 0, 2, 1>}
// CHECK: nn.max_pool {{.*}} : (tensor<1x8x2xf32>) -> tensor<1x4x2xf32>
// CHECK: nn.transpose {{.*}} {perm = array<i64: 0, 2, 1>}
func.func @pool_1d(%x: tensor<1x2x8xf32>) -> tensor<1x2x4xf32> {
  %0 = nn.max_pool %x {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x8xf32>) -> tensor<1x2x4xf32>
  return %0 : tensor<1x2x4xf32>
}

// CHECK-LABEL: func.func @others
// CHECK: nn.conv_transpose {{.*}}channels_last
// CHECK: nn.avg_pool {{.*}}channels_last
func.func @others(%x: tensor<1x2x4x4xf32>, %w: tensor<2x3x1x1xf32>) -> tensor<1x3x2x2xf32> {
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, layout = #nn.layout<channels_first>, operandSegmentSizes = array<i32: 1, 1, 0>}
    : (tensor<1x2x4x4xf32>, tensor<2x3x1x1xf32>) -> tensor<1x3x4x4xf32>
  %1 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>}
    : (tensor<1x3x4x4xf32>) -> tensor<1x3x2x2xf32>
  return %1 : tensor<1x3x2x2xf32>
}

// Left alone: channels are last already.
// CHECK-LABEL: func.func @channels_last
// CHECK-NOT: nn.transpose
func.func @channels_last(%x: tensor<1x5x6x2xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x5x6x3xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x5x6x2xf32>, tensor<3x2x1x1xf32>) -> tensor<1x5x6x3xf32>
  return %0 : tensor<1x5x6x3xf32>
}
