// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s
// RUN: sed 's/fma = true/threads = 2 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SHARED
// RUN: sed 's/nn.stage = "conv"/nn.stage = "conv", arena.max_scratch = 130000 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=ROWS
// RUN: sed 's/nn.stage = "conv"/nn.stage = "conv", arena.max_scratch = 30000 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=PARTS
// RUN: sed 's/nn.stage = "conv"/nn.stage = "conv", arena.max_scratch = 4000 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/nn.stage = "conv"/nn.stage = "conv", arena.max_scratch = 100000 : i64/; s/fma = true/threads = 2 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SHARED-PARTS

// Two threads: four chunks of two rows of tiles, each with its own scratch of
// 36 * (16 * 16 + 16) elements.
// SHARED-LABEL: func.func private @conv
// SHARED-SAME: %[[BEGIN:[^:]*]]: index, %{{[^:]*}}: index) attributes {dlc.chunks = 4 : i64
// SHARED: memref.alloc() : memref<39168xf32>
// SHARED: %[[AT:.*]] = arith.muli %[[BEGIN]], %c9792
// SHARED: memref.reinterpret_cast {{.*}} offset: [%[[AT]]], sizes: [9792]

// Three rows of 8 tiles would fit, but two divide the image: two buffers of
// 36 * (16 * 16 + 16) elements.
// ROWS: memref.alloc() : memref<9792xf32>
// ROWS: memref.alloc() : memref<9792xf32>
// ROWS: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c2
// A row takes 41472 bytes: blocks of half a row, 36 * (4 * 16 + 16) elements.
// PARTS: memref.alloc() : memref<2880xf32>
// PARTS: memref.alloc() : memref<2880xf32>
// PARTS: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c1
// PARTS: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c4
// Less than the 4096 bytes of one tile of 2x2 outputs, two buffers of
// 16 * (16 + 16) elements: the direct form.
// NONE-NOT: memref.alloc
// NONE-NOT: scf.if
// Four chunks of two rows share the memory, each for half a row at a time.
// SHARED-PARTS: dlc.chunks = 4 : i64
// SHARED-PARTS: memref.alloc() : memref<11520xf32>

// A 3x3 convolution of stride 1 on 32x32 with 16 channels: tiles of 4x4
// outputs, 8 x 8 tiles, 36 products.
module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, fma = true, l2_bytes = 1048576 : i64}} {

// CHECK: memref.global "private" constant @w_packed : memref<9216xf32>
memref.global "private" constant @w : memref<16x16x3x3xf32> = dense<0.5>

// CHECK-LABEL: func.func private @conv
// CHECK-SAME: memref<9216xf32> {nn.constant}
// Half the image in one block, since all of it takes more than a quarter of
// L2: 36 * (32 * 16 + 16) elements.
// CHECK-DAG: memref.alloc() : memref<19008xf32>
// CHECK-DAG: memref.alloc() : memref<19008xf32>
// Tiles at the border of the image read it through masks.
// CHECK: scf.if
// CHECK: arith.mulf {{.*}} fastmath<contract> : vector<16xf32>
// CHECK: scf.for
// The epilogue is applied before the store.
// CHECK: arith.maximumf
// CHECK: vector.store
func.func private @conv(%x: memref<1x32x32x16xf32>, %w: memref<16x16x3x3xf32> {nn.constant},
                        %y: memref<1x32x32x16xf32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0.0 : f32
  %xt = bufferization.to_tensor %x restrict : memref<1x32x32x16xf32> to tensor<1x32x32x16xf32>
  %wt = bufferization.to_tensor %w restrict : memref<16x16x3x3xf32> to tensor<16x16x3x3xf32>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x32x32x16xf32> to tensor<1x34x34x16xf32>
  %empty = tensor.empty() : tensor<1x32x32x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x34x34x16xf32>, tensor<16x16x3x3xf32>) outs(%init : tensor<1x32x32x16xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x32x32x16xf32>
  %relu = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f) -> (n, h, w, f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x32x32x16xf32>) outs(%empty : tensor<1x32x32x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x32x32x16xf32>
  bufferization.materialize_in_destination %relu in restrict writable %y : (tensor<1x32x32x16xf32>, memref<1x32x32x16xf32>) -> ()
  return
}

func.func @main(%x: memref<1x32x32x16xf32>, %y: memref<1x32x32x16xf32>) {
  %w = memref.get_global @w : memref<16x16x3x3xf32>
  call @conv(%x, %w, %y) : (memref<1x32x32x16xf32>, memref<16x16x3x3xf32>, memref<1x32x32x16xf32>) -> ()
  return
}
}
