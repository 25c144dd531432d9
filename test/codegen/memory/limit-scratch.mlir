// RUN: dlc-opt %s --split-input-file --dlc-limit-scratch | FileCheck %s

// RAM is scarce: 6144 bytes are alive at the peak, 6144 + 24 may be taken.
//
//   step          0     1     2
//   a 4096        #     #
//   b 2048              #     #
//   c 1024                    #
//   sum        4096  6144  3072
//   left       2072    24  3096

// CHECK-LABEL: module @scarce
// CHECK: func.func private @first(memref<1024xf32>) attributes {arena.max_scratch = 2072 : i64}
// CHECK: func.func private @second(memref<1024xf32>, memref<512xf32>) attributes {arena.max_scratch = 24 : i64}
// CHECK: func.func private @third(memref<512xf32>, memref<256xf32>) attributes {arena.max_scratch = 3096 : i64}
module @scarce attributes {dlc.target = {scarce_ram = true}} {
  func.func private @first(memref<1024xf32>)
  func.func private @second(memref<1024xf32>, memref<512xf32>)
  func.func private @third(memref<512xf32>, memref<256xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 4096 : i64, align = 16 : i64} : memref<1024xf32>
    %b = arena.buffer {name = "b", bytes = 2048 : i64, align = 16 : i64} : memref<512xf32>
    %c = arena.buffer {name = "c", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
    call @first(%a) : (memref<1024xf32>) -> ()
    call @second(%a, %b) : (memref<1024xf32>, memref<512xf32>) -> ()
    call @third(%b, %c) : (memref<512xf32>, memref<256xf32>) -> ()
    return
  }
}

// -----

// With a budget of 5000 bytes; one stage that both calls share takes what the
// second, with a and b alive, leaves.
//
//   step          0     1
//   a 1024        #     #
//   b 2048              #
//   sum        1024  3072
//   left       3976  1928

// CHECK-LABEL: module @budget
// CHECK-NOT: arena.budget
// CHECK: func.func private @both(memref<256xf32>) attributes {arena.max_scratch = 1928 : i64}
module @budget attributes {arena.budget = 5000 : i64} {
  func.func private @both(memref<256xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
    %b = arena.buffer {name = "b", bytes = 2048 : i64, align = 16 : i64} : memref<512xf32>
    %part = arena.view %b {byte_offset = 1024 : i64} : memref<512xf32> to memref<256xf32>
    call @both(%a) : (memref<256xf32>) -> ()
    call @both(%part) : (memref<256xf32>) -> ()
    call @both(%a) : (memref<256xf32>) -> ()
    return
  }
}

// -----

// A budget below what is alive leaves nothing.

// CHECK-LABEL: module @exceeded
// CHECK: func.func private @stage(memref<256xf32>) attributes {arena.max_scratch = 0 : i64}
module @exceeded attributes {arena.budget = 1000 : i64} {
  func.func private @stage(memref<256xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
    call @stage(%a) : (memref<256xf32>) -> ()
    return
  }
}

// -----

// Without a budget, where RAM is not scarce, there is no limit.

// CHECK-LABEL: module @plenty
// CHECK: func.func private @stage(memref<256xf32>){{$}}
module @plenty {
  func.func private @stage(memref<256xf32>)
  func.func @main(%arena: memref<?xi8>) {
    %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 16 : i64} : memref<256xf32>
    call @stage(%a) : (memref<256xf32>) -> ()
    return
  }
}
