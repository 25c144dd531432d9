// RUN: dlc-opt %s --split-input-file --dlc-emit-loops --canonicalize --cse | FileCheck %s

#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, fpu = true, fma = true, index_bits = 64 : i64, l2_bytes = 262144 : i64}

// A product with a constant right operand: 6 rows of 8 columns stay in 12
// accumulators; the weights lie as [8 / 8][3][8].
// CHECK-LABEL: module attributes
// CHECK: memref.global "private" constant @w_packed : memref<24xf32> = dense<[
// w[k][n] = 8k + n, one block of 8 columns after the other, row by row.
// CHECK-SAME: 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 8.000000e+00
// CHECK-LABEL: func.func private @product
// CHECK-SAME: memref<24xf32> {nn.constant}
// CHECK-NOT: memref.alloc
// CHECK: vector.load %{{.*}} : memref<24xf32>, vector<4xf32>
// CHECK: arith.mulf %{{.*}} fastmath<contract> : vector<4xf32>
// CHECK: vector.store %{{.*}} : memref<48xf32>, vector<4xf32>
// CHECK-LABEL: func.func @main
// CHECK: memref.get_global @w_packed
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<3x8xf32> = dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    [8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0],
    [16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0]]>
  func.func private @product(%x: memref<6x3xf32>, %w: memref<3x8xf32> {nn.constant}, %y: memref<6x8xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<6x3xf32> to tensor<6x3xf32>
    %1 = bufferization.to_tensor %w restrict : memref<3x8xf32> to tensor<3x8xf32>
    %2 = tensor.empty() : tensor<6x8xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<6x3xf32>, tensor<3x8xf32>) outs(%3 : tensor<6x8xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<6x8xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<6x8xf32>, memref<6x8xf32>) -> ()
    return
  }
  func.func @main(%x: memref<6x3xf32>, %y: memref<6x8xf32>) {
    %w = memref.get_global @w : memref<3x8xf32>
    call @product(%x, %w, %y) : (memref<6x3xf32>, memref<3x8xf32>, memref<6x8xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, fpu = true, fma = true, index_bits = 64 : i64, l2_bytes = 262144 : i64}

// A window with padding: rows by clamped bounds, columns by leaving out what
// lies outside; nothing is padded in memory.
// CHECK-LABEL: func.func private @window
// CHECK-NOT: memref.alloc
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c16
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: arith.maximumf %{{.*}} : vector<4xf32>
// CHECK-NOT: memref.alloc
// CHECK: return
module attributes {dlc.target = #target} {
  func.func private @window(%x: memref<16x16x4xf32>, %y: memref<16x16x4xf32>) attributes {nn.stage = "max_pool"} {
    %low = arith.constant 0xFF800000 : f32
    %0 = bufferization.to_tensor %x restrict : memref<16x16x4xf32> to tensor<16x16x4xf32>
    %pad = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %low : f32
    } : tensor<16x16x4xf32> to tensor<18x18x4xf32>
    %2 = tensor.empty() : tensor<16x16x4xf32>
    %3 = linalg.fill ins(%low : f32) outs(%2 : tensor<16x16x4xf32>) -> tensor<16x16x4xf32>
    %w = tensor.empty() : tensor<3x3xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (i, j)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %w : tensor<18x18x4xf32>, tensor<3x3xf32>) outs(%3 : tensor<16x16x4xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %m = arith.maximumf %a, %acc : f32
      linalg.yield %m : f32
    } -> tensor<16x16x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<16x16x4xf32>, memref<16x16x4xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, fpu = true, fma = true, index_bits = 64 : i64, l2_bytes = 262144 : i64}

