// RUN: dlc-opt %s --dlc-tabulate-launches --split-input-file --verify-diagnostics | FileCheck %s

// The arena takes 512 bytes; behind it lie the input (1024 bytes) and the output.
// Arguments are value, source (arena, weights, input, output) and index. @w is the
// second constant: the first takes 16 bytes, and 256 with what aligns the next.

// CHECK: arena.device_bytes = 1792 : i64
// CHECK-SAME: dlc.constant_bytes = array<i64: 512, 0>
// CHECK-SAME: dlc.kernels = ["k", "l"]
// CHECK-SAME: dlc.launches = [
// CHECK-SAME: {arguments = array<i64: 512, 2, 0, 0, 1, 0, 0, 0, 0>, block = array<i64: 64, 1, 1>, grid = array<i64: 2, 3, 1>, kernel = 0 : i64, stage = 0 : i64},
// CHECK-SAME: {arguments = array<i64: 0, 0, 0>, block = array<i64: 32, 1, 1>, grid = array<i64: 1, 1, 1>, kernel = 1 : i64, stage = 0 : i64},
// CHECK-SAME: {arguments = array<i64: 64, 0, 0, 256, 1, 0, 0, 3, 0>, block = array<i64: 64, 1, 1>, grid = array<i64: 2, 3, 1>, kernel = 0 : i64, stage = 1 : i64},
// CHECK-SAME: {arguments = array<i64: 0, 3, 0>,
// CHECK-SAME: stage = 1 : i64}]
// CHECK-SAME: dlc.places = array<i64: 512, 1536>
// CHECK: llvm.mlir.global external constant @weights() {addr_space = 0 : i32, alignment = 256 : i64, dlc.data = dense{{.*}} : !llvm.array<512 x i8>
// CHECK-NOT: func.func
module attributes {arena.bytes = 512 : i64, gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k(%x: memref<64xf32>, %w: memref<4xf32>, %y: memref<64xf32>) kernel { gpu.return }
    gpu.func @l(%x: memref<64xf32>) kernel { gpu.return }
  }
  memref.global "private" constant @v : memref<4xf32> = dense<1.0>
  memref.global "private" constant @w : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
  func.func @main(%x: memref<256xf32>, %y: memref<16x4xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 1 : i64} {
    %v = memref.get_global @v : memref<4xf32>
    %w = memref.get_global @w : memref<4xf32>
    %half = arena.view %x {byte_offset = 512 : i64} : memref<256xf32> to memref<64xf32>
    %a = arena.buffer {name = "a", bytes = 512 : i64, align = 256 : i64, offset = 0 : i64} : memref<128xf32>
    %b = arena.view %a {byte_offset = 0 : i64} : memref<128xf32> to memref<64xf32>
    %c = arena.view %a {byte_offset = 64 : i64} : memref<128xf32> to memref<64xf32>
    %d = memref.reinterpret_cast %y to offset: [0], sizes: [64], strides: [1] : memref<16x4xf32> to memref<64xf32>
    call @stage(%half, %v, %b) : (memref<64xf32>, memref<4xf32>, memref<64xf32>) -> ()
    call @stage(%c, %w, %d) : (memref<64xf32>, memref<4xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @stage(%x: memref<64xf32>, %w: memref<4xf32>, %y: memref<64xf32>) attributes {nn.stage = "scale"} {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    gpu.launch_func @kernels::@k blocks in (%c2, %c3, %c1) threads in (%c64, %c1, %c1) args(%x : memref<64xf32>, %w : memref<4xf32>, %y : memref<64xf32>)
    gpu.launch_func @kernels::@l blocks in (%c1, %c1, %c1) threads in (%c32, %c1, %c1) args(%y : memref<64xf32>)
    return
  }
}

// -----

module attributes {arena.bytes = 256 : i64, gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k(%x: memref<64xf32>) kernel { gpu.return }
  }
  func.func @main(%y: memref<64xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 0 : i64} {
    // expected-error @+1 {{buffer 'a' has no offset}}
    %a = arena.buffer {name = "a", bytes = 256 : i64, align = 256 : i64} : memref<64xf32>
    call @stage(%a) : (memref<64xf32>) -> ()
    return
  }
  func.func private @stage(%x: memref<64xf32>) attributes {nn.stage = "scale"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<64xf32>)
    return
  }
}

// -----

// @m and @n are made of @w and @v when the network is opened: they lie behind @u
// on the device, at 256 and 512, which does not keep @v and @w. These are behind
// @u in the object, @w, which is needed first, at 256, @v at 2304, and come to the
// begin of the arena, which they make larger, before their launches.

