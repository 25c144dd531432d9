// RUN: dlc-opt %s --dlc-expand-products --canonicalize | FileCheck %s
// RUN: sed 's/long_multiply = false/long_multiply = true/' %s | dlc-opt --dlc-expand-products | FileCheck %s --check-prefix=LONG

// Where there is an instruction for them products stay.
// LONG-COUNT-7: arith.muli
// LONG-NOT: arith.muli

module attributes {dlc.target = {long_multiply = false}} {

// Words with a sign: four products of limbs, and nothing above them.
// CHECK-LABEL: func @words
// CHECK-SAME: %[[X:.*]]: i32, %[[Y:.*]]: i32
// CHECK: %[[X0:.*]] = arith.andi %[[X]], %c65535_i32
// CHECK: %[[X1:.*]] = arith.shrsi %[[X]], %c16_i32
// CHECK: %[[Y0:.*]] = arith.andi %[[Y]], %c65535_i32
// CHECK: %[[Y1:.*]] = arith.shrsi %[[Y]], %c16_i32
// CHECK: %[[LEAST:.*]] = arith.muli %[[X0]], %[[Y0]]
// CHECK: %[[ONE:.*]] = arith.muli %[[X1]], %[[Y0]]
// CHECK: %[[CARRY:.*]] = arith.shrui %[[LEAST]], %c16_i32
// CHECK: arith.addi %[[ONE]], %[[CARRY]]
// CHECK: arith.muli %[[X0]], %[[Y1]]
// CHECK: arith.muli %[[X1]], %[[Y1]]
// CHECK-NOT: arith.muli
// CHECK: arith.shli %{{.*}}, %c32_i64
// CHECK: arith.ori %{{.*}} : i64
func.func @words(%a: i32, %b: i32) -> i64 {
  %x = arith.extsi %a : i32 to i64
  %y = arith.extsi %b : i32 to i64
  %r = arith.muli %x, %y : i64
  return %r : i64
}

// A byte is a limb: two products with those of a word.
// CHECK-LABEL: func @bytes
// CHECK: %[[LEAST:.*]] = arith.muli %{{.*}} : i32
// CHECK: %[[NEXT:.*]] = arith.muli %{{.*}} : i32
// CHECK: %[[CARRY:.*]] = arith.shrsi %[[LEAST]], %c16_i32
// CHECK: %[[SUM:.*]] = arith.addi %[[NEXT]], %[[CARRY]]
// CHECK: arith.shrsi %[[SUM]], %c16_i32
// CHECK-NOT: arith.muli
func.func @bytes(%a: i32, %b: i8) -> i64 {
  %x = arith.extui %a : i32 to i64
  %y = arith.extui %b : i8 to i64
  %r = arith.muli %x, %y : i64
  return %r : i64
}

// A halfword times 64 bits: one more for the upper word.
// CHECK-LABEL: func @halfword
// CHECK-COUNT-3: arith.muli %{{.*}} : i32
// CHECK-NOT: arith.muli
func.func @halfword(%a: i16) -> i64 {
  %x = arith.extsi %a : i16 to i64
  %c = arith.constant -40000000000001 : i64
  %r = arith.muli %c, %x : i64
  return %r : i64
}

// The upper word of the first, a constant, is 0; that of the other is one more product.
// CHECK-LABEL: func @whole
// CHECK-COUNT-5: arith.muli %{{.*}} : i32
// CHECK-NOT: arith.muli
func.func @whole(%a: i64) -> i64 {
  %c = arith.constant 4000000000 : i64
  %r = arith.muli %a, %c : i64
  return %r : i64
}

// A shift, products of words, and vectors, which such machines do not have.
// CHECK-LABEL: func @others
// CHECK: arith.muli %{{.*}} : i64
// CHECK: arith.muli %{{.*}} : i32
// CHECK: arith.muli %{{.*}} : vector<2xi64>
func.func @others(%a: i64, %b: i32, %v: vector<2xi64>) -> (i64, i32, vector<2xi64>) {
  %c = arith.constant 64 : i64
  %r = arith.muli %a, %c : i64
  %s = arith.muli %b, %b : i32
  %t = arith.muli %v, %v : vector<2xi64>
  return %r, %s, %t : i64, i32, vector<2xi64>
}

}
