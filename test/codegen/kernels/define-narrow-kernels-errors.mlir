// RUN: dlc-opt %s --split-input-file --dlc-define-kernels --verify-diagnostics

// Narrow weights that there are no kernels for.

llvm.func @narrow_positions_of_dsp(%x: i32) {
  // expected-error @+1 {{accumulators and operands have no place in 12 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 3, columns = 4>, products = #kernel.products<si16 * si4 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_bytes_of_positions(%x: i32) {
  // expected-error @+1 {{narrow weights are multiplied with one position's bytes}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_pairs(%x: i32) {
  // expected-error @+1 {{columns of narrow weights come in one or two pairs}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 6>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_words_of_four_columns(%x: i32) {
  // expected-error @+1 {{several positions have two columns of narrow weights}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<si32 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_words_of_five_positions(%x: i32) {
  // expected-error @+1 {{accumulators have no place in 12 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 5, columns = 2>, products = #kernel.products<si32 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_iterations(%x: i32) {
  // expected-error @+1 {{an iteration begins within a word of narrow weights}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 12 : i64, unroll = 6 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_pairs_of_short_products(%x: i32) {
  // expected-error @+1 {{columns of narrow weights come in one or two pairs}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 6>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_iterations_of_short_products(%x: i32) {
  // expected-error @+1 {{an iteration begins within a word of narrow weights}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si2 -> i32, group = 1>, steps = 12 : i64, unroll = 6 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @narrow_words_of_short_products(%x: i32) {
  // expected-error @+1 {{elements have no place in 4 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 5, columns = 2>, products = #kernel.products<si32 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

// Two columns in a word.
llvm.func @pairs_of_positions(%x: i32) {
  // expected-error @+1 {{of one position one or two pairs of columns share words}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<si32 * si16 -> i32, group = 1>, combined, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @odd_iterations_of_pairs(%x: i32) {
  // expected-error @+1 {{an iteration begins with the second of two elements}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si32 * si16 -> i32, group = 1>, combined, steps = 6 : i64, unroll = 3 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}
