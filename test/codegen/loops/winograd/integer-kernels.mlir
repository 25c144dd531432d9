// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Where the epilogue goes on behind the clamp, all results are stored beside, and code
// of the stage does what follows to each that exists.
// RUN: sed 's/%9 = arith.trunci %8 : i64 to i8/%10 = arith.trunci %8 : i64 to i8 %9 = arith.addi %10, %10 : i8/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=PARTS
// PARTS: kernel.winograd_columns %{{.*}}, %{{.*}}, %[[BESIDE:.*]] every %c8
// PARTS: scf.for
// PARTS: %[[C:.*]] = arith.minsi
// PARTS: scf.for %{{.*}} = %c0 to %[[C]]
// PARTS-COUNT-4: arith.addi %{{.*}} : i8

// One product at a time: halfwords of one tile, as there are three in a row, and eight
// features; words of four tiles where there are four, their pixels one after the other.
// RUN: sed 's/"smlad"/"mla"/; s/<4x3x3x/<8x3x3x/g; s/6x5x4x/6x5x8x/g; s/<4xi32>/<8xi32>/g; s/11812/20000/; s/dense<1>/dense<9>/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=MLA1
// MLA1: memref.global "private" constant @w_packed : memref<1041xi32>
// MLA1: kernel.winograd_input {{.*}} tiles = 1 : i64, to = si16}
// MLA1: kernel.winograd_columns {{.*}} {block = 8 : i64, {{.*}} products = #kernel.products<si16 * si16 -> i32, group = 1>, {{.*}} tiles = 1 : i64}
// RUN: sed 's/"smlad"/"mla"/; s/6x5x/6x8x/g; s/8x7x16/8x10x16/g; s/11812/20000/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=MLA4
// MLA4: memref.alloc() : memref<1024xi32>
// MLA4: scf.for %{{.*}} = %c0 to %c3
// MLA4: scf.for %[[T:.*]] = %c0 to %c4
// MLA4: kernel.winograd_input {{.*}} tiles = 4 : i64, to = si32}
// MLA4: kernel.winograd_input %{{.*}} every %c64, {{.*}} tiles = 4 : i64, to = si32}
// MLA4: kernel.winograd_columns {{.*}} every %c32 {block = 2 : i64, {{.*}} products = #kernel.products<si32 * si16 -> i32, group = 1>, {{.*}} tiles = 4 : i64}

// Armv6-M has one tile, its points as words where memory has room for them, and words as weights: 1044 = 4 * (16 * 16 + 5),
// where a budget says that there is flash for them. (Beside weights of two columns in a word, which have no
// place in dense storage, these few features would not be worth it.)
// RUN: sed 's/"smlad"/"muls adds"/; s/dlc.flash_limit = 11812/dlc.dense_storage, dlc.flash_limit = 40000/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=MULS
// MULS: memref.global "private" constant @w_packed : memref<1044xi32>
// MULS: kernel.winograd_input {{.*}} instructions = #kernel.instructions<armv6m, load = 4>, pixel = 16 : i64, tiles = 1 : i64, to = si32}
// MULS: kernel.winograd_columns {{.*}}block = 4 : i64, {{.*}} products = #kernel.products<si32 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 16>
// RUN: sed 's/"smlad"/"muls adds"/; s/dlc.flash_limit = 11812/dlc.dense_storage, dlc.flash_limit = 40000/; s/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 1000/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=MULS2
// MULS2: kernel.winograd_input {{.*}} to = si16}
// MULS2: kernel.winograd_columns {{.*}} products = #kernel.products<si16 * si16 -> i32, group = 1>
// RUN: sed 's/"smlad"/"muls adds"/; s/, dlc.flash_limit = 11812 : i64//' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=DIRECT

// Channels that are no whole groups: two of zeros behind 18, which are read behind a
// pixel; so without padding the last tile is at the border all the same.
// RUN: sed 's/x16xi8/x18xi8/g; s/8x7x18/6x7x18/g; s/low\[1, 1, 0\] high\[1, 1, 0\]/low[0, 1, 0] high[0, 1, 0]/; s/6x5x4x/4x5x4x/g; s/11812/20000/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=GROUPS
// GROUPS: memref.global "private" constant @w_packed : memref<649xi32>
// GROUPS: kernel.winograd_input {{.*}} {channels = 20 : i64, {{.*}} pixel = 18 : i64,
// GROUPS: kernel.fill %{{.*}} for %c290
// GROUPS: kernel.winograd_input %{{.*}} every %c72, {{.*}} {channels = 20 : i64, {{.*}} pixel = 18 : i64,

