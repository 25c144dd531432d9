// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches | FileCheck %s

// The first convolution's result takes 8 * 8 * 8 * 4 = 2048 bytes, the second
// one's 4 * 4 * 8 * 4 = 512: 2560 are alive at once. Two patches of 2 rows: the
// second convolution (stride 2, padding below) needs rows 0 to 4 and 4 to 7 of
// the first one's result, that one rows 0 to 5 and 3 to 7 of the input, with
// padding where the image ends alone. 5 * 8 * 8 * 4 + 512 = 1792 bytes.
// The first convolution computes 9 rows in place of 8, of 9216
// multiply-accumulates each of the two has: 1152 of 18432 more.

// CHECK-LABEL: module @rows
// CHECK-SAME: nn.notes = ["run patch by patch: 2 layers up to 'b' in 2 x 1 patches, 6% more multiply-accumulates"]
// CHECK: %[[X0:.*]] = nn.slice %[[X:.*]] {sizes = array<i64: 1, 6, 8, 2>, starts = array<i64: 0, 0, 0, 0>,
// CHECK: %[[A0:.*]] = nn.conv %[[X0]], %{{.*}}pads = array<i64: 1, 1, 0, 1>, {{.*}} -> tensor<1x5x8x8xf32>
// CHECK: %[[B0:.*]] = nn.conv %[[A0]], %{{.*}}pads = array<i64: 0, 0, 0, 1>, {{.*}} -> tensor<1x2x4x8xf32>
// CHECK: %[[X1:.*]] = nn.slice %[[X]] {sizes = array<i64: 1, 5, 8, 2>, starts = array<i64: 0, 3, 0, 0>,
// CHECK: %[[A1:.*]] = nn.conv %[[X1]], %{{.*}}pads = array<i64: 0, 1, 1, 1>, {{.*}} -> tensor<1x4x8x8xf32>
// CHECK: %[[B1:.*]] = nn.conv %[[A1]], %{{.*}}pads = array<i64: 0, 0, 1, 1>, {{.*}} -> tensor<1x2x4x8xf32>
// CHECK: %[[B:.*]] = nn.concat %[[B0]], %[[B1]] {axis = 1 : i64}
// CHECK: nn.reduce %[[B]]
module @rows attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32> loc("a"("Conv"("m.onnx":1:1)))
    %1 = nn.conv %0, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32> loc("b"("Conv"("m.onnx":2:1)))
    %2 = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %2 : tensor<1x1x1x8xf32>
  }
}

// -----

// Without a budget nothing is to be gained.

