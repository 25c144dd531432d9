// RUN: dlc-opt %s --split-input-file --dlc-order-stages | FileCheck %s
// RUN: dlc-opt %s --split-input-file --dlc-order-stages=max-states=1 | FileCheck %s --check-prefix=GREEDY

// Two branches, each through a large value (64 bytes) to a small one (8). In
// the order given both large values are alive at once: 64 + 64. One branch
// after the other: 64 + 8 + ... = at most 8 + 64 + 8 = 80 bytes.

// CHECK: nn.notes = ["the layers run in another order than in the model: 80 bytes of tensors are alive at most, not 136"]
// CHECK-LABEL: func.func @main
// CHECK: call @grow
// CHECK-NEXT: call @shrink
// CHECK-NEXT: call @grow
// CHECK-NEXT: call @shrink
// CHECK-NEXT: call @join
// GREEDY-LABEL: func.func @main
// GREEDY: call @grow
// GREEDY-NEXT: call @shrink
// GREEDY-NEXT: call @grow
// GREEDY-NEXT: call @shrink
// GREEDY-NEXT: call @join
func.func private @grow(tensor<2xf32>) -> tensor<16xf32> attributes {nn.stage = "tile"}
func.func private @shrink(tensor<16xf32>) -> tensor<2xf32> attributes {nn.stage = "reduce"}
func.func private @join(tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> attributes {nn.stage = "matmul"}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @grow(%x) : (tensor<2xf32>) -> tensor<16xf32>
  %1 = call @grow(%x) : (tensor<2xf32>) -> tensor<16xf32>
  %2 = call @shrink(%0) : (tensor<16xf32>) -> tensor<2xf32>
  %3 = call @shrink(%1) : (tensor<16xf32>) -> tensor<2xf32>
  %4 = call @join(%2, %3) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %4 : tensor<2xf32>
}

// -----

// An order that is as good as any is left alone: 16 + 16 bytes at every call
// whatever comes first (the result belongs to the caller).

// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = call @a(%[[X:.*]])
// CHECK: %[[B:.*]] = call @b(%[[X]])
// CHECK: call @c(%[[A]], %[[B]])
func.func private @a(tensor<4xf32>) -> tensor<4xf32> attributes {nn.stage = "a"}
func.func private @b(tensor<4xf32>) -> tensor<4xf32> attributes {nn.stage = "b"}
func.func private @c(tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> attributes {nn.stage = "c"}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @a(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @b(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @c(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Where greedy is misled. %p is 40 bytes, %a 48 and %b 8. Making %a first
// looks dearer than making %p first (48 against 40 bytes left alive), but %p
// has to wait for %b:
//   p, a, b, join: p 40, then p + a = 88, p + a + b = 96
//   a, b, p, join: a 48, a + b = 56, then b + p = 48: 56 at most.

// CHECK-LABEL: func.func @main
// CHECK: call @a
// CHECK-NEXT: call @b
// CHECK-NEXT: call @p
// CHECK-NEXT: call @join
// GREEDY-LABEL: func.func @main
// GREEDY: call @p
// GREEDY-NEXT: call @a
// GREEDY-NEXT: call @b
// GREEDY-NEXT: call @join
func.func private @p(tensor<1xf32>) -> tensor<10xf32> attributes {nn.stage = "p"}
func.func private @a(tensor<1xf32>) -> tensor<12xf32> attributes {nn.stage = "a"}
func.func private @b(tensor<12xf32>) -> tensor<2xf32> attributes {nn.stage = "b"}
func.func private @join(tensor<10xf32>, tensor<2xf32>) -> tensor<1xf32> attributes {nn.stage = "join"}
func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  %p = call @p(%x) : (tensor<1xf32>) -> tensor<10xf32>
  %a = call @a(%x) : (tensor<1xf32>) -> tensor<12xf32>
  %b = call @b(%a) : (tensor<12xf32>) -> tensor<2xf32>
  %j = call @join(%p, %b) : (tensor<10xf32>, tensor<2xf32>) -> tensor<1xf32>
  return %j : tensor<1xf32>
}

// -----

// Views move with their readers.

// CHECK-LABEL: func.func @main
// CHECK: call @grow
// CHECK-NEXT: %[[S:.*]] = nn.slice
// CHECK-NEXT: call @shrink(%[[S]])
// CHECK-NEXT: call @grow
// CHECK-NEXT: %[[T:.*]] = nn.slice
// CHECK-NEXT: call @shrink(%[[T]])
// CHECK-NEXT: nn.concat
// CHECK-NEXT: call @last
func.func private @grow(tensor<2xf32>) -> tensor<32xf32> attributes {nn.stage = "tile"}
func.func private @shrink(tensor<16xf32>) -> tensor<2xf32> attributes {nn.stage = "reduce"}
func.func private @last(tensor<4xf32>) -> tensor<1xf32> attributes {nn.stage = "reduce"}
func.func @main(%x: tensor<2xf32>) -> tensor<1xf32> {
  %0 = call @grow(%x) : (tensor<2xf32>) -> tensor<32xf32>
  %1 = nn.slice %0 {starts = array<i64: 0>, sizes = array<i64: 16>, steps = array<i64: 1>} : (tensor<32xf32>) -> tensor<16xf32>
  %2 = call @grow(%x) : (tensor<2xf32>) -> tensor<32xf32>
  %3 = nn.slice %2 {starts = array<i64: 16>, sizes = array<i64: 16>, steps = array<i64: 1>} : (tensor<32xf32>) -> tensor<16xf32>
  %4 = call @shrink(%1) : (tensor<16xf32>) -> tensor<2xf32>
  %5 = call @shrink(%3) : (tensor<16xf32>) -> tensor<2xf32>
  %6 = nn.concat %4, %5 {axis = 0 : i64} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %7 = call @last(%6) : (tensor<4xf32>) -> tensor<1xf32>
  return %7 : tensor<1xf32>
}
