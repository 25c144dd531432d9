// RUN: dlc-opt %s --split-input-file --dlc-record-data-flow --dlc-bufferize | FileCheck %s
// RUN: dlc-opt %s --split-input-file --dlc-record-data-flow --dlc-bufferize --dlc-plan-arena --dlc-prove-arena -o /dev/null

// A state is one argument, behind inputs and outputs: the stage that makes the
// new one element by element writes it over the old.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:[^:]*]]: memref<4xf32> {nn.name = "x"}, %[[Y:[^:]*]]: memref<4xf32> {nn.name = "y"},
// CHECK-SAME: %[[H:[^:]*]]: memref<4xf32> {nn.name = "h", nn.state = dense<0.000000e+00> : tensor<4xf32>}, %{{[^:]*}}: memref<?xi8>)
// CHECK: call @over(%[[H]], %[[X]], %[[H]])
// CHECK: call @copy(%[[H]], %[[Y]])
// CHECK: return
// CHECK: func.func private @over(memref<4xf32> {nn.inplace}, memref<4xf32>, memref<4xf32>)
module {
  func.func @main(%x: tensor<4xf32> {nn.name = "x"}, %h: tensor<4xf32> {nn.name = "h", nn.state = dense<0.0> : tensor<4xf32>})
      -> (tensor<4xf32> {nn.name = "y"}, tensor<4xf32> {nn.name = "h2"}) {
    %0 = call @over(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %1 = nn.reshape %0 : (tensor<4xf32>) -> tensor<4xf32>
    return %1, %0 : tensor<4xf32>, tensor<4xf32>
  }
  func.func private @over(tensor<4xf32> {nn.inplace}, tensor<4xf32>) -> tensor<4xf32>
}

// -----

// All of the old is read for each element of the new: it is made in the arena
// and copied in the end.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[Y:[^:]*]]: memref<4xf32>, %[[H:[^:]*]]: memref<4xf32> {nn.state = dense<5.000000e+00> : tensor<4xf32>}, %{{[^:]*}}: memref<?xi8>)
// CHECK: %[[B:.*]] = arena.buffer
// CHECK: call @all(%[[H]], %[[B]])
// CHECK: call @all(%[[B]], %[[Y]])
// CHECK: call @copy(%[[B]], %[[H]])
// CHECK: return
func.func @main(%h: tensor<4xf32> {nn.state = dense<5.0> : tensor<4xf32>}) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = call @all(%h) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @all(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1, %0 : tensor<4xf32>, tensor<4xf32>
}
func.func private @all(tensor<4xf32>) -> tensor<4xf32>

// -----

// Two states that change places: neither is lost.

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[A:[^:]*]]: memref<4xf32> {nn.state = dense<0.000000e+00> : tensor<4xf32>}, %[[B:[^:]*]]: memref<4xf32> {nn.state
// CHECK: %[[P:.*]] = arena.buffer
// CHECK: call @copy(%[[B]], %[[P]])
// CHECK: %[[Q:.*]] = arena.buffer
// CHECK: call @copy(%[[A]], %[[Q]])
// CHECK: call @copy(%[[P]], %[[A]])
// CHECK: call @copy(%[[Q]], %[[B]])
func.func @main(%a: tensor<4xf32> {nn.state = dense<0.0> : tensor<4xf32>}, %b: tensor<4xf32> {nn.state = dense<0.0> : tensor<4xf32>})
    -> (tensor<4xf32>, tensor<4xf32>) {
  return %b, %a : tensor<4xf32>, tensor<4xf32>
}
