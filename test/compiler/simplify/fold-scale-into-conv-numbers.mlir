// RUN: dlc-opt %s --dlc-fold-scale-into-conv --dlc-fold-constants --split-input-file | FileCheck %s

// Numbers for which a product or a sum would come out otherwise.

// The second product is denormal, but 1e-39 of the first.
// CHECK-LABEL: func.func @negligible_weight
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @negligible_weight(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[0.1]], [[1.0e-38]]]]> : tensor<1x2x1x1xf32>
  %c0 = arith.constant dense<0.3> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: a product is infinite, where the sum may be small.
// CHECK-LABEL: func.func @product_overflows
// CHECK: nn.conv
// CHECK: nn.mul
func.func @product_overflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e+20> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e+30> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: 0 * inf is NaN.
// CHECK-LABEL: func.func @infinite_factor
// CHECK: nn.conv
// CHECK: nn.mul
func.func @infinite_factor(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[0.1]], [[0.0]]]]> : tensor<1x2x1x1xf32>
  %c0 = arith.constant dense<0x7F800000> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: a weight is infinite.
// CHECK-LABEL: func.func @infinite_weight
// CHECK: nn.conv
// CHECK: nn.mul
func.func @infinite_weight(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0x7F800000> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: a quotient is infinite.
// CHECK-LABEL: func.func @division_by_zero
// CHECK: nn.conv
// CHECK: nn.div
func.func @division_by_zero(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.div %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: all digits of the product are lost, and the sum may be large.
// CHECK-LABEL: func.func @product_underflows
// CHECK: nn.conv
// CHECK: nn.mul
func.func @product_underflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e-20> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e-30> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the product has few digits.
// CHECK-LABEL: func.func @product_is_denormal
// CHECK: nn.conv
// CHECK: nn.mul
func.func @product_is_denormal(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e-20> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e-20> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: all digits of the quotient are lost.
// CHECK-LABEL: func.func @quotient_underflows
// CHECK: nn.conv
// CHECK: nn.div
func.func @quotient_underflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e-20> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e+30> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.div %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: terms beyond the largest number cancel in the sum before it is scaled.
// CHECK-LABEL: func.func @term_overflows
// CHECK: nn.conv
// CHECK: nn.mul
func.func @term_overflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e+10> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<1.0e+15> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the bias becomes infinite.
// CHECK-LABEL: func.func @scaled_bias_overflows
// CHECK: nn.conv
// CHECK: nn.mul
func.func @scaled_bias_overflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<1.0e+30> : tensor<1xf32>
  %c0 = arith.constant dense<1.0e+10> : tensor<f32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the sum of bias and offset is infinite.
// CHECK-LABEL: func.func @bias_overflows
// CHECK: nn.conv
// CHECK: nn.add
func.func @bias_overflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<3.0e+38> : tensor<1xf32>
  %c0 = arith.constant dense<3.0e+38> : tensor<f32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.add %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: an infinite bias, from which the offset may be subtracted.
// CHECK-LABEL: func.func @infinite_offset
// CHECK: nn.conv
// CHECK: nn.sub
func.func @infinite_offset(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x1x1x1xf32>
  %c0 = arith.constant dense<0x7F800000> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.sub %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: differences of integers are exact, differences of tenths are not.
// CHECK-LABEL: func.func @short_weights
// CHECK: nn.conv
// CHECK: nn.mul
func.func @short_weights(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[-1.0]]]]> : tensor<1x2x1x1xf32>
  %c0 = arith.constant dense<0.1> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// A power of 2 keeps them exact.
// CHECK-LABEL: func.func @short_weights_exact_factor
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @short_weights_exact_factor(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[-1.0]]]]> : tensor<1x2x1x1xf32>
  %c0 = arith.constant dense<0.25> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: x - 101325 is exact, 0.1 x - 10132.5 is not.
