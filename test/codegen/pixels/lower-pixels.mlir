// RUN: dlc-opt %s --dlc-lower-pixels --split-input-file --verify-diagnostics | FileCheck %s

// CHECK: func.func private @camera(tensor<4x4xui8>) -> tensor<3x3x1xi8> attributes
// CHECK-SAME: dlc.pixels = [
// CHECK-SAME: {color = #nn.pixel_color<GRAY>, {{.*}}op = "color_convert", {{.*}}type = tensor<4x4x1xui8>, weights = array<i32>},
// CHECK-SAME: {column_offsets = array<i32: 2>, {{.*}}op = "resample", {{.*}}row_weights = array<i32: 1>, type = tensor<1x1x1xui8>},
// CHECK-SAME: {fill = 114 : i64, mode = #nn.pad_mode<constant>, op = "pad", pads = array<i64: 1, 1, 0, 1, 1, 0>, type = tensor<3x3x1xui8>},
// CHECK-SAME: {op = "lookup", table = dense<1> : tensor<1x256xi8>, type = tensor<3x3x1xi8>}]
// CHECK-SAME: nn.stage = "pixels"
func.func private @camera(%frame: tensor<4x4xui8>) -> tensor<3x3x1xi8> attributes {nn.stage = "pixels"} {
  %grey = arith.constant dense<114> : tensor<ui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %1 = nn.resample %0 {row_offsets = array<i32: 2>, row_weights = array<i32: 1>, column_offsets = array<i32: 2>, column_weights = array<i32: 1>} : (tensor<4x4x1xui8>) -> tensor<1x1x1xui8>
  %2 = nn.pad %1, %grey {pads = array<i64: 1, 1, 0, 1, 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x1x1xui8>, tensor<ui8>) -> tensor<3x3x1xui8>
  %3 = nn.lookup %2 {table = dense<1> : tensor<1x256xi8>} : (tensor<3x3x1xui8>) -> tensor<3x3x1xi8>
  return %3 : tensor<3x3x1xi8>
}

// -----

// Other stages stay.
// CHECK-LABEL: func.func private @relu
// CHECK: nn.max
func.func private @relu(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> attributes {nn.stage = "elementwise"} {
  %0 = nn.max %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Two images of one frame are no chain.
func.func private @two_readers(%frame: tensor<4x4xui8>) -> tensor<4x4x1xui8> attributes {nn.stage = "pixels"} {
  // expected-error @below {{is no part of a stage of steps from a frame to an image}}
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %1 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %2 = nn.max %0, %1 : (tensor<4x4x1xui8>, tensor<4x4x1xui8>) -> tensor<4x4x1xui8>
  return %2 : tensor<4x4x1xui8>
}

// -----

func.func @no_stage(%frame: tensor<4x4xui8>) -> tensor<4x4x1xui8> {
  // expected-error @below {{is no part of a stage of steps from a frame to an image}}
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  return %0 : tensor<4x4x1xui8>
}

// -----

// A frame that comes in lines is no argument: its image is there before all else.
// CHECK-LABEL: func.func private @other
// CHECK: func.func private @[[PUSHED:camera.*]]() -> tensor<1x1x1xui8> attributes {dlc.lines = array<i64: 4, 4>, dlc.pixels = [
// CHECK: func.func @main(%[[X:.*]]: tensor<1x1x1xui8>)
// CHECK-NEXT: %[[IMAGE:.*]] = call @[[PUSHED]]()
// CHECK-NEXT: %[[FIRST:.*]] = call @other(%[[X]], %[[X]])
// CHECK-NEXT: call @other(%[[FIRST]], %[[IMAGE]])
func.func private @other(%x: tensor<1x1x1xui8>, %y: tensor<1x1x1xui8>) -> tensor<1x1x1xui8> attributes {nn.stage = "elementwise"} {
  %0 = nn.max %x, %y : (tensor<1x1x1xui8>, tensor<1x1x1xui8>) -> tensor<1x1x1xui8>
  return %0 : tensor<1x1x1xui8>
}
func.func private @camera(%frame: tensor<4x4xui8>) -> tensor<1x1x1xui8> attributes {nn.stage = "pixels"} {
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8>
  %1 = nn.resample %0 {row_offsets = array<i32: 2>, row_weights = array<i32: 1>, column_offsets = array<i32: 2>, column_weights = array<i32: 1>} : (tensor<4x4x1xui8>) -> tensor<1x1x1xui8>
  return %1 : tensor<1x1x1xui8>
}
func.func @main(%frame: tensor<4x4xui8> {dlc.pushed}, %x: tensor<1x1x1xui8>) -> tensor<1x1x1xui8> {
  %0 = call @other(%x, %x) : (tensor<1x1x1xui8>, tensor<1x1x1xui8>) -> tensor<1x1x1xui8>
  %1 = call @camera(%frame) : (tensor<4x4xui8>) -> tensor<1x1x1xui8>
  %2 = call @other(%0, %1) : (tensor<1x1x1xui8>, tensor<1x1x1xui8>) -> tensor<1x1x1xui8>
  return %2 : tensor<1x1x1xui8>
}

// -----

// Something reads the frame as it is.
// expected-error @below {{the network reads the frame itself, and not only an image made of it by steps on pixels: there has to be a frame ('delivery: frame')}}
func.func @main(%frame: tensor<4x4xui8> {dlc.pushed}) -> tensor<4x4xui8> {
  return %frame : tensor<4x4xui8>
}
