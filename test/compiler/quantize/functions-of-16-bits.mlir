// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// Polynomials of segments, which are right for each of 65536 integers.
// CHECK-LABEL: func.func @sigmoid(
// CHECK: nn.piecewise %arg0 {bits = {{[0-9]+}} : i64, breaks = array<i64>, coefficients = array<i32: {{.*}}max = 32767 : i64, min = -32768 : i64, {{.*}}storage = i16} : (tensor<1x4xi16>) -> tensor<1x4xi16>
// CHECK-NOT: nn.dequantize
func.func @sigmoid(%x: tensor<1x4xi16>) -> tensor<1x4xi16> {
  %s = arith.constant dense<0.00025> : tensor<f32>
  %t = arith.constant dense<0.000030517578125> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i16>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi16>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x4xf32>, tensor<f32>, tensor<i16>) -> tensor<1x4xi16>
  return %2 : tensor<1x4xi16>
}

// -----

// A chain of them (hard swish, whose bends are breaks), to 8 bits.
// CHECK-LABEL: func.func @chain(
// CHECK: nn.piecewise %arg0 {{.*}}storage = ui8} : (tensor<1x4xui16>) -> tensor<1x4xui8>
// CHECK-NOT: nn.dequantize
func.func @chain(%x: tensor<1x4xui16>) -> tensor<1x4xui8> {
  %s = arith.constant dense<0.001> : tensor<f32>
  %z = arith.constant dense<32768> : tensor<ui16>
  %t = arith.constant dense<0.13> : tensor<f32>
  %y = arith.constant dense<4> : tensor<ui8>
  %sixth = arith.constant dense<0.16666667> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x4xui16>, tensor<f32>, tensor<ui16>) -> tensor<1x4xf32>
  %1 = nn.mul %0, %sixth : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %2 = nn.add %1, %half : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %3 = nn.clip %2 {min = 0.0 : f64, max = 1.0 : f64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = nn.mul %0, %3 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %5 = nn.quantize %4, %t, %y : (tensor<1x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x4xui8>
  return %5 : tensor<1x4xui8>
}

// -----

// A slope of at most 1 below zero: the larger of x and slope * x, with one slope
// for each channel of 8 bits too.
// CHECK-LABEL: func.func @prelu(
// CHECK: %[[X:.*]] = nn.rescale %arg0,
// CHECK: %[[SLOPED:.*]] = nn.rescale %arg0,
// CHECK: nn.max %[[X]], %[[SLOPED]] : (tensor<1x2x4xi8>, tensor<1x2x4xi8>) -> tensor<1x2x4xi8>
// CHECK-NOT: nn.dequantize
func.func @prelu(%x: tensor<1x2x4xi8>) -> tensor<1x2x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.13> : tensor<f32>
  %z = arith.constant dense<4> : tensor<i8>
  %slope = arith.constant dense<[[0.1], [0.25]]> : tensor<2x1xf32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x2x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xf32>
  %1 = nn.prelu %0, %slope : (tensor<1x2x4xf32>, tensor<2x1xf32>) -> tensor<1x2x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x2x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xi8>
  return %2 : tensor<1x2x4xi8>
}

// -----

// Some above 1 and some below have neither.
// CHECK-LABEL: func.func @prelu_of_both(
// CHECK: nn.prelu
func.func @prelu_of_both(%x: tensor<1x2x4xi8>) -> tensor<1x2x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<4> : tensor<i8>
  %slope = arith.constant dense<[[0.1], [1.25]]> : tensor<2x1xf32>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x2x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xf32>
  %1 = nn.prelu %0, %slope : (tensor<1x2x4xf32>, tensor<2x1xf32>) -> tensor<1x2x4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x2x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xi8>
  return %2 : tensor<1x2x4xi8>
}

// -----

