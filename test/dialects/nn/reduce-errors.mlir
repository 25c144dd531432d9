// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @reduce_unsorted(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reduce' (1) axes are not sorted, different and within rank 2}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<1x1xf32>
  return
}

// -----

func.func @reduce_twice(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reduce' (1) axes are not sorted, different and within rank 2}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @reduce_axis(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reduce' (1) axes are not sorted, different and within rank 2}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @reduce_keepdims(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.reduce' op inferred type(s) 'tensor<2x1xf32>' are incompatible with return type(s) of operation 'tensor<2xf32>'}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @arg_reduce_kind(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.arg_reduce' (1) kind is not max or min}}
  // expected-error @below {{'nn.arg_reduce' op failed to infer returned types}}
  %0 = nn.arg_reduce %a {kind = #nn.reduce_kind<sum>, axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @arg_reduce_axis(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.arg_reduce' (2) axis 2 is outside rank 2}}
  // expected-error @below {{'nn.arg_reduce' op failed to infer returned types}}
  %0 = nn.arg_reduce %a {kind = #nn.reduce_kind<max>, axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @softmax_axis(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.softmax' (1) axis -1 is outside rank 2}}
  // expected-error @below {{'nn.softmax' op failed to infer returned types}}
  %0 = nn.softmax %a {axis = -1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @lrn_size(%a: tensor<1x3x4xf32>) {
  // expected-error @below {{'nn.lrn' (1) size is not positive}}
  // expected-error @below {{'nn.lrn' op failed to infer returned types}}
  %0 = nn.lrn %a {alpha = 1.0 : f64, beta = 0.75 : f64, bias = 1.0 : f64, size = 0 : i64, axis = 1 : i64} : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
  return
}

// -----

func.func @lrn_axis(%a: tensor<1x3x4xf32>) {
  // expected-error @below {{'nn.lrn' (1) axis 3 is outside rank 3}}
  // expected-error @below {{'nn.lrn' op failed to infer returned types}}
  %0 = nn.lrn %a {alpha = 1.0 : f64, beta = 0.75 : f64, bias = 1.0 : f64, size = 3 : i64, axis = 3 : i64} : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
  return
}

// -----

func.func @cum_sum_axis(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.cum_sum' (1) axis 2 is outside rank 2}}
  // expected-error @below {{'nn.cum_sum' op failed to infer returned types}}
  %0 = nn.cum_sum %a {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @top_k_axis(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.top_k' (1) axis 2 is outside rank 2}}
  // expected-error @below {{'nn.top_k' op failed to infer returned types}}
  %0:2 = nn.top_k %a {k = 1 : i64, axis = 2 : i64} : (tensor<2x3xf32>) -> (tensor<2x1xf32>, tensor<2x1xi64>)
  return
}

// -----

func.func @top_k_k(%a: tensor<2x3xf32>) {
  // expected-error @below {{'nn.top_k' (1) k = 4 is outside a dimension of 3}}
  // expected-error @below {{'nn.top_k' op failed to infer returned types}}
  %0:2 = nn.top_k %a {k = 4 : i64, axis = 1 : i64} : (tensor<2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xi64>)
  return
}

// -----

func.func @reduce_mean_accumulator(%a: tensor<2x4xi8>) {
  // expected-error @below {{'nn.reduce' (3) only sums have an accumulator}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>, keepdims = false, accumulator = i32} : (tensor<2x4xi8>) -> tensor<2xi32>
  return
}

// -----

func.func @reduce_accumulator(%a: tensor<2x4xi32>) {
  // expected-error @below {{'nn.reduce' (3) the accumulator is not i32 or i64 and wider than the operands' integers}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false, accumulator = i32} : (tensor<2x4xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @reduce_zero_point_alone(%a: tensor<2x4xi8>, %z: tensor<i8>) {
  // expected-error @below {{'nn.reduce' (4) a zero point needs an accumulator}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a, %z {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<2x4xi8>, tensor<i8>) -> tensor<2xi8>
  return
}

// -----

func.func @reduce_zero_points(%a: tensor<2x4xi8>, %z: tensor<4xi8>) {
  // expected-error @below {{'nn.reduce' (4) a zero point of 4 elements does not fit its operand}}
  // expected-error @below {{'nn.reduce' op failed to infer returned types}}
  %0 = nn.reduce %a, %z {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false, accumulator = i32} : (tensor<2x4xi8>, tensor<4xi8>) -> tensor<2xi32>
  return
}
