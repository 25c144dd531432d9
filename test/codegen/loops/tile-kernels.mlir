// RUN: dlc-opt %s --split-input-file --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Products and sums apart where the core does not fuse them:
// RUN: sed 's/fma = true/fma = false/; s/kernels = "vfpv4"/kernels = "vfpv2"/' %s | dlc-opt --split-input-file --dlc-emit-loops | FileCheck %s --check-prefix=APART
// APART: kernel.load {{.*}} #kernel.instructions<vfpv2, load = 8>
// APART-NOT: vfpv4

// Tiles by kernels with fixed registers, on a target that loads several
// registers with one instruction, and each reason why there is none.

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// A product: tiles of two rows by eight columns that start with the bias; four
// steps at a time for as long as 24 steps last; then all results are squared and
// stored.
// CHECK-LABEL: func.func private @product(
// CHECK-SAME: memref<384xf32> {nn.constant}
// CHECK: %[[ROW:.*]] = arith.constant 96 : index
// CHECK: %[[TILE:.*]]:16 = kernel.load %{{.*}} {instructions = #kernel.instructions<vfpv4, load = 8>, tile = #kernel.tile<positions = 2, columns = 8>} : (index)
// CHECK: %[[SUM:.*]]:16 = kernel.multiply %{{.*}} every %[[ROW]], %{{.*}} for %{{.*}}, (%[[TILE]]#0,
// CHECK-SAME: {instructions = #kernel.instructions<vfpv4, load = 8>, products = #kernel.products<f32 * f32 -> f32, group = 1>, tile = #kernel.tile<positions = 2, columns = 8>, unroll = 4 : i64}
// CHECK: kernel.finish %{{.*}} every %{{.*}}, (%[[SUM]]#0,
// The bias is in the sum.
// CHECK-NEXT: ^bb0(%[[ONE:.*]]: f32):
// CHECK-NEXT: %[[SQUARE:.*]] = arith.mulf %[[ONE]], %[[ONE]] : f32
// CHECK-NEXT: kernel.yield %[[SQUARE]] : f32
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x16xf32> = dense<2.0>
  memref.global "private" constant @b : memref<16xf32> = dense<1.0>
  func.func private @product(%x: memref<8x24xf32>, %w: memref<24x16xf32> {nn.constant}, %b: memref<16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x24xf32> to tensor<8x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x24xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    %b0 = bufferization.to_tensor %b restrict : memref<16xf32> to tensor<16xf32>
    %q = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%r, %b0 : tensor<8x16xf32>, tensor<16xf32>) outs(%e : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %t = arith.addf %a, %c : f32
      %u = arith.mulf %t, %t : f32
      linalg.yield %u : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %q in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x24xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<24x16xf32>
    %b = memref.get_global @b : memref<16xf32>
    call @product(%x, %w, %b, %y) : (memref<8x24xf32>, memref<24x16xf32>, memref<16xf32>, memref<8x16xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// A window with padding: a position at the left or right border by itself, eight
// of a row's twelve steps, from where the window enters the image.
// CHECK-LABEL: func.func private @window(
// CHECK: scf.for
// CHECK: arith.maxsi
// CHECK: kernel.multiply %{{[^ ]*}}, {{.*}} tile = #kernel.tile<positions = 1, columns = 8>, unroll = 8 : i64}
// CHECK: scf.for
// CHECK: kernel.multiply %{{.*}} every {{.*}} tile = #kernel.tile<positions = 2, columns = 8>, unroll = 4 : i64}
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<3x3x4x8xf32> = dense<2.0>
  func.func private @window(%x: memref<8x8x4xf32>, %w: memref<3x3x4x8xf32> {nn.constant}, %y: memref<8x8x8xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x8x4xf32> to tensor<8x8x4xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<3x3x4x8xf32> to tensor<3x3x4x8xf32>
    %pad = tensor.pad %x0 low[1, 1, 0] high[1, 1, 0] {
    ^bb0(%p0: index, %p1: index, %p2: index):
      tensor.yield %init : f32
    } : tensor<8x8x4xf32> to tensor<10x10x4xf32>
    %e = tensor.empty() : tensor<8x8x8xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(h, w, f, i, j, c) -> (h + i, w + j, c)>, affine_map<(h, w, f, i, j, c) -> (i, j, c, f)>, affine_map<(h, w, f, i, j, c) -> (h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%pad, %w0 : tensor<10x10x4xf32>, tensor<3x3x4x8xf32>) outs(%f : tensor<8x8x8xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x8x8xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<8x8x8xf32>, memref<8x8x8xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x8x4xf32>, %y: memref<8x8x8xf32>) {
    %w = memref.get_global @w : memref<3x3x4x8xf32>
    call @window(%x, %w, %y) : (memref<8x8x4xf32>, memref<3x3x4x8xf32>, memref<8x8x8xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// One channel each: pairs. A row of the window is three steps.
// CHECK-LABEL: func.func private @depthwise(
// CHECK: kernel.multiply_pairs {{.*}} tile = #kernel.tile<positions = 1, columns = 8>, unroll = 3 : i64}
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<3x3x8xf32> = dense<2.0>
  func.func private @depthwise(%x: memref<8x8x8xf32>, %w: memref<3x3x8xf32> {nn.constant}, %y: memref<6x6x8xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x8x8xf32> to tensor<8x8x8xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<3x3x8xf32> to tensor<3x3x8xf32>
    %e = tensor.empty() : tensor<6x6x8xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<6x6x8xf32>) -> tensor<6x6x8xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(h, w, c, i, j) -> (h + i, w + j, c)>, affine_map<(h, w, c, i, j) -> (i, j, c)>, affine_map<(h, w, c, i, j) -> (h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x0, %w0 : tensor<8x8x8xf32>, tensor<3x3x8xf32>) outs(%f : tensor<6x6x8xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<6x6x8xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<6x6x8xf32>, memref<6x6x8xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x8x8xf32>, %y: memref<6x6x8xf32>) {
    %w = memref.get_global @w : memref<3x3x8xf32>
    call @depthwise(%x, %w, %y) : (memref<8x8x8xf32>, memref<3x3x8xf32>, memref<6x6x8xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// An epilogue that reads more than the sum and the bias stays with its tile.
// CHECK-LABEL: func.func private @other_epilogue(
// CHECK: kernel.multiply
// CHECK: memref.load
// CHECK: arith.mulf
// CHECK: kernel.store {{.*}} tile = #kernel.tile<positions = 2, columns = 8>
// CHECK-NOT: kernel.finish
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x16xf32> = dense<2.0>
  memref.global "private" constant @b : memref<16xf32> = dense<1.0>
  func.func private @other_epilogue(%x: memref<8x24xf32>, %w: memref<24x16xf32> {nn.constant}, %b: memref<16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x24xf32> to tensor<8x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x24xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    %b0 = bufferization.to_tensor %b restrict : memref<16xf32> to tensor<16xf32>
    %q = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%r, %b0 : tensor<8x16xf32>, tensor<16xf32>) outs(%e : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %t = arith.mulf %a, %c : f32
      %u = arith.addf %t, %t : f32
      linalg.yield %u : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %q in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x24xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<24x16xf32>
    %b = memref.get_global @b : memref<16xf32>
    call @other_epilogue(%x, %w, %b, %y) : (memref<8x24xf32>, memref<24x16xf32>, memref<16xf32>, memref<8x16xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// Refused: the body does not multiply and add.
// CHECK-LABEL: func.func private @not_multiply_add(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x16xf32> = dense<2.0>
  func.func private @not_multiply_add(%x: memref<8x24xf32>, %w: memref<24x16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x24xf32> to tensor<8x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x24xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c : f32
      %s = arith.maximumf %p, %acc : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x24xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<24x16xf32>
    call @not_multiply_add(%x, %w, %y) : (memref<8x24xf32>, memref<24x16xf32>, memref<8x16xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// Refused: the right operand cannot be packed.
// CHECK-LABEL: func.func private @right_is_no_constant(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  func.func private @right_is_no_constant(%x: memref<8x24xf32>, %w: memref<24x16xf32>, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x24xf32> to tensor<8x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x24xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x24xf32>, %w: memref<24x16xf32>, %y: memref<8x16xf32>) {
    call @right_is_no_constant(%x, %w, %y) : (memref<8x24xf32>, memref<24x16xf32>, memref<8x16xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// Refused: the steps are not contiguous in the left operand.
// CHECK-LABEL: func.func private @left_is_not_contiguous(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x16xf32> = dense<2.0>
  func.func private @left_is_not_contiguous(%x: memref<24x8xf32>, %w: memref<24x16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<24x8xf32> to tensor<24x8xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<24x8xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<24x8xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<24x16xf32>
    call @left_is_not_contiguous(%x, %w, %y) : (memref<24x8xf32>, memref<24x16xf32>, memref<8x16xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// Refused: the first positions see nothing but padding, and a kernel makes at
// least one step.
// CHECK-LABEL: func.func private @window_in_padding(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<2x4x8xf32> = dense<2.0>
  func.func private @window_in_padding(%x: memref<8x4xf32>, %w: memref<2x4x8xf32> {nn.constant}, %y: memref<11x8xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x4xf32> to tensor<8x4xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<2x4x8xf32> to tensor<2x4x8xf32>
    %pad = tensor.pad %x0 low[2, 0] high[2, 0] {
    ^bb0(%p0: index, %p1: index):
      tensor.yield %init : f32
    } : tensor<8x4xf32> to tensor<12x4xf32>
    %e = tensor.empty() : tensor<11x8xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<11x8xf32>) -> tensor<11x8xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(w, f, j, c) -> (w + j, c)>, affine_map<(w, f, j, c) -> (j, c, f)>, affine_map<(w, f, j, c) -> (w, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %w0 : tensor<12x4xf32>, tensor<2x4x8xf32>) outs(%f : tensor<11x8xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<11x8xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<11x8xf32>, memref<11x8xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x4xf32>, %y: memref<11x8xf32>) {
    %w = memref.get_global @w : memref<2x4x8xf32>
    call @window_in_padding(%x, %w, %y) : (memref<8x4xf32>, memref<2x4x8xf32>, memref<11x8xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 8 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "vfpv4"}

// Refused: one result, an accumulator that would wait for itself.
// CHECK-LABEL: func.func private @single_accumulator(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x1xf32> = dense<2.0>
  func.func private @single_accumulator(%x: memref<1x24xf32>, %w: memref<24x1xf32> {nn.constant}, %y: memref<1x1xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<1x24xf32> to tensor<1x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x1xf32> to tensor<24x1xf32>
    %e = tensor.empty() : tensor<1x1xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<1x24xf32>, tensor<24x1xf32>) outs(%f : tensor<1x1xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<1x1xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<1x1xf32>, memref<1x1xf32>) -> ()
    return
  }
  func.func @main(%x: memref<1x24xf32>, %y: memref<1x1xf32>) {
    %w = memref.get_global @w : memref<24x1xf32>
    call @single_accumulator(%x, %w, %y) : (memref<1x24xf32>, memref<24x1xf32>, memref<1x1xf32>) -> ()
    return
  }
}

// -----

#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, fma = true, load_multiple = 0 : i64, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, compact_code = true, kernels = "none"}

// Refused: the target has no such kernels.
// CHECK-LABEL: func.func private @no_load_multiple(
// CHECK-NOT: kernel.
// CHECK: return
module attributes {dlc.target = #target} {
  memref.global "private" constant @w : memref<24x16xf32> = dense<2.0>
  func.func private @no_load_multiple(%x: memref<8x24xf32>, %w: memref<24x16xf32> {nn.constant}, %y: memref<8x16xf32>) attributes {nn.stage = "s"} {
    %init = arith.constant 0.0 : f32
    %x0 = bufferization.to_tensor %x restrict : memref<8x24xf32> to tensor<8x24xf32>
    %w0 = bufferization.to_tensor %w restrict : memref<24x16xf32> to tensor<24x16xf32>
    %e = tensor.empty() : tensor<8x16xf32>
    %f = linalg.fill ins(%init : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
    %r = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x0, %w0 : tensor<8x24xf32>, tensor<24x16xf32>) outs(%f : tensor<8x16xf32>) {
    ^bb0(%a: f32, %c: f32, %acc: f32):
      %p = arith.mulf %a, %c fastmath<contract> : f32
      %s = arith.addf %p, %acc fastmath<contract> : f32
      linalg.yield %s : f32
    } -> tensor<8x16xf32>
    bufferization.materialize_in_destination %r in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
    return
  }
  func.func @main(%x: memref<8x24xf32>, %y: memref<8x16xf32>) {
    %w = memref.get_global @w : memref<24x16xf32>
    call @no_load_multiple(%x, %w, %y) : (memref<8x24xf32>, memref<24x16xf32>, memref<8x16xf32>) -> ()
    return
  }
}
