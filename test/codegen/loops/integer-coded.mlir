// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s

// Under a budget of flash, where a byte is worth many instructions: weights are codes of their bytes.
// 128 columns of 64 bytes and 8 more are four panels of 32, which are decoded into scratch memory,
// once each, before any position is computed.

// One value: a bit for each weight. Of the codes the stage knows as many words as there are.
// CHECK: memref.global "private" constant @w_packed : memref<[[WORDS:[0-9]+]]xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<1x64xi8>, %[[W:.*]]: memref<[[WORDS]]xi32> {nn.constant}, %{{.*}}: memref<1x128xi8>
// CHECK-SAME: dlc.storage = {{{.*}}dense_bytes = 9220 : i64, {{.*}}form = "Huffman 8 bits", forms = 2 : i64, {{.*}}weights = 8192 : i64}
// Table and panel: 2^9 halfwords and 14 words; 32 columns and 4 bytes, and a word.
// CHECK-DAG: memref.alloc() : memref<270xi32>
// CHECK-DAG: memref.alloc() : memref<578xi32>
// CHECK: kernel.spread_codes %{{.*}} {bits = 9 : i64
// CHECK: scf.for %[[PANEL:.*]] = %{{.*}} {
// CHECK: %[[AT:.*]] = memref.load %{{.*}}[%[[PANEL]]]
// CHECK: arith.index_castui %[[AT]]
// CHECK: kernel.decode {{.*}} {bits = 9 : i64
// CHECK: kernel.columns

// Callers of one stage have codes of their own, and no more of them than they need: with other biases
// there are more.
// RUN: sed '/func.func @main/,/return/s/^    return$/    %%c = memref.get_global @c : memref<128xi32>\n    call @stage(%%x, %%w, %%c, %%m, %%y) : (memref<1x64xi8>, memref<128x64xi8>, memref<128xi32>, memref<128xi32>, memref<1x128xi8>) -> ()\n    return/; s/^  memref.global "private" constant @b .*/&\n  memref.global "private" constant @c : memref<128xi32> = dense<305419896>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=TWO
// TWO-DAG: memref.global "private" constant @[[LESS:w_packed.*]] : memref<346xi32>
// TWO-DAG: memref.global "private" constant @[[MORE:w_packed.*]] : memref<[[WORDS:3[5-9].]]xi32>
// TWO: %[[ALL:.*]] = memref.get_global @{{.*}} : memref<[[WORDS]]xi32>
// TWO: %[[KNOWN:.*]] = arena.view %[[ALL]] {byte_offset = 0 : i64} : memref<[[WORDS]]xi32> to memref<346xi32>
// TWO: call @stage(%{{.*}}, %{{.*}}, %{{.*}}) : (memref<1x64xi8>, memref<346xi32>, memref<1x128xi8>) -> ()
// TWO: call @stage(%{{.*}}, %[[KNOWN]], %{{.*}}) : (memref<1x64xi8>, memref<346xi32>, memref<1x128xi8>) -> ()

