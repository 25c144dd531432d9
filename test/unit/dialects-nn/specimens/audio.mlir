func.func @micro_features(%samples: tensor<64xi16>, %noise: tensor<1xi32>) -> (tensor<4x1xui16>, tensor<1xi32>) {
  %0:2 = nn.micro_features %samples, %noise {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>, tensor<1xi32>) -> (tensor<4x1xui16>, tensor<1xi32>)
  return %0#0, %0#1 : tensor<4x1xui16>, tensor<1xi32>
}
func.func @spectrum(%samples: tensor<400xf32>) -> tensor<3x17x2xf32> {
  %0 = nn.spectrum %samples {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64} : (tensor<400xf32>) -> tensor<3x17x2xf32>
  return %0 : tensor<3x17x2xf32>
}
func.func @mel_energies(%samples: tensor<400xi16>) -> tensor<3x1xf32> {
  %0 = nn.mel_energies %samples {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<400xi16>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}
