// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @matrix(%m: tensor<2x3xi1>) {
  // expected-error @below {{'nn.positions' op failed to infer returned types}}
  // expected-error @below {{'nn.positions' (1) needs a vector of less than 2^31 elements}}
  %0:2 = nn.positions %m : (tensor<2x3xi1>) -> (tensor<6xi32>, tensor<i32>)
  return
}

// -----

func.func @classes(%b: tensor<1x5x4xf32>, %s: tensor<1x2x6xf32>) {
  // expected-error @below {{'nn.suppress' op failed to infer returned types}}
  // expected-error @below {{'nn.suppress' (1) boxes are not [batch, n, 4] or scores not [batch, classes, n] of their type}}
  %0:2 = nn.suppress %b, %s {most = 2 : i64, iou = 0.5 : f64} : (tensor<1x5x4xf32>, tensor<1x2x6xf32>) -> (tensor<4x3xi64>, tensor<i32>)
  return
}

// -----

func.func @too_many(%b: tensor<1x5x4xf32>, %s: tensor<1x2x5xf32>) {
  // expected-error @below {{'nn.suppress' op failed to infer returned types}}
  // expected-error @below {{'nn.suppress' (2) takes 6 of 5 boxes}}
  %0:2 = nn.suppress %b, %s {most = 6 : i64, iou = 0.5 : f64} : (tensor<1x5x4xf32>, tensor<1x2x5xf32>) -> (tensor<12x3xi64>, tensor<i32>)
  return
}

// -----

func.func @given(%b: tensor<1x5x4xf32>, %s: tensor<1x2x5xf32>, %most: tensor<2xi64>) {
  // expected-error @below {{'nn.suppress' op failed to infer returned types}}
  // expected-error @below {{'nn.suppress' (3) what is given is not one i64, or not one number of the boxes' type}}
  %0:2 = nn.suppress %b, %s most_given %most {most = 5 : i64, iou = 0.5 : f64} : (tensor<1x5x4xf32>, tensor<1x2x5xf32>, tensor<2xi64>) -> (tensor<10x3xi64>, tensor<i32>)
  return
}

// -----

func.func @matrix_of_scores(%s: tensor<1x5xf32>) {
  // expected-error @below {{'nn.best_above' op failed to infer returned types}}
  // expected-error @below {{'nn.best_above' (1) needs a vector of less than 2^31 elements}}
  %0:2 = nn.best_above %s {most = 2 : i64} : (tensor<1x5xf32>) -> (tensor<2xi32>, tensor<i32>)
  return
}

// -----

func.func @more_than_all(%s: tensor<5xf32>) {
  // expected-error @below {{'nn.best_above' op failed to infer returned types}}
  // expected-error @below {{'nn.best_above' (2) takes 6 of 5 elements}}
  %0:2 = nn.best_above %s {most = 6 : i64} : (tensor<5xf32>) -> (tensor<6xi32>, tensor<i32>)
  return
}

// -----

func.func @level_of_bytes(%s: tensor<5xi8>) {
  // expected-error @below {{'nn.best_above' op failed to infer returned types}}
  // expected-error @below {{'nn.best_above' (3) has a level that is no number of its operand's type}}
  %0:2 = nn.best_above %s {most = 2 : i64, level = -129.0 : f64} : (tensor<5xi8>) -> (tensor<2xi32>, tensor<i32>)
  return
}

// -----

func.func @level_of_floats(%s: tensor<5xf32>) {
  // expected-error @below {{'nn.best_above' op failed to infer returned types}}
  // expected-error @below {{'nn.best_above' (3) has a level that is no number of its operand's type}}
  %0:2 = nn.best_above %s {most = 2 : i64, level = 0.1 : f64} : (tensor<5xf32>) -> (tensor<2xi32>, tensor<i32>)
  return
}

// -----

func.func @columns(%b: tensor<4x5xf32>, %s: tensor<1x6xf32>) {
  // expected-error @below {{'nn.keep_apart' op failed to infer returned types}}
  // expected-error @below {{'nn.keep_apart' (1) boxes are not [4 or more, n] or scores not [1, n] of their type}}
  %0:2 = nn.keep_apart %b, %s {most = 2 : i64, iou = 0.5 : f64, score = 0.0 : f64} : (tensor<4x5xf32>, tensor<1x6xf32>) -> (tensor<2xi32>, tensor<i32>)
  return
}

// -----

