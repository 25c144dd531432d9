// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  // Four elements a thread, 1536 threads: the last of 12 blocks is full.
  // CHECK-LABEL: func.func private @relu
  // CHECK: gpu.launch blocks(%[[B:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c12, %{{.*}} = %c1, %{{.*}} = %c1) threads(%[[T:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c128
  // CHECK-NOT: scf.if
  // CHECK: %[[V:.*]] = vector.load %{{.*}} {alignment = 16 : i64} : memref<6144xf32>, vector<4xf32>
  // CHECK: arith.maximumf %[[V]]
  // CHECK: vector.store {{.*}} {alignment = 16 : i64}
  func.func private @relu(%x: memref<64x96xf32>, %y: memref<64x96xf32>) attributes {nn.stage = "relu"} {
    %0 = bufferization.to_tensor %x restrict : memref<64x96xf32> to tensor<64x96xf32>
    %1 = tensor.empty() : tensor<64x96xf32>
    %zero = arith.constant 0.0 : f32
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<64x96xf32>) outs(%1 : tensor<64x96xf32>) {
    ^bb0(%a: f32, %out: f32):
      %m = arith.maximumf %a, %zero : f32
      linalg.yield %m : f32
    } -> tensor<64x96xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<64x96xf32>, memref<64x96xf32>) -> ()
    return
  }

  // Few points: small blocks, so that every multiprocessor has some. 70 of 96
  // threads have one, each a row to sum up that is too short to be shared.
  // CHECK-LABEL: func.func private @sum
  // CHECK: gpu.launch blocks(%{{.*}}) in (%{{.*}} = %c3, {{.*}}) threads(%{{.*}}) in (%{{.*}} = %c32
  // CHECK: %[[IN:.*]] = arith.cmpi ult, %{{.*}}, %c70
  // CHECK: scf.if %[[IN]]
  // CHECK: scf.for %{{.*}} = %c0 to %c3 {{.*}}iter_args
  // CHECK: memref.store
  func.func private @sum(%x: memref<70x3xf32>, %y: memref<70xf32>) attributes {nn.stage = "sum"} {
    %0 = bufferization.to_tensor %x restrict : memref<70x3xf32> to tensor<70x3xf32>
    %1 = tensor.empty() : tensor<70xf32>
    %zero = arith.constant 0.0 : f32
    %f = linalg.fill ins(%zero : f32) outs(%1 : tensor<70xf32>) -> tensor<70xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<70x3xf32>) outs(%f : tensor<70xf32>) {
    ^bb0(%a: f32, %out: f32):
      %m = arith.addf %a, %out : f32
      linalg.yield %m : f32
    } -> tensor<70xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<70xf32>, memref<70xf32>) -> ()
    return
  }

  // Called with memory that begins 4 bytes behind a multiple of 16: an element a
  // thread.
  // CHECK-LABEL: func.func private @apart
  // CHECK-NOT: vector.load
  // CHECK: memref.load
  func.func private @apart(%x: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "neg"} {
    %0 = bufferization.to_tensor %x restrict : memref<64xf32> to tensor<64xf32>
    %1 = tensor.empty() : tensor<64xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]} ins(%0 : tensor<64xf32>) outs(%1 : tensor<64xf32>) {
    ^bb0(%a: f32, %out: f32):
      %m = arith.negf %a : f32
      linalg.yield %m : f32
    } -> tensor<64xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<64xf32>, memref<64xf32>) -> ()
    return
  }
  func.func @main(%x: memref<65xf32>, %y: memref<64xf32>, %arena: memref<?xi8>) {
    %part = arena.view %x {byte_offset = 4 : i64} : memref<65xf32> to memref<64xf32>
    call @apart(%part, %y) : (memref<64xf32>, memref<64xf32>) -> ()
    return
  }
}

// -----

// Padding is no memory: the taps of a window that lie in the image are walked.
module attributes {dlc.target = {gpu_capability = 61 : i64, gpu_multiprocessors = 20 : i64, vector_bits = 128 : i64}} {
  // CHECK-LABEL: func.func private @pool
  // CHECK: gpu.launch
  // CHECK: %[[LOW:.*]] = arith.maxsi
  // CHECK: %[[HIGH:.*]] = arith.minsi
  // CHECK: scf.for %{{.*}} = %[[LOW]] to %[[HIGH]]
  // CHECK: vector.load
  // CHECK: arith.maximumf {{.*}} : vector<4xf32>
  func.func private @pool(%x: memref<32x8xf32>, %y: memref<32x8xf32>) attributes {nn.stage = "pool"} {
    %0 = bufferization.to_tensor %x restrict : memref<32x8xf32> to tensor<32x8xf32>
    %least = arith.constant 0xFF800000 : f32
    %p = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %least : f32
    } : tensor<32x8xf32> to tensor<34x8xf32>
    %window = tensor.empty() : tensor<3xf32>
    %1 = tensor.empty() : tensor<32x8xf32>
    %f = linalg.fill ins(%least : f32) outs(%1 : tensor<32x8xf32>) -> tensor<32x8xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i + k, j)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%p, %window : tensor<34x8xf32>, tensor<3xf32>) outs(%f : tensor<32x8xf32>) {
    ^bb0(%a: f32, %w: f32, %out: f32):
      %m = arith.maximumf %a, %out : f32
      linalg.yield %m : f32
    } -> tensor<32x8xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<32x8xf32>, memref<32x8xf32>) -> ()
    return
  }
}