// CHECK-LABEL: func.func @short_weights_bias
// CHECK: nn.conv
// CHECK: nn.mul
func.func @short_weights_bias(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<-101325.0> : tensor<1xf32>
  %c0 = arith.constant dense<0.1> : tensor<f32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.mul %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: x - 101325 is exact, and 101324.9 has one digit of 0.1.
// CHECK-LABEL: func.func @short_weights_offset
// CHECK: nn.conv
// CHECK: nn.add
func.func @short_weights_offset(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<-101325.0> : tensor<1xf32>
  %c0 = arith.constant dense<0.1> : tensor<f32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.add %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Sums of rounded products are off by as much as the bias.
// CHECK-LABEL: func.func @rounded_sums_offset
// CHECK: nn.conv
// CHECK-NEXT: return
func.func @rounded_sums_offset(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.7> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<-101325.0> : tensor<1xf32>
  %c0 = arith.constant dense<0.1> : tensor<f32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %1 = nn.add %0, %c0 : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: x - 101325 is exact where it is small, w x - 101325 w is not.
// CHECK-LABEL: func.func @large_offset
// CHECK: nn.add
// CHECK: nn.conv
func.func @large_offset(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x2x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %c = arith.constant dense<-101325.0> : tensor<f32>
  %0 = nn.add %x, %c : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: there is no bias beside which the offset could be small.
// CHECK-LABEL: func.func @offset_without_bias
// CHECK: nn.add
// CHECK: nn.conv
func.func @offset_without_bias(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x2x1x1xf32>
  %c = arith.constant dense<0.1> : tensor<f32>
  %0 = nn.add %x, %c : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: inf - inf is NaN.
// CHECK-LABEL: func.func @infinite_offset_before
// CHECK: nn.add
// CHECK: nn.conv
func.func @infinite_offset_before(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<1x2x1x1xf32>
  %b = arith.constant dense<0x7F800000> : tensor<1xf32>
  %c = arith.constant dense<0x7F800000> : tensor<f32>
  %0 = nn.add %x, %c : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the products are infinite.
// CHECK-LABEL: func.func @scale_before_overflows
// CHECK: nn.mul
// CHECK: nn.conv
func.func @scale_before_overflows(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e+20> : tensor<1x2x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %c = arith.constant dense<1.0e+30> : tensor<f32>
  %0 = nn.mul %x, %c : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: the products lose their digits.
// CHECK-LABEL: func.func @scale_before_underflows
// CHECK: nn.mul
// CHECK: nn.conv
func.func @scale_before_underflows(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<1.1e-20> : tensor<1x2x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %c = arith.constant dense<1.0e-30> : tensor<f32>
  %0 = nn.mul %x, %c : (tensor<1x2x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %1 = nn.conv %0, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// -----

// Not folded: a product is infinite.
// CHECK-LABEL: func.func @matmul_overflows
// CHECK: nn.matmul
// CHECK: nn.add
// CHECK: nn.mul
func.func @matmul_overflows(%x: tensor<3x1xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.1, 1.1e+20]]> : tensor<1x2xf32>
  %t = arith.constant dense<3.0> : tensor<2xf32>
  %s = arith.constant dense<[1.0, 1.0e+30]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x1xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %1 = nn.add %0, %t : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %2 = nn.mul %1, %s : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// Not folded: a scaled offset is infinite.
// CHECK-LABEL: func.func @matmul_offset_overflows
// CHECK: nn.matmul
// CHECK: nn.add
// CHECK: nn.mul
func.func @matmul_offset_overflows(%x: tensor<3x1xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<0.1> : tensor<1x2xf32>
  %t = arith.constant dense<1.0e+30> : tensor<2xf32>
  %s = arith.constant dense<1.0e+10> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x1xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %1 = nn.add %0, %t : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %2 = nn.mul %1, %s : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// Not folded: x - 101325 is exact, 0.1 x - 10132.5 is not.
// CHECK-LABEL: func.func @matmul_short_weights
// CHECK: nn.matmul
// CHECK: nn.add
// CHECK: nn.mul
func.func @matmul_short_weights(%x: tensor<3x1xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x2xf32>
  %t = arith.constant dense<-101325.0> : tensor<2xf32>
  %s = arith.constant dense<0.1> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x1xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %1 = nn.add %0, %t : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %2 = nn.mul %1, %s : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// Not folded: a product is infinite.
// CHECK-LABEL: func.func @conv_transpose_overflows
// CHECK: nn.conv_transpose
// CHECK: nn.mul
func.func @conv_transpose_overflows(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<1.1e+20> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[[[1.0]], [[1.0e+30]]]> : tensor<2x1x1xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: 0, 0>, group = 1 : i64, layout = #nn.layout<channels_first>, operandSegmentSizes = array<i32: 1, 1, 0>}
    : (tensor<1x1x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = nn.mul %0, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %1 : tensor<1x2x4x4xf32>
}

// -----

// Not folded: 0.011 * 0.001 is denormal in half precision, though not in float32.
// CHECK-LABEL: func.func @half_precision
// CHECK: nn.matmul
// CHECK: nn.mul
func.func @half_precision(%x: tensor<3x1xf16>) -> tensor<3x2xf16> {
  %w = arith.constant dense<1.1e-2> : tensor<1x2xf16>
  %s = arith.constant dense<1.0e-3> : tensor<f16>
  %0 = nn.matmul %x, %w : (tensor<3x1xf16>, tensor<1x2xf16>) -> tensor<3x2xf16>
  %1 = nn.mul %0, %s : (tensor<3x2xf16>, tensor<f16>) -> tensor<3x2xf16>
  return %1 : tensor<3x2xf16>
}
