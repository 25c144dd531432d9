// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Without the instruction there are no such kernels, nor for filters of five columns
// and for a rescaling that no high word is.
// RUN: sed 's/"vmladava.s8"/"vmla.i32"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/constant 549755813888/constant 4611686018427387903/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/x3x3xi8/x3x5xi8/g; s/low\[1, 1, 0\] high\[1, 1, 0\]/low[1, 2, 0] high[1, 2, 0]/; s/8x7x8xi8/8x9x8xi8/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.filter
// NONE-NOT: kernel.depthwise
// With less memory one line is copied at a time, and what is outside is filled.
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 400/; s/6x5x8xi8/60x5x8xi8/g; s/8x7x8xi8/62x7x8xi8/; s/6x5x8xi32/60x5x8xi32/g' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=STRIPS
// STRIPS-NOT: arena.in_place
// STRIPS: scf.if
// STRIPS: kernel.copy
// STRIPS: else
// STRIPS: kernel.fill
// Where products are added one by one or in pairs channels become planes, of bytes
// or halfwords, with their padding: five lines of six results, four channels at a time.
// RUN: sed 's/kernels = "mve", vector_bits = 128/vector_bits = 0/; s/"vmladava.s8"/"mla"/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=PLANES,SINGLE
// RUN: sed 's/kernels = "mve", vector_bits = 128/vector_bits = 0/; s/"vmladava.s8"/"smlad"/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=PLANES,PAIRS
// SINGLE: memref.global "private" constant @w_packed : memref<90xi32>
// PAIRS: memref.global "private" constant @w_packed : memref<66xi32>
// PLANES: func.func private @stage(%{{.*}}: memref<6x5x8xi8> {arena.in_place}
// SINGLE: memref.alloc() {{.*}}: memref<56xi32>
// PAIRS: memref.alloc() {{.*}}: memref<112xi32>
// SINGLE: kernel.planes {{.*}}from = si8, {{.*}}odd, pixels = 6 : i64, plane = 56 : i64, stride = 40 : i64, to = si8}
// PAIRS: kernel.planes {{.*}}from = si8, {{.*}}odd, pixels = 6 : i64, plane = 112 : i64, stride = 40 : i64, to = si16}
// PLANES: kernel.depthwise {{.*}}columns = 6 : i64, {{.*}}result_row = 8 : i64, {{.*}}rows = 5 : i64, {{.*}}taps = 3 : i64}
// RUN: sed 's/kernels = "mve", vector_bits = 128/long_multiply = false, vector_bits = 0/; s/"vmladava.s8"/"muls adds"/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=SHORT
// A row of a filter is a word: 1 + 1024 + 1024 * 1024.
// SHORT: memref.global "private" constant @w_packed : memref<64xi32> = dense<[1049601, 1049601, 1049601, 0,
// Padding is 128 more, too: 125.
// SHORT: arith.constant 2105376125 : i32
// SHORT: kernel.depthwise {{.*}} left = si8, {{.*}}limbs = 2 of
// No planes of five columns, nor of a factor that is no high word.
// RUN: sed 's/"vmladava.s8"/"mla"/; s/constant 549755813888/constant 4611686018427387903/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/"vmladava.s8"/"mla"/; s/x3x3xi8/x3x5xi8/g; s/low\[1, 1, 0\] high\[1, 1, 0\]/low[1, 2, 0] high[1, 2, 0]/; s/8x7x8xi8/8x9x8xi8/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE

// Depthwise convolutions of bytes on a target that multiplies and adds up sixteen
// pairs of bytes at a time.

#target = {kernels = "mve", vector_bits = 128 : i64, vector_registers = 8 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 2.0 : f64, instruction = "vmladava.s8", lanes = 1 : i64, left = "i8", products = 16 : i64, right = "i8"}]}
#x = affine_map<(h, w, n, r, s) -> (h + r, w + s, n)>

