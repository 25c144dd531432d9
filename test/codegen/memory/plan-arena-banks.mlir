// RUN: dlc-opt %s --split-input-file --dlc-plan-arena | FileCheck %s

// The chain of plan-arena.mlir in two banks:
//
//   step      0    1    2    3
//   a 1024    #    #
//   b  512         #    #
//   c 2048              #    #
//   d   64                   #
//
// c fills the first bank alone; b lies beside it in the second, from 2048 on.
// a and d are not alive with what else is in the first bank, or with b.

// CHECK: module attributes {arena.align = 16 : i64, arena.bank_sizes = array<i64: 2055, 512>, arena.bytes = 2560 : i64, arena.lower_bound = 2560 : i64, arena.parts = array<i64: 2048, 512>}
// CHECK: name = "a", offset = 0 : i64
// CHECK: name = "b", offset = 2048 : i64
// CHECK: name = "c", offset = 0 : i64
// CHECK: name = "d", offset = 2048 : i64
module attributes {arena.bank_sizes = array<i64: 2055, 512>} {
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
}

// -----

// Banks of 48 and 32 bytes, two buffers of 40: one lies in none, behind the 80
// bytes of both. There are no parts, and the arena is larger than the banks.

// CHECK: module attributes {arena.align = 16 : i64, arena.bank_sizes = array<i64: 48, 32>, arena.bytes = 120 : i64, arena.lower_bound = 80 : i64}
// CHECK: name = "{{[ab]}}", offset = {{0|80}} : i64
// CHECK: name = "{{[ab]}}", offset = {{0|80}} : i64
module attributes {arena.bank_sizes = array<i64: 48, 32>} {
  func.func private @use(memref<10xf32>, memref<10xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 40 : i64, align = 16 : i64} : memref<10xf32>
    %b = arena.buffer {name = "b", bytes = 40 : i64, align = 16 : i64} : memref<10xf32>
    call @use(%a, %b) : (memref<10xf32>, memref<10xf32>) -> ()
    return
  }
}
