func.func private @pixels(memref<4x4xi8, strided<[8, 1]>>, memref<4x4x1xi8>) attributes {nn.stage = "pixels", dlc.pixels = [
  {op = "color_convert", format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>, type = tensor<4x4x1xui8>}]}
