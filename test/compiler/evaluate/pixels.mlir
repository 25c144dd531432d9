// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// Y 81, U 90, V 240: BT.601's red. 65 * 1220542 + 2^19 = 79859518; 112 * 1673527 = 187435024.
// Red (79859518 + 187435024) >> 20 = 254, green (79859518 - 95479104 + 15579734) >> 20 = -1 -> 0,
// blue (79859518 - 80408988) >> 20 = -1 -> 0.
// CHECK-LABEL: func @yuv
// CHECK: dense<{{\[\[\[}}254, 0, 0], [254, 0, 0]], {{\[\[}}254, 0, 0], [254, 0, 0]]]> : tensor<2x2x3xui8>
func.func @yuv() -> tensor<2x2x3xui8> {
  %frame = arith.constant dense<[[81, 81], [81, 81], [90, 240]]> : tensor<3x2xui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<NV12>, color = #nn.pixel_color<RGB>, frame = array<i64: 2, 2>, origin = array<i64: 0, 0>, size = array<i64: 2, 2>, weights = array<i32: 16, 1220542, 1673527, -852492, -409993, 2116026, 20>} : (tensor<3x2xui8>) -> tensor<2x2x3xui8>
  return %0 : tensor<2x2x3xui8>
}

// -----

// 0xF81F, its low byte first, is red 31, green 0, blue 31; a window of one pixel, channels turned.
// CHECK-LABEL: func @rgb565
// CHECK: dense<{{\[\[\[}}8, 252, 0]]]> : tensor<1x1x3xui8>
func.func @rgb565() -> tensor<1x1x3xui8> {
  %frame = arith.constant dense<[[31, 248, 225, 7]]> : tensor<1x4xui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<RGB565_LE>, color = #nn.pixel_color<BGR>, frame = array<i64: 1, 2>, origin = array<i64: 0, 1>, size = array<i64: 1, 1>, weights = array<i32>} : (tensor<1x4xui8>) -> tensor<1x1x3xui8>
  return %0 : tensor<1x1x3xui8>
}

// -----

// Green around red: (1 + 2 + 3 + 5 + 2) >> 2 = 3. Blue: (10 + 20 + 30 + 41 + 2) >> 2 = 25.
// CHECK-LABEL: func @bayer
// CHECK: dense<{{\[\[\[}}100, 3, 25]]]> : tensor<1x1x3xui8>
func.func @bayer() -> tensor<1x1x3xui8> {
  %frame = arith.constant dense<[[10, 1, 20], [2, 100, 3], [30, 5, 41]]> : tensor<3x3xui8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<BAYER_BGGR>, color = #nn.pixel_color<RGB>, frame = array<i64: 3, 3>, origin = array<i64: 0, 0>, size = array<i64: 1, 1>, weights = array<i32>} : (tensor<3x3xui8>) -> tensor<1x1x3xui8>
  return %0 : tensor<1x1x3xui8>
}

// -----

// Means of two: 2.5 -> 2, 3.5 -> 4 to the even one; up, 3 and 4.
// CHECK-LABEL: func @halves
// CHECK-DAG: dense<{{\[\[\[}}2], [4]]]>
// CHECK-DAG: dense<{{\[\[\[}}3], [4]]]>
func.func @halves() -> (tensor<1x2x1xui8>, tensor<1x2x1xui8>, tensor<1x2x1xui8>) {
  %image = arith.constant dense<[[[2], [3], [3], [4]]]> : tensor<1x4x1xui8>
  %0 = nn.resample %image {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0, 2>, column_weights = array<i32: 1, 1, 1, 1>, row_shift = 1 : i64, ties_to_even} : (tensor<1x4x1xui8>) -> tensor<1x2x1xui8>
  %1 = nn.resample %image {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0, 2>, column_weights = array<i32: 1, 1, 1, 1>, row_shift = 1 : i64} : (tensor<1x4x1xui8>) -> tensor<1x2x1xui8>
  %2 = nn.resample %image {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0, 2>, column_weights = array<i32: 1, 1, 1, 1>, divisor = 2 : i64} : (tensor<1x4x1xui8>) -> tensor<1x2x1xui8>
  return %0, %1, %2 : tensor<1x2x1xui8>, tensor<1x2x1xui8>, tensor<1x2x1xui8>
}

// -----

// Offset -1 reads the first column twice: 3 * 7 + 1 * 7. Narrow: 510 is 255 before the rows.
// CHECK-LABEL: func @edges
// CHECK-DAG: dense<28>
// CHECK-DAG: dense<127>
func.func @edges() -> (tensor<1x1x1xui8>, tensor<1x1x1xui8>) {
  %image = arith.constant dense<[[[7], [9]]]> : tensor<1x2x1xui8>
  %white = arith.constant dense<255> : tensor<1x2x1xui8>
  %0 = nn.resample %image {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: -1>, column_weights = array<i32: 3, 1>} : (tensor<1x2x1xui8>) -> tensor<1x1x1xui8>
  %1 = nn.resample %white {row_offsets = array<i32: 0>, row_weights = array<i32: 1>, column_offsets = array<i32: 0>, column_weights = array<i32: 1, 1>, product_shift = 1 : i64, narrow} : (tensor<1x2x1xui8>) -> tensor<1x1x1xui8>
  return %0, %1 : tensor<1x1x1xui8>, tensor<1x1x1xui8>
}

// -----

// CHECK-LABEL: func @lookup
// CHECK: dense<{{\[\[\[}}-7, 9]]]> : tensor<1x1x2xi8>
func.func @lookup() -> tensor<1x1x2xi8> {
  %image = arith.constant dense<[[[0, 255]]]> : tensor<1x1x2xui8>
  %0 = nn.lookup %image {table = dense<"0xF900000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009"> : tensor<2x256xi8>} : (tensor<1x1x2xui8>) -> tensor<1x1x2xi8>
  return %0 : tensor<1x1x2xi8>
}
