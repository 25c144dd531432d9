// RUN: dlc-opt %s --split-input-file --dlc-define-kernels --verify-diagnostics

// What is not written for these elements, these instructions or this shape is
// refused: nothing takes its place.

// Elements.
llvm.func @integers(%x: i32, %w: i32, %n: i32, %a: i32) {
  // expected-error @+1 {{no instructions are written for dlc_multiply_si8_si8_i32_g2_1x2_k2_vfpv4_l8: tiles of f32 are in vfpv2 and vfpv4, rows of four f32 in neon and mve}}
  %0:2 = kernel.multiply %x, %w for %n, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si8 -> i32, group = 2>, unroll = 2 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32, i32, i32, i32, i32) -> (i32, i32)
  llvm.return
}

// -----

llvm.func @integer_pairs(%x: i32, %s: i32, %w: i32, %n: i32, %a: i32) {
  // expected-error @+1 {{no instructions are written for dlc_multiply_pairs_ui8_si8_i32_1x2_k1_dsp_l1}}
  %0:2 = kernel.multiply_pairs %x every %s, %w for %n, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<ui8 * si8 -> i32, group = 1>, unroll = 1 : i64, instructions = #kernel.instructions<dsp, load = 1>} : (i32, i32, i32, i32, i32, i32) -> (i32, i32)
  llvm.return
}

// -----

llvm.func @integer_load(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_load_i32_1x2_vfpv4}}
  %0:2 = kernel.load %x {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32) -> (i32, i32)
  llvm.return
}

// -----

// The region makes bytes of what a tile of floats holds: no kernel stores them.
llvm.func @integer_store(%x: i32, %a: f32) {
  // expected-error @+1 {{no instructions are written for dlc_store_i8_1x2_vfpv4}}
  kernel.finish %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32, f32, f32) -> () {
  ^bb0(%v: f32):
    %0 = llvm.fptosi %v : f32 to i8
    kernel.yield %0 : i8
  }
  llvm.return
}

// -----

llvm.func @half_row(%x: i64, %w: i64, %a: vector<8xf16>) {
  // expected-error @+1 {{no instructions are written for dlc_row_f16_f16_f16_1x8_k4_neon_l16}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f16 * f16 -> f16, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (i64, i64, vector<8xf16>) -> vector<8xf16>
  llvm.return
}

// -----

// Vectors of another length.
llvm.func @long_vectors(%x: i64, %w: i64, %a: vector<8xf32>) {
  // expected-error @+1 {{no instructions are written for dlc_row_f32_f32_f32_1x8_k4_neon_l16}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 4 : i64, instructions = #kernel.instructions<neon, load = 16>} : (i64, i64, vector<8xf32>) -> vector<8xf32>
  llvm.return
}

// -----

// Instructions.
llvm.func @tile_in_vectors(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_load_f32_1x2_neon}}
  %0:2 = kernel.load %x {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<neon, load = 8>} : (i32) -> (f32, f32)
  llvm.return
}

// -----

llvm.func @tile_on_a_gpu(%x: i64, %a: f32) {
  // expected-error @+1 {{no instructions are written for dlc_store_f32_1x2_ptx}}
  kernel.store %x, (%a, %a) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<ptx, load = 4>} : (i64, f32, f32) -> ()
  llvm.return
}

// -----

llvm.func @row_in_scalars(%x: i32, %w: i32, %a: vector<4xf32>) {
  // expected-error @+1 {{no instructions are written for dlc_row_f32_f32_f32_1x4_k8_vfpv4_l8}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32, i32, vector<4xf32>) -> vector<4xf32>
  llvm.return
}

// -----

// Shapes. 33 elements, and 32 registers:
llvm.func @too_many_elements(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_load_f32_1x33_vfpv4: its tile has more than 32 elements}}
  %0:33 = kernel.load %x {tile = #kernel.tile<positions = 1, columns = 33>, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32) -> (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
  llvm.return
}

// -----

