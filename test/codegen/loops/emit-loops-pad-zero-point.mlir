// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Padding with the zero point that each product is less by adds nothing: the
// loops leave it out, and no padded copy is made.
// CHECK-LABEL: func.func private @centred
// CHECK-NOT: memref.alloc
// CHECK: arith.muli
// CHECK: return
module attributes {dlc.target = {vector_bits = 0 : i64, vector_registers = 0 : i64}} {
  func.func private @centred(%x: memref<8x3xi8>, %w: memref<4x3x3xi8> {nn.constant}, %y: memref<8x4xi32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %point = arith.constant -5 : i8
    %0 = bufferization.to_tensor %x restrict : memref<8x3xi8> to tensor<8x3xi8>
    %1 = bufferization.to_tensor %w restrict : memref<4x3x3xi8> to tensor<4x3x3xi8>
    %pad = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %point : i8
    } : tensor<8x3xi8> to tensor<10x3xi8>
    %2 = tensor.empty() : tensor<8x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<8x4xi32>) -> tensor<8x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, f, k, c) -> (h + k, c)>, affine_map<(h, f, k, c) -> (f, c, k)>, affine_map<(h, f, k, c) -> (h, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %1 : tensor<10x3xi8>, tensor<4x3x3xi8>) outs(%3 : tensor<8x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %z = arith.constant -5 : i32
      %less = arith.subi %wide, %z : i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %less, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<8x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x4xi32>, memref<8x4xi32>) -> ()
    return
  }

  // Another value than the zero point counts.
  // CHECK-LABEL: func.func private @elsewhere
  // CHECK: memref.alloc
  func.func private @elsewhere(%x: memref<8x3xi8>, %w: memref<4x3x3xi8> {nn.constant}, %y: memref<8x4xi32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %point = arith.constant 0 : i8
    %0 = bufferization.to_tensor %x restrict : memref<8x3xi8> to tensor<8x3xi8>
    %1 = bufferization.to_tensor %w restrict : memref<4x3x3xi8> to tensor<4x3x3xi8>
    %pad = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %point : i8
    } : tensor<8x3xi8> to tensor<10x3xi8>
    %2 = tensor.empty() : tensor<8x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<8x4xi32>) -> tensor<8x4xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, f, k, c) -> (h + k, c)>, affine_map<(h, f, k, c) -> (f, c, k)>, affine_map<(h, f, k, c) -> (h, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %1 : tensor<10x3xi8>, tensor<4x3x3xi8>) outs(%3 : tensor<8x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %z = arith.constant -5 : i32
      %less = arith.subi %wide, %z : i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %less, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<8x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x4xi32>, memref<8x4xi32>) -> ()
    return
  }
}
