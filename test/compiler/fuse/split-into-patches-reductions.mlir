// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches | FileCheck %s
// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches --dlc-outline-stages | FileCheck %s --check-prefix=STAGES

// Reductions of a whole image, patch by patch: the image need not be there.

// The pool yields 4 * 4 * 2 values, 128 bytes, beside 8 * 4 bytes of the dense
// layer: 160. Two patches of 2 rows: 64 + 32 bytes. Each meets 16 of the 32 rows
// of weights, which are constants of their own. The second sum is one stage with
// bias and activation, written over the first one.

// CHECK-LABEL: module @dense
// CHECK-SAME: nn.notes = ["run patch by patch: 2 layers up to 'dense' (a reduction of 'pool') in 2 x 1 patches, 0% more multiply-accumulates"]
// CHECK: %[[P0:.*]] = nn.max_pool %{{.*}} -> tensor<1x2x4x2xf32>
// CHECK-DAG: %[[W0:.*]] = arith.constant dense{{.*}} : tensor<16x8xf32>
// CHECK-DAG: %[[F0:.*]] = nn.reshape %[[P0]] : (tensor<1x2x4x2xf32>) -> tensor<1x16xf32>
// CHECK: %[[Y0:.*]] = nn.matmul %[[F0]], %[[W0]]
// CHECK: %[[P1:.*]] = nn.max_pool
// CHECK-DAG: %[[W1:.*]] = arith.constant dense{{.*}} : tensor<16x8xf32>
// CHECK-DAG: %[[F1:.*]] = nn.reshape %[[P1]]
// CHECK: %[[Y1:.*]] = nn.matmul %[[F1]], %[[W1]]
// CHECK: %[[S:.*]] = nn.reshape %[[Y0]] : (tensor<1x8xf32>) -> tensor<1x8xf32>
// CHECK: %[[Y:.*]] = nn.add %[[Y1]], %[[S]]
// CHECK: %[[B:.*]] = nn.add %[[Y]], %{{.*}}
// CHECK: nn.relu %[[B]]
// CHECK-NOT: nn.concat

// STAGES-LABEL: module @dense
// STAGES: %[[P0:.*]] = call @pool
// STAGES: %[[Y0:.*]] = call @dense(
// STAGES: %[[P1:.*]] = call @pool(
// STAGES: %[[S:.*]] = nn.reshape %[[Y0]]
// STAGES: call @dense_0(%{{.*}}, %[[S]], %{{.*}}, %{{.*}})
// STAGES: func.func private @dense_0(%{{.*}}: tensor<1x16xf32>, %{{.*}}: tensor<1x8xf32> {nn.inplace},
// STAGES-NEXT: nn.matmul
// STAGES-NEXT: nn.add
// STAGES-NEXT: nn.add
// STAGES-NEXT: nn.relu
module @dense attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x8xf32> {
    %w = arith.constant dense<0.5> : tensor<32x8xf32>
    %b = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>) -> tensor<1x4x4x2xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x4x4x2xf32>) -> tensor<1x32xf32>
    %2 = nn.matmul %1, %w : (tensor<1x32xf32>, tensor<32x8xf32>) -> tensor<1x8xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.add %2, %b : (tensor<1x8xf32>, tensor<8xf32>) -> tensor<1x8xf32>
    %4 = nn.relu %3 : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %5 = nn.softmax %4 {axis = 1 : i64} : (tensor<1x8xf32>) -> tensor<1x8xf32>
    return %5 : tensor<1x8xf32>
  }
}

// -----

// Patches of 3 x 2 pixels do not lie beside each other in the flattened image of
// 3 x 4: their rows of weights are gathered.