// Products of two tensors of 16 bits with zero points have more than 32.
// CHECK-LABEL: func.func @product(
// CHECK: nn.sub %arg0, %{{.*}} {accumulator = i64}
// CHECK: %[[P:.*]] = nn.mul {{.*}} -> tensor<4xi64>
// CHECK: nn.rescale %[[P]], %{{.*}} : (tensor<4xi64>, tensor<i64>,
// CHECK-NOT: nn.dequantize
func.func @product(%x: tensor<4xui16>, %y: tensor<4xui16>) -> tensor<4xi16> {
  %s = arith.constant dense<0.001> : tensor<f32>
  %t = arith.constant dense<0.07> : tensor<f32>
  %z = arith.constant dense<100> : tensor<ui16>
  %r = arith.constant dense<-30000> : tensor<i16>
  %0 = nn.dequantize %x, %s, %z : (tensor<4xui16>, tensor<f32>, tensor<ui16>) -> tensor<4xf32>
  %1 = nn.dequantize %y, %s, %z : (tensor<4xui16>, tensor<f32>, tensor<ui16>) -> tensor<4xf32>
  %2 = nn.mul %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.quantize %2, %t, %r : (tensor<4xf32>, tensor<f32>, tensor<i16>) -> tensor<4xi16>
  return %3 : tensor<4xi16>
}

// -----

// Exponentials are products of two entries, one for each byte of the distance
// from the largest, and the sum's reciprocal is one for each row.
// CHECK-LABEL: func.func @softmax(
// CHECK: %[[MAX:.*]] = nn.reduce %arg0 {axes = array<i64: 1>, kind = #nn.reduce_kind<max>} {{.*}} -> tensor<2x1xi16>
// CHECK: %[[D:.*]] = nn.sub %[[MAX]], %arg0 {accumulator = i32}
// CHECK-DAG: %[[UPPER:.*]] = nn.shift_right %[[D]],
// CHECK-DAG: %[[LOWER:.*]] = nn.bit_and %[[D]],
// CHECK-DAG: %[[COARSE:.*]] = nn.gather %{{.*}}, %[[UPPER]] {{.*}}tensor<256xi32>
// CHECK-DAG: %[[FINE:.*]] = nn.gather %{{.*}}, %[[LOWER]] {{.*}}tensor<256xi32>
// CHECK: %[[E:.*]] = nn.rescale %[[COARSE]], %[[FINE]], {{.*}}storage = i32}
// CHECK: %[[S:.*]] = nn.reduce %[[E]] {accumulator = i64,
// CHECK: %[[LEAST:.*]] = arith.constant dense<1073741823> : tensor<i64>
// CHECK: %[[M:.*]] = nn.max %[[S]], %[[LEAST]]
// CHECK: nn.div %{{.*}}, %[[M]]
// CHECK: nn.rescale %[[E]], {{.*}}storage = ui16}
// CHECK-NOT: nn.dequantize
func.func @softmax(%x: tensor<2x4xi16>) -> tensor<2x4xui16> {
  %s = arith.constant dense<0.001> : tensor<f32>
  %t = arith.constant dense<0.0000152587890625> : tensor<f32>
  %z = arith.constant dense<0> : tensor<ui16>
  %0 = nn.dequantize %x, %s : (tensor<2x4xi16>, tensor<f32>) -> tensor<2x4xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<2x4xf32>, tensor<f32>, tensor<ui16>) -> tensor<2x4xui16>
  return %2 : tensor<2x4xui16>
}

// -----

// A zero point in coarse units leaves the reciprocal fewer bits: 128.5 * 2^54
// are less than 2^62, 128.5 * 2^55 are not.
// CHECK-LABEL: func.func @coarse_softmax(
// CHECK: nn.div
// CHECK-DAG: %[[SHIFT:.*]] = arith.constant dense<54> : tensor<i8>
// CHECK-DAG: %[[ADDEND:.*]] = arith.constant dense<-2296835809958952960> : tensor<i64>
// CHECK: nn.rescale %{{.*}}, %{{.*}}, %[[ADDEND]], %[[SHIFT]] {{.*}}storage = i8}
func.func @coarse_softmax(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.05> : tensor<f32>
  %z = arith.constant dense<-128> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<2x4xi8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<2x4xf32>, tensor<f32>, tensor<i8>) -> tensor<2x4xi8>
  return %2 : tensor<2x4xi8>
}
