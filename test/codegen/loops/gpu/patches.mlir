// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

// A depthwise convolution: a thread has four channels of a patch of positions,
// loads each element of their windows once and each row of the weights, which
// are stored as [9][8] now. Padding is 0.
// CHECK-LABEL: func.func private @depthwise
// CHECK-SAME: memref<72xf32> {nn.constant}
// CHECK: gpu.launch
// CHECK-NOT: scf.for
// CHECK: arith.cmpi ult, %{{.*}}, %c12
// CHECK: scf.if {{.*}} -> (vector<4xf32>)
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<1152xf32{{.*}}>, vector<4xf32>
// CHECK: } else {
// CHECK: scf.yield %[[Z:cst[_0-9]*|%.*]] : vector<4xf32>
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<72xf32{{.*}}>, vector<4xf32>
// CHECK: arith.mulf {{.*}} : vector<4xf32>
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK-NOT: scf.for
// CHECK-COUNT-2: vector.store {{.*}} vector<4xf32>
// CHECK: return
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @depthwise(%x: memref<12x12x8xf32>, %w: memref<8x3x3xf32> {nn.constant}, %y: memref<12x12x8xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<12x12x8xf32> to tensor<12x12x8xf32>
    %1 = bufferization.to_tensor %w restrict : memref<8x3x3xf32> to tensor<8x3x3xf32>
    %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index):
      tensor.yield %zero : f32
    } : tensor<12x12x8xf32> to tensor<14x14x8xf32>
    %2 = tensor.empty() : tensor<12x12x8xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<12x12x8xf32>) -> tensor<12x12x8xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (c, i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<14x14x8xf32>, tensor<8x3x3xf32>) outs(%3 : tensor<12x12x8xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %m = arith.mulf %a, %b : f32
      %s = arith.addf %out, %m : f32
      linalg.yield %s : f32
    } -> tensor<12x12x8xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<12x12x8xf32>, memref<12x12x8xf32>) -> ()
    return
  }
}

// -----

// The maximum of windows of three every two positions: padding is the least
// number, and what lies behind the last window is not loaded.
// CHECK-LABEL: func.func private @pool
// CHECK: gpu.launch
// CHECK-NOT: scf.for
// CHECK: arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK: arith.maximumf {{.*}} : vector<4xf32>
// CHECK-NOT: scf.for
// CHECK: return
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @pool(%x: memref<32x8xf32>, %y: memref<16x8xf32>) attributes {nn.stage = "pool"} {
    %0 = bufferization.to_tensor %x restrict : memref<32x8xf32> to tensor<32x8xf32>
    %least = arith.constant 0xFF800000 : f32
    %p = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %least : f32
    } : tensor<32x8xf32> to tensor<34x8xf32>
    %window = tensor.empty() : tensor<3xf32>
    %1 = tensor.empty() : tensor<16x8xf32>
    %f = linalg.fill ins(%least : f32) outs(%1 : tensor<16x8xf32>) -> tensor<16x8xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (2 * i + k, j)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%p, %window : tensor<34x8xf32>, tensor<3xf32>) outs(%f : tensor<16x8xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %m = arith.maximumf %a, %out : f32
      linalg.yield %m : f32
    } -> tensor<16x8xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16x8xf32>, memref<16x8xf32>) -> ()
    return
  }
}

// -----

// The product is of an element twice; nothing says what of the padding would be
// neutral. A thread goes over the window where it lies within the input.
// CHECK-LABEL: func.func private @squares
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: return
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @squares(%x: memref<32x8xf32>, %y: memref<32x8xf32>) attributes {nn.stage = "pool"} {
    %0 = bufferization.to_tensor %x restrict : memref<32x8xf32> to tensor<32x8xf32>
    %zero = arith.constant 0.0 : f32
    %p = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f32
    } : tensor<32x8xf32> to tensor<34x8xf32>
    %window = tensor.empty() : tensor<3xf32>
    %1 = tensor.empty() : tensor<32x8xf32>
    %f = linalg.fill ins(%zero : f32) outs(%1 : tensor<32x8xf32>) -> tensor<32x8xf32>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i + k, j)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%p, %window : tensor<34x8xf32>, tensor<3xf32>) outs(%f : tensor<32x8xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %m = arith.mulf %a, %a : f32
      %s = arith.addf %out, %m : f32
      linalg.yield %s : f32
    } -> tensor<32x8xf32>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<32x8xf32>, memref<32x8xf32>) -> ()
    return
  }
}
