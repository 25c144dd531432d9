// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// A depthwise convolution with channels in lanes, and a rescaling by the upper
// word (docs/decisions/vector-integers.md). Weights are halves of pairs; the
// bias is in what sums begin with and no argument any more.
// CHECK-LABEL: func.func private @depthwise
// CHECK-SAME: %{{.*}}: memref<7x16xi8>, %[[W:.*]]: memref<48xi32> {nn.constant}, %[[START:.*]]: memref<16xi32> {nn.constant}, %[[M:.*]]: memref<16xi32> {nn.constant}, %{{.*}}: memref<5x16xi8>)
// CHECK-DAG: %[[ADDEND:.*]] = arith.constant dense<3> : vector<16xi32>
// CHECK-DAG: %[[SHIFT:.*]] = arith.constant dense<4> : vector<16xi32>
// CHECK-DAG: vector.load %[[W]]{{.*}} : memref<48xi32>, vector<16xi32>
// CHECK-DAG: arith.extsi %{{.*}} : vector<16xi8> to vector<16xi32>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"
// Even lanes, odd lanes, upper words.
// CHECK: arith.muli %{{.*}} : vector<8xi64>
// CHECK: vector.shuffle %{{.*}} [1, 1, 3, 3, 5, 5,
// CHECK: arith.muli %{{.*}} : vector<8xi64>
// CHECK: %[[HIGH:.*]] = vector.shuffle %{{.*}} [1, 17, 3, 19,
// CHECK: %[[SUM:.*]] = arith.addi %[[HIGH]], %[[ADDEND]]
// CHECK: arith.shrsi %[[SUM]], %[[SHIFT]]
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
// CHECK: return
module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, issue_width = 6 : i64, multiply_accumulate = [{instruction = "vpdpwssd", left = "i16", right = "i16", accumulator = "i32", products = 2 : i64, lanes = 16 : i64, cycles = 0.5}]}} {
  func.func private @depthwise(%x: memref<7x16xi8>, %w: memref<16x3xi8> {nn.constant}, %bias: memref<16xi32> {nn.constant}, %m: memref<16xi32> {nn.constant}, %y: memref<5x16xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x16xi8> to tensor<7x16xi8>
    %1 = bufferization.to_tensor %w restrict : memref<16x3xi8> to tensor<16x3xi8>
    %b = bufferization.to_tensor %bias restrict : memref<16xi32> to tensor<16xi32>
    %factors = bufferization.to_tensor %m restrict : memref<16xi32> to tensor<16xi32>
    %2 = tensor.empty() : tensor<5x16xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x16xi32>) -> tensor<5x16xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x16xi8>, tensor<16x3xi8>) outs(%3 : tensor<5x16xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x16xi32>
    %5 = tensor.empty() : tensor<5x16xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %b, %factors : tensor<5x16xi32>, tensor<16xi32>, tensor<16xi32>) outs(%5 : tensor<5x16xi8>) {
    ^bb0(%sum: i32, %of: i32, %factor: i32, %out: i8):
      %c = arith.constant 12884901888 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %biased = arith.addi %sum, %of : i32
      %a = arith.extsi %biased : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x16xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x16xi8>, memref<5x16xi8>) -> ()
    return
  }
}
