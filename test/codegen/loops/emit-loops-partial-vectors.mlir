// RUN: sed s/PREDICATION/true/ %s | dlc-opt --split-input-file --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,PART
// RUN: sed s/PREDICATION/false/ %s | dlc-opt --split-input-file --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,WHOLE

// Six columns are one vector and a half: the weights are filled up with zeros to
// eight columns, the bias is loaded and the result stored in part.
// PART: memref.global "private" constant @w_packed : memref<16xf32> = dense<[
// PART-SAME: 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 0.000000e+00, 0.000000e+00
// PART-SAME: 6.000000e+00, 7.000000e+00, 8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01, 0.000000e+00, 0.000000e+00
// WHOLE: memref.global "private" constant @w_packed : memref<12xf32>
// CHECK-LABEL: func.func private @product
// PART-DAG: %[[MASK:.*]] = arith.constant dense<[true, true, false, false]>
// PART-NOT: vector<2xf32>
// PART: vector.maskedload %{{.*}}[%c4], %[[MASK]], %{{.*}} : memref<6xf32>
// PART: vector.maskedstore %{{.*}}[%c4], %[[MASK]], %{{.*}} : memref<6xf32>
// WHOLE-NOT: masked
// WHOLE: vector.store %{{.*}} : memref<6xf32>, vector<2xf32>
#target = {vector_bits = 128 : i64, vector_registers = 8 : i64, scalar_factor = "core", predication = PREDICATION, l2_bytes = 0 : i64, compact_code = true}
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<2x6xf32> = dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0, 11.0]]>
  func.func private @product(%x: memref<1x2xf32>, %w: memref<2x6xf32> {nn.constant}, %bias: memref<6xf32>, %y: memref<6xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x2xf32> to tensor<1x2xf32>
    %1 = bufferization.to_tensor %w restrict : memref<2x6xf32> to tensor<2x6xf32>
    %2 = bufferization.to_tensor %bias restrict : memref<6xf32> to tensor<6xf32>
    %3 = tensor.empty() : tensor<6xf32>
    %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<6xf32>) -> tensor<6xf32>
    %5 = linalg.generic {
      indexing_maps = [affine_map<(n, k) -> (0, k)>, affine_map<(n, k) -> (k, n)>, affine_map<(n, k) -> (n)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%0, %1 : tensor<1x2xf32>, tensor<2x6xf32>) outs(%4 : tensor<6xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<6xf32>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
      iterator_types = ["parallel"]}
      ins(%5, %2 : tensor<6xf32>, tensor<6xf32>) outs(%3 : tensor<6xf32>) {
    ^bb0(%a: f32, %b: f32, %unused: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<6xf32>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<6xf32>, memref<6xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x2xf32>, %bias: memref<6xf32>, %y: memref<6xf32>) {
    %w = memref.get_global @w : memref<2x6xf32>
    call @product(%x, %w, %bias, %y) : (memref<1x2xf32>, memref<2x6xf32>, memref<6xf32>, memref<6xf32>) -> ()
    return
  }
}

// -----

// Lanes that do not exist hold zeros, by which integers must not be divided.
// CHECK-LABEL: func.func private @divide
// CHECK-NOT: masked
#target = {vector_bits = 128 : i64, vector_registers = 8 : i64, scalar_factor = "core", predication = PREDICATION, l2_bytes = 0 : i64, compact_code = true}
module attributes {dlc.target = #target} {
  func.func private @divide(%x: memref<6xi32>, %y: memref<6xi32>, %z: memref<6xi32>) attributes {nn.stage = "divide"} {
    %0 = bufferization.to_tensor %x restrict : memref<6xi32> to tensor<6xi32>
    %1 = bufferization.to_tensor %y restrict : memref<6xi32> to tensor<6xi32>
    %2 = tensor.empty() : tensor<6xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
      iterator_types = ["parallel"]}
      ins(%0, %1 : tensor<6xi32>, tensor<6xi32>) outs(%2 : tensor<6xi32>) {
    ^bb0(%a: i32, %b: i32, %unused: i32):
      %q = arith.divsi %a, %b : i32
      linalg.yield %q : i32
    } -> tensor<6xi32>
    bufferization.materialize_in_destination %3 in restrict writable %z : (tensor<6xi32>, memref<6xi32>) -> ()
    return
  }
}
