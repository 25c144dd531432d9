// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @conv_rank(%a: tensor<1x3xf32>, %b: tensor<4x3xf32>) {
  // expected-error @below {{'nn.conv' (1) input and filter need one rank of 3 or more, not 2 and 2}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64>, pads = array<i64>, dilations = array<i64>, layout = #nn.layout<channels_first>} : (tensor<1x3xf32>, tensor<4x3xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @conv_ranks_differ(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3xf32>) {
  // expected-error @below {{'nn.conv' (1) input and filter need one rank of 3 or more, not 4 and 3}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_element_types(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf16>) {
  // expected-error @below {{'nn.conv' (1) input and filter differ in element type}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf16>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_strides_count(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (2) strides, pads or dilations do not have entries for 2 spatial dimensions}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_pads_count(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (2) strides, pads or dilations do not have entries for 2 spatial dimensions}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_stride_zero(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (2) strides and dilations must be positive and pads not negative}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 0>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_pad_negative(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (2) strides and dilations must be positive and pads not negative}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, -1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_channels(%a: tensor<1x3x8x8xf32>, %b: tensor<4x2x3x3xf32>) {
  // expected-error @below {{'nn.conv' (3) 3 channels and 4 filters of 2 channels do not fit group 1}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_features_of_group(%a: tensor<1x4x8x8xf32>, %b: tensor<3x2x3x3xf32>) {
  // expected-error @below {{'nn.conv' (3) 4 channels and 3 filters of 2 channels do not fit group 2}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, group = 2 : i64} : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x6x6xf32>
  return
}

// -----

func.func @conv_group_zero(%a: tensor<1x0x8x8xf32>, %b: tensor<4x2x3x3xf32>) {
  // expected-error @below {{'nn.conv' (3) 0 channels and 4 filters of 2 channels do not fit group 0}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, group = 0 : i64} : (tensor<1x0x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_bias(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>, %c: tensor<3xf32>) {
  // expected-error @below {{'nn.conv' (4) bias is not [4]}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_filter_too_large(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x9xf32>) {
  // expected-error @below {{'nn.conv' (5) the filter is larger than the padded input in spatial dimension 1}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x9xf32>) -> tensor<1x4x6x0xf32>
  return
}

// -----

func.func @conv_dilated_filter_too_large(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (5) the filter is larger than the padded input in spatial dimension 0}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 4, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x0x6xf32>
  return
}

// -----

func.func @conv_transpose_rank(%a: tensor<1x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @below {{'nn.conv_transpose' (1) input and filter need one rank of 3 or more, not 2 and 2}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64>, pads = array<i64>, dilations = array<i64>, layout = #nn.layout<channels_first>, output_padding = array<i64>} : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @conv_transpose_dilations(%a: tensor<1x3x8x8xf32>, %b: tensor<3x4x3x3xf32>) {
  // expected-error @below {{'nn.conv_transpose' (2) strides, pads or dilations do not have entries for 2 spatial dimensions}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_first>, output_padding = array<i64: 0, 0>} : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>) -> tensor<1x4x10x10xf32>
  return
}

// -----

func.func @conv_transpose_output_padding(%a: tensor<1x3x8x8xf32>, %b: tensor<3x4x3x3xf32>) {
  // expected-error @below {{'nn.conv_transpose' (2) output_padding needs an entry that is not negative for each spatial dimension}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, output_padding = array<i64: 0>} : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>) -> tensor<1x4x10x10xf32>
  return
}

// -----

func.func @conv_transpose_channels(%a: tensor<1x3x8x8xf32>, %b: tensor<4x4x3x3xf32>) {
  // expected-error @below {{'nn.conv_transpose' (3) 3 channels do not fit a filter of 4 and group 1}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, output_padding = array<i64: 0, 0>} : (tensor<1x3x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x10x10xf32>
  return
}

// -----

func.func @conv_transpose_group(%a: tensor<1x3x8x8xf32>, %b: tensor<3x4x3x3xf32>) {
  // expected-error @below {{'nn.conv_transpose' (3) 3 channels do not fit a filter of 3 and group 2}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, group = 2 : i64, output_padding = array<i64: 0, 0>} : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>) -> tensor<1x8x10x10xf32>
  return
}

// -----

func.func @conv_transpose_bias(%a: tensor<1x3x8x8xf32>, %b: tensor<3x4x3x3xf32>, %c: tensor<3xf32>) {
  // expected-error @below {{'nn.conv_transpose' (4) bias is not [4]}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, output_padding = array<i64: 0, 0>} : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>, tensor<3xf32>) -> tensor<1x4x10x10xf32>
  return
}

// -----

func.func @conv_transpose_negative(%a: tensor<1x3x1x8xf32>, %b: tensor<3x4x1x1xf32>) {
  // expected-error @below {{'nn.conv_transpose' (5) spatial dimension 0 would be negative}}
  // expected-error @below {{'nn.conv_transpose' op failed to infer returned types}}
  %0 = nn.conv_transpose %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, output_padding = array<i64: 0, 0>} : (tensor<1x3x1x8xf32>, tensor<3x4x1x1xf32>) -> tensor<1x4x0x8xf32>
  return
}

