// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// The largest element of windows over zeros is not that of shorter windows:
// padding with a value that is not the reduction's neutral element is written
// out.
// CHECK-LABEL: func.func private @window
// CHECK: memref.alloc() : memref<34xf32>
// CHECK: vector.store
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 16 : i64}} {
  func.func private @window(%x: memref<32xf32>, %y: memref<32xf32>) attributes {nn.stage = "max_pool"} {
    %low = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<32xf32> to tensor<32xf32>
    %pad = tensor.pad %0 low[1] high[1] {
    ^bb0(%i: index):
      tensor.yield %zero : f32
    } : tensor<32xf32> to tensor<34xf32>
    %2 = tensor.empty() : tensor<32xf32>
    %3 = linalg.fill ins(%low : f32) outs(%2 : tensor<32xf32>) -> tensor<32xf32>
    %w = tensor.empty() : tensor<3xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, i) -> (h + i)>, affine_map<(h, i) -> (i)>, affine_map<(h, i) -> (h)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%pad, %w : tensor<34xf32>, tensor<3xf32>) outs(%3 : tensor<32xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %m = arith.maximumf %a, %acc : f32
      linalg.yield %m : f32
    } -> tensor<32xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<32xf32>, memref<32xf32>) -> ()
    return
  }
}
