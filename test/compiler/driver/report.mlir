// RUN: rm -rf %t && mkdir %t
// RUN: dlc %s --target=cortex-m3 -o %t/net.o --report=%t/net.json
// RUN: FileCheck %s --input-file %t/net.json
// RUN: dlc %s --target=cortex-m3 --emit=arena -o %t/net.mlir --report=%t/plan.json
// RUN: FileCheck %s --check-prefix=PLAN --input-file %t/plan.json
// RUN: not dlc %s --target=cortex-m3 --emit=nn --report=%t/none.json 2>&1 | FileCheck %s --check-prefix=EARLY
// RUN: not ls %t/none.json
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --report=%t/net.o 2>&1 | FileCheck %s --check-prefix=SAME

// Two products of 1x8 by 8x8 with a relu: 2*64 + 8 operations, 64 * 4 = 256
// bytes of weights each. Between them lie 8 * 4 = 32 bytes; input, output and
// the same 32 bytes are what each stage touches.

// CHECK: "network": "net",
// CHECK: "target": "cortex-m3",
// CHECK: "ram": {
// CHECK-NEXT: "arena_bytes": 32,
// CHECK-NEXT: "arena_align": 8,
// CHECK-NEXT: "lower_bound": 32
// CHECK: "flash": {
// CHECK-NEXT: "bytes": {{[1-9][0-9]*}},
// CHECK-NEXT: "weight_bytes": 512
// CHECK: "stages": [
// CHECK-NEXT: {"name":"first","function":"first","kind":"matmul","flops":136,"tensor_bytes":64,"weight_bytes":256,"scratch_bytes":0,"live_bytes":32,"code_bytes":{{[1-9][0-9]*}}},
// CHECK-NEXT: {"name":"second","function":"first","kind":"matmul","flops":136,"tensor_bytes":64,"weight_bytes":256,"scratch_bytes":0,"live_bytes":32,"code_bytes":{{[1-9][0-9]*}}}
// CHECK: "buffers": [
// CHECK-NEXT: {"name":"first","offset":0,"bytes":32,"first_stage":0,"last_stage":1}
// PLAN: "flash": {
// PLAN-NEXT: "bytes": 0,
// PLAN: "stages": [
// PLAN-NEXT: {"name":"first",{{.*}}"code_bytes":0},
// EARLY: error: --report={{.*}}none.json needs a memory plan: --emit=arena or what comes after it
// SAME: error: --report={{.*}}net.o would overwrite the model or the output
module @two {
  func.func @main(%x: tensor<1x8xf32> {nn.name = "x"}) -> (tensor<1x8xf32> {nn.name = "y"}) {
    %v = arith.constant dense<[
      [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]]> : tensor<8x8xf32>
    %w = arith.constant dense<[
      [2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
      [2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]]> : tensor<8x8xf32>
    %0 = nn.matmul %x, %v : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32> loc("first"("MatMul"("m.onnx":1:1)))
    %1 = nn.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32> loc("relu"("Relu"("m.onnx":2:1)))
    %2 = nn.matmul %1, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32> loc("second"("MatMul"("m.onnx":3:1)))
    %3 = nn.relu %2 : (tensor<1x8xf32>) -> tensor<1x8xf32> loc("relu2"("Relu"("m.onnx":4:1)))
    return %3 : tensor<1x8xf32>
  }
}
