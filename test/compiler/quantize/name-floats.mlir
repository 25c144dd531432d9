// RUN: dlc-opt %s --dlc-name-floats --split-input-file --verify-diagnostics | FileCheck %s

// An op without a form in integers, and one before it.
// CHECK: module attributes {nn.notes = ["nn.cos is computed in floats between quantised tensors",
// CHECK-SAME: "nn.sin is computed in floats between quantised tensors"]}
module {
  func.func @between(%x: tensor<4xi8>) -> tensor<4xi8> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    // expected-remark @below {{is computed in floats between quantised tensors}}
    %1 = nn.cos %0 : (tensor<4xf32>) -> tensor<4xf32>
    // expected-remark @below {{is computed in floats between quantised tensors}}
    %2 = nn.sin %1 : (tensor<4xf32>) -> tensor<4xf32>
    %3 = nn.quantize %2, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
    return %3 : tensor<4xi8>
  }
}

// -----

// Nothing lies between the two.
module {
  func.func @requantised(%x: tensor<4xi8>) -> tensor<4xi8> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    // expected-remark @below {{is computed in floats between quantised tensors}}
    %1 = nn.quantize %0, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
    return %1 : tensor<4xi8>
  }
}

// -----

// The network's edges are floats: before a quantisation, behind a dequantisation.
// CHECK: module {
// CHECK-NEXT: func.func @edges(
module {
  func.func @edges(%x: tensor<4xf32>, %y: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xf32>) {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.cos %x : (tensor<4xf32>) -> tensor<4xf32>
    %1 = nn.quantize %0, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
    %2 = nn.dequantize %y, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    %3 = nn.cos %2 : (tensor<4xf32>) -> tensor<4xf32>
    return %1, %3 : tensor<4xi8>, tensor<4xf32>
  }
}

// -----

// Weights alone make no quantised network.
// CHECK: module {
// CHECK-NEXT: func.func @weights(
module {
  func.func @weights(%x: tensor<1x2xf32>) -> tensor<1x1xi8> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %w = arith.constant dense<1> : tensor<2x1xi8>
    %0 = nn.dequantize %w, %s : (tensor<2x1xi8>, tensor<f32>) -> tensor<2x1xf32>
    %1 = nn.matmul %x, %0 : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
    %2 = nn.quantize %1, %s : (tensor<1x1xf32>, tensor<f32>) -> tensor<1x1xi8>
    return %2 : tensor<1x1xi8>
  }
}

// -----

// Scales that the network computes.
// CHECK: module {
// CHECK-NEXT: func.func @dynamic(
module {
  func.func @dynamic(%x: tensor<4xi8>, %t: tensor<f32>, %z: tensor<i8>) -> (tensor<4xi8>, tensor<4xi8>) {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %t : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    %1 = nn.cos %0 : (tensor<4xf32>) -> tensor<4xf32>
    %2 = nn.quantize %1, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
    %3 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    %4 = nn.cos %3 : (tensor<4xf32>) -> tensor<4xf32>
    %5 = nn.quantize %4, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    return %2, %5 : tensor<4xi8>, tensor<4xi8>
  }
}

// -----

// Indices of dequantised numbers are no quantised tensor.
// CHECK: module {
// CHECK-NEXT: func.func @index(
module {
  func.func @index(%x: tensor<4xi8>) -> tensor<1xi64> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    %1 = nn.arg_reduce %0 {kind = #nn.reduce_kind<max>, axis = 0 : i64} : (tensor<4xf32>) -> tensor<1xi64>
    return %1 : tensor<1xi64>
  }
}

// -----

module attributes {nn.strict_integers} {
  func.func @strict(%x: tensor<4xi8>) -> tensor<4xi8> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    // expected-error @below {{is computed in floats between quantised tensors, which --strict-int forbids; quantise it in another way, or compile without --strict-int}}
    %1 = nn.cos %0 : (tensor<4xf32>) -> tensor<4xf32>
    %2 = nn.quantize %1, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
    return %2 : tensor<4xi8>
  }
}
