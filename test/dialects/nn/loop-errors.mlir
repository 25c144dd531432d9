// RUN: dlc-opt %s --split-input-file --verify-diagnostics

func.func @no_steps(%h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (1) takes 0 steps, which is not positive or not dimension 0 of a sequence or collected result}}
  %0 = nn.loop over() carry(%h) with() {steps = 0 : i64, backwards = array<i1>} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @shorter_sequence(%x: tensor<3x2xf32>, %h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (1) takes 4 steps}}
  %0 = nn.loop over(%x) carry(%h) with() {steps = 4 : i64, backwards = array<i1: false>} : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<2xf32>, %s: tensor<2xf32>):
    nn.yield %e : tensor<2xf32>
  }
  return
}

// -----

func.func @directions(%x: tensor<3x2xf32>, %h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (2) has 0 directions for 1 sequences and 0 collected results}}
  %0 = nn.loop over(%x) carry(%h) with() {steps = 3 : i64, backwards = array<i1>} : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<2xf32>, %s: tensor<2xf32>):
    nn.yield %e : tensor<2xf32>
  }
  return
}

// -----

func.func @arguments(%h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (3) has a body with 2 arguments for 1 operands}}
  %0 = nn.loop over() carry(%h) with() {steps = 3 : i64, backwards = array<i1>} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%s: tensor<2xf32>, %w: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @element(%x: tensor<3x2xf32>, %h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (3) has a body whose argument 0 is 'tensor<3xf32>', its operand 'tensor<3x2xf32>'}}
  %0 = nn.loop over(%x) carry(%h) with() {steps = 3 : i64, backwards = array<i1: false>} : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<3xf32>, %s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @count(%h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (4) needs a body that yields 1 values, of which 1 are carried}}
  %0 = nn.loop over() carry(%h) with() {steps = 3 : i64, backwards = array<i1>} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%s: tensor<2xf32>):
    nn.yield %s, %s : tensor<2xf32>, tensor<2xf32>
  }
  return
}

// -----

func.func @collected(%h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (4) yields 'tensor<2xf32>' as number 1, an element of 'tensor<3x4xf32>'}}
  %0:2 = nn.loop over() carry(%h) with() {steps = 3 : i64, backwards = array<i1: false>} : (tensor<2xf32>) -> (tensor<2xf32>, tensor<3x4xf32>) {
  ^bb0(%s: tensor<2xf32>):
    nn.yield %s, %s : tensor<2xf32>, tensor<2xf32>
  }
  return
}

// -----

func.func @carried(%h: tensor<2xf32>) {
  // expected-error @below {{'nn.loop' op (5) has 'tensor<4xf32>' as result 0 and carries 'tensor<2xf32>'}}
  %0 = nn.loop over() carry(%h) with() {steps = 3 : i64, backwards = array<i1>} : (tensor<2xf32>) -> tensor<4xf32> {
  ^bb0(%s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}
