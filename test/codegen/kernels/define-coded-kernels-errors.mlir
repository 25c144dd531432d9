// RUN: dlc-opt %s --split-input-file --dlc-define-kernels --verify-diagnostics

// Codes that there are no kernels for.

llvm.func @positions_of_dsp(%x: i32) {
  // expected-error @+1 {{accumulators and operands have no place in 12 registers}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 8, columns = 1>, products = #kernel.products<si16 * ui4 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, blocks = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @odd_columns_of_armv7m(%x: i32) {
  // expected-error @+1 {{two columns are looked up together}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, blocks = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @bytes_of_positions(%x: i32) {
  // expected-error @+1 {{bytes are those of one position}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, blocks = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @odd_columns_of_armv6m(%x: i32) {
  // expected-error @+1 {{two columns are looked up together}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 3>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, blocks = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}

// -----

llvm.func @positions_of_armv6m(%x: i32) {
  // expected-error @+1 {{elements have no place in 4 registers}}
  kernel.coded_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 5, columns = 1>, products = #kernel.products<si32 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, blocks = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
  llvm.return
}
