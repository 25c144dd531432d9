// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s

// Weights of which 16 of 64 in each column are not 0, in four groups of four: those
// groups alone are stored, and their places.

// All columns have one multiplier: it stands behind the addend, once.
// 2 + 16 + 1 + (16 * 16 + 16 * 5) / 4 words: these, biases, how many bytes of weights there are,
// these, and for each column a number and four places.
// CHECK: memref.global "private" constant @w_packed : memref<103xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<1x64xi8>, %{{.*}}: memref<103xi32> {nn.constant}, %{{.*}}: memref<1x16xi8>)
// CHECK-SAME: dlc.storage = {bytes = 412 : i64, dense_bytes = {{.*}}, form = "1x4", {{.*}}instructions = {{.*}}}
// CHECK: kernel.widen {{.*}} #kernel.products<si16 * si8 -> i32, group = 4>
// CHECK: kernel.sparse_columns {{.*}} {{{.*}}places = 80 : i64, products = #kernel.products<si16 * si8 -> i32, group = 4>, {{.*}}shared, steps = 16 : i64, weights = 256 : i64}

// Where one differs each has its own: 1 + 16 (1 + 1) + 1 + 84 words.
// RUN: sed 's/dense<536870912>/dense<"0xFFFFFF1F000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020">/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=OWN
// OWN: func.func private @stage(%{{.*}}: memref<1x64xi8>, %{{.*}}: memref<118xi32> {nn.constant}, %{{.*}}: memref<1x16xi8>)
// OWN: kernel.sparse_columns
// OWN-NOT: shared

// Without the DSP extension each by itself, read where the data lies.
// 2 + 16 + 1 + (16 * 16 + 16 * 17) / 4 words.
// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=ROWS
// ROWS: func.func private @stage(%{{.*}}: memref<1x64xi8>, %{{.*}}: memref<151xi32> {nn.constant}, %{{.*}}: memref<1x16xi8>)
// ROWS-SAME: form = "nonzeros"
// ROWS-NOT: memref.alloc
// ROWS: kernel.sparse_columns {{.*}} {{{.*}}places = 272 : i64, products = #kernel.products<si8 * si8 -> i32, group = 1>, {{.*}}steps = 64 : i64, weights = 256 : i64}
// RUN: sed 's/"smlad"/"muls adds"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=MULS
// MULS: kernel.sparse_columns {{.*}} #kernel.products<si8 * si8 -> i32, group = 1>, {{.*}}limbs = 2

// Of few bytes: the weights of 64 columns have seven values, and each a code. One factor of four
// words, biases, values, and for each column a number, 16 places and 8 bytes of codes:
// 4 + 64 + 1 + 16 / 4 + 64 (1 + 16 + 8) / 4 words.
// RUN: sed -E 's/"smlad"/"muls adds"/; s/module attributes \{/module attributes {dlc.optimise_size, /; s/"0x([0-9A-F]*)"/"0x\1\1\1\1"/; s/<16x64xi8>/<64x64xi8>/g; s/<1x16x/<1x64x/g; s/<16xi32>/<64xi32>/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=CODED
// CODED: func.func private @stage(%{{.*}}: memref<1x64xi8>, %{{.*}}: memref<473xi32> {nn.constant}, %{{.*}}: memref<1x64xi8>)
// CODED-SAME: form = "4-bit nonzeros"
// CODED: kernel.sparse_columns {{.*}} {coded, {{.*}}places = 1600 : i64, products = #kernel.products<si8 * si8 -> i32, group = 1>, {{.*}}shared, {{.*}}weights = 16 : i64}

