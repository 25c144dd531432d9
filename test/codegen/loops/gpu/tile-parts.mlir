// RUN: dlc-opt %s --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s
// RUN: sed 's/gpu_multiprocessors = 56/gpu_multiprocessors = 2/; s/<32x/<512x/g' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/4096x/96x/g; s/x4096/x96/g' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/4096x/4099x/g; s/x4096/x4099/g' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=WHOLE

// 32 x 256 results of 4096 products each: at most 64 tiles, of one warp each,
// for 56 multiprocessors.
// 512 x 256 of them on 2 multiprocessors, of 96 products, and of a number that nothing divides (4099
// is prime), one launch does it.
// WHOLE-COUNT-1: gpu.launch
// WHOLE-NOT: gpu.launch
module attributes {dlc.target = {gpu_capability = 60 : i64, gpu_multiprocessors = 56 : i64, gpu_lanes = 64 : i64, vector_bits = 128 : i64, stream_bytes_per_cycle = 550.0 : f64, fma = true}} {
// CHECK-LABEL: func.func private @matmul
// The sums of all parts.
// CHECK: %[[S:.*]] = memref.alloc() : memref<[[N:[0-9]+]]xf32>
// The parts, a group for each; no epilogue.
// CHECK: gpu.launch
// CHECK: math.fma
// CHECK-NOT: arith.select
// CHECK: vector.store %{{.*}}, %[[S]][%{{.*}}] {alignment = 16 : i64}
// They are added up one after the other, four results side by side.
// CHECK: gpu.launch
// CHECK: %[[A:.*]] = vector.load %[[S]][%{{.*}}] {alignment = 16 : i64}
// CHECK: %[[B:.*]] = vector.load %[[S]][%{{.*}}] {alignment = 16 : i64}
// CHECK: arith.addf %[[A]], %[[B]] : vector<4xf32>
// CHECK: arith.select %{{.*}} : vector<4xi1>, vector<4xf32>
// CHECK: vector.store %{{.*}} : memref<8192xf32>, vector<4xf32>
// CHECK: gpu.terminator
// CHECK-NOT: gpu.launch
func.func @main(%a: tensor<32x4096xf32>, %w: tensor<4096x256xf32>) -> tensor<32x256xf32> {
  %0 = nn.matmul %a, %w : (tensor<32x4096xf32>, tensor<4096x256xf32>) -> tensor<32x256xf32>
  %1 = nn.relu %0 : (tensor<32x256xf32>) -> tensor<32x256xf32>
  return %1 : tensor<32x256xf32>
}
}
