// RUN: rm -rf %t && mkdir %t
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --ram=64 2>&1 | FileCheck %s --check-prefix=RAM
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --flash=64 2>&1 | FileCheck %s --check-prefix=FLASH
// RUN: not ls %t/net.o %t/net.h
// RUN: dlc %s --target=cortex-m3 -o %t/net.o --ram=96 --flash=16K
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --ram=12Q 2>&1 | FileCheck %s --check-prefix=SIZE

// What the second
// product reads, 64 bytes, and what it writes, 32 bytes, are alive at once.

// RAM: error: node 'second' (MatMul): the network takes 96 bytes of RAM, 32 more than the budget of 64; most are alive here, 96 bytes: 'first' (64), 'second' (32); no placement of these fits: a smaller input, or fewer channels in and before this layer, would
// RAM-NOT: see current operation
// FLASH: error: the network takes {{[0-9]+}} bytes of flash, {{[0-9]+}} more than the budget of 64; the largest parts are '{{.*}}' ({{[0-9]+}})
// SIZE: error: --ram=12Q is no size; write 32768, 32K or 2M
module @three {
  func.func @main(%x: tensor<1x4xf32> {nn.name = "x"}, %u: tensor<4x16xf32> {nn.name = "u"}, %v: tensor<16x8xf32> {nn.name = "v"}, %w: tensor<8x4xf32> {nn.name = "w"}) -> (tensor<1x4xf32> {nn.name = "y"}) {
    %0 = nn.matmul %x, %u : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32> loc("first"("MatMul"("m.onnx":1:1)))
    %1 = nn.matmul %0, %v : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32> loc("second"("MatMul"("m.onnx":2:1)))
    %2 = nn.matmul %1, %w : (tensor<1x8xf32>, tensor<8x4xf32>) -> tensor<1x4xf32> loc("third"("MatMul"("m.onnx":3:1)))
    return %2 : tensor<1x4xf32>
  }
}
