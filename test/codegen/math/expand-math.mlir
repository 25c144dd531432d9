// RUN: dlc-opt %s --split-input-file --dlc-expand-math --cse | FileCheck %s

// 2^23 rounds to an integer what is added to it.
// CHECK-LABEL: func @floor_without_instruction
// CHECK-SAME:    %[[X:.*]]: vector<3xf32>
func.func @floor_without_instruction(%x: vector<3xf32>) -> vector<3xf32> {
  // CHECK-DAG:  %[[SIZE:.*]] = math.absf %[[X]]
  // CHECK-DAG:  %[[TWO23:.*]] = arith.constant dense<0x4B000000>
  // CHECK:      %[[T:.*]] = arith.addf %[[SIZE]], %[[TWO23]] : vector<3xf32>
  // CHECK:      %[[R:.*]] = arith.subf %[[T]], %[[TWO23]] : vector<3xf32>
  // CHECK:      %[[NEAREST:.*]] = math.copysign %[[R]], %[[X]]
  // CHECK-DAG:  %[[SMALL:.*]] = arith.cmpf olt, %[[SIZE]], %[[TWO23]]
  // CHECK-DAG:  %[[ABOVE:.*]] = arith.cmpf ogt, %[[NEAREST]], %[[X]]
  // CHECK:      %[[STEP:.*]] = arith.select %[[ABOVE]]
  // CHECK:      %[[DOWN:.*]] = arith.subf %[[NEAREST]], %[[STEP]] : vector<3xf32>
  // CHECK:      %[[Y:.*]] = arith.select %[[SMALL]], %[[DOWN]], %[[X]]
  // CHECK:      return %[[Y]]
  %y = math.floor %x : vector<3xf32>
  return %y : vector<3xf32>
}

