// RUN: dlc-opt %s --split-input-file --dlc-lower-arena | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[ARENA:.*]]: memref<?xi8>
func.func private @use(memref<4x4x16xf32>, memref<4x4x4xf32, strided<[64, 16, 1]>>, memref<8xf32>)
func.func @main(%arena: memref<?xi8>) {
  // CHECK-DAG: %[[C128:.*]] = arith.constant 128 : index
  // CHECK-DAG: %[[A:.*]] = memref.view %[[ARENA]][%[[C128]]][] : memref<?xi8> to memref<4x4x16xf32>
  %0 = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64, offset = 128 : i64} : memref<4x4x16xf32>
  // 128 + 32 = 160; the view spans 3 * 64 + 3 * 16 + 3 + 1 = 244 elements.
  // CHECK-DAG: %[[C160:.*]] = arith.constant 160 : index
  // CHECK-DAG: %[[F:.*]] = memref.view %[[ARENA]][%[[C160]]][] : memref<?xi8> to memref<244xf32>
  // CHECK-DAG: %[[V:.*]] = memref.reinterpret_cast %[[F]] to offset: [0], sizes: [4, 4, 4], strides: [64, 16, 1] : memref<244xf32> to memref<4x4x4xf32, strided<[64, 16, 1]>>
  %1 = arena.view %0 {byte_offset = 32 : i64} : memref<4x4x16xf32> to memref<4x4x4xf32, strided<[64, 16, 1]>>
  // A view of a view: 128 + 32 + 16 = 176.
  // CHECK-DAG: %[[C176:.*]] = arith.constant 176 : index
  // CHECK-DAG: %[[W:.*]] = memref.view %[[ARENA]][%[[C176]]][] : memref<?xi8> to memref<8xf32>
  %2 = arena.view %1 {byte_offset = 16 : i64} : memref<4x4x4xf32, strided<[64, 16, 1]>> to memref<8xf32>
  // CHECK: call @use(%[[A]], %[[V]], %[[W]])
  call @use(%0, %1, %2) : (memref<4x4x16xf32>, memref<4x4x4xf32, strided<[64, 16, 1]>>, memref<8xf32>) -> ()
  return
}

// -----

// An output that is viewed becomes bytes: 16 of them. The second half begins
// at byte 8.

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<4xf32>, %[[Y:[^:]*]]: memref<16xi8>
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[ALL:.*]] = memref.view %[[Y]][%[[C0]]][] : memref<16xi8> to memref<4xf32>
// CHECK: %[[C8:.*]] = arith.constant 8 : index
// CHECK: %[[HALF:.*]] = memref.view %[[Y]][%[[C8]]][] : memref<16xi8> to memref<2xf32>
// CHECK: call @half(%[[HALF]])
// CHECK: call @all(%[[X]], %[[ALL]])
func.func private @half(memref<2xf32>)
func.func private @all(memref<4xf32>, memref<4xf32>)
func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
  %0 = arena.view %y {byte_offset = 8 : i64} : memref<4xf32> to memref<2xf32>
  call @half(%0) : (memref<2xf32>) -> ()
  call @all(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
