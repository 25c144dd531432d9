// RUN: dlc-opt %s --split-input-file --dlc-lower-arena --verify-diagnostics

func.func @main(%arena: memref<?xi8>) {
  // expected-error @+1 {{buffer 'a' has no offset}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64} : memref<4xf32>
  return
}

// -----

// expected-error @+1 {{has no arena: its last argument is no memref<?xi8>}}
func.func @main(%x: memref<4xf32>) {
  return
}

// -----

func.func private @use(memref<2xf32>)
func.func @main(%x: memref<4xf32>, %arena: memref<?xi8>) {
  // expected-error @+1 {{is not a view of an arena.buffer}}
  %0 = arena.view %x {byte_offset = 0 : i64} : memref<4xf32> to memref<2xf32>
  call @use(%0) : (memref<2xf32>) -> ()
  return
}
