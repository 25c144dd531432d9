// RUN: dlc-opt %s --pass-pipeline='builtin.module(gpu.module(convert-scf-to-cf,dlc-convert-kernels,reconcile-unrealized-casts))' --split-input-file --verify-diagnostics | FileCheck %s

// Bare pointers, indices of 32 bits, intrinsics and no library.
// CHECK-LABEL: gpu.module @kernels
// CHECK: llvm.func @k(%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel, nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 64, 1, 1>}
// CHECK: nvvm.read.ptx.sreg.tid.x
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK: llvm.intr.fma({{.*}}) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
// CHECK: llvm.intr.sqrt
// CHECK: llvm.intr.fabs
// CHECK: llvm.store {{.*}} : vector<4xf32>, !llvm.ptr<3>
// CHECK: nvvm.barrier
// CHECK-NOT: __nv_
gpu.module @kernels {
  gpu.func @k(%x: memref<256xf32> {llvm.noalias}, %y: memref<256xf32>) workgroup(%s: memref<256xf32, #gpu.address_space<workgroup>>) kernel attributes {nvvm.reqntid = array<i32: 64, 1, 1>} {
    %tid = gpu.thread_id x
    %c4 = arith.constant 4 : index
    %i = arith.muli %tid, %c4 : index
    %v = vector.load %x[%i] {alignment = 16 : i64} : memref<256xf32>, vector<4xf32>
    %f = math.fma %v, %v, %v : vector<4xf32>
    %r = math.sqrt %f : vector<4xf32>
    %a = math.absf %r : vector<4xf32>
    vector.store %a, %s[%i] {alignment = 16 : i64} : memref<256xf32, #gpu.address_space<workgroup>>, vector<4xf32>
    gpu.barrier
    %w = memref.load %s[%tid] : memref<256xf32, #gpu.address_space<workgroup>>
    memref.store %w, %y[%tid] : memref<256xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{takes a buffer of 2147483648 elements; a kernel's has at most 2147483647: a smaller input would}}
  gpu.func @k(%x: memref<2147483648xf32>) kernel {
    gpu.return
  }
}
