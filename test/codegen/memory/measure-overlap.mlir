// RUN: dlc-opt %s --split-input-file --dlc-measure-overlap | FileCheck %s

// Four rows of 4 floats (16 bytes); each result is the sum of a row and of the
// row above. When row i is read from i - 1 on, rows 0 to i - 1 are written:
// 16 * i - 16 * (i - 1) = 16 bytes behind the result's beginning is enough. The
// last read ends at byte 64 with byte 0 written: 64 before, as if apart.

// CHECK-LABEL: func.func private @window
// CHECK-SAME: {arena.overlap = array<i64: 16, 64>}
func.func private @first(memref<4x4xf32>)
func.func private @window(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %d = arith.subi %i, %c1 : index
    %above = arith.maxsi %d, %c0 : index
    %a = vector.load %x[%above, %c0] : memref<4x4xf32>, vector<4xf32>
    %b = vector.load %x[%i, %c0] : memref<4x4xf32>, vector<4xf32>
    %s = arith.addf %a, %b : vector<4xf32>
    vector.store %s, %y[%i, %c0] : memref<4x4xf32>, vector<4xf32>
  }
  return
}
func.func private @last(memref<4x4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %y = arena.buffer {name = "y", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  call @first(%x) : (memref<4x4xf32>) -> ()
  call @window(%x, %y) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @last(%y) : (memref<4x4xf32>) -> ()
  return
}

// -----

// The whole operand is read before the first store: any overlap will do.

// CHECK-LABEL: func.func private @reads_first
// CHECK-SAME: {arena.overlap = array<i64: -16, -4>}
func.func private @first(memref<4xf32>)
func.func private @reads_first(%x: memref<4xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %zero) -> f32 {
    %v = memref.load %x[%i] : memref<4xf32>
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  memref.store %sum, %y[%c0] : memref<1xf32>
  return
}
func.func private @last(memref<1xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 4 : i64, align = 4 : i64} : memref<1xf32>
  call @first(%x) : (memref<4xf32>) -> ()
  call @reads_first(%x, %y) : (memref<4xf32>, memref<1xf32>) -> ()
  call @last(%y) : (memref<1xf32>) -> ()
  return
}

// -----

// Kernels on tiles: two positions of 8 floats (32 bytes) become two of 4 (16
// bytes); a step reads both and writes both. Before the last step, from byte 64
// on, 32 bytes are written: 32 - 64 = -32.

