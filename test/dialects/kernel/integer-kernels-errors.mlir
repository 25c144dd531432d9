// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{(1) stores 'i8': signed or unsigned integers of 8 or 16 bits are possible}}
func.func private @rescale_storage() attributes {r = #kernel.rescale<i8, shift = 8, min = 0, max = 1>}

// -----

// expected-error @+1 {{(2) shift of 0, 1 to 31 are possible}}
func.func private @rescale_halfwords() attributes {r = #kernel.rescale<si16, shift = 0, min = 0, max = 1>}

// -----

// expected-error @+1 {{(2) shift of 32, 0 to 31 are possible}}
func.func private @rescale_shift() attributes {r = #kernel.rescale<si8, shift = 32, min = 0, max = 1>}

// -----

// expected-error @+1 {{(3) clamps to 0 and 128: the first has to be the lesser, both of -128 to 127}}
func.func private @rescale_bounds() attributes {r = #kernel.rescale<si8, shift = 1, min = 0, max = 128>}

// -----

func.func @copy_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.copy' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.copy %x every %x, %x for %n {bytes = 9 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, i32) -> ()
  return
}

// -----

func.func @widen_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.widen' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.widen %x, %x for %n {positions = 1 : i64, from = si8, products = #kernel.products<si16 * si8 -> i32, group = 4>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, i32) -> ()
  return
}

// -----

func.func @combined_halfwords(%x: index) {
  // expected-error @+1 {{'kernel.widen' op (3) combines elements of type 'si16'}}
  kernel.widen %x, %x for %x {positions = 1 : i64, from = si16, products = #kernel.products<si16 * si8 -> i32, group = 4>, combined, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @widen_to_less(%x: index) {
  // expected-error @+1 {{'kernel.widen' op (2) elements of type 'ui32' are no elements of type 'si16'}}
  kernel.widen %x, %x for %x {positions = 1 : i64, from = ui32, products = #kernel.products<si16 * si8 -> i32, group = 4>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @widen_combined(%x: index) {
  // expected-error @+1 {{'kernel.widen' op (3) combines weights of type 'ui8'}}
  kernel.widen %x, %x for %x {positions = 1 : i64, from = si8, products = #kernel.products<si16 * ui8 -> i32, group = 4>, combined, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @columns_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.columns' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.columns %x, %x for %n, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, i32, index) -> ()
  return
}

// -----

func.func @columns_unroll(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (2) 7 steps, 2 of which are one iteration}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 7 : i64, unroll = 2 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @columns_combined(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (3) combines weights of type 'si16'}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si16 * si16 -> i32, group = 4>, combined, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @combined_columns(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (3) combines the weights of two columns in blocks of 3}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si32 * si16 -> i32, group = 1>, combined, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @planes_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.planes' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.planes %x, %n {pixels = 3 : i64, stride = 64 : i64, plane = 8 : i64, from = ui8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @planes_to_less(%x: index) {
  // expected-error @+1 {{'kernel.planes' op (2) elements of type 'ui8' are no elements of type 'si8'}}
  kernel.planes %x, %x {pixels = 3 : i64, stride = 64 : i64, plane = 8 : i64, from = ui8, to = si8, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @depthwise_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.depthwise' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.depthwise %x, %x, %n {rows = 1 : i64, columns = 1 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 8 : i64, plane = 24 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, i32) -> ()
  return
}

// -----

func.func @depthwise_row(%x: index) {
  // Two results read four elements, eight bytes.
  // expected-error @+1 {{'kernel.depthwise' op (2) windows read 8 bytes of a row, which has 6}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 1 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 6 : i64, plane = 24 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @depthwise_gap(%x: index) {
  // expected-error @+1 {{'kernel.depthwise' op (3) 3 rows of 2 results are 20 and 8 bytes apart: there is a gap in both directions}}
  kernel.depthwise %x, %x, %x {rows = 3 : i64, columns = 2 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 8 : i64, plane = 40 : i64, stride = 8 : i64, result_row = 20 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @widen_tile_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.widen_tile' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.widen_tile %x, %n {positions = 2 : i64, groups = 5 : i64, stride = 31 : i64, from = si8, products = #kernel.products<si16 * si8 -> i32, group = 4>, instructions = #kernel.instructions<dsp, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @widen_tile_to_less(%x: index) {
  // expected-error @+1 {{'kernel.widen_tile' op (2) elements of type 'si16' are no elements of type 'si8'}}
  kernel.widen_tile %x, %x {positions = 2 : i64, groups = 5 : i64, stride = 31 : i64, from = si16, products = #kernel.products<si8 * si8 -> i32, group = 4>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @widen_tile_combined(%x: index) {
  // expected-error @+1 {{'kernel.widen_tile' op (3) combines weights of type 'ui8'}}
  kernel.widen_tile %x, %x {positions = 2 : i64, groups = 5 : i64, stride = 31 : i64, from = si8, products = #kernel.products<si16 * ui8 -> i32, group = 4>, combined, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @columns_moved(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (4) moves weights of type 'si8'}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si32 * si8 -> i32, group = 1>, moved, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

// expected-error @+1 {{(4) 4 limbs of 9 bits and a shift of 8: two or three of 1 to 16 bits and 1 to 24 are possible, where 8 bits are stored}}
func.func private @four_limbs() attributes {a = #kernel.rescale<si8, shift = 8, min = 0, max = 1, limbs = 4 of 9>}

// -----

// expected-error @+1 {{(4) 2 limbs of 9 bits and a shift of 25}}
func.func private @far_limbs() attributes {a = #kernel.rescale<si8, shift = 25, min = 0, max = 1, limbs = 2 of 9>}

// -----

func.func @columns_narrow_unsigned(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (5) weights of type 'ui4' in blocks of 4 columns: narrow ones are signed, and fill halves of words together}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si16 * ui4 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @columns_narrow_half(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (5) weights of type 'si4' in blocks of 2 columns}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si16 * si4 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @columns_narrow_odd(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (5) weights of type 'si2' in blocks of 3 columns}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si8 * si2 -> i32, group = 1>, steps = 8 : i64, unroll = 8 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

// expected-error @+1 {{(4) products of 'si8' and signs: left operands are si1 or si2}}
func.func private @signs_of_bytes() attributes {p = #kernel.products<si8 * si1 -> i32, group = 32>}

// -----

// expected-error @+1 {{(4) products of signs in groups of 16 are added up in 'i32', in place of 32 in i32}}
func.func private @signs_of_half_words() attributes {p = #kernel.products<si1 * si1 -> i32, group = 16>}

// -----

func.func @columns_of_signs(%x: index) {
  // expected-error @+1 {{'kernel.columns' op (6) products of signs in a tile of 1 positions and 2 columns, in place of one}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si1 * si1 -> i32, group = 32>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}
