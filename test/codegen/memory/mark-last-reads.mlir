// RUN: dlc-opt %s --dlc-mark-last-reads | FileCheck %s

// At most 64 bytes are alive, while @last runs; 48 while @middle does. @last reads
// %a and %b when nothing does later, through a view of %b too.
// CHECK: func.func private @first(memref<4xf32>, memref<4xf32>){{$}}
// CHECK: func.func private @middle(memref<4xf32>, memref<4xf32>) attributes {arena.crowded}
// CHECK: func.func private @twice(memref<4xf32>, memref<4xf32>, memref<4xf32>){{$}}
// CHECK: func.func private @last(memref<4xf32> {arena.last_read}, memref<4xf32> {arena.last_read}, memref<4xf32>) attributes {arena.crowded}
// CHECK: func.func private @shared(memref<4xf32>, memref<4xf32>){{$}}
// CHECK: func.func private @outside(memref<4xf32>, memref<4xf32>, memref<4xf32>){{$}}
func.func private @first(memref<4xf32>, memref<4xf32>)
func.func private @middle(memref<4xf32>, memref<4xf32>)
func.func private @twice(memref<4xf32>, memref<4xf32>, memref<4xf32>)
func.func private @last(memref<4xf32>, memref<4xf32>, memref<4xf32>)
func.func private @shared(memref<4xf32>, memref<4xf32>)
func.func private @outside(memref<4xf32>, memref<4xf32>, memref<4xf32>)
memref.global "private" constant @w : memref<4xf32> = dense<1.0>
func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
  %w = memref.get_global @w : memref<4xf32>
  %a = arena.buffer {name = "a", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %b = arena.buffer {name = "b", bytes = 32 : i64, align = 4 : i64} : memref<8xf32>
  %h = arena.view %b {byte_offset = 16 : i64} : memref<8xf32> to memref<4xf32>
  %l = arena.view %b {byte_offset = 0 : i64} : memref<8xf32> to memref<4xf32>
  %c = arena.buffer {name = "c", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %d = arena.buffer {name = "d", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  // The network's input; and what is written here is read later.
  call @first(%x, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  // %a is read again.
  call @middle(%a, %l) : (memref<4xf32>, memref<4xf32>) -> ()
  call @middle(%a, %h) : (memref<4xf32>, memref<4xf32>) -> ()
  call @last(%a, %h, %c) : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
  // One of two calls reads %c, which is read later.
  call @shared(%c, %d) : (memref<4xf32>, memref<4xf32>) -> ()
  call @shared(%c, %d) : (memref<4xf32>, memref<4xf32>) -> ()
  // Two arguments are one memory.
  call @twice(%d, %d, %c) : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
  // A constant, in place, and the network's output.
  call @outside(%w, %c, %c) : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
  call @first(%c, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
