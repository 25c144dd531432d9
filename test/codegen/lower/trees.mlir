// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// Branches: each threshold is a constant, and a leaf with a weight for one
// column names the column. What is missing goes with what is not more.

// CHECK-LABEL: func @branches
// CHECK: arena.procedure
// CHECK-NOT: scf.while
// CHECK: arith.cmpf ole, %{{.+}}, %{{.+}} : f32
// CHECK: scf.if %{{.+}} -> (index, f32)
// CHECK: arith.cmpf ule, %{{.+}}, %{{.+}} : f32
// CHECK: scf.if %{{.+}} -> (index, f32)
module attributes {dlc.target = {fpu = true}} {
func.func @branches(%x: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0, 2>, thresholds = array<f64: 0.5, -0.25>, children = array<i32: 2, 1, 3, 2>, missing = array<i1: false, true>, roots = array<i32: 0>, weights = array<f64: 1.0, 0.0, 0.0, 0.5>, columns = 2, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
}

// -----

// A split that two others lead to would be written twice: a table.

// CHECK-LABEL: func @shared
// CHECK: scf.while
module attributes {dlc.target = {fpu = true}} {
func.func @shared(%x: tensor<1x3xf32>) -> tensor<1x1xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0, 2, 1>, thresholds = array<f64: 0.5, -0.25, 1.0>, children = array<i32: 1, 2, 2, 3, 3, 4>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
}

// -----

// Small code: bytes for features, and for children, which are how far behind
// their split (2 leaves before them); the upper half of each threshold.

// CHECK-LABEL: func @table
// CHECK-DAG: %[[WEIGHTS:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[ROOTS:.+]] = arith.constant dense<0> : tensor<1xi8>
// CHECK-DAG: %[[FEATURES:.+]] = arith.constant dense<[0, 2]> : tensor<2xi8>
// CHECK-DAG: %[[CHILDREN:.+]] = arith.constant dense<[0, 2, 1, 0]> : tensor<4xi8>
// CHECK-DAG: %[[HALVES:.+]] = arith.constant dense<[16128, -16768]> : tensor<2xi16>
// CHECK: arena.procedure
// CHECK: scf.while
// CHECK: arith.cmpf ole
module attributes {dlc.optimise_size, dlc.target = {fpu = true}} {
func.func @table(%x: tensor<1x3xf32>) -> tensor<1x1xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0, 2>, thresholds = array<f64: 0.5, -0.25>, children = array<i32: 2, 1, 3, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
}

// -----

// Without floating point thresholds are integers in the floats' order: of
// 0.1 its bits, of -0.1 those without the sign turned around.

// CHECK-LABEL: func @keys
// CHECK-DAG: arith.constant dense<[1036831949, -1036831950]> : tensor<2xi32>
// CHECK-NOT: arith.cmpf
module attributes {dlc.optimise_size, dlc.target = {fpu = false}} {
func.func @keys(%x: tensor<1x3xf32>) -> tensor<1x1xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0, 2>, thresholds = array<f64: 0.1, -0.1>, children = array<i32: 2, 1, 3, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
}

// -----

// Two of four classes in each leaf, shares of 40 samples: counts, and the
// number that all of a leaf are divided by.

// CHECK-LABEL: func @shares
// CHECK-DAG: arith.constant dense<[0, 1, 2, 3, 0, 3]> : tensor<6xi8>
// CHECK-DAG: arith.constant dense<[1, 3, 7, 1, 3, 2]> : tensor<6xi8>
// CHECK-DAG: arith.constant dense<[0, 2, 4, 6]> : tensor<4xi8>
// CHECK-DAG: arith.constant dense<[4, 8, 5]> : tensor<3xi8>
// CHECK: arith.uitofp
// CHECK: arith.divf
module attributes {dlc.optimise_size, dlc.target = {fpu = true}} {
func.func @shares(%x: tensor<1x3xf32>) -> tensor<1x4xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0, 2>, thresholds = array<f64: 0.5, -0.25>, children = array<i32: 2, 1, 3, 4>, roots = array<i32: 0>, weights = array<f64: 0.25, 0.75, 0.0, 0.0, 0.0, 0.0, 0.875, 0.125, 0.60000002384185791, 0.0, 0.0, 0.40000000596046448>, columns = 4, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
}

// -----

// A weight that is no such quotient: floats, of those that are not 0.

// CHECK-LABEL: func @sparse
// CHECK-DAG: arith.constant dense<[8.750000e-01, 9.99999974E-5, 2.500000e-01]> : tensor<3xf32>
// CHECK-NOT: arith.divf
module attributes {dlc.optimise_size, dlc.target = {fpu = true}} {
func.func @sparse(%x: tensor<1x3xf32>) -> tensor<1x4xf32> {
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 0.875, 0.0001, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25>, columns = 4, kind = #nn.reduce_kind<sum>} : (tensor<1x3xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
}
