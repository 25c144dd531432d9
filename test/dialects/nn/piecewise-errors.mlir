// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @words(%x: tensor<4xi32>) {
  // expected-error @below {{'nn.piecewise' (1) the input needs integers of 2 to 16 bits}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 7 : i64, bits = 3 : i64, breaks = array<i64>, coefficients = array<i32: 1>, shifts = array<i64>, shift = 0 : i64, storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi32>) -> tensor<4xi8>
  return
}

// -----

func.func @falling_breaks(%x: tensor<4xi16>) {
  // expected-error @below {{'nn.piecewise' (2) least, greatest and breaks are no segments of 16 bits, or bits and shifts none}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 7 : i64, bits = 3 : i64, breaks = array<i64: 5, 3>, coefficients = array<i32: 1, 2, 3>, shifts = array<i64>, shift = 0 : i64, storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi16>) -> tensor<4xi8>
  return
}

// -----

func.func @shift(%x: tensor<4xi16>) {
  // expected-error @below {{'nn.piecewise' (2) least, greatest and breaks are no segments of 16 bits, or bits and shifts none}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 7 : i64, bits = 3 : i64, breaks = array<i64>, coefficients = array<i32: 1, 2>, shifts = array<i64: 32>, shift = 0 : i64, storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi16>) -> tensor<4xi8>
  return
}

// -----

// Two segments of eight integers, and one more from 5 on, of two words.
func.func @rows(%x: tensor<4xi16>) {
  // expected-error @below {{'nn.piecewise' (3) needs 6 coefficients, not 5}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 8 : i64, bits = 3 : i64, breaks = array<i64: 5>, coefficients = array<i32: 1, 2, 3, 4, 5>, shifts = array<i64: 0>, shift = 0 : i64, storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi16>) -> tensor<4xi8>
  return
}

// -----

func.func @storage(%x: tensor<4xi16>) {
  // expected-error @below {{'nn.piecewise' (4) storage is not an integer type of 8, 16 or 32 bits}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 7 : i64, bits = 3 : i64, breaks = array<i64>, coefficients = array<i32: 1>, shifts = array<i64>, shift = 0 : i64, storage = f32, min = -128 : i64, max = 127 : i64} : (tensor<4xi16>) -> tensor<4xf32>
  return
}

// -----

func.func @range(%x: tensor<4xi16>) {
  // expected-error @below {{'nn.piecewise' (4) min -128 and max 128 are no range of the storage}}
  // expected-error @below {{'nn.piecewise' op failed to infer returned types}}
  %0 = nn.piecewise %x {least = 0 : i64, greatest = 7 : i64, bits = 3 : i64, breaks = array<i64>, coefficients = array<i32: 1>, shifts = array<i64>, shift = 0 : i64, storage = i8, min = -128 : i64, max = 128 : i64} : (tensor<4xi16>) -> tensor<4xi8>
  return
}