// CHECK-LABEL: module @no_budget
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @no_budget {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// A network that fits stays as it is.

// CHECK-LABEL: module @fits
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @fits attributes {dlc.ram_budget = 2560 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// With less room, patches of columns too: the first one needs rows and columns
// 0 to 4 of the first convolution's result. 5 * 5 * 8 * 4 +
// 512 = 1312 bytes. Rows of patches are concatenated along the columns first.

// CHECK-LABEL: module @rows_and_columns
// CHECK-SAME: in 2 x 2 patches
// CHECK: %[[A:.*]] = nn.conv {{.*}}pads = array<i64: 1, 1, 0, 0>, {{.*}} -> tensor<1x5x5x8xf32>
// CHECK: %[[P0:.*]] = nn.conv %[[A]], {{.*}}pads = array<i64: 0, 0, 0, 0>, {{.*}} -> tensor<1x2x2x8xf32>
// CHECK: nn.slice {{.*}}starts = array<i64: 0, 0, 3, 0>
// CHECK: nn.conv {{.*}}pads = array<i64: 1, 0, 0, 1>, {{.*}} -> tensor<1x5x4x8xf32>
// CHECK: %[[P1:.*]] = nn.conv {{.*}}pads = array<i64: 0, 0, 0, 1>,
// CHECK: %[[R0:.*]] = nn.concat %[[P0]], %[[P1]] {axis = 2 : i64}
// CHECK: nn.slice {{.*}}starts = array<i64: 0, 3, 0, 0>
// CHECK: nn.slice {{.*}}starts = array<i64: 0, 3, 3, 0>
// CHECK: %[[R1:.*]] = nn.concat {{.*}}axis = 2 : i64
// CHECK: nn.concat %[[R0]], %[[R1]] {axis = 1 : i64}
module @rows_and_columns attributes {dlc.ram_budget = 1312 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// A skip connection: the network can be cut behind the addition alone. The
// patches of %0 have a halo for the second convolution and are read without it
// by the addition.

// CHECK-LABEL: module @residual
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 1, {{[0-9]+}}, 8, 2>
// CHECK: %[[A:.*]] = nn.conv
// CHECK: %[[B:.*]] = nn.conv %[[A]],
// CHECK: %[[S:.*]] = nn.slice %[[A]] {{.*}}starts = array<i64: 0, 0, 0, 0>
// CHECK: %[[C:.*]] = nn.add %[[S]], %[[B]]
// CHECK: %[[A1:.*]] = nn.conv {{.*}}pads = array<i64: 0, 1, 1, 1>
// CHECK: %[[B1:.*]] = nn.conv %[[A1]],
// CHECK: %[[S1:.*]] = nn.slice %[[A1]] {{.*}}starts = array<i64: 0, 1, 0, 0>
// CHECK: %[[C1:.*]] = nn.add %[[S1]], %[[B1]]
// CHECK: nn.concat %[[C]], %[[C1]] {axis = 1 : i64}
module @residual attributes {dlc.ram_budget = 4000 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %b = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x8x8x8xf32>
    %c = nn.add %0, %b : (tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %c, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// A softmax along a row of the image needs all of it; patches before and behind
// it do not help, since all of its operand and its result are alive at once.

// CHECK-LABEL: module @not_spatial
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @not_spatial attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %s = nn.softmax %0 {axis = 1 : i64} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %s, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// So does a mean over the image.

// CHECK-LABEL: module @global
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @global attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x4x4x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %m = nn.reduce %0 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x8x8x8xf32>) -> tensor<1x1x1x8xf32>
    %s = nn.mul %0, %m : (tensor<1x8x8x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %s, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    return %1 : tensor<1x4x4x8xf32>
  }
}

// -----

// %0 is a result of the network: it is wanted whole.

// CHECK-LABEL: module @read_outside
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @read_outside attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> (tensor<1x1x1x8xf32>, tensor<1x8x8x8xf32>) {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r, %0 : tensor<1x1x1x8xf32>, tensor<1x8x8x8xf32>
  }
}

// -----

// Rows would each need another part of the constant: columns it is.

// CHECK-LABEL: module @part_of_a_constant
// CHECK-SAME: in 1 x 2 patches
module @part_of_a_constant attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x1x1x8xf32> {
    %u = arith.constant dense<0.5> : tensor<8x2x3x3xf32>
    %w = arith.constant dense<0.5> : tensor<8x8x3x3xf32>
    %k = arith.constant dense<[[[0.0]], [[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]]]> : tensor<8x1x1xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x8x8xf32>
    %s = nn.add %0, %k : (tensor<1x8x8x8xf32>, tensor<8x1x1xf32>) -> tensor<1x8x8x8xf32>
    %1 = nn.conv %s, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x4x4x8xf32>
    %r = nn.reduce %1 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
    return %r : tensor<1x1x1x8xf32>
  }
}

// -----

// No dimension of a matrix is one of an image.

// CHECK-LABEL: module @not_an_image
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @not_an_image attributes {dlc.ram_budget = 1792 : i64} {
  func.func @main(%x: tensor<8x4xf32>, %y: tensor<4x64xf32>, %z: tensor<64x1xf32>) -> tensor<8x1xf32> {
    %0 = nn.matmul %x, %y : (tensor<8x4xf32>, tensor<4x64xf32>) -> tensor<8x64xf32>
    %1 = nn.relu %0 : (tensor<8x64xf32>) -> tensor<8x64xf32>
    %2 = nn.matmul %1, %z : (tensor<8x64xf32>, tensor<64x1xf32>) -> tensor<8x1xf32>
    return %2 : tensor<8x1xf32>
  }
}

// -----

// A scalar that a region computes, as the zero point of an image that comes as
// an argument, belongs to each patch: its box has no dimensions.

// CHECK-LABEL: module @scalar
// CHECK: %[[X0:.*]] = nn.slice %arg0 {sizes = array<i64: 1, 5, 8, 1>, starts = array<i64: 0, 0, 0, 0>,
// CHECK: %[[I0:.*]] = nn.cast %[[X0]] : (tensor<1x5x8x1xui8>)
// CHECK: %[[Z0:.*]] = nn.cast %arg1 : (tensor<ui8>) -> tensor<i32>
// CHECK: %[[D0:.*]] = nn.sub %[[I0]], %[[Z0]] : (tensor<1x5x8x1xi32>, tensor<i32>)
// CHECK: nn.conv %[[D0]]
// CHECK: %[[Z1:.*]] = nn.cast %arg1 : (tensor<ui8>) -> tensor<i32>
// CHECK: %[[D1:.*]] = nn.sub %{{.*}}, %[[Z1]]
// CHECK: nn.conv %[[D1]]
// CHECK: nn.concat
module @scalar attributes {dlc.ram_budget = 240 : i64} {
  func.func @main(%x: tensor<1x8x8x1xui8>, %zero: tensor<ui8>) -> tensor<1x8x8x4xi32> {
    %w = arith.constant dense<3> : tensor<4x1x3x3xi32>
    %0 = nn.cast %x : (tensor<1x8x8x1xui8>) -> tensor<1x8x8x1xi32>
    %1 = nn.cast %zero : (tensor<ui8>) -> tensor<i32>
    %2 = nn.sub %0, %1 : (tensor<1x8x8x1xi32>, tensor<i32>) -> tensor<1x8x8x1xi32>
    %3 = nn.conv %2, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x1xi32>, tensor<4x1x3x3xi32>) -> tensor<1x8x8x4xi32>
    return %3 : tensor<1x8x8x4xi32>
  }
}
