// Attributes of the dlc dialect are those that it declares, where it says.
// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'dlc.ram' of a module is not declared; known are dlc.target, dlc.optimise_size}}
module attributes {dlc.ram = 4 : i64} {
}

// -----

// expected-error@+1 {{'dlc.ram_budget' must be an integer, not "48K"}}
module attributes {dlc.ram_budget = "48K"} {
}

// -----

// expected-error@+1 {{'dlc.chunks' is an attribute of a function, not of a module}}
module attributes {dlc.chunks = 4 : i64} {
}

// -----

// expected-error@+1 {{'dlc.quick' is an attribute of a module, not of a function}}
func.func private @stage() attributes {dlc.quick}

// -----

// expected-error@+1 {{'dlc.chunks' is an attribute of a function, not of argument 0}}
func.func private @stage(index {dlc.chunks = 4 : i64})

// -----

// expected-error@+1 {{'dlc.chunks' is an attribute of a function, not of result 0}}
func.func private @stage() -> (index {dlc.chunks = 4 : i64})

// -----

func.func @stage(%x: f32) -> f32 {
  // expected-error@+1 {{'dlc.cold' is an attribute of a branch, not of 'arith.addf'}}
  %y = arith.addf %x, %x {dlc.cold = "rare"} : f32
  return %y : f32
}

// -----

// expected-error@+1 {{'dlc.data' is an attribute of a global, not of 'memref.global'}}
memref.global @x : memref<1xf32> = dense<0.0> {dlc.data = dense<0.0> : tensor<1xf32>}

// -----

// expected-error@+1 {{dlc.target has no entry 'vector_bit'; known are index_bits, vector_bits}}
module attributes {dlc.target = {vector_bit = 128 : i64}} {
}

// -----

// expected-error@+1 {{dlc.target: no value of fpu: 1 : i64}}
module attributes {dlc.target = {fpu = 1 : i64}} {
}

// -----

// What each of them is for.
module attributes {dlc.target = {fpu = true}, dlc.optimise_size, dlc.ram_limit = 4 : i64, dlc.flash_limit = 4 : i64, dlc.quick, dlc.every_phase, dlc.ram_budget = 4 : i64, dlc.cheap_patches, dlc.expected_ram = 4 : i64, dlc.ram_trial, dlc.kept_constants = []} {
  func.func @stage(%x: i1) attributes {dlc.chunks = 4 : i64, dlc.cold_function} {
    scf.if %x {
    } {dlc.cold = "rare"}
    return
  }
  llvm.mlir.global external constant @x() {dlc.data = dense<0.0> : tensor<1xf32>} : !llvm.array<4 x i8>
}
