// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse --split-input-file | FileCheck %s

// AArch64: sixteen elements of the sum side by side for each feature, where
// runs are long (docs/decisions/vector-integers.md).

module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smull sadalp", left = "i8", right = "i8", accumulator = "i32", products = 2 : i64, lanes = 4 : i64, cycles = 2.0}]}} {
  memref.global "private" constant @small : memref<28x4xi8> = dense<-127>

  // Runs of 28 are filled up to 32; the last vector of the data begins four
  // elements earlier and is shifted, so that nothing behind it is read. What sums
  // begin with is added at their end. Positions come one after the other.
  // CHECK-LABEL: func.func private @sums
  // CHECK-SAME: %[[X:.*]]: memref<2x28xi8>, %{{.*}}: memref<128xi8> {nn.constant}, %[[START:.*]]: memref<4xi32> {nn.constant}
  // CHECK-DAG: %[[C12:.*]] = arith.constant 12 : index
  // CHECK: vector.load %{{.*}} : memref<128xi8>, vector<64xi8>
  // CHECK: vector.load %{{.*}} : memref<56xi8>, vector<16xi8>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: arith.addi %{{.*}} : vector<8xi16>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"
  // CHECK: llvm.inline_asm "", "=w,0,w,w,w,w"
  // CHECK: vector.load %{{.*}}[%[[C12]]] : memref<56xi8>, vector<16xi8>
  // CHECK: vector.shuffle %{{.*}} [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -1
  // CHECK: vector.deinterleave
  // CHECK: vector.deinterleave
  // CHECK: vector.load %[[START]]
  // CHECK: return
  func.func private @sums(%x: memref<2x28xi8>, %w: memref<28x4xi8> {nn.constant}, %y: memref<2x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<2x28xi8> to tensor<2x28xi8>
    %1 = bufferization.to_tensor %w restrict : memref<28x4xi8> to tensor<28x4xi8>
    %2 = tensor.empty() : tensor<2x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<2x4xi32>) -> tensor<2x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x28xi8>, tensor<28x4xi8>) outs(%3 : tensor<2x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<2x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x4xi32>, memref<2x4xi32>) -> ()
    return
  }
  func.func @main(%x: memref<2x28xi8>, %y: memref<2x4xi32>) {
    %w = memref.get_global @small : memref<28x4xi8>
    call @sums(%x, %w, %y) : (memref<2x28xi8>, memref<28x4xi8>, memref<2x4xi32>) -> ()
    return
  }
}

// -----

// Rows whose runs hold one group of four: two rows are multiplied together.
module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smull sadalp", left = "i8", right = "i8", accumulator = "i32", products = 2 : i64, lanes = 4 : i64, cycles = 2.0}]}} {
  memref.global "private" constant @taps : memref<4x2x4xi8> = dense<1>

  // CHECK-LABEL: func.func private @rows
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: %[[SECOND:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: %[[BOTH:.*]] = arith.addi %{{.*}}, %[[SECOND]] : vector<8xi16>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%[[BOTH]])
  // CHECK: return
  func.func private @rows(%x: memref<12xi8>, %w: memref<4x2x4xi8> {nn.constant}, %y: memref<4xi32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<12xi8> to tensor<12xi8>
    %1 = bufferization.to_tensor %w restrict : memref<4x2x4xi8> to tensor<4x2x4xi8>
    %2 = tensor.empty() : tensor<4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<4xi32>) -> tensor<4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(n, i, j) -> (8 * i + j)>, affine_map<(n, i, j) -> (n, i, j)>, affine_map<(n, i, j) -> (n)>],
      iterator_types = ["parallel", "reduction", "reduction"]}
      ins(%0, %1 : tensor<12xi8>, tensor<4x2x4xi8>) outs(%3 : tensor<4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<4xi32>, memref<4xi32>) -> ()
    return
  }
  func.func @main(%x: memref<12xi8>, %y: memref<4xi32>) {
    %w = memref.get_global @taps : memref<4x2x4xi8>
    call @rows(%x, %w, %y) : (memref<12xi8>, memref<4x2x4xi8>, memref<4xi32>) -> ()
    return
  }
}
