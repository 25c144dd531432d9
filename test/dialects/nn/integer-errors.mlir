// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @rescale_float(%a: tensor<4xf32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (1) the input needs integers of 2 to 64 bits, or unsigned ones of at most 16}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xf32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  return
}

// -----

func.func @rescale_unsigned(%a: tensor<4xui32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (1) the input needs integers of 2 to 64 bits, or unsigned ones of at most 16}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xui32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  return
}

// -----

func.func @rescale_multiplier(%a: tensor<4xi32>, %m: tensor<i16>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (2) multiplier needs to be i32 or i64, tie i32, addend i64 and shift i8}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi32>, tensor<i16>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  return
}

// -----

func.func @rescale_tie_type(%a: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (2) multiplier needs to be i32 or i64, tie i32, addend i64 and shift i8}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k, %c {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>, tensor<i64>) -> tensor<4xi8>
  return
}

// -----

// The upper word is 1.
func.func @rescale_wide_tie(%a: tensor<4xi32>, %c: tensor<i64>, %k: tensor<i8>) {
  %m = arith.constant dense<8589934591> : tensor<i64>
  %t = arith.constant dense<2> : tensor<i32>
  // expected-error @below {{'nn.rescale' op (6) a tie is 2, not 0 to its multiplier 1}}
  %0 = nn.rescale %a, %m, %c, %k, %t {storage = i16, min = -128 : i64, max = 127 : i64} : (tensor<4xi32>, tensor<i64>, tensor<i64>, tensor<i8>, tensor<i32>) -> tensor<4xi16>
  return
}

// -----

func.func @rescale_channels(%a: tensor<2x4xi32>, %m: tensor<3xi32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (3) a parameter does not broadcast to the input's shape}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<2x4xi32>, tensor<3xi32>, tensor<i64>, tensor<i8>) -> tensor<2x4xi8>
  return
}

// -----

// The input does not broadcast to the parameters.
func.func @rescale_larger_parameter(%a: tensor<4xi32>, %m: tensor<i32>, %c: tensor<2x4xi64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (3) a parameter does not broadcast to the input's shape}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<4xi32>, tensor<i32>, tensor<2x4xi64>, tensor<i8>) -> tensor<2x4xi8>
  return
}

// -----

func.func @rescale_storage(%a: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (4) storage is not an integer type of 2, 4, 8, 16 or 32 bits}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i7, min = -64 : i64, max = 63 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi7>
  return
}

// -----

func.func @rescale_clamp_order(%a: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (5) min 5 and max 4 are no range within -128 to 127}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = 5 : i64, max = 4 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  return
}

// -----

func.func @rescale_clamp_of_storage(%a: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (5) min -1 and max 15 are no range within 0 to 15}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = ui4, min = -1 : i64, max = 15 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xui4>
  return
}

// -----

func.func @rescale_shift(%a: tensor<2xi32>, %m: tensor<i32>, %c: tensor<i64>) {
  %k = arith.constant dense<[0, 63]> : tensor<2xi8>
  // expected-error @below {{'nn.rescale' op (6) a shift is 63, not 0 to 62}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<2xi32>, tensor<i32>, tensor<i64>, tensor<2xi8>) -> tensor<2xi8>
  return
}

// -----

func.func @rescale_addend(%a: tensor<2xi32>, %m: tensor<i32>, %k: tensor<i8>) {
  %c = arith.constant dense<[-4611686018427387904, 4611686018427387904]> : tensor<2xi64>
  // expected-error @below {{'nn.rescale' op (6) the addend 4611686018427387904 is outside of -2^62 to 2^62 - 1}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<2xi32>, tensor<i32>, tensor<2xi64>, tensor<i8>) -> tensor<2xi8>
  return
}

// -----

func.func @rescale_tie(%a: tensor<2xi32>, %c: tensor<i64>, %k: tensor<i8>) {
  %m = arith.constant dense<[8, 6]> : tensor<2xi32>
  %t = arith.constant dense<[8, 7]> : tensor<2xi32>
  // expected-error @below {{'nn.rescale' op (6) a tie is 7, not 0 to its multiplier 6}}
  %0 = nn.rescale %a, %m, %c, %k, %t {storage = i8, min = -128 : i64, max = 127 : i64} : (tensor<2xi32>, tensor<2xi32>, tensor<i64>, tensor<i8>, tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @rescale_ties_to_odd(%a: tensor<2xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) {
  // expected-error @below {{'nn.rescale' (7) ties_to_odd is given without a tie}}
  // expected-error @below {{'nn.rescale' op failed to infer returned types}}
  %0 = nn.rescale %a, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64, ties_to_odd = true} : (tensor<2xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<2xi8>
  return
}
