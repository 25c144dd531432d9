// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<2x3x4xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (1) input has rank 3}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3x4xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @feature_outside(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (2) splits do not have a feature, a threshold and two children each}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 3>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @no_threshold(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (2) splits do not have a feature, a threshold and two children each}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @marks(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (2) splits do not have a feature, a threshold and two children each}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, missing = array<i1: true, false>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

// A walk through this one would not end.
func.func @child_before(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (3) child 0 of split 0 is not behind it}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 0, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @child_behind_all(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (3) child 3 of split 0 is not behind it}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 3>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @root_behind_all(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (4) 1 roots are not those of 1 groups of trees}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 3>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @groups(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (4) 1 roots are not those of 2 groups of trees}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, groups = 2 : i64, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @columns(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (5) 3 weights are not those of leaves of 2 columns, or kind is not sum, max or min}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0, 3.0>, columns = 2 : i64, kind = #nn.reduce_kind<sum>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @kind(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.tree_ensemble' (5) 2 weights are not those of leaves of 1 columns, or kind is not sum, max or min}}
  // expected-error @below {{'nn.tree_ensemble' op failed to infer returned types}}
  %0 = nn.tree_ensemble %x {features = array<i32: 0>, thresholds = array<f64: 0.5>, children = array<i32: 1, 2>, roots = array<i32: 0>, weights = array<f64: 1.0, 2.0>, kind = #nn.reduce_kind<mean>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}
