// RUN: dlc-opt %s --split-input-file --dlc-define-kernels --verify-diagnostics

llvm.func @winograd_channels(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_input_si8_si16_6_every8_dsp: dsp transforms four channels at a time, to halfwords of one tile}}
  kernel.winograd_input %x every %x, %x {tiles = 1 : i64, channels = 6 : i64, pixel = 8 : i64, from = si8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @winograd_pixels(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_input_si8_si16_8_every1368_dsp: pixels are farther apart than a load reaches}}
  kernel.winograd_input %x every %x, %x {tiles = 1 : i64, channels = 8 : i64, pixel = 1368 : i64, from = si8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @winograd_points(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_input_si8_si16_684_every684_dsp: points are farther apart than a store reaches}}
  kernel.winograd_input %x every %x, %x {tiles = 1 : i64, channels = 684 : i64, pixel = 684 : i64, from = si8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @winograd_block(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_columns_si16_si16_i32_g4_8x4_b2_si8_s8_m128_127_dsp_l4: dsp computes one tile in blocks of four columns}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 8 : i64, features = 4 : i64, pixel = 4 : i64, block = 2 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @winograd_features(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_columns_si16_si16_i32_g4_8x2048_b4_si8_s8_m128_127_dsp_l4: results are farther apart than a store reaches}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 8 : i64, features = 2048 : i64, pixel = 2048 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @single_products(%x: i32) {
  // expected-error @+1 {{armv7m_l4: armv7m computes four tiles and two columns, two and four, or one and eight}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 4 : i64, channels = 8 : i64, features = 4 : i64, pixel = 4 : i64, block = 4 : i64, products = #kernel.products<si32 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @words_of_one_tile(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_input_si8_si32_8_every8_armv7m: tiles of f32}}
  kernel.winograd_input %x every %x, %x {tiles = 1 : i64, channels = 8 : i64, pixel = 8 : i64, from = si8, to = si32, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @three_filters(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_filters_3_dsp: dsp transforms two filters at a time}}
  kernel.winograd_filters %x, %x {filters = 3 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @many_filters(%x: i32) {
  // expected-error @+1 {{no instructions are written for dlc_winograd_filters_293_armv7m: points are farther apart than a store reaches}}
  kernel.winograd_filters %x, %x {filters = 293 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @core_block(%x: i32) {
  // expected-error @+1 {{armv6m_l4: armv6m computes blocks of four columns}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 8 : i64, features = 4 : i64, pixel = 4 : i64, block = 2 : i64, products = #kernel.products<si16 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @core_high_word(%x: i32) {
  // expected-error @+1 {{armv6m_l4: products have no high word, but limbs}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 8 : i64, features = 4 : i64, pixel = 4 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @core_tiles(%x: i32) {
  // expected-error @+1 {{armv6m: armv6m computes one tile}}
  kernel.winograd_input %x every %x, %x {tiles = 2 : i64, channels = 8 : i64, pixel = 8 : i64, from = si8, to = si16, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32) -> ()
  llvm.return
}