// -----

func.func @matmul_rank(%a: tensor<4xf32>, %b: tensor<4x2xf32>) {
  // expected-error @below {{'nn.matmul' (1) operands need rank 2 or more and one element type}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b : (tensor<4xf32>, tensor<4x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @matmul_element_types(%a: tensor<3x4xf32>, %b: tensor<4x2xf16>) {
  // expected-error @below {{'nn.matmul' (1) operands need rank 2 or more and one element type}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b : (tensor<3x4xf32>, tensor<4x2xf16>) -> tensor<3x2xf32>
  return
}

// -----

func.func @matmul_columns(%a: tensor<3x4xf32>, %b: tensor<5x2xf32>) {
  // expected-error @below {{'nn.matmul' (2) cannot multiply by 5 rows with 4 columns}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b : (tensor<3x4xf32>, tensor<5x2xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @matmul_batches(%a: tensor<2x3x4xf32>, %b: tensor<3x4x2xf32>) {
  // expected-error @below {{'nn.matmul' (3) the leading dimensions do not broadcast}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b : (tensor<2x3x4xf32>, tensor<3x4x2xf32>) -> tensor<2x3x2xf32>
  return
}

// -----

func.func @conv_bias_type(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>, %c: tensor<4xi8>) {
  // expected-error @below {{'nn.conv' (4) bias is not of the accumulator's type}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b, %c {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>, tensor<4xi8>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @conv_accumulator_width(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>) {
  // expected-error @below {{'nn.conv' (6) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i16} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>) -> tensor<1x4x6x6xi16>
  return
}

// -----

func.func @conv_accumulator_of_floats(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xf32>) {
  // expected-error @below {{'nn.conv' (6) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @conv_accumulator_of_wide(%a: tensor<1x3x8x8xi32>, %b: tensor<4x3x3x3xi8>) {
  // expected-error @below {{'nn.conv' (6) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi32>, tensor<4x3x3x3xi8>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @conv_zero_point_alone(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>, %z: tensor<i8>) {
  // expected-error @below {{'nn.conv' (7) a zero point needs an accumulator}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b input_zero_point %z {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>, tensor<i8>) -> tensor<1x4x6x6xi8>
  return
}

// -----

func.func @conv_zero_point_type(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>, %z: tensor<ui8>) {
  // expected-error @below {{'nn.conv' (7) a zero point differs from its operand in element type}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b filter_zero_point %z {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>, tensor<ui8>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @conv_input_zero_points(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>, %z: tensor<3x1x1xi8>) {
  // expected-error @below {{'nn.conv' (7) a zero point of 3 elements does not fit its operand}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b input_zero_point %z {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>, tensor<3x1x1xi8>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @conv_filter_zero_points(%a: tensor<1x3x8x8xi8>, %b: tensor<4x3x3x3xi8>, %z: tensor<3x1x1xi8>) {
  // expected-error @below {{'nn.conv' (7) a zero point of 3 elements does not fit its operand}}
  // expected-error @below {{'nn.conv' op failed to infer returned types}}
  %0 = nn.conv %a, %b filter_zero_point %z {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<4x3x3x3xi8>, tensor<3x1x1xi8>) -> tensor<1x4x6x6xi32>
  return
}

// -----

func.func @matmul_accumulator(%a: tensor<3x4xi8>, %b: tensor<4x2xi8>) {
  // expected-error @below {{'nn.matmul' (4) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b {accumulator = f32} : (tensor<3x4xi8>, tensor<4x2xi8>) -> tensor<3x2xf32>
  return
}

// -----

func.func @matmul_zero_point(%a: tensor<3x4xi8>, %b: tensor<4x2xi8>, %z: tensor<4xi8>) {
  // expected-error @below {{'nn.matmul' (5) a zero point of 4 elements does not fit its operand}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b lhs_zero_point %z {accumulator = i32} : (tensor<3x4xi8>, tensor<4x2xi8>, tensor<4xi8>) -> tensor<3x2xi32>
  return
}

// -----

func.func @matmul_zero_point_of_rows(%a: tensor<3x4xi8>, %b: tensor<4x2xui8>, %z: tensor<4x1xui8>) {
  // expected-error @below {{'nn.matmul' (5) a zero point of 4 elements does not fit its operand}}
  // expected-error @below {{'nn.matmul' op failed to infer returned types}}
  %0 = nn.matmul %a, %b rhs_zero_point %z {accumulator = i32} : (tensor<3x4xi8>, tensor<4x2xui8>, tensor<4x1xui8>) -> tensor<3x2xi32>
  return
}