// All lines of eight channels are copied into padding; the longer side is the line,
// so columns of the image become lines: five of six results. The addend and for each
// channel four words of weights, the bias and the multiplier are the stream.
// CHECK: memref.global "private" constant @w_packed : memref<49xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<6x5x8xi8> {arena.in_place}, %{{.*}}: memref<49xi32> {nn.constant}, %{{.*}}: memref<6x5x8xi8>)
// CHECK-DAG: memref.alloc() : memref<448xi8>
// CHECK-DAG: memref.alloc() : memref<288xi8>
// CHECK: kernel.fill %{{.*}} for %c448 {{.*}} value = -3 : i64
// CHECK: scf.for %{{.*}} = %c0 to %c5
// CHECK: kernel.copy %{{.*}} every %c40, %{{.*}} for %c6 {bytes = 8 : i64,
// CHECK: scf.for %{{.*}} = %c0 to %c5
// CHECK: kernel.interleave %{{.*}} {channels = 8 : i64, columns = 8 : i64, {{.*}} pitch = 64 : i64, rows = 3 : i64, spacing = 36 : i64}
// CHECK: kernel.filter %{{.*}} {channels = 8 : i64, {{.*}} rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, results = 6 : i64, spacing = 36 : i64, step = 1 : i64, stride = 40 : i64, taps = 3 : i64}
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<8x3x3xi8> = dense<1>
  memref.global "private" constant @b : memref<8xi32> = dense<[1, 2, 3, 4, 5, 6, 7, 8]>
  func.func @main(%x: memref<6x5x8xi8>, %y: memref<6x5x8xi8>) {
    %w = memref.get_global @w : memref<8x3x3xi8>
    %b = memref.get_global @b : memref<8xi32>
    call @stage(%x, %w, %b, %y) : (memref<6x5x8xi8>, memref<8x3x3xi8>, memref<8xi32>, memref<6x5x8xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<6x5x8xi8>, %w: memref<8x3x3xi8> {nn.constant}, %b: memref<8xi32> {nn.constant}, %y: memref<6x5x8xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<6x5x8xi8> to tensor<6x5x8xi8>
    %wt = bufferization.to_tensor %w restrict : memref<8x3x3xi8> to tensor<8x3x3xi8>
    %bt = bufferization.to_tensor %b restrict : memref<8xi32> to tensor<8xi32>
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
    } : tensor<6x5x8xi8> to tensor<8x7x8xi8>
    %e = tensor.empty() : tensor<6x5x8xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<6x5x8xi32>) -> tensor<6x5x8xi32>
    %s = linalg.generic {indexing_maps = [#x, affine_map<(h, w, n, r, s) -> (n, r, s)>, affine_map<(h, w, n, r, s) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%p, %wt : tensor<8x7x8xi8>, tensor<8x3x3xi8>) outs(%i : tensor<6x5x8xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %2 = arith.extsi %a : i8 to i32
      %3 = arith.subi %2, %point : i32
      %5 = arith.extsi %c : i8 to i32
      %6 = arith.muli %3, %5 : i32
      %7 = arith.addi %o, %6 : i32
      linalg.yield %7 : i32
    } -> tensor<6x5x8xi32>
    %r = tensor.empty() : tensor<6x5x8xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(h, w, n) -> (h, w, n)>, affine_map<(h, w, n) -> (n)>, affine_map<(h, w, n) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %bt : tensor<6x5x8xi32>, tensor<8xi32>) outs(%r : tensor<6x5x8xi8>) {
    ^bb0(%a: i32, %c: i32, %o: i8):
      %0 = arith.addi %a, %c : i32
      %1 = arith.extsi %0 : i32 to i64
      %3 = arith.muli %1, %factor : i64
      %4 = arith.addi %3, %addend : i64
      %5 = arith.shrsi %4, %shift : i64
      %6 = arith.maxsi %5, %low : i64
      %7 = arith.minsi %6, %high : i64
      %8 = arith.trunci %7 : i64 to i8
      linalg.yield %8 : i8
    } -> tensor<6x5x8xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<6x5x8xi8>, memref<6x5x8xi8>) -> ()
    return
  }
}
