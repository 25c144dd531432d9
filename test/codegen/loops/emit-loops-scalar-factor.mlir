// RUN: sed s/FACTOR/lane/ %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,LANE
// RUN: sed s/FACTOR/core/ %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,CORE
// RUN: sed s/FACTOR/vector/ %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,VECTOR
// RUN: sed s/FACTOR/lane/ %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=KEPT

// Tiles are as much code as pays: LLVM unrolls none of their loops.
// KEPT: #[[UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// KEPT: #[[KEPT:.*]] = #llvm.loop_annotation<unroll = #[[UNROLL]]>
// KEPT-LABEL: func.func private @tiles
// KEPT: scf.for
// KEPT: scf.for
// KEPT: } {llvm.loop_annotation = #[[KEPT]]}
// KEPT: } {llvm.loop_annotation = #[[KEPT]]}

// A product of rows of 42 elements. Where a multiply-add takes a factor from a
// lane, four steps share one load for each row and the two steps that are left
// follow without a loop; from a core register, two steps go together; else each
// factor is loaded by itself. Padding is never read: see `window`.
module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "FACTOR", l2_bytes = 262144 : i64}} {
  // CHECK-LABEL: func.func private @product
  // LANE-DAG: %[[STEP:.*]] = arith.constant 4 : index
  // LANE-DAG: %[[END:.*]] = arith.constant 40 : index
  // LANE: scf.for %{{.*}} = %{{.*}} to %[[END]] step %[[STEP]] iter_args
  // LANE: vector.load %arg1{{.*}} : memref<168xf32>, vector<4xf32>
  // LANE: %[[X:.*]] = vector.load %{{.*}} : memref<84xf32>, vector<4xf32>
  // LANE: vector.extract %[[X]][0] : f32 from vector<4xf32>
  // LANE: vector.extract %[[X]][3] : f32 from vector<4xf32>
  // LANE: scf.yield
  // LANE-COUNT-4: memref.load %{{.*}} : memref<84xf32>
  // CORE-DAG: %[[STEP:.*]] = arith.constant 2 : index
  // CORE-DAG: %[[END:.*]] = arith.constant 42 : index
  // CORE: scf.for %{{.*}} = %{{.*}} to %[[END]] step %[[STEP]] iter_args
  // CORE-COUNT-4: memref.load %{{.*}} : memref<84xf32>
  // CORE: scf.yield
  // VECTOR: scf.for %{{.*}} = %c0 to %c42 step %c1 iter_args
  // VECTOR-COUNT-2: memref.load %{{.*}} : memref<84xf32>
  // VECTOR: scf.yield
  func.func private @product(%x: memref<2x42xf32>, %w: memref<42x4xf32> {nn.constant}, %y: memref<2x4xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<2x42xf32> to tensor<2x42xf32>
    %1 = bufferization.to_tensor %w restrict : memref<42x4xf32> to tensor<42x4xf32>
    %2 = tensor.empty() : tensor<2x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x42xf32>, tensor<42x4xf32>) outs(%3 : tensor<2x4xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<2x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
    return
  }

  // Four taps over a row of 4 that is padded on both sides: every position
  // leaves taps out, so no vector of them is loaded.
  // CHECK-LABEL: func.func private @window
  // CHECK-NOT: vector.load %arg0
  // CHECK: return
  func.func private @window(%x: memref<4xf32>, %w: memref<4x4xf32> {nn.constant}, %y: memref<4x4xf32>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
    %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
    %p = tensor.pad %0 low[1] high[2] {
    ^bb0(%i: index):
      tensor.yield %zero : f32
    } : tensor<4xf32> to tensor<7xf32>
    %2 = tensor.empty() : tensor<4x4xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m + k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%p, %1 : tensor<7xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %m = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %m, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<4x4xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
    return
  }

  // Sixty rows, a tile of them at a time.
  func.func private @tiles(%x: memref<60x42xf32>, %w: memref<42x16xf32> {nn.constant}, %y: memref<60x16xf32>) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : memref<60x42xf32> to tensor<60x42xf32>
    %1 = bufferization.to_tensor %w restrict : memref<42x16xf32> to tensor<42x16xf32>
    %2 = tensor.empty() : tensor<60x16xf32>
    %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<60x16xf32>) -> tensor<60x16xf32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<60x42xf32>, tensor<42x16xf32>) outs(%3 : tensor<60x16xf32>) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<60x16xf32>
    bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<60x16xf32>, memref<60x16xf32>) -> ()
    return
  }
}
