// RUN: dlc-opt %s --split-input-file --dlc-outline-stages | FileCheck %s

// What is rounded to halves for a product, and what is extended for the softmax
// and for the network's output, is part of the attention.
module attributes {dlc.target = {gpu_capability = 62}} {
// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = call @attention(%arg0, %arg1, %arg2)
// CHECK-NEXT: return %[[A]]
func.func @main(%q: tensor<2x16x3x8xf32>, %k: tensor<2x20x3x8xf32>, %v: tensor<2x20x3x8xf32>) -> tensor<2x16x3x8xf32> {
  %qh = nn.cast %q : (tensor<2x16x3x8xf32>) -> tensor<2x16x3x8xf16>
  %kh = nn.cast %k : (tensor<2x20x3x8xf32>) -> tensor<2x20x3x8xf16>
  %vh = nn.cast %v : (tensor<2x20x3x8xf32>) -> tensor<2x20x3x8xf16>
  %queries = nn.transpose %qh {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x16x3x8xf16>) -> tensor<2x3x16x8xf16>
  %keys = nn.transpose %kh {perm = array<i64: 0, 2, 3, 1>} : (tensor<2x20x3x8xf16>) -> tensor<2x3x8x20xf16>
  %values = nn.transpose %vh {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x20x3x8xf16>) -> tensor<2x3x20x8xf16>
  %scores = nn.matmul %queries, %keys : (tensor<2x3x16x8xf16>, tensor<2x3x8x20xf16>) -> tensor<2x3x16x20xf16>
  %wide = nn.cast %scores : (tensor<2x3x16x20xf16>) -> tensor<2x3x16x20xf32>
  %shares = nn.softmax %wide {axis = 3 : i64} : (tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf32>
  %rounded = nn.cast %shares : (tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf16>
  %heads = nn.matmul %rounded, %values : (tensor<2x3x16x20xf16>, tensor<2x3x20x8xf16>) -> tensor<2x3x16x8xf16>
  %moved = nn.transpose %heads {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x16x8xf16>) -> tensor<2x16x3x8xf16>
  %attended = nn.cast %moved : (tensor<2x16x3x8xf16>) -> tensor<2x16x3x8xf32>
  return %attended : tensor<2x16x3x8xf32>
}
// CHECK: func.func private @attention(%{{.*}}: tensor<2x16x3x8xf32>, %{{.*}}: tensor<2x20x3x8xf32>, %{{.*}}: tensor<2x20x3x8xf32>) -> tensor<2x16x3x8xf32> attributes {nn.stage = "attention"}
}

// -----

// What two products read is rounded once, before.
module attributes {dlc.target = {gpu_capability = 62}} {
// CHECK-LABEL: func.func @main
// CHECK: %[[K:.*]] = call @elementwise(%arg1)
// CHECK: %[[A:.*]] = call @attention(%arg0, %[[K]])
// CHECK-NEXT: return %[[A]]
func.func @main(%q: tensor<2x16x3x8xf32>, %k: tensor<2x20x3x8xf32>) -> tensor<2x16x3x8xf32> {
  %qh = nn.cast %q : (tensor<2x16x3x8xf32>) -> tensor<2x16x3x8xf16>
  %kh = nn.cast %k : (tensor<2x20x3x8xf32>) -> tensor<2x20x3x8xf16>
  %queries = nn.transpose %qh {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x16x3x8xf16>) -> tensor<2x3x16x8xf16>
  %keys = nn.transpose %kh {perm = array<i64: 0, 2, 3, 1>} : (tensor<2x20x3x8xf16>) -> tensor<2x3x8x20xf16>
  %values = nn.transpose %kh {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x20x3x8xf16>) -> tensor<2x3x20x8xf16>
  %scores = nn.matmul %queries, %keys : (tensor<2x3x16x8xf16>, tensor<2x3x8x20xf16>) -> tensor<2x3x16x20xf16>
  %wide = nn.cast %scores : (tensor<2x3x16x20xf16>) -> tensor<2x3x16x20xf32>
  %shares = nn.softmax %wide {axis = 3 : i64} : (tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf32>
  %rounded = nn.cast %shares : (tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf16>
  %heads = nn.matmul %rounded, %values : (tensor<2x3x16x20xf16>, tensor<2x3x20x8xf16>) -> tensor<2x3x16x8xf16>
  %moved = nn.transpose %heads {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x16x8xf16>) -> tensor<2x16x3x8xf16>
  %attended = nn.cast %moved : (tensor<2x16x3x8xf16>) -> tensor<2x16x3x8xf32>
  return %attended : tensor<2x16x3x8xf32>
}
// CHECK: func.func private @attention(%{{.*}}: tensor<2x16x3x8xf32>, %{{.*}}: tensor<2x20x3x8xf16>) -> tensor<2x16x3x8xf32> attributes {nn.stage = "attention"}
}
