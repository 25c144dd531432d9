// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @two_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.sparse_columns' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.sparse_columns %x, %x for %n, %x {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 8 : i64, weights = 8 : i64, places = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, i32, index) -> ()
  return
}

// -----

func.func @part_of_a_group(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (2) 6 bytes of weights of type 'si8' in groups of 4}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 8 : i64, weights = 6 : i64, places = 9 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @no_bytes(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (2) 8 bytes of weights of type 'si4' in groups of 1}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 8 : i64, weights = 8 : i64, places = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}
