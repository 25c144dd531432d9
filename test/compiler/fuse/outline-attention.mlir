// RUN: dlc-opt %s --dlc-outline-stages | FileCheck %s
// RUN: sed 's/gpu_capability = 62/fma = true/' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU
// RUN: sed 's/f32/f16/g' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=HALVES
// RUN: sed 's/f32/f64/g' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU
// RUN: sed 's/axis = 3/axis = 2/' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU
// RUN: sed 's/%%attended, %%scaled/%%attended, %%shares/' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU
// RUN: sed 's/nn.mul %%scores, %%c/nn.mul %%scores, %%scores/; s/tensor<1xf32>) -> tensor<2x3x16x20xf32>/tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf32>/' %s | dlc-opt --dlc-outline-stages | FileCheck %s --check-prefix=CPU

// Of queries, keys and values all neighbours in memory stay neighbours in one of
// the last two dimensions.
// Nobody does it on a CPU, in float64, along queries; where somebody else reads
// the shares of the softmax; or where the scores are read twice.
// CPU-NOT: "attention"
// HALVES: func.func private @attention(%{{.*}}: tensor<2x16x3x8xf16>, %{{.*}}: tensor<2x20x3x8xf16>
// HALVES-SAME: nn.stage = "attention"
module attributes {dlc.target = {gpu_capability = 62}} {
// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = call @attention(%arg0, %arg1, %arg2, %arg3)
// CHECK-NEXT: return %[[A]], %arg4
func.func @main(%q: tensor<2x16x3x8xf32>, %k: tensor<2x20x3x8xf32>, %v: tensor<2x20x3x4xf32>,
                %mask: tensor<2x1x1x20xf32>, %scaled: tensor<2x3x16x20xf32>)
    -> (tensor<2x16x3x4xf32>, tensor<2x3x16x20xf32>) {
  %c = arith.constant dense<0.5> : tensor<1xf32>
  %queries = nn.transpose %q {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x16x3x8xf32>) -> tensor<2x3x16x8xf32>
  %keys = nn.transpose %k {perm = array<i64: 0, 2, 3, 1>} : (tensor<2x20x3x8xf32>) -> tensor<2x3x8x20xf32>
  %values = nn.transpose %v {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x20x3x4xf32>) -> tensor<2x3x20x4xf32>
  %scores = nn.matmul %queries, %keys : (tensor<2x3x16x8xf32>, tensor<2x3x8x20xf32>) -> tensor<2x3x16x20xf32>
  %less = nn.mul %scores, %c : (tensor<2x3x16x20xf32>, tensor<1xf32>) -> tensor<2x3x16x20xf32>
  %masked = nn.add %less, %mask : (tensor<2x3x16x20xf32>, tensor<2x1x1x20xf32>) -> tensor<2x3x16x20xf32>
  %shares = nn.softmax %masked {axis = 3 : i64} : (tensor<2x3x16x20xf32>) -> tensor<2x3x16x20xf32>
  %heads = nn.matmul %shares, %values : (tensor<2x3x16x20xf32>, tensor<2x3x20x4xf32>) -> tensor<2x3x16x4xf32>
  %attended = nn.transpose %heads {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x16x4xf32>) -> tensor<2x16x3x4xf32>
  return %attended, %scaled : tensor<2x16x3x4xf32>, tensor<2x3x16x20xf32>
}
// The result never lies where something is read: each element needs whole rows.
// CHECK: func.func private @attention(%{{.*}}: tensor<2x16x3x8xf32>, %{{.*}}: tensor<2x20x3x8xf32>, %{{.*}}: tensor<2x20x3x4xf32>, %{{.*}}: tensor<2x1x1x20xf32>) -> tensor<2x16x3x4xf32> attributes {nn.stage = "attention"}
// CHECK-NOT: nn.inplace
// CHECK-COUNT-3: nn.transpose
// CHECK: nn.matmul
// CHECK: nn.softmax
// CHECK: nn.matmul
// CHECK: nn.transpose
}
