// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s
// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=OTHER

// Without instructions for the four bytes of a word.
// OTHER-NOT: vector<4xi8>

// The largest and smallest of bytes that lie side by side, four in a word.
// A loop of four words, and the last word overlaps the one before.
// CHECK-LABEL: func.func @largest
// CHECK: scf.for
// CHECK: %[[FIRST:.*]] = vector.load %{{.*}} : memref<249xi8>, vector<4xi8>
// CHECK: %[[SOFAR:.*]] = scf.for %{{.*}} step %{{.*}} iter_args(%{{.*}} = %[[FIRST]]) -> (vector<4xi8>)
// CHECK-COUNT-4: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: scf.yield
// CHECK: arith.maxsi %[[SOFAR]], %{{.*}} : vector<4xi8>
// CHECK-COUNT-3: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: arith.shrui %{{.*}} : vector<1xi32>
// CHECK: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: arith.shrui %{{.*}} : vector<1xi32>
// CHECK: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: %[[BYTE:.*]] = vector.extract %{{.*}}[0] : i8 from vector<4xi8>
// CHECK: memref.store %[[BYTE]]

// Columns do not lie side by side, few bytes are no word, and a sum is no extreme.
// CHECK-LABEL: func.func @columns
// CHECK-NOT: vector<4xi8>
// CHECK-LABEL: func.func @few
// CHECK-NOT: vector<4xi8>
// CHECK-LABEL: func.func @started
// CHECK-NOT: vector<4xi8>

// Where the first of the largest is: the largest byte of all words in each byte of one, and words up
// to the first that has it. Rows that begin at words are read in words, but for the last one.
// CHECK-LABEL: func.func @first
// CHECK: vector.load %{{.*}} {alignment = 4 : i64} : memref<160xi8>, vector<4xi8>
// CHECK: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: arith.shrui %{{.*}} : vector<1xi32>
// CHECK: arith.shli %{{.*}} : vector<1xi32>
// CHECK: arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: %[[ALL:.*]] = arith.maxsi %{{.*}} : vector<4xi8>
// CHECK: %[[FOUND:.*]]:2 = scf.while (%[[AT:.*]] = %c0)
// CHECK: vector.load {{.*}} {alignment = 4 : i64}
// CHECK: arith.xori
// CHECK: arith.subi
// CHECK: %[[NONE:.*]] = arith.cmpi eq
// CHECK: %[[BEFORE:.*]] = arith.cmpi slt, %[[AT]], %c76
// CHECK: %[[ON:.*]] = arith.andi %[[NONE]], %[[BEFORE]]
// CHECK: scf.condition(%[[ON]])
// CHECK: %[[BIT:.*]] = math.cttz %[[FOUND]]#1 : i32
// CHECK: %[[BYTE:.*]] = arith.shrui %[[BIT]], %c3_i32
// CHECK: memref.store

// The smallest; the last word of a row overlaps the one before, and rows begin anywhere.
// CHECK-LABEL: func.func @smallest
// CHECK-NOT: alignment
// CHECK: arith.minui %{{.*}} : vector<4xi8>
// CHECK: scf.while
// CHECK: arith.cmpi slt, %{{.*}}, %c17
// CHECK: %[[NEXT:.*]] = arith.minsi %{{.*}}, %c17
// CHECK: scf.yield %[[NEXT]]

