// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @input_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.winograd_input' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.winograd_input %x every %n, %x {tiles = 1 : i64, channels = 16 : i64, pixel = 16 : i64, from = si8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (index, i32, index) -> ()
  return
}

// -----

func.func @input_narrows(%x: index) {
  // expected-error @+1 {{'kernel.winograd_input' op (2) elements of type 'si16' are no elements of type 'si8'}}
  kernel.winograd_input %x every %x, %x {tiles = 1 : i64, channels = 16 : i64, pixel = 32 : i64, from = si16, to = si8, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @columns_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.winograd_columns' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.winograd_columns %x, %x, %x every %n {tiles = 1 : i64, channels = 16 : i64, features = 8 : i64, pixel = 8 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, i32) -> ()
  return
}

// -----

func.func @columns_groups(%x: index) {
  // expected-error @+1 {{'kernel.winograd_columns' op (2) 18 channels in groups of 4}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 18 : i64, features = 8 : i64, pixel = 8 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @columns_blocks(%x: index) {
  // expected-error @+1 {{'kernel.winograd_columns' op (3) 6 features in blocks of 4}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 16 : i64, features = 6 : i64, pixel = 6 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @columns_over_each_other(%x: index) {
  // expected-error @+1 {{'kernel.winograd_columns' op (4) 8 features, and positions 7 bytes apart}}
  kernel.winograd_columns %x, %x, %x every %x {tiles = 1 : i64, channels = 16 : i64, features = 8 : i64, pixel = 7 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @filter_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.winograd_filters' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.winograd_filters %x, %n {filters = 8 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, i32) -> ()
  return
}
