// RUN: dlc-opt %s --pass-pipeline="builtin.module(func.func(dlc-gather-early))" | FileCheck %s

// As a detector decodes its boxes: all of it for 3 positions of 9.
// CHECK-LABEL: func.func @decode
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1 {axis = 2 : i64} : (tensor<1x8x9xi8>, tensor<3xi64>) -> tensor<1x8x3xi8>
// CHECK: %[[D:.*]] = nn.dequantize %[[G]]
// CHECK: nn.reshape %[[D]] : (tensor<1x8x3xf32>) -> tensor<1x2x4x3xf32>
// CHECK: nn.transpose {{.*}} -> tensor<1x4x2x3xf32>
// CHECK: nn.softmax {{.*}} -> tensor<1x4x2x3xf32>
// CHECK: nn.conv {{.*}} -> tensor<1x1x2x3xf32>
// CHECK: nn.reshape {{.*}} -> tensor<1x2x3xf32>
// CHECK: nn.slice {{.*}}sizes = array<i64: 1, 1, 3>
// CHECK: nn.concat {{.*}} -> tensor<1x2x3xf32>
// CHECK: %[[A:.*]] = nn.gather %arg2, %arg1 {axis = 1 : i64} : (tensor<1x9xf32>, tensor<3xi64>) -> tensor<1x3xf32>
// CHECK: nn.mul %{{.*}}, %[[A]] : (tensor<1x2x3xf32>, tensor<1x3xf32>) -> tensor<1x2x3xf32>
// CHECK-NOT: x9xf32>
// CHECK: return
func.func @decode(%x: tensor<1x8x9xi8>, %places: tensor<3xi64>, %strides: tensor<1x9xf32>) -> tensor<1x2x3xf32> {
  %scale = arith.constant dense<0.5> : tensor<f32>
  %zero = arith.constant dense<3> : tensor<i8>
  %filter = arith.constant dense<1.0> : tensor<1x4x1x1xf32>
  %0 = nn.dequantize %x, %scale, %zero : (tensor<1x8x9xi8>, tensor<f32>, tensor<i8>) -> tensor<1x8x9xf32>
  %1 = nn.reshape %0 : (tensor<1x8x9xf32>) -> tensor<1x2x4x9xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x2x4x9xf32>) -> tensor<1x4x2x9xf32>
  %3 = nn.softmax %2 {axis = 1 : i64} : (tensor<1x4x2x9xf32>) -> tensor<1x4x2x9xf32>
  %4 = nn.conv %3, %filter {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x4x2x9xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x2x9xf32>
  %5 = nn.reshape %4 : (tensor<1x1x2x9xf32>) -> tensor<1x2x9xf32>
  %6 = nn.slice %5 {starts = array<i64: 0, 0, 0>, sizes = array<i64: 1, 1, 9>, steps = array<i64: 1, 1, 1>} : (tensor<1x2x9xf32>) -> tensor<1x1x9xf32>
  %7 = nn.slice %5 {starts = array<i64: 0, 1, 0>, sizes = array<i64: 1, 1, 9>, steps = array<i64: 1, 1, 1>} : (tensor<1x2x9xf32>) -> tensor<1x1x9xf32>
  %8 = nn.concat %7, %6 {axis = 1 : i64} : (tensor<1x1x9xf32>, tensor<1x1x9xf32>) -> tensor<1x2x9xf32>
  %9 = nn.mul %8, %strides : (tensor<1x2x9xf32>, tensor<1x9xf32>) -> tensor<1x2x9xf32>
  %10 = nn.gather %9, %places {axis = 2 : i64} : (tensor<1x2x9xf32>, tensor<3xi64>) -> tensor<1x2x3xf32>
  return %10 : tensor<1x2x3xf32>
}