func.func @none(%b: tensor<4x5xf32>, %s: tensor<1x5xf32>) {
  // expected-error @below {{'nn.keep_apart' op failed to infer returned types}}
  // expected-error @below {{'nn.keep_apart' (2) keeps 0 boxes}}
  %0:2 = nn.keep_apart %b, %s {most = 0 : i64, iou = 0.5 : f64, score = 0.0 : f64} : (tensor<4x5xf32>, tensor<1x5xf32>) -> (tensor<0xi32>, tensor<i32>)
  return
}

// -----

func.func @two_classes(%b: tensor<4x5xf32>, %s: tensor<1x5xf32>) {
  // expected-error @below {{'nn.keep_apart' op failed to infer returned types}}
  // expected-error @below {{'nn.keep_apart' (3) classes are not one tensor of [1, n]}}
  %0:2 = nn.keep_apart %b, %s, %s, %s {most = 2 : i64, iou = 0.5 : f64, score = 0.0 : f64} : (tensor<4x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>) -> (tensor<2xi32>, tensor<i32>)
  return
}

// -----

func.func @no_images(%x: tensor<1x2x4x5xf32>, %r: tensor<3x4xf32>, %b: tensor<2xi64>) {
  // expected-error @below {{'nn.roi_align' op failed to infer returned types}}
  // expected-error @below {{'nn.roi_align' (1) needs an input of rank 4, regions [r, 4] of its type and r numbers of images}}
  %0 = nn.roi_align %x, %r, %b {height = 2 : i64, width = 2 : i64, sampling = 2 : i64, scale = 1.0 : f64, half_pixel = true, kind = #nn.reduce_kind<mean>, layout = #nn.layout<channels_first>} : (tensor<1x2x4x5xf32>, tensor<3x4xf32>, tensor<2xi64>) -> tensor<3x2x2x2xf32>
  return
}

// -----

func.func @no_size(%x: tensor<1x2x4x5xf32>, %r: tensor<3x4xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'nn.roi_align' op failed to infer returned types}}
  // expected-error @below {{'nn.roi_align' (2) a size or the scale is not positive, or the sampling is negative}}
  %0 = nn.roi_align %x, %r, %b {height = 2 : i64, width = 2 : i64, sampling = -1 : i64, scale = 1.0 : f64, half_pixel = true, kind = #nn.reduce_kind<mean>, layout = #nn.layout<channels_first>} : (tensor<1x2x4x5xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x2x2x2xf32>
  return
}

// -----

func.func @sum(%x: tensor<1x2x4x5xf32>, %r: tensor<3x4xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'nn.roi_align' op failed to infer returned types}}
  // expected-error @below {{'nn.roi_align' (3) kind is not mean or max, or the input is empty}}
  %0 = nn.roi_align %x, %r, %b {height = 2 : i64, width = 2 : i64, sampling = 1 : i64, scale = 1.0 : f64, half_pixel = true, kind = #nn.reduce_kind<sum>, layout = #nn.layout<channels_first>} : (tensor<1x2x4x5xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x2x2x2xf32>
  return
}

// -----

func.func @four_columns(%x: tensor<1x2x4x5xf32>, %r: tensor<3x4xf32>) {
  // expected-error @below {{'nn.roi_pool' op failed to infer returned types}}
  // expected-error @below {{'nn.roi_pool' (1) needs an input of rank 4 and regions [r, 5] of its type}}
  %0 = nn.roi_pool %x, %r {height = 2 : i64, width = 2 : i64, scale = 1.0 : f64, layout = #nn.layout<channels_first>} : (tensor<1x2x4x5xf32>, tensor<3x4xf32>) -> tensor<3x2x2x2xf32>
  return
}

// -----

func.func @no_scale(%x: tensor<1x2x4x5xf32>, %r: tensor<3x5xf32>) {
  // expected-error @below {{'nn.roi_pool' op failed to infer returned types}}
  // expected-error @below {{'nn.roi_pool' (2) a size or the scale is not positive, or the input is empty}}
  %0 = nn.roi_pool %x, %r {height = 2 : i64, width = 2 : i64, scale = 0.0 : f64, layout = #nn.layout<channels_first>} : (tensor<1x2x4x5xf32>, tensor<3x5xf32>) -> tensor<3x2x2x2xf32>
  return
}

// -----

func.func @axis(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.cum_prod' op failed to infer returned types}}
  // expected-error @below {{'nn.cum_prod' (1) axis 2 is outside rank 2}}
  %0 = nn.cum_prod %x {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @wider(%x: tensor<2xf32>) {
  // expected-error @below {{'nn.bit_cast' op (1) makes 'tensor<2xi64>' of 'tensor<2xf32>'}}
  %0 = nn.bit_cast %x : (tensor<2xf32>) -> tensor<2xi64>
  return
}