// Scalars and vectors get the same code: a polynomial of multiply-adds that may
// be fused, scaled by a power of two in two halves that may not.
// CHECK-LABEL: func @exp_scalar
// CHECK:         arith.mulf %{{.*}} fastmath<contract> : f32
// CHECK:         arith.addf %{{.*}} fastmath<contract> : f32
// CHECK:         arith.bitcast %{{.*}} : f32 to i32
// CHECK:         arith.shli
// CHECK-COUNT-6: arith.addf %{{.*}} fastmath<contract> : f32
// CHECK:         arith.shrsi
// CHECK-COUNT-2: arith.mulf %{{[^ ]*}}, %{{[^ ]*}} : f32
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @exp_scalar(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// CHECK-LABEL: func @exp_of_a_block
// CHECK-NOT:     math.exp
// CHECK:         arith.bitcast %{{.*}} : vector<4x16xf32> to vector<4x16xi32>
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @exp_of_a_block(%x: vector<4x16xf32>) -> vector<4x16xf32> {
  %y = math.exp %x : vector<4x16xf32>
  return %y : vector<4x16xf32>
}

// CHECK-LABEL: func @half_is_computed_in_single
// CHECK:         arith.extf %{{.*}} : vector<8xf16> to vector<8xf32>
// CHECK:         arith.truncf %{{.*}} : vector<8xf32> to vector<8xf16>
func.func @half_is_computed_in_single(%x: vector<8xf16>) -> vector<8xf16> {
  %y = math.tanh %x : vector<8xf16>
  return %y : vector<8xf16>
}

// CHECK-LABEL: func @double_precision
// CHECK-NOT:     math.exp
// CHECK:         arith.bitcast %{{.*}} : f64 to i64
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @double_precision(%x: f64) -> f64 {
  %y = math.exp %x : f64
  return %y : f64
}

// There is an fpu unless the target says otherwise.
// CHECK-LABEL: func @square_root_stays
// CHECK:         math.sqrt
func.func @square_root_stays(%x: f32) -> f32 {
  %y = math.sqrt %x : f32
  return %y : f32
}

// CHECK-LABEL: func @multiply_add_without_fma
// CHECK:         %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} fastmath<contract>
// CHECK:         arith.addf %[[P]], %{{.*}} fastmath<contract>
// CHECK-NOT:     math.fma
func.func @multiply_add_without_fma(%a: f32, %b: f32, %c: f32) -> f32 {
  %y = math.fma %a, %b, %c : f32
  return %y : f32
}

// The smaller of two, the number where one is NaN.
// CHECK-LABEL: func @minnum
// CHECK-SAME:    %[[A:.*]]: f32, %[[B:.*]]: f32
// CHECK-DAG:     %[[LESS:.*]] = arith.cmpf olt, %[[A]], %[[B]] : f32
// CHECK-DAG:     %[[NAN:.*]] = arith.cmpf uno, %[[B]], %[[B]] : f32
// CHECK:         %[[C:.*]] = arith.ori %[[LESS]], %[[NAN]]
// CHECK:         arith.select %[[C]], %[[A]], %[[B]]
func.func @minnum(%a: f32, %b: f32) -> f32 {
  %y = arith.minnumf %a, %b : f32
  return %y : f32
}

// CHECK-LABEL: func @cube
// CHECK-SAME:    %[[X:.*]]: f32
// CHECK:         %[[S:.*]] = arith.mulf %[[X]], %[[X]] : f32
// CHECK:         %[[Y:.*]] = arith.mulf %[[S]], %[[X]] : f32
// CHECK:         return %[[Y]]
func.func @cube(%x: f32) -> f32 {
  %c = arith.constant 3.0 : f32
  %y = math.powf %x, %c : f32
  return %y : f32
}

// x^0.75 = sqrt(x sqrt(x)): the exponent of local response normalisation.
// CHECK-LABEL: func @three_quarters
// CHECK:         %[[R:.*]] = math.sqrt %[[X:.*]] : vector<4xf32>
// CHECK:         %[[P:.*]] = arith.mulf %[[X]], %[[R]] : vector<4xf32>
// CHECK:         math.sqrt %[[P]] : vector<4xf32>
// CHECK-NOT:     arith.bitcast
// CHECK:         return
func.func @three_quarters(%x: vector<4xf32>) -> vector<4xf32> {
  %c = arith.constant dense<0.75> : vector<4xf32>
  %y = math.powf %x, %c : vector<4xf32>
  return %y : vector<4xf32>
}

// CHECK-LABEL: func @remainder
// CHECK:         scf.while
// CHECK:           vector.reduction <or>
// CHECK:           arith.remui
func.func @remainder(%a: vector<4xf32>, %b: vector<4xf32>) -> vector<4xf32> {
  %y = arith.remf %a, %b : vector<4xf32>
  return %y : vector<4xf32>
}

// -----

// CHECK-LABEL: module @with_vectors
module @with_vectors attributes {dlc.target = {vector_bits = 128 : i64, fpu = true, fma = true}} {
  // CHECK-LABEL: func @instructions_stay
  // CHECK:         math.floor
  // CHECK:         math.roundeven
  // CHECK:         math.fma
  // CHECK:         math.ctpop
  // CHECK:         math.sqrt {{.*}} : f64
  func.func @instructions_stay(%x: f32, %n: i32, %d: f64) -> (f32, i32, f64) {
    %0 = math.floor %x : f32
    %1 = math.roundeven %0 : f32
    %2 = math.fma %x, %0, %1 : f32
    %3 = math.ctpop %n : i32
    %4 = math.sqrt %d : f64
    return %2, %3, %4 : f32, i32, f64
  }

  // Rounding errors of products are needed: one fused operation has them.
  // CHECK-LABEL: func @power_with_fma
  // CHECK:         math.fma
  func.func @power_with_fma(%x: f32, %y: f32) -> f32 {
    %r = math.powf %x, %y : f32
    return %r : f32
  }
}

// -----

// Roundings of FPv5: instructions for scalars, of single precision only.
// CHECK-LABEL: module @scalar_rounding
module @scalar_rounding attributes {dlc.target = {vector_bits = 0 : i64, fpu = true, rounding = true}} {
  // CHECK-LABEL: func @roundings_stay
  // CHECK:         math.floor {{.*}} : f32
  // CHECK:         math.roundeven {{.*}} : f32
  // CHECK-NOT:     math.floor
  // CHECK:         return
  func.func @roundings_stay(%x: f32, %d: f64) -> (f32, f64) {
    %0 = math.floor %x : f32
    %1 = math.roundeven %0 : f32
    %2 = math.floor %d : f64
    return %1, %2 : f32, f64
  }
}

// -----

// CHECK-LABEL: module @soft_float
module @soft_float attributes {dlc.target = {fpu = false}} {
  // CHECK-LABEL: func @square_root_of_integers
  // CHECK-NOT:     math.sqrt
  // CHECK:         arith.mului_extended
  // CHECK-NOT:     math.sqrt
  // CHECK:         return
  func.func @square_root_of_integers(%x: f32) -> f32 {
    %y = math.sqrt %x : f32
    return %y : f32
  }

  // CHECK-LABEL: func @power_without_fma
  // CHECK-NOT:     math.fma
  // CHECK:         return
  func.func @power_without_fma(%x: f32, %y: f32) -> f32 {
    %r = math.powf %x, %y : f32
    return %r : f32
  }

  // CHECK-LABEL: func @popcount
  // CHECK-NOT:     math.ctpop
  // CHECK:         return
  func.func @popcount(%n: i32) -> i32 {
    %r = math.ctpop %n : i32
    return %r : i32
  }
}