// CHECK-LABEL: func.func @reduced
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1 {axis = 2 : i64} : (tensor<2x5x9xf32>, tensor<3xi64>) -> tensor<2x5x3xf32>
// CHECK: nn.arg_reduce %[[G]] {{.*}} -> tensor<2x3xi64>
func.func @reduced(%x: tensor<2x5x9xf32>, %places: tensor<3xi64>) -> tensor<2x3xi64> {
  %0 = nn.arg_reduce %x {kind = #nn.reduce_kind<max>, axis = 1 : i64, keepdims = false} : (tensor<2x5x9xf32>) -> tensor<2x9xi64>
  %1 = nn.gather %0, %places {axis = 1 : i64} : (tensor<2x9xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %1 : tensor<2x3xi64>
}

// Two readers of one value at the same places share the gather of it.
// CHECK-LABEL: func.func @shared
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1
// CHECK-NOT: nn.gather
// CHECK: %[[E:.*]] = nn.exp %[[G]]
func.func @shared(%x: tensor<2x9xf32>, %places: tensor<3xi64>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = nn.exp %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %1 = nn.abs %0 : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %2 = nn.neg %0 : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %3 = nn.gather %1, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %4 = nn.gather %2, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  return %3, %4 : tensor<2x3xf32>, tensor<2x3xf32>
}

// Nothing moves where all of it is read as well, where positions mix, or where a gather makes more of it.
// CHECK-LABEL: func.func @stays
// CHECK: %[[E:.*]] = nn.exp %arg0 : (tensor<2x9xf32>)
// CHECK: nn.gather %[[E]]
// CHECK: %[[S:.*]] = nn.softmax %arg0 {axis = 1 : i64} : (tensor<2x9xf32>)
// CHECK: nn.gather %[[S]]
// CHECK: %[[R:.*]] = nn.reshape %arg0
// CHECK: nn.gather %[[R]]
// CHECK: %[[N:.*]] = nn.neg %arg0
// CHECK: nn.gather %[[N]]
func.func @stays(%x: tensor<2x9xf32>, %places: tensor<3xi64>) -> (tensor<2x9xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x3xf32>, tensor<3x9xf32>) {
  %0 = nn.exp %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %1 = nn.gather %0, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %2 = nn.softmax %x {axis = 1 : i64} : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %3 = nn.gather %2, %places {axis = 1 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %4 = nn.reshape %x : (tensor<2x9xf32>) -> tensor<6x3xf32>
  %5 = nn.gather %4, %places {axis = 0 : i64} : (tensor<6x3xf32>, tensor<3xi64>) -> tensor<3x3xf32>
  %6 = nn.neg %x : (tensor<2x9xf32>) -> tensor<2x9xf32>
  %7 = nn.gather %6, %places {axis = 0 : i64} : (tensor<2x9xf32>, tensor<3xi64>) -> tensor<3x9xf32>
  return %0, %1, %3, %5, %7 : tensor<2x9xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x3xf32>, tensor<3x9xf32>
}

// A transpose moves behind it whoever else reads it; a slice of what is read as a whole stays.
// CHECK-LABEL: func.func @moved
// CHECK: %[[T:.*]] = nn.transpose %arg0
// CHECK: %[[S:.*]] = nn.slice %arg0
// CHECK: %[[G:.*]] = nn.gather %[[S]], %arg1 {axis = 0 : i64} : (tensor<9x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
// CHECK: %[[C:.*]] = nn.transpose %[[G]] {{.*}} -> tensor<4x3xf32>
// CHECK: return %[[T]], %[[C]]
func.func @moved(%x: tensor<9x8xf32>, %places: tensor<3xi64>) -> (tensor<8x9xf32>, tensor<4x3xf32>, tensor<4x9xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<9x8xf32>) -> tensor<8x9xf32>
  %1 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 9, 4>, steps = array<i64: 1, 1>} : (tensor<9x8xf32>) -> tensor<9x4xf32>
  %2 = nn.transpose %1 {perm = array<i64: 1, 0>} : (tensor<9x4xf32>) -> tensor<4x9xf32>
  %3 = nn.gather %2, %places {axis = 1 : i64} : (tensor<4x9xf32>, tensor<3xi64>) -> tensor<4x3xf32>
  return %0, %3, %2 : tensor<8x9xf32>, tensor<4x3xf32>, tensor<4x9xf32>
}

// What a body chooses one position of is computed in the body, of that position; what another op reads is not.
// CHECK-LABEL: func.func @body
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[Y:.*]]: tensor<2x16xf32>
// CHECK: nn.neg %[[Y]]
// CHECK-NOT: nn.exp
// CHECK: nn.loop
// CHECK-NOT: nn.exp
// CHECK: nn.if
// CHECK: %[[G:.*]] = nn.gather {{.*}} {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
// CHECK: nn.exp %[[G]] : (tensor<2x1xf32>) -> tensor<2x1xf32>
// CHECK-NOT: nn.exp
// CHECK-NOT: nn.neg
// CHECK: return
func.func @body(%x: tensor<2x16xf32>, %y: tensor<2x16xf32>, %places: tensor<3xi32>, %some: tensor<3xi1>) -> (tensor<3x2xf32>, tensor<2x16xf32>) {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.neg %y : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %2 = nn.loop over(%places, %some) carry() with(%0, %1) {backwards = array<i1: false, false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<3xi1>, tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %is: tensor<i1>, %a: tensor<2x16xf32>, %b: tensor<2x16xf32>):
    %3 = nn.if %is with(%place, %a, %b) : (tensor<i1>, tensor<i32>, tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2xf32> {
    ^bb0(%p: tensor<i32>, %c: tensor<2x16xf32>, %d: tensor<2x16xf32>):
      %4 = nn.reshape %p : (tensor<i32>) -> tensor<1xi32>
      %5 = nn.gather %c, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
      %6 = nn.gather %d, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
      %7 = nn.add %5, %6 : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
      %8 = nn.reshape %7 : (tensor<2x1xf32>) -> tensor<2xf32>
      nn.yield %8 : tensor<2xf32>
    } else {
    ^bb0(%p: tensor<i32>, %c: tensor<2x16xf32>, %d: tensor<2x16xf32>):
      %4 = arith.constant dense<0.0> : tensor<2xf32>
      nn.yield %4 : tensor<2xf32>
    }
    nn.yield %3 : tensor<2xf32>
  }
  return %2, %1 : tensor<3x2xf32>, tensor<2x16xf32>
}

