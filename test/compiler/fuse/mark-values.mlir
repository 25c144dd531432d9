// RUN: dlc-opt %s --split-input-file --dlc-mark-values | FileCheck %s

// Batch norm and sign as one comparison: clamp(2 (a - t) - 1) is odd. With one
// channel whose results are a - t there is a 0.
// CHECK: func.func private @last(%{{.*}}: tensor<1x2xi8> {nn.values = array<i64: -1, 1>}, %{{.*}}: tensor<2x2xi8>)
// CHECK: func.func private @either(%{{.*}}: tensor<1x2xi8> {nn.values = array<i64: -1, 0, 1>})
func.func @main(%x: tensor<1x2xi8>) -> (tensor<1x2xi32>, tensor<1x2xi32>) {
  %w = arith.constant dense<[[1, -1], [1, 1]]> : tensor<2x2xi8>
  %m = arith.constant dense<2> : tensor<i32>
  %c = arith.constant dense<[-1, -7]> : tensor<2xi64>
  %even = arith.constant dense<[-1, -6]> : tensor<2xi64>
  %k = arith.constant dense<0> : tensor<i8>
  %0 = call @first(%x, %w, %m, %c, %k) : (tensor<1x2xi8>, tensor<2x2xi8>, tensor<i32>, tensor<2xi64>, tensor<i8>) -> tensor<1x2xi8>
  %1 = call @last(%0, %w) : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
  %2 = call @first(%x, %w, %m, %even, %k) : (tensor<1x2xi8>, tensor<2x2xi8>, tensor<i32>, tensor<2xi64>, tensor<i8>) -> tensor<1x2xi8>
  %3 = call @either(%2) : (tensor<1x2xi8>) -> tensor<1x2xi32>
  return %1, %3 : tensor<1x2xi32>, tensor<1x2xi32>
}
func.func private @first(%x: tensor<1x2xi8>, %w: tensor<2x2xi8>, %m: tensor<i32>, %c: tensor<2xi64>, %k: tensor<i8>) -> tensor<1x2xi8> attributes {nn.stage = "matmul"} {
  %0 = nn.matmul %x, %w {accumulator = i32} : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
  %1 = nn.rescale %0, %m, %c, %k {storage = i8, min = -1 : i64, max = 1 : i64} : (tensor<1x2xi32>, tensor<i32>, tensor<2xi64>, tensor<i8>) -> tensor<1x2xi8>
  return %1 : tensor<1x2xi8>
}
func.func private @last(%x: tensor<1x2xi8>, %w: tensor<2x2xi8>) -> tensor<1x2xi32> attributes {nn.stage = "matmul"} {
  %0 = nn.matmul %x, %w {accumulator = i32} : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}
func.func private @either(%x: tensor<1x2xi8>) -> tensor<1x2xi32> attributes {nn.stage = "matmul"} {
  %w = arith.constant dense<[[1, -1], [1, 1]]> : tensor<2x2xi8>
  %0 = nn.matmul %x, %w {accumulator = i32} : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// -----

// Larq's sign, a step of an input, is never 0; padding with 0 is.
// CHECK: func.func private @larq(%{{.*}}: tensor<1x4xi8> {nn.values = array<i64: -1, 1>})
// CHECK: func.func private @padded(%{{.*}}: tensor<1x6xi8> {nn.values = array<i64: -1, 0, 1>})
// What somebody else calls with anything is anything, and so are bytes that come
// from outside and larger numbers.
// CHECK: func.func private @both(%{{.*}}: tensor<1x4xi8>) ->
// CHECK: func.func private @wide(%{{.*}}: tensor<1x4xi8>) ->
func.func @main(%x: tensor<1x4xf32>, %q: tensor<1x4xi8>) -> (tensor<1x4xi8>, tensor<1x6xi8>, tensor<1x4xi8>, tensor<1x4xi8>, tensor<1x4xi8>) {
  %0 = call @signs(%x) : (tensor<1x4xf32>) -> tensor<1x4xi8>
  %1 = call @larq(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %2 = call @pad(%0) : (tensor<1x4xi8>) -> tensor<1x6xi8>
  %3 = call @padded(%2) : (tensor<1x6xi8>) -> tensor<1x6xi8>
  %4 = call @both(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %5 = call @both(%q) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %6 = call @doubled(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %7 = call @wide(%6) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1, %3, %4, %5, %7 : tensor<1x4xi8>, tensor<1x6xi8>, tensor<1x4xi8>, tensor<1x4xi8>, tensor<1x4xi8>
}
func.func private @signs(%x: tensor<1x4xf32>) -> tensor<1x4xi8> {
  %c = arith.constant dense<1.000000e-01> : tensor<f32>
  %0 = nn.sign %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = nn.add %0, %c : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %2 = nn.sign %1 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = nn.cast %2 : (tensor<1x4xf32>) -> tensor<1x4xi8>
  return %3 : tensor<1x4xi8>
}
func.func private @larq(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
  return %x : tensor<1x4xi8>
}
func.func private @pad(%x: tensor<1x4xi8>) -> tensor<1x6xi8> {
  %0 = nn.pad %x {pads = array<i64: 0, 1, 0, 1>, mode = #nn.pad_mode<constant>} : (tensor<1x4xi8>) -> tensor<1x6xi8>
  return %0 : tensor<1x6xi8>
}
func.func private @padded(%x: tensor<1x6xi8>) -> tensor<1x6xi8> {
  return %x : tensor<1x6xi8>
}
func.func private @both(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
  return %x : tensor<1x4xi8>
}
func.func private @doubled(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %c = arith.constant dense<2> : tensor<i8>
  %0 = nn.mul %x, %c : (tensor<1x4xi8>, tensor<i8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
func.func private @wide(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
  return %x : tensor<1x4xi8>
}
