// RUN: dlc-opt %s | dlc-opt | FileCheck %s
// RUN: dlc-opt %s --canonicalize --cse | FileCheck %s --check-prefix=KEPT

#tile = #kernel.tile<positions = 2, columns = 2>
#row = #kernel.tile<positions = 1, columns = 2>
#vfpv4 = #kernel.instructions<vfpv4, load = 8>
#products = #kernel.products<f32 * f32 -> f32, group = 1>

// CHECK-LABEL: func.func @tile
func.func @tile(%x: index, %s: index, %w: index, %n: index, %y: index) {
  // CHECK: %[[A:.*]]:4 = kernel.load %arg0 {instructions = #kernel.instructions<vfpv4, load = 8>, tile = #kernel.tile<positions = 2, columns = 2>} : (index) -> (f32, f32, f32, f32)
  %0:4 = kernel.load %x {tile = #tile, instructions = #vfpv4} : (index) -> (f32, f32, f32, f32)
  // CHECK: %[[B:.*]]:4 = kernel.multiply %arg0 every %arg1, %arg2 for %arg3, (%[[A]]#0, %[[A]]#1, %[[A]]#2, %[[A]]#3)
  // CHECK-SAME: products = #kernel.products<f32 * f32 -> f32, group = 1>, remainder, tile = #kernel.tile<positions = 2, columns = 2>, unroll = 4 : i64
  %1:4 = kernel.multiply %x every %s, %w for %n, (%0#0, %0#1, %0#2, %0#3) {tile = #tile, products = #products, unroll = 4 : i64, remainder, instructions = #vfpv4} : (index, index, index, index, f32, f32, f32, f32) -> (f32, f32, f32, f32)
  // CHECK: kernel.finish %arg4 every %arg1, (%[[B]]#0, %[[B]]#1, %[[B]]#2, %[[B]]#3)
  // CHECK-NEXT: ^bb0(%{{.*}}: f32):
  // CHECK: kernel.yield %{{.*}} : f32
  kernel.finish %y every %s, (%1#0, %1#1, %1#2, %1#3) {tile = #tile, instructions = #vfpv4} : (index, index, f32, f32, f32, f32) -> () {
  ^bb0(%sum: f32):
    %2 = arith.mulf %sum, %sum : f32
    kernel.yield %2 : f32
  }
  // CHECK: kernel.store %arg4 every %arg1, (%[[B]]#0, %[[B]]#1, %[[B]]#2, %[[B]]#3)
  kernel.store %y every %s, (%1#0, %1#1, %1#2, %1#3) {tile = #tile, instructions = #vfpv4} : (index, index, f32, f32, f32, f32) -> ()
  return
}

// One position has no stride; addresses are integers in the LLVM dialect.
// CHECK-LABEL: func.func @position
func.func @position(%x: i32, %s: i32, %w: i32, %n: i32, %a: f32) {
  // CHECK: %[[A:.*]]:2 = kernel.multiply %arg0, %arg2 for %arg3, (%arg4, %arg4)
  %0:2 = kernel.multiply %x, %w for %n, (%a, %a) {tile = #row, products = #products, unroll = 1 : i64, instructions = #vfpv4} : (i32, i32, i32, f32, f32) -> (f32, f32)
  // CHECK: kernel.multiply_pairs %arg0 every %arg1, %arg2 for %arg3, (%[[A]]#0, %[[A]]#1)
  %1:2 = kernel.multiply_pairs %x every %s, %w for %n, (%0#0, %0#1) {tile = #row, products = #products, unroll = 1 : i64, instructions = #vfpv4} : (i32, i32, i32, i32, f32, f32) -> (f32, f32)
  // CHECK: kernel.store %arg0, (
  kernel.store %x, (%1#0, %1#1) {tile = #row, instructions = #vfpv4} : (i32, f32, f32) -> ()
  return
}

// CHECK-LABEL: func.func @row
func.func @row(%x: index, %w: index, %a: vector<4xf32>, %b: vector<4xf32>) -> vector<4xf32> {
  // CHECK: kernel.row %arg0, %arg1, (%arg2, %arg3) {instructions = #kernel.instructions<neon, load = 16>, products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 640 : i64}
  %0:2 = kernel.row %x, %w, (%a, %b) {products = #products, steps = 640 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
  return %0#1 : vector<4xf32>
}

// Integers: groups of two and four products for each lane.
// CHECK-LABEL: func.func @groups
func.func @groups(%x: index, %w: index, %n: index, %a: i32, %v: vector<4xi32>) {
  // CHECK: #kernel.instructions<dsp, load = 1>, products = #kernel.products<si8 * si8 -> i32, group = 2>
  %0:2 = kernel.multiply %x, %w for %n, (%a, %a) {tile = #row, products = #kernel.products<si8 * si8 -> i32, group = 2>, unroll = 2 : i64, instructions = #kernel.instructions<dsp, load = 1>} : (index, index, index, i32, i32) -> (i32, i32)
  // CHECK: #kernel.products<ui8 * si8 -> i32, group = 4>
  %1 = kernel.row %x, %w, (%v) {products = #kernel.products<ui8 * si8 -> i32, group = 4>, steps = 16 : i64, instructions = #kernel.instructions<dotprod, load = 16>} : (index, index, vector<4xi32>) -> vector<4xi32>
  // What is stored may be narrower than what was added up.
  // CHECK: kernel.finish %arg0, (%{{.*}}) {
  kernel.finish %x, (%0#0, %0#1) {tile = #row, instructions = #kernel.instructions<dsp, load = 1>} : (index, i32, i32) -> () {
  ^bb0(%sum: i32):
    %2 = arith.trunci %sum : i32 to i8
    kernel.yield %2 : i8
  }
  return
}

// Nothing takes a kernel for one without effects, or two for one.
// KEPT-LABEL: func.func @twice
// KEPT-COUNT-2: kernel.load
// KEPT: return
func.func @twice(%x: index) {
  %0:2 = kernel.load %x {tile = #row, instructions = #vfpv4} : (index) -> (f32, f32)
  %1:2 = kernel.load %x {tile = #row, instructions = #vfpv4} : (index) -> (f32, f32)
  return
}

// CHECK-LABEL: func.func @columns
func.func @columns(%x: index, %t: index, %w: index, %y: index, %n: index) {
  // CHECK: kernel.copy %arg0 every %arg4, %arg1 for %arg4 {bytes = 9 : i64, instructions = #kernel.instructions<dsp, load = 4>}
  kernel.copy %x every %n, %t for %n {bytes = 9 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  // CHECK: kernel.widen %arg0, %arg1 for %arg4 {aligned, from = ui8, instructions = #kernel.instructions<dsp, load = 4>, positions = 6 : i64, products = #kernel.products<si16 * si8 -> i32, group = 4>}
  kernel.widen %x, %t for %n {positions = 6 : i64, from = ui8, products = #kernel.products<si16 * si8 -> i32, group = 4>, aligned, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  // CHECK: kernel.widen_tile %arg0, %arg1 {from = si8, groups = 2 : i64, instructions = #kernel.instructions<dsp, load = 4>, positions = 6 : i64, products = #kernel.products<si16 * si8 -> i32, group = 4>, stride = 8 : i64}
  kernel.widen_tile %x, %t {positions = 6 : i64, groups = 2 : i64, stride = 8 : i64, from = si8, products = #kernel.products<si16 * si8 -> i32, group = 4>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  // CHECK: kernel.columns %arg1, %arg2 for %arg4, %arg3 {combined, {{.*}} rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, steps = 16 : i64, stride = 64 : i64,
  kernel.columns %t, %w for %n, %y {tile = #kernel.tile<positions = 6, columns = 1>, products = #kernel.products<si16 * si8 -> i32, group = 4>, combined, steps = 16 : i64, unroll = 8 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}

// CHECK-LABEL: func.func @windows
func.func @windows(%x: index, %t: index, %w: index, %y: index, %n: index) {
  // CHECK: kernel.fill %arg1 for %arg4 {instructions = #kernel.instructions<mve, load = 4>, value = -5 : i64}
  kernel.fill %t for %n {value = -5 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index) -> ()
  // CHECK: kernel.move %arg0, %arg1 for %arg4 {flipped, instructions = #kernel.instructions<mve, load = 4>}
  kernel.move %x, %t for %n {flipped, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index) -> ()
  // CHECK: kernel.windows %arg1, %arg2 for %arg4, %arg3 {apart = 1 : i64, bytes = 48 : i64, features = 16 : i64, {{.*}} pitch = 544 : i64, products = #kernel.products<si8 * si8 -> i32, group = 16>, {{.*}} rows = 3 : i64, step = 16 : i64, stride = 16 : i64,
  kernel.windows %t, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<si8 * si8 -> i32, group = 16>, features = 16 : i64, rows = 3 : i64, pitch = 544 : i64, bytes = 48 : i64, apart = 1 : i64, step = 16 : i64, stride = 16 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  return
}

// CHECK-LABEL: func.func @depthwise
func.func @depthwise(%x: index, %p: index, %w: index, %y: index) {
  // CHECK: kernel.planes %arg0, %arg1 {from = si8, instructions = #kernel.instructions<dsp, load = 4>, odd, pixels = 25 : i64, plane = 392 : i64, stride = 64 : i64, to = si16}
  kernel.planes %x, %p {pixels = 25 : i64, stride = 64 : i64, plane = 392 : i64, from = si8, to = si16, odd, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  // CHECK: kernel.depthwise %arg1, %arg2, %arg3 {column_step = 1 : i64, columns = 25 : i64,
  kernel.depthwise %p, %w, %y {rows = 5 : i64, columns = 25 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 56 : i64, plane = 392 : i64, stride = 64 : i64, result_row = 1600 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  return
}

// CHECK-LABEL: func.func @filters
func.func @filters(%x: index, %t: index, %w: index, %y: index, %n: index) {
  // CHECK: kernel.copy %arg0 every %arg4, %arg1 for %arg4 {bytes = 8 : i64, flipped, instructions = #kernel.instructions<mve, load = 4>}
  kernel.copy %x every %n, %t for %n {bytes = 8 : i64, flipped, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index) -> ()
  // CHECK: kernel.interleave %arg0, %arg1 {channels = 8 : i64, columns = 7 : i64, {{.*}} pitch = 56 : i64, rows = 3 : i64, spacing = 32 : i64}
  kernel.interleave %x, %t {channels = 8 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index) -> ()
  // CHECK: kernel.filter %arg1, %arg2, %arg3 {channels = 8 : i64, {{.*}} results = 5 : i64, spacing = 32 : i64, step = 1 : i64, stride = 64 : i64, taps = 3 : i64}
  kernel.filter %t, %w, %y {products = #kernel.products<si8 * si8 -> i32, group = 16>, channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 5 : i64, spacing = 32 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index) -> ()
  return
}

// CHECK-LABEL: func.func @winograd
func.func @winograd(%x: index, %t: index, %w: index, %y: index, %n: index) {
  // CHECK: kernel.winograd_input %arg0 every %arg4, %arg1 {channels = 16 : i64, from = si8, instructions = #kernel.instructions<dsp, load = 4>, pixel = 32 : i64, tiles = 1 : i64, to = si16}
  kernel.winograd_input %x every %n, %t {tiles = 1 : i64, channels = 16 : i64, pixel = 32 : i64, from = si8, to = si16, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index) -> ()
  // CHECK: kernel.winograd_filters %arg0, %arg2 {filters = 64 : i64, instructions = #kernel.instructions<dsp, load = 4>}
  kernel.winograd_filters %x, %w {filters = 64 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (index, index) -> ()
  // CHECK: kernel.winograd_columns %arg1, %arg2, %arg3 every %arg4 {block = 4 : i64, channels = 16 : i64, features = 8 : i64,
  kernel.winograd_columns %t, %w, %y every %n {tiles = 1 : i64, channels = 16 : i64, features = 8 : i64, pixel = 8 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (index, index, index, index) -> ()
  return
}