// Of equal ones the last is no search from the front.
// CHECK-LABEL: func.func @last
// CHECK-NOT: vector<4xi8>
#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, index_bits = 32 : i64, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}
#whole = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>
module attributes {dlc.target = #target} {
  func.func @largest(%x: memref<3x83xi8>, %y: memref<3xi8>) attributes {nn.stage = "reduce"} {
    %least = arith.constant -128 : i8
    %0 = bufferization.to_tensor %x restrict : memref<3x83xi8> to tensor<3x83xi8>
    %1 = tensor.empty() : tensor<3xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<3xi8>) -> tensor<3xi8>
    %3 = linalg.generic {indexing_maps = [#whole, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<3x83xi8>) outs(%2 : tensor<3xi8>) {
    ^bb0(%in: i8, %out: i8):
      %m = arith.maxsi %in, %out : i8
      linalg.yield %m : i8
    } -> tensor<3xi8>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<3xi8>, memref<3xi8>) -> ()
    return
  }
  func.func @columns(%x: memref<16x5xi8>, %y: memref<5xi8>) attributes {nn.stage = "reduce"} {
    %least = arith.constant -128 : i8
    %0 = bufferization.to_tensor %x restrict : memref<16x5xi8> to tensor<16x5xi8>
    %1 = tensor.empty() : tensor<5xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<5xi8>) -> tensor<5xi8>
    %3 = linalg.generic {indexing_maps = [#whole, #column], iterator_types = ["reduction", "parallel"]} ins(%0 : tensor<16x5xi8>) outs(%2 : tensor<5xi8>) {
    ^bb0(%in: i8, %out: i8):
      %m = arith.maxsi %in, %out : i8
      linalg.yield %m : i8
    } -> tensor<5xi8>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5xi8>, memref<5xi8>) -> ()
    return
  }
  func.func @few(%x: memref<3x7xi8>, %y: memref<3xi8>) attributes {nn.stage = "reduce"} {
    %least = arith.constant -128 : i8
    %0 = bufferization.to_tensor %x restrict : memref<3x7xi8> to tensor<3x7xi8>
    %1 = tensor.empty() : tensor<3xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<3xi8>) -> tensor<3xi8>
    %3 = linalg.generic {indexing_maps = [#whole, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<3x7xi8>) outs(%2 : tensor<3xi8>) {
    ^bb0(%in: i8, %out: i8):
      %m = arith.maxsi %in, %out : i8
      linalg.yield %m : i8
    } -> tensor<3xi8>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<3xi8>, memref<3xi8>) -> ()
    return
  }
  // It begins with another byte than the least.
  func.func @started(%x: memref<3x35xi8>, %y: memref<3xi8>) attributes {nn.stage = "reduce"} {
    %least = arith.constant 0 : i8
    %0 = bufferization.to_tensor %x restrict : memref<3x35xi8> to tensor<3x35xi8>
    %1 = tensor.empty() : tensor<3xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<3xi8>) -> tensor<3xi8>
    %3 = linalg.generic {indexing_maps = [#whole, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<3x35xi8>) outs(%2 : tensor<3xi8>) {
    ^bb0(%in: i8, %out: i8):
      %m = arith.maxsi %in, %out : i8
      linalg.yield %m : i8
    } -> tensor<3xi8>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<3xi8>, memref<3xi8>) -> ()
    return
  }
  func.func @first(%x: memref<2x80xi8>, %y: memref<2xi64>) attributes {nn.stage = "arg_reduce"} {
    %least = arith.constant -128 : i8
    %zero = arith.constant 0 : i64
    %0 = bufferization.to_tensor %x restrict : memref<2x80xi8> to tensor<2x80xi8>
    %1 = tensor.empty() : tensor<2xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<2xi8>) -> tensor<2xi8>
    %3 = tensor.empty() : tensor<2xi64>
    %4 = linalg.fill ins(%zero : i64) outs(%3 : tensor<2xi64>) -> tensor<2xi64>
    %5:2 = linalg.generic {indexing_maps = [#whole, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<2x80xi8>) outs(%2, %4 : tensor<2xi8>, tensor<2xi64>) {
    ^bb0(%in: i8, %best: i8, %at: i64):
      %better = arith.cmpi sgt, %in, %best : i8
      %i = linalg.index 1 : index
      %here = arith.index_cast %i : index to i64
      %m = arith.select %better, %in, %best : i8
      %p = arith.select %better, %here, %at : i64
      linalg.yield %m, %p : i8, i64
    } -> (tensor<2xi8>, tensor<2xi64>)
    bufferization.materialize_in_destination %5#1 in restrict writable %y : (tensor<2xi64>, memref<2xi64>) -> ()
    return
  }
  func.func @smallest(%x: memref<2x21xi8>, %y: memref<2xi64>) attributes {nn.stage = "arg_reduce"} {
    %most = arith.constant -1 : i8
    %zero = arith.constant 0 : i64
    %0 = bufferization.to_tensor %x restrict : memref<2x21xi8> to tensor<2x21xi8>
    %1 = tensor.empty() : tensor<2xi8>
    %2 = linalg.fill ins(%most : i8) outs(%1 : tensor<2xi8>) -> tensor<2xi8>
    %3 = tensor.empty() : tensor<2xi64>
    %4 = linalg.fill ins(%zero : i64) outs(%3 : tensor<2xi64>) -> tensor<2xi64>
    %5:2 = linalg.generic {indexing_maps = [#whole, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<2x21xi8>) outs(%2, %4 : tensor<2xi8>, tensor<2xi64>) {
    ^bb0(%in: i8, %best: i8, %at: i64):
      %better = arith.cmpi ult, %in, %best : i8
      %i = linalg.index 1 : index
      %here = arith.index_cast %i : index to i64
      %m = arith.select %better, %in, %best : i8
      %p = arith.select %better, %here, %at : i64
      linalg.yield %m, %p : i8, i64
    } -> (tensor<2xi8>, tensor<2xi64>)
    bufferization.materialize_in_destination %5#1 in restrict writable %y : (tensor<2xi64>, memref<2xi64>) -> ()
    return
  }
  func.func @last(%x: memref<2x80xi8>, %y: memref<2xi64>) attributes {nn.stage = "arg_reduce"} {
    %least = arith.constant -128 : i8
    %zero = arith.constant 0 : i64
    %0 = bufferization.to_tensor %x restrict : memref<2x80xi8> to tensor<2x80xi8>
    %1 = tensor.empty() : tensor<2xi8>
    %2 = linalg.fill ins(%least : i8) outs(%1 : tensor<2xi8>) -> tensor<2xi8>
    %3 = tensor.empty() : tensor<2xi64>
    %4 = linalg.fill ins(%zero : i64) outs(%3 : tensor<2xi64>) -> tensor<2xi64>
    %5:2 = linalg.generic {indexing_maps = [#whole, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<2x80xi8>) outs(%2, %4 : tensor<2xi8>, tensor<2xi64>) {
    ^bb0(%in: i8, %best: i8, %at: i64):
      %better = arith.cmpi sge, %in, %best : i8
      %i = linalg.index 1 : index
      %here = arith.index_cast %i : index to i64
      %m = arith.select %better, %in, %best : i8
      %p = arith.select %better, %here, %at : i64
      linalg.yield %m, %p : i8, i64
    } -> (tensor<2xi8>, tensor<2xi64>)
    bufferization.materialize_in_destination %5#1 in restrict writable %y : (tensor<2xi64>, memref<2xi64>) -> ()
    return
  }
  func.func @main(%y: memref<2xi64>) {
    %x = arena.buffer {name = "x", bytes = 160 : i64, align = 8 : i64} : memref<2x80xi8>
    call @first(%x, %y) : (memref<2x80xi8>, memref<2xi64>) -> ()
    return
  }
}