// Chosen twice, it is computed of both; constants are the body's, other operands are shared; the whole chain goes in.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: %[[X:.*]]: tensor<2x16xi8>, %[[W:.*]]: tensor<2x1xf32>
// CHECK-NOT: nn.mul
// CHECK: nn.loop over(%{{.*}}) carry() with(%[[W]], %[[X]])
// CHECK: ^bb0({{.*}}, %[[V:.*]]: tensor<2x1xf32>, %[[A:.*]]: tensor<2x16xi8>)
// CHECK-COUNT-2: nn.gather %[[A]], {{.*}} -> tensor<2x1xi8>
// CHECK-NOT: tensor<2x16xf32>
// CHECK: return
func.func @chain(%x: tensor<2x16xi8>, %w: tensor<2x1xf32>, %places: tensor<2x2xi32>) -> tensor<2x2xf32> {
  %scale = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.dequantize %x, %scale {axis = 0 : i64} : (tensor<2x16xi8>, tensor<f32>) -> tensor<2x16xf32>
  %1 = nn.mul %0, %w : (tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
  %2 = nn.loop over(%places) carry() with(%1) {backwards = array<i1: false, false>, steps = 2 : i64}
      : (tensor<2x2xi32>, tensor<2x16xf32>) -> tensor<2x2xf32> {
  ^bb0(%place: tensor<2xi32>, %a: tensor<2x16xf32>):
    %3 = nn.slice %place {starts = array<i64: 0>, sizes = array<i64: 1>, steps = array<i64: 1>} : (tensor<2xi32>) -> tensor<1xi32>
    %4 = nn.slice %place {starts = array<i64: 1>, sizes = array<i64: 1>, steps = array<i64: 1>} : (tensor<2xi32>) -> tensor<1xi32>
    %5 = nn.gather %a, %3 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %6 = nn.gather %a, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %7 = nn.add %5, %6 : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    %8 = nn.reshape %7 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %8 : tensor<2xf32>
  }
  return %2 : tensor<2x2xf32>
}

// So many steps would compute more than a fourth of it.
// CHECK-LABEL: func.func @many_steps
// CHECK: nn.exp %arg0
// CHECK: nn.loop
func.func @many_steps(%x: tensor<2x16xf32>, %places: tensor<5xi32>) -> tensor<5x2xf32> {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 5 : i64}
      : (tensor<5xi32>, tensor<2x16xf32>) -> tensor<5x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<2x16xf32>):
    %4 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %5 = nn.gather %a, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %9 = nn.reshape %5 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %9 : tensor<2xf32>
  }
  return %1 : tensor<5x2xf32>
}

