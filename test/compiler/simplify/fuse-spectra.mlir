// RUN: dlc-opt %s --dlc-fuse-spectra --split-input-file | FileCheck %s

// Squares, their sum and a product with bands; what is not 0 of these.
// CHECK-LABEL: func @bands(
// CHECK-NOT: nn.spectrum
// CHECK: %[[E:.*]] = nn.mel_energies %arg0 {fft_size = 32 : i64, hop = 16 : i64, starts = array<i32: 1, 0, 15>, weights = array<f32: 1.000000e+00, 5.000000e-01, 2.500000e-01, 2.000000e+00>, widths = array<i32: 2, 0, 2>, window = array<f32: 1.000000e+00, 5.000000e-01>} : (tensor<64xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: return %[[E]]
func.func @bands(%x: tensor<64xf32>) -> tensor<4x3xf32> {
  %mel = arith.constant dense<[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.25], [0.0, 0.0, 2.0]]> : tensor<17x3xf32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  %3 = nn.matmul %2, %mel : (tensor<4x17xf32>, tensor<17x3xf32>) -> tensor<4x3xf32>
  return %3 : tensor<4x3xf32>
}

// -----

// Parts by a slice and a gather, a root, a factor, and samples of 16 bits: the bins.
// CHECK-LABEL: func @parts(
// CHECK-NOT: nn.spectrum
// CHECK: %[[E:.*]] = nn.mel_energies %arg0 {{{.*}}magnitude, starts = array<i32: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16>, weights = array<f32: 4.000000e+00, 4.000000e+00, {{.*}}>, widths = array<i32: 1, 1, {{.*}}>, window = array<f32: 2.500000e-01, 5.000000e-01>} : (tensor<64xi16>) -> tensor<4x17xf32>
// CHECK-NEXT: %[[T:.*]] = nn.transpose %[[E]] {perm = array<i64: 1, 0>}
// CHECK-NEXT: %[[R:.*]] = nn.reshape %[[T]] : (tensor<17x4xf32>) -> tensor<1x17x4xf32>
// CHECK-NEXT: return %[[R]]
func.func @parts(%x: tensor<64xi16>) -> tensor<1x17x4xf32> {
  %quarter = arith.constant dense<0.25> : tensor<f32>
  %sixteen = arith.constant dense<16.0> : tensor<f32>
  %one = arith.constant dense<-1> : tensor<1xi64>
  %a = nn.cast %x : (tensor<64xi16>) -> tensor<64xf32>
  %b = nn.mul %a, %quarter : (tensor<64xf32>, tensor<f32>) -> tensor<64xf32>
  %0 = nn.spectrum %b {hop = 16 : i64, window = array<f32: 1.0, 2.0>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.reshape %0 : (tensor<4x17x2xf32>) -> tensor<1x4x17x2xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x4x17x2xf32>) -> tensor<1x17x4x2xf32>
  %3 = nn.slice %2 {starts = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 17, 4, 1>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x17x4x2xf32>) -> tensor<1x17x4x1xf32>
  %4 = nn.gather %2, %one {axis = 3 : i64} : (tensor<1x17x4x2xf32>, tensor<1xi64>) -> tensor<1x17x4x1xf32>
  %5 = nn.mul %3, %3 : (tensor<1x17x4x1xf32>, tensor<1x17x4x1xf32>) -> tensor<1x17x4x1xf32>
  %6 = nn.mul %4, %4 : (tensor<1x17x4x1xf32>, tensor<1x17x4x1xf32>) -> tensor<1x17x4x1xf32>
  %7 = nn.add %5, %6 : (tensor<1x17x4x1xf32>, tensor<1x17x4x1xf32>) -> tensor<1x17x4x1xf32>
  %8 = nn.mul %7, %sixteen : (tensor<1x17x4x1xf32>, tensor<f32>) -> tensor<1x17x4x1xf32>
  %9 = nn.sqrt %8 : (tensor<1x17x4x1xf32>) -> tensor<1x17x4x1xf32>
  %10 = nn.reshape %9 : (tensor<1x17x4x1xf32>) -> tensor<1x17x4xf32>
  return %10 : tensor<1x17x4xf32>
}

// -----

