// RUN: dlc-opt %s --dlc-merge-launches --split-input-file | FileCheck %s

// Two small launches of two calls: one block of 256 threads does the 4 blocks of
// 64 threads at once and then, when all have met, the 3 of 128, two at a time; those
// have shared memory of their own, and barriers of their own.

// CHECK-LABEL: func.func @main
// CHECK-NOT: @first
// The call comes behind what is defined between those that it stands for.
// CHECK: %[[V:.*]] = arena.view %arg1
// CHECK: call @first_to_second(%arg0, %[[A:[^,]*]], %[[V]]) {dlc.stage_number = 0 : i64}
// CHECK: call @third({{.*}}) {dlc.stage_number = 2 : i64}
// CHECK-NOT: func.func private @second
// CHECK: func.func private @first_to_second(%[[X:.*]]: memref<256xf32>, %[[M:.*]]: memref<256xf32>, %[[Y:.*]]: memref<384xf32>) attributes {nn.stage = "merged"}
// CHECK: gpu.launch_func @kernels::@k_merged blocks in (%c1, %c1, %c1) threads in (%c256, %c1, %c1) args(%[[X]] : memref<256xf32>, %[[M]] : memref<256xf32>, %[[Y]] : memref<384xf32>)
// CHECK-NOT: gpu.func @k(
// CHECK: gpu.func @k_merged(%[[X:.*]]: memref<256xf32> {llvm.noalias, llvm.readonly}, %[[M:.*]]: memref<256xf32> {llvm.noalias}, %[[Y:.*]]: memref<384xf32> {llvm.noalias}) workgroup(%[[S:.*]] : memref<1024xi8, #gpu.address_space<workgroup>>{{.*}}) kernel attributes {nvvm.reqntid = array<i32: 256, 1, 1>}
// CHECK: %[[TX:.*]] = llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;", "=r" : () -> i32
// CHECK: %[[T:.*]] = arith.index_castui %[[TX]]
// CHECK: %[[G:.*]] = arith.divui %[[T]], %c64
// CHECK: scf.for %{{.*}} = %[[G]] to %c4 step %c4
// CHECK: memref.store %{{.*}}, %[[M]]
// CHECK: gpu.barrier
// CHECK: %[[UX:.*]] = llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;"
// CHECK: %[[U:.*]] = arith.index_castui %[[UX]]
// CHECK: %[[H:.*]] = arith.divui %[[U]], %c128
// CHECK: scf.for %{{.*}} = %[[H]] to %c3 step %c2
// CHECK: %[[AT:.*]] = arith.muli %[[H]], %c512
// CHECK: memref.view %[[S]]
// CHECK-NOT: gpu.barrier
// CHECK: nvvm.barrier id = %{{.*}} number_of_threads = %
// CHECK: memref.store %{{.*}}, %[[Y]]
// CHECK: nvvm.barrier id = %{{.*}} number_of_threads = %
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
module attributes {dlc.target = {gpu_capability = 62 : i64}, gpu.container_module} {
  func.func @main(%x: memref<256xf32>, %y: memref<384xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 1 : i64} {
    %a = arena.buffer {name = "a", bytes = 1024 : i64, align = 256 : i64, offset = 0 : i64} : memref<256xf32>
    %b = arena.buffer {name = "b", bytes = 1024 : i64, align = 256 : i64, offset = 1024 : i64} : memref<256xf32>
    call @first(%x, %a) : (memref<256xf32>, memref<256xf32>) -> ()
    %v = arena.view %y {byte_offset = 0 : i64} : memref<384xf32> to memref<384xf32>
    call @second(%a, %v) : (memref<256xf32>, memref<384xf32>) -> ()
    call @third(%a, %b) : (memref<256xf32>, memref<256xf32>) -> ()
    return
  }
  func.func private @first(%x: memref<256xf32>, %y: memref<256xf32>) attributes {nn.stage = "a"} {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c64 = arith.constant 64 : index
    gpu.launch_func @kernels::@k blocks in (%c4, %c1, %c1) threads in (%c64, %c1, %c1) args(%x : memref<256xf32>, %y : memref<256xf32>) {dlc.launch_cost = array<i64: 500, 100, 400, 0>}
    return
  }
  func.func private @second(%x: memref<256xf32>, %y: memref<384xf32>) attributes {nn.stage = "b"} {
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %c128 = arith.constant 128 : index
    gpu.launch_func @kernels::@l blocks in (%c3, %c1, %c1) threads in (%c128, %c1, %c1) args(%x : memref<256xf32>, %y : memref<384xf32>) {dlc.launch_cost = array<i64: 500, 100, 400, 0>}
    return
  }
  // A block alone would take long.
  func.func private @third(%x: memref<256xf32>, %y: memref<256xf32>) attributes {nn.stage = "c"} {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c64 = arith.constant 64 : index
    gpu.launch_func @kernels::@m blocks in (%c4, %c1, %c1) threads in (%c64, %c1, %c1) args(%x : memref<256xf32>, %y : memref<256xf32>) {dlc.launch_cost = array<i64: 500, 100000, 400, 0>}
    return
  }
  gpu.module @kernels {
    gpu.func @k(%x: memref<256xf32>, %y: memref<256xf32>) kernel attributes {nvvm.reqntid = array<i32: 64, 1, 1>} {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c64 = arith.constant 64 : index
      %0 = arith.muli %b, %c64 : index
      %1 = arith.addi %0, %t : index
      %v = memref.load %x[%1] : memref<256xf32>
      memref.store %v, %y[%1] : memref<256xf32>
      gpu.return
    }
    gpu.func @l(%x: memref<256xf32>, %y: memref<384xf32>) workgroup(%s : memref<128xf32, #gpu.address_space<workgroup>>) kernel attributes {nvvm.reqntid = array<i32: 128, 1, 1>} {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c128 = arith.constant 128 : index
      %c127 = arith.constant 127 : index
      %v = memref.load %x[%t] : memref<256xf32>
      memref.store %v, %s[%t] : memref<128xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      %u = arith.subi %c127, %t : index
      %w = memref.load %s[%u] : memref<128xf32, #gpu.address_space<workgroup>>
      %0 = arith.muli %b, %c128 : index
      %1 = arith.addi %0, %t : index
      memref.store %w, %y[%1] : memref<384xf32>
      gpu.return
    }
    gpu.func @m(%x: memref<256xf32>, %y: memref<256xf32>) kernel attributes {nvvm.reqntid = array<i32: 64, 1, 1>} {
      gpu.return
    }
  }
}

