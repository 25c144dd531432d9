// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @two_types(%x: index, %y: i32) {
  // expected-error @+1 {{'kernel.spread_codes' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.spread_codes %x, %y {bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @a_large_table(%x: index) {
  // expected-error @+1 {{'kernel.spread_codes' op (2) 13 bits are looked up, and at most 12 can be}}
  kernel.spread_codes %x, %x {bits = 13 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index) -> ()
  return
}

// -----

func.func @a_number_of_another_type(%x: index, %n: i64) {
  // expected-error @+1 {{'kernel.decode' op (1) addresses and numbers of two types, 'index' and 'i64'}}
  kernel.decode %x, %x, %x, %x for %n {bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index, i64) -> ()
  return
}

// -----

func.func @a_large_look_up(%x: index) {
  // expected-error @+1 {{'kernel.decode' op (2) 16 bits are looked up, and at most 12 can be}}
  kernel.decode %x, %x, %x, %x for %x {bits = 16 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index, index) -> ()
  return
}

// -----

func.func @no_bits(%x: index) {
  // expected-error @+1 {{attribute 'bits' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  kernel.decode %x, %x, %x, %x for %x {bits = 0 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (index, index, index, index, index) -> ()
  return
}

// -----

func.func @bytes_of_another_type(%x: index, %n: i32) {
  // expected-error @+1 {{'kernel.sum_gaps' op (1) addresses and numbers of two types, 'index' and 'i32'}}
  kernel.sum_gaps %x for %n {instructions = #kernel.instructions<armv7m, load = 4>} : (index, i32) -> ()
  return
}

// -----

func.func @halfwords_in_low_registers(%x: index) {
  // expected-error @+1 {{'kernel.decode' op (3) is not written in armv6m}}
  kernel.decode %x, %x, %x, %x for %x {bits = 9 : i64, instructions = #kernel.instructions<armv6m, load = 4>, wide} : (index, index, index, index, index) -> ()
  return
}

// -----

func.func @elements_of_another_type(%x: index, %n: i64) {
  // expected-error @+1 {{'kernel.decode_nonzeros' op (1) addresses and numbers of two types, 'index' and 'i64'}}
  kernel.decode_nonzeros %x, weights %x by %x, gaps %x by %x, %x for %n {bits = 9 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index, index, index, i64) -> ()
  return
}

// -----

func.func @a_large_look_up_of_nonzeros(%x: index) {
  // expected-error @+1 {{'kernel.decode_nonzeros' op (2) 13 bits are looked up, and at most 12 can be}}
  kernel.decode_nonzeros %x, weights %x by %x, gaps %x by %x, %x for %x {bits = 13 : i64, instructions = #kernel.instructions<mve, load = 4>} : (index, index, index, index, index, index, index) -> ()
  return
}

// -----

func.func @nonzeros_in_low_registers(%x: index) {
  // expected-error @+1 {{'kernel.decode_nonzeros' op (3) is not written in armv6m}}
  kernel.decode_nonzeros %x, weights %x by %x, gaps %x by %x, %x for %x {bits = 9 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (index, index, index, index, index, index, index) -> ()
  return
}
