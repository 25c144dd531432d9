// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Without the instruction, or where kernels are of another set, there are none:
// RUN: sed 's/"vmladava.s8"/"vmla.i32"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/kernels = "mve"/kernels = "none"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// Weights less their zero point that are no bytes:
// RUN: sed 's/%%5 = arith.extsi %%c : i8 to i32/%%14 = arith.extsi %%c : i8 to i32 %%5 = arith.subi %%14, %%point : i32/; s/dense<1>/dense<127>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.windows
// Unsigned data become signed where they are copied, and so does their zero point.
// RUN: sed 's/%%2 = arith.extsi %%a/%%2 = arith.extui %%a/; s/constant -3/constant 100/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=UNSIGNED
// UNSIGNED: kernel.fill {{.*}} value = -28 : i64
// UNSIGNED: kernel.move {{.*}} {flipped,
// A rescaling that no high word is: sums from the kernel, the rest is the stage's.
// RUN: sed 's/constant 549755813888/constant 4611686018427387903/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SUMS
// SUMS-NOT: rescale =
// SUMS: kernel.windows
// SUMS: arith.shrsi {{.*}} : i64
// Rows of three bytes: windows of nine, which are one group, are gathered from them.
// RUN: sed 's/x16xi8/x1xi8/g; s/<6x3x3/<64x3x3/g; s/6x5x6x/6x5x64x/g; s/<6xi32> = dense<.*/<64xi32> = dense<1>/; s/<6xi32>/<64xi32>/g' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=GATHERED
// GATHERED: kernel.move %{{.*}}, %{{.*}} for %c3 {instructions
// GATHERED: kernel.windows {{.*}} bytes = 9 : i64, {{.*}} rows = 1 : i64, step = 9 : i64,

// Sums of products of bytes on windows, on a target that multiplies and adds up
// sixteen pairs of bytes at a time, and what they need.

#target = {kernels = "mve", vector_bits = 128 : i64, vector_registers = 8 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, multiply_accumulate = [{accumulator = "i32", cycles = 2.0 : f64, instruction = "vmladava.s8", lanes = 1 : i64, left = "i8", products = 16 : i64, right = "i8"}]}
#x = affine_map<(h, w, n, r, s, c) -> (h + r, w + s, c)>

// A convolution of 3x3 with padding of a line and a column before and behind. The
// three rows of a strip, which is all columns, are copied into scratch memory whose
// ends hold the zero point from the start; rows that do not exist are filled.
// Six features: the second block of four is filled up.
// CHECK: memref.global "private" constant @w_packed : memref<305xi32>
// CHECK: func.func private @stage(%{{.*}}: memref<6x5x16xi8>, %[[W:.*]]: memref<305xi32> {nn.constant}, %{{.*}}: memref<6x5x6xi8>)
// CHECK: %[[ROWS:.*]] = memref.alloc() : memref<336xi8>
// CHECK: kernel.fill %{{.*}} for %c336 {{.*}} value = -3 : i64
// CHECK: scf.for
// CHECK: scf.for
// CHECK: arith.cmpi ult
// CHECK: scf.if
// CHECK: kernel.move
// CHECK: } else {
// CHECK: kernel.fill %{{.*}} for %c112 {{.*}} value = -3 : i64
// CHECK: kernel.windows %{{.*}}, %{{.*}} for %c4, %{{.*}} {apart = 1 : i64, bytes = 48 : i64, features = 6 : i64, {{.*}} pitch = 112 : i64, {{.*}} rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, rows = 3 : i64, step = 16 : i64, stride = 6 : i64, tile = #kernel.tile<positions = 2, columns = 4>}
// The last column by itself.
// CHECK: kernel.windows %{{.*}}, %{{.*}} for %c1, %{{.*}} tile = #kernel.tile<positions = 1, columns = 4>}
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<6x3x3x16xi8> = dense<1>
  memref.global "private" constant @b : memref<6xi32> = dense<[1, 2, 3, 4, 5, 6]>
  func.func @main(%x: memref<6x5x16xi8>, %y: memref<6x5x6xi8>) {
    %w = memref.get_global @w : memref<6x3x3x16xi8>
    %b = memref.get_global @b : memref<6xi32>
    call @stage(%x, %w, %b, %y) : (memref<6x5x16xi8>, memref<6x3x3x16xi8>, memref<6xi32>, memref<6x5x6xi8>) -> ()
    return
  }
  func.func private @stage(%x: memref<6x5x16xi8>, %w: memref<6x3x3x16xi8> {nn.constant}, %b: memref<6xi32> {nn.constant}, %y: memref<6x5x6xi8>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<6x5x16xi8> to tensor<6x5x16xi8>
    %wt = bufferization.to_tensor %w restrict : memref<6x3x3x16xi8> to tensor<6x3x3x16xi8>
    %bt = bufferization.to_tensor %b restrict : memref<6xi32> to tensor<6xi32>
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
    %e = tensor.empty() : tensor<6x5x6xi32>
    %i = linalg.fill ins(%zero : i32) outs(%e : tensor<6x5x6xi32>) -> tensor<6x5x6xi32>
    %s = linalg.generic {indexing_maps = [#x, affine_map<(h, w, n, r, s, c) -> (n, r, s, c)>, affine_map<(h, w, n, r, s, c) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p, %wt : tensor<8x7x16xi8>, tensor<6x3x3x16xi8>) outs(%i : tensor<6x5x6xi32>) {
    ^bb0(%a: i8, %c: i8, %o: i32):
      %2 = arith.extsi %a : i8 to i32
      %3 = arith.subi %2, %point : i32
      %5 = arith.extsi %c : i8 to i32
      %6 = arith.muli %3, %5 : i32
      %7 = arith.addi %o, %6 : i32
      linalg.yield %7 : i32
    } -> tensor<6x5x6xi32>
    %r = tensor.empty() : tensor<6x5x6xi8>
    %t = linalg.generic {indexing_maps = [affine_map<(h, w, n) -> (h, w, n)>, affine_map<(h, w, n) -> (n)>, affine_map<(h, w, n) -> (h, w, n)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %bt : tensor<6x5x6xi32>, tensor<6xi32>) outs(%r : tensor<6x5x6xi8>) {
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
    } -> tensor<6x5x6xi8>
    bufferization.materialize_in_destination %t in restrict writable %y : (tensor<6x5x6xi8>, memref<6x5x6xi8>) -> ()
    return
  }
}
