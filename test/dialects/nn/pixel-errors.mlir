// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @frame_rows(%a: tensor<6x4xui8>) {
  // expected-error @below {{'nn.color_convert' (1) a frame of that format and size has 9 rows of at least 4 bytes}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<NV12>, color = #nn.pixel_color<RGB>, frame = array<i64: 6, 4>, origin = array<i64: 0, 0>, size = array<i64: 6, 4>, weights = array<i32: 16, 1220542, 1673527, -852492, -409993, 2116026, 20>} : (tensor<6x4xui8>) -> tensor<6x4x3xui8>
  return
}

// -----

func.func @frame_bytes(%a: tensor<6x11xui8>) {
  // expected-error @below {{'nn.color_convert' (1) a frame of that format and size has 6 rows of at least 12 bytes}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 6, 4>, origin = array<i64: 0, 0>, size = array<i64: 6, 4>, weights = array<i32>} : (tensor<6x11xui8>) -> tensor<6x4x3xui8>
  return
}

// -----

func.func @window(%a: tensor<6x12xui8>) {
  // expected-error @below {{'nn.color_convert' (2) the window is empty or leaves the frame}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 6, 4>, origin = array<i64: 1, 0>, size = array<i64: 6, 4>, weights = array<i32>} : (tensor<6x12xui8>) -> tensor<6x4x3xui8>
  return
}

// -----

func.func @odd(%a: tensor<6x6xui8>) {
  // expected-error @below {{'nn.color_convert' (3) chroma for two pixels needs an even size}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<YUYV>, color = #nn.pixel_color<GRAY>, frame = array<i64: 6, 3>, origin = array<i64: 0, 0>, size = array<i64: 6, 3>, weights = array<i32>} : (tensor<6x6xui8>) -> tensor<6x3x1xui8>
  return
}

// -----

func.func @small_bayer(%a: tensor<2x6xui8>) {
  // expected-error @below {{'nn.color_convert' (3) a Bayer frame has 3 rows and columns}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<BAYER_RGGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 2, 6>, origin = array<i64: 0, 0>, size = array<i64: 2, 6>, weights = array<i32>} : (tensor<2x6xui8>) -> tensor<2x6x3xui8>
  return
}

// -----

func.func @weights(%a: tensor<6x12xui8>) {
  // expected-error @below {{'nn.color_convert' (4) the conversion has 4 weights, the last one a shift of 1 to 20}}
  // expected-error @below {{'nn.color_convert' op failed to infer returned types}}
  %0 = nn.color_convert %a {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<GRAY>, frame = array<i64: 6, 4>, origin = array<i64: 0, 0>, size = array<i64: 6, 4>, weights = array<i32>} : (tensor<6x12xui8>) -> tensor<6x4x1xui8>
  return
}

// -----

func.func @no_image(%a: tensor<6x12xui8>) {
  // expected-error @below {{'nn.resample' (1) the image is not [height, width, channels]}}
  // expected-error @below {{'nn.resample' op failed to infer returned types}}
  %0 = nn.resample %a {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0>, column_weights = array<i32: 1>} : (tensor<6x12xui8>) -> tensor<1x1x1xui8>
  return
}

// -----

func.func @taps(%a: tensor<6x4x3xui8>) {
  // expected-error @below {{'nn.resample' (2) there are 3 weights for 2 offsets}}
  // expected-error @below {{'nn.resample' op failed to infer returned types}}
  %0 = nn.resample %a {row_offsets = array<i32: 0, 1>, row_weights = array<i32: 1, 1, 1>, column_offsets = array<i32: 0>, column_weights = array<i32: 1>} : (tensor<6x4x3xui8>) -> tensor<2x1x3xui8>
  return
}

// -----

func.func @offset(%a: tensor<6x4x3xui8>) {
  // expected-error @below {{'nn.resample' (3) no tap at offset -1 is in the image}}
  // expected-error @below {{'nn.resample' op failed to infer returned types}}
  %0 = nn.resample %a {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: -1>, column_weights = array<i32: 1>} : (tensor<6x4x3xui8>) -> tensor<1x1x3xui8>
  return
}

// -----

func.func @divisor(%a: tensor<6x4x3xui8>) {
  // expected-error @below {{'nn.resample' (4) a shift is not 0 to 30, or there are a divisor and shifts}}
  // expected-error @below {{'nn.resample' op failed to infer returned types}}
  %0 = nn.resample %a {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0>, column_weights = array<i32: 1>, divisor = 3 : i64, row_shift = 1 : i64} : (tensor<6x4x3xui8>) -> tensor<1x1x3xui8>
  return
}

// -----

// 255 * 8421505 is 2^31 + 127.
func.func @overflow(%a: tensor<6x4x3xui8>) {
  // expected-error @below {{'nn.resample' (5) sums of these weights leave 32 bits}}
  // expected-error @below {{'nn.resample' op failed to infer returned types}}
  %0 = nn.resample %a {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0>, column_weights = array<i32: 8421505>} : (tensor<6x4x3xui8>) -> tensor<1x1x3xui8>
  return
}

// -----

func.func @lookup_image(%a: tensor<4x4xui8>) {
  // expected-error @below {{'nn.lookup' (1) the image is not [height, width, channels]}}
  // expected-error @below {{'nn.lookup' op failed to infer returned types}}
  %0 = nn.lookup %a {table = dense<0> : tensor<1x256xi8>} : (tensor<4x4xui8>) -> tensor<4x4xi8>
  return
}

// -----

func.func @lookup_channels(%a: tensor<4x4x3xui8>) {
  // expected-error @below {{'nn.lookup' (2) the table is not [3, 256]}}
  // expected-error @below {{'nn.lookup' op failed to infer returned types}}
  %0 = nn.lookup %a {table = dense<0> : tensor<1x256xi8>} : (tensor<4x4x3xui8>) -> tensor<4x4x3xi8>
  return
}
