// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// Channels last: the loops are (n, oh, ow, f | kh, kw, c). The bias and the
// activation are one epilogue behind the contraction.

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4, d2 * 2 + d5 * 3, d6)>
// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d6, d4, d5)>
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[CHANNEL:.+]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-LABEL: func @channels_last
// CHECK-SAME: %[[X:.+]]: tensor<1x8x9x3xf32>, %[[F:.+]]: tensor<16x3x3x3xf32>, %[[B:.+]]: tensor<16xf32>
func.func @channels_last(%x: tensor<1x8x9x3xf32>, %f: tensor<16x3x3x3xf32>,
                         %b: tensor<16xf32>) -> tensor<1x4x2x16xf32> {
  // Rows reach 3*2 + 2 + 1 = 9 = 1 + 8 + 0; columns 1*2 + 2*3 + 1 = 9 = 9.
  // CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 1, 0, 0] high[0, 0, 0, 0]
  // CHECK: tensor<1x8x9x3xf32> to tensor<1x9x9x3xf32>
  // CHECK: %[[INIT:.+]] = linalg.fill ins(%{{.+}} : f32)
  // CHECK: %[[SUMS:.+]] = linalg.generic
  // CHECK-SAME: indexing_maps = [#[[INPUT]], #[[FILTER]], #[[OUT]]]
  // CHECK-SAME: ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
  // CHECK-SAME: ins(%[[PADDED]], %[[F]] : {{.*}}) outs(%[[INIT]]
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[W:.+]]: f32, %[[ACC:.+]]: f32)
  // CHECK-NEXT: %[[P:.+]] = arith.mulf %[[A]], %[[W]] fastmath<contract>
  // CHECK-NEXT: %[[S:.+]] = arith.addf %[[ACC]], %[[P]] fastmath<contract>
  // CHECK-NEXT: linalg.yield %[[S]]
  // CHECK: linalg.generic {{.*}}ins(%[[SUMS]], %[[B]]
  // CHECK: arith.addf
  // CHECK: arith.cmpf olt
  // CHECK: arith.select
  // CHECK-NOT: linalg.generic
  %0 = nn.conv %x, %f, %b {strides = array<i64: 2, 2>, pads = array<i64: 1, 0, 1, 0>,
      dilations = array<i64: 1, 3>, layout = #nn.layout<channels_last>}
    : (tensor<1x8x9x3xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<1x4x2x16xf32>
  %1 = nn.relu %0 : (tensor<1x4x2x16xf32>) -> tensor<1x4x2x16xf32>
  return %1 : tensor<1x4x2x16xf32>
}

// -----

// Channels first: (n, f, oh, ow | c, kh, kw). Without padding, no tensor.pad.

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d2 + d5, d3 + d6)>
// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d1, d4, d5, d6)>
// CHECK-LABEL: func @channels_first
// CHECK-NOT: tensor.pad
// CHECK: indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.+}}]
func.func @channels_first(%x: tensor<1x3x8x8xf32>, %f: tensor<16x3x3x3xf32>) -> tensor<1x16x6x6xf32> {
  %0 = nn.conv %x, %f {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>, layout = #nn.layout<channels_first>}
    : (tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>) -> tensor<1x16x6x6xf32>
  return %0 : tensor<1x16x6x6xf32>
}

// -----

// Depthwise: the channel is a parallel loop, the filter [C, kh, kw].

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 + d4, d2 + d5, d3)>
// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5)>
// CHECK-LABEL: func @depthwise
// CHECK: %[[F:.+]] = tensor.collapse_shape %{{.+}} {{.*}} : tensor<8x1x3x3xf32> into tensor<8x3x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.+}}]
// CHECK-SAME: ins(%{{.+}}, %[[F]] :
func.func @depthwise(%x: tensor<1x6x6x8xf32>, %f: tensor<8x1x3x3xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.conv %x, %f {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>, group = 8 : i64, layout = #nn.layout<channels_last>}
    : (tensor<1x6x6x8xf32>, tensor<8x1x3x3xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// -----

// Groups: one more parallel loop (n, oh, ow, g, f | kh, kw, c).

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1 + d5, d2 + d6, d3, d7)>
// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d3, d4, d7, d5, d6)>
// CHECK-LABEL: func @groups
// CHECK: tensor.expand_shape %{{.+}} {{.*}} : tensor<1x6x6x8xf32> into tensor<1x6x6x2x4xf32>
// CHECK: tensor.expand_shape %{{.+}} {{.*}} : tensor<6x4x3x3xf32> into tensor<2x3x4x3x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.+}}]
// CHECK: tensor.collapse_shape %{{.+}} : tensor<1x4x4x2x3xf32> into tensor<1x4x4x6xf32>
func.func @groups(%x: tensor<1x6x6x8xf32>, %f: tensor<6x4x3x3xf32>) -> tensor<1x4x4x6xf32> {
  %0 = nn.conv %x, %f {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>, group = 2 : i64, layout = #nn.layout<channels_last>}
    : (tensor<1x6x6x8xf32>, tensor<6x4x3x3xf32>) -> tensor<1x4x4x6xf32>
  return %0 : tensor<1x4x4x6xf32>
}

// -----

// A transposed convolution runs over the input spread among zeros, and through
// the filter from its end: o + (3-1) - k.

// CHECK-DAG: #[[INPUT:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d2 - d4 + 2)>
// CHECK-DAG: #[[FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d3, d1, d4)>
// CHECK-LABEL: func @transposed
// Result 7 and reach 2 make 9; the input starts at reach - pad = 2.
// CHECK: tensor.insert_slice %{{.+}} into %{{.+}}[0, 0, 2] [1, 2, 3] [1, 1, 2] : tensor<1x2x3xf32> into tensor<1x2x9xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.+}}]
func.func @transposed(%x: tensor<1x2x3xf32>, %f: tensor<2x4x3xf32>) -> tensor<1x4x7xf32> {
  %0 = nn.conv_transpose %x, %f {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
      output_padding = array<i64: 0>, layout = #nn.layout<channels_first>}
    : (tensor<1x2x3xf32>, tensor<2x4x3xf32>) -> tensor<1x4x7xf32>
  return %0 : tensor<1x4x7xf32>
}

// -----

// One filter of one element on what the stage rescales: the product is made where it is added,
// loops (n, o, 1 | c). Vectors have it side by side instead, and more filters would make it again.

// CHECK-DAG: #[[POWERS:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
// CHECK-DAG: #[[WEIGHTS:.+]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-LABEL: func @computed_rows
// CHECK: linalg.generic {indexing_maps = [#[[POWERS]], #{{.+}}, #[[WEIGHTS]], #{{.+}}], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
// CHECK: arith.shrsi
// CHECK: arith.minsi
// CHECK: %[[BYTE:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: arith.subi %[[BYTE]], %c-128_i32
// CHECK: arith.muli %{{.+}}, %{{.+}} : i32
// CHECK: arith.addi
// CHECK-NOT: linalg.generic
// CHECK-LABEL: func @two_filters
// CHECK-COUNT-2: linalg.generic
module attributes {dlc.target = {index_bits = 32 : i64, vector_bits = 0 : i64}} {
  func.func @computed_rows(%e: tensor<1x16x4x1xi32>, %r: tensor<1x1x4x1xi32>, %w: tensor<1x16x1x1xi8>) -> tensor<1x4x1x1xi32> attributes {nn.stage = "conv"} {
    %a = arith.constant dense<0> : tensor<i64>
    %s = arith.constant dense<40> : tensor<i8>
    %z = arith.constant dense<-128> : tensor<i8>
    %0 = nn.rescale %e, %r, %a, %s {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x16x4x1xi32>, tensor<1x1x4x1xi32>, tensor<i64>, tensor<i8>) -> tensor<1x16x4x1xi8>
    %1 = nn.transpose %0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x16x4x1xi8>) -> tensor<1x4x1x16xi8>
    %2 = nn.conv %1, %w input_zero_point %z {accumulator = i32, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x4x1x16xi8>, tensor<1x16x1x1xi8>, tensor<i8>) -> tensor<1x4x1x1xi32>
    return %2 : tensor<1x4x1x1xi32>
  }
  func.func @two_filters(%e: tensor<1x4x1x16xi32>, %r: tensor<1x4x1x1xi32>, %w: tensor<2x16x1x1xi8>) -> tensor<1x4x1x2xi32> attributes {nn.stage = "conv"} {
    %a = arith.constant dense<0> : tensor<i64>
    %s = arith.constant dense<40> : tensor<i8>
    %0 = nn.rescale %e, %r, %a, %s {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x4x1x16xi32>, tensor<1x4x1x1xi32>, tensor<i64>, tensor<i8>) -> tensor<1x4x1x16xi8>
    %1 = nn.conv %0, %w {accumulator = i32, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x4x1x16xi8>, tensor<2x16x1x1xi8>) -> tensor<1x4x1x2xi32>
    return %1 : tensor<1x4x1x2xi32>
  }
}

// -----

// CHECK-LABEL: func @on_vectors
// CHECK-COUNT-2: linalg.generic
module attributes {dlc.target = {index_bits = 64 : i64, vector_bits = 128 : i64}} {
  func.func @on_vectors(%e: tensor<1x4x1x16xi32>, %r: tensor<1x4x1x1xi32>, %w: tensor<1x16x1x1xi8>) -> tensor<1x4x1x1xi32> attributes {nn.stage = "conv"} {
    %a = arith.constant dense<0> : tensor<i64>
    %s = arith.constant dense<40> : tensor<i8>
    %0 = nn.rescale %e, %r, %a, %s {max = 127 : i64, min = -128 : i64, storage = i8} : (tensor<1x4x1x16xi32>, tensor<1x4x1x1xi32>, tensor<i64>, tensor<i8>) -> tensor<1x4x1x16xi8>
    %1 = nn.conv %0, %w {accumulator = i32, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>} : (tensor<1x4x1x16xi8>, tensor<1x16x1x1xi8>) -> tensor<1x4x1x1xi32>
    return %1 : tensor<1x4x1x1xi32>
  }
}
