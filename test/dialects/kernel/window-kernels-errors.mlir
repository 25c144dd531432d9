// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @move_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.move' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.move %x, %x for %n {instructions = #kernel.instructions<mve, load = 4>} : (index, index, i32) -> ()
  return
}

// -----

func.func @fill_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.fill' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.fill %x for %n {value = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @fill_value(%x: index) {
  // expected-error @+1 {{'kernel.fill' op (2) fills with 200, -128 to 127 are possible}}
  kernel.fill %x for %x {value = 200 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @windows_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.windows' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.windows %x, %x for %n, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 16 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, i32, index) -> ()
  return
}

// -----

func.func @windows_of_words(%x: index) {
  // expected-error @+1 {{'kernel.windows' op (2) reads bytes or halfwords, not 'si32'}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si32 * si8 -> i32, group = 4>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 16 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @windows_of_wide_weights(%x: index) {
  // expected-error @+1 {{'kernel.windows' op (2) reads bytes, not 'si16'}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si16 * si16 -> i32, group = 8>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 16 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @windows_of_pairs(%x: index) {
  // expected-error @+1 {{'kernel.windows' op (2) a step reads 2 bytes of a column, no whole words}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 2>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 16 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @windows_apart(%x: index) {
  // expected-error @+1 {{'kernel.windows' op (3) 3 groups of a row, of which those 2 apart come in turn}}
  kernel.windows %x, %x for %x, %x {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 4 : i64, rows = 1 : i64, pitch = 0 : i64, bytes = 48 : i64, apart = 2 : i64, step = 0 : i64, stride = 0 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  return
}

// -----

func.func @interleave_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.interleave' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.interleave %x, %n {channels = 8 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @interleave_rows(%x: index) {
  // expected-error @+1 {{'kernel.interleave' op (2) interleaves 5 rows, 1 to 4 fit a word}}
  kernel.interleave %x, %x {channels = 8 : i64, rows = 5 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @interleave_room(%x: index) {
  // expected-error @+1 {{'kernel.interleave' op (2) 9 words of a channel in 32 bytes}}
  kernel.interleave %x, %x {channels = 8 : i64, rows = 3 : i64, pitch = 72 : i64, columns = 9 : i64, spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @filter_types(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.filter' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.filter %x, %x, %n {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 5 : i64, spacing = 32 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, i32) -> ()
  return
}

// -----

func.func @filter_taps(%x: index) {
  // expected-error @+1 {{'kernel.filter' op (2) windows of 5 columns, 1 to 4 are read}}
  kernel.filter %x, %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 5 : i64, step = 1 : i64, results = 5 : i64, spacing = 64 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @filter_room(%x: index) {
  // expected-error @+1 {{'kernel.filter' op (2) reads 12 words of a channel that has 40 bytes}}
  kernel.filter %x, %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 3 : i64, step = 2 : i64, results = 5 : i64, spacing = 40 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index) -> ()
  return
}

// -----

func.func @filter_products(%x: index) {
  // expected-error @+1 {{'kernel.filter' op (3) multiplies groups of 4 'si8' and 'si8'}}
  kernel.filter %x, %x, %x {products = #kernel.products<si8 * si8 -> i32, group = 4>, channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 5 : i64, spacing = 32 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index) -> ()
  return
}