// The square of a magnitude is the energy; bands as rows.
// CHECK-LABEL: func @squared(
// CHECK-NOT: nn.spectrum
// CHECK: %[[E:.*]] = nn.mel_energies %arg0
// CHECK-NOT: magnitude
// CHECK-SAME: starts = array<i32: 3>, weights = array<f32: 1.000000e+00>, widths = array<i32: 1>
// CHECK-SAME: (tensor<64xf32>) -> tensor<4x1xf32>
// CHECK-NEXT: %[[T:.*]] = nn.transpose %[[E]]
// CHECK-NEXT: return %[[T]]
func.func @squared(%x: tensor<64xf32>) -> tensor<1x4xf32> {
  %mel = arith.constant dense<[[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<1x17xf32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.pow %0, %two : (tensor<4x17x2xf32>, tensor<f32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  %3 = nn.sqrt %2 : (tensor<4x17xf32>) -> tensor<4x17xf32>
  %4 = nn.mul %3, %3 : (tensor<4x17xf32>, tensor<4x17xf32>) -> tensor<4x17xf32>
  %5 = nn.transpose %4 {perm = array<i64: 1, 0>} : (tensor<4x17xf32>) -> tensor<17x4xf32>
  %6 = nn.matmul %mel, %5 : (tensor<1x17xf32>, tensor<17x4xf32>) -> tensor<1x4xf32>
  return %6 : tensor<1x4xf32>
}

// -----

// Energies that are read twice are an end, and so is a matrix without zeros.
// CHECK-LABEL: func @ends(
// CHECK: %[[E:.*]] = nn.mel_energies %arg0 {{.*}} -> tensor<4x17xf32>
// CHECK: %[[P:.*]] = nn.matmul %[[E]]
// CHECK: return %[[E]], %[[P]]
// CHECK-LABEL: func @dense(
// CHECK: %[[E:.*]] = nn.mel_energies %arg0 {{.*}} -> tensor<4x17xf32>
// CHECK: %[[P:.*]] = nn.matmul %[[E]]
// CHECK: return %[[P]]
func.func @ends(%x: tensor<64xf32>) -> (tensor<4x17xf32>, tensor<4x1xf32>) {
  %mel = arith.constant dense<[[0.0], [0.0], [0.0], [1.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0]]> : tensor<17x1xf32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  %3 = nn.matmul %2, %mel : (tensor<4x17xf32>, tensor<17x1xf32>) -> tensor<4x1xf32>
  return %2, %3 : tensor<4x17xf32>, tensor<4x1xf32>
}
func.func @dense(%x: tensor<64xf32>) -> tensor<4x1xf32> {
  %all = arith.constant dense<1.0> : tensor<17x1xf32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  %3 = nn.matmul %2, %all : (tensor<4x17xf32>, tensor<17x1xf32>) -> tensor<4x1xf32>
  return %3 : tensor<4x1xf32>
}

// -----

// What else is read of a spectrum needs it: another reader, one part twice, a sum over bins, a
// factor that may be negative, or a power that is none of the two.
// CHECK-LABEL: func @other(
// CHECK: nn.spectrum
// CHECK-NOT: nn.mel_energies
func.func @other(%x: tensor<64xf32>) -> (tensor<4x17x2xf32>, tensor<4x17xf32>) {
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  return %0, %2 : tensor<4x17x2xf32>, tensor<4x17xf32>
}
// CHECK-LABEL: func @twice(
// CHECK: nn.spectrum
// CHECK-NOT: nn.mel_energies
func.func @twice(%x: tensor<64xf32>) -> tensor<4x17x1xf32> {
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 0, 0>, sizes = array<i64: 4, 17, 1>, steps = array<i64: 1, 1, 1>} : (tensor<4x17x2xf32>) -> tensor<4x17x1xf32>
  %2 = nn.slice %0 {starts = array<i64: 0, 0, 0>, sizes = array<i64: 4, 17, 1>, steps = array<i64: 1, 1, 1>} : (tensor<4x17x2xf32>) -> tensor<4x17x1xf32>
  %3 = nn.mul %1, %1 : (tensor<4x17x1xf32>, tensor<4x17x1xf32>) -> tensor<4x17x1xf32>
  %4 = nn.mul %2, %2 : (tensor<4x17x1xf32>, tensor<4x17x1xf32>) -> tensor<4x17x1xf32>
  %5 = nn.add %3, %4 : (tensor<4x17x1xf32>, tensor<4x17x1xf32>) -> tensor<4x17x1xf32>
  return %5 : tensor<4x17x1xf32>
}
// CHECK-LABEL: func @over_bins(
// CHECK: nn.spectrum
// CHECK-NOT: nn.mel_energies
func.func @over_bins(%x: tensor<64xf32>) -> tensor<4x2xf32> {
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 1>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}
// CHECK-LABEL: func @cubes(
// CHECK: nn.spectrum
// CHECK-NOT: nn.mel_energies
func.func @cubes(%x: tensor<64xf32>) -> tensor<4x17xf32> {
  %three = arith.constant dense<3.0> : tensor<f32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.pow %0, %three : (tensor<4x17x2xf32>, tensor<f32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  return %2 : tensor<4x17xf32>
}
// CHECK-LABEL: func @negative(
// CHECK: %[[E:.*]] = nn.mel_energies {{.*}}weights = array<f32: 1.000000e+00,
// CHECK: nn.mul %[[E]]
func.func @negative(%x: tensor<64xf32>) -> tensor<4x17xf32> {
  %factor = arith.constant dense<-1.0> : tensor<f32>
  %0 = nn.spectrum %x {hop = 16 : i64, window = array<f32: 1.0, 0.5>, fft_size = 32 : i64} : (tensor<64xf32>) -> tensor<4x17x2xf32>
  %1 = nn.mul %0, %0 : (tensor<4x17x2xf32>, tensor<4x17x2xf32>) -> tensor<4x17x2xf32>
  %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<4x17x2xf32>) -> tensor<4x17xf32>
  %3 = nn.mul %2, %factor : (tensor<4x17xf32>, tensor<f32>) -> tensor<4x17xf32>
  return %3 : tensor<4x17xf32>
}
