// RUN: dlc-opt %s --dlc-compare-as-integers | FileCheck %s
// RUN: sed 's/fpu = false/fpu = true/' %s | dlc-opt --dlc-compare-as-integers | FileCheck %s --check-prefix=FPU

// FPU-COUNT-6: arith.cmpf
// FPU-NOT: bitcast

module attributes {dlc.target = {fpu = false}} {

// Below zero: from the smallest negative denormal to -infinity.
// CHECK-LABEL: func @below_zero
// CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
// CHECK: %[[OFFSET:.*]] = arith.subi %[[BITS]], %c-2147483647_i32
// CHECK: arith.cmpi ule, %[[OFFSET]], %c2139095039_i32
func.func @below_zero(%x: f32) -> i1 {
  %zero = arith.constant 0.0 : f32
  %c = arith.cmpf olt, %x, %zero : f32
  return %c : i1
}

// Less than six is of both signs: what is not from 6 to infinity, and no NaN.
// CHECK-LABEL: func @less_than_six
// CHECK: arith.subi %{{.*}}, %c1086324736_i32
// CHECK: arith.cmpi ule, %{{.*}}, %c1052770304_i32
// CHECK: arith.shli
// CHECK: arith.cmpi ule, %{{.*}}, %c-16777216_i32
func.func @less_than_six(%x: f32) -> i1 {
  %six = arith.constant 6.0 : f32
  %c = arith.cmpf olt, %x, %six : f32
  return %c : i1
}

// CHECK-LABEL: func @is_nan
// CHECK: arith.cmpi ugt, %{{.*}}, %c-16777216_i32
func.func @is_nan(%x: f32) -> i1 {
  %c = arith.cmpf uno, %x, %x : f32
  return %c : i1
}

// The bits of x and y in the order of the floats, from -infinity on, NaNs last;
// the larger one back.
// CHECK-LABEL: func @larger
// CHECK: %[[X:.*]] = arith.bitcast %arg0 : f32 to i32
// CHECK: %[[SIGN:.*]] = arith.shrsi %[[X]], %c31_i32
// CHECK: %[[OTHERS:.*]] = arith.shrui %[[SIGN]], %c1_i32
// CHECK: %[[TURNED:.*]] = arith.xori %[[X]], %[[OTHERS]]
// CHECK: %[[KEY:.*]] = arith.subi %[[TURNED]], %c-2139095041_i32
// CHECK: %[[OTHER:.*]] = arith.subi
// CHECK: %[[LARGER:.*]] = arith.maxui %[[KEY]], %[[OTHER]]
// CHECK: %[[ORDERED:.*]] = arith.addi %[[LARGER]], %c-2139095041_i32
// CHECK: arith.shrsi %[[ORDERED]]
// CHECK: arith.bitcast %{{.*}} : i32 to f32
func.func @larger(%x: f32, %y: f32) -> f32 {
  %m = arith.maximumf %x, %y : f32
  return %m : f32
}

// Of three, nothing is turned back in between. NaNs are the first.
// CHECK-LABEL: func @smallest
// CHECK: arith.subi %{{.*}}, %c2139095041_i32
// CHECK: %[[TWO:.*]] = arith.minui
// CHECK: %[[THIRD:.*]] = arith.subi
// CHECK: arith.minui %[[TWO]], %[[THIRD]]
func.func @smallest(%x: f32, %y: f32, %z: f32) -> f32 {
  %m = arith.minimumf %x, %y : f32
  %n = arith.minimumf %m, %z : f32
  return %n : f32
}

// CHECK-LABEL: func @larger_double
// CHECK: arith.maximumf
func.func @larger_double(%x: f64, %y: f64) -> f64 {
  %m = arith.maximumf %x, %y : f64
  return %m : f64
}

// Of two variables it would be longer than the call.
// CHECK-LABEL: func @two_variables
// CHECK: arith.cmpf
func.func @two_variables(%x: f32, %y: f32) -> i1 {
  %c = arith.cmpf olt, %x, %y : f32
  return %c : i1
}

// Nothing compares with a NaN.
// CHECK-LABEL: func @with_nan
// CHECK: arith.cmpf
func.func @with_nan(%x: f32) -> i1 {
  %nan = arith.constant 0x7FC00000 : f32
  %c = arith.cmpf olt, %x, %nan : f32
  return %c : i1
}

// CHECK-LABEL: func @double
// CHECK: arith.cmpf
func.func @double(%x: f64) -> i1 {
  %zero = arith.constant 0.0 : f64
  %c = arith.cmpf olt, %x, %zero : f64
  return %c : i1
}
}
