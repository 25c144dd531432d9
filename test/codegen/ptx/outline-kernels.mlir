// RUN: dlc-opt %s --dlc-outline-kernels | FileCheck %s

// A launch becomes a kernel named after its stage, in characters that PTX has.
// What it takes is memory: the constant and the element that the stage reads are
// computed in the kernel. Both calls keep %x and %y apart; at the second the
// result lies over %z.

// CHECK: gpu.container_module
// CHECK-LABEL: func.func private @"scale/1"
// CHECK-NOT: memref.load
// CHECK: gpu.launch_func @kernels::@scale_1 blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1) args(%{{.*}} : memref<1xf32>, %{{.*}} : memref<64xf32>, %{{.*}} : memref<64xf32>, %{{.*}} : memref<64xf32>)
func.func private @"scale/1"(%x: memref<8x8xf32>, %factor: memref<1xf32>, %z: memref<64xf32>, %y: memref<64xf32>) attributes {nn.stage = "mul"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %flat = memref.reinterpret_cast %x to offset: [0], sizes: [64], strides: [1] : memref<8x8xf32> to memref<64xf32>
  %f = memref.load %factor[%c0] : memref<1xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1) {
    %a = memref.load %flat[%tx] : memref<64xf32>
    %b = memref.load %z[%tx] : memref<64xf32>
    %0 = arith.mulf %a, %f : f32
    %1 = arith.addf %0, %b : f32
    memref.store %1, %y[%tx] : memref<64xf32>
    gpu.terminator
  }
  return
}

// CHECK-LABEL: gpu.module @kernels
// CHECK: gpu.func @scale_1(%[[F:.*]]: memref<1xf32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<64xf32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<64xf32> {llvm.readonly}, %[[Y:.*]]: memref<64xf32>) kernel attributes {known_grid_size = array<i32: 1, 1, 1>, nvvm.reqntid = array<i32: 64, 1, 1>}
// CHECK: memref.load %[[F]]
// CHECK: memref.store %{{.*}}, %[[Y]]
// CHECK: gpu.return

memref.global "private" constant @factor : memref<1xf32> = dense<2.0>
func.func @main(%x: memref<8x8xf32>, %y: memref<64xf32>, %arena: memref<?xi8>) attributes {arena.inputs = 1 : i64} {
  %factor = memref.get_global @factor : memref<1xf32>
  %a = arena.buffer {name = "a", bytes = 256 : i64, align = 256 : i64, offset = 0 : i64} : memref<64xf32>
  %b = arena.buffer {name = "b", bytes = 256 : i64, align = 256 : i64, offset = 256 : i64} : memref<64xf32>
  call @"scale/1"(%x, %factor, %a, %b) : (memref<8x8xf32>, memref<1xf32>, memref<64xf32>, memref<64xf32>) -> ()
  call @"scale/1"(%x, %factor, %b, %b) : (memref<8x8xf32>, memref<1xf32>, memref<64xf32>, memref<64xf32>) -> ()
  return
}
