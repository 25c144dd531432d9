// Reference evaluation, seen through dlc-fold-constants.
// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// Integers wrap; division truncates toward zero; the smallest number over -1
// is itself.
// CHECK-LABEL: func.func @integers
// CHECK-DAG: dense<[-56, -128]> : tensor<2xi8>
// CHECK-DAG: dense<[-3, -128]> : tensor<2xi8>
// CHECK-DAG: dense<[-7, -128]> : tensor<2xi8>
func.func @integers() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  %a = arith.constant dense<[100, 127]> : tensor<2xi8>
  %b = arith.constant dense<[100, 1]> : tensor<2xi8>
  %c = arith.constant dense<[7, -128]> : tensor<2xi8>
  %d = arith.constant dense<[-2, -1]> : tensor<2xi8>
  %0 = nn.add %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %1 = nn.div %c, %d : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %2 = nn.neg %c : (tensor<2xi8>) -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// -----

// The remainder has the divisor's sign, with fmod the dividend's.
// CHECK-LABEL: func.func @remainders
// CHECK-DAG: dense<[1, -1, 2]> : tensor<3xi32>
// CHECK-DAG: dense<[-1, 1, 2]> : tensor<3xi32>
func.func @remainders() -> (tensor<3xi32>, tensor<3xi32>) {
  %a = arith.constant dense<[-5, 5, 5]> : tensor<3xi32>
  %b = arith.constant dense<[2, -2, 3]> : tensor<3xi32>
  %0 = nn.mod %a, %b : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %1 = nn.mod %a, %b {fmod = true} : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  return %0, %1 : tensor<3xi32>, tensor<3xi32>
}

// -----

// Signedness is in the type: 200 is greater than 100, and shifts in zeros.
// CHECK-LABEL: func.func @unsigned
// CHECK-DAG: dense<[true, false]> : tensor<2xi1>
// CHECK-DAG: dense<[100, 1]> : tensor<2xui8>
// CHECK-DAG: dense<[100, -2]> : tensor<2xi8>
func.func @unsigned() -> (tensor<2xi1>, tensor<2xui8>, tensor<2xi8>) {
  %a = arith.constant dense<[200, 3]> : tensor<2xui8>
  %b = arith.constant dense<[100, 100]> : tensor<2xui8>
  %one = arith.constant dense<1> : tensor<1xui8>
  %c = arith.constant dense<[-56, -3]> : tensor<2xi8>
  %one8 = arith.constant dense<[1, 1]> : tensor<2xi8>
  %0 = nn.compare %a, %b {predicate = #nn.predicate<gt>} : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xi1>
  %1 = nn.shift_right %a, %one : (tensor<2xui8>, tensor<1xui8>) -> tensor<2xui8>
  %2 = nn.shift_right %c, %one8 : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %3 = nn.neg %c : (tensor<2xi8>) -> tensor<2xi8>
  %4 = nn.max %2, %2 : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %5 = arith.constant dense<[true, false]> : tensor<2xi1>
  %6 = arith.constant dense<[100, 1]> : tensor<2xi8>
  %7 = nn.select %5, %6, %4 : (tensor<2xi1>, tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %0, %1, %7 : tensor<2xi1>, tensor<2xui8>, tensor<2xi8>
}

// -----

// To integers: toward zero, and to the end of the range; to i1: is not 0.
// CHECK-LABEL: func.func @casts
// CHECK-DAG: dense<[-1, 127, 2]> : tensor<3xi8>
// CHECK-DAG: dense<true> : tensor<3xi1>
// CHECK-DAG: dense<[-1.500000e+00, 3.000000e+02, 2.898440e+00]> : tensor<3xf16>
func.func @casts() -> (tensor<3xi8>, tensor<3xi1>, tensor<3xf16>) {
  %a = arith.constant dense<[-1.5, 300.0, 2.8984]> : tensor<3xf32>
  %0 = nn.cast %a : (tensor<3xf32>) -> tensor<3xi8>
  %1 = nn.cast %a : (tensor<3xf32>) -> tensor<3xi1>
  %2 = nn.cast %a : (tensor<3xf32>) -> tensor<3xf16>
  return %0, %1, %2 : tensor<3xi8>, tensor<3xi1>, tensor<3xf16>
}

// -----

// Halves round to even.
// CHECK-LABEL: func.func @rounding
// CHECK: dense<[0.000000e+00, 2.000000e+00, 2.000000e+00, -2.000000e+00]>
func.func @rounding() -> tensor<4xf32> {
  %a = arith.constant dense<[0.5, 1.5, 2.5, -1.5]> : tensor<4xf32>
  %0 = nn.round %a : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// NaN passes through maxima, clips and relus.
// CHECK-LABEL: func.func @nan
// CHECK-COUNT-3: dense<[0x7FC00000, 1.000000e+00]>
func.func @nan() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = arith.constant dense<[0x7FC00000, 1.0]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, 0.75]> : tensor<2xf32>
  %0 = nn.max %b, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.clip %a {min = 0.0 : f64, max = 6.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.relu %a : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// Both operands broadcast.
// CHECK-LABEL: func.func @broadcast
// CHECK: dense<{{\[\[}}11, 21, 31], [12, 22, 32]]> : tensor<2x3xi64>
func.func @broadcast() -> tensor<2x3xi64> {
  %a = arith.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %b = arith.constant dense<[10, 20, 30]> : tensor<3xi64>
  %0 = nn.add %a, %b : (tensor<2x1xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %0 : tensor<2x3xi64>
}
