// RUN: dlc-opt %s --canonicalize | FileCheck %s

// A collected result that nobody reads, and a sequence and a shared value that
// the body does not, are left out; a state that nothing depends on goes too.
// CHECK-LABEL: func.func @unneeded
// CHECK: %[[R:.*]] = nn.loop over(%arg0) carry(%arg2) with(%arg3) {backwards = array<i1: true>, steps = 3 : i64}
// CHECK-NEXT: ^bb0(%[[E:.*]]: tensor<2xf32>, %[[S:.*]]: tensor<2xf32>, %[[W:.*]]: tensor<2xf32>):
// CHECK: nn.yield %{{.*}} : tensor<2xf32>
// CHECK: return %[[R]]
func.func @unneeded(%x: tensor<3x2xf32>, %y: tensor<3x2xf32>, %h: tensor<2xf32>, %w: tensor<2xf32>, %v: tensor<2xf32>) -> tensor<2xf32> {
  %0:4 = nn.loop over(%x, %y) carry(%h, %v) with(%w, %v) {steps = 3 : i64, backwards = array<i1: true, false, false, false>}
      : (tensor<3x2xf32>, tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
      -> (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  ^bb0(%e: tensor<2xf32>, %f: tensor<2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>, %a: tensor<2xf32>, %b: tensor<2xf32>):
    %1 = nn.add %s, %e : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %2 = nn.mul %1, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    nn.yield %2, %t, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
  return %0#0 : tensor<2xf32>
}

// Kept: the result of a state that another result depends on, and of one that
// is read itself.
// CHECK-LABEL: func.func @needed
// CHECK: %[[R:.*]]:3 = nn.loop over() carry(%arg0, %arg1) with()
// CHECK: return %[[R]]#1, %[[R]]#2
func.func @needed(%h: tensor<2xf32>, %v: tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
  %0:3 = nn.loop over() carry(%h, %v) with() {steps = 3 : i64, backwards = array<i1: false>}
      : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>) {
  ^bb0(%s: tensor<2xf32>, %t: tensor<2xf32>):
    %1 = nn.exp %s : (tensor<2xf32>) -> tensor<2xf32>
    nn.yield %1, %t, %s : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
  return %0#1, %0#2 : tensor<2xf32>, tensor<3x2xf32>
}

// A constant of one value belongs to the body's code, others stay arguments.
// CHECK-LABEL: func.func @splat
// CHECK: nn.loop over() carry(%arg0) with(%{{.*}}) {backwards = array<i1>
// CHECK: ^bb0(%{{.*}}: tensor<2xf32>, %[[W:.*]]: tensor<2xf32>):
// CHECK: %[[ONE:.*]] = arith.constant dense<1.0
// CHECK: nn.add %{{.*}}, %[[ONE]]
// CHECK: nn.mul %{{.*}}, %[[W]]
func.func @splat(%h: tensor<2xf32>) -> tensor<2xf32> {
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %w = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.loop over() carry(%h) with(%one, %w) {steps = 3 : i64, backwards = array<i1>}
      : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%s: tensor<2xf32>, %a: tensor<2xf32>, %b: tensor<2xf32>):
    %1 = nn.add %s, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %2 = nn.mul %1, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    nn.yield %2 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
