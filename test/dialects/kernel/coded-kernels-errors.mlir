// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @two_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.code_table' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.code_table %x, %n {products = #kernel.products<si8 * ui4 -> i32, group = 1>, instructions = #kernel.instructions<armv7m, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @table_of_bytes(%x: index) {
  // expected-error @+1 {{'kernel.code_table' op (2) products of 'si8' and 'si4' in 'i32'}}
  kernel.code_table %x, %x {products = #kernel.products<si8 * si4 -> i32, group = 1>, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @two_types_of_columns(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.coded_columns' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.coded_columns %x, %x by %x, %n {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 8 : i64, unroll = 4 : i64, blocks = 2 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, i32) -> ()
  return
}

// -----

func.func @no_codes(%x: index) {
  // expected-error @+1 {{'kernel.coded_columns' op (2) products of 'si8' and 'si8' in 'i32'}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 8 : i64, unroll = 4 : i64, blocks = 2 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @parts_of_iterations(%x: index) {
  // expected-error @+1 {{'kernel.coded_columns' op (3) 8 steps, 3 of which are one iteration}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 8 : i64, unroll = 3 : i64, blocks = 2 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @half_a_byte(%x: index) {
  // expected-error @+1 {{'kernel.coded_columns' op (4) an iteration has 3 codes}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 4, columns = 1>, products = #kernel.products<si32 * ui4 -> i32, group = 1>, steps = 9 : i64, unroll = 3 : i64, blocks = 2 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @wide_results(%x: index) {
  // expected-error @+1 {{'kernel.coded_columns' op (5) stores 'si16'}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 8 : i64, unroll = 4 : i64, blocks = 2 : i64, stride = 0 : i64, rescale = #kernel.rescale<si16, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}
