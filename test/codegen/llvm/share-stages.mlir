// RUN: dlc-opt %s --dlc-share-stages | FileCheck %s

// The stage has 10 chunks; two threads make 8 tasks. Task i computes the chunks
// from 10 i / 8 to 10 (i + 1) / 8.
// CHECK-LABEL: llvm.func internal @conv_task(%arg0: !llvm.ptr, %arg1: i64)
// CHECK: %[[NEXT:.*]] = llvm.add %arg1, %{{.*}} : i64
// CHECK: %[[C10:.*]] = llvm.mlir.constant(10 : i64)
// CHECK: %[[BEGIN:.*]] = llvm.mul %arg1, %[[C10]]
// CHECK: %[[C8:.*]] = llvm.mlir.constant(8 : i64)
// CHECK: %[[FIRST:.*]] = llvm.udiv %[[BEGIN]], %[[C8]]
// CHECK: %[[C10:.*]] = llvm.mlir.constant(10 : i64)
// CHECK: %[[END:.*]] = llvm.mul %[[NEXT]], %[[C10]]
// CHECK: %[[C8:.*]] = llvm.mlir.constant(8 : i64)
// CHECK: %[[LAST:.*]] = llvm.udiv %[[END]], %[[C8]]
// CHECK: llvm.call @conv(%{{.*}}, %{{.*}}, %[[FIRST]], %[[LAST]]) : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
// CHECK-LABEL: llvm.func @main
// CHECK: %[[TASKS:.*]] = llvm.mlir.constant(8 : i64)
// CHECK: llvm.call @dlc_parallel_for(%{{.*}}, %{{.*}}, %[[TASKS]])
// A stage without chunks is called as it was.
// CHECK: llvm.call @relu
// CHECK-LABEL: llvm.func weak @dlc_parallel_for
module attributes {dlc.target = {threads = 2 : i64}} {
  llvm.func @conv(%x: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64) attributes {dlc.chunks = 10 : i64} {
    llvm.return
  }
  llvm.func @relu(%x: !llvm.ptr) {
    llvm.return
  }
  llvm.func @main(%x: !llvm.ptr, %y: !llvm.ptr) {
    %0 = llvm.mlir.constant(0 : i64) : i64
    %1 = llvm.mlir.constant(10 : i64) : i64
    llvm.call @conv(%x, %y, %0, %1) : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
    llvm.call @relu(%y) : (!llvm.ptr) -> ()
    llvm.return
  }
}
