// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s

// A convolution of floats whose epilogue makes integers: the products in
// scratch memory are floats, what is stored is what the epilogue makes.
module attributes {dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64, fma = true, l2_bytes = 1048576 : i64}} {

memref.global "private" constant @w : memref<16x16x3x3xf32> = dense<0.5>

// CHECK-LABEL: func.func private @conv
// CHECK: scf.if
// CHECK: %[[PRODUCT:.*]] = vector.load %{{.*}} : memref<19008xf32>, vector<16xf32>
// CHECK: %[[STORED:.*]] = arith.fptosi %{{.*}} : vector<16xf32> to vector<16xi16>
// CHECK: vector.store %[[STORED]], %{{.*}} : memref<16384xi16>, vector<16xi16>
func.func private @conv(%x: memref<1x32x32x16xf32>, %w: memref<16x16x3x3xf32> {nn.constant},
                        %y: memref<1x32x32x16xi16>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0.0 : f32
  %xt = bufferization.to_tensor %x restrict : memref<1x32x32x16xf32> to tensor<1x32x32x16xf32>
  %wt = bufferization.to_tensor %w restrict : memref<16x16x3x3xf32> to tensor<16x16x3x3xf32>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x32x32x16xf32> to tensor<1x34x34x16xf32>
  %empty = tensor.empty() : tensor<1x32x32x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x34x34x16xf32>, tensor<16x16x3x3xf32>) outs(%init : tensor<1x32x32x16xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x32x32x16xf32>
  %stored = tensor.empty() : tensor<1x32x32x16xi16>
  %integers = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f) -> (n, h, w, f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x32x32x16xf32>) outs(%stored : tensor<1x32x32x16xi16>) {
  ^bb0(%a: f32, %o: i16):
    %m = arith.fptosi %a : f32 to i16
    linalg.yield %m : i16
  } -> tensor<1x32x32x16xi16>
  bufferization.materialize_in_destination %integers in restrict writable %y : (tensor<1x32x32x16xi16>, memref<1x32x32x16xi16>) -> ()
  return
}

func.func @main(%x: memref<1x32x32x16xf32>, %y: memref<1x32x32x16xi16>) {
  %w = memref.get_global @w : memref<16x16x3x3xf32>
  call @conv(%x, %w, %y) : (memref<1x32x32x16xf32>, memref<16x16x3x3xf32>, memref<1x32x32x16xi16>) -> ()
  return
}
}
