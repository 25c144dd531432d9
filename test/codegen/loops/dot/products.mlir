// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse --split-input-file | FileCheck %s

// Sums of products of bytes with features in lanes
// (docs/decisions/vector-integers.md). One row of eight positions, three taps
// of four channels, twenty features: a vector of 16 and one of 4. The filter
// is arguments in groups of four, and what sums begin with.
// CHECK-LABEL: func.func private @padded
// CHECK-SAME: %{{.*}}: memref<8x4xi8>, %[[W:.*]]: memref<240xi8> {nn.constant}, %[[START:.*]]: memref<20xi32> {nn.constant}
// The padded row: zero points of -5 are 123 without a sign.
// CHECK-DAG: %[[POINT:.*]] = arith.constant dense<123>
// CHECK-DAG: %[[SIGN:.*]] = arith.constant dense<-128> : vector<32xi8>
// CHECK: %[[ROW:.*]] = memref.alloc() : memref<44xi8>
// CHECK: vector.store %[[POINT]], %[[ROW]]
// CHECK: %[[BYTES:.*]] = vector.load {{.*}} : memref<32xi8>, vector<32xi8>
// CHECK: %[[TURNED:.*]] = arith.xori %[[BYTES]], %[[SIGN]]
// CHECK: vector.store %[[TURNED]], %[[ROW]]
// CHECK: vector.load %[[START]]{{.*}} : memref<20xi32>, vector<16xi32>
// CHECK: vector.load %[[START]]{{.*}} : memref<20xi32>, vector<4xi32>
// CHECK: vector.load %[[W]]{{.*}} : memref<240xi8>, vector<64xi8>
// CHECK: vector.load %[[W]]{{.*}} : memref<240xi8>, vector<16xi8>
// CHECK: vector.load %[[ROW]]{{.*}} : memref<44xi8>, vector<4xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"
// CHECK-NOT: arith.muli
// CHECK: return
module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, issue_width = 6 : i64, multiply_accumulate = [{instruction = "vpdpbusd", left = "u8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 16 : i64, cycles = 0.5}]}} {
  func.func private @padded(%x: memref<8x4xi8>, %w: memref<20x4x3xi8> {nn.constant}, %y: memref<8x20xi32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %point = arith.constant -5 : i8
    %0 = bufferization.to_tensor %x restrict : memref<8x4xi8> to tensor<8x4xi8>
    %1 = bufferization.to_tensor %w restrict : memref<20x4x3xi8> to tensor<20x4x3xi8>
    %pad = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %point : i8
    } : tensor<8x4xi8> to tensor<10x4xi8>
    %2 = tensor.empty() : tensor<8x20xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<8x20xi32>) -> tensor<8x20xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, f, k, c) -> (h + k, c)>, affine_map<(h, f, k, c) -> (f, c, k)>, affine_map<(h, f, k, c) -> (h, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %1 : tensor<10x4xi8>, tensor<20x4x3xi8>) outs(%3 : tensor<8x20xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %z = arith.constant -5 : i32
      %less = arith.subi %wide, %z : i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %less, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<8x20xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x20xi32>, memref<8x20xi32>) -> ()
    return
  }
}

// -----

// Without padding the data is read where it is, and the sign bit turned over in
// registers. Six channels: the last group is the four bytes before the end.
// CHECK-LABEL: func.func private @dense
// CHECK-NOT: memref.alloc
// CHECK-DAG: arith.constant dense<-2139062144> : vector<16xi32>
// CHECK-DAG: arith.constant 16 : i32
// CHECK: vector.load %{{.*}} : memref<12xi8>, vector<4xi8>
// CHECK: arith.xori %{{.*}} : vector<16xi32>
// CHECK: arith.shrui %{{.*}} : i32
// CHECK: return
module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, issue_width = 6 : i64, multiply_accumulate = [{instruction = "vpdpbusd", left = "u8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 16 : i64, cycles = 0.5}]}} {
  func.func private @dense(%x: memref<2x6xi8>, %w: memref<6x16xi8> {nn.constant}, %y: memref<2x16xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<2x6xi8> to tensor<2x6xi8>
    %1 = bufferization.to_tensor %w restrict : memref<6x16xi8> to tensor<6x16xi8>
    %2 = tensor.empty() : tensor<2x16xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<2x16xi32>) -> tensor<2x16xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x6xi8>, tensor<6x16xi8>) outs(%3 : tensor<2x16xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<2x16xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x16xi32>, memref<2x16xi32>) -> ()
    return
  }
}

// -----

// Weights without a sign do not fit signed bytes: both are widened to 16 bits.
// CHECK-LABEL: func.func private @widened
// CHECK-SAME: memref<96xi16> {nn.constant}, %{{.*}}: memref<16xi32> {nn.constant}
// CHECK: memref.alloc() : memref<{{.*}}xi16>
// CHECK: arith.extsi %{{.*}} : vector<{{.*}}xi8> to vector<{{.*}}xi16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: arith.addi %{{.*}} : vector<8xi32>
// CHECK: return
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64, issue_width = 4 : i64, multiply_accumulate = [{instruction = "vpdpbusd", left = "u8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 8 : i64, cycles = 0.5}, {instruction = "vpmaddwd vpaddd", left = "i16", right = "i16", accumulator = "i32", products = 2 : i64, lanes = 8 : i64, cycles = 1.0}]}} {
  func.func private @widened(%x: memref<2x6xi8>, %w: memref<6x16xi8> {nn.constant}, %y: memref<2x16xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<2x6xi8> to tensor<2x6xi8>
    %1 = bufferization.to_tensor %w restrict : memref<6x16xi8> to tensor<6x16xi8>
    %2 = tensor.empty() : tensor<2x16xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<2x16xi32>) -> tensor<2x16xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x6xi8>, tensor<6x16xi8>) outs(%3 : tensor<2x16xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extui %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<2x16xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x16xi32>, memref<2x16xi32>) -> ()
    return
  }
}
