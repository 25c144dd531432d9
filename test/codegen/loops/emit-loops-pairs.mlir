// A window of one channel that moves on by two: a vector of every other element
// comes out of a load of twice as many, with the one between them that the next
// step needs.
// RUN: sed 's/STRIDE/2/; s/WINDOW/2/g; s/ROW/12/g; s/BITS/128/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=TWO
// RUN: sed 's/STRIDE/2/; s/WINDOW/3/g; s/ROW/13/g; s/BITS/128/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=THREE

// In scalars, too, a window of four steps has no loop, and two results at a time.
// RUN: sed 's/STRIDE/2/; s/WINDOW/2/g; s/ROW/12/g; s/BITS/0/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=SCALAR
// Six steps have one.
// RUN: sed 's/STRIDE/2/; s/WINDOW/3/g; s/ROW/13/g; s/BITS/0/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=LONGER

// The reasons for loads of single elements: no vectors, a longer stride, nothing
// between the elements, too many steps.
// RUN: sed 's/STRIDE/2/; s/WINDOW/2/g; s/ROW/12/g; s/BITS/0/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=NONE
// RUN: sed 's/STRIDE/3/; s/WINDOW/2/g; s/ROW/17/g; s/BITS/128/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=NONE
// RUN: sed 's/STRIDE/2/; s/WINDOW/1/g; s/ROW/11/g; s/BITS/128/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=NONE
// RUN: sed 's/STRIDE/2/; s/WINDOW/9/g; s/ROW/19/g; s/BITS/128/' %s | dlc-opt --dlc-emit-loops --canonicalize --cse | FileCheck %s --check-prefix=NONE
// NONE-NOT: vector.shuffle

// Six results in a row: a vector, and one that begins with the third. A row's two
// elements of a window make the first maximum; nothing is compared with -inf.
// TWO-LABEL: func.func private @pool(
// TWO: scf.for
// TWO: %[[A:.*]] = vector.load %[[X:.*]][%[[AT:.*]]] : memref<48xf32>, vector<8xf32>
// TWO: %[[EVEN:.*]] = vector.shuffle %[[A]], %[[A]] [0, 2, 4, 6] : vector<8xf32>, vector<8xf32>
// TWO: %[[ODD:.*]] = vector.shuffle %[[A]], %[[A]] [1, 3, 5, 7]
// TWO: %[[ROW:.*]] = arith.maximumf %[[EVEN]], %[[ODD]] : vector<4xf32>
// TWO: %[[B:.*]] = vector.load %[[X]]
// TWO: %[[BELOW:.*]] = vector.shuffle %[[B]], %[[B]] [0, 2, 4, 6]
// TWO: arith.maximumf %[[ROW]], %[[BELOW]]
// TWO: %[[SECOND:.*]] = arith.addi %[[AT]], %c4
// TWO: vector.load %[[X]][%[[SECOND]]] : memref<48xf32>, vector<8xf32>
// TWO: vector.store %{{.*}}, %[[Y:.*]][%[[TO:.*]]] : memref<12xf32>, vector<4xf32>
// TWO: %[[LAST:.*]] = arith.addi %[[TO]], %c2
// TWO: vector.store %{{.*}}, %[[Y]][%[[LAST]]]

// SCALAR-LABEL: func.func private @pool(
// SCALAR: scf.for
// SCALAR: scf.for %{{.*}} = %c0 to %c6 step %c2
// SCALAR: %[[A:.*]] = memref.load
// SCALAR: %[[B:.*]] = memref.load
// SCALAR: arith.maximumf %[[A]], %[[B]] : f32
// SCALAR-NOT: scf.for
// SCALAR: memref.store
// SCALAR: memref.store
// LONGER-LABEL: func.func private @pool(
// LONGER: scf.for {{.*}} iter_args

// The third of three comes with the second once more, not with the next window's.
// THREE-LABEL: func.func private @pool(
// THREE: %[[A:.*]] = vector.load %{{.*}} : memref<52xf32>, vector<8xf32>
// THREE: vector.shuffle %[[A]], %[[A]] [0, 2, 4, 6]
// THREE: vector.shuffle %[[A]], %[[A]] [1, 3, 5, 7]
// THREE: %[[B:.*]] = vector.load %{{.*}} : memref<52xf32>, vector<8xf32>
// THREE: vector.shuffle %[[B]], %[[B]] [1, 3, 5, 7]

module attributes {dlc.target = {vector_bits = BITS : i64, vector_registers = 8 : i64, l2_bytes = 0 : i64, compact_code = true}} {
  func.func private @pool(%x: memref<4xROWxf32>, %y: memref<2x6xf32>) attributes {nn.stage = "max_pool"} {
    %lowest = arith.constant 0xFF800000 : f32
    %0 = bufferization.to_tensor %x restrict : memref<4xROWxf32> to tensor<4xROWxf32>
    %window = tensor.empty() : tensor<2xWINDOWxf32>
    %1 = tensor.empty() : tensor<2x6xf32>
    %2 = linalg.fill ins(%lowest : f32) outs(%1 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(h, w, i, j) -> (2 * h + i, STRIDE * w + j)>, affine_map<(h, w, i, j) -> (i, j)>, affine_map<(h, w, i, j) -> (h, w)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %window : tensor<4xROWxf32>, tensor<2xWINDOWxf32>) outs(%2 : tensor<2x6xf32>) {
    ^bb0(%a: f32, %unused: f32, %acc: f32):
      %m = arith.maximumf %acc, %a : f32
      linalg.yield %m : f32
    } -> tensor<2x6xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x6xf32>, memref<2x6xf32>) -> ()
    return
  }
}
