// RUN: dlc-opt %s --split-input-file --dlc-outline-stages --verify-diagnostics

// expected-error @+1 {{stages are made of one function @main with one block}}
module {
  func.func private @other()
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'math.absf' cannot be part of a stage}}
  %0 = math.absf %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