// 4 accumulators, 2 * 13 elements of the left operand and 2 of the right one
// take 32 registers, 14 steps two more.
llvm.func @unrolled_too_far(%x: i32, %s: i32, %w: i32, %n: i32, %a: f32) {
  %0:4 = kernel.multiply %x every %s, %w for %n, (%a, %a, %a, %a) {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 13 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32, i32, i32, i32, f32, f32, f32, f32) -> (f32, f32, f32, f32)
  // expected-error @+1 {{no instructions are written for dlc_multiply_f32_f32_f32_2x2_k14_vfpv4_l8: accumulators and operands have no place in 32 registers}}
  %1:4 = kernel.multiply %x every %s, %w for %n, (%a, %a, %a, %a) {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 14 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (i32, i32, i32, i32, f32, f32, f32, f32) -> (f32, f32, f32, f32)
  llvm.return
}

// -----

llvm.func @too_wide(%x: i32, %w: i32, %a: vector<4xf32>) {
  // expected-error @+1 {{there are no registers for so many vectors}}
  %0:8 = kernel.row %x, %w, (%a, %a, %a, %a, %a, %a, %a, %a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<mve, load = 8>} : (i32, i32, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
  llvm.return
}

// -----

llvm.func @too_long(%x: i64, %w: i64, %a: vector<4xf32>) {
  // expected-error @+1 {{there is no loop of so many steps}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 600000 : i64, instructions = #kernel.instructions<neon, load = 16>} : (i64, i64, vector<4xf32>) -> vector<4xf32>
  llvm.return
}

// -----

llvm.func @odd_load(%x: i64, %w: i64, %a: vector<4xf32>) {
  // expected-error @+1 {{there is no load of so many elements}}
  %0 = kernel.row %x, %w, (%a) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<neon, load = 6>} : (i64, i64, vector<4xf32>) -> vector<4xf32>
  llvm.return
}

// -----

llvm.func @columns_of_groups_of_two(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_columns_si16_si16_i32_g2_1x1_n1_k1_every0_dsp_l4: tiles of f32 are in vfpv2 and vfpv4, rows of four f32 in neon and mve, columns of i32 in dsp and armv7m, windows of bytes in mve}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si16 * si16 -> i32, group = 2>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @large_tile(%x: i32) {
  // expected-error @+1 {{dsp_l4: accumulators and operands have no place in 12 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 4, columns = 2>, products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @bytes_of_two_positions(%x: i32) {
  // expected-error @+1 {{dsp_l4: bytes are read where those of one position lie}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 1>, products = #kernel.products<si8 * si8 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @combined_bytes_without_sign(%x: i32) {
  // expected-error @+1 {{dsp_l4: combined weights are multiplied by bytes with a sign}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<ui8 * si8 -> i32, group = 4>, combined, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @five_columns_of_bytes(%x: i32) {
  // expected-error @+1 {{dsp_l4: accumulators and operands have no place in 12 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 5>, products = #kernel.products<si8 * si8 -> i32, group = 4>, combined, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @nine_single_sums(%x: i32) {
  // expected-error @+1 {{armv7m_l4: accumulators and operands have no place in 12 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 3, columns = 3>, products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far_positions(%x: i32) {
  // expected-error @+1 {{armv7m_l4: positions are farther apart than a load reaches}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 3, columns = 1>, products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 2048 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @single_products_of_pairs(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_columns_si16_si8_i32_g4_1x1_n1_k1_every0_armv7m_l4}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @columns_in_vectors(%x: i64) {
  // expected-error @+1 {{no instructions are written for dlc_copy_3_neon}}
  kernel.copy %x every %x, %x for %x {bytes = 3 : i64, instructions = #kernel.instructions<neon, load = 4>} : (i64, i64, i64, i64) -> ()
  llvm.return
}

// -----

llvm.func @tile_of_windows(%x: i32) {
  // expected-error @+1 {{mve: tiles are of 2x4, 1x4, or whole blocks of 1x8}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 8>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 12 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 16 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @long_rows_of_windows(%x: i32) {
  // expected-error @+1 {{mve: rows are too long for groups in another order}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 288 : i64, apart = 6 : i64, step = 96 : i64, stride = 4 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far_windows(%x: i32) {
  // expected-error @+1 {{mve: rows, positions or results are too far from each other}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 4 : i64, rows = 2 : i64, pitch = 600000 : i64, bytes = 16 : i64, apart = 1 : i64, step = 16 : i64, stride = 4 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @distant_planes(%x: i32) {
  // expected-error @+1 {{_dsp: planes are farther apart than a store reaches}}
  kernel.planes %x, %x {pixels = 3 : i64, stride = 64 : i64, plane = 1368 : i64, from = ui8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @large_filter(%x: i32) {
  // expected-error @+1 {{_dsp: its window has more than three rows}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 1 : i64, taps = 5 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 8 : i64, plane = 40 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @large_step(%x: i32) {
  // expected-error @+1 {{_dsp: it steps over more than two columns}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 1 : i64, taps = 3 : i64, row_step = 3 : i64, column_step = 3 : i64, row = 16 : i64, plane = 48 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @own_shifts(%x: i32) {
  // expected-error @+1 {{_dsp: its shift is one for all channels}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 1 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 8 : i64, plane = 24 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 0, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @flipped_halfwords(%x: i32) {
  // expected-error @+1 {{dlc_copy_8_flipped_dsp: bytes are copied as they are}}
  kernel.copy %x every %x, %x for %x {bytes = 8 : i64, flipped, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @long_pieces(%x: i32) {
  // expected-error @+1 {{dlc_copy_16_mve: mve copies pieces of 4 or 8 bytes}}
  kernel.copy %x every %x, %x for %x {bytes = 16 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @interleaved_channels(%x: i32) {
  // expected-error @+1 {{mve: 4 or 8 channels fill a vector}}
  kernel.interleave %x, %x {channels = 6 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @distant_channels(%x: i32) {
  // expected-error @+1 {{mve: channels are too far from each other}}
  kernel.interleave %x, %x {channels = 8 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 10000 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @distant_windows(%x: i32) {
  // expected-error @+1 {{mve: results or windows are too far from each other}}
  kernel.filter %x, %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 3 : i64, step = 5 : i64, results = 2 : i64, spacing = 64 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @filtered_halfwords(%x: i32) {
  // expected-error @+1 {{mve: mve stores 8 bits}}
  kernel.filter %x, %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 2 : i64, spacing = 64 : i64, stride = 64 : i64, rescale = #kernel.rescale<si16, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @four_rows_of_single_products(%x: i32) {
  // expected-error @+1 {{armv7m: its window has more than three rows}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 4 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 20 : i64, plane = 80 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far_rows_of_single_products(%x: i32) {
  // expected-error @+1 {{armv7m: rows are farther apart than a load reaches}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 2048 : i64, plane = 8000 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @own_shifts_of_single_products(%x: i32) {
  // expected-error @+1 {{armv7m: its shift is one for all channels}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 20 : i64, plane = 80 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 0, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @two_columns_of_words(%x: i32) {
  // expected-error @+1 {{armv6m_l4: several positions have one column, and bytes are one position}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<si32 * ui8 -> i32, group = 1>, moved, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @six_short_sums(%x: i32) {
  // expected-error @+1 {{armv6m_l4: accumulators have no place in 5 registers}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 6, columns = 1>, products = #kernel.products<si32 * ui8 -> i32, group = 1>, moved, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @many_short_steps(%x: i32) {
  // expected-error @+1 {{armv6m_l4: more than 31 steps have no offsets}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si32 * ui8 -> i32, group = 1>, moved, steps = 32 : i64, unroll = 32 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far_short_sums(%x: i32) {
  // expected-error @+1 {{armv6m_l4: sums are farther apart than a store reaches}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 5, columns = 1>, products = #kernel.products<si32 * ui8 -> i32, group = 1>, moved, steps = 1 : i64, unroll = 1 : i64, stride = 32 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @high_word_of_short_products(%x: i32) {
  // expected-error @+1 {{armv6m_l4: products have no high word, but limbs}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si32 * ui8 -> i32, group = 1>, moved, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 4, min = -5, max = 5>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @weights_that_are_not_moved(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_columns_si32_si8_i32_1x1_n1_k1_every0_armv6m_l4}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si32 * si8 -> i32, group = 1>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @limbs_beside_a_high_word(%x: i32) {
  // expected-error @+1 {{armv7m_l4: sums are rescaled by the high word, not by limbs}}
  kernel.columns %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si32 * si8 -> i32, group = 1>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 4, min = -5, max = 5, limbs = 2 of 9>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @planes_by_limbs_beside_a_high_word(%x: i32) {
  // expected-error @+1 {{armv7m: sums are rescaled by the high word, not by limbs}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 20 : i64, plane = 80 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127, limbs = 2 of 9>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @half_planes_by_limbs(%x: i32) {
  // expected-error @+1 {{dsp: sums are rescaled by the high word, not by limbs}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 1 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 8 : i64, plane = 40 : i64, stride = 8 : i64, result_row = 8 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127, limbs = 2 of 9>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @four_rows_of_short_products(%x: i32) {
  // expected-error @+1 {{armv6m: its window has more than three rows}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 4 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 80 : i64, plane = 400 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127, limbs = 2 of 9>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far_windows_of_short_products(%x: i32) {
  // expected-error @+1 {{armv6m: windows are farther apart than a load reaches}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 8 : i64, row = 80 : i64, plane = 400 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127, limbs = 2 of 9>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @planes_by_a_high_word(%x: i32) {
  // expected-error @+1 {{armv6m: products have no high word, but limbs}}
  kernel.depthwise %x, %x, %x {rows = 1 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 80 : i64, plane = 400 : i64, stride = 4 : i64, result_row = 32 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @six_positions_to_words(%x: i32) {
  // expected-error @+1 {{armv6m_l4: elements of more than five positions have no registers}}
  kernel.widen_tile %x, %x {positions = 6 : i64, groups = 2 : i64, stride = 3 : i64, from = si8, products = #kernel.products<si32 * ui8 -> i32, group = 1>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32) -> ()
  llvm.return
}
