// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

#v = affine_map<(i) -> (i)>
module attributes {dlc.target = {}} {
  // The carried value is the result's memory from the first step to the last:
  // the initial value is copied there, and each step changes it in place. Each
  // step's element begins at its number times 4.
  // CHECK-LABEL: func.func private @in_place
  // CHECK-SAME: (%[[X:.*]]: memref<5x4xf32>, %[[H:.*]]: memref<4xf32>, %[[Y:.*]]: memref<4xf32>)
  // CHECK-NOT: memref.alloc
  // CHECK: scf.for
  // CHECK: memref.load %[[H]]
  // CHECK: memref.store %{{.*}}, %[[Y]]
  // CHECK: scf.for %[[STEP:.*]] = %c0 to %c5 step %c1
  // CHECK: %[[AT:.*]] = arith.muli %[[STEP]], %c4
  // CHECK: %[[E:.*]] = arena.advance %{{.*}} by %[[AT]] : memref<20xf32> to memref<4xf32>
  // CHECK: scf.for
  // CHECK-DAG: memref.load %[[Y]]
  // CHECK-DAG: memref.load %[[E]]
  // CHECK: memref.store %{{.*}}, %[[Y]]
  // CHECK-NOT: scf.for
  func.func private @in_place(%x: memref<5x4xf32>, %h: memref<4xf32>, %y: memref<4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %0 = bufferization.to_tensor %x restrict : memref<5x4xf32> to tensor<5x4xf32>
    %1 = bufferization.to_tensor %h restrict : memref<4xf32> to tensor<4xf32>
    %2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%s = %1) -> (tensor<4xf32>) {
      %e = tensor.extract_slice %0[%i, 0] [1, 4] [1, 1] : tensor<5x4xf32> to tensor<4xf32>
      %empty = tensor.empty() : tensor<4xf32>
      %n = linalg.generic {indexing_maps = [#v, #v, #v], iterator_types = ["parallel"]}
          ins(%s, %e : tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %sum = arith.addf %a, %b : f32
        linalg.yield %sum : f32
      } -> tensor<4xf32>
      scf.yield %n : tensor<4xf32>
    }
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
    return
  }

  // Elements in another order are not written over those still to be read.
  // CHECK-LABEL: func.func private @other_order
  // CHECK: %[[BESIDE:.*]] = memref.alloc() : memref<4xf32>
  // CHECK: scf.for %{{.*}} = %c0 to %c5 step %c1
  // CHECK: memref.store %{{.*}}, %[[BESIDE]]
  // CHECK: memref.load %[[BESIDE]]
  func.func private @other_order(%h: memref<4xf32>, %y: memref<4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %1 = bufferization.to_tensor %h restrict : memref<4xf32> to tensor<4xf32>
    %2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%s = %1) -> (tensor<4xf32>) {
      %empty = tensor.empty() : tensor<4xf32>
      %n = linalg.generic {indexing_maps = [affine_map<(i) -> (3 - i)>, #v], iterator_types = ["parallel"]}
          ins(%s : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
      ^bb0(%a: f32, %o: f32):
        %d = arith.addf %a, %a : f32
        linalg.yield %d : f32
      } -> tensor<4xf32>
      scf.yield %n : tensor<4xf32>
    }
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
    return
  }

  // Two states that change places: both are copied out first.
  // CHECK-LABEL: func.func private @exchange
  // CHECK-SAME: %[[Y:[a-z0-9]+]]: memref<4xf32>, %[[Z:[a-z0-9]+]]: memref<4xf32>)
  // CHECK-DAG: %[[A:.*]] = memref.alloc() : memref<4xf32>
  // CHECK-DAG: %[[B:.*]] = memref.alloc() : memref<4xf32>
  // CHECK: scf.for %{{.*}} = %c0 to %c5 step %c1
  // CHECK: memref.load %[[Z]]
  // CHECK: memref.load %[[Y]]
  // CHECK: memref.store %{{.*}}, %[[Y]]
  // CHECK: memref.store %{{.*}}, %[[Z]]
  func.func private @exchange(%g: memref<4xf32>, %h: memref<4xf32>, %y: memref<4xf32>, %z: memref<4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %0 = bufferization.to_tensor %g restrict : memref<4xf32> to tensor<4xf32>
    %1 = bufferization.to_tensor %h restrict : memref<4xf32> to tensor<4xf32>
    %2:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%s = %0, %t = %1) -> (tensor<4xf32>, tensor<4xf32>) {
      scf.yield %t, %s : tensor<4xf32>, tensor<4xf32>
    }
    bufferization.materialize_in_destination %2#0 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
    bufferization.materialize_in_destination %2#1 in restrict writable %z : (tensor<4xf32>, memref<4xf32>) -> ()
    return
  }

  // What is collected is computed where it belongs.
  // CHECK-LABEL: func.func private @collected
  // CHECK-SAME: (%[[X:.*]]: memref<5x4xf32>, %[[Y:.*]]: memref<5x4xf32>)
  // CHECK-NOT: memref.alloc
  // CHECK: scf.for %[[STEP:.*]] = %c0 to %c5 step %c1
  // CHECK-COUNT-2: arena.advance
  // CHECK: scf.for
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @collected(%x: memref<5x4xf32>, %y: memref<5x4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %0 = bufferization.to_tensor %x restrict : memref<5x4xf32> to tensor<5x4xf32>
    %all = tensor.empty() : tensor<5x4xf32>
    %2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%s = %all) -> (tensor<5x4xf32>) {
      %e = tensor.extract_slice %0[%i, 0] [1, 4] [1, 1] : tensor<5x4xf32> to tensor<4xf32>
      %empty = tensor.empty() : tensor<4xf32>
      %n = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
          ins(%e : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
      ^bb0(%a: f32, %o: f32):
        %d = arith.addf %a, %a : f32
        linalg.yield %d : f32
      } -> tensor<4xf32>
      %in = tensor.insert_slice %n into %s[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<5x4xf32>
      scf.yield %in : tensor<5x4xf32>
    }
    bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<5x4xf32>, memref<5x4xf32>) -> ()
    return
  }
}
