// RUN: dlc-opt %s --split-input-file --verify-diagnostics --dlc-emit-loops

// A position that is not linear in the loops.
func.func private @modulo(%x: memref<8xf32>, %y: memref<16xf32>) attributes {nn.stage = "tile"} {
  %0 = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  %1 = tensor.empty() : tensor<16xf32>
  // expected-error @below {{reads an operand at a position that is not linear in the loops}}
  %2 = linalg.generic {
    indexing_maps = [affine_map<(i) -> (i mod 8)>, affine_map<(i) -> (i)>],
    iterator_types = ["parallel"]} ins(%0 : tensor<8xf32>) outs(%1 : tensor<16xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<16xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<16xf32>, memref<16xf32>) -> ()
  return
}

// -----

// Strides that only the run time knows.
// expected-error @below {{argument 0 has no static strides from offset 0}}
func.func private @dynamic(%x: memref<8xf32, strided<[?]>>, %y: memref<8xf32>) attributes {nn.stage = "copy"} {
  %0 = bufferization.to_tensor %x restrict : memref<8xf32, strided<[?]>> to tensor<8xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// An operation that has no loops.
func.func private @unknown(%x: memref<8xf32>, %y: memref<8xf32>) attributes {nn.stage = "x"} {
  %0 = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  // expected-error @below {{has no loops: nn.abs}}
  %1 = nn.abs %0 : (tensor<8xf32>) -> tensor<8xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// A packed argument that a caller computes.
func.func private @product(%x: memref<1x4xf32>, %w: memref<4x4xf32> {nn.constant}, %y: memref<1x4xf32>) attributes {nn.stage = "matmul"} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<1x4xf32> to tensor<1x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<1x4xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%0, %1 : tensor<1x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<1x4xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> tensor<1x4xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x4xf32>, memref<1x4xf32>) -> ()
  return
}
func.func @main(%x: memref<1x4xf32>, %w: memref<4x4xf32>, %y: memref<1x4xf32>) {
  // expected-error @below {{operand 1 is to be packed but is no constant}}
  call @product(%x, %w, %y) : (memref<1x4xf32>, memref<4x4xf32>, memref<1x4xf32>) -> ()
  return
}
