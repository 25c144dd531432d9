// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file --verify-diagnostics %s

func.func @average_of_integers(%x: tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8> {
  // expected-error @below {{avg_pool of integers is not supported; cast to a float before it}}
  %0 = nn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
      counted_pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
    : (tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
  return %0 : tensor<1x2x2x1xi8>
}

// -----

func.func @interpolation_of_integers(%x: tensor<1x1x2xui8>) -> tensor<1x1x4xui8> {
  // expected-error @below {{interpolation of 'ui8' is not supported; mode nearest and floats are}}
  %0 = nn.resize %x {mode = #nn.resize_mode<linear>, coordinate = #nn.resize_coordinate<half_pixel>,
      nearest = #nn.resize_nearest<floor>, scales = array<f64: 1.0, 1.0, 2.0>} : (tensor<1x1x2xui8>) -> tensor<1x1x4xui8>
  return %0 : tensor<1x1x4xui8>
}

// -----

func.func @quantisation_to_wide_integers(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xi32> {
  // expected-error @below {{quantisation to 'i32' is not supported; integers of 2 to 16 bits are}}
  %0 = nn.quantize %x, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @arithmetic_of_four_bits(%x: tensor<4xi4>) -> tensor<4xi4> {
  // expected-error @below {{add on integers of 2 or 4 bits is not supported; give it an accumulator, or cast to 8 bits before it}}
  %0 = nn.add %x, %x : (tensor<4xi4>, tensor<4xi4>) -> tensor<4xi4>
  return %0 : tensor<4xi4>
}

// -----

func.func @cast_to_four_bits(%x: tensor<4xi8>) -> tensor<4xi4> {
  // expected-error @below {{cast on integers of 2 or 4 bits is not supported; give it an accumulator, or cast to 8 bits before it}}
  %0 = nn.cast %x : (tensor<4xi8>) -> tensor<4xi4>
  return %0 : tensor<4xi4>
}
