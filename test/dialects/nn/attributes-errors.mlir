// Attributes of the nn dialect are those that it declares, where it says.
// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'nn.notse' of a module is not declared; known are nn.name, nn.unsigned, nn.labels, nn.count}}
module attributes {nn.notse = []} {
}

// -----

// expected-error@+1 {{'nn.stage' is an attribute of a function, not of a module}}
module attributes {nn.stage = "conv"} {
}

// -----

// expected-error@+1 {{'nn.stage' must be a string, not 1 : i64}}
func.func private @stage() attributes {nn.stage = 1 : i64}

// -----

// expected-error@+1 {{'nn.half' is an attribute of a module, not of a function}}
func.func private @stage() attributes {nn.half}

// -----

// expected-error@+1 {{'nn.constant' must be a unit, not false}}
func.func private @stage(memref<4xf32> {nn.constant = false})

// -----

// expected-error@+1 {{'nn.stage' is an attribute of a function, not of argument 1}}
func.func private @stage(memref<4xf32>, memref<4xf32> {nn.stage = "conv"})

// -----

// expected-error@+1 {{'nn.constants' of argument 0 is not declared; known are}}
func.func private @stage(memref<4xf32> {nn.constants})

// -----

// expected-error@+1 {{'nn.inplace' is an attribute of an argument of a function, not of result 0}}
func.func private @stage() -> (tensor<4xf32> {nn.inplace})

// -----

// expected-error@+1 {{'nn.name' must be a string, not 3 : i64}}
func.func private @main() -> (tensor<4xf32> {nn.name = 3 : i64})

// -----

func.func @stage(%x: f32) -> f32 {
  // expected-error@+1 {{'nn.name' is an attribute of an argument of a function or a result of a function, not of 'arith.addf'}}
  %y = arith.addf %x, %x {nn.name = "sum"} : f32
  return %y : f32
}

// -----

// What each of them is for.
module attributes {nn.half, nn.notes = ["a note"]} {
  func.func private @stage(memref<4xf32> {nn.constant}, memref<4xf32> {nn.inplace}) attributes {nn.stage = "conv", nn.flops = 8 : i64, nn.macs = 4 : i64}
  func.func private @main(tensor<4xi8> {nn.name = "x", nn.unsigned}) -> (tensor<4xi8> {nn.name = "y", nn.unsigned})
  llvm.func @lowered() attributes {nn.stage = "conv"}
}
