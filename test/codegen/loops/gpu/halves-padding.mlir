// RUN: dlc-opt %s --dlc-emit-loops --cse | FileCheck %s

// A sum of float32 over halves with padding: no copy with zeros around, the
// loads are skipped.
// CHECK-LABEL: func.func private @window
// CHECK-NOT: memref.alloc
// CHECK: gpu.launch
// CHECK: scf.if
// CHECK: vector.load {{.*}} vector<{{[48]}}xf16>
// CHECK-NOT: gpu.launch
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_half_rate = 2.0 : f64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @window(%x: memref<28x28x128xf16>, %w: memref<128x3x3x128xf16> {nn.constant}, %y: memref<28x28x128xf16>) attributes {nn.stage = "conv"} {
    %0 = bufferization.to_tensor %x restrict : memref<28x28x128xf16> to tensor<28x28x128xf16>
    %1 = bufferization.to_tensor %w restrict : memref<128x3x3x128xf16> to tensor<128x3x3x128xf16>
    %zero = arith.constant 0.0 : f16
    %z = arith.constant 0.0 : f32
    %p = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f16
    } : tensor<28x28x128xf16> to tensor<30x30x128xf16>
    %e = tensor.empty() : tensor<28x28x128xf32>
    %h = tensor.empty() : tensor<28x28x128xf16>
    %f = linalg.fill ins(%z : f32) outs(%e : tensor<28x28x128xf32>) -> tensor<28x28x128xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(a, b, o, k, l, c) -> (a + k, b + l, c)>, affine_map<(a, b, o, k, l, c) -> (o, k, l, c)>, affine_map<(a, b, o, k, l, c) -> (a, b, o)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p, %1 : tensor<30x30x128xf16>, tensor<128x3x3x128xf16>) outs(%f : tensor<28x28x128xf32>) {
    ^bb0(%a: f16, %c: f16, %out: f32):
      %q = arith.extf %a : f16 to f32
      %r = arith.extf %c : f16 to f32
      %m = arith.mulf %q, %r fastmath<contract> : f32
      %s = arith.addf %out, %m fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<28x28x128xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>],
      iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<28x28x128xf32>) outs(%h : tensor<28x28x128xf16>) {
    ^bb0(%a: f32, %out: f16):
      %s = arith.truncf %a : f32 to f16
      linalg.yield %s : f16
    } -> tensor<28x28x128xf16>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<28x28x128xf16>, memref<28x28x128xf16>) -> ()
    return
  }
}
