// RUN: dlc-opt %s --split-input-file --dlc-emit-loops | FileCheck %s
// RUN: sed 's/fpu = false/fpu = false, long_multiply = false/' %s | dlc-opt --split-input-file --dlc-emit-loops | FileCheck %s --check-prefix=LIMBS

// Without long multiplication: one sum, in two of 32 bits for 31 terms at a
// time, of products of halves.
// LIMBS-LABEL: module @product
// Six columns, none to fill up.
// LIMBS: memref.global "private" constant @w_packed : memref<198xi32>
// LIMBS-NOT: memref.alloca
// LIMBS: scf.for {{.*}} step %c31{{.*}} -> (i64)
// LIMBS: scf.for {{.*}} -> (i32, i32)
// LIMBS-COUNT-3: arith.muli %{{.*}} : i32
// LIMBS-NOT: arith.muli %{{.*}} : i64
// LIMBS: arith.extsi
// LIMBS: arith.shli %{{.*}}, %c26_i64
// LIMBS: arith.shli %{{.*}}, %c13_i64
// LIMBS-LABEL: module @depthwise
// LIMBS: memref.alloc() : memref<24xi32>
// LIMBS-COUNT-27: arith.muli %{{.*}} : i32
// LIMBS: arith.shli %{{.*}}, %c26_i64

// A product of one row with a constant: the row becomes integers in a tile of
// 32, four columns are summed at a time. Weights: (6 columns
// filled up to 8) * 32, then 8 scales.
// CHECK: #[[UNROLL:.*]] = #llvm.loop_unroll<count = 2 : i32>
// CHECK: #[[DISABLE:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[TWICE:.*]] = #llvm.loop_annotation<unroll = #[[UNROLL]]>
// CHECK: #llvm.loop_annotation<unroll = #[[DISABLE]]>
// CHECK-LABEL: module @product
// CHECK: memref.global "private" constant @w_packed : memref<264xi32>
// CHECK: func.func private @matmul(%[[X:.*]]: memref<1x32xf32>, %[[W:.*]]: memref<264xi32> {nn.constant}, %[[BIAS:.*]]: memref<6xf32>
// CHECK-DAG: %[[TILE:.*]] = memref.alloc() : memref<32xi32>
// CHECK-DAG: %[[SUMS:.*]] = memref.alloca() : memref<4xi64>
// The floats are copied, with their largest magnitude.
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %c0_i32) -> (i32)
// CHECK: arith.maxui
// LLVM's own rules for unrolling are those of code that is hot.
// CHECK: } {loop_annotation = #[[TWICE]]}
// An infinity or a NaN among them: nothing is converted.
// CHECK: arith.cmpi uge, %{{.*}}, %c-16777216_i32
// CHECK: scf.if
// CHECK-NEXT: } else {
// CHECK: memref.store %{{.*}}, %[[TILE]]
// Four sums in registers, products of 64 bits.
// CHECK: scf.for {{.*}} -> (i64, i64, i64, i64)
// CHECK-COUNT-2: arith.extsi %{{.*}} : i32 to i64
// CHECK: arith.muli %{{.*}} : i64
// CHECK-NOT: arith.mulf
// CHECK: memref.store %{{.*}}, %[[SUMS]]
// Results: six columns, two in the last block.
// CHECK: arith.minsi
// Where the tile has an infinity or a NaN, these alone are multiplied.
// CHECK: scf.if %{{.*}} -> (i32)
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.cmpf olt
// CHECK: } else {
// The bias is added to the sum of integers, and so is zero put in place of
// what is below; the epilogue adds nothing and compares nothing.
// CHECK: memref.load %[[BIAS]]
// CHECK: call @block_fixed_positive_sum(
// CHECK: %[[NOTHING:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: arith.addf %{{.*}}, %[[NOTHING]] : f32
// CHECK-NOT: arith.cmpf
// CHECK: return
// CHECK: func.func private @block_fixed_positive_sum(%{{.*}}: i64, %{{.*}}: i32, %{{.*}}: i32) -> i32
// CHECK-SAME: noinline
// CHECK: math.ctlz
module @product attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<32x6xf32> = dense<0.5>
  memref.global "private" constant @b : memref<6xf32> = dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]>
  func.func private @matmul(%x: memref<1x32xf32>, %w: memref<32x6xf32> {nn.constant}, %bias: memref<6xf32> {nn.constant}, %y: memref<1x6xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x32xf32> to tensor<1x32xf32>
    %1 = bufferization.to_tensor %w restrict : memref<32x6xf32> to tensor<32x6xf32>
    %b = bufferization.to_tensor %bias restrict : memref<6xf32> to tensor<6xf32>
    %2 = tensor.empty() : tensor<1x6xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x6xf32>) -> tensor<1x6xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<1x32xf32>, tensor<32x6xf32>) outs(%3 : tensor<1x6xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x6xf32>
    %5 = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]} ins(%4, %b : tensor<1x6xf32>, tensor<6xf32>) outs(%2 : tensor<1x6xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %s = arith.addf %a, %c : f32
      %n = arith.cmpf olt, %s, %zero : f32
      %r = arith.select %n, %zero, %s : f32
      linalg.yield %r : f32
    } -> tensor<1x6xf32>
    bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<1x6xf32>, memref<1x6xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x32xf32>, %y: memref<1x6xf32>) {
    %w = memref.get_global @w : memref<32x6xf32>
    %b = memref.get_global @b : memref<6xf32>
    call @matmul(%x, %w, %b, %y) : (memref<1x32xf32>, memref<32x6xf32>, memref<6xf32>, memref<1x6xf32>) -> ()
    return
  }
}

