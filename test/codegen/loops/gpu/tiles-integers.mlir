// RUN: dlc-opt %s --dlc-emit-loops --cse --split-input-file | FileCheck %s

// Bytes become float32 on their way to shared memory, without their zero
// points; sums of 40 products are exact and become whole at the end, where the
// sum's start is added.
// CHECK-LABEL: func.func private @product
// CHECK: gpu.launch {{.*}} workgroup(%{{.*}} : memref<{{[0-9]+}}xi8, #gpu.address_space<workgroup>>
// CHECK: %[[X:.*]] = vector.load %{{.*}} {alignment = 4 : i64} : memref<{{.*}}xi8{{.*}}>, vector<4xi8>
// CHECK: %[[W:.*]] = arith.extsi {{.*}} : vector<4xi8> to vector<4xi32>
// CHECK: %[[Z:.*]] = arith.subi %[[W]], %{{.*}} : vector<4xi32>
// CHECK: arith.sitofp %[[Z]] : vector<4xi32> to vector<4xf32>
// CHECK: scf.for
// CHECK-NOT: arith.fptosi
// CHECK: math.fma
// CHECK: scf.yield
// CHECK: %[[S:.*]] = arith.fptosi %{{.*}} : f32 to i32
// CHECK: arith.addi %c7_i32, %[[S]]
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @product(%x: memref<128x40xi8>, %w: memref<40x64xi8> {nn.constant}, %y: memref<128x64xi32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<128x40xi8> to tensor<128x40xi8>
    %1 = bufferization.to_tensor %w restrict : memref<40x64xi8> to tensor<40x64xi8>
    %e = tensor.empty() : tensor<128x64xi32>
    %c7 = arith.constant 7 : i32
    %c3 = arith.constant 3 : i32
    %f = linalg.fill ins(%c7 : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<128x40xi8>, tensor<40x64xi8>) outs(%f : tensor<128x64xi32>) {
    ^bb0(%a: i8, %c: i8, %out: i32):
      %p = arith.extsi %a : i8 to i32
      %q = arith.subi %p, %c3 : i32
      %r = arith.extsi %c : i8 to i32
      %m = arith.muli %q, %r : i32
      %s = arith.addi %out, %m : i32
      linalg.yield %s : i32
    } -> tensor<128x64xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<128x64xi32>, memref<128x64xi32>) -> ()
    return
  }
}

// -----

// 2^24 / (131 * 128): sums are emptied behind every 1000 steps.
// CHECK-LABEL: func.func private @deep
// CHECK: gpu.launch
// CHECK: scf.for %[[I:[^ ]*]] = %c0 to %c2048 step %c1000 iter_args
// CHECK: %[[NEXT:.*]] = arith.addi %[[I]], %c1000
// CHECK: %[[END:.*]] = arith.minui %[[NEXT]], %c2048
// CHECK: scf.for %{{.*}} to %[[END]] step %c8 iter_args
// CHECK: math.fma
// CHECK-NOT: arith.fptosi
// CHECK: scf.yield
// CHECK: arith.fptosi
// CHECK: scf.yield
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @deep(%x: memref<128x2048xi8>, %w: memref<2048x64xi8> {nn.constant}, %y: memref<128x64xi32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<128x2048xi8> to tensor<128x2048xi8>
    %1 = bufferization.to_tensor %w restrict : memref<2048x64xi8> to tensor<2048x64xi8>
    %e = tensor.empty() : tensor<128x64xi32>
    %zero = arith.constant 0 : i32
    %c3 = arith.constant 3 : i32
    %f = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<128x2048xi8>, tensor<2048x64xi8>) outs(%f : tensor<128x64xi32>) {
    ^bb0(%a: i8, %c: i8, %out: i32):
      %p = arith.extsi %a : i8 to i32
      %q = arith.subi %p, %c3 : i32
      %r = arith.extsi %c : i8 to i32
      %m = arith.muli %q, %r : i32
      %s = arith.addi %out, %m : i32
      linalg.yield %s : i32
    } -> tensor<128x64xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<128x64xi32>, memref<128x64xi32>) -> ()
    return
  }
}

// -----

