// RUN: dlc-opt %s --split-input-file --dlc-emit-loops | FileCheck %s

// Sums that stay sums of floats.

// Weights that are not finite: sums of floats.
// CHECK-LABEL: module @infinite_weights
// CHECK-NOT: i64, i64
// CHECK: arith.mulf
module @infinite_weights attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, compact_code = true}} {
  memref.global "private" constant @w : memref<2x2xf32> = dense<[[1.0, 2.0], [0x7F800000, 4.0]]>
  func.func private @matmul(%x: memref<8x2xf32>, %w: memref<2x2xf32> {nn.constant}, %y: memref<8x2xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<8x2xf32> to tensor<8x2xf32>
    %1 = bufferization.to_tensor %w restrict : memref<2x2xf32> to tensor<2x2xf32>
    %2 = tensor.empty() : tensor<8x2xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<8x2xf32>) -> tensor<8x2xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<8x2xf32>, tensor<2x2xf32>) outs(%3 : tensor<8x2xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<8x2xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x2xf32>, memref<8x2xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x2xf32>, %y: memref<8x2xf32>) {
    %w = memref.get_global @w : memref<2x2xf32>
    call @matmul(%x, %w, %y) : (memref<8x2xf32>, memref<2x2xf32>, memref<8x2xf32>) -> ()
    return
  }
}

// -----

// With an FPU floats are faster.
// CHECK-LABEL: module @with_fpu
// CHECK-NOT: i64, i64
// CHECK: arith.mulf
module @with_fpu attributes {dlc.target = {vector_bits = 0 : i64, fpu = true, compact_code = true}} {
  memref.global "private" constant @w : memref<2x2xf32> = dense<1.0>
  func.func private @matmul(%x: memref<8x2xf32>, %w: memref<2x2xf32> {nn.constant}, %y: memref<8x2xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<8x2xf32> to tensor<8x2xf32>
    %1 = bufferization.to_tensor %w restrict : memref<2x2xf32> to tensor<2x2xf32>
    %2 = tensor.empty() : tensor<8x2xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<8x2xf32>) -> tensor<8x2xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<8x2xf32>, tensor<2x2xf32>) outs(%3 : tensor<8x2xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<8x2xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x2xf32>, memref<8x2xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x2xf32>, %y: memref<8x2xf32>) {
    %w = memref.get_global @w : memref<2x2xf32>
    call @matmul(%x, %w, %y) : (memref<8x2xf32>, memref<2x2xf32>, memref<8x2xf32>) -> ()
    return
  }
}

// -----

// Two inputs: their integers would have to be made anew for every element.
// CHECK-LABEL: module @no_constant
// CHECK-NOT: i64, i64
// CHECK: arith.mulf
module @no_constant attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, compact_code = true}} {
  func.func private @matmul(%x: memref<8x2xf32>, %w: memref<2x2xf32>, %y: memref<8x2xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<8x2xf32> to tensor<8x2xf32>
    %1 = bufferization.to_tensor %w restrict : memref<2x2xf32> to tensor<2x2xf32>
    %2 = tensor.empty() : tensor<8x2xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<8x2xf32>) -> tensor<8x2xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<8x2xf32>, tensor<2x2xf32>) outs(%3 : tensor<8x2xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<8x2xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x2xf32>, memref<8x2xf32>) -> ()
    return
  }
}

// -----

// A start that is not zero is no sum of products.
// CHECK-LABEL: module @starts_at_one
// CHECK-NOT: i64, i64
// CHECK: arith.mulf
module @starts_at_one attributes {dlc.target = {vector_bits = 0 : i64, fpu = false, compact_code = true}} {
  memref.global "private" constant @w : memref<2x2xf32> = dense<1.0>
  func.func private @matmul(%x: memref<8x2xf32>, %w: memref<2x2xf32> {nn.constant}, %y: memref<8x2xf32>) attributes {nn.stage = "matmul"} {
    %one = arith.constant 1.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<8x2xf32> to tensor<8x2xf32>
    %1 = bufferization.to_tensor %w restrict : memref<2x2xf32> to tensor<2x2xf32>
    %2 = tensor.empty() : tensor<8x2xf32>
    %3 = linalg.fill ins(%one : f32) outs(%2 : tensor<8x2xf32>) -> tensor<8x2xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<8x2xf32>, tensor<2x2xf32>) outs(%3 : tensor<8x2xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    } -> tensor<8x2xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x2xf32>, memref<8x2xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x2xf32>, %y: memref<8x2xf32>) {
    %w = memref.get_global @w : memref<2x2xf32>
    call @matmul(%x, %w, %y) : (memref<8x2xf32>, memref<2x2xf32>, memref<8x2xf32>) -> ()
    return
  }
}
