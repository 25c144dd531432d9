// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @floats(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.interpolate' (1) the input needs integers of 2 to 32 bits, or unsigned ones of at most 16}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1>, taps = array<i64: 1>, indices = [array<i32: 0>], weights = [array<i32: 1>]} : (tensor<2x3xf32>) -> tensor<2x1xi32>
  return
}

// -----

func.func @same_axis(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (2) axes are not different dimensions, or their taps, indices and weights are not of them}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1, 1>, taps = array<i64: 1, 1>, indices = [array<i32: 0>, array<i32: 0>], weights = [array<i32: 1>, array<i32: 1>]} : (tensor<2x3xi8>) -> tensor<2x1xi32>
  return
}

// -----

func.func @uneven_table(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (2) axes are not different dimensions, or their taps, indices and weights are not of them}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1>, taps = array<i64: 2>, indices = [array<i32: 0, 1, 2>], weights = [array<i32: 1, 1, 1>]} : (tensor<2x3xi8>) -> tensor<2x1xi32>
  return
}

// -----

func.func @fewer_weights(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (2) axes are not different dimensions, or their taps, indices and weights are not of them}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1>, taps = array<i64: 1>, indices = [array<i32: 0, 1>], weights = [array<i32: 1>]} : (tensor<2x3xi8>) -> tensor<2x2xi32>
  return
}

// -----

func.func @no_taps(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (2) axes are not different dimensions, or their taps, indices and weights are not of them}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1>, taps = array<i64: 0>, indices = [array<i32>], weights = [array<i32>]} : (tensor<2x3xi8>) -> tensor<2x0xi32>
  return
}

// -----

func.func @outside(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (3) the index 3 is outside of dimension 1}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i32, axes = array<i64: 1>, taps = array<i64: 1>, indices = [array<i32: 0, 3>], weights = [array<i32: 1, 1>]} : (tensor<2x3xi8>) -> tensor<2x2xi32>
  return
}

// -----

func.func @narrow(%x: tensor<2x3xi8>) {
  // expected-error @below {{'nn.interpolate' (4) the accumulator is not i32 or i64}}
  // expected-error @below {{'nn.interpolate' op failed to infer returned types}}
  %0 = nn.interpolate %x {accumulator = i16, axes = array<i64: 1>, taps = array<i64: 1>, indices = [array<i32: 0, 1>], weights = [array<i32: 1, 1>]} : (tensor<2x3xi8>) -> tensor<2x2xi16>
  return
}
