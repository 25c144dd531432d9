// RUN: dlc-opt %s --split-input-file --dlc-check-addresses --verify-diagnostics | FileCheck %s

// 2^31 - 4 bytes.
// CHECK-LABEL: module @fits
module @fits attributes {dlc.target = {index_bits = 32 : i64}} {
  func.func @main(%x: tensor<536870911xf32>) -> tensor<536870911xf32> {
    %0 = nn.relu %x : (tensor<536870911xf32>) -> tensor<536870911xf32>
    return %0 : tensor<536870911xf32>
  }
}

// -----

module @input attributes {dlc.target = {index_bits = 32 : i64}} {
  // expected-error @below {{input 'image' takes 2147483648 bytes, but the target can address 2147483647; give the network a smaller input}}
  func.func @main(%y: tensor<4xf32>, %x: tensor<536870912xf32> {nn.name = "image"}) -> tensor<4xf32> {
    return %y : tensor<4xf32>
  }
}

// -----

module @nameless attributes {dlc.target = {index_bits = 32 : i64}} {
  // expected-error @below {{input 0 takes 2147483648 bytes}}
  func.func @main(%x: tensor<536870912xf32>) -> tensor<536870912xf32> {
    return %x : tensor<536870912xf32>
  }
}

// -----

module @result attributes {dlc.target = {index_bits = 32 : i64}} {
  func.func @main(%x: tensor<65536x1xf32>, %y: tensor<1x65536xf32>) -> tensor<65536x65536xf32> {
    // expected-error @below {{its result takes 17179869184 bytes, but the target can address 2147483647; give the network a smaller input}}
    %0 = nn.add %x, %y : (tensor<65536x1xf32>, tensor<1x65536xf32>) -> tensor<65536x65536xf32>
    return %0 : tensor<65536x65536xf32>
  }
}

// -----

// A process of a 64-bit target gets 2^47; sizes that 64 bits cannot hold are
// larger too.
module @process {
  func.func @main(%x: tensor<4294967296x4294967296xf32>) -> tensor<4xf32> {
    // expected-error @above {{input 0 takes 18446744073709551615 bytes, but the target can address 140737488355327}}
    %0 = arith.constant dense<0.0> : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