// CHECK-LABEL: func.func private @kernels
// CHECK-SAME: {arena.overlap = array<i64: -32, 128>}
func.func private @first(memref<4x8xf32>)
func.func private @kernels(%x: memref<4x8xf32>, %w: memref<32xf32> {nn.constant}, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c2 {
    %from = memref.extract_aligned_pointer_as_index %x : memref<4x8xf32> -> index
    %p = arith.muli %i, %c32 : index
    %left = arith.addi %from, %p : index
    %weights = memref.extract_aligned_pointer_as_index %w : memref<32xf32> -> index
    %v:8 = kernel.multiply %left every %c32, %weights for %c8, (%zero, %zero, %zero, %zero, %zero, %zero, %zero, %zero) {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 8 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32, f32, f32, f32, f32, f32, f32) -> (f32, f32, f32, f32, f32, f32, f32, f32)
    %to = memref.extract_aligned_pointer_as_index %y : memref<4x4xf32> -> index
    %q = arith.muli %i, %c16 : index
    %out = arith.addi %to, %q : index
    kernel.store %out every %c16, (%v#0, %v#1, %v#2, %v#3, %v#4, %v#5, %v#6, %v#7) {tile = #kernel.tile<positions = 2, columns = 4>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, f32, f32, f32, f32, f32, f32, f32, f32) -> ()
  }
  return
}
func.func private @last(memref<4x4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<32xf32>
  %x = arena.buffer {name = "x", bytes = 128 : i64, align = 4 : i64} : memref<4x8xf32>
  %y = arena.buffer {name = "y", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  call @first(%x) : (memref<4x8xf32>) -> ()
  call @kernels(%x, %w, %y) : (memref<4x8xf32>, memref<32xf32>, memref<4x4xf32>) -> ()
  call @last(%y) : (memref<4x4xf32>) -> ()
  return
}
memref.global "private" constant @w : memref<32xf32> = dense<1.0>

// -----

// The same where the tile is finished: what the epilogue makes of it is half as
// wide in memory. Four results of a position take 8 bytes: before the last step 16
// are written, and 16 - 64 = -48.

// CHECK-LABEL: func.func private @finish
// CHECK-SAME: {arena.overlap = array<i64: -48, 128>}
func.func private @first(memref<4x8xf32>)
func.func private @finish(%x: memref<4x8xf32>, %w: memref<32xf32> {nn.constant}, %y: memref<4x4xf16>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c2 {
    %from = memref.extract_aligned_pointer_as_index %x : memref<4x8xf32> -> index
    %p = arith.muli %i, %c32 : index
    %left = arith.addi %from, %p : index
    %weights = memref.extract_aligned_pointer_as_index %w : memref<32xf32> -> index
    %v:8 = kernel.multiply %left every %c32, %weights for %c8, (%zero, %zero, %zero, %zero, %zero, %zero, %zero, %zero) {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 8 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32, f32, f32, f32, f32, f32, f32) -> (f32, f32, f32, f32, f32, f32, f32, f32)
    %to = memref.extract_aligned_pointer_as_index %y : memref<4x4xf16> -> index
    %q = arith.muli %i, %c8 : index
    %out = arith.addi %to, %q : index
    kernel.finish %out every %c8, (%v#0, %v#1, %v#2, %v#3, %v#4, %v#5, %v#6, %v#7) {tile = #kernel.tile<positions = 2, columns = 4>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, f32, f32, f32, f32, f32, f32, f32, f32) -> () {
    ^bb0(%sum: f32):
      %half = arith.truncf %sum : f32 to f16
      kernel.yield %half : f16
    }
  }
  return
}
func.func private @last(memref<4x4xf16>)
func.func @main(%arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<32xf32>
  %x = arena.buffer {name = "x", bytes = 128 : i64, align = 4 : i64} : memref<4x8xf32>
  %y = arena.buffer {name = "y", bytes = 32 : i64, align = 4 : i64} : memref<4x4xf16>
  call @first(%x) : (memref<4x8xf32>) -> ()
  call @finish(%x, %w, %y) : (memref<4x8xf32>, memref<32xf32>, memref<4x4xf16>) -> ()
  call @last(%y) : (memref<4x4xf16>) -> ()
  return
}
memref.global "private" constant @w : memref<32xf32> = dense<1.0>

// -----

// Pairs: three steps for each of two positions, a row of four floats (16 bytes)
// each. The second position reads from byte 16 on when 16 bytes are written: 0.

// CHECK-LABEL: func.func private @pairs
// CHECK-SAME: {arena.overlap = array<i64: 0, 64>}
func.func private @first(memref<4x4xf32>)
func.func private @pairs(%x: memref<4x4xf32>, %w: memref<12xf32> {nn.constant}, %y: memref<2x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c2 step %c1 {
    %from = memref.extract_aligned_pointer_as_index %x : memref<4x4xf32> -> index
    %p = arith.muli %i, %c16 : index
    %left = arith.addi %from, %p : index
    %weights = memref.extract_aligned_pointer_as_index %w : memref<12xf32> -> index
    %v:4 = kernel.multiply_pairs %left every %c16, %weights for %c3, (%zero, %zero, %zero, %zero) {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<f32 * f32 -> f32, group = 1>, unroll = 3 : i64, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, index, index, index, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    %to = memref.extract_aligned_pointer_as_index %y : memref<2x4xf32> -> index
    %out = arith.addi %to, %p : index
    kernel.store %out, (%v#0, %v#1, %v#2, %v#3) {tile = #kernel.tile<positions = 1, columns = 4>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32, f32, f32) -> ()
  }
  return
}
func.func private @last(memref<2x4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<12xf32>
  %x = arena.buffer {name = "x", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %y = arena.buffer {name = "y", bytes = 32 : i64, align = 4 : i64} : memref<2x4xf32>
  call @first(%x) : (memref<4x4xf32>) -> ()
  call @pairs(%x, %w, %y) : (memref<4x4xf32>, memref<12xf32>, memref<2x4xf32>) -> ()
  call @last(%y) : (memref<2x4xf32>) -> ()
  return
}
memref.global "private" constant @w : memref<12xf32> = dense<1.0>

// -----

// A row of 8 floats times a matrix of 4 columns, one block: the row is read as a
// whole before anything is written, so that any overlap will do.

// CHECK-LABEL: func.func private @one_block
// CHECK-SAME: {arena.overlap = array<i64: -32, -16>}
func.func private @first(memref<8xf32>)
func.func private @one_block(%x: memref<8xf32>, %w: memref<32xf32> {nn.constant}, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %row = memref.extract_aligned_pointer_as_index %x : memref<8xf32> -> index
  %columns = memref.extract_aligned_pointer_as_index %w : memref<32xf32> -> index
  %v = kernel.row %row, %columns, (%zero) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>) -> vector<4xf32>
  vector.store %v, %y[%c0] : memref<4xf32>, vector<4xf32>
  return
}
func.func private @last(memref<4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<32xf32>
  %x = arena.buffer {name = "x", bytes = 32 : i64, align = 4 : i64} : memref<8xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @first(%x) : (memref<8xf32>) -> ()
  call @one_block(%x, %w, %y) : (memref<8xf32>, memref<32xf32>, memref<4xf32>) -> ()
  call @last(%y) : (memref<4xf32>) -> ()
  return
}
memref.global "private" constant @w : memref<32xf32> = dense<1.0>

// -----

// Two blocks: when the row is read again, 16 bytes of the result are written and
// may reach up to where it begins; or they lie behind it all, 32 bytes on.

// CHECK-LABEL: func.func private @two_blocks
// CHECK-SAME: {arena.overlap = array<i64: 16, 32>}
func.func private @first(memref<8xf32>)
func.func private @two_blocks(%x: memref<8xf32>, %w: memref<64xf32> {nn.constant}, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  scf.for %i = %c0 to %c8 step %c4 {
    %row = memref.extract_aligned_pointer_as_index %x : memref<8xf32> -> index
    %panels = memref.extract_aligned_pointer_as_index %w : memref<64xf32> -> index
    %p = arith.muli %i, %c32 : index
    %columns = arith.addi %panels, %p : index
    %v = kernel.row %row, %columns, (%zero) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<neon, load = 16>} : (index, index, vector<4xf32>) -> vector<4xf32>
    vector.store %v, %y[%i] : memref<8xf32>, vector<4xf32>
  }
  return
}
func.func private @last(memref<8xf32>)
func.func @main(%arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<64xf32>
  %x = arena.buffer {name = "x", bytes = 32 : i64, align = 4 : i64} : memref<8xf32>
  %y = arena.buffer {name = "y", bytes = 32 : i64, align = 4 : i64} : memref<8xf32>
  call @first(%x) : (memref<8xf32>) -> ()
  call @two_blocks(%x, %w, %y) : (memref<8xf32>, memref<64xf32>, memref<8xf32>) -> ()
  call @last(%y) : (memref<8xf32>) -> ()
  return
}
memref.global "private" constant @w : memref<64xf32> = dense<1.0>

// -----

// Three windows in a chain, of which each loop may go either way. Forwards a
// result lies 16 bytes below its operand, backwards 16 bytes above it: if all
// go forwards they need 64 + 3 * 16 bytes. In turns they need 64 + 16. The
// first and the third are calls of one function.

// CHECK-LABEL: func.func private @one
// CHECK-SAME: {arena.overlap = array<i64: 64, 16>}
// CHECK: scf.for %[[I:.*]] = %c0 to %c4
// CHECK-NEXT: %[[LAST:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[ROW:.*]] = arith.subi %[[LAST]], %[[I]] : index
// CHECK-NEXT: arith.subi %[[ROW]], %c1
// CHECK: vector.store %{{.*}}, %{{.*}}[%[[ROW]],
// CHECK-NEXT: }
// CHECK-LABEL: func.func private @two
// CHECK-SAME: {arena.overlap = array<i64: 16, 64>}
// CHECK: scf.for %[[I:.*]] = %c0 to %c4
// CHECK-NEXT: arith.subi %[[I]], %c1
// CHECK: vector.store %{{.*}}, %{{.*}}[%[[I]],
// CHECK-NEXT: }
func.func private @first(memref<4x4xf32>)
func.func private @one(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %d = arith.subi %i, %c1 : index
    %above = arith.maxsi %d, %c0 : index
    %e = arith.addi %i, %c1 : index
    %below = arith.minsi %e, %c3 : index
    %a = vector.load %x[%above, %c0] : memref<4x4xf32>, vector<4xf32>
    %b = vector.load %x[%below, %c0] : memref<4x4xf32>, vector<4xf32>
    %s = arith.addf %a, %b : vector<4xf32>
    vector.store %s, %y[%i, %c0] : memref<4x4xf32>, vector<4xf32>
  } {arena.any_order}
  return
}
func.func private @two(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %d = arith.subi %i, %c1 : index
    %above = arith.maxsi %d, %c0 : index
    %e = arith.addi %i, %c1 : index
    %below = arith.minsi %e, %c3 : index
    %a = vector.load %x[%above, %c0] : memref<4x4xf32>, vector<4xf32>
    %b = vector.load %x[%below, %c0] : memref<4x4xf32>, vector<4xf32>
    %s = arith.addf %a, %b : vector<4xf32>
    vector.store %s, %y[%i, %c0] : memref<4x4xf32>, vector<4xf32>
  } {arena.any_order}
  return
}
func.func private @last(memref<4x4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %y = arena.buffer {name = "y", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %z = arena.buffer {name = "z", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %u = arena.buffer {name = "u", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  call @first(%x) : (memref<4x4xf32>) -> ()
  call @one(%x, %y) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @two(%y, %z) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @one(%z, %u) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @last(%u) : (memref<4x4xf32>) -> ()
  return
}

// -----

// Column by column: each is read before it is written, but the last element is read
// when the first is written already. The mark allows one place more.

// CHECK-LABEL: func.func private @columns
// CHECK-SAME: memref<4x4xf32> {arena.in_place
func.func private @first(memref<4x4xf32>)
func.func private @columns(%x: memref<4x4xf32> {arena.in_place}, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %j = %c0 to %c4 step %c1 {
    scf.for %i = %c0 to %c4 step %c1 {
      %a = memref.load %x[%i, %j] : memref<4x4xf32>
      memref.store %a, %y[%i, %j] : memref<4x4xf32>
    }
  }
  return
}
// What is read a column later is written over: no mark is left.
// CHECK-LABEL: func.func private @neighbours
// CHECK-NOT: arena.in_place
func.func private @neighbours(%x: memref<4x4xf32> {arena.in_place}, %y: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %j = %c0 to %c4 step %c1 {
    %d = arith.subi %j, %c1 : index
    %left = arith.maxsi %d, %c0 : index
    scf.for %i = %c0 to %c4 step %c1 {
      %a = memref.load %x[%i, %left] : memref<4x4xf32>
      memref.store %a, %y[%i, %j] : memref<4x4xf32>
    }
  }
  return
}
func.func private @last(memref<4x4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %y = arena.buffer {name = "y", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  %z = arena.buffer {name = "z", bytes = 64 : i64, align = 4 : i64} : memref<4x4xf32>
  call @first(%x) : (memref<4x4xf32>) -> ()
  call @columns(%x, %y) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @neighbours(%y, %z) : (memref<4x4xf32>, memref<4x4xf32>) -> ()
  call @last(%z) : (memref<4x4xf32>) -> ()
  return
}