// A position is made of all.
// CHECK-LABEL: func.func @needs_others
// CHECK: nn.softmax %arg0
// CHECK: nn.loop
func.func @needs_others(%x: tensor<2x16xf32>, %places: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<2x16xf32>):
    %4 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %5 = nn.gather %a, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %9 = nn.reshape %5 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %9 : tensor<2xf32>
  }
  return %1 : tensor<3x2xf32>
}

// The body reads all of it, too.
// CHECK-LABEL: func.func @whole
// CHECK: nn.exp %arg0
// CHECK: nn.loop
func.func @whole(%x: tensor<2x16xf32>, %places: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<2x16xf32>):
    %4 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %6 = nn.gather %a, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %7 = nn.reduce %a {kind = #nn.reduce_kind<max>, axes = array<i64: 1>, keepdims = true} : (tensor<2x16xf32>) -> tensor<2x1xf32>
    %5 = nn.add %6, %7 : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    %9 = nn.reshape %5 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %9 : tensor<2xf32>
  }
  return %1 : tensor<3x2xf32>
}

// It is what is chosen by, not of.
// CHECK-LABEL: func.func @places
// CHECK: nn.abs %arg0
// CHECK: nn.loop
func.func @places(%x: tensor<16xi32>, %places: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = nn.abs %x : (tensor<16xi32>) -> tensor<16xi32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<16xi32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<16xi32>):
    %4 = nn.gather %a, %a {axis = 0 : i64} : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi32>
    %6 = nn.slice %4 {starts = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 1>} : (tensor<16xi32>) -> tensor<2xi32>
    %7 = nn.cast %6 : (tensor<2xi32>) -> tensor<2xf32>
    %5 = nn.reshape %7 : (tensor<2xf32>) -> tensor<2x1xf32>
    %9 = nn.reshape %5 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %9 : tensor<2xf32>
  }
  return %1 : tensor<3x2xf32>
}

// What a slice leaves out would be gathered in each step.
// CHECK-LABEL: func.func @left_out
// CHECK: nn.slice %arg0
// CHECK: nn.loop
func.func @left_out(%x: tensor<9x16xf32>, %places: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 2, 16>, steps = array<i64: 1, 1>} : (tensor<9x16xf32>) -> tensor<2x16xf32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<2x16xf32>):
    %4 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %5 = nn.gather %a, %4 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %9 = nn.reshape %5 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %9 : tensor<2xf32>
  }
  return %1 : tensor<3x2xf32>
}

// The other body reads it.
// CHECK-LABEL: func.func @other_body
// CHECK: nn.exp %arg0
// CHECK: nn.if
func.func @other_body(%x: tensor<2x16xf32>, %place: tensor<1xi32>, %is: tensor<i1>) -> tensor<2x1xf32> {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.if %is with(%place, %0) : (tensor<i1>, tensor<1xi32>, tensor<2x16xf32>) -> tensor<2x1xf32> {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>):
    %2 = nn.gather %a, %p {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    nn.yield %2 : tensor<2x1xf32>
  } else {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>):
    %2 = nn.slice %a {starts = array<i64: 0, 0>, sizes = array<i64: 2, 1>, steps = array<i64: 1, 1>} : (tensor<2x16xf32>) -> tensor<2x1xf32>
    nn.yield %2 : tensor<2x1xf32>
  }
  return %1 : tensor<2x1xf32>
}

