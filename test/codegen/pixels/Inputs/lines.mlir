func.func private @direct(memref<2x24x1xi8>) attributes {nn.stage = "pixels", dlc.lines = array<i64: 8, 4>, dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 8, 4>, origin = array<i64: 0, 0>, size = array<i64: 8, 4>, weights = array<i32>, type = tensor<8x4x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4>, row_weights = array<i32: 1, 1, 0, 0, 1, 1, 0, 0>, column_offsets = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, row_shift = 1 : i64, type = tensor<2x24x1xui8>}]}
func.func private @filtered(memref<2x1x1xi8>) attributes {nn.stage = "pixels", dlc.lines = array<i64: 8, 4>, dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 8, 4>, origin = array<i64: 0, 0>, size = array<i64: 8, 4>, weights = array<i32>, type = tensor<8x4x1xui8>},
  {op = "resample", row_offsets = array<i32: 0, 4>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 1>, column_weights = array<i32: 1, 1>, column_shift = 1 : i64, row_shift = 2 : i64, narrow, type = tensor<2x1x1xui8>}]}
func.func @main(%one: memref<2x24x1xi8>, %two: memref<2x1x1xi8>, %arena: memref<?xi8>) {
  call @direct(%one) : (memref<2x24x1xi8>) -> ()
  call @filtered(%two) : (memref<2x1x1xi8>) -> ()
  return
}