// Where points of filters have no room in flash (36 bytes more than 1184 are multipliers and
// the addend, which code had before), but in scratch memory there is some, the stage makes them, block by block, for as many rows of tiles as have room for theirs:
// here all six, 6 * 5 * 16 * 16 halfwords; those of filters are 16 * 16 * 4, beside the
// addend, four biases and multipliers.
// RUN: sed 's/11812/10948/; s/<4x3x3x/<8x3x3x/g; s/6x5x4x/12x9x8x/g; s/6x5x/12x9x/g; s/8x7x16/14x11x16/g; s/<4xi32>/<8xi32>/g' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=STRIP
// STRIP-DAG: memref.global "private" constant @{{.*}} : memref<1152xi8>
// STRIP-DAG: memref.global "private" constant @{{.*}} : memref<17xi32>
// STRIP-DAG: memref.alloc() : memref<3840xi32>
// STRIP-DAG: %[[MADE:.*]] = memref.alloc() : memref<1042xi16>
// STRIP: scf.for %{{.*}} = %c0 to %c6
// STRIP: scf.for %{{.*}} = %c0 to %c5
// STRIP: kernel.winograd_input
// STRIP: scf.for %{{.*}} = %c0 to %c2
// STRIP-COUNT-2: memref.store %{{.*}}, %[[MADE]]
// STRIP: kernel.winograd_filters %{{.*}}, %{{.*}} {filters = 64 : i64,
// STRIP: scf.for %{{.*}} = %c0 to %c8
// STRIP: scf.for %{{.*}} = %c0 to %c6
// STRIP: scf.for %{{.*}} = %c0 to %c5
// STRIP: kernel.winograd_columns %{{.*}}, %{{.*}}, %{{.*}} every %c72 {block = 4 : i64, channels = 16 : i64, features = 4 : i64, {{.*}} pixel = 8 : i64,
// STRIP: kernel.winograd_columns %{{.*}}, %{{.*}}, %{{.*}} every %c8 {block = 4 : i64, {{.*}} pixel = 4 : i64,
// STRIP: kernel.copy {{.*}} {bytes = 4 : i64,
// Two rows of tiles where there is no room for more: 5120, 2084 and 16 bytes.
// RUN: sed 's/11812/10948/; s/<4x3x3x/<8x3x3x/g; s/6x5x4x/12x9x8x/g; s/6x5x/12x9x/g; s/8x7x16/14x11x16/g; s/<4xi32>/<8xi32>/g; s/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 7220/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=ROWS
// ROWS: memref.alloc() : memref<1280xi32>
// And none where filters less their zero point are no bytes.
// RUN: sed 's/11812/10948/; s/<4x3x3x/<8x3x3x/g; s/6x5x4x/12x9x8x/g; s/6x5x/12x9x/g; s/8x7x16/14x11x16/g; s/<4xi32>/<8xi32>/g; s/%5 = arith.extsi/%5 = arith.extui/; s/%7 = arith.addi %o, %6/%7 = arith.addi %6, %o/; s/dense<1>/dense<-1>/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=DIRECT

// Without the instructions there are no such kernels.
// RUN: sed 's/"smlad"/"smlabb"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.winograd
// Nor where code is to be small, and where weights have no room: 2084 bytes in place of
// 592, which are all constants, and the code is taken to have 2 * (4096 + 768).
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 1000/; s/dlc.flash_limit = 11812 : i64/dlc.flash_limit = 11812 : i64, dlc.optimise_size/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 1000/; s/dlc.flash_limit = 11812/dlc.flash_limit = 11811/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// A fifth of the constants without a budget.
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 1000/; s/, dlc.flash_limit = 11812 : i64//' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// Where the points of 20 channels, 640 bytes, and their pixels have no room.
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 959/; s/x16xi8/x20xi8/g; s/11812/20000/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// Filters of five columns; features that are no blocks.
// RUN: sed 's/x3x3x16xi8/x3x5x16xi8/g; s/low\[1, 1, 0\] high\[1, 1, 0\]/low[1, 2, 0] high[1, 2, 0]/; s/8x7x16xi8/8x9x16xi8/; s/11812/20000/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// RUN: sed 's/<4x3x3x/<6x3x3x/g; s/6x5x4x/6x5x6x/g; s/<4xi32>/<6xi32>/g; s/11812/20000/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// Tiles of which no pixel exists.
// RUN: sed 's/low\[1, 1, 0\] high\[1, 1, 0\]/low[3, 1, 0] high[0, 1, 0]/; s/8x7x16xi8/9x7x16xi8/; s/6x5x4x/7x5x4x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// Sums that do not fit 32 bits four times, a rescaling that no high word is.
// RUN: sed 's/dense<7>/dense<536870000>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// RUN: sed 's/constant 549755813888/constant 4611686018427387903/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DIRECT
// DIRECT-NOT: kernel.winograd
// DIRECT: kernel.columns
// DIRECT-NOT: kernel.winograd

// A 3x3 convolution of bytes by Winograd's algorithm, on a target that multiplies and
// adds up two pairs of halfwords at a time.

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

