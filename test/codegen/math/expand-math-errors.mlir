// RUN: dlc-opt %s --split-input-file --dlc-expand-math --verify-diagnostics

func.func @wide_exponent(%x: f32, %n: i64) -> f32 {
  // expected-error @+1 {{'math.fpowi' has no expansion for exponents of 64 bits}}
  %y = math.fpowi %x, %n : f32, i64
  return %y : f32
}

// -----

// Everything that is unsupported is named, not the first alone.
func.func @double_precision(%x: f64) -> f64 {
  // expected-error @+1 {{'math.sinh' has no expansion for 'f64'}}
  %0 = math.sinh %x : f64
  // expected-error @+1 {{'math.cbrt' has no expansion for 'f64'}}
  %1 = math.cbrt %0 : f64
  return %1 : f64
}
