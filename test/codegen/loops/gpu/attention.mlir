// RUN: dlc-opt %s --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s
// RUN: sed 's/x64x/x7x/g; s/x64xf32/x7xf32/g' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=APART
// RUN: sed 's/40x32xf32/40x130xf32/g; s/-> tensor<3x64x32xf32>/-> tensor<3x64x130xf32>/g; s/%%heads : tensor<3x64x32xf32>/%%heads : tensor<3x64x130xf32>/' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=APART
// RUN: sed 's/gpu_multiprocessors = 2/gpu_multiprocessors = 2, gpu_block_shared_bytes = 6000/' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops | FileCheck %s --check-prefix=APART

// RUN: sed 's/f32>/f16>/g; s/fma = true/fma = true, gpu_half_rate = 2.0 : f64/' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s --check-prefix=PAIRS
// RUN: sed 's/f32>/f16>/g; s/fma = true/fma = true, gpu_half_rate = 0.015625 : f64/' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s --check-prefix=STORED

// 64 queries and 40 keys of 32 elements for 3 heads. A block has some queries of
// a head; 40 keys are no whole tiles.
// With 7 queries, with values of 130 elements, or in less shared memory than the
// smallest tiles take, products and softmax are launches of their own.
// APART-COUNT-6: gpu.launch
// Halves on a chip that adds two of their products at once: so they lie in shared
// memory, eight in a load. The softmax is float32, its powers are at most 1 / 32
// of a tile's 32 keys (or 1 / 16 of 16), and sums of values go to float32.
// PAIRS-NOT: memref.alloc
// PAIRS: gpu.launch
// PAIRS: vector.load %{{.*}} {alignment = 16 : i64} : memref<6144xf16>, vector<8xf16>
// PAIRS: gpu.barrier
// PAIRS: vector.fma %{{.*}} : vector<2xf16>
// PAIRS: arith.addf %{{.*}} : f16
// PAIRS: arith.mulf %{{.*}} : f16
// PAIRS: arith.extf %{{.*}} : f16 to f32
// PAIRS: gpu.shuffle xor
// PAIRS: arith.addf %{{.*}}, %cst{{.*}} : f32
// PAIRS: math.exp %{{.*}} : f32
// PAIRS: arith.truncf %{{.*}} : f32 to f16
// PAIRS: vector.broadcast %{{.*}} : f16 to vector<2xf16>
// PAIRS: vector.fma %{{.*}} : vector<2xf16>
// PAIRS: math.fma %{{.*}} : f32
// PAIRS: arith.divf %{{.*}} : f32
// PAIRS: vector.store %{{.*}} : memref<6144xf16>
// PAIRS-NOT: gpu.launch
// Where halves are only stored they become float32 on their way.
// STORED-NOT: memref.alloc
// STORED: gpu.launch
// STORED: %[[LOADED:.*]] = vector.load %{{.*}} {alignment = 8 : i64} : memref<6144xf16>, vector<4xf16>
// STORED: arith.extf %[[LOADED]] : vector<4xf16> to vector<4xf32>
// STORED-NOT: vector.fma
// STORED: math.fma %{{.*}} : f32
// STORED: vector.store %{{.*}} {alignment = 8 : i64} : memref<6144xf16>, vector<4xf16>
// STORED-NOT: gpu.launch
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, gpu_block_registers = 32768 : i64, vector_bits = 128 : i64, stream_bytes_per_cycle = 46.0 : f64, fma = true}} {
// CHECK-LABEL: func.func private @attention
// No scores in memory.
// CHECK-NOT: memref.alloc
// CHECK: gpu.launch {{.*}} %{{.*}} = %c3{{[^0-9]}}
// Operands to shared memory, 16 bytes at once.
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<6144xf32>, vector<4xf32>
// CHECK: scf.for
// A key beyond the last one has no elements,
// CHECK: arith.cmpi ult, %{{.*}}, %c40
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: math.fma
// CHECK: arith.mulf
// and no power.
// CHECK: arith.select
// CHECK: gpu.barrier
// The largest score of a row, then the powers.
// CHECK: arith.maxnumf
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK: math.exp
// CHECK: gpu.barrier
// CHECK: math.fma
// CHECK: gpu.barrier
// CHECK: arith.divf
// CHECK: vector.store %{{.*}} {alignment = 16 : i64} : memref<6144xf32>, vector<4xf32>
// CHECK: gpu.terminator
// CHECK-NOT: gpu.launch
func.func @main(%q: tensor<3x64x32xf32>, %k: tensor<3x32x40xf32>, %v: tensor<3x40x32xf32>) -> tensor<3x64x32xf32> {
  %c = arith.constant dense<0.5> : tensor<1xf32>
  %scores = nn.matmul %q, %k : (tensor<3x64x32xf32>, tensor<3x32x40xf32>) -> tensor<3x64x40xf32>
  %less = nn.mul %scores, %c : (tensor<3x64x40xf32>, tensor<1xf32>) -> tensor<3x64x40xf32>
  %shares = nn.softmax %less {axis = 2 : i64} : (tensor<3x64x40xf32>) -> tensor<3x64x40xf32>
  %heads = nn.matmul %shares, %v : (tensor<3x64x40xf32>, tensor<3x40x32xf32>) -> tensor<3x64x32xf32>
  return %heads : tensor<3x64x32xf32>
}
}
