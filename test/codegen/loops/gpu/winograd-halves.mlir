// RUN: dlc-opt %s --dlc-emit-loops --cse | FileCheck %s
// RUN: sed 's/gpu_half_rate = 2.0/gpu_half_rate = 0.015625/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/dense<0.5>/dense<7280.0>/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// RUN: sed 's/dense<0.5>/dense<-7276.0>/' %s | dlc-opt --dlc-emit-loops --cse | FileCheck %s

// A 3x3 convolution of halves on 28x28 with 256 channels and features, added up
// in float32: tiles of 2x2 outputs, where a chip is fast at halves and the
// transformed filter, 9 times as large at most, is in their range.
// NONE: gpu.launch
// NONE-NOT: gpu.launch
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, gpu_block_registers = 32768 : i64, vector_bits = 128 : i64, stream_bytes_per_cycle = 46.0 : f64, gpu_half_rate = 2.0 : f64, fma = true}} {

// 16 matrices of 256 x 256 halves.
// CHECK: memref.global "private" @w_made : memref<1048576xf16> = uninitialized
memref.global "private" constant @w : memref<256x256x3x3xf16> = dense<0.5>

// CHECK-LABEL: func.func private @conv
// CHECK-SAME: memref<1048576xf16> {nn.constant}
// CHECK: %[[M:.*]] = memref.alloc() : memref<802816xf32>
// CHECK: %[[V:.*]] = memref.alloc() : memref<802816xf16>
// A quarter of the image is transformed in float32 and rounded once.
// CHECK: gpu.launch
// CHECK: %[[X:.*]] = vector.load %{{.*}} {alignment = 8 : i64} : memref<200704xf16>, vector<4xf16>
// CHECK: %[[E:.*]] = arith.extf {{.*}} : vector<4xf16> to vector<4xf32>
// CHECK: arith.mulf %[[E]], %[[QUARTER:[^ ]*]] : vector<4xf32>
// CHECK: arith.subf {{.*}} : vector<4xf32>
// CHECK: %[[H:.*]] = arith.truncf {{.*}} : vector<4xf32> to vector<4xf16>
// CHECK: vector.store {{.*}}, %[[V]]
// Pairs of halves, whose sums are float32.
// CHECK: gpu.launch {{.*}} %{{.*}} = %c16
// CHECK: vector.fma {{.*}} : vector<2xf16>
// CHECK: vector.store %{{.*}}, %[[M]]{{.*}} vector<{{[48]}}xf32>
// CHECK: gpu.launch
// CHECK-COUNT-16: vector.load %[[M]][%{{.*}}] {alignment = 16 : i64} : memref<802816xf32>, vector<4xf32>
// CHECK: arith.truncf {{.*}} : vector<4xf32> to vector<4xf16>
// CHECK-NOT: gpu.launch
func.func private @conv(%x: memref<1x28x28x256xf16>, %w: memref<256x256x3x3xf16> {nn.constant},
                        %y: memref<1x28x28x256xf16>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0.0 : f32
  %none = arith.constant 0.0 : f16
  %xt = bufferization.to_tensor %x restrict : memref<1x28x28x256xf16> to tensor<1x28x28x256xf16>
  %wt = bufferization.to_tensor %w restrict : memref<256x256x3x3xf16> to tensor<256x256x3x3xf16>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %none : f16
  } : tensor<1x28x28x256xf16> to tensor<1x30x30x256xf16>
  %wide = tensor.empty() : tensor<1x28x28x256xf32>
  %empty = tensor.empty() : tensor<1x28x28x256xf16>
  %init = linalg.fill ins(%zero : f32) outs(%wide : tensor<1x28x28x256xf32>) -> tensor<1x28x28x256xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x30x30x256xf16>, tensor<256x256x3x3xf16>) outs(%init : tensor<1x28x28x256xf32>) {
  ^bb0(%a: f16, %b: f16, %s: f32):
    %u = arith.extf %a : f16 to f32
    %v = arith.extf %b : f16 to f32
    %p = arith.mulf %u, %v : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x28x28x256xf32>
  %relu = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f) -> (n, h, w, f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x28x28x256xf32>) outs(%empty : tensor<1x28x28x256xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.maximumf %a, %zero : f32
    %h = arith.truncf %m : f32 to f16
    linalg.yield %h : f16
  } -> tensor<1x28x28x256xf16>
  bufferization.materialize_in_destination %relu in restrict writable %y : (tensor<1x28x28x256xf16>, memref<1x28x28x256xf16>) -> ()
  return
}

// The filter times 4, in double precision, and rounded once.
// CHECK-LABEL: func.func private @make_weights
// CHECK: %[[TAP:.*]] = memref.load {{.*}} : memref<589824xf16>
// CHECK: %[[WIDE:.*]] = arith.extf %[[TAP]] : f16 to f64
// CHECK: arith.mulf %cst{{.*}}, %[[WIDE]] : f64
// CHECK: arith.truncf {{.*}} : f64 to f16
// CHECK-COUNT-4: memref.store {{.*}} : memref<1048576xf16>
// CHECK-NOT: memref.store
func.func @main(%x: memref<1x28x28x256xf16>, %y: memref<1x28x28x256xf16>, %arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<256x256x3x3xf16>
  call @conv(%x, %w, %y) : (memref<1x28x28x256xf16>, memref<256x256x3x3xf16>, memref<1x28x28x256xf16>) -> ()
  return
}
}
