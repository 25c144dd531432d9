// The product of one row and a constant matrix: blocks of vectors, all of whose
// steps are one kernel that starts with the bias.
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/1/; s/COLUMNS/30/; s/STEP/1/; s/XS/7/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=ROW
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/1/; s/COLUMNS/3/; s/STEP/1/; s/XS/7/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=FEW

// Where a factor is a lane of a vector:
// RUN: sed 's/LOAD/16/; s/KERNELS/neon/; s/ROWS/1/; s/COLUMNS/30/; s/STEP/1/; s/XS/7/; s/"core"/"lane"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=LANE
// LANE: kernel.row {{.*}} #kernel.instructions<neon, load = 16>

// Each reason why it is no such kernel. No loads of several registers:
// RUN: sed 's/LOAD/0/; s/KERNELS/none/; s/ROWS/1/; s/COLUMNS/30/; s/STEP/1/; s/XS/7/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// Two rows share what they load:
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/2/; s/COLUMNS/30/; s/STEP/1/; s/XS/7/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// Five columns would be filled up to eight:
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/1/; s/COLUMNS/5/; s/STEP/1/; s/XS/7/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// The weights are no constant:
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/1/; s/COLUMNS/30/; s/STEP/1/; s/XS/7/; s/{nn.constant}//' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// The row's elements lie apart:
// RUN: sed 's/LOAD/8/; s/KERNELS/mve/; s/ROWS/1/; s/COLUMNS/30/; s/STEP/2/; s/XS/13/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=NONE
// NONE-NOT: kernel.

// Of 30 columns, 8 vectors, a block has 4: seven accumulators would leave one. The last vector has two lanes; the weights are filled up.
// ROW: memref.global "private" constant @w_packed : memref<224xf32>
// ROW-LABEL: func.func private @product(
// ROW-COUNT-4: vector.load %arg2[
// ROW: %[[SUM:.*]]:4 = kernel.row %{{.*}}, %{{.*}}, (%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {instructions = #kernel.instructions<mve, load = 8>, products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 7 : i64} : (index, index, vector<4xf32>,
// The bias is in the sum.
// ROW-NOT: arith.addf
// ROW: vector.store %[[SUM]]#0
// ROW: vector.store %[[SUM]]#3
// ROW-COUNT-3: vector.load %arg2[
// ROW: vector.maskedload %arg2[
// ROW: %[[LAST:.*]]:4 = kernel.row
// ROW: vector.maskedstore {{.*}} %[[LAST]]#3

// Three columns are one vector, not one of two lanes and one of one.
// FEW: memref.global "private" constant @w_packed : memref<28xf32>
// FEW: kernel.row {{.*}} : (index, index, vector<4xf32>) -> vector<4xf32>
// FEW-NOT: kernel.
// FEW: vector.maskedstore

!x = memref<ROWSxXSxf32>
!w = memref<7xCOLUMNSxf32>
!b = memref<COLUMNSxf32>
!y = memref<ROWSxCOLUMNSxf32>
!xt = tensor<ROWSxXSxf32>
!wt = tensor<7xCOLUMNSxf32>
!bt = tensor<COLUMNSxf32>
!yt = tensor<ROWSxCOLUMNSxf32>

module attributes {dlc.target = {vector_bits = 128 : i64, vector_registers = 8 : i64, scalar_factor = "core", load_multiple = LOAD : i64, fma = true, l2_bytes = 0 : i64, compact_code = true, kernels = "KERNELS"}} {
  memref.global "private" constant @w : !w = dense<2.0>
  func.func private @product(%x: !x, %w: !w {nn.constant}, %bias: !b, %y: !y) attributes {nn.stage = "matmul"} {
    %zero = arith.constant 0.0 : f32
    %0 = bufferization.to_tensor %x restrict : !x to !xt
    %1 = bufferization.to_tensor %w restrict : !w to !wt
    %2 = bufferization.to_tensor %bias restrict : !b to !bt
    %3 = tensor.empty() : !yt
    %4 = linalg.fill ins(%zero : f32) outs(%3 : !yt) -> !yt
    %5 = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, STEP * k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : !xt, !wt) outs(%4 : !yt) {
    ^bb0(%a: f32, %b: f32, %acc: f32):
      %p = arith.mulf %a, %b fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> !yt
    %6 = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%5, %2 : !yt, !bt) outs(%3 : !yt) {
    ^bb0(%a: f32, %b: f32, %unused: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> !yt
    bufferization.materialize_in_destination %6 in restrict writable %y : (!yt, !y) -> ()
    return
  }
  func.func @main(%x: !x, %bias: !b, %y: !y) {
    %w = memref.get_global @w : !w
    call @product(%x, %w, %bias, %y) : (!x, !w, !b, !y) -> ()
    return
  }
}
