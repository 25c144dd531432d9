// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Three taps over a row of 12 pixels with one of padding on both sides, on a
// microcontroller with vectors: the first and the last pixel by themselves, each
// with the two taps that exist, tiles of four from the second pixel on, and the
// two that are left.
// CHECK-LABEL: func.func private @depthwise
// CHECK-COUNT-2: arith.addf %{{.*}} : vector<4xf32>
// CHECK: vector.store %{{.*}}, %{{.*}}[%c0]
// CHECK: scf.for %[[X:.*]] = %c1 to %c9 step %c4 {
// CHECK-COUNT-12: arith.addf %{{.*}} : vector<4xf32>
// CHECK-COUNT-4: vector.store
// CHECK: }
// CHECK-COUNT-6: arith.addf %{{.*}} : vector<4xf32>
// CHECK-COUNT-2: vector.store
// CHECK-COUNT-2: arith.addf %{{.*}} : vector<4xf32>
// CHECK: vector.store %{{.*}}, %{{.*}}[%c44]
// CHECK-NEXT: return
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 8 : i64, scalar_factor = "core", l2_bytes = 0 : i64, compact_code = true}} {
  func.func private @depthwise(%x: memref<12x4xf32>, %w: memref<3x4xf32> {nn.constant}, %y: memref<12x4xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<12x4xf32> to tensor<12x4xf32>
    %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
    %p = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f32
    } : tensor<12x4xf32> to tensor<14x4xf32>
    %2 = tensor.empty() : tensor<12x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<12x4xf32>) -> tensor<12x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, c, k) -> (m + k, c)>, affine_map<(m, c, k) -> (k, c)>, affine_map<(m, c, k) -> (m, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%p, %1 : tensor<14x4xf32>, tensor<3x4xf32>) outs(%3 : tensor<12x4xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %m = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %m, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<12x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<12x4xf32>, memref<12x4xf32>) -> ()
    return
  }
}
