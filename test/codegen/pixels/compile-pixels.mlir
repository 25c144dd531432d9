// REQUIRES: halide
// RUN: dlc-opt %s --dlc-compile-pixels | FileCheck %s
// RUN: not dlc-opt %S/Inputs/strided-frame.mlir --dlc-compile-pixels 2>&1 | FileCheck %s --check-prefix=STRIDED
// STRIDED: error: internal error: pixels lie in memory as no pipeline reads or writes them

// A filter over 4 rows keeps lines; what picks single pixels needs none.
// CHECK: func.func private @direct(memref<4x4xi8>, memref<1x1x1xi8>) attributes {dlc.code = dense<{{.*}}> : tensor<{{[0-9]+}}xi8>
// CHECK: func.func private @filtered(memref<8x4xi8>, memref<2x24x1xi8>, memref<[[LINES:[0-9]+]]xi8> {arena.scratch}) attributes {dlc.code =
// CHECK: func.func @main
// CHECK: call @direct(%{{[^,]*}}, %{{[^,]*}}) :
// CHECK: %[[BUFFER:.*]] = arena.buffer {{.*}}bytes = [[LINES]] : i64, name = "filtered.lines"} : memref<[[LINES]]xi8>
// CHECK: call @filtered(%{{.*}}, %{{.*}}, %[[BUFFER]])
func.func private @direct(memref<4x4xi8>, memref<1x1x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>, type = tensor<4x4x1xui8>},
  {op = "resample", row_offsets = array<i32: 2>, row_weights = array<i32: 1>, column_offsets = array<i32: 2>, column_weights = array<i32: 1>, type = tensor<1x1x1xui8>}]}
func.func private @filtered(memref<8x4xi8>, memref<2x24x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 8, 4>, origin = array<i64: 0, 0>, size = array<i64: 8, 4>, weights = array<i32>, type = tensor<8x4x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, row_shift = 2 : i64, narrow, type = tensor<2x24x1xui8>}]}
func.func @main(%small: memref<4x4xi8>, %large: memref<8x4xi8>, %one: memref<1x1x1xi8>, %two: memref<2x24x1xi8>, %arena: memref<?xi8>) {
  call @direct(%small, %one) : (memref<4x4xi8>, memref<1x1x1xi8>) -> ()
  call @filtered(%large, %two) : (memref<8x4xi8>, memref<2x24x1xi8>) -> ()
  return
}

// Frames that come in lines: of the first two lines are kept, each of 4 bytes; the filter keeps rows
// with the columns of the result, 1 byte each. Both behind two numbers, in steps of 16 bytes.
// RUN: dlc-opt %S/Inputs/lines.mlir --dlc-compile-pixels | FileCheck %s --check-prefix=PUSHED
// PUSHED: func.func private @direct(memref<2x24x1xi8>, memref<32xi8> {arena.scratch}) attributes {dlc.code =
// PUSHED: func.func private @filtered(memref<2x1x1xi8>, memref<32xi8> {arena.scratch}) attributes {dlc.code =
// PUSHED: arena.buffer {{.*}}bytes = 32 : i64, name = "direct.lines"
// PUSHED: arena.buffer {{.*}}bytes = 32 : i64, name = "filtered.lines"