// -----

// Depthwise, 3x3 with padding over 6x6 and 4 channels: a tile is what a row of
// outputs reads of one channel, 3 rows of 8 (the tensors are too small for a tile of
// more rows), and one element beyond for the second of two neighbours.
// CHECK-LABEL: module @depthwise
// CHECK: memref.global "private" constant @w_packed : memref<40xi32>
// CHECK-DAG: memref.alloc() : memref<25xi32>
// CHECK-DAG: memref.alloca() : memref<2xi64>
// Rows and columns in the image.
// CHECK: arith.maxui
// With an infinity or a NaN: the largest of the others, and marks.
// CHECK: scf.if %{{.*}} -> (i32)
// CHECK: arith.constant -2147483648 : i32
// CHECK: } else {
// Nine taps of two neighbours: 12 elements, 9 weights, 18 products.
// CHECK-COUNT-18: arith.muli %{{.*}} : i64
// CHECK-NOT: arith.muli %{{.*}} : i64
// CHECK: call @block_fixed_sum(
module @depthwise attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<4x3x3xf32> = dense<0.5>
  func.func private @conv(%x: memref<6x6x4xf32>, %w: memref<4x3x3xf32> {nn.constant}, %y: memref<6x6x4xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<6x6x4xf32> to tensor<6x6x4xf32>
    %1 = bufferization.to_tensor %w restrict : memref<4x3x3xf32> to tensor<4x3x3xf32>
    %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index):
      tensor.yield %zero : f32
    } : tensor<6x6x4xf32> to tensor<8x8x4xf32>
    %2 = tensor.empty() : tensor<6x6x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<6x6x4xf32>) -> tensor<6x6x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (c, i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<8x8x4xf32>, tensor<4x3x3xf32>) outs(%3 : tensor<6x6x4xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<6x6x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<6x6x4xf32>, memref<6x6x4xf32>) -> ()
    return
  }
  func.func @main(%x: memref<6x6x4xf32>, %y: memref<6x6x4xf32>) {
    %w = memref.get_global @w : memref<4x3x3xf32>
    call @conv(%x, %w, %y) : (memref<6x6x4xf32>, memref<4x3x3xf32>, memref<6x6x4xf32>) -> ()
    return
  }
}

// -----

// A vector that is most of the tensors: no tile, the floats are converted where
// they are multiplied.
// CHECK-LABEL: module @vector
// CHECK: func.func private @matmul(%[[X:.*]]: memref<1x300xf32>
// CHECK-NOT: memref.alloc()
// CHECK: %[[FLAT:.*]] = memref.reinterpret_cast %[[X]]
// CHECK: scf.for {{.*}} -> (i64, i64, i64, i64)
// CHECK: memref.load %[[FLAT]]
// CHECK: arith.muli %{{.*}} : i64
module @vector attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<300x4xf32> = dense<0.5>
  func.func private @matmul(%x: memref<1x300xf32>, %w: memref<300x4xf32> {nn.constant}, %y: memref<1x4xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x300xf32> to tensor<1x300xf32>
    %1 = bufferization.to_tensor %w restrict : memref<300x4xf32> to tensor<300x4xf32>
    %2 = tensor.empty() : tensor<1x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<1x300xf32>, tensor<300x4xf32>) outs(%3 : tensor<1x4xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x4xf32>, memref<1x4xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x300xf32>, %y: memref<1x4xf32>) {
    %w = memref.get_global @w : memref<300x4xf32>
    call @matmul(%x, %w, %y) : (memref<1x300xf32>, memref<300x4xf32>, memref<1x4xf32>) -> ()
    return
  }
}

