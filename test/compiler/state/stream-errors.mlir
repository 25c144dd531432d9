// RUN: dlc-opt %s --split-input-file --dlc-stream --verify-diagnostics

// expected-error @+1 {{frames are those of a function @main, and nn.hop of them a call is positive}}
module {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x20x8xf32> {
    return %x : tensor<1x20x8xf32>
  }
}

// -----

module attributes {nn.hop = 2 : i64} {
  // expected-error @+1 {{none of its inputs has frames}}
  func.func @main(%x: tensor<1x20x8xf32>) -> tensor<1x20x8xf32> {
    return %x : tensor<1x20x8xf32>
  }
}

// -----

module attributes {nn.hop = 2 : i64} {
  // expected-error @+1 {{input 0 has no dimension 3}}
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 3 : i64}) -> tensor<1x20x8xf32> {
    return %x : tensor<1x20x8xf32>
  }
}

// -----

module attributes {nn.hop = 2 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x1x8xf32> {
    // expected-error @+1 {{--stream: needs all frames of its operand before it can compute one}}
    %0 = nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 1>} : (tensor<1x20x8xf32>) -> tensor<1x1x8xf32>
    return %0 : tensor<1x1x8xf32>
  }
}

// -----

// A pad of ones behind which a convolution pads with zeros.
module attributes {nn.hop = 2 : i64} {
  func.func @main(%x: tensor<1x20x8xf32> {nn.frames = 1 : i64}) -> tensor<1x21x8xf32> {
    %one = arith.constant dense<1.0> : tensor<f32>
    %w = arith.constant dense<0.5> : tensor<8x8x3xf32>
    %0 = nn.pad %x, %one {pads = array<i64: 0, 1, 0, 0, 0, 0>, mode = #nn.pad_mode<constant>} : (tensor<1x20x8xf32>, tensor<f32>) -> tensor<1x21x8xf32>
    // expected-error @+1 {{--stream: its padding of 0 lies before a padding of 1}}
    %1 = nn.conv %0, %w {strides = array<i64: 1>, pads = array<i64: 2, 0>, dilations = array<i64: 1>, layout = #nn.layout<channels_last>} : (tensor<1x21x8xf32>, tensor<8x8x3xf32>) -> tensor<1x21x8xf32>
    return %1 : tensor<1x21x8xf32>
  }
}
