// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

#v = affine_map<(i) -> (i)>
#none = affine_map<() -> ()>
module attributes {dlc.target = {}} {
  // Once the carried i1 is false, no step does anything: the loop ends, and
  // what it would have collected of the others is written behind it.
  // CHECK-LABEL: func.func private @ends
  // CHECK: %[[END:.*]] = scf.while (%[[I:.*]] = %c0) : (index) -> index
  // CHECK-DAG: %[[BELOW:.*]] = arith.cmpi slt, %[[I]], %c9
  // CHECK-DAG: %[[MORE:.*]] = memref.load %{{.*}} : memref<1xi1>
  // CHECK: %[[GO:.*]] = arith.andi %[[BELOW]], %[[MORE]]
  // CHECK: scf.condition(%[[GO]]) %[[I]]
  // CHECK: scf.if
  // CHECK: scf.for %[[IDLE:.*]] = %[[END]] to %c9 step %c1
  // CHECK: %[[AT:.*]] = arith.muli %[[IDLE]], %c4
  // CHECK: arena.advance %{{.*}} by %[[AT]] : memref<36xf32> to memref<4xf32>
  // CHECK: memref.store %cst
  // CHECK: return
  func.func private @ends(%more: memref<i1>, %x: memref<4xf32>, %a: memref<i1>, %b: memref<4xf32>, %c: memref<9x4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c9 = arith.constant 9 : index
    %zeros = arith.constant dense<0.000000e+00> : tensor<4xf32>
    %0 = bufferization.to_tensor %more restrict : memref<i1> to tensor<i1>
    %1 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
    %none = tensor.empty() : tensor<9x4xf32>
    %2:3 = scf.for %i = %c0 to %c9 step %c1 iter_args(%m = %0, %s = %1, %all = %none) -> (tensor<i1>, tensor<4xf32>, tensor<9x4xf32>) {
      %another = tensor.extract %m[] : tensor<i1>
      %3:3 = scf.if %another -> (tensor<i1>, tensor<4xf32>, tensor<4xf32>) {
        %empty = tensor.empty() : tensor<4xf32>
        %n = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
            ins(%s : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
        ^bb0(%e: f32, %o: f32):
          %sum = arith.addf %e, %e : f32
          linalg.yield %sum : f32
        } -> tensor<4xf32>
        %flag = tensor.empty() : tensor<i1>
        %next = linalg.generic {indexing_maps = [#none, #none], iterator_types = []}
            ins(%m : tensor<i1>) outs(%flag : tensor<i1>) {
        ^bb0(%e: i1, %o: i1):
          %not = arith.xori %e, %e : i1
          linalg.yield %not : i1
        } -> tensor<i1>
        scf.yield %next, %n, %n : tensor<i1>, tensor<4xf32>, tensor<4xf32>
      } else {
        scf.yield %m, %s, %zeros : tensor<i1>, tensor<4xf32>, tensor<4xf32>
      }
      %in = tensor.insert_slice %3#2 into %all[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<9x4xf32>
      scf.yield %3#0, %3#1, %in : tensor<i1>, tensor<4xf32>, tensor<9x4xf32>
    }
    bufferization.materialize_in_destination %2#0 in restrict writable %a : (tensor<i1>, memref<i1>) -> ()
    bufferization.materialize_in_destination %2#1 in restrict writable %b : (tensor<4xf32>, memref<4xf32>) -> ()
    bufferization.materialize_in_destination %2#2 in restrict writable %c : (tensor<9x4xf32>, memref<9x4xf32>) -> ()
    return
  }

  // A step that changes something else goes on until the last.
  // CHECK-LABEL: func.func private @goes_on
  // CHECK-NOT: scf.while
  // CHECK: scf.for %{{.*}} = %c0 to %c9
  // CHECK: return
  func.func private @goes_on(%more: memref<i1>, %x: memref<4xf32>, %a: memref<i1>, %b: memref<4xf32>) attributes {nn.stage = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c9 = arith.constant 9 : index
    %0 = bufferization.to_tensor %more restrict : memref<i1> to tensor<i1>
    %1 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
    %2:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%m = %0, %s = %1) -> (tensor<i1>, tensor<4xf32>) {
      %another = tensor.extract %m[] : tensor<i1>
      %n = scf.if %another -> (tensor<4xf32>) {
        scf.yield %s : tensor<4xf32>
      } else {
        %empty = tensor.empty() : tensor<4xf32>
        %product = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
            ins(%s : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
        ^bb0(%e: f32, %o: f32):
          %square = arith.mulf %e, %e : f32
          linalg.yield %square : f32
        } -> tensor<4xf32>
        scf.yield %product : tensor<4xf32>
      }
      scf.yield %m, %n : tensor<i1>, tensor<4xf32>
    }
    bufferization.materialize_in_destination %2#0 in restrict writable %a : (tensor<i1>, memref<i1>) -> ()
    bufferization.materialize_in_destination %2#1 in restrict writable %b : (tensor<4xf32>, memref<4xf32>) -> ()
    return
  }
}
