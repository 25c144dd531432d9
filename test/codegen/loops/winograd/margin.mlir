// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s
// RUN: sed 's/x4xf32/x16xf32/g; s/4x4x3x3/16x16x3x3/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=MORE

// 4 channels and features on 16x16, vectors of 16: 9216 multiplications of
// vectors in the direct form; 16 tiles of 4x4 outputs with 36 * 4 products, 216
// operations of the input's transform and 152 of the output's, on the one vector
// that 4 elements are: 8192, 0.89 of it. That is too little gain.
// CHECK-LABEL: func.func private @conv
// CHECK-NOT: memref.alloc
// CHECK: return
// 16 of both: 36864 to 16 * (36 * 16 + 216 + 152) = 15104.
// MORE-LABEL: func.func private @conv
// MORE: memref.alloc

module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, fma = true, l2_bytes = 1048576 : i64}} {

memref.global "private" constant @w : memref<4x4x3x3xf32> = dense<0.5>

func.func private @conv(%x: memref<1x16x16x4xf32>, %w: memref<4x4x3x3xf32> {nn.constant},
                        %y: memref<1x16x16x4xf32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0.0 : f32
  %xt = bufferization.to_tensor %x restrict : memref<1x16x16x4xf32> to tensor<1x16x16x4xf32>
  %wt = bufferization.to_tensor %w restrict : memref<4x4x3x3xf32> to tensor<4x4x3x3xf32>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x16x16x4xf32> to tensor<1x18x18x4xf32>
  %empty = tensor.empty() : tensor<1x16x16x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x16x16x4xf32>) -> tensor<1x16x16x4xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x18x18x4xf32>, tensor<4x4x3x3xf32>) outs(%init : tensor<1x16x16x4xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x16x16x4xf32>
  %relu = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f) -> (n, h, w, f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x16x16x4xf32>) outs(%empty : tensor<1x16x16x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x16x16x4xf32>
  bufferization.materialize_in_destination %relu in restrict writable %y : (tensor<1x16x16x4xf32>, memref<1x16x16x4xf32>) -> ()
  return
}

func.func @main(%x: memref<1x16x16x4xf32>, %y: memref<1x16x16x4xf32>) {
  %w = memref.get_global @w : memref<4x4x3x3xf32>
  call @conv(%x, %w, %y) : (memref<1x16x16x4xf32>, memref<4x4x3x3xf32>, memref<1x16x16x4xf32>) -> ()
  return
}
}
