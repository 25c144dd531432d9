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

// -----

func.func @other_values(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (3) codes of 8 values in groups of 1}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 8 : i64, weights = 8 : i64, places = 9 : i64, coded, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @codes_of_groups(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (3) codes of 16 values in groups of 4}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 8 : i64, weights = 16 : i64, places = 9 : i64, coded, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @nothing_is_shared(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (4) a factor is shared where there is none}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 8 : i64, weights = 8 : i64, places = 9 : i64, shared, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @each_has_its_shift(%x: index) {
  // expected-error @+1 {{'kernel.sparse_columns' op (4) a factor is shared where there is none}}
  kernel.sparse_columns %x, %x for %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 8 : i64, weights = 8 : i64, places = 9 : i64, shared, rescale = #kernel.rescale<si8, shift = 0, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}
