// RUN: dlc-opt %s | dlc-opt | FileCheck %s
// RUN: dlc-opt %s --canonicalize --cse | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @main
func.func @main() -> memref<4x4x4xf32, strided<[64, 16, 1]>> {
  // CHECK: %[[B:.*]] = arena.buffer {align = 16 : i64, bytes = 1024 : i64, name = "concat"} : memref<4x4x16xf32>
  %0 = arena.buffer {name = "concat", bytes = 1024 : i64, align = 16 : i64} : memref<4x4x16xf32>
  // The last element taken is (3 * 64 + 3 * 16 + 3): the view ends at byte
  // 32 + 4 * 244 = 1008 of 1024.
  // CHECK: arena.view %[[B]] {byte_offset = 32 : i64} : memref<4x4x16xf32> to memref<4x4x4xf32, strided<[64, 16, 1]>>
  %1 = arena.view %0 {byte_offset = 32 : i64} : memref<4x4x16xf32> to memref<4x4x4xf32, strided<[64, 16, 1]>>
  // CHECK: arena.buffer {align = 1 : i64, bytes = 5 : i64, name = "mask", offset = 3 : i64} : memref<5xi1>
  %2 = arena.buffer {name = "mask", bytes = 5 : i64, align = 1 : i64, offset = 3 : i64} : memref<5xi1>
  return %1 : memref<4x4x4xf32, strided<[64, 16, 1]>>
}

// Equal buffers are two buffers; one that nobody uses is none.
// FOLD-LABEL: func.func @equal
// FOLD: %[[A:.*]] = arena.buffer
// FOLD: %[[B:.*]] = arena.buffer
// FOLD-NOT: arena.buffer
// FOLD: return %[[A]], %[[B]]
func.func @equal() -> (memref<4xf32>, memref<4xf32>) {
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  %1 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  %2 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  return %0, %1 : memref<4xf32>, memref<4xf32>
}

// CHECK-LABEL: func.func @spaces
func.func @spaces() -> (memref<9xi4>, memref<9xi2>) {
  // Elements of four and of two bits share bytes.
  // CHECK: arena.buffer {align = 1 : i64, bytes = 5 : i64, name = "a", persistent, space = #arena.space<device>} : memref<9xi4>
  %0 = arena.buffer {name = "a", bytes = 5 : i64, align = 1 : i64, persistent, space = #arena.space<device>} : memref<9xi4>
  // The arena is where buffers lie unless they say so.
  // CHECK: arena.buffer {align = 1 : i64, bytes = 3 : i64, name = "b"} : memref<9xi2>
  %1 = arena.buffer {name = "b", bytes = 3 : i64, align = 1 : i64, space = #arena.space<host>} : memref<9xi2>
  return %0, %1 : memref<9xi4>, memref<9xi2>
}

// What is recorded stays as it is, whatever nobody reads.
// CHECK: arena.data_flow {
// CHECK-NEXT: ^bb0(%[[X:.*]]: tensor<4xf32>):
// CHECK-NEXT: %[[A:.*]] = arena.step "f"(%[[X]]) : (tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: arena.step "g"(%[[X]]) : (tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: arena.outputs %[[A]] : tensor<4xf32>
// CHECK-NEXT: }
// FOLD: arena.step "g"
arena.data_flow {
^bb0(%x: tensor<4xf32>):
  %0 = arena.step "f"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = arena.step "g"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  arena.outputs %0 : tensor<4xf32>
}
