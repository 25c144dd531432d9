// RUN: dlc-opt %s --split-input-file --dlc-lower-arena --verify-diagnostics | FileCheck %s

// Parts of 64 and 32 bytes: the second begins at offset 64, and b at 16 of it.

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<4xf32> {test.kept}, %[[FIRST:[^:]*]]: memref<?xi8>, %[[SECOND:[^:]*]]: memref<?xi8>)
// CHECK-DAG: %[[C48:.*]] = arith.constant 48 : index
// CHECK-DAG: %[[A:.*]] = memref.view %[[FIRST]][%[[C48]]][] : memref<?xi8> to memref<4xf32>
// CHECK-DAG: %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG: %[[B:.*]] = memref.view %[[SECOND]][%[[C16]]][] : memref<?xi8> to memref<4xf32>
// A view of b from its byte 8 on.
// CHECK-DAG: %[[C24:.*]] = arith.constant 24 : index
// CHECK-DAG: %[[V:.*]] = memref.view %[[SECOND]][%[[C24]]][] : memref<?xi8> to memref<2xf32>
// CHECK: call @use(%[[A]], %[[B]], %[[V]])
module attributes {arena.parts = array<i64: 64, 32>} {
  func.func private @use(memref<4xf32>, memref<4xf32>, memref<2xf32>)
  func.func @main(%x: memref<4xf32> {test.kept}, %arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64, offset = 48 : i64} : memref<4xf32>
    %b = arena.buffer {name = "b", bytes = 16 : i64, align = 16 : i64, offset = 80 : i64} : memref<4xf32>
    %v = arena.view %b {byte_offset = 8 : i64} : memref<4xf32> to memref<2xf32>
    call @use(%a, %b, %v) : (memref<4xf32>, memref<4xf32>, memref<2xf32>) -> ()
    return
  }
}

// -----

module attributes {arena.parts = array<i64: 64, 32>} {
  func.func @main(%arena: memref<?xi8>) {
    // expected-error @+1 {{buffer 'a' reaches out of its part of the arena}}
    %a = arena.buffer {name = "a", bytes = 32 : i64, align = 16 : i64, offset = 48 : i64} : memref<8xf32>
    return
  }
}

// -----

module attributes {arena.parts = array<i64: 64, 32>} {
  func.func @main(%arena: memref<?xi8>) {
    // expected-error @+1 {{buffer 'b' reaches out of its part of the arena}}
    %b = arena.buffer {name = "b", bytes = 32 : i64, align = 16 : i64, offset = 80 : i64} : memref<8xf32>
    return
  }
}
