// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// Weights of a quarter and three along each axis: sixteenths, half of which are
// the result's units. That is a shift by 5: (3 + 1/2) * 32 less 3 * 16 is added.
// CHECK-LABEL: func.func @twice(
// CHECK: %[[SUM:.*]] = nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 1, 2>,
// CHECK-SAME: indices = [array<i32: 0, 0, 0, 1, 0, 1, 1, 1>, array<i32: 0, 0, 0, 1, 1, 2, 0, 1, 1, 2, 2, 2>],
// CHECK-SAME: taps = array<i64: 2, 2>,
// CHECK-SAME: weights = [array<i32: 1, 3, 1, 3, 3, 1, 3, 1>, array<i32: 1, 3, 1, 3, 1, 3, 3, 1, 3, 1, 3, 1>]}
// CHECK-SAME: : (tensor<1x2x3x4xi8>) -> tensor<1x4x6x4xi32>
// CHECK: %[[ADDEND:.*]] = arith.constant dense<64> : tensor<i32>
// CHECK: nn.add %[[SUM]], %[[ADDEND]]
// CHECK: %[[SHIFT:.*]] = arith.constant dense<5> : tensor<i8>
// CHECK: nn.rescale %{{.*}}, %[[SHIFT]], %{{.*}} {max = 127 : i64, min = -128 : i64, storage = i8, ties_to_odd = true}
// CHECK-NOT: nn.dequantize
func.func @twice(%x: tensor<1x2x3x4xi8>) -> tensor<1x4x6x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i8>
  %t = arith.constant dense<0.2> : tensor<f32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x2x3x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x3x4xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 2.0, 2.0, 1.0>} : (tensor<1x2x3x4xf32>) -> tensor<1x4x6x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x4x6x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x4x6x4xi8>
  return %2 : tensor<1x4x6x4xi8>
}

// -----

// A scale that sizes were divided for: 3 elements become 7, which lie thirds
// apart where corners meet.
// CHECK-LABEL: func.func @sizes(
// CHECK: nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 1>,
// CHECK-SAME: weights = [array<i32: 3, 2, 1, 3, 2, 1, 3, 0, 1, 2, 0, 1, 2, 0>]}
func.func @sizes(%x: tensor<1x3xui16>) -> tensor<1x7xui16> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<30000> : tensor<ui16>
  %t = arith.constant dense<0.2> : tensor<f32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x3xui16>, tensor<f32>, tensor<ui16>) -> tensor<1x3xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<align_corners>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 2.3333333333333335>} : (tensor<1x3xf32>) -> tensor<1x7xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x7xf32>, tensor<f32>, tensor<ui16>) -> tensor<1x7xui16>
  return %2 : tensor<1x7xui16>
}

// -----

// Where each position is an element, of two taps one is left; in the result's
// own units nothing is left to do but to take it.
// CHECK-LABEL: func.func @every_other(
// CHECK: nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 1>, indices = [array<i32: 0, 2>], taps = array<i64: 1>, weights = [array<i32: 1, 1>]}
func.func @every_other(%x: tensor<1x4xi8>) -> tensor<1x2xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.2> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi8>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<asymmetric>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 0.5>} : (tensor<1x4xf32>) -> tensor<1x2xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2xi8>
  return %2 : tensor<1x2xi8>
}

// -----

// Sixteen elements for each would be too many: one axis after the other.
// CHECK-LABEL: func.func @cubic(
// CHECK: %[[ROWS:.*]] = nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 2>, {{.*}} taps = array<i64: 4>, {{.*}} : (tensor<1x1x2x2xi8>) -> tensor<1x1x4x2xi32>
// CHECK: nn.interpolate %[[ROWS]] {accumulator = i32, axes = array<i64: 3>, {{.*}} : (tensor<1x1x4x2xi32>) -> tensor<1x1x4x4xi32>
// CHECK: nn.rescale
func.func @cubic(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x4x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x1x2x2xi8>, tensor<f32>) -> tensor<1x1x2x2xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<cubic>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0, 2.0>} : (tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x1x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x1x4x4xi8>
  return %2 : tensor<1x1x4x4xi8>
}

// -----

// Without what lies outside the others have sums that differ at each border, and so
// denominators.
// CHECK-LABEL: func.func @cubic_without_outside(
// CHECK: nn.interpolate %arg0 {accumulator = i64, axes = array<i64: 1>,
// CHECK: nn.rescale
// CHECK-NOT: nn.quantize
func.func @cubic_without_outside(%x: tensor<1x4xi8>) -> tensor<1x8xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi8>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<cubic>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 2.0>, cubic_coeff = -0.5 : f64, exclude_outside = true} : (tensor<1x4xf32>) -> tensor<1x8xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x8xf32>, tensor<f32>, tensor<i8>) -> tensor<1x8xi8>
  return %2 : tensor<1x8xi8>
}

// -----

