// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// (sum * 0.5 - 1.25) >= 0 from the sum 3 on: clamp(2 sum - 5) is -1 or 1.
// CHECK-LABEL: func.func @sign_of_sum(
// CHECK: %[[SUM:.*]] = nn.matmul %{{.*}} -> tensor<1x2xi32>
// CHECK-DAG: %[[M:.*]] = arith.constant dense<1073741824> : tensor<i32>
// CHECK-DAG: %[[A:.*]] = arith.constant dense<-2415919104> : tensor<i64>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<29> : tensor<i8>
// CHECK: nn.rescale %[[SUM]], %[[M]], %[[A]], %[[S]] {max = 1 : i64, min = -1 : i64, storage = i8}
func.func @sign_of_sum(%x: tensor<1x8xi8>) -> tensor<1x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %b = arith.constant dense<-1.25> : tensor<f32>
  %p = arith.constant dense<1> : tensor<i8>
  %m = arith.constant dense<-1> : tensor<i8>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %half : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.add %2, %b : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  %4 = nn.compare %3, %zero {predicate = #nn.predicate<ge>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi1>
  %5 = nn.select %4, %p, %m : (tensor<1x2xi1>, tensor<i8>, tensor<i8>) -> tensor<1x2xi8>
  %6 = nn.dequantize %5, %one : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  return %6 : tensor<1x2xf32>
}

// -----

// Signs that fall as the sum grows: in floats.
// CHECK-LABEL: func.func @falling(
// CHECK: nn.select
// A channel with a negative factor: its weights change their sign.
// CHECK-LABEL: func.func @negative_factor(
// CHECK: %[[W:.*]] = arith.constant dense<{{\[}}[1, -1], {{.*}}> : tensor<8x2xi8>
// CHECK: %[[SUM:.*]] = nn.matmul %{{.*}}, %[[W]] {accumulator = i32}
// CHECK: nn.rescale %[[SUM]], %{{.*}} {max = 1 : i64, min = -1 : i64, storage = i8}
// CHECK-NOT: nn.select
// One that is not to be negated.
// CHECK-LABEL: func.func @least_weight(
// CHECK: nn.select
func.func @falling(%x: tensor<1x8xi8>) -> tensor<1x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %p = arith.constant dense<1> : tensor<i8>
  %m = arith.constant dense<-1> : tensor<i8>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.compare %2, %zero {predicate = #nn.predicate<lt>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi1>
  %4 = nn.select %3, %p, %m : (tensor<1x2xi1>, tensor<i8>, tensor<i8>) -> tensor<1x2xi8>
  %5 = nn.dequantize %4, %one : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  return %5 : tensor<1x2xf32>
}
func.func @negative_factor(%x: tensor<1x8xi8>) -> tensor<1x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %gamma = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %p = arith.constant dense<1> : tensor<i8>
  %m = arith.constant dense<-1> : tensor<i8>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.mul %2, %gamma : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %4 = nn.compare %3, %zero {predicate = #nn.predicate<ge>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi1>
  %5 = nn.select %4, %p, %m : (tensor<1x2xi1>, tensor<i8>, tensor<i8>) -> tensor<1x2xi8>
  %6 = nn.dequantize %5, %one : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  return %6 : tensor<1x2xf32>
}
func.func @least_weight(%x: tensor<1x8xi8>) -> tensor<1x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %gamma = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %w = arith.constant dense<-128> : tensor<8x2xi8>
  %p = arith.constant dense<1> : tensor<i8>
  %m = arith.constant dense<-1> : tensor<i8>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.mul %2, %gamma : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %4 = nn.compare %3, %zero {predicate = #nn.predicate<ge>} : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xi1>
  %5 = nn.select %4, %p, %m : (tensor<1x2xi1>, tensor<i8>, tensor<i8>) -> tensor<1x2xi8>
  %6 = nn.dequantize %5, %one : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  return %6 : tensor<1x2xf32>
}

// -----

// Behind a transposition, of a relu: 0 up to the sum 0, 1 above.
// CHECK-LABEL: func.func @moved(
// CHECK: %[[B:.*]] = nn.rescale %{{.*}} {max = 1 : i64, min = 0 : i64, storage = i8}
// CHECK: nn.transpose %[[B]] {perm = array<i64: 1, 0>} : (tensor<1x2xi8>) -> tensor<2x1xi8>
func.func @moved(%x: tensor<1x8xi8>) -> tensor<2x1xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %w = arith.constant dense<1> : tensor<8x2xi8>
  %0 = nn.dequantize %x, %one : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
  %1 = nn.dequantize %w, %one : (tensor<8x2xi8>, tensor<f32>) -> tensor<8x2xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x8xf32>, tensor<8x2xf32>) -> tensor<1x2xf32>
  %3 = nn.relu %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %4 = nn.transpose %3 {perm = array<i64: 1, 0>} : (tensor<1x2xf32>) -> tensor<2x1xf32>
  %5 = nn.sign %4 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %6 = nn.cast %5 : (tensor<2x1xf32>) -> tensor<2x1xi8>
  %7 = nn.dequantize %6, %one : (tensor<2x1xi8>, tensor<f32>) -> tensor<2x1xf32>
  return %7 : tensor<2x1xf32>
}
