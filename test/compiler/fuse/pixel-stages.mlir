// RUN: dlc-opt %s --dlc-outline-stages --split-input-file | FileCheck %s

// All steps from a frame to an image are one stage, and the network's own ops none of it.
// CHECK-LABEL: func @main
// CHECK: call @{{.*}}(%{{.*}}) : (tensor<4x4xui8>) -> tensor<3x3x1xi8>
// CHECK: call @{{.*}} : (tensor<3x3x1xi8>) -> tensor<3x3x1xf32>
// CHECK: nn.stage = "pixels"
// CHECK-NEXT: arith.constant
// CHECK-NEXT: nn.color_convert
// CHECK-NEXT: nn.resample
// CHECK-NEXT: nn.pad
// CHECK-NEXT: nn.lookup
// CHECK-NEXT: return
// CHECK: nn.stage = "elementwise"
// CHECK: nn.cast
func.func @main(%frame: tensor<4x4xui8>) -> tensor<3x3x1xf32> {
  %grey = arith.constant dense<114> : tensor<ui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %1 = nn.resample %0 {row_offsets = array<i32: 2>, row_weights = array<i32: 1>, column_offsets = array<i32: 2>, column_weights = array<i32: 1>} : (tensor<4x4x1xui8>) -> tensor<1x1x1xui8>
  %2 = nn.pad %1, %grey {pads = array<i64: 1, 1, 0, 1, 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x1x1xui8>, tensor<ui8>) -> tensor<3x3x1xui8>
  %3 = nn.lookup %2 {table = dense<1> : tensor<1x256xi8>} : (tensor<3x3x1xui8>) -> tensor<3x3x1xi8>
  %4 = nn.cast %3 : (tensor<3x3x1xi8>) -> tensor<3x3x1xf32>
  return %4 : tensor<3x3x1xf32>
}

// -----

// An image that two resamplings read is made once; a border at the end is the network's.
// CHECK-LABEL: func @main
// CHECK-COUNT-4: call
// CHECK-LABEL: nn.stage = "pixels"
// CHECK: nn.color_convert
// CHECK-NEXT: return
func.func @main(%frame: tensor<4x4xui8>) -> (tensor<1x1x1xui8>, tensor<3x3x1xui8>) {
  %grey = arith.constant dense<114> : tensor<ui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %1 = nn.resample %0 {row_offsets = array<i32: 2>, row_weights = array<i32: 1>, column_offsets = array<i32: 2>, column_weights = array<i32: 1>} : (tensor<4x4x1xui8>) -> tensor<1x1x1xui8>
  %2 = nn.resample %0 {row_offsets = array<i32: 1>, row_weights = array<i32: 1>, column_offsets = array<i32: 1>, column_weights = array<i32: 1>} : (tensor<4x4x1xui8>) -> tensor<1x1x1xui8>
  %3 = nn.pad %2, %grey {pads = array<i64: 1, 1, 0, 1, 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x1x1xui8>, tensor<ui8>) -> tensor<3x3x1xui8>
  return %1, %3 : tensor<1x1x1xui8>, tensor<3x3x1xui8>
}
