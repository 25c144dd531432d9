// RUN: dlc-opt %s --dlc-write-ptx --split-input-file --verify-diagnostics | FileCheck %s

// CHECK: dlc.ptx = "{{.*}}.version 6.0{{.*}}.target sm_62{{.*}}.visible .entry twice({{.*}}.reqntid 64{{.*}}ld.global.nc.{{.*}}fma.rn.f32{{.*}}st.global.
// CHECK-NOT: gpu.module
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_ptx = 60 : i64}} {
  gpu.module @kernels {
    llvm.func @twice(%x: !llvm.ptr {llvm.noalias, llvm.readonly}, %y: !llvm.ptr {llvm.noalias}) attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 64, 1, 1>} {
      %i = nvvm.read.ptx.sreg.tid.x : i32
      %from = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, f32
      %to = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, f32
      %v = llvm.load %from : !llvm.ptr -> f32
      %w = llvm.intr.fma(%v, %v, %v) : (f32, f32, f32) -> f32
      llvm.store %w, %to : f32, !llvm.ptr
      llvm.return
    }
  }
}

// -----

// What may be one rounding is one, and nothing is left for the assembler to decide.
// CHECK: .visible .entry fused(
// CHECK-SAME: fma.rn.f32
// CHECK-SAME: add.rn.f32
// CHECK-NOT: mul.f32
// CHECK-NOT: add.f32
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_ptx = 60 : i64}} {
  gpu.module @kernels {
    llvm.func @fused(%x: !llvm.ptr, %a: f32, %b: f32) attributes {gpu.kernel, nvvm.kernel} {
      %v = llvm.load %x : !llvm.ptr -> f32
      %p = llvm.fmul %v, %a {fastmathFlags = #llvm.fastmath<contract>} : f32
      %s = llvm.fadd %b, %p {fastmathFlags = #llvm.fastmath<contract>} : f32
      %q = llvm.fadd %s, %v {fastmathFlags = #llvm.fastmath<contract>} : f32
      llvm.store %q, %x : f32, !llvm.ptr
      llvm.return
    }
  }
}

// -----

// A device has no library.
// expected-error @+1 {{internal error: kernels would need functions that there are not on a device: __nv_expf}}
module attributes {dlc.target = {gpu_capability = 61 : i64, gpu_ptx = 60 : i64}} {
  gpu.module @kernels {
    llvm.func @__nv_expf(f32) -> f32
    llvm.func @k(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      %v = llvm.load %x : !llvm.ptr -> f32
      %w = llvm.call @__nv_expf(%v) : (f32) -> f32
      llvm.store %w, %x : f32, !llvm.ptr
      llvm.return
    }
  }
}

// -----

// expected-error @+1 {{has no kernels, or dlc.target no GPU}}
module attributes {dlc.target = {vector_bits = 128 : i64}} {
  gpu.module @kernels {
  }
}

// -----

// Halves on a chip that is slow at them are float32 in between, rounded behind
// each operation; what only moves or selects them stays what it is.
// CHECK: .visible .entry widened(
// CHECK-SAME: cvt.f32.f16
// CHECK-SAME: mul.rn.f32
// CHECK-SAME: cvt.rn.f16.f32
// CHECK-SAME: setp.lt.f32
// CHECK-NOT: mul.f16
// CHECK-NOT: mul.rn.f16
// CHECK-NOT: setp.lt.f16
module attributes {dlc.target = {gpu_capability = 61 : i64, gpu_ptx = 60 : i64, gpu_half_rate = 0.015625 : f64}} {
  gpu.module @kernels {
    llvm.func @widened(%x: !llvm.ptr, %a: f16) attributes {gpu.kernel, nvvm.kernel} {
      %v = llvm.load %x : !llvm.ptr -> f16
      %p = llvm.fmul %v, %a : f16
      %c = llvm.fcmp "olt" %p, %v : f16
      %r = llvm.select %c, %p, %v : i1, f16
      llvm.store %r, %x : f16, !llvm.ptr
      llvm.return
    }
  }
}

// -----

// On one that is fast at them they are halves, two in an instruction.
// CHECK: .visible .entry pairs(
// CHECK-SAME: fma.rn.f16x2
// CHECK-NOT: cvt.f32.f16
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_ptx = 60 : i64, gpu_half_rate = 2.0 : f64}} {
  gpu.module @kernels {
    llvm.func @pairs(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      %v = llvm.load %x : !llvm.ptr -> vector<2xf16>
      %w = llvm.intr.fma(%v, %v, %v) : (vector<2xf16>, vector<2xf16>, vector<2xf16>) -> vector<2xf16>
      llvm.store %w, %x : vector<2xf16>, !llvm.ptr
      llvm.return
    }
  }
}
