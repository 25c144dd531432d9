// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Codes of weights with few values (docs/decisions/integer-kernels.md).

#dsp = #kernel.instructions<dsp, load = 4>

// Two halfwords for each byte; of five positions those of two at a time.
// CHECK-LABEL: llvm.func internal @dlc_code_table_si16_ui4_i32_g4_dsp(
// CHECK: add r3, r0, #16\0A1:\0Aldrsb r4, [r2], #1\0Aldrsb r12, [r0, #0]\0Apkhbt r12, r12, r4, lsl #16\0Astr r12, [r1], #4\0A
// CHECK-SAME: ldrsb r12, [r0, #15]\0Apkhbt r12, r12, r4, lsl #16\0Astr r12, [r1], #4\0Acmp r2, r3\0Abne 1b\0A
// CHECK-LABEL: llvm.func internal @dlc_coded_columns_si16_ui4_i32_g4_5x1_n4_k2_b8_every8_si8_s8_m128_127_dsp_l4(
// CHECK: str r2, [sp, #24]\0Aldr r2, =8\0Aldr r5, =16\0Amla r5, r2, r5, lr\0A
// CHECK-SAME: 1:\0Aldr r4, [lr], #4\0Amov r0, r4\0Amov r1, r4\0Amov r2, r4\0Amov r3, r4\0Aldr r6, [sp, #24]\0A
// CHECK-SAME: 2:\0Aldmia r12!, {r8-r11}\0Aldrb r5, [lr], #1\0Aldrb r7, [lr], #1\0Aldr r5, [r6, r5, lsl #2]\0Aldr r7, [r6, r7, lsl #2]\0Asmlad r0, r8, r5, r0\0Asmlad r1, r10, r5, r1\0Asmlad r0, r9, r7, r0\0Asmlad r1, r11, r7, r1\0A
// CHECK-SAME: ldmia r12!, {r8-r9}\0Asmlad r4, r8, r5, r4\0Asmlad r4, r9, r7, r4\0Aldmia r12!, {r8-r11}\0Aldrb r5, [lr], #1\0A
// CHECK-SAME: ldr r5, [sp, #4]\0Acmp r12, r5\0Abne 2b\0A
module {
  llvm.func @dsp(%x: i32, %w: i32, %t: i32, %y: i32) {
    kernel.code_table %w, %t {products = #kernel.products<si16 * ui4 -> i32, group = 4>, instructions = #dsp} : (i32, i32) -> ()
    kernel.coded_columns %x, %w by %t, %y {tile = #kernel.tile<positions = 5, columns = 1>, products = #kernel.products<si16 * ui4 -> i32, group = 4>, steps = 4 : i64, unroll = 2 : i64, blocks = 8 : i64, stride = 8 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#m3 = #kernel.instructions<armv7m, load = 4>

// Two columns in a product of 64 bits, of which 24 are the first one's.
// CHECK-LABEL: llvm.func internal @dlc_code_table_si8_ui4_i32_armv7m(
// CHECK: add r12, r12, r4, lsl #24\0A
// CHECK-LABEL: llvm.func internal @dlc_coded_columns_si8_ui4_i32_1x4_n4_k2_b8_every8_armv7m_l4(
// CHECK: 1:\0Aldmia lr!, {r0-r3}\0Aldr r5, [sp, #24]\0A
// CHECK-SAME: 2:\0Aldrsb r6, [r12], #1\0Aldrb r4, [lr], #1\0Aldr r4, [r5, r4, lsl #2]\0Asmlal r0, r1, r4, r6\0Aldrb r4, [lr], #1\0Aldr r4, [r5, r4, lsl #2]\0Asmlal r2, r3, r4, r6\0A
// CHECK-SAME: adds r4, r0, #0x800000\0Aadc r1, r1, #0\0Alsr r4, r4, #24\0Asbfx r0, r0, #0, #24\0Aorr r1, r4, r1, lsl #8\0A
// CHECK-LABEL: llvm.func internal @dlc_coded_columns_si32_ui4_i32_4x2_n4_k2_b8_every8_armv7m_l4(
// CHECK: 2:\0Aldmia r12!, {r10-r11}\0Aldrb r8, [lr], #1\0Aldr r8, [r9, r8, lsl #2]\0Asmlal r0, r1, r8, r10\0Asmlal r2, r3, r8, r11\0Aldmia r12!, {r10-r11}\0Asmlal r4, r5, r8, r10\0Asmlal r6, r7, r8, r11\0A
module {
  llvm.func @armv7m(%x: i32, %w: i32, %t: i32, %y: i32) {
    kernel.code_table %w, %t {products = #kernel.products<si8 * ui4 -> i32, group = 1>, instructions = #m3} : (i32, i32) -> ()
    kernel.coded_columns %x, %w by %t, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 2 : i64, blocks = 8 : i64, stride = 8 : i64, instructions = #m3} : (i32, i32, i32, i32) -> ()
    kernel.coded_columns %x, %w by %t, %y {tile = #kernel.tile<positions = 4, columns = 2>, products = #kernel.products<si32 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 2 : i64, blocks = 8 : i64, stride = 8 : i64, instructions = #m3} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#m0 = #kernel.instructions<armv6m, load = 4>

// One table for the lower code of a byte and, of one position, one for the upper.
// CHECK-LABEL: llvm.func internal @dlc_code_table_si8_ui4_i32_armv6m(
// CHECK: stmia r1!, {r2-r5}\0A1:\0Aldrb r2, [r0]\0Aadds r0, #1\0Alsls r3, r2, #8\0A
// CHECK-LABEL: llvm.func internal @dlc_code_table_si32_ui4_i32_armv6m(
// CHECK-NOT: \0A1:
// CHECK-LABEL: llvm.func internal @dlc_coded_columns_si8_ui4_i32_1x4_n4_k2_b8_every8_armv6m_l4(
// CHECK: ldr r3, [sp, #20]\0Amov r4, r3\0Aadds r4, #255\0Aadds r4, #1\0A2:\0Aldrb r0, [r6, #0]\0Asxtb r0, r0\0Aldrb r1, [r7, #0]\0Aldrsb r2, [r3, r1]\0Aldrsb r1, [r4, r1]\0Amuls r2, r0, r2\0Aadd r8, r2\0Amuls r1, r0, r1\0Aadd r9, r1\0A
// CHECK-LABEL: llvm.func internal @dlc_coded_columns_si32_ui4_i32_4x1_n4_k2_b8_every8_armv6m_l4(
// CHECK: 2:\0Aldmia r6!, {r0-r3}\0Aldrb r4, [r7, #0]\0Aldrsb r4, [r5, r4]\0Amuls r0, r4, r0\0Aadd r8, r0\0A
// CHECK-SAME: ldmia r6!, {r0-r3}\0Aldrb r4, [r7, #0]\0Alsrs r4, r4, #4\0Aldrsb r4, [r5, r4]\0A
// CHECK-SAME: adds r7, #1\0A
module {
  llvm.func @armv6m(%x: i32, %w: i32, %t: i32, %y: i32) {
    kernel.code_table %w, %t {products = #kernel.products<si8 * ui4 -> i32, group = 1>, instructions = #m0} : (i32, i32) -> ()
    kernel.code_table %w, %t {products = #kernel.products<si32 * ui4 -> i32, group = 1>, instructions = #m0} : (i32, i32) -> ()
    kernel.coded_columns %x, %w by %t, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 2 : i64, blocks = 8 : i64, stride = 8 : i64, instructions = #m0} : (i32, i32, i32, i32) -> ()
    kernel.coded_columns %x, %w by %t, %y {tile = #kernel.tile<positions = 4, columns = 1>, products = #kernel.products<si32 * ui4 -> i32, group = 1>, steps = 4 : i64, unroll = 2 : i64, blocks = 8 : i64, stride = 8 : i64, instructions = #m0} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