// Weights that are not known would be read in each step.
// CHECK-LABEL: func.func @weights
// CHECK: nn.conv %arg0
// CHECK: nn.loop
func.func @weights(%x: tensor<1x4x2x16xf32>, %w: tensor<1x4x1x1xf32>, %places: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>} : (tensor<1x4x2x16xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x2x16xf32>
  %1 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<1x1x2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<1x1x2x16xf32>):
    %2 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %3 = nn.gather %a, %2 {axis = 3 : i64} : (tensor<1x1x2x16xf32>, tensor<1xi32>) -> tensor<1x1x2x1xf32>
    %4 = nn.reshape %3 : (tensor<1x1x2x1xf32>) -> tensor<2xf32>
    nn.yield %4 : tensor<2xf32>
  }
  return %1 : tensor<3x2xf32>
}

// Two branches, as of a loop that is written out, choose of it.
// CHECK-LABEL: func.func @branches
// CHECK-NOT: nn.exp {{.*}}tensor<2x16xf32>
// CHECK-COUNT-2: nn.exp {{.*}} : (tensor<2x1xf32>) -> tensor<2x1xf32>
// CHECK: return
func.func @branches(%x: tensor<2x16xf32>, %place: tensor<1xi32>, %is: tensor<i1>, %none: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.if %is with(%place, %0, %none) : (tensor<i1>, tensor<1xi32>, tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x1xf32> {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>, %b: tensor<2x1xf32>):
    %3 = nn.gather %a, %p {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    nn.yield %3 : tensor<2x1xf32>
  } else {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>, %b: tensor<2x1xf32>):
    nn.yield %b : tensor<2x1xf32>
  }
  %2 = nn.if %is with(%place, %0, %1) : (tensor<i1>, tensor<1xi32>, tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x1xf32> {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>, %b: tensor<2x1xf32>):
    %3 = nn.gather %a, %p {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %4 = nn.neg %3 : (tensor<2x1xf32>) -> tensor<2x1xf32>
    nn.yield %4 : tensor<2x1xf32>
  } else {
  ^bb0(%p: tensor<1xi32>, %a: tensor<2x16xf32>, %b: tensor<2x1xf32>):
    nn.yield %b : tensor<2x1xf32>
  }
  return %2 : tensor<2x1xf32>
}

// Stored integers are chosen of whoever else reads what they mean: in the function and in a body.
// CHECK-LABEL: func.func @stored
// CHECK: %[[S:.*]] = nn.dequantize %arg0
// CHECK: %[[G:.*]] = nn.gather %arg0, %arg1 {axis = 1 : i64} : (tensor<2x16xi8>, tensor<3xi32>) -> tensor<2x3xi8>
// CHECK: %[[D:.*]] = nn.dequantize %[[G]], {{.*}} -> tensor<2x3xf32>
// CHECK: nn.loop over(%arg1) carry() with(%arg0)
// CHECK: ^bb0({{.*}}, %[[A:.*]]: tensor<2x16xi8>):
// CHECK: nn.gather %[[A]], {{.*}} -> tensor<2x1xi8>
// CHECK: nn.dequantize {{.*}} -> tensor<2x1xf32>
// CHECK: return %[[S]], %[[D]]
func.func @stored(%x: tensor<2x16xi8>, %places: tensor<3xi32>) -> (tensor<2x16xf32>, tensor<2x3xf32>, tensor<3x2xf32>) {
  %scale = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.dequantize %x, %scale {axis = 0 : i64} : (tensor<2x16xi8>, tensor<f32>) -> tensor<2x16xf32>
  %1 = nn.gather %0, %places {axis = 1 : i64} : (tensor<2x16xf32>, tensor<3xi32>) -> tensor<2x3xf32>
  %2 = nn.loop over(%places) carry() with(%0) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%place: tensor<i32>, %a: tensor<2x16xf32>):
    %3 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %4 = nn.gather %a, %3 {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    %5 = nn.reshape %4 : (tensor<2x1xf32>) -> tensor<2xf32>
    nn.yield %5 : tensor<2xf32>
  }
  return %0, %1, %2 : tensor<2x16xf32>, tensor<2x3xf32>, tensor<3x2xf32>
}

