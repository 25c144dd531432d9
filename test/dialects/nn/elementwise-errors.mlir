// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @binary_types(%a: tensor<3xf32>, %b: tensor<3xi32>) {
  // expected-error @below {{'nn.add' (1) the operands differ in element type}}
  // expected-error @below {{'nn.add' op failed to infer returned types}}
  %0 = nn.add %a, %b : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
  return
}

// -----

func.func @binary_shapes(%a: tensor<3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'nn.mul' (2) the operands' shapes do not broadcast}}
  // expected-error @below {{'nn.mul' op failed to infer returned types}}
  %0 = nn.mul %a, %b : (tensor<3xf32>, tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @mod_types(%a: tensor<3xi32>, %b: tensor<3xi64>) {
  // expected-error @below {{'nn.mod' (1) the operands differ in element type}}
  // expected-error @below {{'nn.mod' op failed to infer returned types}}
  %0 = nn.mod %a, %b : (tensor<3xi32>, tensor<3xi64>) -> tensor<3xi32>
  return
}

// -----

func.func @mod_shapes(%a: tensor<2x3xi32>, %b: tensor<2x2xi32>) {
  // expected-error @below {{'nn.mod' (2) the operands' shapes do not broadcast}}
  // expected-error @below {{'nn.mod' op failed to infer returned types}}
  %0 = nn.mod %a, %b : (tensor<2x3xi32>, tensor<2x2xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @compare_types(%a: tensor<3xf32>, %b: tensor<3xi32>) {
  // expected-error @below {{'nn.compare' (1) the operands differ in element type}}
  // expected-error @below {{'nn.compare' op failed to infer returned types}}
  %0 = nn.compare %a, %b {predicate = #nn.predicate<lt>} : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xi1>
  return
}

// -----

func.func @compare_shapes(%a: tensor<3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'nn.compare' (2) the operands' shapes do not broadcast}}
  // expected-error @below {{'nn.compare' op failed to infer returned types}}
  %0 = nn.compare %a, %b {predicate = #nn.predicate<lt>} : (tensor<3xf32>, tensor<2xf32>) -> tensor<3xi1>
  return
}

// -----

func.func @select_types(%a: tensor<3xi1>, %b: tensor<3xf32>, %c: tensor<3xi32>) {
  // expected-error @below {{'nn.select' (1) on_true and on_false differ in element type}}
  // expected-error @below {{'nn.select' op failed to infer returned types}}
  %0 = nn.select %a, %b, %c : (tensor<3xi1>, tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
  return
}

// -----

func.func @select_shapes(%a: tensor<2xi1>, %b: tensor<3xf32>, %c: tensor<3xf32>) {
  // expected-error @below {{'nn.select' (2) the operands' shapes do not broadcast}}
  // expected-error @below {{'nn.select' op failed to infer returned types}}
  %0 = nn.select %a, %b, %c : (tensor<2xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @sum_accumulator_type(%a: tensor<4xi8>, %b: tensor<4xi8>) {
  // expected-error @below {{'nn.add' (3) the accumulator is not i16, i32 or i64, or too narrow for the operands' integers}}
  // expected-error @below {{'nn.add' op failed to infer returned types}}
  %0 = nn.add %a, %b {accumulator = i8} : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @product_accumulator_unsigned(%a: tensor<4xui16>, %b: tensor<4xi8>) {
  // expected-error @below {{'nn.mul' (3) the accumulator is not i16, i32 or i64, or too narrow for the operands' integers}}
  // expected-error @below {{'nn.mul' op failed to infer returned types}}
  %0 = nn.mul %a, %b {accumulator = i16} : (tensor<4xui16>, tensor<4xi8>) -> tensor<4xi16>
  return
}

// -----

func.func @difference_accumulator_floats(%a: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @below {{'nn.sub' (3) the accumulator is not i16, i32 or i64, or too narrow for the operands' integers}}
  // expected-error @below {{'nn.sub' op failed to infer returned types}}
  %0 = nn.sub %a, %b {accumulator = i32} : (tensor<4xf32>, tensor<4xi8>) -> tensor<4xi32>
  return
}

// -----

func.func @maximum_element_types(%a: tensor<4xi8>, %b: tensor<4xui8>) {
  // expected-error @below {{'nn.max' (1) the operands differ in element type}}
  // expected-error @below {{'nn.max' op failed to infer returned types}}
  %0 = nn.max %a, %b : (tensor<4xi8>, tensor<4xui8>) -> tensor<4xi8>
  return
}

// -----

func.func @maximum_shapes(%a: tensor<4xi8>, %b: tensor<3xi8>) {
  // expected-error @below {{'nn.max' (2) the operands' shapes do not broadcast}}
  // expected-error @below {{'nn.max' op failed to infer returned types}}
  %0 = nn.max %a, %b : (tensor<4xi8>, tensor<3xi8>) -> tensor<4xi8>
  return
}
