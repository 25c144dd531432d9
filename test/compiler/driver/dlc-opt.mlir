// dlc-opt has the upstream dialects and passes.
// RUN: dlc-opt %s --convert-linalg-to-loops --verify-each | FileCheck %s

// CHECK-LABEL: func.func @fill
// CHECK: scf.for
// CHECK: memref.store
func.func @fill(%m: memref<4xf32>, %x: f32) {
  linalg.fill ins(%x : f32) outs(%m : memref<4xf32>)
  return
}

// CHECK-LABEL: func.func @ours
// CHECK: nn.relu
func.func @ours(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