// Entries of a table are those of the chosen indices; of rows the places along them are others.
// CHECK-LABEL: func.func @entries
// CHECK: %[[G:.*]] = nn.gather %arg1, %arg3 {axis = 0 : i64} : (tensor<9xi32>, tensor<3xi64>) -> tensor<3xi32>
// CHECK: nn.gather %arg0, %[[G]] {axis = 0 : i64} : (tensor<256xf32>, tensor<3xi32>) -> tensor<3xf32>
// CHECK: %[[R:.*]] = nn.gather %arg2, %arg1 {axis = 0 : i64} : (tensor<4x8xf32>, tensor<9xi32>) -> tensor<9x8xf32>
// CHECK: nn.gather %[[R]], %arg3
func.func @entries(%table: tensor<256xf32>, %x: tensor<9xi32>, %rows: tensor<4x8xf32>, %places: tensor<3xi64>) -> (tensor<3xf32>, tensor<3x8xf32>) {
  %0 = nn.gather %table, %x {axis = 0 : i64} : (tensor<256xf32>, tensor<9xi32>) -> tensor<9xf32>
  %1 = nn.gather %0, %places {axis = 0 : i64} : (tensor<9xf32>, tensor<3xi64>) -> tensor<3xf32>
  %2 = nn.gather %rows, %x {axis = 0 : i64} : (tensor<4x8xf32>, tensor<9xi32>) -> tensor<9x8xf32>
  %3 = nn.gather %2, %places {axis = 0 : i64} : (tensor<9x8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  return %1, %3 : tensor<3xf32>, tensor<3x8xf32>
}

// A loop's steps read all of it, one after the other.
// CHECK-LABEL: func.func @sequence
// CHECK: nn.exp %arg0
// CHECK: nn.loop
func.func @sequence(%x: tensor<3x16xf32>, %places: tensor<3xi32>) -> tensor<3x3x1xf32> {
  %0 = nn.exp %x : (tensor<3x16xf32>) -> tensor<3x16xf32>
  %1 = nn.loop over(%places, %0) carry() with(%0) {backwards = array<i1: false, false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<3x16xf32>, tensor<3x16xf32>) -> tensor<3x3x1xf32> {
  ^bb0(%place: tensor<i32>, %row: tensor<16xf32>, %a: tensor<3x16xf32>):
    %2 = nn.reshape %place : (tensor<i32>) -> tensor<1xi32>
    %3 = nn.gather %a, %2 {axis = 1 : i64} : (tensor<3x16xf32>, tensor<1xi32>) -> tensor<3x1xf32>
    %4 = nn.gather %row, %2 {axis = 0 : i64} : (tensor<16xf32>, tensor<1xi32>) -> tensor<1xf32>
    %5 = nn.add %3, %4 : (tensor<3x1xf32>, tensor<1xf32>) -> tensor<3x1xf32>
    nn.yield %5 : tensor<3x1xf32>
  }
  return %1 : tensor<3x3x1xf32>
}

// One position, that takes the dimension away, is chosen of the whole, in a body too.
// CHECK-LABEL: func.func @one
// CHECK: %[[E:.*]] = nn.exp %arg0 : (tensor<2x16xf32>)
// CHECK: nn.gather %[[E]], %arg1
// CHECK: %[[N:.*]] = nn.neg %arg0 : (tensor<2x16xf32>)
// CHECK: nn.loop over(%arg2) carry() with(%[[N]])
func.func @one(%x: tensor<2x16xf32>, %place: tensor<i32>, %places: tensor<3xi32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
  %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %1 = nn.gather %0, %place {axis = 1 : i64} : (tensor<2x16xf32>, tensor<i32>) -> tensor<2xf32>
  %2 = nn.neg %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
  %3 = nn.loop over(%places) carry() with(%2) {backwards = array<i1: false, false>, steps = 3 : i64}
      : (tensor<3xi32>, tensor<2x16xf32>) -> tensor<3x2xf32> {
  ^bb0(%p: tensor<i32>, %a: tensor<2x16xf32>):
    %4 = nn.gather %a, %p {axis = 1 : i64} : (tensor<2x16xf32>, tensor<i32>) -> tensor<2xf32>
    nn.yield %4 : tensor<2xf32>
  }
  return %1, %3 : tensor<2xf32>, tensor<3x2xf32>
}
