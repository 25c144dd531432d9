// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @buffer_dynamic() {
  // expected-error @+1 {{'arena.buffer' op (1) needs a static shape without strides, not 'memref<?xf32>'}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64} : memref<?xf32>
  return
}

// -----

func.func @buffer_too_small() {
  // expected-error @+1 {{'arena.buffer' op (2) has 15 bytes, 'memref<4xf32>' takes 16}}
  %0 = arena.buffer {name = "a", bytes = 15 : i64, align = 16 : i64} : memref<4xf32>
  return
}

// -----

func.func @buffer_of_packed_elements() {
  // expected-error @+1 {{'arena.buffer' op (2) has 4 bytes, 'memref<9xi4>' takes 5}}
  %0 = arena.buffer {name = "a", bytes = 4 : i64, align = 16 : i64} : memref<9xi4>
  return
}

// -----

func.func @buffer_alignment() {
  // expected-error @+1 {{'arena.buffer' op (3) aligned to 12, which is not a power of two}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 12 : i64} : memref<4xf32>
  return
}

// -----

func.func @buffer_offset() {
  // expected-error @+1 {{'arena.buffer' op (4) offset 24 is not a multiple of 16}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64, offset = 24 : i64} : memref<4xf32>
  return
}

// -----

func.func @buffer_second_bank() {
  // expected-error @+1 {{'arena.buffer' op (5) lies in the second bank of an arena that is not split: arena.bank_sizes lists the banks}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64, space = #arena.space<second_bank>} : memref<4xf32>
  return
}

// -----

func.func @buffer_unknown_space() {
  // expected-error @+2 {{expected ::dlc::arena::Space to be one of: host, second_bank, device}}
  // expected-error @+1 {{failed to parse}}
  %0 = arena.buffer {name = "a", bytes = 16 : i64, align = 16 : i64, space = #arena.space<moon>} : memref<4xf32>
  return
}

// -----

func.func @view_offset_in_type(%a: memref<8xf32>) {
  // expected-error @+1 {{'arena.view' op (1) needs static shapes and strides, offset 0 and one element type}}
  %0 = arena.view %a {byte_offset = 8 : i64} : memref<8xf32> to memref<2xf32, strided<[1], offset: 2>>
  return
}

// -----

func.func @view_element_type(%a: memref<8xf32>) {
  // expected-error @+1 {{'arena.view' op (1) needs static shapes}}
  %0 = arena.view %a {byte_offset = 8 : i64} : memref<8xf32> to memref<2xi32>
  return
}

// -----

func.func @view_outside(%a: memref<8xf32>) {
  // The last element is 3 * 2 = 6 behind byte 8: 8 + 28 = 36 of 32.
  // expected-error @+1 {{'arena.view' op (2) reaches from byte 8 to 36 of 32}}
  %0 = arena.view %a {byte_offset = 8 : i64} : memref<8xf32> to memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @view_within_element(%a: memref<8xf32>) {
  // expected-error @+1 {{'arena.view' op (3) begins at byte 6, within an element of 4}}
  %0 = arena.view %a {byte_offset = 6 : i64} : memref<8xf32> to memref<2xf32>
  return
}

// -----

func.func @advance_strided(%a: memref<8x2xf32>, %at: index) {
  // expected-error @+1 {{'arena.advance' op (1) needs one dimension of static size without strides, and one element type of whole bytes}}
  %0 = arena.advance %a by %at : memref<8x2xf32> to memref<2xf32>
  return
}

// -----

func.func @advance_other_type(%a: memref<8xf32>, %at: index) {
  // expected-error @+1 {{'arena.advance' op (1) needs one dimension}}
  %0 = arena.advance %a by %at : memref<8xf32> to memref<2xi32>
  return
}

// -----

func.func @advance_larger(%a: memref<8xf32>, %at: index) {
  // expected-error @+1 {{'arena.advance' op (2) has 9 elements of 8}}
  %0 = arena.advance %a by %at : memref<8xf32> to memref<9xf32>
  return
}

// -----

func.func @procedure_without_memory(%x: tensor<2x3xf32>) {
  // expected-error @below {{'arena.procedure' op (1) has a body that does not take the elements of its operands and results and its scratch memory}}
  %0 = arena.procedure(%x) {scratch = []} : (tensor<2x3xf32>) -> tensor<4xf32> {
  ^bb0(%a: memref<2x3xf32>, %b: memref<4xf32>):
  }
  return
}

// -----

func.func @procedure_scratch(%x: tensor<2x3xf32>) {
  // expected-error @below {{'arena.procedure' op (2) has 'memref<0xf32>' as scratch memory}}
  %0 = arena.procedure(%x) {scratch = [memref<0xf32>]} : (tensor<2x3xf32>) -> tensor<4xf32> {
  ^bb0(%a: memref<6xf32>, %b: memref<4xf32>, %c: memref<0xf32>):
  }
  return
}
