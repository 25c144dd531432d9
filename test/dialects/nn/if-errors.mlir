// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @two_conditions(%c: tensor<2xi1>, %x: tensor<2xf32>) {
  // expected-error @below {{'nn.if' op (1) decides by 'tensor<2xi1>', not by one i1}}
  %0 = nn.if %c with(%x) : (tensor<2xi1>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @number(%c: tensor<i32>, %x: tensor<2xf32>) {
  // expected-error @below {{'nn.if' op (1) decides by 'tensor<i32>', not by one i1}}
  %0 = nn.if %c with(%x) : (tensor<i32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @arguments(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'nn.if' op (2) has a body with 2 arguments for 1 shared values, or with other types}}
  %0 = nn.if %c with(%x) : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>, %b: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @yields(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'nn.if' op (3) has a body that yields 2 values for 1 results, or other types}}
  %0 = nn.if %c with(%x) : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a, %a : tensor<2xf32>, tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>):
    nn.yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @types(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'nn.if' op (3) has a body that yields 1 values for 1 results, or other types}}
  %0 = nn.if %c with(%x, %y) : (tensor<i1>, tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>, %b: tensor<3xf32>):
    nn.yield %a : tensor<2xf32>
  } else {
  ^bb0(%a: tensor<2xf32>, %b: tensor<3xf32>):
    nn.yield %b : tensor<3xf32>
  }
  return
}
