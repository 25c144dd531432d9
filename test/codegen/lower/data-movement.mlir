// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// CHECK: #[[READ:.+]] = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
// CHECK-LABEL: func @transpose
// CHECK: linalg.generic {indexing_maps = [#[[READ]], #{{.+}}]
func.func @transpose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}

// -----

// CHECK-LABEL: func @concat
// CHECK: %[[EMPTY:.+]] = tensor.empty() : tensor<2x5xf32>
// CHECK: %[[FIRST:.+]] = tensor.insert_slice %{{.+}} into %[[EMPTY]][0, 0] [2, 3] [1, 1]
// CHECK: tensor.insert_slice %{{.+}} into %[[FIRST]][0, 3] [2, 2] [1, 1]
func.func @concat(%x: tensor<2x3xf32>, %y: tensor<2x2xf32>) -> tensor<2x5xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// Steps backward from 5 by 2, three elements: forward from 1, read from the end.

// CHECK: #[[BACK:.+]] = affine_map<(d0) -> (-d0 + 2)>
// CHECK-LABEL: func @slice_backward
// CHECK: %[[SLICE:.+]] = tensor.extract_slice %{{.+}}[1] [3] [2]
// CHECK: linalg.generic {indexing_maps = [#[[BACK]], #{{.+}}]{{.*}}ins(%[[SLICE]]
func.func @slice_backward(%x: tensor<6xf32>) -> tensor<3xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.slice %x {starts = array<i64: 5>, sizes = array<i64: 3>, steps = array<i64: -2>} : (tensor<6xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// CHECK: #[[READ:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func @tile
// CHECK: linalg.generic {indexing_maps = [#[[READ]], #{{.+}}]
// CHECK: tensor.collapse_shape %{{.+}} : tensor<2x3xf32> into tensor<6xf32>
func.func @tile(%x: tensor<3xf32>) -> tensor<6xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.tile %x {repeats = array<i64: 2>} : (tensor<3xf32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}

// -----

// A shape that no grouping of dimensions reaches goes through one dimension.

// CHECK-LABEL: func @reshape
// CHECK: tensor.collapse_shape %{{.+}} : tensor<4x6xf32> into tensor<24xf32>
// CHECK: tensor.expand_shape %{{.+}} : tensor<24xf32> into tensor<3x8xf32>
func.func @reshape(%x: tensor<4x6xf32>) -> tensor<3x8xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.reshape %x : (tensor<4x6xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Indices count from the end when negative and never leave the data.

// CHECK-LABEL: func @gather
// CHECK-SAME: %[[DATA:.+]]: tensor<5x8xf32>
// CHECK-DAG: %[[SIZE:.+]] = arith.constant 5 : index
// CHECK-DAG: %[[LAST:.+]] = arith.constant 4 : index
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK: %[[X:.+]] = arith.index_cast %{{.+}} : i64 to index
// CHECK: %[[NEGATIVE:.+]] = arith.cmpi slt, %[[X]], %[[ZERO]]
// CHECK: %[[END:.+]] = arith.addi %[[X]], %[[SIZE]]
// CHECK: %[[WRAPPED:.+]] = arith.select %[[NEGATIVE]], %[[END]], %[[X]]
// CHECK: %[[LOW:.+]] = arith.maxsi %[[WRAPPED]], %[[ZERO]]
// CHECK: %[[ROW:.+]] = arith.minsi %[[LOW]], %[[LAST]]
// CHECK: tensor.extract %[[DATA]][%[[ROW]], %{{.+}}]
func.func @gather(%data: tensor<5x8xf32>, %i: tensor<3xi64>) -> tensor<3x8xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.gather %data, %i {axis = 0 : i64} : (tensor<5x8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Doubling repeats elements: no index is read at all.

// CHECK: #[[READ:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-LABEL: func @resize_doubles
// CHECK: linalg.generic {indexing_maps = [#[[READ]], #{{.+}}]
// CHECK: tensor.collapse_shape %{{.+}} : tensor<1x1x3x2xf32> into tensor<1x1x6xf32>
func.func @resize_doubles(%x: tensor<1x1x3xf32>) -> tensor<1x1x6xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.resize %x {mode = #nn.resize_mode<nearest>, coordinate = #nn.resize_coordinate<asymmetric>,
      nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0>} : (tensor<1x1x3xf32>) -> tensor<1x1x6xf32>
  return %0 : tensor<1x1x6xf32>
}

// -----

// Linear, half pixel: 0.25 -> -0.25, 0.25, 0.75, 1.25, the ends clamped.

// CHECK-LABEL: func @resize_linear
// CHECK-DAG: arith.constant dense<[0, 0, 0, 1]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<[0, 1, 1, 1]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<[2.500000e-01, 7.500000e-01, 2.500000e-01, 7.500000e-01]> : tensor<4xf32>
// CHECK-DAG: arith.constant dense<[7.500000e-01, 2.500000e-01, 7.500000e-01, 2.500000e-01]> : tensor<4xf32>
// CHECK: tensor.extract
// CHECK: tensor.extract
func.func @resize_linear(%x: tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
    attributes {nn.stage = "move"} {
  %0 = nn.resize %x {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>,
      nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0>} : (tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  return %0 : tensor<1x1x4xf32>
}
