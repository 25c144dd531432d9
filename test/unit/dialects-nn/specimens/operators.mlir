// One op of nn each, for tests of what ops answer (AnswersTest.cpp): the first of
// its function. Every op is here; several times where an attribute decides.

func.func @conv_channels_first(%a: tensor<1x4x6x5xf32>, %b: tensor<6x2x3x3xf32>, %c: tensor<6xf32>) -> tensor<1x6x3x5xf32> {
  %r = nn.conv %a, %b, %c {strides = array<i64: 2, 1>, pads = array<i64: 1, 1, 0, 1>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_first>} : (tensor<1x4x6x5xf32>, tensor<6x2x3x3xf32>, tensor<6xf32>) -> tensor<1x6x3x5xf32>
  return %r : tensor<1x6x3x5xf32>
}
func.func @conv_channels_last(%a: tensor<1x6x5x4xf32>, %b: tensor<6x2x3x3xf32>, %c: tensor<6xf32>) -> tensor<1x3x5x6xf32> {
  %r = nn.conv %a, %b, %c {strides = array<i64: 2, 1>, pads = array<i64: 1, 1, 0, 1>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_last>} : (tensor<1x6x5x4xf32>, tensor<6x2x3x3xf32>, tensor<6xf32>) -> tensor<1x3x5x6xf32>
  return %r : tensor<1x3x5x6xf32>
}
func.func @conv_transpose_channels_first(%a: tensor<1x2x3x4xf32>, %b: tensor<2x3x2x3xf32>, %c: tensor<3xf32>) -> tensor<1x3x6x4xf32> {
  %r = nn.conv_transpose %a, %b, %c {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, group = 1 : i64, layout = #nn.layout<channels_first>} : (tensor<1x2x3x4xf32>, tensor<2x3x2x3xf32>, tensor<3xf32>) -> tensor<1x3x6x4xf32>
  return %r : tensor<1x3x6x4xf32>
}
func.func @conv_transpose_channels_last(%a: tensor<1x3x4x2xf32>, %b: tensor<2x3x2x3xf32>, %c: tensor<3xf32>) -> tensor<1x6x4x3xf32> {
  %r = nn.conv_transpose %a, %b, %c {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, group = 1 : i64, layout = #nn.layout<channels_last>} : (tensor<1x3x4x2xf32>, tensor<2x3x2x3xf32>, tensor<3xf32>) -> tensor<1x6x4x3xf32>
  return %r : tensor<1x6x4x3xf32>
}
func.func @matmul(%a: tensor<2x3x4xf32>, %b: tensor<4x5xf32>) -> tensor<2x3x5xf32> {
  %r = nn.matmul %a, %b : (tensor<2x3x4xf32>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  return %r : tensor<2x3x5xf32>
}
func.func @max_pool_channels_first(%a: tensor<1x3x6x5xf32>) -> tensor<1x3x3x5xf32> {
  %r = nn.max_pool %a {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x6x5xf32>) -> tensor<1x3x3x5xf32>
  return %r : tensor<1x3x3x5xf32>
}
func.func @avg_pool_channels_first(%a: tensor<1x3x6x5xf32>) -> tensor<1x3x3x5xf32> {
  %r = nn.avg_pool %a {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 1, 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x3x6x5xf32>) -> tensor<1x3x3x5xf32>
  return %r : tensor<1x3x3x5xf32>
}
func.func @max_pool_channels_last(%a: tensor<1x6x5x3xf32>) -> tensor<1x3x5x3xf32> {
  %r = nn.max_pool %a {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x6x5x3xf32>) -> tensor<1x3x5x3xf32>
  return %r : tensor<1x3x5x3xf32>
}
func.func @avg_pool_channels_last(%a: tensor<1x6x5x3xf32>) -> tensor<1x3x5x3xf32> {
  %r = nn.avg_pool %a {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 1, 0, 0>, layout = #nn.layout<channels_last>} : (tensor<1x6x5x3xf32>) -> tensor<1x3x5x3xf32>
  return %r : tensor<1x3x5x3xf32>
}
func.func @transpose(%a: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %r = nn.transpose %a {perm = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %r : tensor<4x2x3xf32>
}
func.func @reshape(%a: tensor<2x3x4xf32>) -> tensor<2x3x2x2xf32> {
  %r = nn.reshape %a : (tensor<2x3x4xf32>) -> tensor<2x3x2x2xf32>
  return %r : tensor<2x3x2x2xf32>
}
func.func @reshape_joins(%a: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %r = nn.reshape %a : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  return %r : tensor<6x4xf32>
}
func.func @reshape_ones(%a: tensor<2x1x4xf32>) -> tensor<1x2x4x1xf32> {
  %r = nn.reshape %a : (tensor<2x1x4xf32>) -> tensor<1x2x4x1xf32>
  return %r : tensor<1x2x4x1xf32>
}
func.func @broadcast(%a: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.broadcast %a : (tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @concat(%a: tensor<2x3x4xf32>, %b: tensor<2x2x4xf32>) -> tensor<2x5x4xf32> {
  %r = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3x4xf32>, tensor<2x2x4xf32>) -> tensor<2x5x4xf32>
  return %r : tensor<2x5x4xf32>
}
func.func @slice(%a: tensor<4x3x6xf32>) -> tensor<2x3x4xf32> {
  %r = nn.slice %a {starts = array<i64: 1, 0, 2>, sizes = array<i64: 2, 3, 4>, steps = array<i64: 1, 1, 1>} : (tensor<4x3x6xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @slice_steps(%a: tensor<4x3x6xf32>) -> tensor<2x3x2xf32> {
  %r = nn.slice %a {starts = array<i64: 3, 0, 1>, sizes = array<i64: 2, 3, 2>, steps = array<i64: -2, 1, 3>} : (tensor<4x3x6xf32>) -> tensor<2x3x2xf32>
  return %r : tensor<2x3x2xf32>
}
func.func @pad(%a: tensor<2x3x4xf32>, %b: tensor<f32>) -> tensor<2x6x5xf32> {
  %r = nn.pad %a, %b {pads = array<i64: 0, 1, 2, 0, 2, -1>, mode = #nn.pad_mode<constant>} : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x6x5xf32>
  return %r : tensor<2x6x5xf32>
}
func.func @pad_reflect(%a: tensor<2x3x4xf32>) -> tensor<2x5x5xf32> {
  %r = nn.pad %a {pads = array<i64: 0, 1, 0, 0, 1, 1>, mode = #nn.pad_mode<reflect>} : (tensor<2x3x4xf32>) -> tensor<2x5x5xf32>
  return %r : tensor<2x5x5xf32>
}
func.func @tile(%a: tensor<2x3x4xf32>) -> tensor<2x6x12xf32> {
  %r = nn.tile %a {repeats = array<i64: 1, 2, 3>} : (tensor<2x3x4xf32>) -> tensor<2x6x12xf32>
  return %r : tensor<2x6x12xf32>
}
func.func @resize_nearest(%a: tensor<1x2x3x4xf32>) -> tensor<1x2x6x6xf32> {
  %r = nn.resize %a {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<round_prefer_floor>, scales = array<f64: 1.0, 1.0, 2.0, 1.5>} : (tensor<1x2x3x4xf32>) -> tensor<1x2x6x6xf32>
  return %r : tensor<1x2x6x6xf32>
}
func.func @resize_linear(%a: tensor<1x2x3x4xf32>) -> tensor<1x2x6x6xf32> {
  %r = nn.resize %a {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<round_prefer_floor>, scales = array<f64: 1.0, 1.0, 2.0, 1.5>} : (tensor<1x2x3x4xf32>) -> tensor<1x2x6x6xf32>
  return %r : tensor<1x2x6x6xf32>
}
func.func @interpolate(%a: tensor<1x2x3x4xi8>) -> tensor<1x2x5x2xi32> {
  %r = nn.interpolate %a {accumulator = i32, axes = array<i64: 2, 3>, taps = array<i64: 2, 1>, indices = [array<i32: 0, 0, 1, 1, 2, 0, 1, 1, 2, 2>, array<i32: 3, 0>], weights = [array<i32: 3, 1, 2, 3, 3, 0, 2, 1, 0, -1>, array<i32: 2, -5>]} : (tensor<1x2x3x4xi8>) -> tensor<1x2x5x2xi32>
  return %r : tensor<1x2x5x2xi32>
}
func.func @piecewise(%a: tensor<2x3x4xi16>) -> tensor<2x3x4xi8> {
  %r = nn.piecewise %a {least = -4 : i64, greatest = 3 : i64, bits = 2 : i64, breaks = array<i64: 2>, coefficients = array<i32: 1, 3, -4, 4, 200, 0>, shifts = array<i64: 0>, shift = 1 : i64, storage = i8, min = -2 : i64, max = 100 : i64} : (tensor<2x3x4xi16>) -> tensor<2x3x4xi8>
  return %r : tensor<2x3x4xi8>
}
func.func @gather(%a: tensor<2x3x4xf32>) -> tensor<2x2x4xf32> {
  %c0 = arith.constant dense<[2, -3]> : tensor<2xi64>
  %r = nn.gather %a, %c0 {axis = 1 : i64} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x2x4xf32>
  return %r : tensor<2x2x4xf32>
}
func.func @gather_elements(%a: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %c0 = arith.constant dense<[[2, 0], [1, 1]]> : tensor<2x2xi64>
  %r = nn.gather_elements %a, %c0 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>) -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}
func.func @gather_nd(%a: tensor<2x3x4xf32>) -> tensor<2x4xf32> {
  %c0 = arith.constant dense<[[1, 2], [0, 1]]> : tensor<2x2xi64>
  %r = nn.gather_nd %a, %c0 : (tensor<2x3x4xf32>, tensor<2x2xi64>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}
func.func @scatter_elements_none(%a: tensor<2x3xf32>, %b: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %c = arith.constant dense<[[2, 0], [1, 0]]> : tensor<2x2xi64>
  %r = nn.scatter_elements %a, %c, %b {axis = 1 : i64, reduction = #nn.scatter_reduction<none>} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}
func.func @scatter_nd_none(%a: tensor<4x3xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %c = arith.constant dense<[[2], [0]]> : tensor<2x1xi64>
  %r = nn.scatter_nd %a, %c, %b {reduction = #nn.scatter_reduction<none>} : (tensor<4x3xf32>, tensor<2x1xi64>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}
func.func @scatter_elements_add(%a: tensor<2x3xf32>, %b: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %c = arith.constant dense<[[2, 0], [1, 0]]> : tensor<2x2xi64>
  %r = nn.scatter_elements %a, %c, %b {axis = 1 : i64, reduction = #nn.scatter_reduction<add>} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}
func.func @scatter_nd_add(%a: tensor<4x3xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %c = arith.constant dense<[[2], [0]]> : tensor<2x1xi64>
  %r = nn.scatter_nd %a, %c, %b {reduction = #nn.scatter_reduction<add>} : (tensor<4x3xf32>, tensor<2x1xi64>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}
func.func @reduce_sum(%a: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  return %r : tensor<2x1x1xf32>
}
func.func @reduce_prod(%a: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<prod>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  return %r : tensor<2x1x1xf32>
}
func.func @reduce_max(%a: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<max>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  return %r : tensor<2x1x1xf32>
}
func.func @reduce_min(%a: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<min>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  return %r : tensor<2x1x1xf32>
}
func.func @reduce_mean(%a: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<mean>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  return %r : tensor<2x1x1xf32>
}
func.func @reduce_drops(%a: tensor<2x3x4x2xf32>) -> tensor<3x2xf32> {
  %r = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 0, 2>, keepdims = false} : (tensor<2x3x4x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}
func.func @arg_reduce(%a: tensor<2x3x4xf32>) -> tensor<2x1x4xi64> {
  %r = nn.arg_reduce %a {kind = #nn.reduce_kind<max>, axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x1x4xi64>
  return %r : tensor<2x1x4xi64>
}
func.func @arg_reduce_drops(%a: tensor<2x3x4xf32>) -> tensor<2x4xi64> {
  %r = nn.arg_reduce %a {kind = #nn.reduce_kind<min>, axis = 1 : i64, keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}
func.func @softmax(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.softmax %a {axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @lrn(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.lrn %a {size = 3 : i64, alpha = 0.5 : f64, beta = 0.75 : f64, bias = 1.0 : f64, axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @cum_sum(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.cum_sum %a {axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @top_k(%a: tensor<2x3x4xf32>) -> (tensor<2x2x4xf32>, tensor<2x2x4xi64>) {
  %r:2 = nn.top_k %a {k = 2 : i64, axis = 1 : i64} : (tensor<2x3x4xf32>) -> (tensor<2x2x4xf32>, tensor<2x2x4xi64>)
  return %r#0, %r#1 : tensor<2x2x4xf32>, tensor<2x2x4xi64>
}
func.func @quantize(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi8> {
  %c0 = arith.constant dense<0.125> : tensor<f32>
  %c1 = arith.constant dense<3> : tensor<i8>
  %r = nn.quantize %a, %c0, %c1 {axis = 1 : i64} : (tensor<2x3x4xf32>, tensor<f32>, tensor<i8>) -> tensor<2x3x4xi8>
  return %r : tensor<2x3x4xi8>
}
func.func @quantize_channels(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi8> {
  %c0 = arith.constant dense<[0.125, 0.25, 0.5]> : tensor<3xf32>
  %c1 = arith.constant dense<[3, -1, 0]> : tensor<3xi8>
  %r = nn.quantize %a, %c0, %c1 {axis = 1 : i64} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xi8>) -> tensor<2x3x4xi8>
  return %r : tensor<2x3x4xi8>
}
func.func @dequantize(%a: tensor<2x3x4xi8>) -> tensor<2x3x4xf32> {
  %c0 = arith.constant dense<0.125> : tensor<f32>
  %c1 = arith.constant dense<3> : tensor<i8>
  %r = nn.dequantize %a, %c0, %c1 {axis = 1 : i64} : (tensor<2x3x4xi8>, tensor<f32>, tensor<i8>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @dequantize_channels(%a: tensor<2x3x4xi8>) -> tensor<2x3x4xf32> {
  %c0 = arith.constant dense<[0.125, 0.25, 0.5]> : tensor<3xf32>
  %c1 = arith.constant dense<[3, -1, 0]> : tensor<3xi8>
  %r = nn.dequantize %a, %c0, %c1 {axis = 1 : i64} : (tensor<2x3x4xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @grid_sample_linear(%a: tensor<1x3x4x5xf32>, %b: tensor<1x2x6x2xf32>) -> tensor<1x3x2x6xf32> {
  %r = nn.grid_sample %a, %b {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<1x3x4x5xf32>, tensor<1x2x6x2xf32>) -> tensor<1x3x2x6xf32>
  return %r : tensor<1x3x2x6xf32>
}
func.func @grid_sample_cubic(%a: tensor<1x3x4x5xf32>, %b: tensor<1x2x6x2xf32>) -> tensor<1x3x2x6xf32> {
  %r = nn.grid_sample %a, %b {mode = #nn.resize_mode<cubic>, padding = #nn.grid_padding<reflection>, align_corners = true, layout = #nn.layout<channels_first>} : (tensor<1x3x4x5xf32>, tensor<1x2x6x2xf32>) -> tensor<1x3x2x6xf32>
  return %r : tensor<1x3x2x6xf32>
}

// With accumulators and zero points.

func.func @add_accumulator(%a: tensor<2x3x4xi8>, %b: tensor<3x1xui8>) -> tensor<2x3x4xi16> {
  %r = nn.add %a, %b {accumulator = i16} : (tensor<2x3x4xi8>, tensor<3x1xui8>) -> tensor<2x3x4xi16>
  return %r : tensor<2x3x4xi16>
}
func.func @conv_accumulator(%a: tensor<1x2x5x6xui8>, %b: tensor<4x2x3x2xi8>, %c: tensor<4xi32>, %za: tensor<ui8>, %zb: tensor<4x1x1x1xi8>) -> tensor<1x4x3x6xi32> {
  %r = nn.conv %a, %b, %c input_zero_point %za filter_zero_point %zb {strides = array<i64: 2, 1>, pads = array<i64: 1, 1, 1, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x2x5x6xui8>, tensor<4x2x3x2xi8>, tensor<4xi32>, tensor<ui8>, tensor<4x1x1x1xi8>) -> tensor<1x4x3x6xi32>
  return %r : tensor<1x4x3x6xi32>
}
func.func @matmul_accumulator(%a: tensor<3x4xi8>, %b: tensor<4x2xi8>, %za: tensor<3x1xi8>, %zb: tensor<2xi8>) -> tensor<3x2xi32> {
  %r = nn.matmul %a, %b lhs_zero_point %za rhs_zero_point %zb {accumulator = i32} : (tensor<3x4xi8>, tensor<4x2xi8>, tensor<3x1xi8>, tensor<2xi8>) -> tensor<3x2xi32>
  return %r : tensor<3x2xi32>
}
func.func @avg_pool_accumulator(%a: tensor<1x2x5x6xi8>, %z: tensor<i8>) -> tensor<1x2x5x3xi32> {
  %r = nn.avg_pool %a, %z {kernel = array<i64: 3, 2>, strides = array<i64: 1, 2>, pads = array<i64: 1, 1, 1, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x2x5x6xi8>, tensor<i8>) -> tensor<1x2x5x3xi32>
  return %r : tensor<1x2x5x3xi32>
}
func.func @reduce_accumulator(%a: tensor<2x3x4xui8>, %z: tensor<ui8>) -> tensor<2x4xi32> {
  %r = nn.reduce %a, %z {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false, accumulator = i32} : (tensor<2x3x4xui8>, tensor<ui8>) -> tensor<2x4xi32>
  return %r : tensor<2x4xi32>
}
func.func @rescale(%a: tensor<2x3x4xi32>, %m: tensor<4xi32>, %c: tensor<3x1xi64>, %k: tensor<2x1x1xi8>, %t: tensor<i32>) -> tensor<2x3x4xui8> {
  %r = nn.rescale %a, %m, %c, %k, %t {storage = ui8, min = 1 : i64, max = 20 : i64, ties_to_odd = true} : (tensor<2x3x4xi32>, tensor<4xi32>, tensor<3x1xi64>, tensor<2x1x1xi8>, tensor<i32>) -> tensor<2x3x4xui8>
  return %r : tensor<2x3x4xui8>
}
func.func @rescale_wide(%a: tensor<2x4xi32>, %m: tensor<4xi64>, %c: tensor<i64>, %k: tensor<i8>) -> tensor<2x4xi16> {
  %r = nn.rescale %a, %m, %c, %k {storage = i16, min = -9 : i64, max = 2000 : i64} : (tensor<2x4xi32>, tensor<4xi64>, tensor<i64>, tensor<i8>) -> tensor<2x4xi16>
  return %r : tensor<2x4xi16>
}
func.func @tree_ensemble(%a: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %r = nn.tree_ensemble %a {features = array<i32: 0, 2, 1>, thresholds = array<f64: 0.5, -0.25, 0.125>, children = array<i32: 1, 3, 4, 5, 6, 3>, missing = array<i1: true, false, false>, roots = array<i32: 0, 2>, weights = array<f64: 1.0, 0.5, -2.0, 0.25, 3.0, 0.0, 0.5, -1.5>, columns = 2 : i64, kind = #nn.reduce_kind<sum>} : (tensor<4x3xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}
func.func @tree_ensemble_groups(%a: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %r = nn.tree_ensemble %a {features = array<i32: 0, 2, 1>, thresholds = array<f64: 0.5, -0.25, 0.125>, children = array<i32: 1, 3, 4, 5, 6, 3>, roots = array<i32: 0, 2>, weights = array<f64: 1.0, 0.5, -2.0, 0.25>, groups = 2 : i64, kind = #nn.reduce_kind<max>} : (tensor<4x3xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}
func.func @loop(%a: tensor<3x2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
  %r:2 = nn.loop over(%a) carry(%b) with(%c) {backwards = array<i1: false, true>, steps = 3 : i64} : (tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
  ^bb0(%x: tensor<2xf32>, %state: tensor<2xf32>, %shared: tensor<2xf32>):
    %0 = nn.add %x, %state : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %1 = nn.mul %0, %shared : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1, %0 : tensor<2xf32>, tensor<2xf32>
  }
  return %r#0, %r#1 : tensor<2xf32>, tensor<3x2xf32>
}
func.func @if(%c: tensor<i1>, %a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.if %c with(%a, %b) : (tensor<i1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>):
    %0 = nn.add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    nn.yield %0 : tensor<2x3xf32>
  } else {
  ^bb0(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>):
    nn.yield %y : tensor<2x3xf32>
  }
  return %r : tensor<2x3xf32>
}

// What is found.

func.func @positions(%a: tensor<7xi1>) -> (tensor<7xi32>, tensor<i32>) {
  %r:2 = nn.positions %a : (tensor<7xi1>) -> (tensor<7xi32>, tensor<i32>)
  return %r#0, %r#1 : tensor<7xi32>, tensor<i32>
}
func.func @suppress(%a: tensor<2x5x4xf32>, %b: tensor<2x3x5xf32>) -> (tensor<12x3xi64>, tensor<i32>) {
  %r:2 = nn.suppress %a, %b {most = 2 : i64, iou = 0.25 : f64, score = 0.0 : f64} : (tensor<2x5x4xf32>, tensor<2x3x5xf32>) -> (tensor<12x3xi64>, tensor<i32>)
  return %r#0, %r#1 : tensor<12x3xi64>, tensor<i32>
}
func.func @suppress_given(%a: tensor<2x5x4xf32>, %b: tensor<2x3x5xf32>, %m: tensor<i64>, %i: tensor<1xf32>, %s: tensor<f32>) -> (tensor<12x3xi64>, tensor<i32>) {
  %r:2 = nn.suppress %a, %b most_given %m iou_given %i score_given %s {most = 2 : i64, iou = 0.0 : f64} : (tensor<2x5x4xf32>, tensor<2x3x5xf32>, tensor<i64>, tensor<1xf32>, tensor<f32>) -> (tensor<12x3xi64>, tensor<i32>)
  return %r#0, %r#1 : tensor<12x3xi64>, tensor<i32>
}
func.func @best_above(%a: tensor<9xf32>) -> (tensor<4xi32>, tensor<i32>) {
  %r:2 = nn.best_above %a {most = 4 : i64, level = 0.0 : f64} : (tensor<9xf32>) -> (tensor<4xi32>, tensor<i32>)
  return %r#0, %r#1 : tensor<4xi32>, tensor<i32>
}
func.func @keep_apart(%a: tensor<4x5xf32>, %b: tensor<1x5xf32>, %c: tensor<1x5xf32>) -> (tensor<3xi32>, tensor<i32>) {
  %r:2 = nn.keep_apart %a, %b, %c {most = 3 : i64, iou = 0.25 : f64, score = 0.0 : f64} : (tensor<4x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>) -> (tensor<3xi32>, tensor<i32>)
  return %r#0, %r#1 : tensor<3xi32>, tensor<i32>
}
func.func @roi_align_channels_first(%a: tensor<2x3x4x5xf32>, %b: tensor<3x4xf32>, %c: tensor<3xi64>) -> tensor<3x3x2x2xf32> {
  %r = nn.roi_align %a, %b, %c {height = 2 : i64, width = 2 : i64, sampling = 2 : i64, scale = 4.0 : f64, half_pixel = true, kind = #nn.reduce_kind<mean>, layout = #nn.layout<channels_first>} : (tensor<2x3x4x5xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x3x2x2xf32>
  return %r : tensor<3x3x2x2xf32>
}
func.func @roi_align_channels_last(%a: tensor<2x4x5x3xf32>, %b: tensor<3x4xf32>, %c: tensor<3xi64>) -> tensor<3x2x2x3xf32> {
  %r = nn.roi_align %a, %b, %c {height = 2 : i64, width = 2 : i64, sampling = 0 : i64, scale = 4.0 : f64, half_pixel = false, kind = #nn.reduce_kind<max>, layout = #nn.layout<channels_last>} : (tensor<2x4x5x3xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x2x2x3xf32>
  return %r : tensor<3x2x2x3xf32>
}
func.func @roi_pool(%a: tensor<2x3x4x5xf32>, %b: tensor<3x5xf32>) -> tensor<3x3x2x2xf32> {
  %r = nn.roi_pool %a, %b {height = 2 : i64, width = 2 : i64, scale = 4.0 : f64, layout = #nn.layout<channels_first>} : (tensor<2x3x4x5xf32>, tensor<3x5xf32>) -> tensor<3x3x2x2xf32>
  return %r : tensor<3x3x2x2xf32>
}
func.func @cum_prod(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.cum_prod %a {axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @bit_cast(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi32> {
  %r = nn.bit_cast %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