// -----

// 256 threads with 136 registers each are more than a block may have.
// CHECK-LABEL: func.func @main
// CHECK: call @first
// CHECK: call @second
// CHECK-NOT: merged
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_block_registers = 32768 : i64}, gpu.container_module} {
  func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 1 : i64} {
    call @first(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
    call @second(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @first(%x: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "a"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<64xf32>, %y : memref<64xf32>) {dlc.launch_cost = array<i64: 500, 100, 400, 0>}
    return
  }
  func.func private @second(%x: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "b"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<64xf32>, %y : memref<64xf32>) {dlc.launch_cost = array<i64: 500, 100, 400, 136>}
    return
  }
  gpu.module @kernels {
    gpu.func @k(%x: memref<64xf32>, %y: memref<64xf32>) kernel attributes {nvvm.reqntid = array<i32: 1, 1, 1>} {
      gpu.return
    }
  }
}

// -----

// A launch whose cost nobody knows stays by itself, and so do the others.
// CHECK-LABEL: func.func @main
// CHECK: call @first
// CHECK: call @second
// CHECK-NOT: merged
module attributes {dlc.target = {gpu_capability = 62 : i64}, gpu.container_module} {
  func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 1 : i64} {
    call @first(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
    call @second(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @first(%x: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "a"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<64xf32>, %y : memref<64xf32>) {dlc.launch_cost = array<i64: 500, 100, 400, 0>}
    return
  }
  func.func private @second(%x: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "b"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<64xf32>, %y : memref<64xf32>)
    return
  }
  gpu.module @kernels {
    gpu.func @k(%x: memref<64xf32>, %y: memref<64xf32>) kernel attributes {nvvm.reqntid = array<i32: 1, 1, 1>} {
      gpu.return
    }
  }
}