// An elementwise chain runs over all 37 elements as one dimension: two blocks
// of four vectors, then one vector and one element. Two strided outputs do not
// merge.
// CHECK-LABEL: func.func private @chain
// CHECK: scf.for %{{.*}} = %c0 to %c32 step %c16
// CHECK-COUNT-4: vector.store %{{.*}} : memref<37xf32>, vector<4xf32>
// CHECK: vector.store %{{.*}} : memref<37xf32>, vector<4xf32>
// CHECK: memref.store %{{.*}} : memref<37xf32>
// CHECK-NOT: store
// CHECK: return
module attributes {dlc.target = #target} {
  func.func private @chain(%x: memref<1x37xf32>, %y: memref<1x37xf32>) attributes {nn.stage = "add"} {
    %one = arith.constant 1.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<1x37xf32> to tensor<1x37xf32>
    %2 = tensor.empty() : tensor<1x37xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, w) -> (h, w)>, affine_map<(h, w) -> (h, w)>],
      iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<1x37xf32>) outs(%2 : tensor<1x37xf32>) {
    ^bb0(%a: f32, %out: f32):
      %m = arith.addf %a, %one : f32
      linalg.yield %m : f32
    } -> tensor<1x37xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x37xf32>, memref<1x37xf32>) -> ()
    return
  }
}

// -----

// A target without vectors: scalars, in a block of 2 x 2 for 8 registers.
// CHECK-LABEL: func.func private @scalar
// CHECK-NOT: vector
// CHECK: scf.for {{.*}} iter_args(%{{[a-z0-9]*}} = %{{[a-z0-9_]*}}, %{{[a-z0-9]*}} = %{{[a-z0-9_]*}}, %{{[a-z0-9]*}} = %{{[a-z0-9_]*}}, %{{[a-z0-9]*}} = %{{[a-z0-9_]*}}) -> (f32, f32, f32, f32)
// CHECK-NOT: vector
// CHECK: return
module attributes {dlc.target = {vector_bits = 0 : i64, vector_registers = 8 : i64, fpu = false, fma = false, index_bits = 32 : i64, l2_bytes = 0 : i64, compact_code = true}} {
  func.func private @scalar(%x: memref<8x32xf32>, %w: memref<32x8xf32>, %y: memref<8x8xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<8x32xf32> to tensor<8x32xf32>
    %1 = bufferization.to_tensor %w restrict : memref<32x8xf32> to tensor<32x8xf32>
    %2 = tensor.empty() : tensor<8x8xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<8x8xf32>) -> tensor<8x8xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<8x32xf32>, tensor<32x8xf32>) outs(%3 : tensor<8x8xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x8xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<8x8xf32>, memref<8x8xf32>) -> ()
    return
  }
}

// -----

// Work worth sharing among threads: the stage computes the chunks it is told
// to (four rows each), a plain call asks for all 512 / 4 of them.
// CHECK-LABEL: func.func private @shared
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
// CHECK-SAME: dlc.chunks = 128 : i64
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step
// CHECK-LABEL: func.func @main
// CHECK: call @shared(%{{.*}}, %{{.*}}, %c0, %c128)
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 16 : i64, threads = 2 : i64}} {
  func.func private @shared(%x: memref<512x2048xf32>, %y: memref<512xf32>) attributes {nn.stage = "reduce"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<512x2048xf32> to tensor<512x2048xf32>
    %2 = tensor.empty() : tensor<512xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<512xf32>) -> tensor<512xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<512x2048xf32>) outs(%3 : tensor<512xf32>) {
    ^bb0(%a: f32, %acc: f32):
      %s = arith.addf %a, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<512xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<512xf32>, memref<512xf32>) -> ()
    return
  }
  func.func @main(%x: memref<512x2048xf32>, %y: memref<512xf32>) {
    call @shared(%x, %y) : (memref<512x2048xf32>, memref<512xf32>) -> ()
    return
  }
}

// -----

// 2^19 elements are worth it, 1024 fewer are not.
// CHECK-LABEL: func.func private @small
// CHECK-NOT: index)
// CHECK-NOT: dlc.chunks
// CHECK: return
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 16 : i64, threads = 2 : i64}} {
  func.func private @small(%x: memref<511x1024xf32>, %y: memref<511xf32>) attributes {nn.stage = "reduce"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<511x1024xf32> to tensor<511x1024xf32>
    %2 = tensor.empty() : tensor<511xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<511xf32>) -> tensor<511xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<511x1024xf32>) outs(%3 : tensor<511xf32>) {
    ^bb0(%a: f32, %acc: f32):
      %s = arith.addf %a, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<511xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<511xf32>, memref<511xf32>) -> ()
    return
  }
}