// -----

// A vector that nobody reads afterwards becomes integers where it lies, at any
// size.
// CHECK-LABEL: module @in_place
// CHECK: func.func private @matmul(%[[X:.*]]: memref<1x300xf32> {arena.consumed, arena.last_read}
// CHECK-NOT: memref.alloc()
// CHECK: %[[FLAT:.*]] = memref.reinterpret_cast %[[X]]
// CHECK: scf.for {{.*}} -> (i32)
// CHECK: memref.load %[[FLAT]]
// CHECK: arith.maxui
// CHECK: scf.if
// CHECK-NEXT: } else {
// CHECK: memref.load %[[FLAT]]
// CHECK: memref.store %{{.*}}, %[[FLAT]]
// CHECK: scf.for {{.*}} -> (i64, i64, i64, i64)
// CHECK: memref.load %[[FLAT]]
// CHECK-NEXT: arith.bitcast
// CHECK: memref.load
// CHECK: arith.muli %{{.*}} : i64
module @in_place attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<300x4xf32> = dense<0.5>
  func.func private @matmul(%x: memref<1x300xf32> {arena.last_read}, %w: memref<300x4xf32> {nn.constant}, %y: memref<1x4xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x300xf32> to tensor<1x300xf32>
    %1 = bufferization.to_tensor %w restrict : memref<300x4xf32> to tensor<300x4xf32>
    %2 = tensor.empty() : tensor<1x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<1x300xf32>, tensor<300x4xf32>) outs(%3 : tensor<1x4xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x4xf32>, memref<1x4xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x300xf32>, %y: memref<1x4xf32>) {
    %w = memref.get_global @w : memref<300x4xf32>
    call @matmul(%x, %w, %y) : (memref<1x300xf32>, memref<300x4xf32>, memref<1x4xf32>) -> ()
    return
  }
}

// -----

// Where there are several rows each is copied, the last one first if the memory
// plan wants it.
// CHECK-LABEL: module @rows
// CHECK-NOT: arena.consumed
// CHECK: memref.alloc() : memref<300xi32>
// CHECK: {arena.any_order
// CHECK-NOT: arena.any_order
module @rows attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<300x4xf32> = dense<0.5>
  func.func private @matmul(%x: memref<5x300xf32> {arena.last_read}, %w: memref<300x4xf32> {nn.constant}, %y: memref<5x4xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<5x300xf32> to tensor<5x300xf32>
    %1 = bufferization.to_tensor %w restrict : memref<300x4xf32> to tensor<300x4xf32>
    %2 = tensor.empty() : tensor<5x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<5x4xf32>) -> tensor<5x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<5x300xf32>, tensor<300x4xf32>) outs(%3 : tensor<5x4xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<5x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<5x4xf32>, memref<5x4xf32>) -> ()
    return
  }
  func.func @main(%x: memref<5x300xf32>, %y: memref<5x4xf32>) {
    %w = memref.get_global @w : memref<300x4xf32>
    call @matmul(%x, %w, %y) : (memref<5x300xf32>, memref<300x4xf32>, memref<5x4xf32>) -> ()
    return
  }
}

// -----

// The epilogue reads it as well.
// CHECK-LABEL: module @read_twice
// CHECK-NOT: arena.consumed
// CHECK: memref.alloc() : memref<32xi32>
module @read_twice attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<32x32xf32> = dense<0.5>
  func.func private @matmul(%x: memref<1x32xf32> {arena.last_read}, %w: memref<32x32xf32> {nn.constant}, %y: memref<1x32xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x32xf32> to tensor<1x32xf32>
    %1 = bufferization.to_tensor %w restrict : memref<32x32xf32> to tensor<32x32xf32>
    %2 = tensor.empty() : tensor<1x32xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x32xf32>) -> tensor<1x32xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<1x32xf32>, tensor<32x32xf32>) outs(%3 : tensor<1x32xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x32xf32>
    %5 = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]} ins(%4, %0 : tensor<1x32xf32>, tensor<1x32xf32>) outs(%2 : tensor<1x32xf32>) {
    ^bb0(%a: f32, %r: f32, %o: f32):
      %s = arith.addf %a, %r : f32
      linalg.yield %s : f32
    } -> tensor<1x32xf32>
    bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<1x32xf32>, memref<1x32xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x32xf32>, %y: memref<1x32xf32>) {
    %w = memref.get_global @w : memref<32x32xf32>
    call @matmul(%x, %w, %y) : (memref<1x32xf32>, memref<32x32xf32>, memref<1x32xf32>) -> ()
    return
  }
}

