// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Rescalings in the body of any nest are computed in words of 32 bits where
// nothing of the product's lower word is carried over
// (docs/decisions/vector-integers.md).
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64}} {
  // Only shifted.
  // CHECK-LABEL: func.func @shifted
  // CHECK: arith.shrsi %{{.*}} : vector<16xi32>
  // CHECK: arith.maxsi %{{.*}} : vector<16xi32>
  // CHECK-NOT: i64>
  // CHECK: return
  func.func @shifted(%x: memref<16xi8>, %y: memref<16xi8>) attributes {nn.stage = "elementwise"} {
    %0 = bufferization.to_tensor %x restrict : memref<16xi8> to tensor<16xi8>
    %1 = tensor.empty() : tensor<16xi8>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%0 : tensor<16xi8>) outs(%1 : tensor<16xi8>) {
    ^bb0(%in: i8, %out: i8):
      %a = arith.extsi %in : i8 to i32
      %wide = arith.extsi %a : i32 to i64
      %k = arith.constant 21 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %q = arith.shrsi %wide, %k : i64
      %above = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %above, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<16xi8>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xi8>, memref<16xi8>) -> ()
    return
  }

  // Upper words of products.
  // CHECK-LABEL: func.func @multiplied
  // CHECK: arith.muli %{{.*}} : vector<8xi64>
  // CHECK: arith.muli %{{.*}} : vector<8xi64>
  // CHECK: arith.addi %{{.*}} : vector<16xi32>
  // CHECK: arith.shrsi %{{.*}} : vector<16xi32>
  // CHECK: return
  func.func @multiplied(%x: memref<16xi8>, %y: memref<16xi8>) attributes {nn.stage = "elementwise"} {
    %0 = bufferization.to_tensor %x restrict : memref<16xi8> to tensor<16xi8>
    %1 = tensor.empty() : tensor<16xi8>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%0 : tensor<16xi8>) outs(%1 : tensor<16xi8>) {
    ^bb0(%in: i8, %out: i8):
      %a = arith.extsi %in : i8 to i32
      %wide = arith.extsi %a : i32 to i64
      %m = arith.constant 1431655766 : i64
      %c = arith.constant 12884901888 : i64
      %p = arith.muli %wide, %m : i64
      %v = arith.addi %p, %c : i64
      %k = arith.constant 35 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %q = arith.shrsi %v, %k : i64
      %above = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %above, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<16xi8>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xi8>, memref<16xi8>) -> ()
    return
  }

  // The addend reaches into the lower word.
  // CHECK-LABEL: func.func @carried
  // CHECK: arith.shrsi %{{.*}} : vector<16xi64>
  // CHECK: return
  func.func @carried(%x: memref<16xi8>, %y: memref<16xi8>) attributes {nn.stage = "elementwise"} {
    %0 = bufferization.to_tensor %x restrict : memref<16xi8> to tensor<16xi8>
    %1 = tensor.empty() : tensor<16xi8>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%0 : tensor<16xi8>) outs(%1 : tensor<16xi8>) {
    ^bb0(%in: i8, %out: i8):
      %a = arith.extsi %in : i8 to i32
      %wide = arith.extsi %a : i32 to i64
      %m = arith.constant 1431655766 : i64
      %c = arith.constant 12884901889 : i64
      %p = arith.muli %wide, %m : i64
      %v = arith.addi %p, %c : i64
      %k = arith.constant 35 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %q = arith.shrsi %v, %k : i64
      %above = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %above, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<16xi8>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xi8>, memref<16xi8>) -> ()
    return
  }

  // What is shifted out is part of the word.
  // CHECK-LABEL: func.func @short
  // CHECK: arith.shrsi %{{.*}} : vector<16xi64>
  // CHECK: return
  func.func @short(%x: memref<16xi8>, %y: memref<16xi8>) attributes {nn.stage = "elementwise"} {
    %0 = bufferization.to_tensor %x restrict : memref<16xi8> to tensor<16xi8>
    %1 = tensor.empty() : tensor<16xi8>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%0 : tensor<16xi8>) outs(%1 : tensor<16xi8>) {
    ^bb0(%in: i8, %out: i8):
      %a = arith.extsi %in : i8 to i32
      %wide = arith.extsi %a : i32 to i64
      %m = arith.constant 1431655766 : i64
      %c = arith.constant 12884901888 : i64
      %p = arith.muli %wide, %m : i64
      %v = arith.addi %p, %c : i64
      %k = arith.constant 31 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %q = arith.shrsi %v, %k : i64
      %above = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %above, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<16xi8>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xi8>, memref<16xi8>) -> ()
    return
  }

  // The shifted sum has another use.
  // CHECK-LABEL: func.func @used_again
  // CHECK: arith.shrsi %{{.*}} : vector<16xi64>
  // CHECK: return
  func.func @used_again(%x: memref<16xi8>, %y: memref<16xi8>) attributes {nn.stage = "elementwise"} {
    %0 = bufferization.to_tensor %x restrict : memref<16xi8> to tensor<16xi8>
    %1 = tensor.empty() : tensor<16xi8>
    %2 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%0 : tensor<16xi8>) outs(%1 : tensor<16xi8>) {
    ^bb0(%in: i8, %out: i8):
      %a = arith.extsi %in : i8 to i32
      %wide = arith.extsi %a : i32 to i64
      %m = arith.constant 1431655766 : i64
      %c = arith.constant 12884901888 : i64
      %p = arith.muli %wide, %m : i64
      %v = arith.addi %p, %c : i64
      %k = arith.constant 35 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %q = arith.shrsi %v, %k : i64
      %more = arith.addi %q, %q : i64
      %above = arith.maxsi %more, %low : i64
      %clamped = arith.minsi %above, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<16xi8>
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xi8>, memref<16xi8>) -> ()
    return
  }
}
