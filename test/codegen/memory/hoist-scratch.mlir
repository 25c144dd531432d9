// RUN: dlc-opt %s --dlc-hoist-scratch | FileCheck %s

// Each call has a buffer of its own, alive during that call; the function is
// shared. A deallocation goes away.

// CHECK: func.func private @conv(%{{.*}}: memref<4xf32>, %[[S:.*]]: memref<64xf32> {arena.scratch}, %[[T:.*]]: memref<8xi8> {arena.scratch})
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.dealloc
// CHECK: memref.store %{{.*}}, %[[S]]
// CHECK: memref.store %{{.*}}, %[[T]]
func.func private @conv(%x: memref<4xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2 : i8
  %s = memref.alloc() {alignment = 64 : i64} : memref<64xf32>
  memref.store %one, %s[%zero] : memref<64xf32>
  scf.for %i = %zero to %zero step %zero {
    %t = memref.alloc() : memref<8xi8>
    memref.store %two, %t[%zero] : memref<8xi8>
    memref.dealloc %t : memref<8xi8>
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// CHECK-LABEL: func.func @main
// CHECK: %[[X:.*]] = arena.buffer {{{.*}}name = "x"}
// CHECK: %[[A:.*]] = arena.buffer {align = 16 : i64, bytes = 256 : i64, name = "conv.scratch"} : memref<64xf32>
// CHECK: %[[B:.*]] = arena.buffer {align = 16 : i64, bytes = 8 : i64, name = "conv.scratch1"} : memref<8xi8>
// CHECK: call @conv(%[[X]], %[[A]], %[[B]])
// CHECK: %[[C:.*]] = arena.buffer {{{.*}}name = "conv.scratch"}
// CHECK: call @conv(%[[X]], %[[C]], %{{.*}})
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  call @conv(%x) : (memref<4xf32>) -> ()
  call @conv(%x) : (memref<4xf32>) -> ()
  return
}
