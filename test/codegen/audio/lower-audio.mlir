// RUN: dlc-opt %s --dlc-lower-audio --split-input-file --verify-diagnostics | FileCheck %s

// CHECK: func.func private @mel(tensor<400xi16>) -> tensor<3x1xf32> attributes {dlc.audio = {fft_size = 32 : i64, hop = 160 : i64, op = "mel_energies", {{.*}}weights = array<f32: 1.000000e+00, 5.000000e-01>{{.*}}nn.stage = "mel_energies"}
func.func private @mel(%samples: tensor<400xi16>) -> tensor<3x1xf32> attributes {nn.stage = "mel_energies"} {
  %0 = nn.mel_energies %samples {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<400xi16>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

// Other stages stay.
// CHECK-LABEL: func.func private @relu
// CHECK: nn.max
func.func private @relu(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> attributes {nn.stage = "elementwise"} {
  %0 = nn.max %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Nothing else is in its stage.
func.func private @more(%samples: tensor<400xi16>) -> tensor<3x1xf32> attributes {nn.stage = "mel_energies"} {
  // expected-error @below {{is no stage of its own}}
  %0 = nn.mel_energies %samples {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<400xi16>) -> tensor<3x1xf32>
  %1 = nn.log %0 : (tensor<3x1xf32>) -> tensor<3x1xf32>
  return %1 : tensor<3x1xf32>
}

// -----

// What is kept from call to call goes with the samples and the features.
// CHECK: func.func private @kept(tensor<64xi16>, tensor<1xi32>) -> (tensor<4x1xui16>, tensor<1xi32>) attributes {dlc.audio = {{{.*}}op = "micro_features"
func.func private @kept(%samples: tensor<64xi16>, %noise: tensor<1xi32>) -> (tensor<4x1xui16>, tensor<1xi32>) attributes {nn.stage = "micro_features"} {
  %0:2 = nn.micro_features %samples, %noise {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>, tensor<1xi32>) -> (tensor<4x1xui16>, tensor<1xi32>)
  return %0#0, %0#1 : tensor<4x1xui16>, tensor<1xi32>
}
