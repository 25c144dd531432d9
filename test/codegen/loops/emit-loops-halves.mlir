// RUN: sed s/FACTOR/lane/ %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,LANE
// RUN: sed s/FACTOR/core/ %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,CORE

module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "FACTOR", l2_bytes = 262144 : i64}} {
  // Sums of halves fill vectors of 8 although what becomes of them is float32:
  // it is converted once for each sum. 40 steps are five runs of 8.
  // CHECK-LABEL: func.func private @product
  // LANE: scf.for %{{.*}} = %c0 to %c40 step %c8 iter_args
  // LANE: vector.load %arg1{{.*}} : memref<320xf16>, vector<8xf16>
  // LANE: %[[X:.*]] = vector.load %{{.*}} : memref<80xf16>, vector<8xf16>
  // LANE: vector.extract %[[X]][7] : f16 from vector<8xf16>
  // CORE: scf.for %{{.*}} = %c0 to %c40 step %c2 iter_args
  // CORE-COUNT-4: memref.load %{{.*}} : memref<80xf16>
  // CHECK: scf.yield
  // CHECK: arith.extf %{{.*}} : vector<8xf16> to vector<8xf32>
  // CHECK: vector.store %{{.*}} : memref<16xf32>, vector<8xf32>
  func.func private @product(%x: memref<2x40xf16>, %w: memref<40x8xf16> {nn.constant}, %y: memref<2x8xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f16
    %0 = bufferization.to_tensor %x restrict : memref<2x40xf16> to tensor<2x40xf16>
    %1 = bufferization.to_tensor %w restrict : memref<40x8xf16> to tensor<40x8xf16>
    %2 = tensor.empty() : tensor<2x8xf16>
    %3 = linalg.fill ins(%zero : f16) outs(%2 : tensor<2x8xf16>) -> tensor<2x8xf16>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x40xf16>, tensor<40x8xf16>) outs(%3 : tensor<2x8xf16>) {
    ^bb0(%a: f16, %b: f16, %acc: f16):
      %p = arith.mulf %a, %b fastmath<contract> : f16
      %s = arith.addf %p, %acc fastmath<contract> : f16
      linalg.yield %s : f16
    } -> tensor<2x8xf16>
    %5 = tensor.empty() : tensor<2x8xf32>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4 : tensor<2x8xf16>) outs(%5 : tensor<2x8xf32>) {
    ^bb0(%a: f16, %out: f32):
      %e = arith.extf %a : f16 to f32
      linalg.yield %e : f32
    } -> tensor<2x8xf32>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<2x8xf32>, memref<2x8xf32>) -> ()
    return
  }

  // 12 steps: runs of 4, which leave none over.
  // LANE-LABEL: func.func private @short_rows
  // LANE: step %c4 iter_args
  // LANE: vector.load %{{.*}} : memref<24xf16>, vector<4xf16>
  func.func private @short_rows(%x: memref<2x12xf16>, %w: memref<12x32xf16> {nn.constant}, %y: memref<2x32xf16>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f16
    %0 = bufferization.to_tensor %x restrict : memref<2x12xf16> to tensor<2x12xf16>
    %1 = bufferization.to_tensor %w restrict : memref<12x32xf16> to tensor<12x32xf16>
    %2 = tensor.empty() : tensor<2x32xf16>
    %3 = linalg.fill ins(%zero : f16) outs(%2 : tensor<2x32xf16>) -> tensor<2x32xf16>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x12xf16>, tensor<12x32xf16>) outs(%3 : tensor<2x32xf16>) {
    ^bb0(%a: f16, %b: f16, %acc: f16):
      %p = arith.mulf %a, %b fastmath<contract> : f16
      %s = arith.addf %p, %acc fastmath<contract> : f16
      linalg.yield %s : f16
    } -> tensor<2x32xf16>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x32xf16>, memref<2x32xf16>) -> ()
    return
  }

  // What is computed in float32 has its vectors: 4 halves are converted.
  // CHECK-LABEL: func.func private @average
  // CHECK: arith.extf %{{.*}} : vector<4xf16> to vector<4xf32>
  func.func private @average(%x: memref<16x8xf16>, %y: memref<8xf32>) attributes {nn.stage = "reduce"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<16x8xf16> to tensor<16x8xf16>
    %1 = tensor.empty() : tensor<8xf32>
    %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<8xf32>) -> tensor<8xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(n, k) -> (k, n)>, affine_map<(n, k) -> (n)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<16x8xf16>) outs(%2 : tensor<8xf32>) {
    ^bb0(%a: f16, %acc: f32):
      %e = arith.extf %a : f16 to f32
      %s = arith.addf %acc, %e : f32
      linalg.yield %s : f32
    } -> tensor<8xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<8xf32>, memref<8xf32>) -> ()
    return
  }
}
