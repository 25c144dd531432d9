// RUN: dlc-opt %s --split-input-file --dlc-prove-arena --verify-diagnostics | FileCheck %s

// What is checked is in test/unit/codegen-memory/DataFlowTest.cpp, fault by
// fault. The record goes, and so does the wish to prove all.

// CHECK-LABEL: module @right
// CHECK-NOT: arena.prove_all
// CHECK-NOT: arena.data_flow
// CHECK: arena.buffer
module @right attributes {arena.bytes = 16 : i64, arena.prove_all} {
  arena.data_flow {
  ^bb0(%x: tensor<4xf32>):
    %0 = arena.step "f"(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = arena.step "g"(%0) : (tensor<4xf32>) -> tensor<4xf32>
    arena.outputs %1 : tensor<4xf32>
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "f", bytes = 16 : i64, align = 4 : i64, offset = 0 : i64} : memref<4xf32>
    call @f(%x, %0) : (memref<4xf32>, memref<4xf32>) -> ()
    call @g(%0, %y) : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
  func.func private @f(memref<4xf32>, memref<4xf32>)
  func.func private @g(memref<4xf32>, memref<4xf32>)
}

// -----

// Nothing was recorded: nothing is proved.
// CHECK-LABEL: module @no_record
module @no_record {
  func.func @main(%x: memref<4xf32>) {
    return
  }
}

// -----

module @wrong attributes {arena.bytes = 16 : i64} {
  arena.data_flow {
  ^bb0(%x: tensor<4xf32>):
    %0 = arena.step "f"(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = arena.step "g"(%0) : (tensor<4xf32>) -> tensor<4xf32>
    arena.outputs %1 : tensor<4xf32>
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "f", bytes = 16 : i64, align = 4 : i64, offset = 0 : i64} : memref<4xf32>
    call @f(%x, %0) : (memref<4xf32>, memref<4xf32>) -> ()
    // expected-error @below {{internal error: the memory of the network is wrong: 'g' should read element 0 of what 'f' made and finds element 0 of what the caller made}}
    call @g(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
  func.func private @f(memref<4xf32>, memref<4xf32>)
  func.func private @g(memref<4xf32>, memref<4xf32>)
}

// -----

// expected-error @below {{internal error: there is no memory plan to verify}}
module @no_plan {
  arena.data_flow {
  ^bb0(%x: tensor<4xf32>):
    arena.outputs %x : tensor<4xf32>
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
    return
  }
}

// -----

// Alive at different calls of this network, but not of the next.
module @state attributes {arena.bytes = 32 : i64} {
  func.func @main(%x: memref<4xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "h", bytes = 16 : i64, align = 4 : i64, offset = 0 : i64, persistent} : memref<4xf32>
    // expected-error @below {{internal error: the memory of the network is wrong: buffer 'f' shares bytes with 'h', which outlives the call}}
    %1 = arena.buffer {name = "f", bytes = 16 : i64, align = 4 : i64, offset = 12 : i64} : memref<4xf32>
    %2 = arena.buffer {name = "g", bytes = 16 : i64, align = 4 : i64, offset = 16 : i64} : memref<4xf32>
    %3 = arena.buffer {name = "d", bytes = 16 : i64, align = 4 : i64, offset = 0 : i64, space = #arena.space<device>} : memref<4xf32>
    return
  }
}

// -----

// A state that is written before its old contents are read.
module @state_too_early attributes {arena.bytes = 0 : i64} {
  arena.data_flow {
  ^bb0(%x: tensor<4xf32>, %h: tensor<4xf32>):
    %0 = arena.step "f"(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = arena.step "g"(%h) : (tensor<4xf32>) -> tensor<4xf32>
    arena.outputs %1, %0 : tensor<4xf32>, tensor<4xf32>
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %h: memref<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}, %arena: memref<?xi8>) {
    call @f(%x, %h) : (memref<4xf32>, memref<4xf32>) -> ()
    // expected-error @below {{internal error: the memory of the network is wrong: 'g' should read element 0 of what the caller made and finds element 0 of what 'f' made}}
    call @g(%h, %y) : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
  func.func private @f(memref<4xf32>, memref<4xf32>)
  func.func private @g(memref<4xf32>, memref<4xf32>)
}

// -----

// A state that is left as it was.
module @state_forgotten attributes {arena.bytes = 16 : i64} {
  arena.data_flow {
  ^bb0(%h: tensor<4xf32>):
    %0 = arena.step "f"(%h) : (tensor<4xf32>) -> tensor<4xf32>
    arena.outputs %0 : tensor<4xf32>
  }
  // expected-error @below {{internal error: the memory of the network is wrong: the caller should read element 0 of what 'f' made and finds element 0 of what the caller made}}
  func.func @main(%h: memref<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "f", bytes = 16 : i64, align = 4 : i64, offset = 0 : i64} : memref<4xf32>
    call @f(%h, %0) : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
  func.func private @f(memref<4xf32>, memref<4xf32>)
}
