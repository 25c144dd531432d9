// RUN: dlc-opt %s --split-input-file --dlc-convert-to-half --verify-diagnostics | FileCheck %s

// Arguments and results keep their types; weights are rounded to nearest, ties
// to even: 1 + 2^-11 lies between 1 and 1 + 2^-10.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @product
  // CHECK-NEXT: %[[X:.*]] = nn.cast %arg0 : (tensor<1x2xf32>) -> tensor<1x2xf16>
  // CHECK-NEXT: %[[W:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, -5.000000e-01], [9.997{{.*}}e-02, 6.550400e+04]]> : tensor<2x2xf16>
  // CHECK-NEXT: %[[M:.*]] = nn.matmul %[[X]], %[[W]] : (tensor<1x2xf16>, tensor<2x2xf16>) -> tensor<1x2xf16>
  // CHECK-NEXT: %[[R:.*]] = nn.relu %[[M]] : (tensor<1x2xf16>) -> tensor<1x2xf16>
  // CHECK-NEXT: %[[Y:.*]] = nn.cast %[[R]] : (tensor<1x2xf16>) -> tensor<1x2xf32>
  // CHECK-NEXT: return %[[Y]] : tensor<1x2xf32>
  func.func @product(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = arith.constant dense<[[1.00048828125, -0.5], [0.1, 65504.0]]> : tensor<2x2xf32>
    %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %1 = nn.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

// -----

// Two products of one value share its rounding.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @shared_input
  // CHECK-COUNT-1: nn.cast %arg0
  // CHECK-NOT: nn.cast %arg0
  func.func @shared_input(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
    %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %1 = nn.matmul %0, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    return %1 : tensor<2x2xf32>
  }
}

// -----

// Pools and softmax of halves: their lowering sums in float32.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @pools
  // CHECK: nn.avg_pool {{.*}} -> tensor<1x2x2x3xf16>
  // CHECK: nn.reduce {{.*}} -> tensor<1x1x1x3xf16>
  // CHECK: nn.softmax {{.*}} -> tensor<1x1x1x3xf16>
  // CHECK: nn.cast {{.*}} -> tensor<1x1x1x3xf32>
  func.func @pools(%x: tensor<1x4x4x3xf32>, %w: tensor<3x3x1x1xf32>) -> tensor<1x1x1x3xf32> {
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x4x4x3xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x3xf32>
    %1 = nn.avg_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, counted_pads = array<i64: 0, 0, 0, 0>, layout = #nn.layout<channels_last>}
      : (tensor<1x4x4x3xf32>) -> tensor<1x2x2x3xf32>
    %2 = nn.reduce %1 {kind = #nn.reduce_kind<mean>, axes = array<i64: 1, 2>} : (tensor<1x2x2x3xf32>) -> tensor<1x1x1x3xf32>
    %3 = nn.softmax %2 {axis = 3 : i64} : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
    return %3 : tensor<1x1x1x3xf32>
  }
}

// -----

// A table that rows are gathered from is stored in half.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @embedding
  // CHECK: nn.gather {{.*}} : (tensor<2x2xf16>, tensor<1xi32>) -> tensor<1x2xf16>
  func.func @embedding(%i: tensor<1xi32>) -> tensor<1x2xf32> {
    %t = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
    %0 = nn.gather %t, %i {axis = 0 : i64} : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }
}

// -----

// Variance: the square of what is beyond 255 does not fit. The sum and what
// follows stay in float32 up to the next product.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @statistics
  // CHECK: %[[D:.*]] = nn.sub {{.*}} -> tensor<1x4xf16>
  // CHECK: %[[E:.*]] = nn.cast %[[D]] : (tensor<1x4xf16>) -> tensor<1x4xf32>
  // CHECK: %[[S:.*]] = nn.mul %[[E]], %[[E]] : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  // CHECK: %[[V:.*]] = nn.reduce %[[S]] {{.*}} -> tensor<1x1xf32>
  // CHECK: %[[R:.*]] = nn.sqrt %[[V]] {{.*}} -> tensor<1x1xf32>
  // CHECK: nn.div {{.*}}, %[[R]] : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
  // CHECK: nn.cast {{.*}} -> tensor<1x4xf16>
  // CHECK: nn.matmul {{.*}} -> tensor<1x4xf16>
  func.func @statistics(%x: tensor<1x4xf32>, %w: tensor<4x4xf32>) -> tensor<1x4xf32> {
    %0 = nn.matmul %x, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    %1 = nn.reduce %0 {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>} : (tensor<1x4xf32>) -> tensor<1x1xf32>
    %2 = nn.sub %0, %1 : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
    %3 = nn.mul %2, %2 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %4 = nn.reduce %3 {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>} : (tensor<1x4xf32>) -> tensor<1x1xf32>
    %5 = nn.sqrt %4 : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %6 = nn.div %2, %5 : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
    %7 = nn.matmul %6, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    return %7 : tensor<1x4xf32>
  }
}

// -----

