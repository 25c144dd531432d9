// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// A chain is one generic. A missing dimension is not read, a broadcast one is
// read at 0.

// CHECK-DAG: #[[ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[LAST:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[FIRST:.+]] = affine_map<(d0, d1, d2) -> (d0, 0, 0)>
// CHECK-LABEL: func @chain
// CHECK-SAME: %[[X:.+]]: tensor<2x3x4xf32>, %[[Y:.+]]: tensor<4xf32>, %[[Z:.+]]: tensor<2x1x1xf32>
// CHECK: linalg.generic {indexing_maps = [#[[FIRST]], #[[ALL]], #[[LAST]], #[[ALL]]]
// CHECK-SAME: ins(%[[Z]], %[[X]], %[[Y]]
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: math.tanh
// CHECK: linalg.yield
// CHECK-NOT: linalg.generic
func.func @chain(%x: tensor<2x3x4xf32>, %y: tensor<4xf32>, %z: tensor<2x1x1xf32>) -> tensor<2x3x4xf32> {
  %0 = nn.add %x, %y : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %1 = nn.mul %z, %0 : (tensor<2x1x1xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %2 = nn.tanh %1 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %2 : tensor<2x3x4xf32>
}

// -----

// A splat constant becomes a scalar of the body.

// CHECK-LABEL: func @splat
// CHECK: %[[THREE:.+]] = arith.constant 3.000000e+00 : f32
// CHECK: linalg.generic {{.*}}ins(%{{[^,]+}} : tensor<4xf32>)
// CHECK: arith.mulf %{{.+}}, %[[THREE]]
func.func @splat(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant dense<3.0> : tensor<1xf32>
  %0 = nn.mul %x, %c : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A small whole exponent is a product.

// CHECK-LABEL: func @square
// CHECK-NOT: math.powf
// CHECK: arith.mulf %[[X:.+]], %[[X]]
func.func @square(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant dense<2.0> : tensor<f32>
  %0 = nn.pow %x, %c : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Unsigned integers become signless; the operations keep the sign, and the
// signature says what was unsigned.

// CHECK-LABEL: func @unsigned
// CHECK-SAME: (%{{.+}}: tensor<4xi8> {nn.unsigned}, %{{.+}}: tensor<4xi8>) -> (tensor<4xi8> {nn.unsigned}, tensor<4xi8>)
// CHECK: arith.constant dense<[-56, 1, 2, 3]> : tensor<4xi8>
// CHECK: arith.divui
// CHECK: arith.maxsi
func.func @unsigned(%x: tensor<4xui8>, %y: tensor<4xi8>) -> (tensor<4xui8>, tensor<4xi8>) {
  %c = arith.constant dense<[200, 1, 2, 3]> : tensor<4xui8>
  %0 = nn.div %x, %c : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  %d = arith.constant dense<[-3, 1, 2, 3]> : tensor<4xi8>
  %1 = nn.max %y, %d : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<4xui8>, tensor<4xi8>
}

// -----

// Relu keeps NaN: a comparison that NaN fails leaves x.

// CHECK-LABEL: func @relu
// CHECK-SAME: tensor<4xf32>
// CHECK: %[[NEGATIVE:.+]] = arith.cmpf olt, %[[X:.+]], %[[ZERO:.+]] : f32
// CHECK: arith.select %[[NEGATIVE]], %[[ZERO]], %[[X]]
func.func @relu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Where the machine has an instruction for it, a bound is a maximum or minimum.

// CHECK-LABEL: module @maximum
module @maximum attributes {dlc.target = {maximum = true}} {
  // CHECK-LABEL: func @bounds
  // CHECK-DAG: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[SIX:.+]] = arith.constant 6.000000e+00 : f32
  // CHECK: %[[RELU:.+]] = arith.maximumf %{{.+}}, %[[ZERO]] : f32
  // CHECK: %[[LOW:.+]] = arith.maximumf %[[RELU]],
  // CHECK: arith.minimumf %[[LOW]], %[[SIX]] : f32
  func.func @bounds(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    %1 = nn.clip %0 {min = 1.0 : f64, max = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  // CHECK-LABEL: func @integers
  // CHECK-NOT: maximumf
  func.func @integers(%x: tensor<4xi32>) -> tensor<4xi32> {
    %0 = nn.relu %x : (tensor<4xi32>) -> tensor<4xi32>
    return %0 : tensor<4xi32>
  }
}

// -----

// exp overflows in half precision where the result is 2e-5 still.

// CHECK-LABEL: func @sigmoid_of_halves
// CHECK: %[[X:.+]] = arith.extf %{{.+}} : f16 to f32
// CHECK: %[[N:.+]] = arith.negf %[[X]] : f32
// CHECK: math.exp %[[N]] : f32
// CHECK: arith.truncf %{{.+}} : f32 to f16
func.func @sigmoid_of_halves(%x: tensor<4xf16>) -> tensor<4xf16> {
  %0 = nn.sigmoid %x : (tensor<4xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

// A product and a weight may be one instruction; beside a value that may be a
// product too, each is rounded, so that equal ones cancel.

// CHECK-LABEL: func @rounded_products
// CHECK: arith.subf %{{.+}}, %{{.+}} : f32
func.func @rounded_products(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.mul %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = nn.sub %y, %0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @product_and_weight
// CHECK: arith.addf {{.+}} fastmath<contract>
// CHECK: arith.addf {{.+}} fastmath<contract>
func.func @product_and_weight(%x: tensor<4x3xf32>, %w: tensor<3xf32> {nn.constant}) -> tensor<4x3xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.mul %x, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %1 = nn.add %0, %w : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  %2 = nn.mul %1, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %3 = nn.add %c, %2 : (tensor<3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %3 : tensor<4x3xf32>
}
