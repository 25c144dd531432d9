// RUN: dlc-opt %s --dlc-compile-audio --split-input-file --verify-diagnostics | FileCheck %s

// A float for each number of the transform, and one more.
// CHECK: func.func private @mel(memref<400xi16>, memref<3x1xf32>, memref<132xi8> {arena.scratch}) attributes {{{.*}}dlc.code = dense<
// CHECK: func.func @main
// CHECK: %[[BUFFER:.*]] = arena.buffer {{.*}}bytes = 132 : i64, name = "mel.frame"} : memref<132xi8>
// CHECK: call @mel(%{{.*}}, %{{.*}}, %[[BUFFER]])
func.func private @mel(memref<400xi16>, memref<3x1xf32>) attributes {nn.stage = "mel_energies", dlc.audio = {op = "mel_energies", hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>}}
func.func @main(%samples: memref<400xi16>, %out: memref<3x1xf32>, %arena: memref<?xi8>) {
  call @mel(%samples, %out) : (memref<400xi16>, memref<3x1xf32>) -> ()
  return
}

// -----

// expected-error @below {{internal error: sound lies in memory as no front end reads or writes it}}
func.func private @strided(memref<400xi16, strided<[2]>>, memref<3x1xf32>) attributes {nn.stage = "mel_energies", dlc.audio = {op = "mel_energies", hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>}}

// -----

module attributes {dlc.target = {gpu_capability = 61 : i64}} {
  // expected-error @below {{features of sound are computed by processors, not by a GPU}}
  func.func private @device(memref<400xi16>, memref<3x1xf32>) attributes {nn.stage = "mel_energies", dlc.audio = {op = "mel_energies", hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>}}
}

// -----

// What is kept from call to call needs no place in the frame.
// CHECK: func.func private @first(memref<64xi16>, memref<4x1xui16>, memref<132xi8> {arena.scratch})
func.func private @first(memref<64xi16>, memref<4x1xui16>) attributes {nn.stage = "micro_features", dlc.audio = {op = "micro_features", hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64}}
// CHECK: func.func private @kept(memref<64xi16>, memref<1xi32>, memref<4x1xui16>, memref<1xi32>, memref<128xi8> {arena.scratch})
func.func private @kept(memref<64xi16>, memref<1xi32>, memref<4x1xui16>, memref<1xi32>) attributes {nn.stage = "micro_features", dlc.audio = {op = "micro_features", hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64}}
