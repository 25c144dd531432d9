// RUN: dlc-opt %s --dlc-compute-in-integers --split-input-file | FileCheck %s

// The factor is 0.5 * 0.25 / 8 = 2^-6, so that the multiplier is 2^30 with a
// shift of 36; halves need a tie of 1. The bias is in units of 0.5 * 0.25; the
// relu is the clamp's zero point.
// CHECK-LABEL: func.func @conv(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x4xi8>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<1> : tensor<3x2x3x3xi8>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<-5> : tensor<i8>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[7, -8, 9]> : tensor<3xi32>
// CHECK: %[[ACC:.*]] = nn.conv %[[X]], %[[W]], %[[B]] input_zero_point %[[Z]]
// CHECK-SAME: accumulator = i32
// CHECK-SAME: pads = array<i64: 1, 1, 1, 1>
// CHECK-SAME: -> tensor<1x3x4x4xi32>
// CHECK-DAG: %[[M:.*]] = arith.constant dense<1073741824> : tensor<i32>
// -3 * 2^36 + 2^35
// CHECK-DAG: %[[C:.*]] = arith.constant dense<-171798691840> : tensor<i64>
// CHECK-DAG: %[[K:.*]] = arith.constant dense<36> : tensor<i8>
// CHECK-DAG: %[[T:.*]] = arith.constant dense<1> : tensor<i32>
// CHECK: %[[Y:.*]] = nn.rescale %[[ACC]], %[[M]], %[[C]], %[[K]], %[[T]]
// CHECK-SAME: max = 127 : i64, min = -3 : i64, storage = i8, ties_to_odd = true
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x2x4x4xi8>) -> tensor<1x3x4x4xi8> {
  %w = arith.constant dense<1> : tensor<3x2x3x3xi8>
  %b = arith.constant dense<[7, -8, 9]> : tensor<3xi32>
  %sx = arith.constant dense<0.5> : tensor<f32>
  %zx = arith.constant dense<-5> : tensor<i8>
  %sw = arith.constant dense<0.25> : tensor<f32>
  %sb = arith.constant dense<0.125> : tensor<f32>
  %sy = arith.constant dense<8.0> : tensor<f32>
  %zy = arith.constant dense<-3> : tensor<i8>
  %0 = nn.dequantize %x, %sx, %zx : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %1 = nn.dequantize %w, %sw : (tensor<3x2x3x3xi8>, tensor<f32>) -> tensor<3x2x3x3xf32>
  %2 = nn.dequantize %b, %sb : (tensor<3xi32>, tensor<f32>) -> tensor<3xf32>
  %3 = nn.conv %0, %1, %2 {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<1x3x4x4xf32>
  %4 = nn.relu %3 : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32>
  %5 = nn.quantize %4, %sy, %zy : (tensor<1x3x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x3x4x4xi8>
  return %5 : tensor<1x3x4x4xi8>
}

// -----

// Filters with scales of their own have a multiplier of their own, and one
// shift: 31 bits for the largest factor, 0.3 * 0.02 / 0.5 = 0.012.
// CHECK-LABEL: func.func @per_channel(
// CHECK: nn.conv
// CHECK-SAME: -> tensor<1x2x4x4xi32>
// CHECK-DAG: %[[M:.*]] = arith.constant dense<{{.*}}[{{[0-9]+}}]{{.*}}[{{[0-9]+}}]{{.*}}> : tensor<2x1x1xi32>
// CHECK-DAG: %[[C:.*]] = arith.constant dense<68719476736> : tensor<i64>
// CHECK-DAG: %[[K:.*]] = arith.constant dense<37> : tensor<i8>
// CHECK: nn.rescale %{{.*}}, %[[M]], %[[C]], %[[K]] {max = 127 : i64, min = -128 : i64, storage = i8}
func.func @per_channel(%x: tensor<1x1x4x4xi8>) -> tensor<1x2x4x4xi8> {
  %w = arith.constant dense<[[[[3]]], [[[-2]]]]> : tensor<2x1x1x1xi8>
  %sx = arith.constant dense<0.3> : tensor<f32>
  %sw = arith.constant dense<[0.02, 0.007]> : tensor<2xf32>
  %sy = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.dequantize %x, %sx : (tensor<1x1x4x4xi8>, tensor<f32>) -> tensor<1x1x4x4xf32>
  %1 = nn.dequantize %w, %sw {axis = 0 : i64} : (tensor<2x1x1x1xi8>, tensor<2xf32>) -> tensor<2x1x1x1xf32>
  %3 = nn.conv %0, %1 {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %zy = arith.constant dense<0> : tensor<i8>
  %5 = nn.quantize %3, %sy, %zy : (tensor<1x2x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xi8>
  return %5 : tensor<1x2x4x4xi8>
}

// -----

// Weights that are transposed, as of Gemm, and a bias behind the product.
// CHECK-LABEL: func.func @dense(
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}1, 3], [2, 4]]> : tensor<2x2xi8>
// CHECK-DAG: %[[P:.*]] = nn.matmul %{{.*}}, %[[W]] {accumulator = i32}
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[10, 20]> : tensor<2xi32>
// CHECK: %[[S:.*]] = nn.add %[[P]], %[[B]] : (tensor<1x2xi32>, tensor<2xi32>) -> tensor<1x2xi32>
// CHECK: nn.rescale %[[S]]
func.func @dense(%x: tensor<1x2xi8>) -> tensor<1x2xui8> {
  %w = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %b = arith.constant dense<[10, 20]> : tensor<2xi32>
  %s = arith.constant dense<0.1> : tensor<f32>
  %sb = arith.constant dense<0.01> : tensor<f32>
  %sy = arith.constant dense<0.07> : tensor<f32>
  %zy = arith.constant dense<128> : tensor<ui8>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %1 = nn.dequantize %w, %s : (tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  %2 = nn.transpose %1 {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %3 = nn.matmul %0, %2 : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %4 = nn.dequantize %b, %sb : (tensor<2xi32>, tensor<f32>) -> tensor<2xf32>
  %5 = nn.add %3, %4 : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %6 = nn.quantize %5, %sy, %zy : (tensor<1x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2xui8>
  return %6 : tensor<1x2xui8>
}

// -----

// A bias in other units (0.015 in place of 0.01) is added as the nearest
// integer, 15; the rest is too little for any accumulator in reach.
// CHECK-LABEL: func.func @bias_of_another_scale(
// CHECK-DAG: arith.constant dense<[15, 30]> : tensor<2xi32>
// CHECK: nn.rescale
func.func @bias_of_another_scale(%x: tensor<1x2xi8>) -> tensor<1x2xi8> {
  %w = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %b = arith.constant dense<[10, 20]> : tensor<2xi32>
  %s = arith.constant dense<0.1> : tensor<f32>
  %sb = arith.constant dense<0.015> : tensor<f32>
  %sy = arith.constant dense<0.07> : tensor<f32>
  %zy = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x2xi8>, tensor<f32>) -> tensor<1x2xf32>
  %1 = nn.dequantize %w, %s : (tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  %3 = nn.matmul %0, %1 : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %4 = nn.dequantize %b, %sb : (tensor<2xi32>, tensor<f32>) -> tensor<2xf32>
  %5 = nn.add %3, %4 : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %6 = nn.quantize %5, %sy, %zy : (tensor<1x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2xi8>
  return %6 : tensor<1x2xi8>
}

// -----

// A mean over 2 x 2 elements of the same scale: a quarter, with ties.
// CHECK-LABEL: func.func @mean(
// CHECK: %[[S:.*]] = nn.avg_pool %{{.*}}, %{{.*}} {accumulator = i32
// CHECK-SAME: counted_pads = array<i64: 0, 0, 0, 0>
// CHECK: nn.rescale %[[S]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {
func.func @mean(%x: tensor<1x2x4x4xi8>) -> tensor<1x2x2x2xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<-4> : tensor<i8>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %1 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<1x2x2x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x2x2xi8>
  return %2 : tensor<1x2x2x2xi8>
}

// -----

// At the border a window has fewer elements: a multiplier for each position.
// CHECK-LABEL: func.func @mean_at_borders(
// CHECK: nn.avg_pool
// CHECK-DAG: %[[M:.*]] = arith.constant {{.*}} : tensor<2x2xi32>
// CHECK: nn.rescale %{{.*}}, %[[M]],
func.func @mean_at_borders(%x: tensor<1x2x3x3xi8>) -> tensor<1x2x2x2xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.07> : tensor<f32>
  %z = arith.constant dense<-4> : tensor<i8>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x2x3x3xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x3x3xf32>
  %1 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>} : (tensor<1x2x3x3xf32>) -> tensor<1x2x2x2xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x2x2x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x2x2xi8>
  return %2 : tensor<1x2x2x2xi8>
}

// -----

// What moves elements moves integers; padding with 0 is with the zero point.
// Each operand of a concat is rescaled to the result's scale, or is in it.
// CHECK-LABEL: func.func @moves(
// CHECK-SAME: %[[A:.*]]: tensor<1x2x4xi8>, %[[B:.*]]: tensor<1x2x4xi8>
// CHECK: %[[T:.*]] = nn.transpose %[[A]] {{.*}} -> tensor<1x4x2xi8>
// CHECK: %[[R:.*]] = nn.reshape %[[B]] {{.*}} -> tensor<1x4x2xi8>
// CHECK: %[[Q:.*]] = nn.rescale %[[R]]
// CHECK: %[[C:.*]] = nn.concat %[[T]], %[[Q]] {{.*}} -> tensor<1x8x2xi8>
// CHECK: %[[Z:.*]] = arith.constant dense<3> : tensor<i8>
// CHECK: %[[P:.*]] = nn.pad %[[C]], %[[Z]]
// CHECK: return %[[P]]
func.func @moves(%a: tensor<1x2x4xi8>, %b: tensor<1x2x4xi8>) -> tensor<1x9x2xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.07> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i8>
  %0 = nn.dequantize %a, %s, %z : (tensor<1x2x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xf32>
  %1 = nn.dequantize %b, %t, %z : (tensor<1x2x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4xf32>
  %2 = nn.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<1x2x4xf32>) -> tensor<1x4x2xf32>
  %3 = nn.reshape %1 : (tensor<1x2x4xf32>) -> tensor<1x4x2xf32>
  %4 = nn.concat %2, %3 {axis = 1 : i64} : (tensor<1x4x2xf32>, tensor<1x4x2xf32>) -> tensor<1x8x2xf32>
  %5 = nn.pad %4 {pads = array<i64: 0, 1, 0, 0, 0, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x8x2xf32>) -> tensor<1x9x2xf32>
  %6 = nn.quantize %5, %s, %z : (tensor<1x9x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x9x2xi8>
  return %6 : tensor<1x9x2xi8>
}

// -----

// With -128 * 255 * 70000 the sums leave 32 bits.
// CHECK-LABEL: func.func @long_sum(
// CHECK: nn.matmul {{.*}} {accumulator = i64}
// CHECK: nn.rescale {{.*}} : (tensor<1x1xi64>
func.func @long_sum(%x: tensor<1x70000xi8>) -> tensor<1x1xi8> {
  %w = arith.constant dense<-128> : tensor<70000x1xi8>
  %s = arith.constant dense<0.1> : tensor<f32>
  %sy = arith.constant dense<10000.0> : tensor<f32>
  %z = arith.constant dense<127> : tensor<i8>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x70000xi8>, tensor<f32>, tensor<i8>) -> tensor<1x70000xf32>
  %1 = nn.dequantize %w, %s : (tensor<70000x1xi8>, tensor<f32>) -> tensor<70000x1xf32>
  %2 = nn.matmul %0, %1 : (tensor<1x70000xf32>, tensor<70000x1xf32>) -> tensor<1x1xf32>
  %3 = nn.quantize %2, %sy, %z : (tensor<1x1xf32>, tensor<f32>, tensor<i8>) -> tensor<1x1xi8>
  return %3 : tensor<1x1xi8>
}

// -----

// The same scale and zero point: nothing is left but the bound.
// CHECK-LABEL: func.func @same(
// CHECK-NEXT: %[[C:.*]] = nn.clip %arg0 {min = 4.000000e+00 : f64}
// CHECK-NEXT: return %[[C]]
func.func @same(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<4> : tensor<i8>
  %0 = nn.dequantize %x, %s, %z : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = nn.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// Bounds at the ends of float32, which exporters write for none, bound nothing.
// CHECK-LABEL: func.func @no_bound(
// CHECK-NEXT: return %arg0
func.func @no_bound(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<4> : tensor<i8>
  %0 = nn.dequantize %x, %s, %z : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = nn.clip %0 {min = -3.4028234663852886e+38 : f64, max = 3.4028234663852886e+38 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.quantize %1, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// A residual addition: 1.5 a + 0.75 b - 3.25 with a scale of 1, exact with a
// shift that leaves the sums 31 bits. Nothing but ties has to be rounded.
// CHECK-LABEL: func.func @residual(
// CHECK-SAME: %[[A:.*]]: tensor<4xi8>, %[[B:.*]]: tensor<4xi8>
// CHECK-DAG: %[[M:.*]] = arith.constant dense<6291456> : tensor<i32>
// CHECK-DAG: %[[P:.*]] = nn.mul %[[A]], %[[M]] {accumulator = i32}
// CHECK-DAG: %[[N:.*]] = arith.constant dense<3145728> : tensor<i32>
// CHECK-DAG: %[[Q:.*]] = nn.mul %[[B]], %[[N]] {accumulator = i32}
// CHECK: %[[S:.*]] = nn.add %[[P]], %[[Q]] : (tensor<4xi32>
// CHECK: %[[C:.*]] = arith.constant dense<{{.*}}> : tensor<i32>
// CHECK: %[[V:.*]] = nn.add %[[S]], %[[C]]
// CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1> : tensor<i32>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0> : tensor<i64>
// CHECK-DAG: %[[K:.*]] = arith.constant dense<22> : tensor<i8>
// CHECK: nn.rescale %[[V]], %[[ONE]], %[[ZERO]], %[[K]], %{{.*}} {max = 127 : i64, min = 0 : i64
func.func @residual(%a: tensor<4xi8>, %b: tensor<4xi8>) -> tensor<4xi8> {
  %sa = arith.constant dense<1.5> : tensor<f32>
  %sb = arith.constant dense<0.75> : tensor<f32>
  %sy = arith.constant dense<1.0> : tensor<f32>
  %za = arith.constant dense<1> : tensor<i8>
  %zb = arith.constant dense<-3> : tensor<i8>
  %zy = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %a, %sa, %za : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = nn.dequantize %b, %sb, %zb : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %2 = nn.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.relu %2 : (tensor<4xf32>) -> tensor<4xf32>
  %4 = nn.quantize %3, %sy, %zy : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %4 : tensor<4xi8>
}

// -----

// Equal scales and a third: the ties of (a + b) / 6 are no multiples of a power
// of two, so that the sum is rescaled.
// CHECK-LABEL: func.func @equal_scales(
// CHECK: %[[S:.*]] = nn.add %arg0, %arg1 {accumulator = i32}
// CHECK: nn.rescale %[[S]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {
func.func @equal_scales(%a: tensor<4xi8>, %b: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<1.0> : tensor<f32>
  %sy = arith.constant dense<6.0> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %a, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
  %1 = nn.dequantize %b, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
  %2 = nn.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.quantize %2, %sy, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %3 : tensor<4xi8>
}

// -----

// Sums of two tensors of 16 bits have 64. (8193 a + 16389 b) / 24578 has
// halves that multipliers are not exact for: these are rounded up, and the last bits, by which
// they are then above a multiple of 2^k, cleared.
// CHECK-LABEL: func.func @residual_of_halfwords(
// CHECK-DAG: %[[P:.*]] = nn.mul %arg0, %{{.*}} {accumulator = i64}
// CHECK-DAG: %[[Q:.*]] = nn.mul %arg1, %{{.*}} {accumulator = i64}
// CHECK: %[[S:.*]] = nn.add %[[P]], %[[Q]]
// CHECK: %[[V:.*]] = nn.add %[[S]], %{{.*}}
// CHECK: %[[MASK:.*]] = arith.constant dense<-{{[1-9][0-9]+}}> : tensor<i64>
// CHECK: %[[EVEN:.*]] = nn.bit_and %[[V]], %[[MASK]]
// CHECK: nn.rescale %[[EVEN]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {max = 32767 : i64, min = 0 : i64, storage = i16}
func.func @residual_of_halfwords(%a: tensor<4xi16>, %b: tensor<4xi16>) -> tensor<4xi16> {
  %sa = arith.constant dense<8193.0> : tensor<f32>
  %sb = arith.constant dense<16389.0> : tensor<f32>
  %sy = arith.constant dense<24578.0> : tensor<f32>
  %0 = nn.dequantize %a, %sa : (tensor<4xi16>, tensor<f32>) -> tensor<4xf32>
  %1 = nn.dequantize %b, %sb : (tensor<4xi16>, tensor<f32>) -> tensor<4xf32>
  %2 = nn.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.relu %2 : (tensor<4xf32>) -> tensor<4xf32>
  %4 = nn.quantize %3, %sy {storage = i16} : (tensor<4xf32>, tensor<f32>) -> tensor<4xi16>
  return %4 : tensor<4xi16>
}

// -----

// The product of two tensors, less their zero points.
// CHECK-LABEL: func.func @product(
// CHECK: %[[A:.*]] = nn.sub %arg0, %{{.*}} {accumulator = i32}
// CHECK: %[[P:.*]] = nn.mul %[[A]], %arg1 {accumulator = i32}
// CHECK: nn.rescale %[[P]]
func.func @product(%a: tensor<4xui8>, %b: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %za = arith.constant dense<128> : tensor<ui8>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = nn.dequantize %a, %s, %za : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  %1 = nn.dequantize %b, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
  %2 = nn.mul %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.quantize %2, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %3 : tensor<4xi8>
}

// -----

// A function of one byte is a table: of 256 entries, those from 0 on first.
// sigmoid(0.25 q) * 256 - 128, which is 0 at 0 and 127 from 25 on.
// CHECK-LABEL: func.func @table(
// CHECK: %[[T:.*]] = arith.constant dense<"0x00101F2E3B47515A61686D717476787A{{.*}}"> : tensor<256xi8>
// CHECK: %[[I:.*]] = nn.cast %arg0 : (tensor<1x4xi8>) -> tensor<1x4xi32>
// CHECK: nn.gather %[[T]], %[[I]] {axis = 0 : i64} : (tensor<256xi8>, tensor<1x4xi32>) -> tensor<1x4xi8>
func.func @table(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %s = arith.constant dense<0.25> : tensor<f32>
  %t = arith.constant dense<0.00390625> : tensor<f32>
  %z = arith.constant dense<-128> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<1x4xi8>, tensor<f32>) -> tensor<1x4xf32>
  %1 = nn.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<1x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x4xi8>
  return %2 : tensor<1x4xi8>
}

// -----

// So is a chain of them, however the one tensor comes into it: x * sigmoid(x).
// CHECK-LABEL: func.func @table_of_a_chain(
// CHECK: nn.gather %{{.*}} : (tensor<256xui8>,
// CHECK-NOT: nn.dequantize
func.func @table_of_a_chain(%x: tensor<1x4xui8>) -> tensor<1x4xui8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<100> : tensor<ui8>
  %0 = nn.dequantize %x, %s, %z : (tensor<1x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x4xf32>
  %1 = nn.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.mul %0, %1 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = nn.quantize %2, %s, %z : (tensor<1x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x4xui8>
  return %3 : tensor<1x4xui8>
}

// -----

// One division for each row, by what is known to be 2^30 at least.
// CHECK-LABEL: func.func @softmax(
// CHECK: %[[MAX:.*]] = nn.reduce %arg0 {axes = array<i64: 1>, kind = #nn.reduce_kind<max>} {{.*}} -> tensor<2x1xi8>
// CHECK: %[[D:.*]] = nn.sub %[[MAX]], %arg0 {accumulator = i32}
// CHECK: %[[E:.*]] = nn.gather %{{.*}}, %[[D]] {{.*}} -> tensor<2x4xi32>
// CHECK: %[[S:.*]] = nn.reduce %[[E]] {accumulator = i64, axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} {{.*}} -> tensor<2x1xi64>
// CHECK: %[[LEAST:.*]] = arith.constant dense<1073741824> : tensor<i64>
// CHECK: %[[M:.*]] = nn.max %[[S]], %[[LEAST]]
// CHECK: %[[Q:.*]] = nn.div %{{.*}}, %[[M]]
// CHECK: %[[R:.*]] = nn.cast %[[Q]] : (tensor<2x1xi64>) -> tensor<2x1xi32>
// CHECK: nn.rescale %[[E]], %[[R]],
func.func @softmax(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.00390625> : tensor<f32>
  %z = arith.constant dense<-128> : tensor<i8>
  %0 = nn.dequantize %x, %s : (tensor<2x4xi8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = nn.quantize %1, %t, %z : (tensor<2x4xf32>, tensor<f32>, tensor<i8>) -> tensor<2x4xi8>
  return %2 : tensor<2x4xi8>
}

// -----

// Nothing quantises the result: sums of integers become real numbers. The bias
// is in their units, 0.5 * 0.25 for the first filter and 0.5 * 0.125.
// CHECK-LABEL: func.func @open_end(
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[8, 32]> : tensor<2xi32>
// CHECK-DAG: %[[ACC:.*]] = nn.conv %arg0, %{{.*}}, %[[B]] {{.*}} -> tensor<1x2x4x4xi32>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[1.250000e-01, 6.250000e-02]> : tensor<2xf32>
// CHECK: %[[R:.*]] = nn.dequantize %[[ACC]], %[[S]] : (tensor<1x2x4x4xi32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
// CHECK: return %[[R]]
func.func @open_end(%x: tensor<1x1x4x4xi8>, %q: tensor<4xf32>) -> (tensor<1x2x4x4xf32>) {
  %w = arith.constant dense<3> : tensor<2x1x1x1xi8>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %sw = arith.constant dense<[0.25, 0.125]> : tensor<2xf32>
  %0 = nn.dequantize %x, %s : (tensor<1x1x4x4xi8>, tensor<f32>) -> tensor<1x1x4x4xf32>
  %1 = nn.dequantize %w, %sw {axis = 0 : i64} : (tensor<2x1x1x1xi8>, tensor<2xf32>) -> tensor<2x1x1x1xf32>
  %2 = nn.conv %0, %1, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// A bias between two units is added as a real number.
// CHECK-LABEL: func.func @open_end_with_a_bias(
// CHECK: %[[R:.*]] = nn.dequantize
// CHECK: %[[B:.*]] = arith.constant dense<{{.*}}1.000000e-01{{.*}}> : tensor<2x1x1xf32>
// CHECK: nn.add %[[R]], %[[B]]
func.func @open_end_with_a_bias(%x: tensor<1x1x4x4xi8>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<3> : tensor<2x1x1x1xi8>
  %b = arith.constant dense<[0.1, 2.0]> : tensor<2xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.dequantize %x, %s : (tensor<1x1x4x4xi8>, tensor<f32>) -> tensor<1x1x4x4xf32>
  %1 = nn.dequantize %w, %s : (tensor<2x1x1x1xi8>, tensor<f32>) -> tensor<2x1x1x1xf32>
  %2 = nn.conv %0, %1, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}
