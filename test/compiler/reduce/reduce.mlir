// The program decides what stays; the rest becomes arguments or goes.
// RUN: dlc-reduce %s --test=%S/Inputs/has-softmax.sh -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// What is left is a network that dlc compiles.
// RUN: dlc %t.mlir --target=cortex-m4 -o %t.o

// CHECK:      func.func @main(%[[X:.*]]: tensor<1x4xf32> {nn.name = "input_{{[0-9]+}}"}) -> (tensor<1x4xf32> {nn.name = "output_0"}) {
// CHECK-NEXT:   %[[B:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT:   %[[SUM:.*]] = nn.add %[[X]], %[[B]]
// CHECK-NEXT:   %[[Y:.*]] = nn.softmax %[[SUM]]
// CHECK-NEXT:   return %[[Y]]
func.func @main(%x: tensor<1x4xf32> {nn.name = "x"}) -> (tensor<1x4xf32> {nn.name = "y"}) {
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.5, 2.5, 3.5, 4.5], [0.1, 0.2, 0.3, 0.4]]> : tensor<4x4xf32>
  %b = arith.constant dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf32>
  %0 = nn.matmul %x, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  %1 = nn.relu %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = nn.add %1, %b : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  %3 = nn.tanh %2 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = nn.softmax %3 {axis = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %5 = nn.exp %4 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %5 : tensor<1x4xf32>
}
