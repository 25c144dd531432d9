// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @transpose_repeats(%a: tensor<1x3xf32>) {
  // expected-error @below {{'nn.transpose' (1) perm is not a permutation of 2 dimensions}}
  // expected-error @below {{'nn.transpose' op failed to infer returned types}}
  %0 = nn.transpose %a {perm = array<i64: 0, 0>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @transpose_short(%a: tensor<1x3xf32>) {
  // expected-error @below {{'nn.transpose' (1) perm is not a permutation of 2 dimensions}}
  // expected-error @below {{'nn.transpose' op failed to infer returned types}}
  %0 = nn.transpose %a {perm = array<i64: 0>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @reshape_elements(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reshape' op (1) operand and result differ in element type or number of elements}}
  %0 = nn.reshape %a : (tensor<2x3xf32>) -> tensor<7xf32>
  return
}

// -----

func.func @reshape_type(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reshape' op (1) operand and result differ in element type or number of elements}}
  %0 = nn.reshape %a : (tensor<2x3xf32>) -> tensor<6xi32>
  return
}

// -----

func.func @broadcast(%a: tensor<3x2xf32>) {
  // expected-error @below {{'nn.broadcast' op (1) the operand does not broadcast to the result}}
  %0 = nn.broadcast %a : (tensor<3x2xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @concat_nothing() {
  // expected-error @below {{'nn.concat' (1) there is no operand}}
  // expected-error @below {{'nn.concat' op failed to infer returned types}}
  %0 = nn.concat {axis = 0 : i64} : () -> tensor<0xf32>
  return
}

// -----

func.func @concat_ranks(%a: tensor<2x3xf32>, %b: tensor<6xf32>) {
  // expected-error @below {{'nn.concat' (1) the operands differ in rank or element type}}
  // expected-error @below {{'nn.concat' op failed to infer returned types}}
  %0 = nn.concat %a, %b {axis = 0 : i64} : (tensor<2x3xf32>, tensor<6xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @concat_types(%a: tensor<2x3xf32>, %b: tensor<2x3xi32>) {
  // expected-error @below {{'nn.concat' (1) the operands differ in rank or element type}}
  // expected-error @below {{'nn.concat' op failed to infer returned types}}
  %0 = nn.concat %a, %b {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @concat_axis(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @below {{'nn.concat' (2) axis 2 is outside rank 2}}
  // expected-error @below {{'nn.concat' op failed to infer returned types}}
  %0 = nn.concat %a, %b {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @concat_dimensions(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'nn.concat' (2) the operands differ in dimension 1}}
  // expected-error @below {{'nn.concat' op failed to infer returned types}}
  %0 = nn.concat %a, %b {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @slice_entries(%a: tensor<4x4xf32>) {
  // expected-error @below {{'nn.slice' (1) starts, sizes or steps do not have 2 entries}}
  // expected-error @below {{'nn.slice' op failed to infer returned types}}
  %0 = nn.slice %a {starts = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @slice_step_zero(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.slice' (1) a step is 0 or a size negative}}
  // expected-error @below {{'nn.slice' op failed to infer returned types}}
  %0 = nn.slice %a {starts = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 0>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_beyond(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.slice' (2) dimension 0 is left}}
  // expected-error @below {{'nn.slice' op failed to infer returned types}}
  %0 = nn.slice %a {starts = array<i64: 1>, sizes = array<i64: 2>, steps = array<i64: 3>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_before(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.slice' (2) dimension 0 is left}}
  // expected-error @below {{'nn.slice' op failed to infer returned types}}
  %0 = nn.slice %a {starts = array<i64: 1>, sizes = array<i64: 3>, steps = array<i64: -1>} : (tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @pad_entries(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.pad' (1) pads do not have 2 entries}}
  // expected-error @below {{'nn.pad' op failed to infer returned types}}
  %0 = nn.pad %a {pads = array<i64: 1>, mode = #nn.pad_mode<constant>} : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @pad_value_type(%a: tensor<4xf32>, %b: tensor<i32>) {
  // expected-error @below {{'nn.pad' (2) value is not one element of the operand's type}}
  // expected-error @below {{'nn.pad' op failed to infer returned types}}
  %0 = nn.pad %a, %b {pads = array<i64: 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<4xf32>, tensor<i32>) -> tensor<5xf32>
  return
}

// -----

func.func @pad_value_elements(%a: tensor<4xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'nn.pad' (2) value is not one element of the operand's type}}
  // expected-error @below {{'nn.pad' op failed to infer returned types}}
  %0 = nn.pad %a, %b {pads = array<i64: 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<4xf32>, tensor<2xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @pad_reflects_nothing(%a: tensor<0xf32>) {
  // expected-error @below {{'nn.pad' (3) the operand is empty}}
  // expected-error @below {{'nn.pad' op failed to infer returned types}}
  %0 = nn.pad %a {pads = array<i64: 1, 0>, mode = #nn.pad_mode<reflect>} : (tensor<0xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @pad_negative_result(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.pad' (0) a result dimension would be negative}}
  // expected-error @below {{'nn.pad' op failed to infer returned types}}
  %0 = nn.pad %a {pads = array<i64: -3, -2>, mode = #nn.pad_mode<constant>} : (tensor<4xf32>) -> tensor<0xf32>
  return
}

// -----

func.func @tile_entries(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tile' (1) repeats do not have 2 entries that are not negative}}
  // expected-error @below {{'nn.tile' op failed to infer returned types}}
  %0 = nn.tile %a {repeats = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @tile_negative(%a: tensor<3xf32>) {
  // expected-error @below {{'nn.tile' (1) repeats do not have 1 entries that are not negative}}
  // expected-error @below {{'nn.tile' op failed to infer returned types}}
  %0 = nn.tile %a {repeats = array<i64: -1>} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @tile_overflow(%a: tensor<4xf32>) {
  // expected-error @below {{'nn.tile' (1) a dimension overflows}}
  // expected-error @below {{'nn.tile' op failed to infer returned types}}
  %0 = nn.tile %a {repeats = array<i64: 9223372036854775807>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @tile_too_large(%a: tensor<4x4xf32>) {
  // expected-error @below {{'nn.tile' (0) the result is too large to address}}
  // expected-error @below {{'nn.tile' op failed to infer returned types}}
  %0 = nn.tile %a {repeats = array<i64: 1073741824, 1073741824>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @resize_entries(%a: tensor<1x4xf32>) {
  // expected-error @below {{'nn.resize' op (1) scales do not have a positive entry for each dimension}}
  %0 = nn.resize %a {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<asymmetric>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 2.0>} : (tensor<1x4xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @resize_scale_zero(%a: tensor<1x4xf32>) {
  // expected-error @below {{'nn.resize' op (1) scales do not have a positive entry for each dimension}}
  %0 = nn.resize %a {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<asymmetric>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 0.0>} : (tensor<1x4xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @resize_rank(%a: tensor<1x4xf32>) {
  // expected-error @below {{'nn.resize' op (2) operand and result differ in rank or element type}}
  %0 = nn.resize %a {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<asymmetric>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 2.0>} : (tensor<1x4xf32>) -> tensor<8xf32>
  return
}
