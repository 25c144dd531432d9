// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Weights of 16 x 16 floats take more than half of no cache: without caches
// their order costs nothing. Rows, columns and then channels go through input
// and result from the beginning to the end, so that the result may lie over the
// input; rows do not depend on each other.
// CHECK-LABEL: func.func private @window
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c8 step %c1 {
// CHECK: scf.for %{{.*}} = %c0 to %c6 step %c3
// CHECK: scf.for %{{.*}} = %c0 to %c16 step
// CHECK: vector.store
// CHECK: {arena.any_order
// CHECK-NOT: arena.any_order
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 8 : i64, scalar_factor = "core", l2_bytes = 0 : i64, l1_bytes = 0 : i64, compact_code = true}} {
  func.func private @window(%x: memref<10x17x16xf32>, %w: memref<3x16x16xf32> {nn.constant}, %y: memref<8x8x16xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<10x17x16xf32> to tensor<10x17x16xf32>
    %1 = bufferization.to_tensor %w restrict : memref<3x16x16xf32> to tensor<3x16x16xf32>
    %2 = tensor.empty() : tensor<8x8x16xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, k, i) -> (h + k, w * 2, i)>, affine_map<(h, w, c, k, i) -> (k, i, c)>, affine_map<(h, w, c, k, i) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %1 : tensor<10x17x16xf32>, tensor<3x16x16xf32>) outs(%3 : tensor<8x8x16xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %m = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %m, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x8x16xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x8x16xf32>, memref<8x8x16xf32>) -> ()
    return
  }
}
