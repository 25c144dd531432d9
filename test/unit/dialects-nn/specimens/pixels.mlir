// From a frame's bytes to an image; see operators.mlir.

func.func @color_convert(%a: tensor<6x4xui8>) -> tensor<2x3x3xui8> {
  %r = nn.color_convert %a {format = #nn.pixel_format<NV12>, color = #nn.pixel_color<RGB>, frame = array<i64: 4, 4>, origin = array<i64: 1, 0>, size = array<i64: 2, 3>, weights = array<i32: 16, 1220542, 1673527, -852492, -409993, 2116026, 20>} : (tensor<6x4xui8>) -> tensor<2x3x3xui8>
  return %r : tensor<2x3x3xui8>
}
func.func @resample(%a: tensor<3x4x2xui8>) -> tensor<2x3x2xui8> {
  %r = nn.resample %a {row_offsets = array<i32: -1, 1>, row_weights = array<i32: 1, 3, 2, 2>, column_offsets = array<i32: 0, 1, 3>, column_weights = array<i32: 4, 0, 2, 2, 1, 3>, row_shift = 4 : i64} : (tensor<3x4x2xui8>) -> tensor<2x3x2xui8>
  return %r : tensor<2x3x2xui8>
}
func.func @lookup(%a: tensor<2x3x1xui8>) -> tensor<2x3x1xf32> {
  %r = nn.lookup %a {table = dense<1.5> : tensor<1x256xf32>} : (tensor<2x3x1xui8>) -> tensor<2x3x1xf32>
  return %r : tensor<2x3x1xf32>
}
