// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s

// Weights whose values fit 4 bits, on cores where that takes fewer instructions
// than whole bytes: four columns at a time, of which two are one product.

// 1 + 2 (4 + 320 / 4 * 2 + 4) words: the addend, then for each of two blocks four
// biases, two words for each four elements, four multipliers.
// CHECK: memref.global "private" constant @w_packed : memref<337xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<1x320xi8>, %{{.*}}: memref<337xi32> {nn.constant}, %{{.*}}: memref<1x8xi8>)
// CHECK-SAME: dlc.storage = {bytes = 1348 : i64, dense_bytes = 2628 : i64, dense_instructions = {{.*}}, form = "4 bits", {{.*}}instructions = {{.*}}}
// CHECK-NOT: memref.alloc
// CHECK: kernel.columns {{.*}} #kernel.products<si8 * si4 -> i32, group = 1>, {{.*}}steps = 320 : i64, {{.*}}tile = #kernel.tile<positions = 1, columns = 4>, unroll = 16 : i64}

// Values of 2 bits take half of that.
// RUN: sed 's/"smlad"/"mla"/; s/dense<3>/dense<1>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=TWO
// TWO: memref<177xi32> {nn.constant}
// TWO: kernel.columns {{.*}} #kernel.products<si8 * si2 -> i32, group = 1>

// Not with one value that needs 5 bits, nor where whole bytes are asked for.
// RUN: sed 's/"smlad"/"mla"/; s/dense<3>/dense<8>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// RUN: sed 's/"smlad"/"mla"/; s/module attributes {/module attributes {dlc.dense_storage, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// BYTES: dlc.storage = {bytes = 2628 : i64, dense_bytes = 2628 : i64, {{.*}}form = "8 bits", forms = 1 : i64, {{.*}}nonzeros = 2560 : i64, weights = 2560 : i64}
// BYTES: kernel.columns {{.*}} #kernel.products<si8 * si8 -> i32, group = 1>

// What counts is the difference to the weights' zero point.
// RUN: sed 's/"smlad"/"mla"/; s/dense<3>/dense<100>/; s/%%2 = arith.extsi %%c : i8 to i32/%%w0 = arith.constant 99 : i32 %%8 = arith.extsi %%c : i8 to i32 %%2 = arith.subi %%8, %%w0 : i32/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=TWO

// Several positions: words of four, of which a product of two columns each.
// RUN: sed 's/"smlad"/"mla"/; s/1x320/32x320/g; s/1x8x/32x8x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=TILES
// TILES: kernel.widen_tile {{.*}} {{{.*}}positions = 4 : i64, products = #kernel.products<si32 * si4 -> i32, group = 1>, stride = 320 : i64}
// TILES: kernel.columns {{.*}} #kernel.products<si32 * si4 -> i32, group = 1>, {{.*}}tile = #kernel.tile<positions = 4, columns = 2>

// Without products of more than 32 bits it is the same.
// RUN: sed 's/"smlad"/"muls adds"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=MULS
// MULS: kernel.columns {{.*}} #kernel.products<si8 * si4 -> i32, group = 1>, {{.*}}limbs = 2 {{.*}}tile = #kernel.tile<positions = 1, columns = 4>

// SMLAD takes a tenth more instructions than for bytes: where bytes are to be
// few, and not if more than a quarter of them would be added.
// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s --check-prefix=FAST
// FAST: kernel.columns {{.*}}combined{{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// RUN: sed 's/module attributes {/module attributes {dlc.optimise_size, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SMALL
// SMALL: kernel.widen {{.*}}, %{{.*}} for %{{.*}} {{{.*}}products = #kernel.products<si16 * si4 -> i32, group = 4>}
// SMALL: kernel.columns {{.*}} #kernel.products<si16 * si4 -> i32, group = 4>, {{.*}}steps = 80 : i64, {{.*}}tile = #kernel.tile<positions = 1, columns = 4>, unroll = 10 : i64}
// The fourth column's sum is 2^12 times what it would be:
// RUN: sed 's/module attributes {/module attributes {dlc.optimise_size, /; s/dense<7>/dense<524287>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WIDE
// WIDE: kernel.columns {{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// and its word has to be full.
// RUN: sed 's/module attributes {/module attributes {dlc.optimise_size, /; s/<8x/<6x/g; s/<8xi32/<6xi32/g; s/x8xi/x6xi/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WIDE
// A layer saves less than its own kernel takes.
// RUN: sed 's/module attributes {/module attributes {dlc.optimise_size, /; s/320x/64x/g; s/x320/x64/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=WIDE

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<8x320xi8> = dense<3>
  memref.global "private" constant @b : memref<8xi32> = dense<7>
  memref.global "private" constant @m : memref<8xi32> = dense<536870912>
  func.func @main(%x: memref<1x320xi8>, %y: memref<1x8xi8>) {
    %w = memref.get_global @w : memref<8x320xi8>
    %b = memref.get_global @b : memref<8xi32>
    %m = memref.get_global @m : memref<8xi32>
    call @stage(%x, %w, %b, %m, %y) : (memref<1x320xi8>, memref<8x320xi8>, memref<8xi32>, memref<8xi32>, memref<1x8xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<1x320xi8>, %w: memref<8x320xi8> {nn.constant}, %b: memref<8xi32> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<1x8xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<1x320xi8> to tensor<1x320xi8>
    %wt = bufferization.to_tensor %w restrict : memref<8x320xi8> to tensor<8x320xi8>
    %bt = bufferization.to_tensor %b restrict : memref<8xi32> to tensor<8xi32>
    %mt = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %zero = arith.constant 0 : i32
    %addend = arith.constant 549755813888 : i64
    %shift = arith.constant 40 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %e = tensor.empty() : tensor<1x8xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x8xi32>) -> tensor<1x8xi32>
    %s = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%xt, %wt : tensor<1x320xi8>, tensor<8x320xi8>) outs(%i : tensor<1x8xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %0 = arith.extsi %a : i8 to i32
      %2 = arith.extsi %c : i8 to i32
      %3 = arith.muli %0, %2 : i32
      %4 = arith.addi %o, %3 : i32
      linalg.yield %4 : i32
    } -> tensor<1x8xi32>
    %r = tensor.empty() : tensor<1x8xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%s, %bt, %mt : tensor<1x8xi32>, tensor<8xi32>, tensor<8xi32>) outs(%r : tensor<1x8xi8>) {
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
    } -> tensor<1x8xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<1x8xi8>, memref<1x8xi8>) -> ()
    return
  }
}