// Where zeros are left out weights and the gaps between their places have a code each: 128 columns of 4 weights, one in 16, and
// one factor for all. A panel's numbers are copied, its count of weights is written behind them, and gaps become places.
// RUN: %python -c "import sys; print(sys.stdin.read().replace('dense<100>', 'dense<\"0x' + ('64' + '00' * 15) * 512 + '\">'))" < %s \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=GAPS
// GAPS: func.func private @stage(%{{.*}}, %[[W:.*]]: memref<[[WORDS:[0-9]+]]xi32> {nn.constant}
// GAPS-SAME: dlc.storage = {{{.*}}form = "Huffman nonzeros", {{.*}}nonzeros = 512 : i64
// GAPS-DAG: memref.alloc() : memref<270xi32>
// GAPS-DAG: memref.alloc() : memref<270xi32>
// GAPS-DAG: %[[PANEL:.*]] = memref.alloc() : memref<420xi32>
// GAPS: kernel.spread_codes %[[FIRST:.*]], %{{.*}} {bits = 9 : i64
// GAPS: kernel.spread_codes %[[SECOND:.*]], %{{.*}} {bits = 9 : i64
// GAPS: %[[MASK:.*]] = arith.constant 65535 : i32
// GAPS: %[[COUNT:.*]] = arith.andi %{{.*}}, %[[MASK]] : i32
// GAPS: %[[WEIGHTS:.*]] = arith.index_castui %[[COUNT]] : i32 to index
// GAPS: kernel.copy %{{.*}} every %{{.*}}, %{{.*}} for %{{.*}} {bytes = 4 : i64
// GAPS: memref.store %[[COUNT]], %[[PANEL]][%{{.*}}] : memref<420xi32>
// GAPS: kernel.decode %{{.*}}, %[[FIRST]], %{{.*}}, %{{.*}} for %[[WEIGHTS]] {bits = 9 : i64
// GAPS: kernel.decode %{{.*}}, %[[SECOND]], %{{.*}}, %[[PLACES:.*]] for %[[BYTES:.*]] {bits = 9 : i64
// GAPS: kernel.sum_gaps %[[PLACES]] for %[[BYTES]]
// GAPS: kernel.sparse_columns

// Not without a budget, without a price, or where whole bytes are asked for.
// RUN: sed 's/dlc.flash_limit = 65536 : i64, //' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/dlc.byte_price = 1000000 : i64, //' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/dlc.byte_price/dlc.dense_storage, dlc.byte_price/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// Nor where a few weights are less than what says which codes there are.
// RUN: sed 's/128x64xi8/4x16xi8/g; s/1x64x/1x16x/g; s/128xi32/4xi32/g; s/1x128x/1x4x/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.decode
// NONE: kernel.columns
// NONE-NOT: kernel.decode

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

module attributes {dlc.byte_price = 1000000 : i64, dlc.flash_limit = 65536 : i64, dlc.target = #target} {
  memref.global "private" constant @w : memref<128x64xi8> = dense<100>
  memref.global "private" constant @b : memref<128xi32> = dense<7>
  memref.global "private" constant @m : memref<128xi32> = dense<536870912>
  func.func @main(%x: memref<1x64xi8>, %y: memref<1x128xi8>) {
    %w = memref.get_global @w : memref<128x64xi8>
    %b = memref.get_global @b : memref<128xi32>
    %m = memref.get_global @m : memref<128xi32>
    call @stage(%x, %w, %b, %m, %y) : (memref<1x64xi8>, memref<128x64xi8>, memref<128xi32>, memref<128xi32>, memref<1x128xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<1x64xi8>, %w: memref<128x64xi8> {nn.constant}, %b: memref<128xi32> {nn.constant}, %m: memref<128xi32> {nn.constant}, %y: memref<1x128xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<1x64xi8> to tensor<1x64xi8>
    %wt = bufferization.to_tensor %w restrict : memref<128x64xi8> to tensor<128x64xi8>
    %bt = bufferization.to_tensor %b restrict : memref<128xi32> to tensor<128xi32>
    %mt = bufferization.to_tensor %m restrict : memref<128xi32> to tensor<128xi32>
    %zero = arith.constant 0 : i32
    %addend = arith.constant 549755813888 : i64
    %shift = arith.constant 40 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %e = tensor.empty() : tensor<1x128xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x128xi32>) -> tensor<1x128xi32>
    %s = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%xt, %wt : tensor<1x64xi8>, tensor<128x64xi8>) outs(%i : tensor<1x128xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %0 = arith.extsi %a : i8 to i32
      %2 = arith.extsi %c : i8 to i32
      %3 = arith.muli %0, %2 : i32
      %4 = arith.addi %o, %3 : i32
      linalg.yield %4 : i32
    } -> tensor<1x128xi32>
    %r = tensor.empty() : tensor<1x128xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%s, %bt, %mt : tensor<1x128xi32>, tensor<128xi32>, tensor<128xi32>) outs(%r : tensor<1x128xi8>) {
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
    } -> tensor<1x128xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<1x128xi8>, memref<1x128xi8>) -> ()
    return
  }
}
