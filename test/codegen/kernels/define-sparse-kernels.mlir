// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// What is not 0 of columns: weights begin behind the columns' numbers and the word that
// says how many bytes of them there are, places behind them. Two segments of 256 elements,
// each with a number of weights, four at a time and the rest.

// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_si8_si8_i32_s2_armv7m_l4(
// CHECK: ldr r4, [sp, #8]\0Aldr r5, [r4], #4\0Aadd r5, r5, r4\0Astr r4, [sp, #28]\0Astr r5, [sp, #24]\0A1:\0Aldr r0, [lr], #4\0A
// CHECK-SAME: ldrb r3, [r1], #1\0Alsrs r4, r3, #2\0Abeq 5f\0A4:\0Aldrb r5, [r1], #1\0Aldrsb r6, [r2], #1\0Aldrsb r5, [r12, r5]\0Amla r0, r5, r6, r0\0A
// CHECK-SAME: add r12, r12, #256\0Aldrb r3, [r1], #1\0A
module {
  llvm.func @rows(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 300 : i64, weights = 60 : i64, places = 80 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// Of SMLAD groups of four, an odd one and then pairs.
// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_si16_si8_i32_g4_s1_dsp_l4(
// CHECK: ldrb r3, [r1], #1\0Alsrs r3, r3, #1\0Abcc 4f\0Aldrb r4, [r1], #1\0Aldr r5, [r2], #4\0Aadd r4, r12, r4, lsl #3\0Aldmia r4, {r6, r7}\0Asxtb16 r8, r5\0Asxtb16 r5, r5, ror #8\0Asmlad r0, r6, r8, r0\0Asmlad r0, r7, r5, r0\0A4:\0Acmp r3, #0\0Abeq 6f\0A5:\0A
// Without a sign: ldrb of elements.
// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_ui8_si8_i32_s1_dsp_l4(
// CHECK: ldrb r5, [r12, r5]\0Amla
module {
  llvm.func @groups(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 160 : i64, weights = 64 : i64, places = 32 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<ui8 * si8 -> i32, group = 1>, steps = 160 : i64, weights = 64 : i64, places = 80 : i64, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// In Armv6-M's core.
// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_si8_si8_i32_s1_armv6m_l4(
// CHECK: ldmia r2!, {r4}\0Astr r2, [sp, #16]\0Aadds r2, r2, r4\0Astr r2, [sp, #12]\0A1:\0Aldmia r7!, {r4}\0A
// CHECK-SAME: 4:\0Aldrb r0, [r1, #0]\0Aldrsb r0, [r3, r0]\0Aldrb r6, [r2, #0]\0Asxtb r6, r6\0Amuls r0, r6, r0\0Aadds r4, r4, r0\0A
module {
  llvm.func @low(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 60 : i64, weights = 13 : i64, places = 21 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// Codes of 16 values, whose table is at r2: an odd one, an odd pair, then two pairs at a time.
// The multiplier that all columns share waits beside the addend.
// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_si8_si8_i32_s1_coded_shared_si8_s5_m128_127_armv7m_l4(
// CHECK: ldr r6, [lr], #4\0Astr r6, [sp, #12]\0Aldr r6, [lr], #4\0Astr r6, [sp, #20]\0A
// CHECK-SAME: ldrb r3, [r1], #1\0Alsrs r3, r3, #1\0Abcc 4f\0Aldrb r5, [r1], #1\0Aldrb r6, [r1], #1\0Aldrsb r5, [r12, r5]\0Aldrsb r6, [r2, r6]\0Amla r0, r5, r6, r0\0A4:\0A
// CHECK-SAME: ldrb r4, [r1], #1\0Aldrb r5, [r1], #1\0Aldrb r6, [r1], #1\0Aldrsb r4, [r12, r4]\0Aldrsb r5, [r12, r5]\0Aand r7, r6, #15\0Alsr r6, r6, #4\0Aldrsb r7, [r2, r7]\0Aldrsb r6, [r2, r6]\0Amla r0, r4, r7, r0\0Amla r0, r5, r6, r0\0A5:\0A
// CHECK-SAME: ldr r1, [sp, #20]\0Aldr r2, [sp, #12]\0Asmull r1, r0, r0, r1\0Aadd r0, r0, r2\0A
// CHECK-LABEL: llvm.func internal @dlc_sparse_columns_ui8_si8_i32_s1_coded_armv6m_l4(
// CHECK: ldmia r7!, {r4}\0Astr r7, [sp, #24]\0Amovs r7, #15\0A
// CHECK-SAME: 5:\0Aldrb r0, [r1, #2]\0Alsrs r5, r0, #4\0Aldrsb r5, [r2, r5]\0Aldrb r6, [r1, #1]\0Aldrb r6, [r3, r6]\0Amuls r5, r6, r5\0Aadds r4, r4, r5\0Aands r0, r7\0Aldrsb r0, [r2, r0]\0Aldrb r6, [r1, #0]\0Aldrb r6, [r3, r6]\0Amuls r0, r6, r0\0Aadds r4, r4, r0\0A6:\0A
module {
  llvm.func @codes(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 60 : i64, weights = 16 : i64, places = 31 : i64, coded, shared, rescale = #kernel.rescale<si8, shift = 5, min = -128, max = 127>, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
    kernel.sparse_columns %x, %w for %n, %y {products = #kernel.products<ui8 * si8 -> i32, group = 1>, steps = 60 : i64, weights = 16 : i64, places = 31 : i64, coded, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
