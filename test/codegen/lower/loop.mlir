// RUN: dlc-opt %s --dlc-lower-to-linalg | FileCheck %s

// The sequence backwards, what is collected forwards.
// CHECK-LABEL: func.func @steps
// CHECK-SAME: (%[[X:.*]]: tensor<5x4xf32>, %[[H:.*]]: tensor<4xf32>, %[[W:.*]]: tensor<4xf32>)
// CHECK: %c4 = arith.constant 4 : index
// CHECK: %[[ALL:.*]] = tensor.empty() : tensor<5x4xf32>
// CHECK: %[[R:.*]]:2 = scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[S:.*]] = %[[H]], %[[Y:.*]] = %[[ALL]])
// CHECK: %[[AT:.*]] = arith.subi %c4, %[[I]]
// CHECK: %[[E:.*]] = tensor.extract_slice %[[X]][%[[AT]], 0] [1, 4] [1, 1] : tensor<5x4xf32> to tensor<4xf32>
// CHECK: %[[NEXT:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
// CHECK: %[[IN:.*]] = tensor.insert_slice %[[NEXT]] into %[[Y]][%[[I]], 0] [1, 4] [1, 1]
// CHECK: scf.yield %[[NEXT]], %[[IN]]
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @steps(%x: tensor<5x4xf32>, %h: tensor<4xf32>, %w: tensor<4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>) {
  %0:2 = nn.loop over(%x) carry(%h) with(%w) {steps = 5 : i64, backwards = array<i1: true, false>}
      : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>) {
  ^bb0(%e: tensor<4xf32>, %s: tensor<4xf32>, %v: tensor<4xf32>):
    %1 = nn.mul %s, %v : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %2 = nn.add %1, %e : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    nn.yield %2, %2 : tensor<4xf32>, tensor<4xf32>
  }
  return %0#0, %0#1 : tensor<4xf32>, tensor<5x4xf32>
}

// Integers without a sign inside too, and a loop that carries nothing.
// CHECK-LABEL: func.func @bytes
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (tensor<5x4xi8>)
// CHECK: tensor.extract_slice %{{.*}} : tensor<5x4xi8> to tensor<4xi8>
// CHECK: arith.maxui
func.func @bytes(%x: tensor<5x4xui8>, %y: tensor<4xui8>) -> tensor<5x4xui8> {
  %0 = nn.loop over(%x) carry() with(%y) {steps = 5 : i64, backwards = array<i1: false, false>}
      : (tensor<5x4xui8>, tensor<4xui8>) -> tensor<5x4xui8> {
  ^bb0(%e: tensor<4xui8>, %v: tensor<4xui8>):
    %1 = nn.max %e, %v : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
    nn.yield %1 : tensor<4xui8>
  }
  return %0 : tensor<5x4xui8>
}

// One of two bodies.
// CHECK-LABEL: func.func @branch
// CHECK-SAME: (%[[C:.*]]: tensor<i1>, %[[X:.*]]: tensor<4xi8> {nn.unsigned})
// CHECK: %[[GO:.*]] = tensor.extract %[[C]][]
// CHECK: %[[R:.*]] = scf.if %[[GO]] -> (tensor<4xi8>) {
// CHECK: %[[M:.*]] = linalg.generic
// CHECK: scf.yield %[[M]]
// CHECK: } else {
// CHECK: scf.yield %[[X]]
// CHECK: return %[[R]]
func.func @branch(%c: tensor<i1>, %x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = nn.if %c with(%x) : (tensor<i1>, tensor<4xui8>) -> tensor<4xui8> {
  ^bb0(%a: tensor<4xui8>):
    %1 = nn.mul %a, %a : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
    nn.yield %1 : tensor<4xui8>
  } else {
  ^bb0(%a: tensor<4xui8>):
    nn.yield %a : tensor<4xui8>
  }
  return %0 : tensor<4xui8>
}
