// RUN: dlc-opt %s --split-input-file --dlc-plan-arena | FileCheck %s

// State is read by the first call alone, but no later buffer takes its place:
// the next call of the network finds it there. 64 + 64 + 64 bytes in place of
// 128.

// CHECK-LABEL: module @state
// CHECK-SAME: arena.bytes = 192 : i64, arena.lower_bound = 192 : i64
// CHECK: name = "state", offset = [[AT:[0-9]+]] : i64, persistent
// CHECK-NOT: offset = [[AT]] : i64
module @state {
  func.func private @step(memref<16xf32>, memref<16xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %s = arena.buffer {name = "state", bytes = 64 : i64, align = 16 : i64, persistent} : memref<16xf32>
    %a = arena.buffer {name = "a", bytes = 64 : i64, align = 16 : i64} : memref<16xf32>
    %b = arena.buffer {name = "b", bytes = 64 : i64, align = 16 : i64} : memref<16xf32>
    %c = arena.buffer {name = "c", bytes = 64 : i64, align = 16 : i64} : memref<16xf32>
    call @step(%s, %a) : (memref<16xf32>, memref<16xf32>) -> ()
    call @step(%a, %b) : (memref<16xf32>, memref<16xf32>) -> ()
    call @step(%b, %c) : (memref<16xf32>, memref<16xf32>) -> ()
    return
  }
}

// -----

// Without an order of its own, everything would lie in the first bank.

// CHECK-LABEL: module @second_bank
// CHECK-SAME: arena.parts = array<i64: 32, 64>
// CHECK: name = "a", offset = 32 : i64, space = #arena.space<second_bank>
// CHECK: name = "b", offset = 0 : i64
module @second_bank attributes {arena.bank_sizes = array<i64: 1024, 1024>} {
  func.func private @step(memref<16xf32>, memref<8xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 64 : i64, align = 16 : i64, space = #arena.space<second_bank>} : memref<16xf32>
    %b = arena.buffer {name = "b", bytes = 32 : i64, align = 16 : i64} : memref<8xf32>
    call @step(%a, %b) : (memref<16xf32>, memref<8xf32>) -> ()
    return
  }
}

// -----

// Offsets on the device are no offsets in the arena.

// CHECK-LABEL: module @device
// CHECK-SAME: arena.bytes = 32 : i64, arena.device_bytes = 64 : i64, arena.lower_bound = 32 : i64
// CHECK: name = "a", offset = 0 : i64, space = #arena.space<device>
// CHECK: name = "b", offset = 0 : i64}
module @device {
  func.func private @step(memref<16xf32>, memref<8xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 64 : i64, align = 16 : i64, space = #arena.space<device>} : memref<16xf32>
    %b = arena.buffer {name = "b", bytes = 32 : i64, align = 16 : i64} : memref<8xf32>
    call @step(%a, %b) : (memref<16xf32>, memref<8xf32>) -> ()
    return
  }
}