// CHECK-LABEL: module @gathered_rows
// CHECK-SAME: in 1 x 2 patches
// CHECK: arith.constant dense<{{\[\[}}0.000000e+00], [1.000000e+00], [4.000000e+00], [5.000000e+00], [8.000000e+00], [9.000000e+00]]> : tensor<6x1xf32>
// CHECK: arith.constant dense<{{\[\[}}2.000000e+00], [3.000000e+00], [6.000000e+00], [7.000000e+00], [1.000000e+01], [1.100000e+01]]> : tensor<6x1xf32>
module @gathered_rows attributes {dlc.ram_budget = 28 : i64} {
  func.func @main(%x: tensor<1x6x8x1xf32>) -> tensor<1x1xf32> {
    %w = arith.constant dense<[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0], [9.0], [10.0], [11.0]]> : tensor<12x1xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x6x8x1xf32>) -> tensor<1x3x4x1xf32>
    %1 = nn.reshape %0 : (tensor<1x3x4x1xf32>) -> tensor<1x12xf32>
    %2 = nn.matmul %1, %w : (tensor<1x12xf32>, tensor<12x1xf32>) -> tensor<1x1xf32>
    return %2 : tensor<1x1xf32>
  }
}

// -----

// A mean is a sum, times 1/16 at the end.

// CHECK-LABEL: module @mean
// CHECK: %[[Y0:.*]] = nn.reduce %{{.*}}kind = #nn.reduce_kind<sum>
// CHECK: %[[Y1:.*]] = nn.reduce %{{.*}}kind = #nn.reduce_kind<sum>
// CHECK: %[[S:.*]] = nn.reshape %[[Y0]]
// CHECK: %[[Y:.*]] = nn.add %[[Y1]], %[[S]]
// CHECK: %[[C:.*]] = arith.constant dense<6.250000e-02>
// CHECK: nn.mul %[[Y]], %[[C]]
module @mean attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x2xf32> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>) -> tensor<1x4x4x2xf32>
    %1 = nn.reduce %0 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>, keepdims = false} : (tensor<1x4x4x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

// -----

// CHECK-LABEL: module @largest
// CHECK: nn.reduce %{{.*}}kind = #nn.reduce_kind<max>
// CHECK: nn.reduce %{{.*}}kind = #nn.reduce_kind<max>
// CHECK: nn.max
module @largest attributes {dlc.ram_budget = 50 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf16>) -> tensor<1x2xf16> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf16>) -> tensor<1x4x4x2xf16>
    %1 = nn.reduce %0 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<max>, keepdims = false} : (tensor<1x4x4x2xf16>) -> tensor<1x2xf16>
    return %1 : tensor<1x2xf16>
  }
}

// -----

// Nothing is gained by parts of a tensor that the caller of the network owns.

// CHECK-LABEL: module @of_an_input
// CHECK-NOT: nn.slice
module @of_an_input attributes {dlc.ram_budget = 1 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x2xf32> {
    %0 = nn.reduce %x {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>, keepdims = false} : (tensor<1x8x8x2xf32>) -> tensor<1x2xf32>
    %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

// -----

// Sums of half the image would be rounded to 16 bits.

// CHECK-LABEL: module @half_precision
// CHECK-NOT: nn.slice
module @half_precision attributes {dlc.ram_budget = 50 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf16>) -> tensor<1x2xf16> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf16>) -> tensor<1x4x4x2xf16>
    %1 = nn.reduce %0 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>, keepdims = false} : (tensor<1x4x4x2xf16>) -> tensor<1x2xf16>
    return %1 : tensor<1x2xf16>
  }
}

// -----

// A mean of integers is cut after the whole sum.

// CHECK-LABEL: module @integer_mean
// CHECK-NOT: nn.slice
module @integer_mean attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xi32>) -> tensor<1x2xi32> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xi32>) -> tensor<1x4x4x2xi32>
    %1 = nn.reduce %0 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>, keepdims = false} : (tensor<1x4x4x2xi32>) -> tensor<1x2xi32>
    return %1 : tensor<1x2xi32>
  }
}

// -----

// A row of the result for each row of the image: no reduction of it all.

