// RUN: dlc-opt %s --dlc-release-constants | FileCheck %s

// CHECK: arith.constant dense_resource<kept>
func.func @weights() -> tensor<2x2xf32> {
  %0 = arith.constant dense_resource<kept> : tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK: dialect_resources
// CHECK: kept: "0x04000000
// CHECK-NOT: dropped
{-#
  dialect_resources: {
    builtin: {
      kept: "0x040000000000803F0000004000004040000080C0",
      dropped: "0x040000000000803F0000004000004040000080C0"
    }
  }
#-}
