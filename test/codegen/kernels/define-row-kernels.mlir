// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Three vectors and 23 steps on AArch64: two iterations of eight steps, each with
// 24 vectors of weights in six loads of four, two of them ahead of the products;
// then seven steps, whose elements are a vector, a half and a quarter of one, and
// whose 21 vectors leave one for the last load.
// CHECK-LABEL: llvm.func internal @dlc_row_f32_f32_f32_3x4_k23_neon_l16(
// CHECK-SAME: always_inline
// CHECK: llvm.inline_asm has_side_effects "mov ${5:w}, #2\0A1:\0A
// CHECK-SAME: ldp q28, q29, [$3], #32\0A
// CHECK-SAME: ld1 {v16.4s-v19.4s}, [$4], #64\0A
// CHECK-SAME: ld1 {v20.4s-v23.4s}, [$4], #64\0A
// CHECK-SAME: ld1 {v24.4s-v27.4s}, [$4], #64\0A
// CHECK-SAME: fmla v0.4s, v16.4s, v28.s[0]\0A
// CHECK-SAME: fmla v1.4s, v17.4s, v28.s[0]\0A
// CHECK-SAME: fmla v2.4s, v18.4s, v28.s[0]\0A
// CHECK-SAME: fmla v0.4s, v19.4s, v28.s[1]\0A
// CHECK-SAME: ld1 {v16.4s-v19.4s}, [$4], #64\0A
// CHECK-SAME: fmla v1.4s, v20.4s, v28.s[1]\0A
// CHECK-SAME: fmla v2.4s, v27.4s, v29.s[3]\0A
// CHECK-SAME: subs ${5:w}, ${5:w}, #1\0Ab.ne 1b\0A
// CHECK-SAME: ldr q28, [$3], #16\0Aldr d29, [$3], #8\0Aldr s30, [$3], #4\0A
// CHECK-SAME: ld1 {v24.4s}, [$4], #16\0A
// CHECK-SAME: fmla v0.4s, v16.4s, v29.s[0]\0A
// CHECK-SAME: fmla v0.4s, v19.4s, v29.s[1]\0A
// CHECK-SAME: fmla v0.4s, v22.4s, v30.s[0]\0A
// CHECK-SAME: fmla v2.4s, v24.4s, v30.s[0]",
// CHECK-SAME: "={v0},={v1},={v2},=&r,=&r,=&r,0,1,2,3,4,~{v3},
// CHECK-SAME: ~{v31},~{cc},~{memory}"
// CHECK-SAME: %arg2, %arg3, %arg4, %arg0, %arg1
module {
  llvm.func @rows(%x: i64, %w: i64, %0: vector<4xf32>, %1: vector<4xf32>, %2: vector<4xf32>) {
    %r:3 = kernel.row %x, %w, (%0, %1, %2) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 23 : i64, instructions = #kernel.instructions<neon, load = 16>} : (i64, i64, vector<4xf32>, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>)
    llvm.return
  }
}

// -----

// One iteration needs no loop; loads of two vectors.
// CHECK-LABEL: llvm.func internal @dlc_row_f32_f32_f32_1x4_k8_neon_l8(
// CHECK: llvm.inline_asm has_side_effects "ldp q28, q29, [$1], #32\0Ald1 {v16.4s-v17.4s}, [$2], #32\0A
// CHECK-SAME: fmla v0.4s, v23.4s, v29.s[3]", "={v0},
// CHECK: llvm.extractvalue %{{.*}}[0]
// CHECK-NEXT: llvm.return
module {
  llvm.func @rows(%x: i64, %w: i64, %0: vector<4xf32>) {
    %r = kernel.row %x, %w, (%0) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<neon, load = 8>} : (i64, i64, vector<4xf32>) -> vector<4xf32>
    llvm.return
  }
}

// -----

// MVE: the elements of eight steps in core registers, two registers of weights
// in turn, a low-overhead loop; one step is left.
// CHECK-LABEL: llvm.func internal @dlc_row_f32_f32_f32_6x4_k17_mve_l8(
// CHECK: "movw r2, #2\0Adls lr, r2\0A1:\0A
// CHECK-SAME: vldrw.u32 q6, [$7], #16\0A
// CHECK-SAME: vldrw.u32 q7, [$7], #16\0A
// CHECK-SAME: ldm $6!, {r2, r3, r4, r5, r8, r9, r10, r11}\0A
// CHECK-SAME: vfma.f32 q0, q6, r2\0A
// CHECK-SAME: vldrw.u32 q6, [$7], #16\0A
// CHECK-SAME: vfma.f32 q1, q7, r2\0A
// CHECK-SAME: vfma.f32 q5, q7, r11\0A
// CHECK-SAME: le lr, 1b\0A
// CHECK-SAME: ldr r2, [$6], #4\0A
// CHECK-SAME: vfma.f32 q5, q7, r2",
// CHECK-SAME: "={q0},={q1},={q2},={q3},={q4},={q5},=&r,=&r,0,1,2,3,4,5,6,7,~{q6},~{q7},~{r2},~{r3},~{r4},~{r5},~{r8},~{r9},~{r10},~{r11},~{lr},~{memory}"
module {
  llvm.func @rows(%x: i32, %w: i32, %0: vector<4xf32>, %1: vector<4xf32>, %2: vector<4xf32>, %3: vector<4xf32>, %4: vector<4xf32>, %5: vector<4xf32>) {
    %r:6 = kernel.row %x, %w, (%0, %1, %2, %3, %4, %5) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 17 : i64, instructions = #kernel.instructions<mve, load = 8>} : (i32, i32, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
    llvm.return
  }
}

// -----

// Seven accumulators leave one register for weights.
// CHECK-LABEL: llvm.func internal @dlc_row_f32_f32_f32_7x4_k1_mve_l8(
// CHECK: "vldrw.u32 q7, [$8], #16\0Aldr r2, [$7], #4\0Avfma.f32 q0, q7, r2\0Avldrw.u32 q7, [$8], #16\0Avfma.f32 q1, q7, r2\0A
module {
  llvm.func @rows(%x: i32, %w: i32, %0: vector<4xf32>, %1: vector<4xf32>, %2: vector<4xf32>, %3: vector<4xf32>, %4: vector<4xf32>, %5: vector<4xf32>, %6: vector<4xf32>) {
    %r:7 = kernel.row %x, %w, (%0, %1, %2, %3, %4, %5, %6) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 1 : i64, instructions = #kernel.instructions<mve, load = 8>} : (i32, i32, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
    llvm.return
  }
}

// -----

// Where a load takes four core registers there are two of them for eight steps;
// a loop that is not there needs no lr.
// CHECK-LABEL: llvm.func internal @dlc_row_f32_f32_f32_1x4_k8_mve_l4(
// CHECK-COUNT-2: ldm $1!, {r2, r3, r4, r5}\0A
// CHECK-SAME: "={q0},=&r,=&r,0,1,2,~{q1},~{q2},~{q3},~{q4},~{q5},~{q6},~{q7},~{r2},~{r3},~{r4},~{r5},~{memory}"
module {
  llvm.func @rows(%x: i32, %w: i32, %0: vector<4xf32>) {
    %r = kernel.row %x, %w, (%0) {products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 8 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, vector<4xf32>) -> vector<4xf32>
    llvm.return
  }
}
