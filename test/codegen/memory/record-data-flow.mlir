// RUN: dlc-opt %s --split-input-file --dlc-record-data-flow | FileCheck %s

// Weights are left out; a constant stays that is not a stage's alone.
// CHECK-LABEL: module @record
// CHECK: arena.data_flow {
// CHECK-NEXT: ^bb0(%[[X:.*]]: tensor<1x8xf32>):
// CHECK-NEXT: %[[C:.*]] = arith.constant dense<2.0
// CHECK-NEXT: %[[A:.*]] = arena.step "dense_1"(%[[X]]) : (tensor<1x8xf32>) -> tensor<1x8xf32>
// CHECK-NEXT: %[[B:.*]] = nn.concat %[[A]], %[[C]]
// CHECK-NEXT: arena.outputs %[[B]] : tensor<1x16xf32>
// CHECK-NEXT: }
// CHECK-NEXT: func.func @main
module @record {
  func.func @main(%x: tensor<1x8xf32>) -> tensor<1x16xf32> {
    %w = arith.constant dense<1.0> : tensor<8x8xf32>
    %c = arith.constant dense<2.0> : tensor<1x8xf32>
    %0 = call @dense_1(%x, %w) : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
    %1 = nn.concat %0, %c {axis = 1 : i64} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x16xf32>
    return %1 : tensor<1x16xf32>
  }
  func.func private @dense_1(tensor<1x8xf32>, tensor<8x8xf32> {nn.constant}) -> tensor<1x8xf32>
}

// -----

// 64 Mi elements of four bytes are 64 Mi grains, and one more is one too many:
// this proof has to be asked for.
// CHECK-LABEL: module @large
// CHECK-NOT: arena.data_flow
module @large {
  func.func @main(%x: tensor<67108864xf32>) -> tensor<f32> {
    %0 = call @sum(%x) : (tensor<67108864xf32>) -> tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @sum(tensor<67108864xf32>) -> tensor<f32>
}

// -----

// Constants are not in the memory that is gone through.
// CHECK-LABEL: module @most
// CHECK: arena.data_flow
module @most {
  func.func @main(%x: tensor<67108863xf32>) -> tensor<f32> {
    %w = arith.constant dense<1.0> : tensor<64xf32>
    %0 = call @sum(%x, %w) : (tensor<67108863xf32>, tensor<64xf32>) -> tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @sum(tensor<67108863xf32>, tensor<64xf32> {nn.constant}) -> tensor<f32>
}

// -----

// One byte makes grains of bytes, 4 * 2^24 + 1 of them.
// CHECK-LABEL: module @bytes
// CHECK-NOT: arena.data_flow
module @bytes {
  func.func @main(%x: tensor<16777216xf32>) -> tensor<i8> {
    %0 = call @any(%x) : (tensor<16777216xf32>) -> tensor<i8>
    return %0 : tensor<i8>
  }
  func.func private @any(tensor<16777216xf32>) -> tensor<i8>
}

// -----

// CHECK-LABEL: module @all
// CHECK: arena.data_flow
module @all attributes {arena.prove_all} {
  func.func @main(%x: tensor<67108864xf32>) -> tensor<f32> {
    %0 = call @sum(%x) : (tensor<67108864xf32>) -> tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @sum(tensor<67108864xf32>) -> tensor<f32>
}
