// RUN: dlc-opt %s --dlc-outline-stages | FileCheck %s
// RUN: sed 's/gpu_capability = 62/fma = true/' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU

// A GPU's convolution reads lines of an image that was rounded to halves as it
// lies, through a transposition. On a processor that is a stage of its own.
module attributes {dlc.target = {gpu_capability = 62}} {
// CHECK-LABEL: func.func @main
// CHECK: %[[H:.*]] = call @elementwise(%arg0) : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf16>
// CHECK: call @conv(%[[H]], %{{.*}}) : (tensor<1x3x4x4xf16>, tensor<3x3x1x1xf16>) -> tensor<1x4x4x3xf16>
// CHECK: func.func private @conv
// CHECK-NEXT: nn.transpose
// CHECK-NEXT: nn.conv
// CPU: call @transpose
func.func @main(%x: tensor<1x3x4x4xf32>, %w: tensor<3x3x1x1xf16>) -> tensor<1x4x4x3xf16> {
  %h = nn.cast %x : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf16>
  %m = nn.transpose %h {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x4xf16>) -> tensor<1x4x4x3xf16>
  %y = nn.conv %m, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x4x4x3xf16>, tensor<3x3x1x1xf16>) -> tensor<1x4x4x3xf16>
  return %y : tensor<1x4x4x3xf16>
}
}
