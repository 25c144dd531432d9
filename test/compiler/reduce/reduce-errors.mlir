// RUN: not dlc-reduce %s --test=%S/Inputs/has-softmax.sh -o %t.mlir 2>&1 | FileCheck %s --check-prefix=BORING
// BORING: dlc-reduce: error: the test does not end with 0 for the whole network
// RUN: not dlc-reduce %s --test=%S/Inputs -o %t.mlir 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: dlc-reduce: error: the test '{{.*}}Inputs' is no program
// RUN: not dlc-reduce %s --test=/nothing -o %t.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: dlc-reduce: error: the test '/nothing' is no program
// RUN: not dlc-reduce %t.none.onnx --test=%S/Inputs/has-softmax.sh -o %t.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// MODEL: none.onnx: error: cannot open the model: No such file or directory
// RUN: not dlc-reduce %s --shape=batch --test=%S/Inputs/has-softmax.sh -o %t.mlir 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: dlc-reduce: error: --shape=batch: write dim=size
// RUN: not dlc-reduce %s --shape=batch=1 --test=%S/Inputs/has-softmax.sh -o %t.mlir 2>&1 | FileCheck %s --check-prefix=FIXED
// FIXED: dlc-reduce: error: --shape is for ONNX models
// RUN: not ls %t.mlir
func.func @main(%x: tensor<1x4xf32> {nn.name = "x"}) -> (tensor<1x4xf32> {nn.name = "y"}) {
  %0 = nn.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
