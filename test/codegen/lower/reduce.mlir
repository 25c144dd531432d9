// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// A dimension kept as 1 is a parallel loop that the input does not read; the
// mean's factor is the epilogue.

// CHECK-DAG: #[[IN:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d4, d5, d3)>
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func @global_mean
// CHECK-DAG: %[[FACTOR:.+]] = arith.constant 6.250000e-02 : f32
// CHECK: %[[SUMS:.+]] = linalg.generic {indexing_maps = [#[[IN]], #[[OUT]]]
// CHECK-SAME: ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK: linalg.generic {{.*}}ins(%[[SUMS]]
// CHECK: arith.mulf %{{.+}}, %[[FACTOR]]
func.func @global_mean(%x: tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 1, 2>} : (tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32>
  return %0 : tensor<1x1x1x8xf32>
}

// -----

// Softmax: maximum, exponentials, sum, quotient, loops (rows | axis).

// CHECK-DAG: #[[ROWS:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @softmax
// CHECK: %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
// CHECK: %[[INIT:.+]] = linalg.fill ins(%[[LOWEST]]
// CHECK: %[[MAX:.+]] = linalg.generic {{.*}} outs(%[[INIT]]
// CHECK: arith.maximumf
// CHECK: %[[EXP:.+]] = linalg.generic {{.*}}ins(%{{.+}}, %[[MAX]]
// CHECK: arith.subf
// CHECK: math.exp
// CHECK: %[[SUM:.+]] = linalg.generic {{.*}}ins(%[[EXP]]
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}ins(%[[EXP]], %[[SUM]]
// CHECK: arith.divf
func.func @softmax(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<4x10xf32>) -> tensor<4x10xf32>
  return %0 : tensor<4x10xf32>
}

// -----

// The position is reduced beside the element.

// CHECK-LABEL: func @arg_max
// CHECK: linalg.generic
// CHECK: %[[BETTER:.+]] = arith.cmpf ogt
// CHECK: linalg.index 1
// CHECK: linalg.yield %{{.+}}, %{{.+}} : f32, i64
func.func @arg_max(%x: tensor<4x10xf32>) -> tensor<4xi64> {
  %0 = nn.arg_reduce %x {kind = #nn.reduce_kind<max>, axis = 1 : i64, keepdims = false} : (tensor<4x10xf32>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// -----

// Batch dimensions broadcast by the maps: 1 is read at 0, a missing one not at
// all.

// CHECK-DAG: #[[LHS:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, 0, d2, d4)>
// CHECK-DAG: #[[RHS:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d4, d3)>
// CHECK-LABEL: func @matmul
// CHECK: linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #{{.+}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
func.func @matmul(%x: tensor<2x1x3x4xf32>, %y: tensor<5x4x6xf32>) -> tensor<2x5x3x6xf32> {
  %0 = nn.matmul %x, %y : (tensor<2x1x3x4xf32>, tensor<5x4x6xf32>) -> tensor<2x5x3x6xf32>
  return %0 : tensor<2x5x3x6xf32>
}

// -----

// LRN: the squares of a window, then square roots instead of a power of 3/4.

// CHECK-LABEL: func @lrn
// CHECK: tensor.pad {{.*}} low[0, 2, 0, 0] high[0, 2, 0, 0]
// CHECK: linalg.generic
// CHECK: arith.mulf %[[X:.+]], %[[X]]
// CHECK: linalg.generic
// CHECK-NOT: math.powf
// CHECK: %[[ROOT:.+]] = math.sqrt
// CHECK: math.sqrt %[[ROOT]]
// CHECK: arith.divf
func.func @lrn(%x: tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32> {
  %0 = nn.lrn %x {size = 5 : i64, alpha = 1.0e-4 : f64, beta = 0.75 : f64, bias = 1.0 : f64, axis = 1 : i64} : (tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32>
  return %0 : tensor<1x8x2x2xf32>
}

// -----

// A sum of 4096 elements is one of 64 sums of 64.

// CHECK-LABEL: func @long_sum
// CHECK: %[[PARTS:.+]] = linalg.generic {{.*}}outs(%{{.+}} : tensor<64x1xf32>)
// CHECK: linalg.generic {{.*}}ins(%[[PARTS]] : tensor<64x1xf32>) outs(%{{.+}} : tensor<f32>)
func.func @long_sum(%x: tensor<64x64xf32>) -> tensor<f32> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<sum>, axes = array<i64: 0, 1>, keepdims = false} : (tensor<64x64xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// Sums of halves are f32, also those of parts; maxima need not be.

// CHECK-LABEL: func @mean_of_halves
// CHECK: linalg.generic {{.*}}ins(%{{.+}} : tensor<64x64xf16>) outs(%{{.+}} : tensor<64x1xf32>)
// CHECK: linalg.generic {{.*}}ins(%{{.+}} : tensor<64x1xf32>) outs(%{{.+}} : tensor<f32>)
// CHECK: linalg.generic
// CHECK: %[[M:.+]] = arith.mulf {{.*}} : f32
// CHECK: arith.truncf %[[M]] : f32 to f16
func.func @mean_of_halves(%x: tensor<64x64xf16>) -> tensor<f16> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 0, 1>, keepdims = false} : (tensor<64x64xf16>) -> tensor<f16>
  return %0 : tensor<f16>
}

// CHECK-LABEL: func @maximum_of_halves
// CHECK-NOT: f32
func.func @maximum_of_halves(%x: tensor<4x10xf16>) -> tensor<4xf16> {
  %0 = nn.reduce %x {kind = #nn.reduce_kind<max>, axes = array<i64: 1>, keepdims = false} : (tensor<4x10xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

// The halves are converted where they are read: no f32 copy of the input.

// CHECK-LABEL: func @softmax_of_halves
// CHECK: linalg.generic {{.*}}ins(%arg0 : tensor<4x10xf16>) outs(%{{.+}} : tensor<4xf32>)
// CHECK: linalg.generic {{.*}}ins(%arg0, %{{.+}} : tensor<4x10xf16>, tensor<4xf32>)
// CHECK: math.exp %{{.+}} : f32
// CHECK: linalg.generic
// CHECK: %[[Q:.+]] = arith.divf {{.*}} : f32
// CHECK: arith.truncf %[[Q]] : f32 to f16
func.func @softmax_of_halves(%x: tensor<4x10xf16>) -> tensor<4x10xf16> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<4x10xf16>) -> tensor<4x10xf16>
  return %0 : tensor<4x10xf16>
}
