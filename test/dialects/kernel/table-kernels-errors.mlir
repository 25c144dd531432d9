// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @two_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.table_columns' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.table_columns %x, %x by %n, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, i32, index) -> ()
  return
}

// -----

func.func @halfwords(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (2) elements of 'si16' in groups of 4}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si16, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @other_groups(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (2) elements of 'ui8' in groups of 6}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = ui8, group = 6 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @part_of_a_section(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (3) 15 steps, 8 of which are one section}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 15 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @part_of_a_block(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (3) 18 columns in blocks of 4}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 18 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @sums_of_17_bits(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (4) sums of 260 elements of 2 positions}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 2, columns = 2>, from = si8, group = 4 : i64, steps = 65 : i64, unroll = 5 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 16 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @three_positions(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (4) sums of 64 elements of 3 positions}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 3, columns = 2>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 16 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @large(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (5) magnitude is 256}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 256 : i64, stride = 0 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @wide(%x: index) {
  // expected-error @+1 {{'kernel.table_columns' op (6) stores 'si16'}}
  kernel.table_columns %x, %x by %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si16, shift = 8, min = -32768, max = 32767>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}
