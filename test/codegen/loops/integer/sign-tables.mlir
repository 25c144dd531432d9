// Weights of one magnitude, 100 here, are a bit each, by which sums of four or eight elements are looked up: eight
// columns of 320 weights, 8 (1 + 4) words of biases and factors and 80 of bits.

// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '649c9c64' * 640))" < %s \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s
// CHECK: memref.global "private" constant @w_packed : memref<120xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<1x320xi8>, %{{.*}}: memref<120xi32> {nn.constant}, %{{.*}}: memref<1x8xi8>)
// CHECK-SAME: dlc.storage = {bytes = 480 : i64, {{.*}}form = "1 bit", {{.*}}nonzeros = 2560 : i64, weights = 2560 : i64}
// Eight tables of 16 halfwords, and a sum for each column.
// CHECK: memref.alloc() : memref<72xi32>
// CHECK: kernel.table_columns {{.*}} {block = 4 : i64, features = 8 : i64, from = si8, group = 4 : i64, {{.*}}magnitude = 100 : i64, {{.*}}limbs = {{.*}}steps = 80 : i64, stride = {{.*}}tile = #kernel.tile<positions = 1, columns = 1>, unroll = 8 : i64}

// Two positions share what is looked up where their sums fit 16 bits, and for many columns larger sums pay.
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '649c9c64' * 128))" < %s \
// RUN:   | sed 's/muls adds/mla/; s/1x320/4x64/g; s/8x320/8x64/g; s/1x8x/4x8x/g' \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=TWO
// TWO: form = "1 bit"
// TWO: memref.alloc() : memref<136xi32>
// TWO: kernel.table_columns {{.*}} {block = 8 : i64, features = 8 : i64, from = si8, group = 4 : i64, {{.*}}steps = 16 : i64, stride = 8 : i64, tile = #kernel.tile<positions = 2, columns = 2>, unroll = 8 : i64}
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '649c9c64' * 8192))" < %s \
// RUN:   | sed 's/muls adds/mla/; s/1x320/1x64/g; s/8x320/512x64/g; s/1x8x/1x512x/g; s/<8xi32/<512xi32/g' \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=MANY
// MANY: memref.alloc() : memref<768xi32>
// MANY: kernel.table_columns {{.*}} {block = 8 : i64, features = 512 : i64, from = si8, group = 8 : i64, {{.*}}steps = 8 : i64, {{.*}}unroll = 2 : i64}

// Not with a weight that is 0 or has another magnitude, where all are alike, nor where whole bytes are asked for.
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '00' + '649c9c64' * 639 + '649c9c'))" < %s \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '65' + '649c9c64' * 639 + '649c9c'))" < %s \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '64' * 2560))" < %s \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: %python -c "import sys; print(sys.stdin.read().replace('@SIGNS@', '649c9c64' * 640))" < %s \
// RUN:   | sed 's/module attributes {/module attributes {dlc.dense_storage, /' | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.table_columns
// NONE: func.func private @stage
// NONE-NOT: kernel.table_columns

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "muls adds", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}

module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<8x320xi8> = dense<"0x@SIGNS@">
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
