// RUN: dlc-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(dlc-unroll-loops))' | FileCheck %s

// Two steps; the sequence from its end, the results from their beginning.
// CHECK-LABEL: func.func @short
// CHECK-NOT: nn.loop
// CHECK: %[[S1:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 4>, starts = array<i64: 1, 0>
// CHECK: %[[E1:.*]] = nn.reshape %[[S1]]
// CHECK: %[[A:.*]] = nn.add %[[E1]], %arg1
// CHECK: %[[S0:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 4>, starts = array<i64: 0, 0>
// CHECK: %[[E0:.*]] = nn.reshape %[[S0]]
// CHECK: %[[B:.*]] = nn.add %[[E0]], %[[A]]
// CHECK: %[[R0:.*]] = nn.reshape %[[A]]
// CHECK: %[[R1:.*]] = nn.reshape %[[B]]
// CHECK: %[[ALL:.*]] = nn.concat %[[R0]], %[[R1]] {axis = 0 : i64}
// CHECK: return %[[B]], %[[ALL]]
func.func @short(%x: tensor<2x4xf32>, %h: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %0:2 = nn.loop over(%x) carry(%h) with() {steps = 2 : i64, backwards = array<i1: true, false>}
      : (tensor<2x4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  ^bb0(%e: tensor<4xf32>, %s: tensor<4xf32>):
    %1 = nn.add %e, %s : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    nn.yield %1, %1 : tensor<4xf32>, tensor<4xf32>
  }
  return %0#0, %0#1 : tensor<4xf32>, tensor<2x4xf32>
}

// -----

// Five steps stay a loop; one of two within it does not.
// CHECK-LABEL: func.func @long
// CHECK: nn.loop over() carry(%arg0) with() {backwards = array<i1>, steps = 5 : i64}
// CHECK-NOT: nn.loop
// CHECK: nn.exp
// CHECK-NEXT: nn.exp
// CHECK-NEXT: nn.yield
func.func @long(%h: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.loop over() carry(%h) with() {steps = 5 : i64, backwards = array<i1>} : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%s: tensor<4xf32>):
    %1 = nn.loop over() carry(%s) with() {steps = 2 : i64, backwards = array<i1>} : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%t: tensor<4xf32>):
      %2 = nn.exp %t : (tensor<4xf32>) -> tensor<4xf32>
      nn.yield %2 : tensor<4xf32>
    }
    nn.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

// A GPU has no loops of launches.
// CHECK-LABEL: func.func @launches
// CHECK-NOT: nn.loop
// CHECK-COUNT-5: nn.exp
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64}} {
  func.func @launches(%h: tensor<4xf32>) -> tensor<4xf32> {
    %0 = nn.loop over() carry(%h) with() {steps = 5 : i64, backwards = array<i1>} : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%s: tensor<4xf32>):
      %1 = nn.exp %s : (tensor<4xf32>) -> tensor<4xf32>
      nn.yield %1 : tensor<4xf32>
    }
    return %0 : tensor<4xf32>
  }
}

// -----

module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64}} {
  func.func @too_many(%h: tensor<4xf32>) -> tensor<4xf32> {
    // expected-error @below {{a loop of 4097 steps is not supported on a GPU; it may have at most 4096, all of which are written out}}
    %0 = nn.loop over() carry(%h) with() {steps = 4097 : i64, backwards = array<i1>} : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%s: tensor<4xf32>):
      %1 = nn.exp %s : (tensor<4xf32>) -> tensor<4xf32>
      nn.yield %1 : tensor<4xf32>
    }
    return %0 : tensor<4xf32>
  }
}

// -----

// Nor has it branches of launches: both bodies are computed, those within
// others too.
// CHECK-LABEL: func.func @both
// CHECK-NOT: nn.if
// CHECK: %[[E:.*]] = nn.exp %arg2
// CHECK: %[[T:.*]] = nn.tanh %arg2
// CHECK: %[[A:.*]] = nn.select %arg1, %[[E]], %[[T]]
// CHECK: %[[B:.*]] = nn.select %arg0, %[[A]], %arg2
// CHECK: return %[[B]]
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64}} {
  func.func @both(%c: tensor<i1>, %d: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = nn.if %c with(%d, %x) : (tensor<i1>, tensor<i1>, tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%e: tensor<i1>, %a: tensor<4xf32>):
      %1 = nn.if %e with(%a) : (tensor<i1>, tensor<4xf32>) -> tensor<4xf32> {
      ^bb0(%b: tensor<4xf32>):
        %2 = nn.exp %b : (tensor<4xf32>) -> tensor<4xf32>
        nn.yield %2 : tensor<4xf32>
      } else {
      ^bb0(%b: tensor<4xf32>):
        %2 = nn.tanh %b : (tensor<4xf32>) -> tensor<4xf32>
        nn.yield %2 : tensor<4xf32>
      }
      nn.yield %1 : tensor<4xf32>
    } else {
    ^bb0(%e: tensor<i1>, %a: tensor<4xf32>):
      nn.yield %a : tensor<4xf32>
    }
    return %0 : tensor<4xf32>
  }
}

// -----

// On a processor they stay.
// CHECK-LABEL: func.func @one
// CHECK: nn.if
func.func @one(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.if %c with(%x) : (tensor<i1>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %1 = nn.exp %a : (tensor<4xf32>) -> tensor<4xf32>
    nn.yield %1 : tensor<4xf32>
  } else {
  ^bb0(%a: tensor<4xf32>):
    nn.yield %a : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
