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
