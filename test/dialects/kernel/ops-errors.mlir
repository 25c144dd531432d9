// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{(1) load of 0 elements, 1 to 64 are possible}}
func.func private @load_of_none() attributes {a = #kernel.instructions<vfpv4, load = 0>}

// -----

// expected-error @+1 {{(1) load of 65 elements, 1 to 64 are possible}}
func.func private @load_of_too_many() attributes {a = #kernel.instructions<vfpv4, load = 65>}

// -----

// expected-error @+1 {{(1) 0 positions and 8 columns: both have to be positive}}
func.func private @no_positions() attributes {a = #kernel.tile<positions = 0, columns = 8>}

// -----

// expected-error @+1 {{(1) 2 positions and -1 columns: both have to be positive}}
func.func private @no_columns() attributes {a = #kernel.tile<positions = 2, columns = -1>}

// -----

// expected-error @+1 {{(1) products of 'f32' and 'f16': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_f32_f16() attributes {a = #kernel.products<f32 * f16 -> f32, group = 1>}

// -----

// expected-error @+1 {{(1) products of 'f32' and 'si8': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_f32_si8() attributes {a = #kernel.products<f32 * si8 -> f32, group = 1>}

// -----

// expected-error @+1 {{(1) products of 'i8' and 'i8': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_i8_i8() attributes {a = #kernel.products<i8 * i8 -> f32, group = 1>}

// -----

// expected-error @+1 {{(1) products of 'si8' and 'si32': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_si8_si32() attributes {a = #kernel.products<si8 * si32 -> f32, group = 1>}

// -----

// expected-error @+1 {{(1) products of 'si5' and 'si8': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_si5_si8() attributes {a = #kernel.products<si5 * si8 -> f32, group = 1>}

// -----

// expected-error @+1 {{(1) products of 'index' and 'index': floats of one type, or signed or unsigned integers of 2, 4, 8 or 16 bits are multiplied}}
func.func private @operands_index_index() attributes {a = #kernel.products<index * index -> f32, group = 1>}

// -----

// expected-error @+1 {{(2) products of 'f32' and 'f32' are not added up in 'f16' but in floats of at least their width}}
func.func private @sum_narrow() attributes {a = #kernel.products<f32 * f32 -> f16, group = 1>}

// -----

// expected-error @+1 {{(2) products of 'f32' and 'f32' are not added up in 'i32' but in floats of at least their width}}
func.func private @sum_integer() attributes {a = #kernel.products<f32 * f32 -> i32, group = 1>}

// -----

// expected-error @+1 {{(2) products of 'si8' and 'ui8' are not added up in 'f32' but in i32 or i64}}
func.func private @sum_float() attributes {a = #kernel.products<si8 * ui8 -> f32, group = 1>}

// -----

// expected-error @+1 {{(2) products of 'si8' and 'ui8' are not added up in 'i16' but in i32 or i64}}
func.func private @sum_short() attributes {a = #kernel.products<si8 * ui8 -> i16, group = 1>}

// -----

// expected-error @+1 {{(3) group of 0 for elements of 8 bits}}
func.func private @group_of_none() attributes {a = #kernel.products<si8 * si8 -> i32, group = 0>}

// -----

// expected-error @+1 {{(3) group of 3 for elements of 8 bits: 1, 2, 4, 8 or 16 that have at most 128 bits, and 1 of floats of 32 or more}}
func.func private @group_of_three() attributes {a = #kernel.products<si8 * si8 -> i32, group = 3>}

// -----

// expected-error @+1 {{(3) group of 32 for elements of 2 bits}}
func.func private @group_too_long() attributes {a = #kernel.products<ui2 * ui2 -> i32, group = 32>}

// -----

// expected-error @+1 {{(3) group of 16 for elements of 16 bits}}
func.func private @group_too_wide() attributes {a = #kernel.products<si16 * si8 -> i32, group = 16>}

// -----

// expected-error @+1 {{(3) group of 2 for elements of 32 bits}}
func.func private @group_of_floats() attributes {a = #kernel.products<f32 * f32 -> f32, group = 2>}

// -----

func.func @multiply_types(%x: index, %n: i32, %a: f32) {
  // expected-error @+1 {{'kernel.multiply' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  %0:2 = kernel.multiply %x every %x, %x for %n, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, i32, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @multiply_no_stride(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply' op (2) has no stride for several positions}}
  %0:2 = kernel.multiply %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @multiply_stride(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply' op (2) has a stride for one position}}
  %0:2 = kernel.multiply %x every %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @multiply_few(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply' op (3) 1 accumulators in place of 2}}
  %0:2 = kernel.multiply %x, %x for %x, (%a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, f32) -> (f32, f32)
  return
}

// -----

func.func @multiply_wrong_sum(%x: index, %a: f64) {
  // expected-error @+1 {{'kernel.multiply' op (3) accumulator of type 'f64' in place of 'f32'}}
  %0:2 = kernel.multiply %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, f64, f64) -> (f32, f32)
  return
}

// -----

func.func @multiply_results(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply' op (3) 3 results in place of 2}}
  %0:3 = kernel.multiply %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, f32, f32) -> (f32, f32, f32)
  return
}

// -----

// Three columns of four bits.
func.func @multiply_bits(%x: index, %a: i32) {
  // expected-error @+1 {{'kernel.multiply' op (4) a step reads 12 bits, no whole bytes}}
  %0:3 = kernel.multiply %x, %x for %x, (%a, %a, %a) {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si8 * si4 -> i32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, i32, i32, i32) -> (i32, i32, i32)
  return
}

// -----

func.func @multiply_unroll(%x: index, %a: f32) {
  // expected-error @+1 {{attribute 'unroll' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  %0:2 = kernel.multiply %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 0 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @pairs_types(%x: index, %n: i64, %a: f32) {
  // expected-error @+1 {{'kernel.multiply_pairs' op (1) addresses and numbers of two types, 'index' and 'i64'}}
  %0:2 = kernel.multiply_pairs %x every %x, %x for %n, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, i64, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @pairs_positions(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply_pairs' op (2) has 2 positions in place of 1}}
  %0:2 = kernel.multiply_pairs %x every %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32) -> (f32, f32)
  return
}

// -----

func.func @pairs_few(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.multiply_pairs' op (3) 1 results in place of 2}}
  %0 = kernel.multiply_pairs %x every %x, %x for %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32) -> f32
  return
}

// -----

func.func @pairs_bits_right(%x: index, %a: i32) {
  // expected-error @+1 {{'kernel.multiply_pairs' op (4) a step reads 12 bits, no whole bytes}}
  %0:3 = kernel.multiply_pairs %x every %x, %x for %x, (%a, %a, %a) {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si8 * si4 -> i32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, i32, i32, i32) -> (i32, i32, i32)
  return
}

// -----

func.func @pairs_bits_left(%x: index, %a: i32) {
  // expected-error @+1 {{'kernel.multiply_pairs' op (4) a step reads 12 bits, no whole bytes}}
  %0:3 = kernel.multiply_pairs %x every %x, %x for %x, (%a, %a, %a) {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si4 * si8 -> i32, group = 1>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, i32, i32, i32) -> (i32, i32, i32)
  return
}

// -----

func.func @load_few(%x: index) {
  // expected-error @+1 {{'kernel.load' op (1) 1 results in place of 2}}
  %0 = kernel.load %x {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index) -> f32
  return
}

// -----

func.func @load_types(%x: index) {
  // expected-error @+1 {{'kernel.load' op (1) result of type 'i32' in place of 'f32'}}
  %0:2 = kernel.load %x {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index) -> (f32, i32)
  return
}

// -----

func.func @store_types(%x: index, %s: i32, %a: f32) {
  // expected-error @+1 {{'kernel.store' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.store %x every %s, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, i32, f32, f32) -> ()
  return
}

// -----

func.func @store_no_stride(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.store' op (2) has no stride for several positions}}
  kernel.store %x, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> ()
  return
}

// -----

func.func @store_few(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.store' op (3) 1 values in place of 2}}
  kernel.store %x, (%a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32) -> ()
  return
}

// -----

func.func @finish_types(%x: index, %s: i32, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.finish %x every %s, (%a, %a) {tile = #kernel.tile<positions = 2, columns = 1>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, i32, f32, f32) -> () {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  }
  return
}

// -----

func.func @finish_stride(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (2) has a stride for one position}}
  kernel.finish %x every %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, f32, f32) -> () {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  }
  return
}

// -----

func.func @finish_few(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (3) 1 values in place of 2}}
  kernel.finish %x, (%a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32) -> () {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  }
  return
}

// -----

func.func @finish_no_argument(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (4) the region does not take one 'f32'}}
  kernel.finish %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> () {
    %v = arith.constant 1.0 : f32
    kernel.yield %v : f32
  }
  return
}

// -----

func.func @finish_argument_type(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (4) the region does not take one 'f32'}}
  kernel.finish %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> () {
  ^bb0(%v: f64):
    kernel.yield %v : f64
  }
  return
}

// -----

func.func @finish_no_yield(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (5) the region does not end in one kernel.yield}}
  kernel.finish %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> () {
  ^bb0(%v: f32):
    llvm.unreachable
  }
  return
}

// -----

func.func @finish_two_yields(%x: index, %a: f32) {
  // expected-error @+1 {{'kernel.finish' op (5) the region does not end in one kernel.yield}}
  kernel.finish %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> () {
  ^bb0(%v: f32):
    %c = arith.cmpf olt, %v, %v : f32
    cf.cond_br %c, ^bb1, ^bb2
  ^bb1:
    kernel.yield %v : f32
  ^bb2:
    kernel.yield %v : f32
  }
  return
}

// -----

func.func @yield_elsewhere(%a: f32) {
  // expected-error @+1 {{'kernel.yield' op expects parent op 'kernel.finish'}}
  kernel.yield %a : f32
}

// -----

func.func @row_types(%x: index, %w: i64, %a: vector<4xf32>) {
  // expected-error @+1 {{'kernel.row' op (1) addresses and numbers of two types, 'index' and 'i64'}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, i64, vector<4xf32>) -> vector<4xf32>
  return
}

// -----

func.func @row_empty(%x: index) {
  // expected-error @+1 {{'kernel.row' op (2) has no accumulators}}
  kernel.row %x, %x, () {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index) -> ()
  return
}

// -----

func.func @row_lengths(%x: index, %a: vector<4xf32>, %b: vector<2xf32>) {
  // expected-error @+1 {{'kernel.row' op (2) accumulator of type 'vector<2xf32>' in place of 'vector<4xf32>'}}
  %0:2 = kernel.row %x, %x, (%a, %b) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>, vector<2xf32>) -> (vector<4xf32>, vector<4xf32>)
  return
}

// -----

func.func @row_results(%x: index, %a: vector<4xf32>) {
  // expected-error @+1 {{'kernel.row' op (2) 1 accumulators in place of 2}}
  %0:2 = kernel.row %x, %x, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
  return
}

// -----

func.func @row_bits(%x: index, %a: vector<3xi32>) {
  // expected-error @+1 {{'kernel.row' op (3) a step reads 12 bits, no whole bytes}}
  %0 = kernel.row %x, %x, (%a) {products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<3xi32>) -> vector<3xi32>
  return
}

// -----

func.func @row_steps(%x: index, %a: vector<4xf32>) {
  // expected-error @+1 {{attribute 'steps' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  %0 = kernel.row %x, %x, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 0 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>) -> vector<4xf32>
  return
}
