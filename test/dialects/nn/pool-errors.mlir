// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @max_pool_rank(%a: tensor<1x3xf32>) {
  // expected-error @below {{'nn.max_pool' (1) the input needs rank 3 or more, not 2}}
  // expected-error @below {{'nn.max_pool' op failed to infer returned types}}
  %0 = nn.max_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @max_pool_kernel_entries(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.max_pool' (2) kernel, strides, pads or dilations do not have entries for 2 spatial dimensions}}
  // expected-error @below {{'nn.max_pool' op failed to infer returned types}}
  %0 = nn.max_pool %a {kernel = array<i64: 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xf32>
  return
}

// -----

func.func @max_pool_stride_zero(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.max_pool' (2) kernel, strides and dilations must be positive and pads not negative}}
  // expected-error @below {{'nn.max_pool' op failed to infer returned types}}
  %0 = nn.max_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 0, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xf32>
  return
}

// -----

func.func @max_pool_window_too_large(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.max_pool' (3) the window is larger than the padded input in spatial dimension 0}}
  // expected-error @below {{'nn.max_pool' op failed to infer returned types}}
  %0 = nn.max_pool %a {kernel = array<i64: 9, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x0x7xf32>
  return
}

// -----

func.func @avg_pool_rank(%a: tensor<1x3xf32>) {
  // expected-error @below {{'nn.avg_pool' (1) the input needs rank 3 or more, not 2}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @avg_pool_kernel_entries(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (2) kernel, strides, pads or dilations do not have entries for 2 spatial dimensions}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xf32>
  return
}

// -----

func.func @avg_pool_stride_zero(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (2) kernel, strides and dilations must be positive and pads not negative}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 0, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xf32>
  return
}

// -----

func.func @avg_pool_window_too_large(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (3) the window is larger than the padded input in spatial dimension 0}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 9, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x0x7xf32>
  return
}

// -----

func.func @avg_pool_counted_pads(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (2) counted_pads do not lie within pads}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 1, 1, 2, 1>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x9x9xf32>
  return
}

// -----

func.func @avg_pool_counted_pads_entries(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (2) counted_pads do not lie within pads}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xf32>
  return
}

// -----

func.func @avg_pool_accumulator(%a: tensor<1x3x8x8xf32>) {
  // expected-error @below {{'nn.avg_pool' (4) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>, accumulator = i32} : (tensor<1x3x8x8xf32>) -> tensor<1x3x7x7xi32>
  return
}

// -----

func.func @avg_pool_counts_in_sums(%a: tensor<1x3x8x8xi8>) {
  // expected-error @below {{'nn.avg_pool' (4) counted_pads count for a divisor, which an accumulator has not}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 1, 0, 0, 0>, accumulator = i32} : (tensor<1x3x8x8xi8>) -> tensor<1x3x8x8xi32>
  return
}

// -----

func.func @avg_pool_zero_point_alone(%a: tensor<1x3x8x8xi8>, %z: tensor<i8>) {
  // expected-error @below {{'nn.avg_pool' (5) a zero point needs an accumulator}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a, %z {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3x8x8xi8>, tensor<i8>) -> tensor<1x3x7x7xi8>
  return
}

// -----

func.func @avg_pool_zero_points(%a: tensor<1x3x8x8xi8>, %z: tensor<3x1x1xi8>) {
  // expected-error @below {{'nn.avg_pool' (5) a zero point of 3 elements does not fit its operand}}
  // expected-error @below {{'nn.avg_pool' op failed to infer returned types}}
  %0 = nn.avg_pool %a, %z {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>, counted_pads = array<i64: 0, 0, 0, 0>, accumulator = i32} : (tensor<1x3x8x8xi8>, tensor<3x1x1xi8>) -> tensor<1x3x7x7xi32>
  return
}
