// RUN: dlc-opt %s --dlc-hoist-scratch | FileCheck %s

// The bounds of the chunks stay the last arguments.

// CHECK: func.func private @conv(%{{.*}}: memref<4xf32>, %{{.*}}: memref<64xf32> {arena.scratch}, %{{.*}}: index, %{{.*}}: index)
func.func private @conv(%x: memref<4xf32>, %begin: index, %end: index) attributes {dlc.chunks = 2 : i64} {
  %one = arith.constant 1.0 : f32
  %s = memref.alloc() : memref<64xf32>
  memref.store %one, %s[%begin] : memref<64xf32>
  return
}

// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = arena.buffer {{{.*}}name = "conv.scratch"}
// CHECK: call @conv(%{{.*}}, %[[S]], %c0, %c2)
func.func @main(%arena: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  call @conv(%x, %c0, %c2) : (memref<4xf32>, index, index) -> ()
  return
}
