// Weights that fit 4 bits, in a type of 8 and in one of 4: stored in 4, unless
// bytes are asked for.

// RUN: mkdir -p %t
// RUN: dlc %s --target=cortex-m3 -o %t/net.o --report=%t/net.json --report=%t/net.txt
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t/net.json
// RUN: FileCheck %s --check-prefix=TEXT --input-file=%t/net.txt
// RUN: sed 's/64x16xi8/64x16xi4/g' %s > %t/four.mlir
// RUN: dlc %t/four.mlir --target=cortex-m3 -o %t/four.o --report=%t/four.json
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t/four.json
// Four blocks of four columns: biases, 64 / 4 * 2 words; sums that nothing
// rescales are stored as they are. In bytes: two blocks of eight, 64 * 8 bytes.
// JSON: "weight_bytes":576,{{.*}}"storage":{"form":"4 bits","forms":2,"weights":1024,"nonzeros":1024,"bytes":576,"dense_bytes":1088,"instructions":{{[0-9]+}},"dense_instructions":{{[0-9]+}}}}
// TEXT: stage layer {{ *}}storage {{ *}}weights {{ *}}nonzero {{ *}}bytes {{ *}}dense
// TEXT-NEXT: 0 sums {{ *}}4 bits {{ *}}1024 1024 576 1088

// A page draws it: what is stored, and what of whole bytes is saved.
// RUN: dlc %s --target=cortex-m3 -o %t/net.o --report=%t/net.html
// RUN: FileCheck %s --check-prefix=PAGE --input-file=%t/net.html
// PAGE: <section id="storage"><h2>Storage of weights</h2>
// PAGE: stage 0 sums
// PAGE-NEXT: stored 576 bytes
// PAGE-NEXT: saved 512 bytes</title>
// PAGE: <td class="text">4 bits</td><td>1024</td><td>1024</td><td>576</td><td>1088</td>

// RUN: dlc %s --target=cortex-m3 -o %t/net.o --storage=dense --report=%t/net.json --report=%t/net.txt
// RUN: FileCheck %s --check-prefix=DENSE --input-file=%t/net.json
// RUN: FileCheck %s --check-prefix=SAID --input-file=%t/net.txt
// DENSE: "weight_bytes":1088,{{.*}}"storage":{"form":"8 bits","forms":1,"weights":1024,"nonzeros":1024,"bytes":1088,"dense_bytes":1088,
// SAID: storage dense
// RUN: not dlc %s --target=cortex-m3 -o %t/net.o --storage=sparse 2>&1 | FileCheck %s --check-prefix=WORD
// WORD: for the --storage option: 'sparse' is none of its values: exact, dense

func.func @main(%x: tensor<1x64xi8>) -> tensor<1x16xi32> {
  %w = arith.constant dense<-5> : tensor<64x16xi8>
  %y = nn.matmul %x, %w {accumulator = i32} : (tensor<1x64xi8>, tensor<64x16xi8>) -> tensor<1x16xi32> loc("sums"("MatMul"("m.onnx":1:1)))
  return %y : tensor<1x16xi32>
}