// Element-wise arithmetic before the first product stays as the input is.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @preprocessing
  // CHECK: nn.sub {{.*}} -> tensor<1x2xf32>
  // CHECK: nn.matmul {{.*}} -> tensor<1x2xf16>
  func.func @preprocessing(%x: tensor<1x2xf32>, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
    %c = arith.constant dense<127.5> : tensor<1xf32>
    %0 = nn.sub %x, %c : (tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x2xf32>
    %1 = nn.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

// -----

// A weight that half precision does not have keeps its product in float32.
// CHECK: nn.notes = ["nn.matmul stays in float32: the constant 70000 does not fit
module attributes {nn.half} {
  // CHECK-LABEL: func.func @large_weight
  // CHECK-NOT: f16
  func.func @large_weight(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = arith.constant dense<[[1.0, -70000.0], [0.1, 2.0]]> : tensor<2x2xf32>
    // expected-remark @+1 {{stays in float32: the constant 70000 does not fit}}
    %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }
}

// -----

// An infinity is one in half precision too.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @infinite_bound
  // CHECK: arith.constant dense<[0xFC00, 0.000000e+00]> : tensor<2xf16>
  // CHECK: nn.max {{.*}} -> tensor<1x2xf16>
  func.func @infinite_bound(%x: tensor<1x2xf32>, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
    %c = arith.constant dense<[0xFF800000, 0.0]> : tensor<2xf32>
    %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %1 = nn.max %0, %c : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

// -----

module attributes {nn.half} {
  // CHECK-LABEL: func.func @small_weights
  // CHECK-NOT: f16
  func.func @small_weights(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = arith.constant dense<[[1.0e-5, -2.0e-5], [3.0e-5, 0.0]]> : tensor<2x2xf32>
    // expected-remark @+1 {{the largest weight, 3e-05, is below 2^-14, where half precision loses digits}}
    %0 = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }
}

// -----

module attributes {nn.half} {
  // CHECK-LABEL: func.func @long_sums
  // CHECK: nn.matmul {{.*}} -> tensor<1x2xf16>
  // CHECK: nn.conv {{.*}} -> tensor<1x1x1x2xf32>
  func.func @long_sums(%x: tensor<1x1024xf32>, %w: tensor<1024x2xf32>, %y: tensor<1x3x3x114xf32>, %f: tensor<2x114x3x3xf32>) -> (tensor<1x2xf32>, tensor<1x1x1x2xf32>) {
    %0 = nn.matmul %x, %w : (tensor<1x1024xf32>, tensor<1024x2xf32>) -> tensor<1x2xf32>
    // expected-remark @+1 {{sums of 1026 products are too long for half precision; up to 1024 are short enough}}
    %1 = nn.conv %y, %f {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x3x3x114xf32>, tensor<2x114x3x3xf32>) -> tensor<1x1x1x2xf32>
    return %0, %1 : tensor<1x2xf32>, tensor<1x1x1x2xf32>
  }
}

// -----

module attributes {nn.half} {
  func.func @quantised(%x: tensor<1x2xi8>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<1x2xf32> {
    // expected-error @+1 {{the network is quantised: its integers are exact, half precision would only round them; compile it without --fp16}}
    %0 = nn.dequantize %x, %s, %z {axis = 0 : i64} : (tensor<1x2xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }
}

// -----

// A convolution on a GPU reads lines of an image, which is rounded as it lies;
module attributes {nn.half, dlc.target = {gpu_capability = 62 : i64}} {
  // CHECK-LABEL: func.func @image
  // CHECK-DAG: %[[H:.*]] = nn.cast %arg0 : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf16>
  // CHECK: %[[M:.*]] = nn.transpose %[[H]]
  // CHECK: nn.conv %[[M]]
  func.func @image(%x: tensor<1x3x4x4xf32>, %w: tensor<3x3x1x1xf32>) -> tensor<1x4x4x3xf32> {
    %m = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x4xf32>) -> tensor<1x4x4x3xf32>
    %0 = nn.conv %m, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x4x4x3xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x3xf32>
    return %0 : tensor<1x4x4x3xf32>
  }
}

// -----

// not one of many channels,
module attributes {nn.half, dlc.target = {gpu_capability = 62 : i64}} {
  // CHECK-LABEL: func.func @many_channels
  // CHECK-DAG: %[[M:.*]] = nn.transpose %arg0
  // CHECK-DAG: %[[H:.*]] = nn.cast %[[M]] : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf16>
  // CHECK: nn.conv %[[H]]
  func.func @many_channels(%x: tensor<1x8x4x4xf32>, %w: tensor<3x8x1x1xf32>) -> tensor<1x4x4x3xf32> {
    %m = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x8x4x4xf32>) -> tensor<1x4x4x8xf32>
    %0 = nn.conv %m, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x4x4x8xf32>, tensor<3x8x1x1xf32>) -> tensor<1x4x4x3xf32>
    return %0 : tensor<1x4x4x3xf32>
  }
}

// -----

// nor on a processor.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @processor
  // CHECK-DAG: %[[M:.*]] = nn.transpose %arg0
  // CHECK-DAG: %[[H:.*]] = nn.cast %[[M]] : (tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf16>
  // CHECK: nn.conv %[[H]]
  func.func @processor(%x: tensor<1x3x4x4xf32>, %w: tensor<3x3x1x1xf32>) -> tensor<1x4x4x3xf32> {
    %m = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x4xf32>) -> tensor<1x4x4x3xf32>
    %0 = nn.conv %m, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
      : (tensor<1x4x4x3xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x3xf32>
    return %0 : tensor<1x4x4x3xf32>
  }
}

// -----

// Not asked for.
// CHECK-LABEL: func.func @without_attribute
// CHECK-NOT: f16
func.func @without_attribute(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = nn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// Other numbers stay what they are.
module attributes {nn.half} {
  // CHECK-LABEL: func.func @other_types
  // CHECK-NOT: f16
  // CHECK-NOT: nn.cast
  func.func @other_types(%x: tensor<2x2xf64>, %i: tensor<2xi32>) -> (tensor<2x2xf64>, tensor<2xi32>) {
    %0 = nn.matmul %x, %x : (tensor<2x2xf64>, tensor<2x2xf64>) -> tensor<2x2xf64>
    %1 = nn.add %i, %i : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    return %0, %1 : tensor<2x2xf64>, tensor<2xi32>
  }
}
