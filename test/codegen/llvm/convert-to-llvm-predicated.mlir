// RUN: dlc-opt %s --split-input-file --dlc-convert-to-llvm --canonicalize | FileCheck %s

// Larger and smaller, NaN if either is one, where lanes have predicates; of eight
// halves as well. Scalars and halves of vectors have other instructions.
// CHECK-LABEL: llvm.func @extremes
// CHECK: llvm.inline_asm "vptt.f32 eq, $0, $0\0Avcmpt.f32 lt, $0, $2\0Avmovt $0, $2", "=&w,0,w,~{vpr},~{memory}" %arg0, %arg1
// CHECK: llvm.inline_asm "vptt.f32 eq, $0, $0\0Avcmpt.f32 lt, $2, $0\0Avmovt $0, $2", {{.*}} %arg0, %arg1
// CHECK: llvm.inline_asm "vptt.f16 eq, $0, $0\0Avcmpt.f16 lt, $0, $2\0A
// CHECK-NOT: inline_asm
// CHECK: llvm.return
module attributes {dlc.target = {predication = true, vector_bits = 128 : i64}} {
  func.func @extremes(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<8xf16>, %d: vector<8xf16>, %e: f32, %f: f32, %g: vector<2xf32>) -> (vector<4xf32>, vector<4xf32>, vector<8xf16>, f32, vector<2xf32>) {
    %0 = arith.maximumf %a, %b : vector<4xf32>
    %1 = arith.minimumf %a, %b : vector<4xf32>
    %2 = arith.maximumf %c, %d : vector<8xf16>
    %3 = arith.maximumf %e, %f : f32
    %4 = arith.maximumf %g, %g : vector<2xf32>
    return %0, %1, %2, %3, %4 : vector<4xf32>, vector<4xf32>, vector<8xf16>, f32, vector<2xf32>
  }
}

// -----

// CHECK-LABEL: llvm.func @elsewhere
// CHECK-NOT: inline_asm
// CHECK: llvm.return
module attributes {dlc.target = {predication = false, vector_bits = 128 : i64}} {
  func.func @elsewhere(%a: vector<4xf32>, %b: vector<4xf32>) -> vector<4xf32> {
    %0 = arith.maximumf %a, %b : vector<4xf32>
    return %0 : vector<4xf32>
  }
}
