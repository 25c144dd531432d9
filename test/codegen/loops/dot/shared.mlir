// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Short windows that overlap: positions of a tile take lanes of the same vectors
// (docs/decisions/vector-integers.md). Four windows of three pixels of three
// channels, a pixel apart: 18 halfwords in scratch memory, two vectors and half
// of one; each is loaded once.
// CHECK-LABEL: func.func private @windows
// CHECK: %[[ROW:.*]] = memref.alloc() : memref<{{.*}}xi16>
// CHECK: vector.load %[[ROW]]{{.*}}, vector<8xi16>
// CHECK-COUNT-3: llvm.call_intrinsic "llvm.aarch64.neon.smull.v4i32"
// CHECK-NOT: vector.load %[[ROW]]
// CHECK: vector.load %[[ROW]]{{.*}}, vector<8xi16>
// CHECK-NOT: vector.load %[[ROW]]
// CHECK: vector.load %[[ROW]]{{.*}}, vector<4xi16>
// CHECK-NOT: vector.load %[[ROW]]
// CHECK: return
module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smlal", left = "i16", right = "i16", accumulator = "i32", products = 1 : i64, lanes = 4 : i64, cycles = 1.0}]}} {
  memref.global "private" constant @filter : memref<4x3x3xi8> = dense<-128>

  func.func private @windows(%x: memref<6x3xi8>, %w: memref<4x3x3xi8> {nn.constant}, %y: memref<4x4xi32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<6x3xi8> to tensor<6x3xi8>
    %1 = bufferization.to_tensor %w restrict : memref<4x3x3xi8> to tensor<4x3x3xi8>
    %2 = tensor.empty() : tensor<4x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<4x4xi32>) -> tensor<4x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, f, k, c) -> (h + k, c)>, affine_map<(h, f, k, c) -> (f, k, c)>, affine_map<(h, f, k, c) -> (h, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %1 : tensor<6x3xi8>, tensor<4x3x3xi8>) outs(%3 : tensor<4x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<4x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<4x4xi32>, memref<4x4xi32>) -> ()
    return
  }
  func.func @main(%x: memref<6x3xi8>, %y: memref<4x4xi32>) {
    %w = memref.get_global @filter : memref<4x3x3xi8>
    call @windows(%x, %w, %y) : (memref<6x3xi8>, memref<4x3x3xi8>, memref<4x4xi32>) -> ()
    return
  }
}
