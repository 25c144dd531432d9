// RUN: dlc-opt %s --dlc-emit-loops --cse | FileCheck %s
// RUN: sed 's/56x56/14x14/g; s/58x58/16x16/g; s/64x/256x/g; s/x64xf32/x256xf32/g' %s | dlc-opt --dlc-emit-loops --cse | FileCheck %s --check-prefix=TWO
// RUN: sed 's/fma = true/compact_code = true/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/56x56/8x8/g; s/58x58/10x10/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=SMALL
// RUN: sed 's/nn.stage = "conv"/nn.stage = "conv", arena.max_scratch = 1000000 : i64/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/3x3xf32/5x5xf32/g; s/58x58/60x60/g; s/0, 1, 1, 0/0, 2, 2, 0/g' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE

// A 3x3 convolution of stride 1 on 56x56 with 64 channels and features: 14 x 14
// tiles of 4x4 outputs. The direct form has 115.6 million multiply-adds, these
// products 28.9 million; each transform moves 10.4 million bytes.
// Larger filters are not for compact code; on a small map two more launches cost
// more than they save; two buffers of 1806336 bytes may be too much; other
// windows have no such transform.
// The small map's sums are in parts, which a second launch adds up.
// SMALL-COUNT-2: gpu.launch
// SMALL-NOT: gpu.launch
// NONE: gpu.launch
// NONE-NOT: gpu.launch
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, gpu_block_registers = 32768 : i64, vector_bits = 128 : i64, stream_bytes_per_cycle = 46.0 : f64, fma = true}} {

// 36 matrices of 64 x 64, which a kernel makes of the filter when the network is
// opened.
// CHECK: memref.global "private" @w_made : memref<147456xf32> = uninitialized
// CHECK: memref.global "private" constant @w : memref<64x64x3x3xf32>
memref.global "private" constant @w : memref<64x64x3x3xf32> = dense<0.5>

// CHECK-LABEL: func.func private @conv
// CHECK-SAME: memref<147456xf32> {nn.constant}
// CHECK: %[[M:.*]] = memref.alloc() : memref<451584xf32>
// CHECK: %[[V:.*]] = memref.alloc() : memref<451584xf32>
// A thread for two channels of a tile: 196 * 32 = 49 * 128.
// CHECK: gpu.launch blocks(%{{.*}}) in (%{{.*}} = %c49{{[^,]*}}, %{{.*}} = %c1{{[^,]*}}, %{{.*}} = %c1{{[^)]*}}) threads(%{{.*}}) in (%{{.*}} = %c128
// What lies beyond the image reads its first element and is nothing.
// CHECK: arith.select %{{.*}}, %{{.*}}, %c0
// CHECK-COUNT-36: vector.load %{{.*}} {alignment = 8 : i64} : memref<200704xf32>, vector<2xf32>
// CHECK-COUNT-36: vector.store %{{.*}}, %[[V]][%{{.*}}] {alignment = 8 : i64}
// The products, a group for each point.
// CHECK: gpu.launch {{.*}} %{{.*}} = %c36
// CHECK: math.fma
// CHECK: vector.store %{{.*}}, %[[M]]
// CHECK: gpu.launch blocks(%{{.*}}) in (%{{.*}} = %c49
// CHECK-COUNT-36: vector.load %[[M]][%{{.*}}] {alignment = 8 : i64} : memref<451584xf32>, vector<2xf32>
// The epilogue before the store; 56 is whole tiles: no conditions.
// CHECK-NOT: scf.if
// CHECK-COUNT-16: arith.maximumf
// CHECK: gpu.terminator
// CHECK-NOT: gpu.launch

// 14x14 with 256 channels: 7 x 7 tiles of 2x2 outputs, since 36 matrices of
// 256 x 256 take longer to arrive than 16 to be multiplied with.
// TWO-LABEL: func.func private @conv
// TWO: memref.alloc() : memref<200704xf32>
// TWO: gpu.launch
// TWO-COUNT-16: vector.load {{.*}} vector<4xf32>
// TWO: gpu.launch {{.*}} %{{.*}} = %c16
// TWO: gpu.launch
func.func private @conv(%x: memref<1x56x56x64xf32>, %w: memref<64x64x3x3xf32> {nn.constant},
                        %y: memref<1x56x56x64xf32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0.0 : f32
  %xt = bufferization.to_tensor %x restrict : memref<1x56x56x64xf32> to tensor<1x56x56x64xf32>
  %wt = bufferization.to_tensor %w restrict : memref<64x64x3x3xf32> to tensor<64x64x3x3xf32>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x56x56x64xf32> to tensor<1x58x58x64xf32>
  %empty = tensor.empty() : tensor<1x56x56x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x58x58x64xf32>, tensor<64x64x3x3xf32>) outs(%init : tensor<1x56x56x64xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x56x56x64xf32>
  %relu = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f) -> (n, h, w, f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x56x56x64xf32>) outs(%empty : tensor<1x56x56x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x56x56x64xf32>
  bufferization.materialize_in_destination %relu in restrict writable %y : (tensor<1x56x56x64xf32>, memref<1x56x56x64xf32>) -> ()
  return
}

// A thread for each of 4096 elements of a matrix, and 6 rows of matrices. The
// row has 3 coefficients of each column's sum, which are in double precision.
// CHECK-LABEL: func.func private @make_weights
// CHECK-SAME: (%[[W:.*]]: memref<64x64x3x3xf32>, %[[TO:.*]]: memref<147456xf32>) attributes {dlc.maker}
// CHECK: %[[FLAT:.*]] = memref.reinterpret_cast %[[W]]
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c32{{[^,]*}}, %{{.*}} = %c6
// CHECK-COUNT-9: memref.load %[[FLAT]]
// CHECK: arith.mulf {{.*}} : f64
// CHECK: arith.addf {{.*}} : f64
// CHECK-NOT: fastmath
// CHECK-COUNT-6: memref.store %{{.*}}, %[[TO]]
// CHECK-NOT: memref.store
// CHECK-LABEL: func.func private @open() attributes {dlc.at_open}
// CHECK: call @make_weights(%{{.*}}, %{{.*}}) : (memref<64x64x3x3xf32>, memref<147456xf32>) -> ()
func.func @main(%x: memref<1x56x56x64xf32>, %y: memref<1x56x56x64xf32>, %arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<64x64x3x3xf32>
  call @conv(%x, %w, %y) : (memref<1x56x56x64xf32>, memref<64x64x3x3xf32>, memref<1x56x56x64xf32>) -> ()
  return
}
}
