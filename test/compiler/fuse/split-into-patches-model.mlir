// RUN: dlc-opt %s --dlc-recompute-cheap --dlc-split-into-patches | FileCheck %s

// What patches are planned by is what the order of stages and the memory plan
// know too.

// The first convolution's result and its pool, 4096 + 1024 bytes, have to be
// patched. The branches behind it reach 1024 + 2048 + 2048 in the order in which
// they stand, but 1024 + 2048 + 32 one after the other: dlc-order-stages will
// see to that, and they are left whole.

// CHECK-LABEL: module @ordered
// CHECK-SAME: dlc.expected_ram = {{[0-9]+}} : i64
// CHECK-SAME: nn.notes = ["run patch by patch: 2 layers up to 'max_pool' in
// CHECK-NOT: layers up to
// CHECK: nn.concat
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.max_pool
// CHECK-NEXT: nn.max_pool
// CHECK-NEXT: nn.add
module @ordered attributes {dlc.ram_budget = 3500 : i64} {
  func.func @main(%x: tensor<1x16x16x1xf32>) -> tensor<1x1x1x8xf32> {
    %w0 = arith.constant dense<0.5> : tensor<4x1x3x3xf32>
    %w1 = arith.constant dense<0.5> : tensor<8x4x3x3xf32>
    %w2 = arith.constant dense<0.25> : tensor<8x4x3x3xf32>
    %0 = nn.conv %x, %w0 {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x1xf32>, tensor<4x1x3x3xf32>) -> tensor<1x16x16x4xf32>
    %1 = nn.max_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x4xf32>) -> tensor<1x8x8x4xf32>
    %2 = nn.conv %1, %w1 {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x4xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x8x8xf32>
    %3 = nn.conv %1, %w2 {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x4xf32>, tensor<8x4x3x3xf32>) -> tensor<1x8x8x8xf32>
    %4 = nn.max_pool %2 {kernel = array<i64: 8, 8>, strides = array<i64: 8, 8>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>) -> tensor<1x1x1x8xf32>
    %5 = nn.max_pool %3 {kernel = array<i64: 8, 8>, strides = array<i64: 8, 8>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>) -> tensor<1x1x1x8xf32>
    %6 = nn.add %4, %5 : (tensor<1x1x1x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x1x1x8xf32>
    return %6 : tensor<1x1x1x8xf32>
  }
}
