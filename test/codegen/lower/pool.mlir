// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d4, d2 * 2 + d5, d3)>
// CHECK-DAG: #[[WINDOW:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5)>
// CHECK-LABEL: func @max
// CHECK: %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
// CHECK: %[[PADDED:.+]] = tensor.pad {{.*}} low[0, 1, 1, 0] high[0, 0, 0, 0]
// CHECK: tensor.yield %[[LOWEST]]
// CHECK: %[[SHAPE:.+]] = tensor.empty() : tensor<3x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[WINDOW]], #{{.+}}]
// CHECK-SAME: ins(%[[PADDED]], %[[SHAPE]]
// CHECK: arith.maximumf
func.func @max(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>,
      dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// -----

// Where every window counts as many elements, the divisor is a constant.

// CHECK-LABEL: func @average
// CHECK: %[[QUARTER:.+]] = arith.constant 2.500000e-01 : f32
// CHECK: linalg.generic
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK: arith.mulf %{{.+}}, %[[QUARTER]]
func.func @average(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
      counted_pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}

// -----

// Where the padding does not count, a table for that dimension: windows of 3
// from -1, 1, 3 hold 2, 3 and 2 elements of 5. Columns always hold one.

// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1, d2, d3) -> (d1)>
// CHECK-LABEL: func @average_without_padding
// CHECK: %[[TABLE:.+]] = arith.constant dense<[5.000000e-01, 0.333333343, 5.000000e-01]> : tensor<3xf32>
// CHECK: linalg.generic {{.*}}ins(%{{.+}}, %[[TABLE]]
func.func @average_without_padding(%x: tensor<1x5x4x4xf32>) -> tensor<1x3x4x4xf32> {
  %0 = nn.avg_pool %x {kernel = array<i64: 3, 1>, strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 1, 0>,
      counted_pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x5x4x4xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// -----

// Halves are summed up and divided as f32.

// CHECK-LABEL: func @average_of_halves
// CHECK: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f16
// CHECK: tensor.pad
// CHECK: tensor.yield %[[ZERO]] : f16
// CHECK: linalg.generic
// CHECK: %[[X:.+]] = arith.extf %{{.+}} : f16 to f32
// CHECK: arith.addf %{{.+}}, %[[X]] {{.*}}: f32
// CHECK: linalg.generic
// CHECK: %[[Y:.+]] = arith.mulf {{.*}} : f32
// CHECK: arith.truncf %[[Y]] : f32 to f16
func.func @average_of_halves(%x: tensor<1x4x4x4xf16>) -> tensor<1x4x4x4xf16> {
  %0 = nn.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      counted_pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x4x4x4xf16>) -> tensor<1x4x4x4xf16>
  return %0 : tensor<1x4x4x4xf16>
}

// -----

// Five elements from the first to the last of a window: the last window begins
// at 7 of 12, two of padding on each side.

// CHECK-LABEL: func @dilated
// CHECK: tensor.pad {{.*}} low[0, 2, 0] high[0, 2, 0]
func.func @dilated(%x: tensor<1x8x4xf32>) -> tensor<1x8x4xf32> {
  %0 = nn.max_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 2, 2>,
      dilations = array<i64: 2>, layout = #nn.layout<channels_last>} : (tensor<1x8x4xf32>) -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}
