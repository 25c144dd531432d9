// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

// A chip that is fast at halves: two columns are a register, a thread loads 8
// halves at once, and short sums stay halves.
// CHECK-LABEL: func.func private @pairs
// CHECK: gpu.launch {{.*}} workgroup(%[[S:.*]] : memref<{{[0-9]+}}xi8, #gpu.address_space<workgroup>>
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<{{.*}}xf16{{.*}}>, vector<8xf16>
// CHECK: scf.for
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<{{.*}}xf16, #gpu.address_space<workgroup>>, vector<8xf16>
// CHECK: %[[ROW:.*]] = vector.broadcast %{{.*}} : f16 to vector<2xf16>
// CHECK: %[[PAIR:.*]] = vector.from_elements %{{.*}}, %{{.*}} : vector<2xf16>
// CHECK: vector.fma %[[ROW]], %[[PAIR]], %{{.*}} : vector<2xf16>
// CHECK-NOT: scf.if
// CHECK: scf.yield
// CHECK-NOT: f32
// CHECK: vector.store %{{.*}} {alignment = 16 : i64} : memref<{{.*}}xf16{{.*}}>, vector<8xf16>
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_half_rate = 2.0 : f64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @pairs(%x: memref<1024x256xf16>, %w: memref<256x128xf16> {nn.constant}, %y: memref<1024x128xf16>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<1024x256xf16> to tensor<1024x256xf16>
    %1 = bufferization.to_tensor %w restrict : memref<256x128xf16> to tensor<256x128xf16>
    %e = tensor.empty() : tensor<1024x128xf16>
    %zero = arith.constant 0.0 : f16
    %f = linalg.fill ins(%zero : f16) outs(%e : tensor<1024x128xf16>) -> tensor<1024x128xf16>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<1024x256xf16>, tensor<256x128xf16>) outs(%f : tensor<1024x128xf16>) {
    ^bb0(%a: f16, %c: f16, %out: f16):
      %m = arith.mulf %a, %c fastmath<contract> : f16
      %s = arith.addf %out, %m fastmath<contract> : f16
      linalg.yield %s : f16
    } -> tensor<1024x128xf16>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1024x128xf16>, memref<1024x128xf16>) -> ()
    return
  }
}

// -----

// Sums of float32: those of halves go there behind every 256 steps, in a loop
// around the one that adds them up.
// CHECK-LABEL: func.func private @long
// CHECK: gpu.launch
// CHECK: scf.for %[[I:[^ ]*]] = %c0 to %c2048 step %c256 iter_args
// CHECK: %[[END:.*]] = arith.addi %[[I]], %c256
// CHECK: %[[BEGIN:.*]] = arith.select %{{.*}}, %c16, %[[I]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step %c16 iter_args
// CHECK: vector.fma {{.*}} : vector<2xf16>
// CHECK-NOT: arith.extf
// CHECK: gpu.barrier
// CHECK: scf.yield
// CHECK: %[[H:.*]] = vector.extract
// CHECK: %[[E:.*]] = arith.extf %[[H]] : f16 to f32
// CHECK: arith.addf %{{.*}}, %[[E]] : f32
// CHECK: scf.yield
// CHECK: arith.truncf %{{.*}} : vector<{{[48]}}xf32> to vector<{{[48]}}xf16>
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_half_rate = 2.0 : f64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @long(%x: memref<1024x2048xf16>, %w: memref<2048x128xf16> {nn.constant}, %y: memref<1024x128xf16>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<1024x2048xf16> to tensor<1024x2048xf16>
    %1 = bufferization.to_tensor %w restrict : memref<2048x128xf16> to tensor<2048x128xf16>
    %e = tensor.empty() : tensor<1024x128xf32>
    %h = tensor.empty() : tensor<1024x128xf16>
    %zero = arith.constant 0.0 : f32
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1024x128xf32>) -> tensor<1024x128xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<1024x2048xf16>, tensor<2048x128xf16>) outs(%f : tensor<1024x128xf32>) {
    ^bb0(%a: f16, %c: f16, %out: f32):
      %p = arith.extf %a : f16 to f32
      %q = arith.extf %c : f16 to f32
      %m = arith.mulf %p, %q fastmath<contract> : f32
      %s = arith.addf %out, %m fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<1024x128xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1024x128xf32>) outs(%h : tensor<1024x128xf16>) {
    ^bb0(%a: f32, %out: f16):
      %s = arith.truncf %a : f32 to f16
      linalg.yield %s : f16
    } -> tensor<1024x128xf16>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1024x128xf16>, memref<1024x128xf16>) -> ()
    return
  }
}

// -----

// A chip that is slow at them: halves become float32 on their way to shared
// memory, and everything is added up there.
// CHECK-LABEL: func.func private @slow
// CHECK: gpu.launch {{.*}} workgroup(%{{.*}} : memref<{{[0-9]+}}xi8, #gpu.address_space<workgroup>>
// CHECK: %[[X:.*]] = vector.load %{{.*}} {alignment = 8 : i64} : memref<{{.*}}xf16{{.*}}>, vector<4xf16>
// CHECK: arith.extf %[[X]] : vector<4xf16> to vector<4xf32>
// CHECK: math.fma {{.*}} : f32
// CHECK: arith.truncf %{{.*}} : vector<4xf32> to vector<4xf16>
module attributes {dlc.target = {gpu_capability = 61 : i64, gpu_half_rate = 0.015625 : f64, gpu_multiprocessors = 20 : i64, vector_bits = 128 : i64}} {
  func.func private @slow(%x: memref<1024x2048xf16>, %w: memref<2048x128xf16> {nn.constant}, %y: memref<1024x128xf16>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<1024x2048xf16> to tensor<1024x2048xf16>
    %1 = bufferization.to_tensor %w restrict : memref<2048x128xf16> to tensor<2048x128xf16>
    %e = tensor.empty() : tensor<1024x128xf32>
    %h = tensor.empty() : tensor<1024x128xf16>
    %zero = arith.constant 0.0 : f32
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1024x128xf32>) -> tensor<1024x128xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<1024x2048xf16>, tensor<2048x128xf16>) outs(%f : tensor<1024x128xf32>) {
    ^bb0(%a: f16, %c: f16, %out: f32):
      %p = arith.extf %a : f16 to f32
      %q = arith.extf %c : f16 to f32
      %m = arith.mulf %p, %q fastmath<contract> : f32
      %s = arith.addf %out, %m fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<1024x128xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1024x128xf32>) outs(%h : tensor<1024x128xf16>) {
    ^bb0(%a: f32, %out: f16):
      %s = arith.truncf %a : f32 to f16
      linalg.yield %s : f16
    } -> tensor<1024x128xf16>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1024x128xf16>, memref<1024x128xf16>) -> ()
    return
  }
}
