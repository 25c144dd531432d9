// RUN: dlc-opt %s --split-input-file --dlc-outline-stages | FileCheck %s

// A root takes its bias and activation along; the stage has the node's name,
// made a C identifier; tensors come before constants.

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x4x2xf32>)
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}> : tensor<2x2x1x1xf32>
// CHECK: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK: %[[R:.*]] = call @body_0_Conv(%[[X]], %[[W]], %[[B]])
// CHECK: return %[[R]]
// CHECK: func.func private @body_0_Conv(
// CHECK-SAME: %[[A:[^:]*]]: tensor<1x4x4x2xf32>,
// CHECK-SAME: %[[AW:[^:]*]]: tensor<2x2x1x1xf32> {nn.constant}
// CHECK-SAME: %[[AB:[^:]*]]: tensor<2xf32> {nn.constant}
// CHECK-SAME: attributes {nn.stage = "conv"}
// CHECK: nn.conv %[[A]], %[[AW]]
// CHECK: nn.add %{{.*}}, %[[AB]]
// CHECK: %[[RELU:.*]] = nn.relu
// CHECK: return %[[RELU]]
func.func @main(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x4x2xf32> loc("/body/0/Conv"("Conv"("m.onnx":1:1)))
  %1 = nn.add %0, %b : (tensor<1x4x4x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  %2 = nn.relu %1 : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// Hard-swish is a diamond: x is read twice, both times inside the stage. The
// scalars are part of the code.

// CHECK-LABEL: func.func @main
// CHECK: %[[R:.*]] = call @matmul(%{{.*}}, %{{.*}}) : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[R]]
// CHECK: func.func private @matmul
// CHECK: arith.constant dense<3.000000e+00> : tensor<f32>
// CHECK: %[[X:.*]] = nn.matmul
// CHECK: %[[A:.*]] = nn.add %[[X]]
// CHECK: %[[C:.*]] = nn.clip %[[A]]
// CHECK: %[[M:.*]] = nn.mul %[[X]], %[[C]]
// CHECK: %[[D:.*]] = nn.div %[[M]]
// CHECK: return %[[D]]
func.func @main(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %three = arith.constant dense<3.0> : tensor<f32>
  %six = arith.constant dense<6.0> : tensor<1xf32>
  %0 = nn.matmul %x, %y : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %1 = nn.add %0, %three : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %2 = nn.clip %1 {min = 0.0, max = 6.0} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = nn.mul %0, %2 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = nn.div %3, %six : (tensor<2x4xf32>, tensor<1xf32>) -> tensor<2x4xf32>
  return %4 : tensor<2x4xf32>
}

// -----

// A residual is an argument that the result may be written over. The first of
// two roots that meet in the add after as many steps takes it, and comes after
// the other.

// CHECK-LABEL: func.func @main
// CHECK: %[[R:.*]] = call @matmul(%[[Y:.*]], %[[X:[^)]*]])
// CHECK: %[[S:.*]] = call @matmul_0(%[[X]], %[[Y]], %[[R]])
// CHECK: return %[[S]]
// CHECK: func.func private @matmul(
// CHECK-NOT: nn.inplace
// CHECK: func.func private @matmul_0(
// CHECK-SAME: %{{[^:]*}}: tensor<4x4xf32>, %{{[^:]*}}: tensor<4x4xf32>, %[[B:[^:]*]]: tensor<4x4xf32> {nn.inplace})
// CHECK: nn.add %{{.*}}, %[[B]]
func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.matmul %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = nn.matmul %y, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = nn.add %0, %1 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// The longer of two branches takes the sum that they meet in, wherever the
// short cut stands in the model.

// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = call @matmul(%{{.*}}, %{{.*}}) : (tensor<4x2xf32>, tensor<2x4xf32>)
// CHECK: %[[A:.*]] = call @matmul_0(
// CHECK: %[[R:.*]] = call @matmul_1(%[[A]], %{{.*}}, %[[S]])
// CHECK: return %[[R]]
func.func @main(%x: tensor<4x2xf32>, %y: tensor<2x4xf32>, %z: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = nn.matmul %x, %y : (tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
  %1 = nn.matmul %z, %z : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = nn.relu %1 : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = nn.matmul %2, %z : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = nn.add %0, %3 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}

// -----

// Equal stages share one function; their constants are arguments.

// CHECK-LABEL: func.func @main
// CHECK: call @matmul(
// CHECK: call @matmul(
// CHECK: func.func private @matmul(
// CHECK-NOT: func.func
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %v = arith.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>
  %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = nn.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = nn.matmul %1, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %3 = nn.relu %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %3 : tensor<1x2xf32>
}

// -----

// A splat filter is an argument like any other filter.

// CHECK-LABEL: func.func @main
// CHECK: arith.constant dense<5.000000e-01> : tensor<2x2xf32>
// CHECK: func.func private @matmul(%{{.*}}: tensor<1x2xf32>, %{{.*}}: tensor<2x2xf32> {nn.constant})
// CHECK-NOT: arith.constant
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2xf32>
  %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// -----

// The prologue: a network input's transposition and padding that a convolution
// alone reads.

// CHECK-LABEL: func.func @main
// CHECK-NEXT: arith.constant
// CHECK-NEXT: call @conv(%{{.*}}, %{{.*}})
// CHECK-NEXT: return
// CHECK: func.func private @conv(%{{.*}}: tensor<1x2x4x4xf32>, %{{.*}}: tensor<2x2x3x3xf32> {nn.constant})
// CHECK-SAME: nn.stage = "conv"
// CHECK: nn.transpose
// CHECK: nn.pad
// CHECK: nn.conv
func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x3x3xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32>
  %1 = nn.pad %0 {pads = array<i64: 0, 1, 1, 0, 0, 1, 1, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x4x4x2xf32>) -> tensor<1x6x6x2xf32>
  %2 = nn.conv %1, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x6x6x2xf32>, tensor<2x2x3x3xf32>) -> tensor<1x4x4x2xf32>
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// Views stay in @main; elementwise ops without a root are one stage.

// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = nn.slice
// CHECK: %[[T:.*]] = nn.slice
// CHECK: %[[E:.*]] = call @elementwise(%[[S]], %[[T]])
// CHECK: %[[C:.*]] = nn.concat %[[E]], %[[S]]
// CHECK: %[[R:.*]] = nn.reshape %[[C]]
// CHECK: return %[[R]]
// CHECK: func.func private @elementwise(%{{[^:]*}}: tensor<2x4xf32> {nn.inplace}, %{{[^:]*}}: tensor<2x4xf32> {nn.inplace})
// CHECK-SAME: nn.stage = "elementwise"
// CHECK: nn.exp
// CHECK: nn.neg
// CHECK: nn.add
func.func @main(%x: tensor<4x4xf32>) -> tensor<16xf32> {
  %0 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %1 = nn.slice %x {starts = array<i64: 2, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %2 = nn.exp %0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = nn.neg %1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = nn.add %2, %3 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %5 = nn.concat %4, %0 {axis = 0 : i64} : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
  %6 = nn.reshape %5 : (tensor<4x4xf32>) -> tensor<16xf32>
  return %6 : tensor<16xf32>
}

// -----

// Names: a second one of a kind gets a number, a digit in front a letter, of a
// list the first counts.

// CHECK-LABEL: func.func @main
// CHECK: call @a_b(
// CHECK: call @n7(
// CHECK: call @a_b_0(
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32> loc("/a.b;c;d"("Softmax"("m.onnx":1:1)))
  %1 = nn.softmax %0 {axis = 0 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32> loc("7"("Softmax"("m.onnx":2:1)))
  %2 = nn.matmul %1, %1 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> loc("a/b"("MatMul"("m.onnx":3:1)))
  return %2 : tensor<2x2xf32>
}

// -----

// A stage whose result another adds ends in bytes; what widens them to be added
// is done there.
// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = call @max_pool(%arg0) : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
// CHECK: %[[L:.*]] = call @max_pool_0(%arg0) : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
// CHECK: call @max_pool_1(%[[L]], %[[S]])
// CHECK: func.func private @max_pool_1
// CHECK: nn.mul
// CHECK-NEXT: nn.mul
// CHECK-NEXT: nn.add
// CHECK-NEXT: nn.rescale
func.func @main(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %m = arith.constant dense<3> : tensor<i32>
  %n = arith.constant dense<5> : tensor<i32>
  %one = arith.constant dense<1> : tensor<i32>
  %c = arith.constant dense<0> : tensor<i64>
  %k = arith.constant dense<3> : tensor<i8>
  %0 = nn.max_pool %x {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %1 = nn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %2 = nn.max_pool %1 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %3 = nn.mul %0, %m {accumulator = i32} : (tensor<1x4x4x2xi8>, tensor<i32>) -> tensor<1x4x4x2xi32>
  %4 = nn.mul %2, %n {accumulator = i32} : (tensor<1x4x4x2xi8>, tensor<i32>) -> tensor<1x4x4x2xi32>
  %5 = nn.add %3, %4 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %6 = nn.rescale %5, %one, %c, %k {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x4x4x2xi32>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<1x4x4x2xi8>
  return %6 : tensor<1x4x4x2xi8>
}
