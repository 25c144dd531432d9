// RUN: dlc-opt %s --split-input-file --dlc-hoist-scratch --verify-diagnostics

func.func private @dynamic(%n: index) {
  // expected-error @+1 {{memory of unknown size cannot be planned: 'memref<?xf32>'}}
  %0 = memref.alloc(%n) : memref<?xf32>
  return
}
func.func @main(%arena: memref<?xi8>) {
  return
}

// -----

func.func private @parallel(%n: index) {
  scf.forall (%i) in (4) {
    // expected-error @+1 {{memory allocated in a parallel loop cannot be planned: each thread needs its own}}
    %0 = memref.alloc() : memref<4xf32>
  }
  return
}
func.func @main(%arena: memref<?xi8>) {
  return
}
