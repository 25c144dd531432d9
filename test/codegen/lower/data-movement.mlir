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

// What one index chooses is a part of the data whose place is known when it is read; on a GPU
// nothing stands around the launches that could read the index.

// CHECK-LABEL: func @gather_one
// CHECK-SAME: %[[DATA:.+]]: tensor<5x8xf32>, %[[I:.+]]: tensor<1xi32>
// CHECK: %[[INDEX:.+]] = tensor.extract %[[I]]
// CHECK: %[[ROW:.+]] = arith.minsi
// CHECK: %[[PART:.+]] = tensor.extract_slice %[[DATA]][%[[ROW]], 0] [1, 8] [1, 1]
// CHECK-NOT: linalg.generic
// CHECK: return %[[PART]]
module attributes {dlc.target = {index_bits = 32 : i64}} {
  func.func @gather_one(%data: tensor<5x8xf32>, %i: tensor<1xi32>) -> tensor<1x8xf32>
      attributes {nn.stage = "move"} {
    %0 = nn.gather %data, %i {axis = 0 : i64} : (tensor<5x8xf32>, tensor<1xi32>) -> tensor<1x8xf32>
    return %0 : tensor<1x8xf32>
  }
}

// -----

// The index's dimensions stand in the axis's place: here none.

// CHECK-LABEL: func @gather_scalar
// CHECK: %[[PART:.+]] = tensor.extract_slice %{{.+}}[0, %{{.+}}] [5, 1] [1, 1] : tensor<5x8xf32> to tensor<5x1xf32>
// CHECK: tensor.collapse_shape %[[PART]] {{.*}} into tensor<5xf32>
module attributes {dlc.target = {index_bits = 32 : i64}} {
  func.func @gather_scalar(%data: tensor<5x8xf32>, %i: tensor<i64>) -> tensor<5xf32>
      attributes {nn.stage = "move"} {
    %0 = nn.gather %data, %i {axis = 1 : i64} : (tensor<5x8xf32>, tensor<i64>) -> tensor<5xf32>
    return %0 : tensor<5xf32>
  }
}

// -----

// How much a byte is less than the largest of its row lies in a table of 256: nothing is asked of it.
// Of other rows' largest, which stand in its place without their dimension, it may be more.

// CHECK-LABEL: func @lookup_below_largest
// CHECK: arith.subi
// CHECK-NEXT: arith.index_cast
// CHECK-NEXT: tensor.extract
func.func @lookup_below_largest(%x: tensor<2x4xi8>, %t: tensor<256xi32>) -> tensor<4x2xi32>
    attributes {nn.stage = "move"} {
  %0 = nn.reduce %x {axes = array<i64: 1>, kind = #nn.reduce_kind<max>} : (tensor<2x4xi8>) -> tensor<2x1xi8>
  %1 = nn.sub %0, %x {accumulator = i32} : (tensor<2x1xi8>, tensor<2x4xi8>) -> tensor<2x4xi32>
  %2 = nn.transpose %1 {perm = array<i64: 1, 0>} : (tensor<2x4xi32>) -> tensor<4x2xi32>
  %3 = nn.gather %t, %2 {axis = 0 : i64} : (tensor<256xi32>, tensor<4x2xi32>) -> tensor<4x2xi32>
  return %3 : tensor<4x2xi32>
}
// CHECK-LABEL: func @lookup_below_others
// CHECK: arith.cmpi slt
func.func @lookup_below_others(%x: tensor<4x4xi8>, %t: tensor<256xi32>) -> tensor<4x4xi32>
    attributes {nn.stage = "move"} {
  %0 = nn.reduce %x {axes = array<i64: 1>, keepdims = false, kind = #nn.reduce_kind<max>} : (tensor<4x4xi8>) -> tensor<4xi8>
  %1 = nn.sub %0, %x {accumulator = i32} : (tensor<4xi8>, tensor<4x4xi8>) -> tensor<4x4xi32>
  %2 = nn.gather %t, %1 {axis = 0 : i64} : (tensor<256xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>
  return %2 : tensor<4x4xi32>
}
// CHECK-LABEL: func @lookup_in_less
// CHECK: arith.cmpi slt
func.func @lookup_in_less(%x: tensor<2x4xi8>, %t: tensor<255xi32>) -> tensor<2x4xi32>
    attributes {nn.stage = "move"} {
  %0 = nn.reduce %x {axes = array<i64: 1>, kind = #nn.reduce_kind<max>} : (tensor<2x4xi8>) -> tensor<2x1xi8>
  %1 = nn.sub %0, %x {accumulator = i32} : (tensor<2x1xi8>, tensor<2x4xi8>) -> tensor<2x4xi32>
  %2 = nn.gather %t, %1 {axis = 0 : i64} : (tensor<255xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  return %2 : tensor<2x4xi32>
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
