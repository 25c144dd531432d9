// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<2x3xf32>, %grid: tensor<2x3xf32>) {
  // expected-error @below {{'nn.grid_sample' (1) input and grid need one rank of 3 or more and one element type}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @ranks(%x: tensor<1x3x4x4xf32>, %grid: tensor<1x5x2xf32>) {
  // expected-error @below {{'nn.grid_sample' (1) input and grid need one rank of 3 or more and one element type}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<1x3x4x4xf32>, tensor<1x5x2xf32>) -> tensor<1x3x5xf32>
  return
}

// -----

func.func @types(%x: tensor<1x3x4x4xf32>, %grid: tensor<1x5x6x2xf64>) {
  // expected-error @below {{'nn.grid_sample' (1) input and grid need one rank of 3 or more and one element type}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<1x3x4x4xf32>, tensor<1x5x6x2xf64>) -> tensor<1x3x5x6xf32>
  return
}

// -----

func.func @batch(%x: tensor<1x3x4x4xf32>, %grid: tensor<2x5x6x2xf32>) {
  // expected-error @below {{'nn.grid_sample' (2) the grid needs a batch of 1 and 2 coordinates for each place}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<1x3x4x4xf32>, tensor<2x5x6x2xf32>) -> tensor<1x3x5x6xf32>
  return
}

// -----

func.func @coordinates(%x: tensor<1x3x4x4xf32>, %grid: tensor<1x5x6x3xf32>) {
  // expected-error @below {{'nn.grid_sample' (2) the grid needs a batch of 1 and 2 coordinates for each place}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_first>} : (tensor<1x3x4x4xf32>, tensor<1x5x6x3xf32>) -> tensor<1x3x5x6xf32>
  return
}

// -----

func.func @empty(%x: tensor<1x0x4x3xf32>, %grid: tensor<1x5x6x2xf32>) {
  // expected-error @below {{'nn.grid_sample' (3) a spatial dimension of the input is empty}}
  // expected-error @below {{'nn.grid_sample' op failed to infer returned types}}
  %0 = nn.grid_sample %x, %grid {mode = #nn.resize_mode<linear>, padding = #nn.grid_padding<zeros>, align_corners = false, layout = #nn.layout<channels_last>} : (tensor<1x0x4x3xf32>, tensor<1x5x6x2xf32>) -> tensor<1x5x6x3xf32>
  return
}
