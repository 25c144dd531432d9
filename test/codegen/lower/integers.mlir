// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// The padding holds the input's zero point, which is part of the code; zero
// points of the filters are read by the loop over them.

// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d4, d3)>
// CHECK-DAG: #[[ZERO:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d2)>
// CHECK-LABEL: func @conv
// CHECK-SAME: %[[X:.+]]: tensor<1x8x3xi8> {nn.unsigned}, %[[F:.+]]: tensor<4x3x3xi8>, %[[B:.+]]: tensor<4xi32>, %[[Z:.+]]: tensor<4x1x1xi8>
func.func @conv(%x: tensor<1x8x3xui8>, %f: tensor<4x3x3xi4>, %b: tensor<4xi32>,
                %zf: tensor<4x1x1xi4>) -> tensor<1x8x4xi32> {
  // CHECK-DAG: %[[PAD:.+]] = arith.constant -128 : i8
  // CHECK-DAG: %[[ZX:.+]] = arith.constant 128 : i32
  // CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 1, 0] high[0, 1, 0]
  // CHECK: tensor.yield %[[PAD]]
  // CHECK: %[[ZEROS:.+]] = tensor.collapse_shape %[[Z]] {{.*}} : tensor<4x1x1xi8> into tensor<4xi8>
  // CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[FILTER]], #[[ZERO]], #{{.+}}]
  // CHECK-SAME: ins(%[[PADDED]], %[[F]], %[[ZEROS]] :
  // CHECK-NEXT: ^bb0(%[[A:.+]]: i8, %[[W:.+]]: i8, %[[ZW:.+]]: i8, %[[ACC:.+]]: i32)
  // CHECK-NEXT: %[[WIDE:.+]] = arith.extui %[[A]] : i8 to i32
  // CHECK-NEXT: %[[LEFT:.+]] = arith.subi %[[WIDE]], %[[ZX]]
  // CHECK-NEXT: %[[WEIGHT:.+]] = arith.extsi %[[W]] : i8 to i32
  // CHECK-NEXT: %[[LESS:.+]] = arith.extsi %[[ZW]] : i8 to i32
  // CHECK-NEXT: %[[RIGHT:.+]] = arith.subi %[[WEIGHT]], %[[LESS]]
  // CHECK-NEXT: %[[P:.+]] = arith.muli %[[LEFT]], %[[RIGHT]]
  // CHECK-NEXT: %[[S:.+]] = arith.addi %[[ACC]], %[[P]]
  // CHECK-NEXT: linalg.yield %[[S]]
  %zx = arith.constant dense<128> : tensor<ui8>
  %0 = nn.conv %x, %f, %b input_zero_point %zx filter_zero_point %zf {strides = array<i64: 1>, pads = array<i64: 1, 1>,
      dilations = array<i64: 1>, layout = #nn.layout<channels_last>, accumulator = i32}
    : (tensor<1x8x3xui8>, tensor<4x3x3xi4>, tensor<4xi32>, tensor<ui8>, tensor<4x1x1xi4>) -> tensor<1x8x4xi32>
  return %0 : tensor<1x8x4xi32>
}

// -----

// A zero point that only the running network knows: what is padded has none.

// CHECK-LABEL: func @conv_unknown_zero_point
// CHECK-SAME: %[[X:.+]]: tensor<1x8x3xi8> {nn.unsigned}, %[[F:.+]]: tensor<4x3x3xi8>, %[[Z:.+]]: tensor<i8> {nn.unsigned}
// CHECK: %[[CENTRED:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[Z]] :
// CHECK: arith.extui {{.*}} : i8 to i16
// CHECK: arith.extui {{.*}} : i8 to i16
// CHECK: arith.subi {{.*}} : i16
// CHECK: tensor.pad %[[CENTRED]]
// CHECK: linalg.generic
// CHECK: ^bb0(%{{.+}}: i16, %{{.+}}: i8, %{{.+}}: i32)
func.func @conv_unknown_zero_point(%x: tensor<1x8x3xui8>, %f: tensor<4x3x3xi8>,
                                   %z: tensor<ui8>) -> tensor<1x8x4xi32> {
  %0 = nn.conv %x, %f input_zero_point %z {strides = array<i64: 1>, pads = array<i64: 1, 1>,
      dilations = array<i64: 1>, layout = #nn.layout<channels_last>, accumulator = i32}
    : (tensor<1x8x3xui8>, tensor<4x3x3xi8>, tensor<ui8>) -> tensor<1x8x4xi32>
  return %0 : tensor<1x8x4xi32>
}

// -----

// A rescale is the epilogue of its sums.

// CHECK-LABEL: func @rescale
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0(%[[A:.+]]: i32, %[[M:.+]]: i32, %[[C:.+]]: i64, %[[K:.+]]: i8, %{{.+}}: i8)
// CHECK-DAG: %[[WA:.+]] = arith.extsi %[[A]] : i32 to i64
// CHECK-DAG: %[[WM:.+]] = arith.extsi %[[M]] : i32 to i64
// CHECK-DAG: %[[WK:.+]] = arith.extsi %[[K]] : i8 to i64
// CHECK: %[[P:.+]] = arith.muli %[[WA]], %[[WM]] : i64
// CHECK: %[[V:.+]] = arith.addi %[[P]], %[[C]] : i64
// CHECK: %[[Q:.+]] = arith.shrsi %[[V]], %[[WK]] : i64
// CHECK: %[[LOW:.+]] = arith.maxsi %[[Q]]
// CHECK: %[[HIGH:.+]] = arith.minsi %[[LOW]]
// CHECK: %[[R:.+]] = arith.trunci %[[HIGH]] : i64 to i8
// CHECK: linalg.yield %[[R]]
// CHECK-NOT: linalg.generic
func.func @rescale(%x: tensor<2x3xi8>, %w: tensor<3x4xi8>, %m: tensor<4xi32>, %c: tensor<4xi64>,
                   %k: tensor<4xi8>) -> tensor<2x4xi8> {
  %0 = nn.matmul %x, %w {accumulator = i32} : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xi32>
  %1 = nn.rescale %0, %m, %c, %k {storage = i8, min = -128 : i64, max = 127 : i64}
    : (tensor<2x4xi32>, tensor<4xi32>, tensor<4xi64>, tensor<4xi8>) -> tensor<2x4xi8>
  return %1 : tensor<2x4xi8>
}

// -----

// Constants of 4 bits get a byte each, with their sign.

// CHECK-LABEL: func @small_constants
// CHECK-DAG: arith.constant dense<[7, -8, -1]> : tensor<3xi8>
// CHECK-DAG: arith.constant dense<[7, 8, 15]> : tensor<3xi8>
// CHECK: arith.extsi {{.*}} : i8 to i16
// CHECK: arith.extui {{.*}} : i8 to i16
func.func @small_constants() -> tensor<3xi16> {
  %a = arith.constant dense<[7, -8, -1]> : tensor<3xi4>
  %b = arith.constant dense<[7, 8, 15]> : tensor<3xui4>
  %0 = nn.add %a, %b {accumulator = i16} : (tensor<3xi4>, tensor<3xui4>) -> tensor<3xi16>
  return %0 : tensor<3xi16>
}

// -----

// In its byte it is an integer of 8 bits already.

// CHECK-LABEL: func @from_four_bits(
// CHECK-SAME: %[[X:.*]]: tensor<3xi8>
// CHECK: arith.uitofp {{.*}} : i8 to f32
func.func @from_four_bits(%x: tensor<3xui4>) -> (tensor<3xui8>, tensor<3xf32>) {
  %0 = nn.cast %x : (tensor<3xui4>) -> tensor<3xui8>
  %1 = nn.cast %x : (tensor<3xui4>) -> tensor<3xf32>
  return %0, %1 : tensor<3xui8>, tensor<3xf32>
}
