// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s

// Signs times signs, 320 of each: ten words of bits, of which as many as differ
// are counted for one column at a time.

// 1 + 8 (1 + 10 + 1) words: the addend, then for each column its bias, bits and
// multiplier.
// CHECK: memref.global "private" constant @w_packed : memref<97xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<1x320xi8> {nn.values = array<i64: -1, 1>}, %{{.*}}: memref<97xi32> {nn.constant}, %{{.*}}: memref<1x8xi8>)
// CHECK-SAME: dlc.storage = {bytes = 388 : i64, dense_bytes = 2628 : i64, dense_instructions = {{.*}}, form = "1 bit", {{.*}}instructions = {{.*}}}
// CHECK: memref.alloc() : memref<10xi32>
// CHECK: kernel.widen {{.*}} {from = si8, {{.*}}positions = 1 : i64, products = #kernel.products<si1 * si1 -> i32, group = 32>}
// CHECK: kernel.columns {{.*}} #kernel.products<si1 * si1 -> i32, group = 32>, {{.*}}steps = 10 : i64, {{.*}}tile = #kernel.tile<positions = 1, columns = 1>, unroll = 10 : i64}

// The same in the DSP extension and without products of more than 32 bits.
// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s --check-prefix=SIGNS
// RUN: sed 's/"smlad"/"muls adds"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SIGNS
// SIGNS: kernel.columns {{.*}} #kernel.products<si1 * si1 -> i32, group = 32>

// Zeros among the data have bits of their own.
// RUN: sed 's/array<i64: -1, 1>/array<i64: -1, 0, 1>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=ZEROS
// ZEROS: memref.alloc() : memref<20xi32>
// ZEROS: kernel.widen {{.*}} #kernel.products<si2 * si1 -> i32, group = 32>
// ZEROS: kernel.columns {{.*}} #kernel.products<si2 * si1 -> i32, group = 32>

// What does not fill words is gathered, and filled up with bytes of 0; long sums
// are counted in equal parts: 20 words, two of which more than there are.
// RUN: sed 's/320x/590x/g; s/x320/x590/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=FILLED
// FILLED: memref.alloc() : memref<640xi8>
// FILLED: %[[TAIL:.*]] = arith.constant 50 : index
// FILLED: kernel.copy
// FILLED: kernel.columns {{.*}}steps = 20 : i64, {{.*}}unroll = 10 : i64}

// Not of other weights or data, nor where whole bytes are asked for.
// RUN: sed 's/memref<8x320xi8> = dense<1>/memref<8x320xi8> = dense<3>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// RUN: sed 's/{nn.values = array<i64: -1, 1>}//' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// RUN: sed 's/module attributes {/module attributes {dlc.dense_storage, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=BYTES
// BYTES-NOT: group = 32

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<8x320xi8> = dense<1>
  memref.global "private" constant @b : memref<8xi32> = dense<7>
  memref.global "private" constant @m : memref<8xi32> = dense<536870912>
  func.func @main(%x: memref<1x320xi8>, %y: memref<1x8xi8>) {
    %w = memref.get_global @w : memref<8x320xi8>
    %b = memref.get_global @b : memref<8xi32>
    %m = memref.get_global @m : memref<8xi32>
    call @stage(%x, %w, %b, %m, %y) : (memref<1x320xi8>, memref<8x320xi8>, memref<8xi32>, memref<8xi32>, memref<1x8xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<1x320xi8> {nn.values = array<i64: -1, 1>}, %w: memref<8x320xi8> {nn.constant}, %b: memref<8xi32> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<1x8xi8>) attributes {nn.stage = "s"} {
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