// 521 = 1 + 4 * (16 * 16 / 2 + 2) words: the addend, and for each feature points, the
// bias and the multiplier.
// CHECK: memref.global "private" constant @w_packed : memref<521xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<6x5x16xi8>, %{{.*}}: memref<521xi32> {nn.constant}, %{{.*}}: memref<6x5x4xi8>)
// CHECK-DAG: %[[POINTS:.*]] = memref.alloc() : memref<128xi32>
// CHECK-DAG: %[[BESIDE:.*]] = memref.alloc() : memref<256xi8>
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK: scf.for %[[J:.*]] = %c0 to %c3
// One tile of three by three reaches beyond no side.
// CHECK: scf.if
// CHECK: kernel.winograd_input %{{.*}} every %c80, %{{.*}} {channels = 16 : i64, from = si8, {{.*}} pixel = 16 : i64, tiles = 1 : i64, to = si16}
// CHECK: else
// CHECK: kernel.fill %{{.*}} for %c256 {{.*}} value = -3 : i64
// CHECK: scf.for
// CHECK: kernel.copy %{{.*}} every %c16, %{{.*}} {bytes = 16 : i64,
// CHECK: kernel.winograd_input %{{.*}} every %c64,
// Of five columns the last tile has one.
// CHECK: scf.if
// CHECK: kernel.winograd_columns %{{.*}}, %{{.*}}, %{{.*}} every %c20 {block = 4 : i64, channels = 16 : i64, features = 4 : i64, {{.*}} products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 10, min = -128, max = 127>, tiles = 1 : i64}
// CHECK: else
// CHECK: kernel.winograd_columns %{{.*}}, %{{.*}}, %{{.*}} every %c8 {
// CHECK: kernel.copy %{{.*}} every %c4, %{{.*}} {bytes = 4 : i64,
// CHECK: } {arena.any_order
module attributes {dlc.target = #target, dlc.flash_limit = 11812 : i64} {
  memref.global "private" constant @w : memref<4x3x3x16xi8> = dense<1>
  memref.global "private" constant @b : memref<4xi32> = dense<7>
  func.func @main(%x: memref<6x5x16xi8>, %y: memref<6x5x4xi8>) {
    %w = memref.get_global @w : memref<4x3x3x16xi8>
    %b = memref.get_global @b : memref<4xi32>
    call @stage(%x, %w, %b, %y) : (memref<6x5x16xi8>, memref<4x3x3x16xi8>, memref<4xi32>, memref<6x5x4xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<6x5x16xi8>, %w: memref<4x3x3x16xi8> {nn.constant}, %b: memref<4xi32> {nn.constant}, %y: memref<6x5x4xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<6x5x16xi8> to tensor<6x5x16xi8>
    %wt = bufferization.to_tensor %w restrict : memref<4x3x3x16xi8> to tensor<4x3x3x16xi8>
    %bt = bufferization.to_tensor %b restrict : memref<4xi32> to tensor<4xi32>
    %zero = arith.constant 0 : i32
    %point = arith.constant -3 : i32
    %padding = arith.constant -3 : i8
    %addend = arith.constant 549755813888 : i64
    %factor = arith.constant 1073741825 : i64
    %shift = arith.constant 40 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %p = tensor.pad %xt low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %padding : i8
    } : tensor<6x5x16xi8> to tensor<8x7x16xi8>
    %e = tensor.empty() : tensor<6x5x4xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<6x5x4xi32>) -> tensor<6x5x4xi32>
    %s = linalg.generic {indexing_maps = [affine_map<(h, w, n, r, s, k) -> (h + r, w + s, k)>, affine_map<(h, w, n, r, s, k) -> (n, r, s, k)>, affine_map<(h, w, n, r, s, k) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p, %wt : tensor<8x7x16xi8>, tensor<4x3x3x16xi8>) outs(%i : tensor<6x5x4xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %2 = arith.extsi %a : i8 to i32
      %3 = arith.subi %2, %point : i32
      %5 = arith.extsi %c : i8 to i32
      %6 = arith.muli %3, %5 : i32
      %7 = arith.addi %o, %6 : i32
      linalg.yield %7 : i32
    } -> tensor<6x5x4xi32>
    %r = tensor.empty() : tensor<6x5x4xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(h, w, n) -> (h, w, n)>, affine_map<(h, w, n) -> (n)>, affine_map<(h, w, n) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %bt : tensor<6x5x4xi32>, tensor<4xi32>) outs(%r : tensor<6x5x4xi8>) {
    ^bb0(%a: i32, %c: i32, %o: i8):
      %0 = arith.addi %a, %c : i32
      %1 = arith.extsi %0 : i32 to i64
      %3 = arith.muli %1, %factor : i64
      %4 = arith.addi %3, %addend : i64
      %5 = arith.shrsi %4, %shift : i64
      %6 = arith.maxsi %5, %low : i64
      %8 = arith.minsi %6, %high : i64
      %9 = arith.trunci %8 : i64 to i8
      linalg.yield %9 : i8
    } -> tensor<6x5x4xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<6x5x4xi8>, memref<6x5x4xi8>) -> ()
    return
  }
}
