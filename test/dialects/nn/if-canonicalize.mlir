// RUN: dlc-opt %s --canonicalize | FileCheck %s

// What is known is taken.
// CHECK-LABEL: func.func @known
// CHECK-NOT: nn.if
// CHECK-NOT: nn.exp
// CHECK: %[[R:.*]] = nn.tanh %arg0
// CHECK: return %[[R]]
func.func @known(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = arith.constant dense<false> : tensor<i1>
  %0 = nn.if %c with(%x) : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %1 = nn.exp %a : (tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1 : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>):
    %1 = nn.tanh %a : (tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}

// A constant of one value is inside where it is read, others are shared; what
// neither body reads is not.
// CHECK-LABEL: func.func @shared
// CHECK: %[[W:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK: nn.if %arg0 with(%arg1, %[[W]]) : (tensor<i1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK: ^bb0(%[[A:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<2xf32>):
// CHECK: %[[S:.*]] = arith.constant dense<3.000000e+00> : tensor<2xf32>
// CHECK: nn.mul %[[A]], %[[S]]
// CHECK: } else {
// CHECK-NOT: dense<3.0
// CHECK: nn.mul
func.func @shared(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %w = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = arith.constant dense<3.0> : tensor<2xf32>
  %0 = nn.if %c with(%x, %w, %s, %y) : (tensor<i1>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>, %b: tensor<2xf32>, %d: tensor<2xf32>, %e: tensor<2xf32>):
    %1 = nn.mul %a, %d : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1 : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>, %b: tensor<2xf32>, %d: tensor<2xf32>, %e: tensor<2xf32>):
    %1 = nn.mul %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
