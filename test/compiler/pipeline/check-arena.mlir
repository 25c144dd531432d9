// RUN: dlc-opt %s --split-input-file --dlc-check-arena --verify-diagnostics | FileCheck %s

// CHECK-LABEL: module @no_limit
module @no_limit attributes {arena.bytes = 1024 : i64} {
  func.func @main(%arena: memref<?xi8>) {
    return
  }
}

// -----

// What was not necessary is for those who read the report.
module @not_necessary attributes {arena.bytes = 64 : i64, arena.plain_bytes = 128 : i64, dlc.ram_limit = 128 : i64, nn.notes = ["run patch by patch"]} {
  func.func @main(%arena: memref<?xi8>) {
    return
  }
}

// -----

// expected-remark@unknown {{run patch by patch}}
// expected-remark@unknown {{so the network takes 64 bytes of RAM in place of 129}}
module @necessary attributes {arena.bytes = 64 : i64, arena.plain_bytes = 129 : i64, dlc.ram_limit = 128 : i64, nn.notes = ["run patch by patch"]} {
  func.func @main(%arena: memref<?xi8>) {
    return
  }
}

// -----

// expected-note @below {{nothing smaller was found: --ram=96 compiles}}
module @limit attributes {arena.bytes = 96 : i64, arena.plain_bytes = 96 : i64, dlc.ram_limit = 64 : i64} {
  func.func @main(%x: memref<8xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "first", bytes = 64 : i64, align = 16 : i64, offset = 0 : i64} : memref<16xf32>
    %1 = arena.buffer {name = "second", bytes = 32 : i64, align = 16 : i64, offset = 64 : i64} : memref<8xf32>
    call @f(%x, %0) : (memref<8xf32>, memref<16xf32>) -> ()
    // expected-error @below {{the network takes 96 bytes of RAM, 32 more than the budget of 64; most are alive here, 96 bytes: 'first' (64), 'second' (32); no placement of these fits: a smaller input, or fewer channels in and before this layer, would}}
    call @g(%0, %1) : (memref<16xf32>, memref<8xf32>) -> ()
    return
  }
  func.func private @f(memref<8xf32>, memref<16xf32>)
  func.func private @g(memref<16xf32>, memref<8xf32>)
}

// -----

// expected-note @below {{nothing smaller was found: --ram=112 compiles}}
module @gaps attributes {arena.bytes = 112 : i64, arena.plain_bytes = 112 : i64, dlc.ram_limit = 100 : i64} {
  func.func @main(%x: memref<8xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "first", bytes = 64 : i64, align = 16 : i64, offset = 0 : i64} : memref<16xf32>
    %1 = arena.buffer {name = "second", bytes = 32 : i64, align = 16 : i64, offset = 80 : i64} : memref<8xf32>
    // expected-error @below {{; they would fit without the gaps between them: another order of the layers may help}}
    call @g(%0, %1) : (memref<16xf32>, memref<8xf32>) -> ()
    return
  }
  func.func private @g(memref<16xf32>, memref<8xf32>)
}

// -----

module @banks attributes {arena.bytes = 160 : i64, arena.bank_sizes = array<i64: 48, 64>, dlc.ram_limit = 112 : i64} {
  func.func @main(%x: memref<8xf32>, %arena: memref<?xi8>) {
    %0 = arena.buffer {name = "first", bytes = 64 : i64, align = 16 : i64, offset = 48 : i64} : memref<16xf32>
    %1 = arena.buffer {name = "second", bytes = 48 : i64, align = 16 : i64, offset = 112 : i64} : memref<12xf32>
    // expected-error @below {{with banks of 48, 64 bytes of RAM, 48 bytes of the network lie in none; most are alive here, 112 bytes: 'first' (64), 'second' (48); they would fit into one block of as many bytes, but each lies in one bank: banks of other sizes may help}}
    call @g(%0, %1) : (memref<16xf32>, memref<12xf32>) -> ()
    return
  }
  func.func private @g(memref<16xf32>, memref<12xf32>)
}

// -----

// expected-error @below {{the arena takes 2147483648 bytes, but the target can address 2147483647; give the network a smaller input}}
module @addresses attributes {arena.bytes = 2147483648 : i64, dlc.target = {index_bits = 32 : i64}} {
  func.func @main(%arena: memref<?xi8>) {
    return
  }
}

// -----

// The last byte that the target can address.
module @all_addresses attributes {arena.bytes = 2147483647 : i64, dlc.target = {index_bits = 32 : i64}} {
  func.func @main(%arena: memref<?xi8>) {
    return
  }
}
