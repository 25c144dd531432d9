// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Two products of bytes fit 16 bits where no weight is -128: callers say so
// (docs/decisions/vector-integers.md).
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smull sadalp", left = "i8", right = "i8", accumulator = "i32", products = 2 : i64, lanes = 4 : i64, cycles = 2.0},
    {instruction = "smlal", left = "i16", right = "i16", accumulator = "i32", products = 1 : i64, lanes = 4 : i64, cycles = 1.0}]}} {
  memref.global "private" constant @small : memref<8x4xi8> = dense<-127>
  memref.global "private" constant @large : memref<16x4xi8> = dense<-128>

  // Two groups of four for four features, each half of which is 16 bits.
  // CHECK-LABEL: func.func private @bytes
  // CHECK-SAME: memref<32xi8> {nn.constant}
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: %[[FIRST:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: arith.addi %{{.*}}, %{{.*}} : vector<8xi16>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"
  // CHECK: vector.deinterleave
  func.func private @bytes(%x: memref<2x8xi8>, %w: memref<8x4xi8> {nn.constant}, %y: memref<2x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<2x8xi8> to tensor<2x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x4xi8> to tensor<8x4xi8>
    %2 = tensor.empty() : tensor<2x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<2x4xi32>) -> tensor<2x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x8xi8>, tensor<8x4xi8>) outs(%3 : tensor<2x4xi32>) {
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

  // CHECK-LABEL: func.func private @halves
  // CHECK-SAME: memref<64xi16> {nn.constant}
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v4i32"
  func.func private @halves(%x: memref<2x16xi8>, %w: memref<16x4xi8> {nn.constant}, %y: memref<2x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<2x16xi8> to tensor<2x16xi8>
    %1 = bufferization.to_tensor %w restrict : memref<16x4xi8> to tensor<16x4xi8>
    %2 = tensor.empty() : tensor<2x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<2x4xi32>) -> tensor<2x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x16xi8>, tensor<16x4xi8>) outs(%3 : tensor<2x4xi32>) {
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

  func.func @main(%x: memref<2x8xi8>, %v: memref<2x16xi8>, %y: memref<2x4xi32>, %z: memref<2x4xi32>) {
    %small = memref.get_global @small : memref<8x4xi8>
    %large = memref.get_global @large : memref<16x4xi8>
    call @bytes(%x, %small, %y) : (memref<2x8xi8>, memref<8x4xi8>, memref<2x4xi32>) -> ()
    call @halves(%v, %large, %z) : (memref<2x16xi8>, memref<16x4xi8>, memref<2x4xi32>) -> ()
    return
  }
}