// 1.3 as a float is 10905190 / 2^23: no rescale is right for each of 2^54 sums, but a
// quotient is that is right or one too small, with its remainder.
// CHECK-LABEL: func.func @float_scale(
// CHECK: %[[ROWS:.*]] = nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 1>,
// CHECK: %[[SUM:.*]] = nn.interpolate %[[ROWS]] {accumulator = i64, axes = array<i64: 2>,
// CHECK: %[[UPPER:.*]] = nn.shift_right %[[SUM]],
// CHECK: %[[WORD:.*]] = nn.cast %[[UPPER]] : {{.*}} -> tensor<1x13x13xi32>
// CHECK: %[[E:.*]] = nn.rescale %[[WORD]], {{.*}}storage = i32}
// CHECK: %[[TWICE:.*]] = nn.mul %[[SUM]],
// CHECK: %[[Q:.*]] = arith.constant dense<237846337872200> : tensor<i64>
// CHECK: %[[TAKEN:.*]] = nn.mul %[[E]], %[[Q]] {accumulator = i64}
// CHECK: %[[R:.*]] = nn.sub %[[TWICE]], %[[TAKEN]]
// CHECK: %[[ODD:.*]] = nn.bit_and %[[E]],
// CHECK: %[[REST:.*]] = nn.add %[[R]], %[[ODD]] {accumulator = i64}
// CHECK: %[[ONE:.*]] = arith.constant dense<118923168936100> : tensor<i64>
// CHECK: nn.compare %[[REST]], %[[ONE]] {predicate = #nn.predicate<gt>}
// CHECK: nn.rescale {{.*}}storage = i8}
// CHECK-NOT: nn.quantize
func.func @float_scale(%x: tensor<1x10x10xi8>) -> tensor<1x13x13xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x10x10xi8>, tensor<f32>) -> tensor<1x10x10xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.2999999523162842, 1.2999999523162842>} : (tensor<1x10x10xf32>) -> tensor<1x13x13xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x13x13xf32>, tensor<f32>, tensor<i8>) -> tensor<1x13x13xi8>
  return %2 : tensor<1x13x13xi8>
}

// -----

// Those along one dimension are words.
// CHECK-LABEL: func.func @cubic_of_16_bits(
// CHECK: %[[ROWS:.*]] = nn.interpolate %arg0 {accumulator = i32, axes = array<i64: 2>,
// CHECK: nn.interpolate %[[ROWS]] {accumulator = i64, axes = array<i64: 3>,
// CHECK: nn.rescale
// CHECK-NOT: nn.quantize
func.func @cubic_of_16_bits(%x: tensor<1x1x2x2xi16>) -> tensor<1x1x4x4xi16> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i16>
  %0 = nn.dequantize %x, %s : (tensor<1x1x2x2xi16>, tensor<f32>) -> tensor<1x1x2x2xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<cubic>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0, 2.0>} : (tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x1x4x4xf32>, tensor<f32>, tensor<i16>) -> tensor<1x1x4x4xi16>
  return %2 : tensor<1x1x4x4xi16>
}

// -----

// A scale for each channel has no one sum.
// CHECK-LABEL: func.func @scales_of_channels(
// CHECK: nn.resize
func.func @scales_of_channels(%x: tensor<1x2x2xi8>) -> tensor<1x2x4xi8> {
  %c = arith.constant dense<[0.1, 0.3]> : tensor<2xf32>
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %c {axis = 1 : i64} : (tensor<1x2x2xi8>, tensor<2xf32>) -> tensor<1x2x2xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0>} : (tensor<1x2x2xf32>) -> tensor<1x2x4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x2x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xi8>
  return %2 : tensor<1x2x4xi8>
}

// -----

// Bytes without a sign have no room in words, bytes with one have.
// CHECK-LABEL: func.func @centred(
// CHECK: %[[C:.*]] = nn.rescale %arg0, {{.*}}storage = i8}
// CHECK: %[[ROWS:.*]] = nn.interpolate %[[C]] {accumulator = i32,
// CHECK: nn.interpolate %[[ROWS]] {accumulator = i64,
// CHECK-NOT: nn.quantize
func.func @centred(%x: tensor<1x10x10xui8>) -> tensor<1x13x13xui8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<7> : tensor<ui8>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x10x10xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x10x10xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.2999999523162842, 1.2999999523162842>} : (tensor<1x10x10xf32>) -> tensor<1x13x13xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x13x13xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x13x13xui8>
  return %2 : tensor<1x13x13xui8>
}

// -----

// Nor have 16 bits along both dimensions by such a scale.
// CHECK-LABEL: func.func @float_scale_of_16_bits(
// CHECK: nn.resize
func.func @float_scale_of_16_bits(%x: tensor<1x10x10xi16>) -> tensor<1x13x13xi16> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i16>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x10x10xi16>, tensor<f32>, tensor<i16>) -> tensor<1x10x10xf32>
  %1 = nn.resize %0 {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>, nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.2999999523162842, 1.2999999523162842>} : (tensor<1x10x10xf32>) -> tensor<1x13x13xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x13x13xf32>, tensor<f32>, tensor<i16>) -> tensor<1x13x13xi16>
  return %2 : tensor<1x13x13xi16>
}
