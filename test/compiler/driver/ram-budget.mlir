// RUN: rm -rf %t && mkdir %t
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --ram=16K --report=%t/net.json 2>&1 | FileCheck %s --check-prefix=FITS
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t/net.json
// RUN: dlc %s --target=cortex-m4 --emit=nn --ram=16K -o - 2>/dev/null | FileCheck %s --check-prefix=NN
// RUN: dlc %s --target=cortex-m4 --emit=arena --ram=16K -o - 2>/dev/null | FileCheck %s --check-prefix=SHARED
// RUN: dlc %s --target=cortex-m4 --emit=nn --ram=32K -o - 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: not dlc %s --target=cortex-m4 -o %t/none.o --ram=1K 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not ls %t/none.o
// RUN: dlc %s --target=x86-64-v3 --emit=arena -o - 2>&1 | FileCheck %s --check-prefix=WINOGRAD
// RUN: dlc %s --target=x86-64-v3 --emit=arena --ram=32K -o - 2>&1 | FileCheck %s --check-prefix=DIRECT

// 16 x 16 x 16 values, 16384 bytes, come from each of two convolutions. The
// second one's lie 1184 bytes below the first one's (a row of 1024 and part of a
// tile), and what is pooled over them: 17568 bytes. They need never be
// there as a whole: parts are pooled, and their means summed up, before the next
// part.

// FITS: ram-budget.mlir: note: run patch by patch: {{[34]}} layers up to 'mean' (a reduction of 'pool') in {{[0-9]}} x {{[0-9]}} patches, {{[0-9]+}}% more multiply-accumulates
// FITS-NEXT: ram-budget.mlir: note: so the network takes {{[0-9]+}} bytes of RAM in place of 17568
// REPORT: "notes": [
// REPORT-NEXT: "run patch by patch: {{.*}}"
// NN: nn.reshape %{{.*}} : (tensor<1x1x1x16xf32>) -> tensor<1x1x1x16xf32>
// NN-NOT: dlc.ram_budget
// Patches of all shapes, of both convolutions, read one packed filter.
// SHARED: memref.global
// SHARED-NOT: memref.global
// PLAIN-NOT: note:
// PLAIN-NOT: nn.slice
// ERROR: error: node '{{.*}}' ({{.*}}): the network takes [[LEAST:[0-9]+]] bytes of RAM, {{[0-9]+}} more than the budget of 1024; most are alive here, {{[0-9]+}} bytes: '{{.*}}' ({{[0-9]+}})
// ERROR-NEXT: note: run patch by patch:
// ERROR: note: so the network takes [[LEAST]] bytes of RAM in place of 17568
// ERROR-NEXT: note: nothing smaller was found: --ram=[[LEAST]] compiles

// The faster form of the convolutions has scratch memory.

// WINOGRAD: arena.bytes = {{[1-9][0-9][0-9][0-9][0-9]}} : i64
// DIRECT: note: convolutions in a form that takes less scratch memory
// DIRECT-NEXT: note: so the network takes 17472 bytes of RAM in place of {{[1-9][0-9][0-9][0-9][0-9]}}
// DIRECT: arena.bytes = 17472 : i64
module @two {
  func.func @main(%x: tensor<1x16x16x16xf32> {nn.name = "x"}) -> (tensor<1x1x1x16xf32> {nn.name = "y"}) {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32> loc("first"("Conv"("m.onnx":1:1)))
    %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32> loc("second"("Conv"("m.onnx":2:1)))
    %2 = nn.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>) -> tensor<1x8x8x16xf32> loc("pool"("MaxPool"("m.onnx":3:1)))
    %3 = nn.reduce %2 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> loc("mean"("ReduceMean"("m.onnx":4:1)))
    return %3 : tensor<1x1x1x16xf32>
  }
}