// Not where most weights are others, nor where whole bytes are asked for.
// RUN: sed 's/dense<"0x[0-9A-F]*">/dense<100>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DENSE
// RUN: sed 's/module attributes {/module attributes {dlc.dense_storage, /' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=DENSE
// DENSE-NOT: kernel.sparse_columns
// DENSE: kernel.columns

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<16x64xi8> = dense<"0x0000000005FD0702000000000000000000000000000000000000000005FD07020000000005FD07020000000000000000000000000000000005FD0702000000000000000005FD0802000000000000000000000000000000000000000005FD08020000000005FD08020000000000000000000000000000000005FD0802000000000000000005FD0902000000000000000000000000000000000000000005FD09020000000005FD09020000000000000000000000000000000005FD0902000000000000000005FD0A02000000000000000000000000000000000000000005FD0A020000000005FD0A020000000000000000000000000000000005FD0A02000000000000000005FD0702000000000000000000000000000000000000000005FD07020000000005FD07020000000000000000000000000000000005FD0702000000000000000005FD0802000000000000000000000000000000000000000005FD08020000000005FD08020000000000000000000000000000000005FD0802000000000000000005FD0902000000000000000000000000000000000000000005FD09020000000005FD09020000000000000000000000000000000005FD0902000000000000000005FD0A02000000000000000000000000000000000000000005FD0A020000000005FD0A020000000000000000000000000000000005FD0A02000000000000000005FD0702000000000000000000000000000000000000000005FD07020000000005FD07020000000000000000000000000000000005FD0702000000000000000005FD0802000000000000000000000000000000000000000005FD08020000000005FD08020000000000000000000000000000000005FD0802000000000000000005FD0902000000000000000000000000000000000000000005FD09020000000005FD09020000000000000000000000000000000005FD0902000000000000000005FD0A02000000000000000000000000000000000000000005FD0A020000000005FD0A020000000000000000000000000000000005FD0A02000000000000000005FD0702000000000000000000000000000000000000000005FD07020000000005FD07020000000000000000000000000000000005FD0702000000000000000005FD0802000000000000000000000000000000000000000005FD08020000000005FD08020000000000000000000000000000000005FD0802000000000000000005FD0902000000000000000000000000000000000000000005FD09020000000005FD09020000000000000000000000000000000005FD0902000000000000000005FD0A02000000000000000000000000000000000000000005FD0A020000000005FD0A020000000000000000000000000000000005FD0A0200000000">
  memref.global "private" constant @b : memref<16xi32> = dense<7>
  memref.global "private" constant @m : memref<16xi32> = dense<536870912>
  func.func @main(%x: memref<1x64xi8>, %y: memref<1x16xi8>) {
    %w = memref.get_global @w : memref<16x64xi8>
    %b = memref.get_global @b : memref<16xi32>
    %m = memref.get_global @m : memref<16xi32>
    call @stage(%x, %w, %b, %m, %y) : (memref<1x64xi8>, memref<16x64xi8>, memref<16xi32>, memref<16xi32>, memref<1x16xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<1x64xi8>, %w: memref<16x64xi8> {nn.constant}, %b: memref<16xi32> {nn.constant}, %m: memref<16xi32> {nn.constant}, %y: memref<1x16xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<1x64xi8> to tensor<1x64xi8>
    %wt = bufferization.to_tensor %w restrict : memref<16x64xi8> to tensor<16x64xi8>
    %bt = bufferization.to_tensor %b restrict : memref<16xi32> to tensor<16xi32>
    %mt = bufferization.to_tensor %m restrict : memref<16xi32> to tensor<16xi32>
    %zero = arith.constant 0 : i32
    %addend = arith.constant 549755813888 : i64
    %shift = arith.constant 40 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %e = tensor.empty() : tensor<1x16xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x16xi32>) -> tensor<1x16xi32>
    %s = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%xt, %wt : tensor<1x64xi8>, tensor<16x64xi8>) outs(%i : tensor<1x16xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %0 = arith.extsi %a : i8 to i32
      %2 = arith.extsi %c : i8 to i32
      %3 = arith.muli %0, %2 : i32
      %4 = arith.addi %o, %3 : i32
      linalg.yield %4 : i32
    } -> tensor<1x16xi32>
    %r = tensor.empty() : tensor<1x16xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%s, %bt, %mt : tensor<1x16xi32>, tensor<16xi32>, tensor<16xi32>) outs(%r : tensor<1x16xi8>) {
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
    } -> tensor<1x16xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<1x16xi8>, memref<1x16xi8>) -> ()
    return
  }
}
