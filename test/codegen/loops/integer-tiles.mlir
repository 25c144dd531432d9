// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Without the instruction there are no such kernels:
// RUN: sed 's/"smlad"/"mul"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// A multiplication in vectors is none of cores:
// RUN: sed 's/"smlad", lanes = 1/"mla", lanes = 4/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.columns
// One product at a time: for few features the rows' bytes are read as they lie.
// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SINGLE
// SINGLE: memref.global "private" constant @w_packed : memref<19xi32> = dense<[256, 409, 67305985,
// SINGLE-NOT: memref.alloc()
// SINGLE: kernel.columns {{.*}} #kernel.products<si8 * si8 -> i32, group = 1>, {{.*}}steps = 16 : i64, {{.*}}tile = #kernel.tile<positions = 8, columns = 1>, unroll = 4 : i64}
// For many elements become words, five positions of them.
// RUN: sed 's/"smlad"/"mla"/; s/dense<\[\[.*\]\]>/dense<9>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<12x/g; s/24x3x/24x12x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=MANY
// MANY: memref.alloc() {{.*}}: memref<80xi32>
// MANY: kernel.widen_tile {{.*}} {{{.*}}from = si8, groups = 16 : i64, {{.*}}positions = 5 : i64, products = #kernel.products<si32 * si8 -> i32, group = 1>, stride = 16 : i64}
// MANY: kernel.columns {{.*}} #kernel.products<si32 * si8 -> i32, group = 1>, {{.*}}steps = 16 : i64, {{.*}}tile = #kernel.tile<positions = 5, columns = 1>, unroll = 16 : i64}
// Short products: weights without a sign, and multipliers in limbs.
// RUN: sed 's/"smlad"/"muls adds"/; s/module attributes {/module attributes {dlc.dense_storage, /; s/dense<\[\[.*\]\]>/dense<1>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<12x/g; s/24x3x/24x12x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SHORT
// -128, the bias 1 + 3 * 16 less the least sum between the bounds (-127.5 * 16 is
// more than those of the data), and 129 as bytes.
// SHORT: memref.global "private" constant @w_packed : memref<109xi32> = dense<"0x80FFFFFF0008000081818181818181818181818181818181
// SHORT: memref.alloc() {{.*}}: memref<80xi32>
// SHORT: kernel.columns {{.*}}moved, products = #kernel.products<si32 * ui8 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 16>, {{.*}}tile = #kernel.tile<positions = 5, columns = 1>
// With room for twice the weights these are words of two columns, 9 + 65536 * 9, behind what both sums
// of a pair start with; elements of one position are multiplied with four columns.
// RUN: sed 's/"smlad"/"muls adds"/; s/module attributes {/module attributes {dlc.flash_limit = 100000 : i64, /; s/dense<\[\[.*\]\]>/dense<9>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<12x/g; s/24x3x/24x12x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=PAIRS
// PAIRS: memref.global "private" constant @w_packed : memref<156xi32> = dense<"0x00480048004800000048004800480000{{(09000900)+}}
// PAIRS: kernel.columns {{.*}} {combined, {{.*}}products = #kernel.products<si8 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, {{.*}}, steps = 16 : i64, {{.*}}tile = #kernel.tile<positions = 1, columns = 4>, unroll = 16 : i64}
// Where there are none the kernel stores sums, block by block.
// RUN: sed 's/"smlad"/"muls adds"/; s/x16xi8/x640xi8/g; s/dense<\[\[.*\]\]>/dense<1>/; s/dense<\[536.*\]>/dense<0>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SUMS
// One row is read where it lies, and there is no scratch memory.
// RUN: sed 's/"smlad"/"mla"/; s/24x/1x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=ROW
// ROW-NOT: memref.alloc()
// ROW-NOT: kernel.widen
// ROW: kernel.columns {{.*}} #kernel.products<si8 * si8 -> i32, group = 1>, {{.*}}tile = #kernel.tile<positions = 1, columns = 3>
// So is one that would take more when widened than memory may be taken for it:
// RUN: sed 's/24x/1x/g; s/x16xi8/x640xi8/g; s/dense<\[\[.*\]\]>/dense<1>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<4x/g; s/1x3x/1x4x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=LONG
// LONG-NOT: memref.alloc()
// LONG-NOT: kernel.widen
// LONG: kernel.columns {{.*}}combined, {{.*}}#kernel.products<si8 * si8 -> i32, group = 4>, {{.*}}steps = 160 : i64, {{.*}}tile = #kernel.tile<positions = 1, columns = 4>
// Not where there is memory; nor where a group is not whole, which would be read beyond its end.
// RUN: sed 's/nn.stage = "s"/nn.stage = "s", arena.max_scratch = 1280 : i64/; s/24x/1x/g; s/x16xi8/x640xi8/g; s/dense<\[\[.*\]\]>/dense<1>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<40x/g; s/1x3x/1x40x/g; s/tensor<3xi32>/tensor<40xi32>/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WIDE
// RUN: sed 's/24x/1x/g; s/x16xi8/x639xi8/g; s/dense<\[\[.*\]\]>/dense<1>/; s/dense<\[1, 2, 3\]>/dense<1>/; s/dense<\[536.*\]>/dense<536870912>/; s/<3x/<4x/g; s/1x3x/1x4x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WIDE
// WIDE: memref.alloc() {{.*}}: memref<320xi32>
// WIDE: kernel.widen
// WIDE: kernel.columns {{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// One weight that the others are not: nothing is combined, and with a zero point
// of the weights they are halfwords.
// RUN: sed 's/dense<\[\[1, 2, /dense<[[-1, -128, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// BYTES-NOT: combined
// BYTES: kernel.columns {{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// RUN: sed 's/%2 = arith.extsi %c : i8 to i32/%8 = arith.extsi %c : i8 to i32 %2 = arith.subi %8, %%point : i32/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WORDS
// WORDS: kernel.columns {{.*}} #kernel.products<si16 * si16 -> i32, group = 4>
// And where a budget leaves room for three times the weights, which is 48 bytes of them,
// bias and multipliers, twice an estimate of the code, and those.
// RUN: sed 's/module attributes {/module attributes {dlc.flash_limit = 100000 : i64, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WORDS
// RUN: sed 's/module attributes {/module attributes {dlc.flash_limit = 150 : i64, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=FULL
// RUN: sed 's/module attributes {/module attributes {dlc.dense_storage, dlc.flash_limit = 100000 : i64, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=FULL
// FULL: kernel.columns {{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// A rescaling that no high word is: products in kernels, the rest is the stage's.
// RUN: sed 's/x16xi8/x64xi8/g; s/dense<\[\[.*\]\]>/dense<1>/; s/constant 549755813888/constant 4611686018427387903/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SUMS
// SUMS-NOT: rescale =
// SUMS: kernel.columns
// SUMS: arith.shrsi {{.*}} : i64
// Rows of the stage's own, since they are padded with what is no zero point.
// RUN: sed 's/24x16xi8/24x12xi8/g; s/ins(.xt, .wt : tensor<24x12xi8>/ins(%%wide, %%wt : tensor<24x16xi8>/; s/.point = .*/& %%one = arith.constant 1 : i8 %%wide = tensor.pad %%xt low[0, 0] high[0, 4] { ^bb0(%%i0: index, %%i1: index): tensor.yield %%one : i8 } : tensor<24x12xi8> to tensor<24x16xi8>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=OWN
// OWN: memref.alloc() : memref<384xi8>
// OWN: kernel.widen_tile
// OWN: kernel.columns

