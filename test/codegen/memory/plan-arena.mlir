// RUN: dlc-opt %s --split-input-file --dlc-plan-arena | FileCheck %s

// A chain a -> b -> c -> d. Two neighbours are alive at each step.
//
//   step      0    1    2    3
//   a 1024    #    #
//   b  512         #    #
//   c 2048              #    #
//   d   64                   #
//   sum    1024 1536 2560 2112
//
// The lower bound is b + c = 2560. c takes 0..2048; b lies behind it at 2048;
// a is alive with b alone: at 0; d with c alone: at 2048.

// CHECK: module attributes {arena.align = 16 : i64, arena.bytes = 2560 : i64, arena.lower_bound = 2560 : i64}
// CHECK: name = "a", offset = 0 : i64
// CHECK: name = "b", offset = 2048 : i64
// CHECK: name = "c", offset = 0 : i64
// CHECK: name = "d", offset = 2048 : i64
func.func private @first(memref<256xf32>)
func.func private @second(memref<256xf32>, memref<128xf32>)
func.func private @third(memref<128xf32>, memref<512xf32>)
func.func private @fourth(memref<512xf32>, memref<16xf32>)
func.func @main(%arena: memref<?xi8>) {
  %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
  %b = arena.buffer {name = "b", bytes = 512 : i64, align = 16 : i64} : memref<128xf32>
  %c = arena.buffer {name = "c", bytes = 2048 : i64, align = 16 : i64} : memref<512xf32>
  %d = arena.buffer {name = "d", bytes = 64 : i64, align = 16 : i64} : memref<16xf32>
  call @first(%a) : (memref<256xf32>) -> ()
  call @second(%a, %b) : (memref<256xf32>, memref<128xf32>) -> ()
  call @third(%b, %c) : (memref<128xf32>, memref<512xf32>) -> ()
  call @fourth(%c, %d) : (memref<512xf32>, memref<16xf32>) -> ()
  return
}

// -----

// A view keeps its buffer alive; a buffer that no call uses takes nothing; a
// target that wants 64-byte alignment gets it.
//
//   step      0   1   2
//   a   40    #   #   #      (step 2 through a view)
//   b   40        #
//   c   40            #
//   sum      40  80  80
//
// a at 0; b and c start at the next multiple of 64: 64 + 40 = 104 bytes. The
// bound does not count the gap.

// CHECK: arena.align = 64 : i64, arena.bytes = 104 : i64, arena.lower_bound = 80 : i64
// CHECK: name = "a", offset = 0 : i64
// CHECK: name = "b", offset = 64 : i64
// CHECK: name = "c", offset = 64 : i64
// CHECK-NOT: unused
module attributes {dlc.target = {align = 64 : i64}} {
  func.func private @one(memref<10xf32>)
  func.func private @two(memref<10xf32>, memref<10xf32>)
  func.func private @use(memref<5xf32>, memref<10xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 40 : i64, align = 64 : i64} : memref<10xf32>
    %b = arena.buffer {name = "b", bytes = 40 : i64, align = 64 : i64} : memref<10xf32>
    %c = arena.buffer {name = "c", bytes = 40 : i64, align = 64 : i64} : memref<10xf32>
    %unused = arena.buffer {name = "unused", bytes = 40 : i64, align = 64 : i64} : memref<10xf32>
    %v = arena.view %a {byte_offset = 20 : i64} : memref<10xf32> to memref<5xf32>
    call @one(%a) : (memref<10xf32>) -> ()
    call @two(%a, %b) : (memref<10xf32>, memref<10xf32>) -> ()
    call @use(%v, %c) : (memref<5xf32>, memref<10xf32>) -> ()
    return
  }
}

// -----

// A chain a -> b -> c, each result over its operand.
//
//   step     0    1    2
//   a 1024   #    #
//   b 2048        #    #
//   c  512             #
//
// a begins at least 1088 bytes behind b: they need 1088 + 1024 = 2112 bytes
// together, more than b and c, which lies in b from its beginning on
// (b at least 0 behind c).

// CHECK: arena.bytes = 2112 : i64, arena.lower_bound = 2112 : i64
// CHECK: name = "a", offset = 1088 : i64
// CHECK: name = "b", offset = 0 : i64
// CHECK: name = "c", offset = 0 : i64
func.func private @first(memref<256xf32>)
func.func private @expand(%a: memref<256xf32> {arena.overlap = array<i64: 1088, 1024>}, %b: memref<512xf32>) {
  return
}
func.func private @shrink(%b: memref<512xf32> {arena.overlap = array<i64: 0, 2048>}, %c: memref<128xf32>) {
  return
}
func.func @main(%arena: memref<?xi8>) {
  %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
  %b = arena.buffer {name = "b", bytes = 2048 : i64, align = 16 : i64} : memref<512xf32>
  %c = arena.buffer {name = "c", bytes = 512 : i64, align = 16 : i64} : memref<128xf32>
  call @first(%a) : (memref<256xf32>) -> ()
  call @expand(%a, %b) : (memref<256xf32>, memref<512xf32>) -> ()
  call @shrink(%b, %c) : (memref<512xf32>, memref<128xf32>) -> ()
  return
}

// -----

// Two halves of a, passed apart: the result has to be 32 bytes below the second
// and so, as that begins at byte 64, may begin 32 bytes behind a; for the first
// half it has to be 96 below. The larger counts: 96 + 128 = 224 bytes.

// CHECK: arena.bytes = 224 : i64, arena.lower_bound = 224 : i64
// CHECK: name = "a", offset = 96 : i64
// CHECK: name = "b", offset = 0 : i64
func.func private @first(memref<32xf32>)
func.func private @halves(%l: memref<16xf32> {arena.overlap = array<i64: 96, 64>}, %r: memref<16xf32> {arena.overlap = array<i64: 32, 64>}, %b: memref<32xf32>) {
  return
}
func.func @main(%arena: memref<?xi8>) {
  %a = arena.buffer {name = "a", bytes = 128 : i64, align = 16 : i64} : memref<32xf32>
  %b = arena.buffer {name = "b", bytes = 128 : i64, align = 16 : i64} : memref<32xf32>
  %l = arena.view %a {byte_offset = 0 : i64} : memref<32xf32> to memref<16xf32>
  %r = arena.view %a {byte_offset = 64 : i64} : memref<32xf32> to memref<16xf32>
  call @first(%a) : (memref<32xf32>) -> ()
  call @halves(%l, %r, %b) : (memref<16xf32>, memref<16xf32>, memref<32xf32>) -> ()
  return
}