// CHECK: arena.device_bytes = 2048 : i64
// CHECK-SAME: dlc.constant_bytes = array<i64: 256, 512>
// CHECK-SAME: dlc.kernels = ["k", "make"]
// CHECK-SAME: dlc.launches = [{arguments = array<i64: 0, 3, 0, 256, 1, 0, 0, 1, 0, 512, 1, 0>,
// CHECK-SAME: dlc.open_launches = [
// CHECK-SAME: {arguments = array<i64: 0, 0, 0, 256, 1, 0>, block = array<i64: 32, 1, 1>, bytes = 2048 : i64, grid = array<i64: 1, 1, 1>, kernel = 1 : i64, source = 256 : i64, stage = 0 : i64},
// CHECK-SAME: {arguments = array<i64: 0, 0, 0, 512, 1, 0>, block = array<i64: 32, 1, 1>, bytes = 2048 : i64, grid = array<i64: 1, 1, 1>, kernel = 1 : i64, source = 2304 : i64, stage = 0 : i64}]
// CHECK: llvm.mlir.global external constant @weights() {{.*}} : !llvm.array<4352 x i8>
// CHECK-NOT: func.func
module attributes {arena.bytes = 512 : i64, gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k(%y: memref<64xf32>, %n: memref<64xf32>, %u: memref<4xf32>, %m: memref<64xf32>) kernel { gpu.return }
    gpu.func @make(%w: memref<512xf32>, %m: memref<64xf32>) kernel { gpu.return }
  }
  memref.global "private" constant @u : memref<4xf32> = dense<3.0>
  memref.global "private" constant @v : memref<512xf32> = dense<1.0>
  memref.global "private" constant @w : memref<512xf32> = dense<2.0>
  memref.global "private" @n : memref<64xf32> = uninitialized
  memref.global "private" @m : memref<64xf32> = uninitialized
  func.func @main(%y: memref<64xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 0 : i64} {
    %u = memref.get_global @u : memref<4xf32>
    %m = memref.get_global @m : memref<64xf32>
    %n = memref.get_global @n : memref<64xf32>
    call @stage(%y, %n, %u, %m) : (memref<64xf32>, memref<64xf32>, memref<4xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @stage(%y: memref<64xf32>, %n: memref<64xf32>, %u: memref<4xf32>, %m: memref<64xf32>) attributes {nn.stage = "scale"} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%y : memref<64xf32>, %m : memref<64xf32>, %u : memref<4xf32>, %n : memref<64xf32>)
    return
  }
  func.func private @open() attributes {dlc.at_open} {
    %w = memref.get_global @w : memref<512xf32>
    %m = memref.get_global @m : memref<64xf32>
    call @make_weights(%w, %m) : (memref<512xf32>, memref<64xf32>) -> ()
    %v = memref.get_global @v : memref<512xf32>
    %n = memref.get_global @n : memref<64xf32>
    call @make_weights(%v, %n) : (memref<512xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @make_weights(%w: memref<512xf32>, %m: memref<64xf32>) attributes {dlc.maker} {
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    gpu.launch_func @kernels::@make blocks in (%c1, %c1, %c1) threads in (%c32, %c1, %c1) args(%w : memref<512xf32>, %m : memref<64xf32>)
    return
  }
}

// -----

module attributes {arena.bytes = 512 : i64, gpu.container_module} {
  gpu.module @kernels {
    gpu.func @make(%v: memref<8xf32>, %w: memref<8xf32>, %m: memref<64xf32>) kernel { gpu.return }
  }
  memref.global "private" constant @v : memref<8xf32> = dense<1.0>
  memref.global "private" constant @w : memref<8xf32> = dense<2.0>
  memref.global "private" @m : memref<64xf32> = uninitialized
  func.func @main(%arena: memref<?xi8>) attributes {arena.inputs = 0 : i64} { return }
  func.func private @open() attributes {dlc.at_open} {
    %v = memref.get_global @v : memref<8xf32>
    %w = memref.get_global @w : memref<8xf32>
    %m = memref.get_global @m : memref<64xf32>
    // expected-error @+1 {{makes a constant of more than another one}}
    call @make_weights(%v, %w, %m) : (memref<8xf32>, memref<8xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @make_weights(%v: memref<8xf32>, %w: memref<8xf32>, %m: memref<64xf32>) attributes {dlc.maker} {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@make blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%v : memref<8xf32>, %w : memref<8xf32>, %m : memref<64xf32>)
    return
  }
}

// -----

module attributes {arena.bytes = 512 : i64, gpu.container_module} {
  memref.global "private" constant @w : memref<8xf32> = dense<2.0>
  memref.global "private" @m : memref<64xf32> = uninitialized
  func.func @main(%arena: memref<?xi8>) attributes {arena.inputs = 0 : i64} { return }
  func.func private @open() attributes {dlc.at_open} {
    %w = memref.get_global @w : memref<8xf32>
    %m = memref.get_global @m : memref<64xf32>
    // expected-error @+1 {{makes a constant by 0 launches, not by one}}
    call @make_weights(%w, %m) : (memref<8xf32>, memref<64xf32>) -> ()
    return
  }
  func.func private @make_weights(%w: memref<8xf32>, %m: memref<64xf32>) attributes {dlc.maker} { return }
}
