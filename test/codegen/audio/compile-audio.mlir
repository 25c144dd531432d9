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
