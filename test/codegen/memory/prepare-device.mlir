// RUN: dlc-opt %s --dlc-prepare-device | FileCheck %s

// Threads have no order: a result may lie over an operand only where each of its
// elements is computed from the operand's element of the same place.

#id = affine_map<(d0, d1) -> (d0, d1)>
#flat = affine_map<(d0) -> (d0)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#rows = affine_map<(d0, d1) -> (d0)>

// CHECK: func.func @main({{.*}}, {{.*}}) {{.*}}attributes {arena.inputs = 2 : i64}
func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  return %x : tensor<4x4xf32>
}

// CHECK: func.func private @relu(%{{.*}}: tensor<4x4xf32> {nn.inplace})
func.func private @relu(%x: tensor<4x4xf32> {nn.inplace}) -> tensor<4x4xf32> attributes {nn.stage = "relu"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// Through reshapes on both sides.
// CHECK: func.func private @reshaped(%{{.*}}: tensor<4x4xf32> {nn.inplace})
func.func private @reshaped(%x: tensor<4x4xf32> {nn.inplace}) -> tensor<4x4xf32> attributes {nn.stage = "relu"} {
  %flat = tensor.collapse_shape %x [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
  %e = tensor.empty() : tensor<16xf32>
  %0 = linalg.generic {indexing_maps = [#flat, #flat], iterator_types = ["parallel"]} ins(%flat : tensor<16xf32>) outs(%e : tensor<16xf32>) {
  ^bb0(%a: f32, %b: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<16xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [4, 4] : tensor<16xf32> into tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// Each element is another one's.
// CHECK: func.func private @transpose(%{{.*}}: tensor<4x4xf32>)
func.func private @transpose(%x: tensor<4x4xf32> {nn.inplace}) -> tensor<4x4xf32> attributes {nn.stage = "transpose"} {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// A sum along rows reads it, too: the residual %y may go, %x may not.
// CHECK: func.func private @centre(%{{.*}}: tensor<4x4xf32>, %{{.*}}: tensor<4x4xf32> {nn.inplace})
func.func private @centre(%x: tensor<4x4xf32> {nn.inplace}, %y: tensor<4x4xf32> {nn.inplace}) -> tensor<4x4xf32> attributes {nn.stage = "centre"} {
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x4xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %t = arith.addf %a, %b : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sum, %y : tensor<4x4xf32>, tensor<4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %c: f32, %r: f32, %b: f32):
    %t = arith.subf %a, %c : f32
    %u = arith.addf %t, %r : f32
    linalg.yield %u : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// An element at a place that is computed may be anybody's.
// CHECK: func.func private @gather(%{{.*}}: tensor<4x4xf32>, %{{.*}}: tensor<4x4xindex>)
func.func private @gather(%x: tensor<4x4xf32> {nn.inplace}, %i: tensor<4x4xindex>) -> tensor<4x4xf32> attributes {nn.stage = "gather"} {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4x4xindex>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: index, %b: f32):
    %v = tensor.extract %x[%a, %a] : tensor<4x4xf32>
    linalg.yield %v : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
