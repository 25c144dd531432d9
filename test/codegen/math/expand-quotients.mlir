// RUN: dlc-opt %s --dlc-expand-quotients --split-input-file | FileCheck %s
// RUN: sed 's/long_multiply = false/long_multiply = true/; s/index_bits = 32/index_bits = 64/' %s | dlc-opt --dlc-expand-quotients --split-input-file | FileCheck %s --check-prefix=WIDE

// Where the compiler multiplies by high words, and divides 64 bits, nothing changes.
// WIDE-NOT: arith.muli
// WIDE-NOT: scf.for {{.*}} iter_args

module attributes {dlc.target = {long_multiply = false, index_bits = 32 : i64}} {

// 41 / 1024 is 1/1000 too large, which no number below 125 shows; 103 / 512 is 3/512.
// CHECK-LABEL: func @rows
// CHECK: scf.for %[[I:.*]] = %c0 to %c125
// CHECK: %[[P:.*]] = arith.muli %[[I]], %c41
// CHECK: %[[ROW:.*]] = arith.shrui %[[P]], %c10
// CHECK: %[[Q:.*]] = arith.muli %[[I]], %c103
// CHECK: %[[FIVES:.*]] = arith.shrui %[[Q]], %c9
// CHECK: %[[WHOLE:.*]] = arith.muli %[[FIVES]], %c5
// CHECK: arith.subi %[[I]], %[[WHOLE]]
func.func @rows(%y: memref<25x5xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c25 = arith.constant 25 : index
  %c125 = arith.constant 125 : index
  scf.for %i = %c0 to %c125 step %c1 {
    %row = arith.divui %i, %c25 : index
    %column = arith.remsi %i, %c5 : index
    memref.store %row, %y[%row, %column] : memref<25x5xindex>
  }
  return
}

// What may be large or negative, powers of two, and divisors that are not known stay.
// CHECK-LABEL: func @others
// CHECK: arith.divui
// CHECK: arith.divsi
// CHECK: arith.divui
// CHECK: arith.remui
func.func @others(%x: index, %y: i32) -> (index, i32, index, index) {
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  %c-9 = arith.constant -9 : i32
  %c3 = arith.constant 3 : i32
  %c7 = arith.constant 7 : i32
  %a = arith.divui %x, %c5 : index
  %rest = arith.remsi %y, %c7 : i32
  %b = arith.divsi %rest, %c3 : i32
  %small = arith.remui %x, %c5 : index
  %c = arith.divui %small, %c8 : index
  %d = arith.remui %small, %x : index
  return %a, %b, %c, %d : index, i32, index, index
}

}

// -----

module attributes {dlc.target = {long_multiply = true, index_bits = 32 : i64}} {

// 2^60: its upper word is the first remainder where the divisor is larger, and one word of the quotient is left.
// CHECK-LABEL: func @reciprocal
// CHECK-SAME: %[[X:.*]]: i64
// CHECK: %[[NEGATIVE:.*]] = arith.cmpi slt, %[[X]], %{{.*}} : i64
// CHECK: math.ctlz
// CHECK-COUNT-7: arith.muli
// CHECK: %[[LESS:.*]] = arith.cmpi ult, %c268435456_i64, %[[D:.*]] : i64
// CHECK: %[[FIRST:.*]] = arith.select %[[LESS]], %c1, %c0 : index
// CHECK: %[[REST:.*]] = arith.select %[[LESS]], %c268435456_i64, %c0_i64
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %c2 {{.*}} iter_args(%{{.*}} = %[[REST]],
// CHECK: scf.while
// CHECK: arith.cmpi uge
// CHECK: arith.select %[[NEGATIVE]]
func.func @reciprocal(%x: i64) -> i64 {
  %n = arith.constant 1152921504606846976 : i64
  %r = arith.divsi %n, %x : i64
  return %r : i64
}

// Where the divisor's maker says that it is more than the upper word, nothing is asked of it, and one step is all.
// CHECK-LABEL: func @least
// CHECK: %[[D:.*]] = arith.maxsi %{{.*}}, %c268435457_i64
// CHECK-NOT: arith.cmpi
// CHECK: math.ctlz %[[D]]
// CHECK-NOT: scf.for
// CHECK: scf.while
// CHECK: arith.cmpi uge
// CHECK: return
func.func @least(%x: i64) -> i64 {
  %n = arith.constant 1152921504606846976 : i64
  %least = arith.constant 268435457 : i64
  %d = arith.maxsi %x, %least : i64
  %r = arith.divsi %n, %d : i64
  return %r : i64
}

// It is not negative, and the quotient may be longer than a word.
// CHECK-LABEL: func @lower
// CHECK-NOT: arith.cmpi slt
// CHECK: math.ctlz
// CHECK: scf.for
// CHECK: scf.while
func.func @lower(%x: i64) -> i64 {
  %n = arith.constant 1152921504606846976 : i64
  %least = arith.constant 268435456 : i64
  %d = arith.maxsi %x, %least : i64
  %r = arith.divsi %n, %d : i64
  return %r : i64
}

// Without products of 64 bits, and where remainders would not fit, bit by bit.
// CHECK-LABEL: func @large
// CHECK-NOT: math.ctlz
// CHECK: %[[LESS:.*]] = arith.cmpi ult, %{{.*}}, %[[D:.*]] : i64
// CHECK: %[[COUNT:.*]] = arith.select %[[LESS]], %c32, %c64 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[COUNT]] {{.*}} iter_args
// CHECK: arith.cmpi uge
func.func @large(%x: i64) -> i64 {
  %n = arith.constant 4611686018427387904 : i64
  %r = arith.divsi %n, %x : i64
  return %r : i64
}

// Dividends that are not known, or negative, are rare.
// CHECK-LABEL: func @dividends
// CHECK-NOT: scf.for
// CHECK: arith.divsi
// CHECK: arith.divsi
func.func @dividends(%x: i64, %y: i64) -> (i64, i64) {
  %n = arith.constant -3 : i64
  %r = arith.divsi %x, %y : i64
  %s = arith.divsi %n, %y : i64
  return %r, %s : i64, i64
}

}
