// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

// A product of 128 x 96 and 96 x 128: tiles of 64 x 32 by 64 threads, the
// weights packed as [4][96][32], the epilogue in the registers.
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  // CHECK-LABEL: func.func private @dense
  // CHECK-SAME: memref<12288xf32> {nn.constant}
  // CHECK: gpu.launch blocks(%[[X:[^,]*]], %[[Y:[^,]*]], %{{.*}}) in (%{{.*}} = %c{{[24]}}, %{{.*}} = %c{{[24]}}, %{{.*}} = %c1) threads({{.*}}) in (%{{.*}} = %c64
  // Two parts of both operands: 8 steps of 64 + 4 and of 32 elements.
  // CHECK-SAME: workgroup(%[[S:.*]] : memref<6400xi8, #gpu.address_space<workgroup>>)
  // CHECK: gpu.barrier
  // The place of a part is carried in bytes: an address is one addition to it.
  // CHECK: scf.for %{{.*}} = %c8 to %c96 step %c8 iter_args(%[[P:[^ ]*]] = %c0
  // Rows come with four steps at a time and go to four rows of shared memory.
  // CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<12288xf32>, vector<4xf32>
  // CHECK: %[[N:.*]] = arith.xori %[[P]], %c3200
  // CHECK-NOT: arith.mul
  // CHECK: %[[LEFT:.*]] = arith.addi %[[P]], %[[FRAGMENT:[^ ]*]]
  // CHECK: %[[V:.*]] = memref.view %[[S]][%[[LEFT]]]
  // CHECK: math.fma
  // CHECK: %[[A:.*]] = memref.view %[[S]][%[[N]]][] : {{.*}} to memref<544xf32
  // CHECK: memref.store %{{.*}}, %[[A]]
  // CHECK: %[[RIGHT:.*]] = arith.addi %[[N]], %c2176
  // CHECK: %[[B:.*]] = memref.view %[[S]][%[[RIGHT]]][] : {{.*}} to memref<256xf32
  // CHECK: vector.store %{{.*}}, %[[B]]
  // CHECK: gpu.barrier
  // CHECK: scf.yield
  // CHECK: math.fma
  // CHECK: vector.from_elements
  // CHECK: arith.addf {{.*}} : vector<4xf32>
  // CHECK: vector.store
  func.func private @dense(%x: memref<128x96xf32>, %w: memref<96x128xf32> {nn.constant}, %b: memref<128xf32> {nn.constant}, %y: memref<128x128xf32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<128x96xf32> to tensor<128x96xf32>
    %1 = bufferization.to_tensor %w restrict : memref<96x128xf32> to tensor<96x128xf32>
    %2 = bufferization.to_tensor %b restrict : memref<128xf32> to tensor<128xf32>
    %e = tensor.empty() : tensor<128x128xf32>
    %zero = arith.constant 0.0 : f32
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<128x96xf32>, tensor<96x128xf32>) outs(%f : tensor<128x128xf32>) {
    ^bb0(%a: f32, %c: f32, %out: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %out, %p : f32
      linalg.yield %s : f32
    } -> tensor<128x128xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%3, %2 : tensor<128x128xf32>, tensor<128xf32>) outs(%e : tensor<128x128xf32>) {
    ^bb0(%a: f32, %c: f32, %out: f32):
      %s = arith.addf %a, %c : f32
      linalg.yield %s : f32
    } -> tensor<128x128xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<128x128xf32>, memref<128x128xf32>) -> ()
    return
  }
  // CHECK: memref.global "private" constant @w_packed : memref<12288xf32>
  memref.global "private" constant @w : memref<96x128xf32> = dense<0.5>
  memref.global "private" constant @b : memref<128xf32> = dense<0.25>
  func.func @main(%x: memref<128x96xf32>, %y: memref<128x128xf32>, %arena: memref<?xi8>) {
    %w = memref.get_global @w : memref<96x128xf32>
    %b = memref.get_global @b : memref<128xf32>
    call @dense(%x, %w, %b, %y) : (memref<128x96xf32>, memref<96x128xf32>, memref<128xf32>, memref<128x128xf32>) -> ()
    return
  }
}
