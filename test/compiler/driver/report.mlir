// RUN: rm -rf %t && mkdir %t
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --report=%t/net.json
// RUN: FileCheck %s --input-file %t/net.json
// RUN: dlc %s --target=cortex-m4 -o %t/net.o --ram=40 --report --report=%t/net.txt --report=%t/net.html --report=%t/again.json | FileCheck %s --check-prefix=TEXT
// RUN: FileCheck %s --check-prefix=TEXT --input-file %t/net.txt
// RUN: FileCheck %s --check-prefix=BUDGET --input-file %t/again.json
// RUN: FileCheck %s --check-prefix=PAGE --input-file %t/net.html
// RUN: dlc %s --target=cortex-m4 --emit=arena -o %t/net.mlir --report=%t/plan.json
// RUN: FileCheck %s --check-prefix=PLAN --input-file %t/plan.json
// RUN: dlc %s --target=cortex-m4 --arena=static -o %t/static.o --report | FileCheck %s --check-prefix=STATIC
// RUN: not dlc %s --target=cortex-m4 --emit=nn --report=%t/none.json 2>&1 | FileCheck %s --check-prefix=EARLY
// RUN: not ls %t/none.json
// RUN: not dlc %s --target=cortex-m4 -o %t/net.o --report=%t/net.o 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: not dlc %s --target=cortex-m4 -o %t/net.o --report=%t/a.txt --report=%t/a.txt 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not dlc %s --target=cortex-m4 -o %t/net.o --report=%t/net.pdf 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not dlc %s --target=cortex-m4 --emit=arena --report 2>&1 | FileCheck %s --check-prefix=STDOUT

// Two products of 1x8 by 8x8 with a relu: 2*64 + 8 operations, 64 * 4 = 256
// bytes of weights each. Between them lie 8 * 4 = 32 bytes; input, output and
// the same 32 bytes are what each stage touches.

// CHECK: "network": "net",
// CHECK: "target": "cortex-m4",
// CHECK: "ram": {
// CHECK-NEXT: "state_bytes": 0,
// CHECK-NEXT: "arena_bytes": 32,
// CHECK-NEXT: "arena_align": 8,
// CHECK-NEXT: "lower_bound": 32
// CHECK: "flash": {
// CHECK-NEXT: "bytes": {{[1-9][0-9]*}},
// CHECK-NEXT: "weight_bytes": 512
// CHECK: "stages": [
// The two share their code, which counts once.
// CHECK-NEXT: {"name":"first","function":"first","kind":"matmul","flops":136,"macs":64,"tensor_bytes":64,"weight_bytes":256,"scratch_bytes":0,"live_bytes":32,"code_bytes":[[CODE:[1-9][0-9]*]],"flash_code_bytes":[[CODE]],"flash_weight_bytes":256,"inplace":false},
// CHECK-NEXT: {"name":"second","function":"first","kind":"matmul","flops":136,"macs":64,"tensor_bytes":64,"weight_bytes":256,"scratch_bytes":0,"live_bytes":32,"code_bytes":[[CODE]],"flash_code_bytes":0,"flash_weight_bytes":256,"inplace":false}
// CHECK: "buffers": [
// CHECK-NEXT: {"name":"first","offset":0,"bytes":32,"first_stage":0,"last_stage":1,"shape":"1x8","type":"float32","scratch":false,"used_by":[0,1],"over":[]}
// CHECK: "notes": [
// CHECK-NEXT: "code shared with a layer that is equal but for its weights, which saves [[CODE]] bytes of flash: 'second'"
// PLAN: "flash": {
// PLAN-NEXT: "bytes": 0,
// PLAN: "stages": [
// PLAN-NEXT: {"name":"first",{{.*}}"code_bytes":0,"flash_code_bytes":0,"flash_weight_bytes":0,"inplace":false},
// TEXT: net: two for cortex-m4, optimisation -O2, processor cortex-m4, float ABI hard, dlc {{[0-9.]+}}
// TEXT-NEXT: RAM    32 bytes, 80% of the budget of 40; lower bound 32
// TEXT-NEXT: flash  {{[1-9][0-9]*}} bytes; weights 512
// TEXT-NEXT: input  'x' float32 1x8, 32 bytes
// TEXT-NEXT: output 'y' float32 1x8, 32 bytes
// TEXT: 0 first matmul 64 32 0 256 {{[1-9][0-9]*}}
// TEXT: at the peak, stage 0, 32 bytes are alive:
// TEXT-NEXT: 32 first stages 0 to 1, 1x8 float32
// TEXT: * 2 stages reach the peak, and all of them would have to shrink.
// STATIC: float ABI hard, arena in section .dlc_arena, dlc
// BUDGET: "budget": 40,
// BUDGET-NEXT: "excess": 0,
// BUDGET-NEXT: "peak": {"bytes":32,"stages":[0,1],"buffers":[0],"waiting":[],"next_bytes":0}
// PAGE: <title>net on cortex-m4: memory report</title>
// PAGE: <rect id="box-0" class="box tensor held"
// EARLY: error: --report={{.*}}none.json needs a memory plan: --emit=arena or what comes after it
// SAME: error: --report={{.*}}net.o: the extension says what to write: .txt, .json or .html
// TWICE: error: --report={{.*}}a.txt would overwrite the model, the output or another report
// FORM: error: --report={{.*}}net.pdf: the extension says what to write: .txt, .json or .html
// STDOUT: error: the output takes standard output: give --report=FILE
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
