// RUN: dlc-opt %s --dlc-simplify-arithmetic | FileCheck %s

// CHECK-LABEL: func.func @neutral
// CHECK-NEXT: return %arg0
func.func @neutral(%x: tensor<2xf32>) -> tensor<2xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %0 = nn.add %zero, %x : (tensor<f32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.sub %0, %zero : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %2 = nn.mul %1, %one : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  %3 = nn.div %2, %one : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  %4 = nn.pow %3, %one : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  return %4 : tensor<2xf32>
}

// Kept: the neutral operand broadcasts the other one; 0 - x is not x.
// CHECK-LABEL: func.func @neutral_but_broadcasts
// CHECK: nn.add
// CHECK: nn.sub
func.func @neutral_but_broadcasts(%x: tensor<1xf32>) -> (tensor<2xf32>, tensor<1xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %0 = nn.add %x, %zero : (tensor<1xf32>, tensor<2xf32>) -> tensor<2xf32>
  %zero1 = arith.constant dense<0.0> : tensor<1xf32>
  %1 = nn.sub %zero1, %x : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  return %0, %1 : tensor<2xf32>, tensor<1xf32>
}

// CHECK-LABEL: func.func @powers
// CHECK: %[[SQUARE:.*]] = nn.mul %arg0, %arg0
// CHECK: nn.sqrt %[[SQUARE]]
// CHECK: nn.reciprocal %arg0
// CHECK: nn.pow
func.func @powers(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %two = arith.constant dense<2.0> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %inverse = arith.constant dense<-1.0> : tensor<f32>
  %three = arith.constant dense<3.0> : tensor<f32>
  %0 = nn.pow %x, %two : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = nn.pow %0, %half : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %2 = nn.pow %x, %inverse : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %3 = nn.pow %x, %three : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Kept: the power of -inf is inf, its root NaN.
// CHECK-LABEL: func.func @root_of_negative
// CHECK: nn.pow
func.func @root_of_negative(%x: tensor<2xf32>) -> tensor<2xf32> {
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = nn.pow %x, %half : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Of what is not negative: means of squares and an epsilon.
// CHECK-LABEL: func.func @root_of_variance
// CHECK: nn.sqrt
// CHECK-NEXT: return
func.func @root_of_variance(%x: tensor<2xf32>) -> tensor<1xf32> {
  %half = arith.constant dense<0.5> : tensor<f32>
  %epsilon = arith.constant dense<1.0e-5> : tensor<f32>
  %0 = nn.mul %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.reduce %0 {kind = #nn.reduce_kind<mean>, axes = array<i64: 0>} : (tensor<2xf32>) -> tensor<1xf32>
  %2 = nn.add %1, %epsilon : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
  %3 = nn.pow %2, %half : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
  return %3 : tensor<1xf32>
}

// Kept: -0 + 0 is 0, and 1 / 0 another infinity than 1 / -0.
// CHECK-LABEL: func.func @sign_of_zero_divides
// CHECK: nn.add
// CHECK: nn.reciprocal
func.func @sign_of_zero_divides(%x: tensor<2xf32>) -> tensor<2xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.add %x, %zero : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = nn.neg %0 : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.reciprocal %1 : (tensor<2xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// Gone: -0 changes nothing, and of an exponential nobody sees the sign.
// CHECK-LABEL: func.func @sign_of_zero_is_not_seen
// CHECK-NEXT: %[[A:.*]] = nn.reciprocal %arg0
// CHECK-NEXT: %[[E:.*]] = nn.exp %arg0
// CHECK-NEXT: %[[B:.*]] = nn.reciprocal %[[E]]
// CHECK-NEXT: return
func.func @sign_of_zero_is_not_seen(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %negative = arith.constant dense<-0.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.add %x, %negative : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = nn.reciprocal %0 : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.add %x, %zero : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %3 = nn.exp %2 : (tensor<2xf32>) -> tensor<2xf32>
  %4 = nn.reciprocal %3 : (tensor<2xf32>) -> tensor<2xf32>
  return %1, %4 : tensor<2xf32>, tensor<2xf32>
}

// Dividing by 8 is multiplying by exactly 1/8; 1/6 is not exact.
// CHECK-LABEL: func.func @reciprocals
// CHECK: %[[C:.*]] = arith.constant dense<1.250000e-01>
// CHECK: nn.mul %arg0, %[[C]]
// CHECK: nn.div
func.func @reciprocals(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %eight = arith.constant dense<8.0> : tensor<f32>
  %six = arith.constant dense<6.0> : tensor<f32>
  %0 = nn.div %x, %eight : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = nn.div %x, %six : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// Integer division truncates: kept.
// CHECK-LABEL: func.func @integer_division
// CHECK: nn.div
func.func @integer_division(%x: tensor<2xi32>) -> tensor<2xi32> {
  %eight = arith.constant dense<8> : tensor<i32>
  %0 = nn.div %x, %eight : (tensor<2xi32>, tensor<i32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// CHECK-LABEL: func.func @sub_constant
// CHECK: %[[N:.*]] = nn.neg
// CHECK: nn.add %arg0, %[[N]]
func.func @sub_constant(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = arith.constant dense<[8.0, 9.0]> : tensor<2xf32>
  %0 = nn.sub %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// relu, then at most 6, then between 1 and 8: between 1 and 6.
// CHECK-LABEL: func.func @clips
// CHECK-NEXT: %[[R:.*]] = nn.clip %arg0 {max = 6.000000e+00 : f64, min = 1.000000e+00 : f64}
// CHECK-NEXT: return %[[R]]
func.func @clips(%x: tensor<2xf32>) -> tensor<2xf32> {
  %six = arith.constant dense<6.0> : tensor<f32>
  %0 = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.min %six, %0 : (tensor<f32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.clip %1 {min = 1.0 : f64, max = 8.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// The later bound wins where ranges do not meet.
// CHECK-LABEL: func.func @disjoint_clips
// CHECK-NEXT: nn.clip %arg0 {max = 4.000000e+00 : f64, min = 4.000000e+00 : f64}
func.func @disjoint_clips(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = nn.clip %x {min = 0.0 : f64, max = 1.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.clip %0 {min = 4.0 : f64, max = 5.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// An infinite bound may be the only one that counts: all of it is inf.
// CHECK-LABEL: func.func @infinite_clip
// CHECK-NEXT: %[[R:.*]] = nn.clip %arg0 {min = 0x7FF0000000000000 : f64}
// CHECK-NEXT: return %[[R]]
func.func @infinite_clip(%x: tensor<2xf32>) -> tensor<2xf32> {
  %inf = arith.constant dense<0x7F800000> : tensor<f32>
  %0 = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.max %0, %inf : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// Kept: what a bound that is no number does is not a clip's business.
// CHECK-LABEL: func.func @clip_by_nan
// CHECK: nn.relu
// CHECK: nn.clip
// CHECK: nn.max
func.func @clip_by_nan(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.clip %0 {max = 0x7FF8000000000000 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.max %0, %nan : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %1, %2 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @to_relu
// CHECK-NEXT: nn.relu %arg0
// CHECK-NEXT: nn.relu %arg0
// CHECK-NEXT: return %{{.*}}, %{{.*}}, %arg0
func.func @to_relu(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = nn.max %x, %zero : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = nn.clip %x {min = 0.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.clip %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Kept: bounds that differ between elements, or that broadcast the operand.
// CHECK-LABEL: func.func @not_a_clip
// CHECK: nn.max
// CHECK: nn.min
func.func @not_a_clip(%x: tensor<2xf32>, %y: tensor<1xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %d = arith.constant dense<1.0> : tensor<2xf32>
  %0 = nn.max %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.min %y, %d : (tensor<1xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @twice
// CHECK-NEXT: %[[A:.*]] = nn.abs %arg0
// CHECK-NEXT: return %arg0, %[[A]]
func.func @twice(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = nn.neg %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.neg %0 : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.abs %1 : (tensor<2xf32>) -> tensor<2xf32>
  %3 = nn.abs %2 : (tensor<2xf32>) -> tensor<2xf32>
  return %1, %3 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @select
// CHECK-NEXT: %[[B:.*]] = nn.broadcast %arg1 : (tensor<1xf32>) -> tensor<2xf32>
// CHECK-NEXT: return %arg0, %[[B]]
func.func @select(%x: tensor<2xf32>, %y: tensor<1xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %true = arith.constant dense<true> : tensor<i1>
  %false = arith.constant dense<false> : tensor<i1>
  %0 = nn.select %true, %x, %y : (tensor<i1>, tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  %1 = nn.select %false, %x, %y : (tensor<i1>, tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @reduce_ones
// CHECK-NEXT: nn.reshape %arg0
// CHECK-NEXT: nn.reduce
func.func @reduce_ones(%x: tensor<2x1x1xf32>) -> (tensor<2xf32>, tensor<1x1x1xf32>) {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 1, 2>, keepdims = false} : (tensor<2x1x1xf32>) -> tensor<2xf32>
  %1 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 0, 2>} : (tensor<2x1x1xf32>) -> tensor<1x1x1xf32>
  return %0, %1 : tensor<2xf32>, tensor<1x1x1xf32>
}

// CHECK-LABEL: func.func @global_pools
// CHECK-NEXT: nn.reduce %arg0 {axes = array<i64: 2, 3>, {{.*}}kind = #nn.reduce_kind<mean>}
// CHECK-NEXT: nn.reduce %arg0 {axes = array<i64: 2, 3>, {{.*}}kind = #nn.reduce_kind<max>}
func.func @global_pools(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) {
  %0 = nn.avg_pool %x {kernel = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>) -> tensor<1x2x1x1xf32>
  %1 = nn.max_pool %x {kernel = array<i64: 4, 4>, strides = array<i64: 4, 4>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>) -> tensor<1x2x1x1xf32>
  return %0, %1 : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
}

// Kept: the window is smaller than the map, or reaches beyond it.
// CHECK-LABEL: func.func @not_global
// CHECK: nn.max_pool
// CHECK: nn.max_pool
func.func @not_global(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x1x2xf32>, tensor<1x2x3x1xf32>) {
  %0 = nn.max_pool %x {kernel = array<i64: 4, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>) -> tensor<1x2x1x2xf32>
  %1 = nn.max_pool %x {kernel = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x4x4xf32>) -> tensor<1x2x3x1xf32>
  return %0, %1 : tensor<1x2x1x2xf32>, tensor<1x2x3x1xf32>
}