// -----

// The tile is a whole plane of 12 rows with its padding, if it is small beside
// the tensors: 14 * 14, and one for a window beyond the last.
// CHECK-LABEL: module @plane
// CHECK: memref.alloc() : memref<197xi32>
module @plane attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<64x3x3xf32> = dense<0.5>
  func.func private @conv(%x: memref<12x12x64xf32>, %w: memref<64x3x3xf32> {nn.constant}, %y: memref<12x12x64xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<12x12x64xf32> to tensor<12x12x64xf32>
    %1 = bufferization.to_tensor %w restrict : memref<64x3x3xf32> to tensor<64x3x3xf32>
    %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index):
      tensor.yield %zero : f32
    } : tensor<12x12x64xf32> to tensor<14x14x64xf32>
    %2 = tensor.empty() : tensor<12x12x64xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<12x12x64xf32>) -> tensor<12x12x64xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (c, i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<14x14x64xf32>, tensor<64x3x3xf32>) outs(%3 : tensor<12x12x64xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<12x12x64xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<12x12x64xf32>, memref<12x12x64xf32>) -> ()
    return
  }
  func.func @main(%x: memref<12x12x64xf32>, %y: memref<12x12x64xf32>) {
    %w = memref.get_global @w : memref<64x3x3xf32>
    call @conv(%x, %w, %y) : (memref<12x12x64xf32>, memref<64x3x3xf32>, memref<12x12x64xf32>) -> ()
    return
  }
}

// -----

// Where the result is to lie over the image, it is the windows of a fifth of
// the rows, 3: 5 * 14.
// CHECK-LABEL: module @crowded
// CHECK: memref.alloc() : memref<71xi32>
module @crowded attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<64x3x3xf32> = dense<0.5>
  func.func private @conv(%x: memref<12x12x64xf32> {arena.last_read}, %w: memref<64x3x3xf32> {nn.constant}, %y: memref<12x12x64xf32>) attributes {arena.crowded, nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<12x12x64xf32> to tensor<12x12x64xf32>
    %1 = bufferization.to_tensor %w restrict : memref<64x3x3xf32> to tensor<64x3x3xf32>
    %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index):
      tensor.yield %zero : f32
    } : tensor<12x12x64xf32> to tensor<14x14x64xf32>
    %2 = tensor.empty() : tensor<12x12x64xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<12x12x64xf32>) -> tensor<12x12x64xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (c, i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<14x14x64xf32>, tensor<64x3x3xf32>) outs(%3 : tensor<12x12x64xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<12x12x64xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<12x12x64xf32>, memref<12x12x64xf32>) -> ()
    return
  }
  func.func @main(%x: memref<12x12x64xf32>, %y: memref<12x12x64xf32>) {
    %w = memref.get_global @w : memref<64x3x3xf32>
    call @conv(%x, %w, %y) : (memref<12x12x64xf32>, memref<64x3x3xf32>, memref<12x12x64xf32>) -> ()
    return
  }
}

// -----

// It cannot, because the image is read later.
// CHECK-LABEL: module @crowded_but_kept
// CHECK: memref.alloc() : memref<197xi32>
module @crowded_but_kept attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, index_bits = 32 : i64, compact_code = true}} {
  memref.global "private" constant @w : memref<64x3x3xf32> = dense<0.5>
  func.func private @conv(%x: memref<12x12x64xf32>, %w: memref<64x3x3xf32> {nn.constant}, %y: memref<12x12x64xf32>) attributes {arena.crowded, nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<12x12x64xf32> to tensor<12x12x64xf32>
    %1 = bufferization.to_tensor %w restrict : memref<64x3x3xf32> to tensor<64x3x3xf32>
    %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index):
      tensor.yield %zero : f32
    } : tensor<12x12x64xf32> to tensor<14x14x64xf32>
    %2 = tensor.empty() : tensor<12x12x64xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<12x12x64xf32>) -> tensor<12x12x64xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (c, i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<14x14x64xf32>, tensor<64x3x3xf32>) outs(%3 : tensor<12x12x64xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<12x12x64xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<12x12x64xf32>, memref<12x12x64xf32>) -> ()
    return
  }
  func.func @main(%x: memref<12x12x64xf32>, %y: memref<12x12x64xf32>) {
    %w = memref.get_global @w : memref<64x3x3xf32>
    call @conv(%x, %w, %y) : (memref<12x12x64xf32>, memref<64x3x3xf32>, memref<12x12x64xf32>) -> ()
    return
  }
}
