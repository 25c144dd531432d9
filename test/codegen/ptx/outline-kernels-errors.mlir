// RUN: dlc-opt %s --dlc-outline-kernels --split-input-file --verify-diagnostics

// The kernel would read what another thread has written by then.
func.func private @last(%x: memref<4xf32>) attributes {nn.stage = "scale"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-error @+1 {{reads an element that its stage writes to; a kernel cannot compute it}}
  %f = memref.load %x[%c0] : memref<4xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1) {
    memref.store %f, %x[%tx] : memref<4xf32>
    gpu.terminator
  }
  return
}
func.func @main(%x: memref<4xf32>, %arena: memref<?xi8>) { return }

// -----

// expected-error @+1 {{has a launch within control flow}}
func.func private @loop(%x: memref<4xf32>) attributes {nn.stage = "scale"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %one = arith.constant 1.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1) {
      memref.store %one, %x[%tx] : memref<4xf32>
      gpu.terminator
    }
  }
  return
}
func.func @main(%x: memref<4xf32>, %arena: memref<?xi8>) { return }

// -----

// What is not arithmetic is not done again in each thread.
func.func private @more(%x: memref<4xf32>) attributes {nn.stage = "scale"} {
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %c = arith.constant true
  // expected-error @+1 {{'func.call' cannot be computed in a kernel}}
  %f = func.call @number() : () -> f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1) {
    memref.store %f, %x[%tx] : memref<4xf32>
    gpu.terminator
  }
  return
}
func.func private @number() -> f32
func.func @main(%x: memref<4xf32>, %arena: memref<?xi8>) { return }
