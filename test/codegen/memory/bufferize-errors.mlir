// RUN: dlc-opt %s --split-input-file --dlc-bufferize --verify-diagnostics

// expected-error @+1 {{memory is given to the values of a function @main}}
module {
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'nn.relu' is not part of a stage}}
  %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{a slice with steps is not a view of memory}}
  %0 = nn.slice %x {starts = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 2>} : (tensor<4xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func private @s(tensor<?xf32>) -> tensor<4xf32>
func.func @main(%x: tensor<?xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{no memory can hold 'tensor<?xf32>'}}
  %0 = call @s(%x) : (tensor<?xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<2xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  // expected-error @+1 {{a slice of a constant must be folded}}
  %0 = nn.slice %c {starts = array<i64: 2>, sizes = array<i64: 2>, steps = array<i64: 1>} : (tensor<4xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error @+1 {{has more states than results}}
func.func @main(%h: tensor<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}) {
  return
}

// -----

// expected-error @+1 {{has a state that is none of its last arguments}}
func.func @main(%h: tensor<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}, %x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{has a state that is 'tensor<4xf32>' before a call and 'tensor<8xf32>' after it}}
func.func @main(%x: tensor<8xf32>, %h: tensor<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}
