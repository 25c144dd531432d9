// RUN: dlc-opt %s --dlc-convert-to-llvm --canonicalize | FileCheck %s
// RUN: sed 's/"smlad"/"mla"/' %s | dlc-opt --dlc-convert-to-llvm | FileCheck %s --check-prefix=OTHER

// Four bytes of a word are compared by a subtraction that sets a flag for each, and the selection
// that goes by these; other vectors and other machines have no such instructions.
// CHECK-LABEL: llvm.func @extremes
// CHECK: llvm.inline_asm "ssub8 $0, $1, $2\0Asel $0, $1, $2", "=&r,r,r,~{cpsr}"
// CHECK: llvm.inline_asm "ssub8 $0, $1, $2\0Asel $0, $2, $1", "=&r,r,r,~{cpsr}"
// CHECK: llvm.inline_asm "usub8 $0, $1, $2\0Asel $0, $1, $2", "=&r,r,r,~{cpsr}"
// CHECK: llvm.inline_asm "usub8 $0, $1, $2\0Asel $0, $2, $1", "=&r,r,r,~{cpsr}"
// CHECK-NOT: inline_asm
// CHECK: llvm.return
// OTHER-NOT: inline_asm
#target = {vector_bits = 0 : i64, vector_registers = 32 : i64, fpu = true, index_bits = 32 : i64, multiply_accumulate = [{accumulator = "i32", cycles = 1.0 : f64, instruction = "smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"}]}
module attributes {dlc.target = #target} {
  func.func @extremes(%a: vector<4xi8>, %b: vector<4xi8>, %c: vector<8xi8>, %d: i8) -> (vector<4xi8>, vector<4xi8>, vector<4xi8>, vector<4xi8>, vector<8xi8>, i8) {
    %0 = arith.maxsi %a, %b : vector<4xi8>
    %1 = arith.minsi %a, %b : vector<4xi8>
    %2 = arith.maxui %a, %b : vector<4xi8>
    %3 = arith.minui %a, %b : vector<4xi8>
    %4 = arith.maxsi %c, %c : vector<8xi8>
    %5 = arith.maxsi %d, %d : i8
    return %0, %1, %2, %3, %4, %5 : vector<4xi8>, vector<4xi8>, vector<4xi8>, vector<4xi8>, vector<8xi8>, i8
  }
}
