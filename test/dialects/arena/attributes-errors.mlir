// Attributes of the arena dialect are those that it declares, where it says.
// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'arena.byte' of a module is not declared; known are arena.bytes, arena.align}}
module attributes {arena.byte = 4 : i64} {
}

// -----

// expected-error@+1 {{'arena.bank_sizes' must be array<i64: ...>, not [4, 4]}}
module attributes {arena.bank_sizes = [4, 4]} {
}

// -----

// expected-error@+1 {{'arena.max_scratch' is an attribute of a function, not of a module}}
module attributes {arena.max_scratch = 4 : i64} {
}

// -----

// expected-error@+1 {{'arena.scratch' is an attribute of an argument of a function, not of a function}}
func.func private @stage() attributes {arena.scratch}

// -----

// expected-error@+1 {{'arena.crowded' is an attribute of a function, not of argument 0}}
func.func private @stage(memref<4xf32> {arena.crowded})

// -----

// expected-error@+1 {{'arena.overlap' is an attribute of an argument of a function, not of result 0}}
func.func private @stage() -> (tensor<4xf32> {arena.overlap = array<i64: 0, 0>})

// -----

func.func @stage(%x: f32) -> f32 {
  // expected-error@+1 {{'arena.any_order' is an attribute of a loop, not of 'arith.addf'}}
  %y = arith.addf %x, %x {arena.any_order} : f32
  return %y : f32
}

// -----

// What each of them is for.
module attributes {arena.bytes = 4 : i64, arena.align = 4 : i64, arena.lower_bound = 4 : i64, arena.plain_bytes = 8 : i64, arena.device_bytes = 8 : i64, arena.bank_sizes = array<i64: 4, 4>, arena.parts = array<i64: 4, 0>, arena.budget = 4 : i64, arena.prove_all} {
  func.func @stage(%x: memref<4xf32> {arena.scratch}, %y: memref<4xf32> {arena.last_read, arena.consumed}, %z: memref<4xf32> {arena.overlap = array<i64: 0, 0>}) attributes {arena.max_scratch = 4 : i64, arena.crowded} {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    scf.for %i = %zero to %one step %one {
    } {arena.any_order}
    return
  }
}
