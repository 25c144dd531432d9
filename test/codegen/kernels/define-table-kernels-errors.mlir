// RUN: dlc-opt %s --split-input-file --dlc-define-kernels --verify-diagnostics

llvm.func @columns(%x: i32) {
  // expected-error @+1 {{eight columns are looked up together}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 4 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @sums(%x: i32) {
  // expected-error @+1 {{accumulators and sums have no place in 12 registers}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 2, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 16 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @low_columns(%x: i32) {
  // expected-error @+1 {{four columns are looked up together}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @far(%x: i32) {
  // expected-error @+1 {{the bits of a section are farther than a load reaches}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, from = si8, group = 8 : i64, steps = 16 : i64, unroll = 16 : i64, features = 16 : i64, block = 4 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @limbs(%x: i32) {
  // expected-error @+1 {{sums are rescaled by the high word, not by limbs}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @no_limbs(%x: i32) {
  // expected-error @+1 {{products have no high word, but limbs}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 1>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 4 : i64, magnitude = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @low_block(%x: i32) {
  // expected-error @+1 {{columns' numbers are read one column after the other}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 4 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}
