// REQUIRES: halide
// RUN: dlc-opt %s --dlc-compile-pixels | FileCheck %s

// Parts of one image with as many columns have one code, whatever their rows,
// if their columns begin alike: the first one has it, the others call it. What
// the filter keeps of lines does not depend on the rows.
// CHECK: func.func private @top(memref<64x32xi8>, memref<4x24x1xi8>, memref<[[LINES:[0-9]+]]xi8> {arena.scratch}) attributes {dlc.code = dense<{{.*}}> : tensor<[[ALL:[0-9]+]]xi8>
// CHECK: func.func private @bottom(memref<64x32xi8>, memref<2x24x1xi8>, memref<[[LINES]]xi8> {arena.scratch}) attributes {dlc.code = dense<{{.*}}> : tensor<[[CALL:[0-9]+]]xi8>
// CHECK-NOT: tensor<[[ALL]]xi8>
// CHECK: func.func private @left(memref<64x32xi8>, memref<4x8x1xi8>, memref<{{[0-9]+}}xi8> {arena.scratch}) attributes {dlc.code = dense<{{.*}}> : tensor<[[PART:[0-9]+]]xi8>
// CHECK: func.func private @right(memref<64x32xi8>, memref<6x8x1xi8>, memref<{{[0-9]+}}xi8> {arena.scratch}) attributes {dlc.code = dense<{{.*}}> : tensor<{{[0-9]+}}xi8>
// CHECK-NOT: tensor<[[PART]]xi8>
// CHECK: func.func @main
func.func private @top(memref<64x32xi8>, memref<4x24x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 64, 32>, origin = array<i64: 0, 0>, size = array<i64: 64, 32>, weights = array<i32>, type = tensor<64x32x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_shift = 2 : i64, row_shift = 2 : i64, narrow, type = tensor<16x24x1xui8>},
  {op = "slice", starts = array<i64: 0, 0, 0>, sizes = array<i64: 4, 24, 1>, type = tensor<4x24x1xui8>}]}
func.func private @bottom(memref<64x32xi8>, memref<2x24x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 64, 32>, origin = array<i64: 0, 0>, size = array<i64: 64, 32>, weights = array<i32>, type = tensor<64x32x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_shift = 2 : i64, row_shift = 2 : i64, narrow, type = tensor<16x24x1xui8>},
  {op = "slice", starts = array<i64: 14, 0, 0>, sizes = array<i64: 2, 24, 1>, type = tensor<2x24x1xui8>}]}
func.func private @left(memref<64x32xi8>, memref<4x8x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 64, 32>, origin = array<i64: 0, 0>, size = array<i64: 64, 32>, weights = array<i32>, type = tensor<64x32x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_shift = 2 : i64, row_shift = 2 : i64, narrow, type = tensor<16x24x1xui8>},
  {op = "slice", starts = array<i64: 0, 0, 0>, sizes = array<i64: 4, 8, 1>, type = tensor<4x8x1xui8>}]}
func.func private @right(memref<64x32xi8>, memref<6x8x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 64, 32>, origin = array<i64: 0, 0>, size = array<i64: 64, 32>, weights = array<i32>, type = tensor<64x32x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_shift = 2 : i64, row_shift = 2 : i64, narrow, type = tensor<16x24x1xui8>},
  {op = "slice", starts = array<i64: 5, 16, 0>, sizes = array<i64: 6, 8, 1>, type = tensor<6x8x1xui8>}]}
func.func @main(%frame: memref<64x32xi8>, %0: memref<4x24x1xi8>, %1: memref<2x24x1xi8>, %2: memref<4x8x1xi8>, %3: memref<6x8x1xi8>, %arena: memref<?xi8>) {
  call @top(%frame, %0) : (memref<64x32xi8>, memref<4x24x1xi8>) -> ()
  call @bottom(%frame, %1) : (memref<64x32xi8>, memref<2x24x1xi8>) -> ()
  call @left(%frame, %2) : (memref<64x32xi8>, memref<4x8x1xi8>) -> ()
  call @right(%frame, %3) : (memref<64x32xi8>, memref<6x8x1xi8>) -> ()
  return
}
