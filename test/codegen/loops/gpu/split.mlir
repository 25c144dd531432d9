// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

// One row times a matrix: 32 threads side by side have four columns each, and
// four of them share the sum of 96 steps. They meet in shared memory: two, then
// one.
// CHECK-LABEL: func.func private @row
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c1, {{.*}}) threads(%[[T:[^,]*]], {{.*}}) in (%{{.*}} = %c128{{.*}} workgroup(%[[S:.*]] : memref<512xf32, #gpu.address_space<workgroup>>)
// CHECK-DAG: %[[OWN:.*]] = arith.remui %[[T]], %c32
// CHECK-DAG: %[[PART:.*]] = arith.divui %[[T]], %c32
// CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = %[[PART]] to %c96 step %c4 iter_args
// CHECK: memref.load %{{.*}}[%[[K]]]
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK: vector.store %[[SUM]], %[[S]]
// CHECK: gpu.barrier
// CHECK: arith.cmpi ult, %[[PART]], %c2
// CHECK: scf.if
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK: vector.store {{.*}}, %[[S]]
// CHECK: gpu.barrier
// CHECK: arith.cmpi ult, %[[PART]], %c1
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK-NOT: gpu.barrier
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[PART]], %c0
// CHECK: scf.if %[[FIRST]]
// CHECK: vector.store
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @row(%x: memref<96xf32>, %w: memref<96x128xf32> {nn.constant}, %y: memref<128xf32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<96xf32> to tensor<96xf32>
    %1 = bufferization.to_tensor %w restrict : memref<96x128xf32> to tensor<96x128xf32>
    %e = tensor.empty() : tensor<128xf32>
    %zero = arith.constant 0.0 : f32
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<128xf32>) -> tensor<128xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(j, k) -> (k)>, affine_map<(j, k) -> (k, j)>, affine_map<(j, k) -> (j)>],
      iterator_types = ["parallel", "reduction"]} ins(%0, %1 : tensor<96xf32>, tensor<96x128xf32>) outs(%f : tensor<128xf32>) {
    ^bb0(%a: f32, %c: f32, %out: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %out, %p : f32
      linalg.yield %s : f32
    } -> tensor<128xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<128xf32>, memref<128xf32>) -> ()
    return
  }
}

// -----

// The maximum of each row, whose steps lie side by side: 32 neighbours have one
// row of 100. Ten rows are three blocks of four; what is beyond stores nothing.
// CHECK-LABEL: func.func private @largest
// CHECK: gpu.launch blocks(%[[B:[^,]*]], {{.*}}) in (%{{.*}} = %c3, {{.*}}) threads(%[[T:[^,]*]], {{.*}}) in (%{{.*}} = %c128
// CHECK-DAG: %[[PART:.*]] = arith.remui %[[T]], %c32
// CHECK-DAG: arith.divui %[[T]], %c32
// CHECK: %[[IN:.*]] = arith.cmpi ult, %{{.*}}, %c10
// CHECK: arith.select %[[IN]]
// CHECK: scf.for %{{.*}} = %[[PART]] to %c100 step %c32 iter_args(%{{.*}} = %cst)
// CHECK-COUNT-5: gpu.barrier
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[PART]], %c0
// CHECK: %[[BOTH:.*]] = arith.andi %[[FIRST]], %[[IN]]
// CHECK: scf.if %[[BOTH]]
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @largest(%x: memref<10x100xf32>, %y: memref<10xf32>) attributes {nn.stage = "reduce"} {
    %0 = bufferization.to_tensor %x restrict : memref<10x100xf32> to tensor<10x100xf32>
    %1 = tensor.empty() : tensor<10xf32>
    %least = arith.constant 0xFF800000 : f32
    %f = linalg.fill ins(%least : f32) outs(%1 : tensor<10xf32>) -> tensor<10xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<10x100xf32>) outs(%f : tensor<10xf32>) {
    ^bb0(%a: f32, %out: f32):
      %m = arith.maximumf %a, %out : f32
      linalg.yield %m : f32
    } -> tensor<10xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<10xf32>, memref<10xf32>) -> ()
    return
  }
}
