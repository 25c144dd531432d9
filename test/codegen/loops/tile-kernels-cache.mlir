// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s
// RUN: sed 's/l1_bytes = 4096/l1_bytes = 0/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=FLASH

// A panel of the right operand, 200 rows of 8 columns, does not stay in 3072 of
// 4096 bytes from one tile to the next: each of its words then costs what four
// instructions do. Of two columns it stays, and four rows share a word.
// CHECK: {{multiply_4x2_|multiply .*positions = 4, columns = 2>}}
// Without a cache each word costs the same, and a tile of more sums wins.
// FLASH: {{multiply_2x8_|multiply .*positions = 2, columns = 8>}}

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 4096 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<200x16xf32> = dense<2.0>
  memref.global "private" constant @b : memref<16xf32> = dense<1.0>
  func.func private @product(%x: memref<8x200xf32>, %w: memref<200x16xf32> {nn.constant}, %b: memref<16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x200xf32> to tensor<8x200xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<200x16xf32> to tensor<200x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x200xf32>, tensor<200x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    %b0 = bufferization.to_tensor %b restrict : memref<16xf32> to tensor<16xf32>
    %q = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%r, %b0 : tensor<8x16xf32>, tensor<16xf32>) outs(%e : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %t = arith.addf %a, %c : f32
      %u = arith.mulf %t, %t : f32
      linalg.yield %u : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %q in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x200xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<200x16xf32>
    %b = memref.get_global @b : memref<16xf32>
    call @product(%x, %w, %b, %y) : (memref<8x200xf32>, memref<200x16xf32>, memref<16xf32>, memref<8x16xf32>) -> ()
    return
  }
}
