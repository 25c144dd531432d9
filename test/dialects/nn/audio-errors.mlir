// RUN: dlc-opt %s --split-input-file --verify-diagnostics

// -----

func.func @samples(%a: tensor<1xi16>) {
  // expected-error @below {{'nn.micro_features' (1) the samples are no vector of at least one window, or the hop is not positive}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<1xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @hop(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (1) the samples are no vector of at least one window, or the hop is not positive}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 0 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @size(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (2) fft_size is no power of two from 32 to 4096, or less than the window}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 48 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @bins(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (3) bins of the channels are not between the first and the middle one of the transform, or a weight is not 0 to 4096}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 0 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @last_bin(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (3) bins of the channels are not between the first and the middle one of the transform, or a weight is not 0 to 4096}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 15 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @weight(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (3) bins of the channels are not between the first and the middle one of the transform, or a weight is not 0 to 4096}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4097>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @smoothing(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (4) a smoothing is not 0 to 2^14}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 16385 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @shift(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (4) a shift is not 0 to 16}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 17 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @gains(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (5) there are not 125 gains, or their curve is below 0 somewhere}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, -1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @estimates(%a: tensor<64xi16>, %b: tensor<2xi32>) {
  // expected-error @below {{'nn.micro_features' (6) estimates are not one for each channel}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0:2 = nn.micro_features %a, %b {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64} : (tensor<64xi16>, tensor<2xi32>) -> (tensor<4x1xui16>, tensor<2xi32>)
  return
}

// -----

func.func @stored(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.micro_features' (7) stored is not a factor, an offset, a divisor and a zero of 8 bits}}
  // expected-error @below {{'nn.micro_features' op failed to infer returned types}}
  %0 = nn.micro_features %a {hop = 16 : i64, window = array<i16: 4096, 4096>, fft_size = 32 : i64, first_bin = 1 : i64, widths = array<i32: 1, 1>, weights = array<i16: 0, 4096>, smoothing_bits = 10 : i64, even_smoothing = 409 : i64, odd_smoothing = 983 : i64, least_remaining = 819 : i64, gains = array<i16: 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0>, ratio_shift = 6 : i64, log_bits = 0 : i64, log_shift = 6 : i64, stored = array<i64: 256, 333, 0, -128>} : (tensor<64xi16>) -> tensor<4x1xui16>
  return
}

// -----

func.func @mel_samples(%a: tensor<1xi16>) {
  // expected-error @below {{'nn.mel_energies' (1) the samples are no vector of at least one window, or the hop is not positive}}
  // expected-error @below {{'nn.mel_energies' op failed to infer returned types}}
  %0 = nn.mel_energies %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<1xi16>) -> tensor<3x1xf32>
  return
}

// -----

func.func @mel_size(%a: tensor<400xi16>) {
  // expected-error @below {{'nn.mel_energies' (2) fft_size is no power of two from 32 to 4096, or less than the window}}
  // expected-error @below {{'nn.mel_energies' op failed to infer returned types}}
  %0 = nn.mel_energies %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 33 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<400xi16>) -> tensor<3x1xf32>
  return
}

// -----

func.func @bands(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.mel_energies' (3) a band leaves the bins, or has not as many weights as bins}}
  // expected-error @below {{'nn.mel_energies' op failed to infer returned types}}
  %0 = nn.mel_energies %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 16>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>} : (tensor<64xi16>) -> tensor<1x1xf32>
  return
}

// -----

func.func @weights(%a: tensor<64xi16>) {
  // expected-error @below {{'nn.mel_energies' (3) a band leaves the bins, or has not as many weights as bins}}
  // expected-error @below {{'nn.mel_energies' op failed to infer returned types}}
  %0 = nn.mel_energies %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 1>, weights = array<f32: 1.0, 0.5>} : (tensor<64xi16>) -> tensor<1x1xf32>
  return
}

// -----

func.func @floats(%a: tensor<64xf32>) {
  // expected-error @below {{'nn.mel_energies' (4) preemphasis and remove_mean are not of floats}}
  // expected-error @below {{'nn.mel_energies' op failed to infer returned types}}
  %0 = nn.mel_energies %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64, starts = array<i32: 1>, widths = array<i32: 2>, weights = array<f32: 1.0, 0.5>, remove_mean} : (tensor<64xf32>) -> tensor<1x1xf32>
  return
}

// -----

func.func @spectrum_samples(%a: tensor<1xf32>) {
  // expected-error @below {{'nn.spectrum' (1) the samples are no vector of at least one window, or the hop is not positive}}
  // expected-error @below {{'nn.spectrum' op failed to infer returned types}}
  %0 = nn.spectrum %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 32 : i64} : (tensor<1xf32>) -> tensor<1x17x2xf32>
  return
}

// -----

func.func @spectrum_size(%a: tensor<64xf32>) {
  // expected-error @below {{'nn.spectrum' (2) fft_size is no power of two from 32 to 4096, or less than the window}}
  // expected-error @below {{'nn.spectrum' op failed to infer returned types}}
  %0 = nn.spectrum %a {hop = 160 : i64, window = array<f32: 1.0, 1.0>, fft_size = 48 : i64} : (tensor<64xf32>) -> tensor<1x25x2xf32>
  return
}