// CHECK-LABEL: module @reduces_columns
// CHECK-NOT: nn.slice
module @reduces_columns attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> tensor<1x4x2xf32> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>) -> tensor<1x4x4x2xf32>
    %1 = nn.reduce %0 {axes = array<i64: 2>, kind = #nn.reduce_kind<mean>, keepdims = false} : (tensor<1x4x4x2xf32>) -> tensor<1x4x2xf32>
    %2 = nn.softmax %1 {axis = 1 : i64} : (tensor<1x4x2xf32>) -> tensor<1x4x2xf32>
    return %2 : tensor<1x4x2xf32>
  }
}

// -----

// A matrix that is not constant cannot be divided at compile time.

// CHECK-LABEL: module @not_constant
// CHECK-NOT: nn.slice
module @not_constant attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>, %w: tensor<32x8xf32>) -> tensor<1x8xf32> {
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>) -> tensor<1x4x4x2xf32>
    %1 = nn.reshape %0 : (tensor<1x4x4x2xf32>) -> tensor<1x32xf32>
    %2 = nn.matmul %1, %w : (tensor<1x32xf32>, tensor<32x8xf32>) -> tensor<1x8xf32>
    return %2 : tensor<1x8xf32>
  }
}

// -----

// Two images, two rows of the product: a patch has a part of both.

// CHECK-LABEL: module @two_images
// CHECK-NOT: nn.slice
module @two_images attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<2x8x8x2xf32>) -> tensor<2x8xf32> {
    %w = arith.constant dense<0.5> : tensor<32x8xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<2x8x8x2xf32>) -> tensor<2x4x4x2xf32>
    %1 = nn.reshape %0 : (tensor<2x4x4x2xf32>) -> tensor<2x32xf32>
    %2 = nn.matmul %1, %w : (tensor<2x32xf32>, tensor<32x8xf32>) -> tensor<2x8xf32>
    return %2 : tensor<2x8xf32>
  }
}

// -----

// Two layers read the flattened image: neither can finish it patch by patch.

// CHECK-LABEL: module @two_readers
// CHECK-NOT: nn.slice
module @two_readers attributes {dlc.ram_budget = 100 : i64} {
  func.func @main(%x: tensor<1x8x8x2xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>) {
    %w = arith.constant dense<0.5> : tensor<32x8xf32>
    %v = arith.constant dense<0.25> : tensor<32x8xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xf32>) -> tensor<1x4x4x2xf32>
    %1 = nn.reshape %0 : (tensor<1x4x4x2xf32>) -> tensor<1x32xf32>
    %2 = nn.matmul %1, %w : (tensor<1x32xf32>, tensor<32x8xf32>) -> tensor<1x8xf32>
    %3 = nn.matmul %1, %v : (tensor<1x32xf32>, tensor<32x8xf32>) -> tensor<1x8xf32>
    return %2, %3 : tensor<1x8xf32>, tensor<1x8xf32>
  }
}

// -----

// A product of integers less zero points, the same network otherwise.

// CHECK-LABEL: module @accumulators
// CHECK-COUNT-1: nn.matmul
// CHECK-NOT: nn.matmul
module @accumulators attributes {dlc.ram_budget = 30 : i64} {
  func.func @main(%x: tensor<1x8x8x2xi8>) -> tensor<1x8xi32> {
    %w = arith.constant dense<5> : tensor<32x8xi8>
    %z = arith.constant dense<3> : tensor<i8>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x2xi8>) -> tensor<1x4x4x2xi8> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x4x4x2xi8>) -> tensor<1x32xi8>
    %2 = nn.matmul %1, %w lhs_zero_point %z {accumulator = i32} : (tensor<1x32xi8>, tensor<32x8xi8>, tensor<i8>) -> tensor<1x8xi32> loc("dense"("Gemm"("m.onnx":2:1)))
    return %2 : tensor<1x8xi32>
  }
}
