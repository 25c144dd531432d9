// RUN: rm -rf %t && mkdir %t
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --ram=64 2>&1 | FileCheck %s --check-prefix=RAM
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --flash=64 2>&1 | FileCheck %s --check-prefix=FLASH
// RUN: not ls %t/net.o %t/net.h
// RUN: dlc %s --target=cortex-m3 -o %t/net.o --ram=96 --flash=16K
// A report that is asked for is written all the same, and nothing else.
// RUN: rm -rf %t && mkdir %t
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --ram=64 --report=%t/ram.json --report=%t/ram.html --report 2>%t.err | FileCheck %s --check-prefix=TABLE
// RUN: FileCheck %s --check-prefix=NAMED --input-file=%t.err
// RUN: FileCheck %s --check-prefix=EXCESS --input-file=%t/ram.json
// RUN: FileCheck %s --check-prefix=PAGE --input-file=%t/ram.html
// RUN: not dlc %s --target=cortex-m3 --emit=arena -o %t/net.mlir --ram=64 --report=%t/arena.json 2>/dev/null
// RUN: cmp %t/ram.json %t/arena.json
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --arena-split=48,48 --report=%t/banks.txt 2>/dev/null
// RUN: FileCheck %s --check-prefix=BANKS --input-file=%t/banks.txt
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --flash=64 --report=%t/flash.txt 2>&1 | FileCheck %s --check-prefix=FLASHNAMED
// RUN: FileCheck %s --check-prefix=FLASHTABLE --input-file=%t/flash.txt
// RUN: ls %t | FileCheck %s --check-prefix=LEFT
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --ram=12Q 2>&1 | FileCheck %s --check-prefix=SIZE

// What the second product reads, 64 bytes, and what it writes, 32 bytes, are
// alive at once; the sum at the end reads the first product again, so the
// second cannot lie over it.

// RAM: error: node 'second' (MatMul): the network takes 96 bytes of RAM, 32 more than the budget of 64; most are alive here, 96 bytes: 'first' (64), 'second' (32); no placement of these fits: a smaller input, or fewer channels in and before this layer, would
// RAM-NOT: see current operation
// FLASH: error: the network takes {{[0-9]+}} bytes of flash, {{[0-9]+}} more than the budget of 64; the largest parts are '{{.*}}' ({{[0-9]+}})
// TABLE: RAM    96 bytes, 150% of the budget of 64: 32 bytes too many; lower bound 96
// TABLE: flash  not known before there is an object
// TABLE: at the peak, stage 1, 96 bytes are alive:
// TABLE-NEXT: 64 first
// TABLE-NEXT: 32 second
// NAMED: error: node 'second'
// NAMED: budgets.mlir: note: '{{.*}}ram.json' shows what takes the memory
// NAMED-NEXT: budgets.mlir: note: '{{.*}}ram.html' shows what takes the memory
// NAMED-NOT: note:
// EXCESS: "budget": 64,
// EXCESS-NEXT: "excess": 32,
// EXCESS-NEXT: "peak": {"bytes":96,"stages":[1,2],"buffers":[0,1]
// PAGE: 96 bytes, 150% of the budget of 64 B: 32 bytes too many
// PAGE: The budget of 64 B is 32 bytes too small.
// 64 bytes lie in none of the two banks.
// BANKS: of the budget of 96: 64 bytes too many; lower bound 96
// FLASHNAMED: error: the network takes
// FLASHNAMED-NEXT: budgets.mlir: note: '{{.*}}flash.txt' shows what takes the memory
// FLASHTABLE: RAM    96 bytes; lower bound 96
// FLASHTABLE-NEXT: flash  {{[0-9]+}} bytes, {{[0-9.]+}}% of the budget of 64: {{[0-9]+}} bytes too many
// FLASHTABLE: 1 second matmul 128 96 0 0 {{[1-9][0-9]+$}}
// LEFT: arena.json
// LEFT-NEXT: banks.txt
// LEFT-NEXT: flash.txt
// LEFT-NEXT: ram.html
// LEFT-NEXT: ram.json
// LEFT-NOT: {{.}}
// SIZE: error: --ram=12Q is no size; write 32768, 32K or 2M
module @three {
  func.func @main(%x: tensor<1x4xf32> {nn.name = "x"}, %u: tensor<4x16xf32> {nn.name = "u"}, %v: tensor<16x8xf32> {nn.name = "v"}, %w: tensor<8x4xf32> {nn.name = "w"}) -> (tensor<1x4xf32> {nn.name = "y"}) {
    %0 = nn.matmul %x, %u : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32> loc("first"("MatMul"("m.onnx":1:1)))
    %1 = nn.matmul %0, %v : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32> loc("second"("MatMul"("m.onnx":2:1)))
    %2 = nn.matmul %1, %w : (tensor<1x8xf32>, tensor<8x4xf32>) -> tensor<1x4xf32> loc("third"("MatMul"("m.onnx":3:1)))
    %3 = nn.slice %0 {starts = array<i64: 0, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>} : (tensor<1x16xf32>) -> tensor<1x4xf32>
    %4 = nn.add %2, %3 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32> loc("sum"("Add"("m.onnx":4:1)))
    return %4 : tensor<1x4xf32>
  }
}