// Sums of products of bytes by kernels, on a target that multiplies and adds up two
// pairs of halfwords at a time, and what they need.

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

// A product of 24 rows: tiles of six, widened together. The bias and the factors
// are in the stream and no arguments any more: the addend, then for each of the
// three columns a bias, four groups and a multiplier.
// CHECK-LABEL: memref.global "private" constant @w_packed : memref<19xi32> = dense<
// 65536 = (0 + 1/2) << 17; 256 (1 + 3 * (1 + 2 + ... + 16)) - 127 (1 + 3 + ... + 15)
// CHECK-SAME: [65536, 96576, 67305985, 134678021, 202050057, 269422093, 1073741824,
// CHECK-NOT: memref.global "private" constant @b
// CHECK: call @stage(%{{.*}}, %{{.*}}, %{{.*}}) : (memref<24x16xi8>, memref<19xi32>, memref<24x3xi8>) -> ()
// CHECK: func.func private @stage(%{{.*}}: memref<24x16xi8>, %[[W:.*]]: memref<19xi32> {nn.constant}, %{{.*}}: memref<24x3xi8>)
// CHECK: %[[TILE:.*]] = memref.alloc() : memref<48xi32>
// CHECK: scf.for
// CHECK: kernel.widen_tile %{{.*}}, %[[AT:.*]] {combined, from = si8, groups = 4 : i64, {{.*}}positions = 6 : i64, {{.*}}stride = 16 : i64}
// CHECK: kernel.columns %{{.*}}, %{{.*}} for %c3, %{{.*}} {combined, {{.*}}rescale = #kernel.rescale<si8, shift = 17, min = -128, max = 127>, steps = 4 : i64, stride = 3 : i64, tile = #kernel.tile<positions = 6, columns = 1>, unroll = 4 : i64}
// CHECK: } {arena.any_order
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<3x16xi8> = dense<[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]>
  memref.global "private" constant @b : memref<3xi32> = dense<[1, 2, 3]>
  memref.global "private" constant @m : memref<3xi32> = dense<[536870912, 536870912, 536870911]>
  func.func @main(%x: memref<24x16xi8>, %y: memref<24x3xi8>) {
    %w = memref.get_global @w : memref<3x16xi8>
    %b = memref.get_global @b : memref<3xi32>
    %m = memref.get_global @m : memref<3xi32>
    call @stage(%x, %w, %b, %m, %y) : (memref<24x16xi8>, memref<3x16xi8>, memref<3xi32>, memref<3xi32>, memref<24x3xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<24x16xi8>, %w: memref<3x16xi8> {nn.constant}, %b: memref<3xi32> {nn.constant}, %m: memref<3xi32> {nn.constant}, %y: memref<24x3xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<24x16xi8> to tensor<24x16xi8>
    %wt = bufferization.to_tensor %w restrict : memref<3x16xi8> to tensor<3x16xi8>
    %bt = bufferization.to_tensor %b restrict : memref<3xi32> to tensor<3xi32>
    %mt = bufferization.to_tensor %m restrict : memref<3xi32> to tensor<3xi32>
    %zero = arith.constant 0 : i32
    %point = arith.constant -3 : i32
    %addend = arith.constant 549755813888 : i64
    %shift = arith.constant 40 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %e = tensor.empty() : tensor<24x3xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<24x3xi32>) -> tensor<24x3xi32>
    %s = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%xt, %wt : tensor<24x16xi8>, tensor<3x16xi8>) outs(%i : tensor<24x3xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %0 = arith.extsi %a : i8 to i32
      %1 = arith.subi %0, %point : i32
      %2 = arith.extsi %c : i8 to i32
      %3 = arith.muli %1, %2 : i32
      %4 = arith.addi %o, %3 : i32
      linalg.yield %4 : i32
    } -> tensor<24x3xi32>
    %r = tensor.empty() : tensor<24x3xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%s, %bt, %mt : tensor<24x3xi32>, tensor<3xi32>, tensor<3xi32>) outs(%r : tensor<24x3xi8>) {
    ^bb0(%a: i32, %c: i32, %f: i32, %o: i8):
      %0 = arith.addi %a, %c : i32
      %1 = arith.extsi %0 : i32 to i64
      %2 = arith.extsi %f : i32 to i64
      %3 = arith.muli %1, %2 : i64
      %4 = arith.addi %3, %addend : i64
      %5 = arith.shrsi %4, %shift : i64
      %6 = arith.maxsi %5, %low : i64
      %7 = arith.minsi %6, %high : i64
      %8 = arith.trunci %7 : i64 to i8
      linalg.yield %8 : i8
    } -> tensor<24x3xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<24x3xi8>, memref<24x3xi8>) -> ()
    return
  }
}
