// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse --split-input-file | FileCheck %s

// AArch64 with i8mm: an instruction multiplies two positions by two features
// (docs/decisions/vector-integers.md).

#product = {
  indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
  iterator_types = ["parallel", "parallel", "reduction"]}

module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smmla", left = "i8", right = "i8", accumulator = "i32", products = 8 : i64, lanes = 4 : i64, cycles = 1.0}]}} {
  memref.global "private" constant @weights : memref<20x4xi8> = dense<-128>

  // Three positions: two together, whose sums are taken apart at the end, and
  // one with both halves of its own. Runs of 20 are filled up to 24; their last
  // group begins four elements earlier and is shifted.
  // CHECK-LABEL: func.func private @sums
  // CHECK-SAME: %[[X:.*]]: memref<3x20xi8>, %{{.*}}: memref<96xi8> {nn.constant}, %[[STARTS:.*]]: memref<4xi32> {nn.constant}
  // CHECK-DAG: %[[C12:.*]] = arith.constant 12 : index
  // CHECK-DAG: %[[BY:.*]] = arith.constant dense<32> : vector<2xi64>
  // CHECK: %[[START:.*]] = vector.load %[[STARTS]]{{.*}} : memref<4xi32>, vector<4xi32>
  // CHECK: %[[LOW:.*]] = vector.shuffle %[[START]], %[[START]] [0, 1, 0, 1]
  // CHECK: %[[HIGH:.*]] = vector.shuffle %[[START]], %[[START]] [2, 3, 2, 3]
  // CHECK: %[[BOTH:.*]] = vector.shuffle %[[START]], %[[START]] [0, 1, 0, 1, 2, 3, 2, 3]
  // CHECK: vector.load %{{.*}} : memref<96xi8>, vector<32xi8>
  // CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 2] : vector<2xi64>, vector<2xi64>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"(%[[LOW]]
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"(%[[HIGH]]
  // CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 2] : vector<2xi64>, vector<2xi64>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
  // CHECK: vector.shuffle %{{.*}}, %{{.*}} [1, 3] : vector<2xi64>, vector<2xi64>
  // CHECK: vector.load %{{.*}}[%[[C12]]] : memref<60xi8>, vector<8xi8>
  // CHECK: arith.shrui %{{.*}}, %[[BY]] : vector<2xi64>
  // CHECK: %[[FIRST:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
  // CHECK: %[[SECOND:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
  // CHECK: vector.shuffle %[[FIRST]], %[[SECOND]] [0, 1, 4, 5]
  // CHECK: vector.shuffle %[[FIRST]], %[[SECOND]] [2, 3, 6, 7]
  // CHECK: return
  func.func private @sums(%x: memref<3x20xi8>, %w: memref<20x4xi8> {nn.constant}, %y: memref<3x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<3x20xi8> to tensor<3x20xi8>
    %1 = bufferization.to_tensor %w restrict : memref<20x4xi8> to tensor<20x4xi8>
    %2 = tensor.empty() : tensor<3x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<3x4xi32>) -> tensor<3x4xi32>
    %4 = linalg.generic #product
      ins(%0, %1 : tensor<3x20xi8>, tensor<20x4xi8>) outs(%3 : tensor<3x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<3x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<3x4xi32>, memref<3x4xi32>) -> ()
    return
  }
  func.func @main(%x: memref<3x20xi8>, %y: memref<3x4xi32>) {
    %w = memref.get_global @weights : memref<20x4xi8>
    call @sums(%x, %w, %y) : (memref<3x20xi8>, memref<20x4xi8>, memref<3x4xi32>) -> ()
    return
  }
}

// -----

// Data without a sign is multiplied as it is; one position alone by products of
// four in a lane.

#product = {
  indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
  iterator_types = ["parallel", "parallel", "reduction"]}

module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "sdot", left = "i8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 4 : i64, cycles = 1.0},
    {instruction = "usdot", left = "u8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 4 : i64, cycles = 1.0},
    {instruction = "smmla", left = "i8", right = "i8", accumulator = "i32", products = 8 : i64, lanes = 4 : i64, cycles = 1.0},
    {instruction = "usmmla", left = "u8", right = "i8", accumulator = "i32", products = 8 : i64, lanes = 4 : i64, cycles = 1.0}]}} {
  memref.global "private" constant @weights : memref<16x4xi8> = dense<-128>

  // CHECK-LABEL: func.func private @rows
  // CHECK-NOT: arith.xori
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.usmmla.v4i32.v16i8"
  // CHECK-NOT: arith.xori
  // CHECK: return
  func.func private @rows(%x: memref<4x16xi8>, %w: memref<16x4xi8> {nn.constant}, %y: memref<4x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
    %1 = bufferization.to_tensor %w restrict : memref<16x4xi8> to tensor<16x4xi8>
    %2 = tensor.empty() : tensor<4x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<4x4xi32>) -> tensor<4x4xi32>
    %4 = linalg.generic #product
      ins(%0, %1 : tensor<4x16xi8>, tensor<16x4xi8>) outs(%3 : tensor<4x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extui %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<4x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<4x4xi32>, memref<4x4xi32>) -> ()
    return
  }

  // CHECK-LABEL: func.func private @row
  // CHECK-NOT: arith.xori
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.usdot.v4i32.v16i8"
  // CHECK-NOT: mmla
  // CHECK: return
  func.func private @row(%x: memref<1x16xi8>, %w: memref<16x4xi8> {nn.constant}, %y: memref<1x4xi32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<1x16xi8> to tensor<1x16xi8>
    %1 = bufferization.to_tensor %w restrict : memref<16x4xi8> to tensor<16x4xi8>
    %2 = tensor.empty() : tensor<1x4xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<1x4xi32>) -> tensor<1x4xi32>
    %4 = linalg.generic #product
      ins(%0, %1 : tensor<1x16xi8>, tensor<16x4xi8>) outs(%3 : tensor<1x4xi32>) {
    ^bb0(%a: i8, %b: i8, %acc: i32):
      %wide = arith.extui %a : i8 to i32
      %weight = arith.extsi %b : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<1x4xi32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x4xi32>, memref<1x4xi32>) -> ()
    return
  }
  func.func @main(%x: memref<4x16xi8>, %v: memref<1x16xi8>, %y: memref<4x4xi32>, %z: memref<1x4xi32>) {
    %w = memref.get_global @weights : memref<16x4xi8>
    call @rows(%x, %w, %y) : (memref<4x16xi8>, memref<16x4xi8>, memref<4x4xi32>) -> ()
    call @row(%v, %w, %z) : (memref<1x16xi8>, memref<16x4xi8>, memref<1x4xi32>) -> ()
    return
  }
}
