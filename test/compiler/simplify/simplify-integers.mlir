// RUN: dlc-opt %s --pass-pipeline='builtin.module(func.func(dlc-simplify-arithmetic))' --split-input-file | FileCheck %s

// A clip behind a rescale is a narrower clamp of it.
// CHECK-LABEL: func.func @clip
// CHECK: %[[R:.+]] = nn.rescale {{.*}}max = 60 : i64, min = 3 : i64
// CHECK-NEXT: return %[[R]]
func.func @clip(%x: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) -> tensor<4xi8> {
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = -128 : i64, max = 60 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  %1 = nn.clip %0 {min = 3.0, max = 100.0} : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// A clip beyond the clamp leaves one value.
// CHECK-LABEL: func.func @clip_beyond
// CHECK: nn.rescale {{.*}}max = 60 : i64, min = 60 : i64
// CHECK-NEXT: return
func.func @clip_beyond(%x: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) -> tensor<4xi8> {
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = -128 : i64, max = 60 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  %z = arith.constant dense<60> : tensor<i8>
  %1 = nn.max %0, %z : (tensor<4xi8>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// Not where somebody else reads what is not clipped.
// CHECK-LABEL: func.func @clip_of_two
// CHECK: nn.rescale {{.*}}min = -128 : i64
// CHECK: nn.relu
func.func @clip_of_two(%x: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) -> (tensor<4xi8>, tensor<4xi8>) {
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = -128 : i64, max = 60 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  %1 = nn.relu %0 : (tensor<4xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<4xi8>, tensor<4xi8>
}

// -----

// Not by a bound between two integers, nor by one that is no result.
// CHECK-LABEL: func.func @clip_between
// CHECK: nn.rescale {{.*}}min = 10 : i64
// CHECK: nn.clip
// CHECK: nn.rescale {{.*}}min = 10 : i64
// CHECK: nn.clip
func.func @clip_between(%x: tensor<4xi32>, %m: tensor<i32>, %c: tensor<i64>, %k: tensor<i8>) -> (tensor<4xi8>, tensor<4xi8>) {
  %0 = nn.rescale %x, %m, %c, %k {storage = i8, min = 10 : i64, max = 60 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  %1 = nn.clip %0 {min = 10.5} : (tensor<4xi8>) -> tensor<4xi8>
  %2 = nn.rescale %x, %m, %c, %k {storage = i8, min = 10 : i64, max = 60 : i64} : (tensor<4xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<4xi8>
  %3 = nn.clip %2 {max = 9.0} : (tensor<4xi8>) -> tensor<4xi8>
  return %1, %3 : tensor<4xi8>, tensor<4xi8>
}

// -----

// A difference in an accumulator stays: the negation of -128 has no 8 bits.
// CHECK-LABEL: func.func @difference
// CHECK: nn.sub
func.func @difference(%x: tensor<4xi8>) -> tensor<4xi16> {
  %z = arith.constant dense<-128> : tensor<i8>
  %0 = nn.sub %x, %z {accumulator = i16} : (tensor<4xi8>, tensor<i8>) -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// -----

// A sum over ones is a wider element, not another shape.
// CHECK-LABEL: func.func @sum_over_ones
// CHECK: nn.reduce
func.func @sum_over_ones(%x: tensor<4x1xi8>) -> tensor<4x1xi32> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<sum>, axes = array<i64: 1>, accumulator = i32} : (tensor<4x1xi8>) -> tensor<4x1xi32>
  return %0 : tensor<4x1xi32>
}

// -----

// The sums of a pool over the whole map.
// CHECK-LABEL: func.func @global_pool
// CHECK: nn.reduce %arg0, %arg1 {accumulator = i32, axes = array<i64: 1>, kind = #nn.reduce_kind<sum>}
func.func @global_pool(%x: tensor<1x4x2xi8>, %z: tensor<i8>) -> tensor<1x1x2xi32> {
  %0 = nn.avg_pool %x, %z {kernel = array<i64: 4>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, counted_pads = array<i64: 0, 0>, layout = #nn.layout<channels_last>, accumulator = i32} : (tensor<1x4x2xi8>, tensor<i8>) -> tensor<1x1x2xi32>
  return %0 : tensor<1x1x2xi32>
}
