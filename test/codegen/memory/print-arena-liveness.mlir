// RUN: dlc-opt %s --split-input-file --dlc-print-arena-liveness -o /dev/null | FileCheck %s

// A chain a -> b -> c -> d. Two neighbours are alive at each step.
//
//   step      0    1    2    3
//   a 1024    #    #
//   b  512         #    #
//   c 2048              #    #
//   d   64                   #
//   sum    1024 1536 2560 2112

// CHECK: buffer a: 1024 bytes, steps 0 to 1
// CHECK: buffer b: 512 bytes, steps 1 to 2
// CHECK: buffer c: 2048 bytes, steps 2 to 3
// CHECK: buffer d: 64 bytes, steps 3 to 3
// CHECK: step 0 first: 1024 bytes
// CHECK: step 1 second: 1536 bytes
// CHECK: step 2 third: 2560 bytes
// CHECK: step 3 fourth: 2112 bytes

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

// A view keeps its buffer alive; a buffer that no call uses has no range.
//
//   step      0   1   2
//   a   40    #   #   #      (step 2 through a view)
//   b   40        #
//   c   40            #
//   sum      40  80  80

// CHECK: buffer a: 40 bytes, steps 0 to 2
// CHECK-NOT: buffer unused
// CHECK: step 2 use: 80 bytes

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

// State is alive at every step, whoever reads it.
// CHECK: buffer state: 40 bytes, steps 0 to 1, persistent, second_bank
// CHECK: step 1 one: 80 bytes
module attributes {arena.bank_sizes = array<i64: 64, 64>} {
  func.func private @one(memref<10xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %s = arena.buffer {name = "state", bytes = 40 : i64, align = 8 : i64, persistent, space = #arena.space<second_bank>} : memref<10xf32>
    %a = arena.buffer {name = "a", bytes = 40 : i64, align = 8 : i64} : memref<10xf32>
    call @one(%s) : (memref<10xf32>) -> ()
    call @one(%a) : (memref<10xf32>) -> ()
    return
  }
}
