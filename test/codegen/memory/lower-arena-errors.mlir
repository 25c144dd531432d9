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

memref.global "private" constant @c : memref<4xf32> = dense<1.0>
func.func private @use(memref<2xf32>)
func.func @main(%arena: memref<?xi8>) {
  %c = memref.get_global @c : memref<4xf32>
  // expected-error @+1 {{is a view of neither a buffer nor an argument of @main}}
  %0 = arena.view %c {byte_offset = 0 : i64} : memref<4xf32> to memref<2xf32>
  call @use(%0) : (memref<2xf32>) -> ()
  return
}

// -----

func.func @main(%arena: memref<?xi8>) {
  // expected-error @+1 {{buffer 'a' lies on a device, whose memory is no part of the arena}}
  %a = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64, offset = 0 : i64, space = #arena.space<device>} : memref<4xf32>
  return
}
