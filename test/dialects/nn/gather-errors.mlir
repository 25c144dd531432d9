// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @gather_axis(%a: tensor<4x2xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'nn.gather' (1) axis 2 is outside rank 2 or indices are not i32 or i64}}
  // expected-error @below {{'nn.gather' op failed to infer returned types}}
  %0 = nn.gather %a, %b {axis = 2 : i64} : (tensor<4x2xf32>, tensor<3xi64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @gather_index_type(%a: tensor<4x2xf32>, %b: tensor<3xi8>) {
  // expected-error @below {{'nn.gather' (1) axis 0 is outside rank 2 or indices are not i32 or i64}}
  // expected-error @below {{'nn.gather' op failed to infer returned types}}
  %0 = nn.gather %a, %b {axis = 0 : i64} : (tensor<4x2xf32>, tensor<3xi8>) -> tensor<3x2xf32>
  return
}

// -----

func.func @gather_elements_ranks(%a: tensor<4x2xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'nn.gather_elements' (1) data and indices need one rank with the axis within it, and indices i32 or i64}}
  // expected-error @below {{'nn.gather_elements' op failed to infer returned types}}
  %0 = nn.gather_elements %a, %b {axis = 0 : i64} : (tensor<4x2xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @gather_elements_axis(%a: tensor<4x2xf32>, %b: tensor<3x2xi64>) {
  // expected-error @below {{'nn.gather_elements' (1) data and indices need one rank with the axis within it, and indices i32 or i64}}
  // expected-error @below {{'nn.gather_elements' op failed to infer returned types}}
  %0 = nn.gather_elements %a, %b {axis = -1 : i64} : (tensor<4x2xf32>, tensor<3x2xi64>) -> tensor<3x2xf32>
  return
}

// -----

func.func @gather_nd_batch(%a: tensor<4x2xf32>, %b: tensor<3x1xi64>) {
  // expected-error @below {{'nn.gather_nd' (1) batch_dims = 1 does not fit the operands, or indices are not i32 or i64}}
  // expected-error @below {{'nn.gather_nd' op failed to infer returned types}}
  %0 = nn.gather_nd %a, %b {batch_dims = 1 : i64} : (tensor<4x2xf32>, tensor<3x1xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @gather_nd_tuples(%a: tensor<4x2xf32>, %b: tensor<5x3xi64>) {
  // expected-error @below {{'nn.gather_nd' (2) index tuples of 3 do not fit rank 2}}
  // expected-error @below {{'nn.gather_nd' op failed to infer returned types}}
  %0 = nn.gather_nd %a, %b : (tensor<4x2xf32>, tensor<5x3xi64>) -> tensor<5xf32>
  return
}

// -----

func.func @scatter_elements_ranks(%a: tensor<4x2xf32>, %b: tensor<3xi64>, %c: tensor<3xf32>) {
  // expected-error @below {{'nn.scatter_elements' (1) data and indices need one rank with the axis within it, and indices i32 or i64}}
  // expected-error @below {{'nn.scatter_elements' op failed to infer returned types}}
  %0 = nn.scatter_elements %a, %b, %c {axis = 0 : i64, reduction = #nn.scatter_reduction<none>} : (tensor<4x2xf32>, tensor<3xi64>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @scatter_elements_updates(%a: tensor<4x2xf32>, %b: tensor<3x2xi64>, %c: tensor<2x2xf32>) {
  // expected-error @below {{'nn.scatter_elements' (1) updates need the shape of indices and the type of data}}
  // expected-error @below {{'nn.scatter_elements' op failed to infer returned types}}
  %0 = nn.scatter_elements %a, %b, %c {axis = 0 : i64, reduction = #nn.scatter_reduction<none>} : (tensor<4x2xf32>, tensor<3x2xi64>, tensor<2x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @scatter_nd_tuples(%a: tensor<4x2xf32>, %b: tensor<5x3xi64>, %c: tensor<5xf32>) {
  // expected-error @below {{'nn.scatter_nd' (1) index tuples do not fit data}}
  // expected-error @below {{'nn.scatter_nd' op failed to infer returned types}}
  %0 = nn.scatter_nd %a, %b, %c {reduction = #nn.scatter_reduction<none>} : (tensor<4x2xf32>, tensor<5x3xi64>, tensor<5xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @scatter_nd_updates(%a: tensor<4x2xf32>, %b: tensor<3x1xi64>, %c: tensor<3x3xf32>) {
  // expected-error @below {{'nn.scatter_nd' (2) updates do not have the shape that data and indices give}}
  // expected-error @below {{'nn.scatter_nd' op failed to infer returned types}}
  %0 = nn.scatter_nd %a, %b, %c {reduction = #nn.scatter_reduction<none>} : (tensor<4x2xf32>, tensor<3x1xi64>, tensor<3x3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @quantize_scale(%a: tensor<1x3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'nn.quantize' op (1) scale or zero point do not fit the axis}}
  %0 = nn.quantize %a, %b : (tensor<1x3xf32>, tensor<2xf32>) -> tensor<1x3xi8>
  return
}

// -----

func.func @quantize_zero_point_type(%a: tensor<1x3xf32>, %b: tensor<3xf32>, %c: tensor<3xui8>) {
  // expected-error @below {{'nn.quantize' op (1) scale or zero point do not fit the axis}}
  %0 = nn.quantize %a, %b, %c : (tensor<1x3xf32>, tensor<3xf32>, tensor<3xui8>) -> tensor<1x3xi8>
  return
}

// -----

func.func @quantize_shape(%a: tensor<1x3xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{'nn.quantize' op (2) operand and result differ in shape}}
  %0 = nn.quantize %a, %b : (tensor<1x3xf32>, tensor<3xf32>) -> tensor<3x1xi8>
  return
}

// -----

func.func @dequantize_scale(%a: tensor<1x3xi8>, %b: tensor<2xf32>) {
  // expected-error @below {{'nn.dequantize' (1) scale or zero point do not fit the axis}}
  // expected-error @below {{'nn.dequantize' op failed to infer returned types}}
  %0 = nn.dequantize %a, %b : (tensor<1x3xi8>, tensor<2xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @dequantize_zero_point_shape(%a: tensor<1x3xi8>, %b: tensor<3xf32>, %c: tensor<1xi8>) {
  // expected-error @below {{'nn.dequantize' (1) scale or zero point do not fit the axis}}
  // expected-error @below {{'nn.dequantize' op failed to infer returned types}}
  %0 = nn.dequantize %a, %b, %c : (tensor<1x3xi8>, tensor<3xf32>, tensor<1xi8>) -> tensor<1x3xf32>
  return
}