// What is subtracted is no constant: a thread for each point, or several.
// CHECK-LABEL: func.func private @unknown
// CHECK-NOT: math.fma
// CHECK: arith.muli {{.*}} : {{(vector<4x)?}}i32
// CHECK: return
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, vector_bits = 128 : i64}} {
  func.func private @unknown(%x: memref<128x40xi8>, %zero_point: memref<1xi32>, %w: memref<40x64xi8> {nn.constant}, %y: memref<128x64xi32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<128x40xi8> to tensor<128x40xi8>
    %1 = bufferization.to_tensor %w restrict : memref<40x64xi8> to tensor<40x64xi8>
    %z = bufferization.to_tensor %zero_point restrict : memref<1xi32> to tensor<1xi32>
    %e = tensor.empty() : tensor<128x64xi32>
    %zero = arith.constant 0 : i32
    %f = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (0)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %z, %1 : tensor<128x40xi8>, tensor<1xi32>, tensor<40x64xi8>) outs(%f : tensor<128x64xi32>) {
    ^bb0(%a: i8, %n: i32, %c: i8, %out: i32):
      %p = arith.extsi %a : i8 to i32
      %q = arith.subi %p, %n : i32
      %r = arith.extsi %c : i8 to i32
      %m = arith.muli %q, %r : i32
      %s = arith.addi %out, %m : i32
      linalg.yield %s : i32
    } -> tensor<128x64xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<128x64xi32>, memref<128x64xi32>) -> ()
    return
  }
}

// -----

// Where there is dp4a, a word is four steps of the data as they lie in memory;
// weights are stored so. The products of the data's zero point with the sums of
// the weights' rows are taken off at the end.
// CHECK-LABEL: func.func private @words
// CHECK-SAME: memref<{{[0-9]+}}xi8> {nn.constant}
// CHECK-SAME: memref<{{[0-9]+}}xi32> {nn.constant}
// CHECK: gpu.launch {{.*}} workgroup(%{{.*}} : memref<{{[0-9]+}}xi8, #gpu.address_space<workgroup>>
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<{{.*}}xi8{{.*}}>, vector<16xi8>
// CHECK: vector.bitcast {{.*}} : vector<4xi8> to vector<1xi32>
// CHECK-NOT: arith.sitofp
// CHECK: llvm.call_intrinsic "llvm.nvvm.idp4a.u.s"
// CHECK: vector.load {{.*}} : memref<{{[0-9]+}}xi32{{.*}}>, vector<4xi32>
// CHECK: arith.addi
module attributes {dlc.target = {gpu_capability = 61 : i64, gpu_multiprocessors = 20 : i64, gpu_dot_rate = 4.0 : f64, vector_bits = 128 : i64}} {
  memref.global "private" constant @weights : memref<128x64xi8> = dense<3>
  func.func @main(%x: memref<1024x128xi8>, %y: memref<1024x64xi32>) {
    %w = memref.get_global @weights : memref<128x64xi8>
    call @words(%x, %w, %y) : (memref<1024x128xi8>, memref<128x64xi8>, memref<1024x64xi32>) -> ()
    return
  }
  func.func private @words(%x: memref<1024x128xi8>, %w: memref<128x64xi8> {nn.constant}, %y: memref<1024x64xi32>) attributes {nn.stage = "matmul"} {
    %0 = bufferization.to_tensor %x restrict : memref<1024x128xi8> to tensor<1024x128xi8>
    %1 = bufferization.to_tensor %w restrict : memref<128x64xi8> to tensor<128x64xi8>
    %e = tensor.empty() : tensor<1024x64xi32>
    %zero = arith.constant 0 : i32
    %c3 = arith.constant 3 : i32
    %f = linalg.fill ins(%zero : i32) outs(%e : tensor<1024x64xi32>) -> tensor<1024x64xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %1 : tensor<1024x128xi8>, tensor<128x64xi8>) outs(%f : tensor<1024x64xi32>) {
    ^bb0(%a: i8, %c: i8, %out: i32):
      %p = arith.extui %a : i8 to i32
      %q = arith.subi %p, %c3 : i32
      %r = arith.extsi %c : i8 to i32
      %m = arith.muli %q, %r : i32
      %s = arith.addi %out, %m : i32
      linalg.yield %s : i32
    } -> tensor<1024x64xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1024x64xi32>, memref<1024x64xi32>) -> ()
    return
  }
}
