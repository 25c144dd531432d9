// RUN: dlc-opt %s --dlc-mark-last-reads | FileCheck %s

// The next call of the network reads the state.
// CHECK-LABEL: module @state
// CHECK: func.func private @step(memref<16xf32>, memref<16xf32>)
module @state {
  func.func private @step(memref<16xf32>, memref<16xf32>)
  func.func @main(%y: memref<16xf32>, %arena: memref<?xi8>) {
    %s = arena.buffer {name = "state", bytes = 64 : i64, align = 16 : i64, persistent} : memref<16xf32>
    call @step(%s, %y) : (memref<16xf32>, memref<16xf32>) -> ()
    return
  }
}
