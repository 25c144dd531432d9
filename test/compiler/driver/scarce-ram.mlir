// RUN: rm -rf %t && mkdir %t
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --report 2>&1 | FileCheck %s
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --ram=2K --report 2>&1 | FileCheck %s --check-prefix=BUDGET
// RUN: dlc %s --target=x86-64-v2 -o %t/net.o --report 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --report -O1 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dlc %s --target=armv8-neon -o %t/net.o --report --threads=2 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: echo 'name: board' > %t/board.yaml
// RUN: echo 'inherits: cortex-m4' >> %t/board.yaml
// RUN: echo 'scarce-ram: false' >> %t/board.yaml
// RUN: dlc %s --target=%t/board.yaml -o %t/net.o --report 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dlc %s --target=cortex-m4 --emit=nn -o - 2>&1 | FileCheck %s --check-prefix=NN

// Where RAM is scarce, what costs next to nothing is done for less of it,
// whether there is a budget or not (split-into-patches-cheap.mlir). Nobody asked
// for it: the report says so, the command does not.

// CHECK-NOT: note:
// CHECK: RAM    904 bytes; lower bound 904
// CHECK: * run patch by patch: 2 layers up to 'dense' (a reduction of 'pool') in 2 x 1 patches
// BUDGET-NOT: note:
// BUDGET: RAM    904 bytes, 44.1% of the budget of 2048
// PLAIN: RAM    1{{[0-9][0-9][0-9]}} bytes
// PLAIN-NOT: run patch by patch
// NN-NOT: dlc.cheap_patches
// NN: call @dense_0
module @small {
  func.func @main(%x: tensor<1x28x28x1xf32> {nn.name = "x"}) -> (tensor<1x10xf32> {nn.name = "y"}) {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.relu %2 : (tensor<1x128xf32>) -> tensor<1x128xf32>
    %4 = nn.matmul %3, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %4 : tensor<1x10xf32>
  }
}
