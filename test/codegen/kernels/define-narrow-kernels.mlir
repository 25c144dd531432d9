// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Weights of 4 and 2 bits (docs/decisions/integer-kernels.md).

#dsp = #kernel.instructions<dsp, load = 4>

// Four columns in half a word. What digits are larger by, 8 times the sum of the
// elements, and 17 and 273 times that; of two steps four words of elements, of
// each two words of weights, of which one digit after the other is cleared; then
// each column's own sum.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si4_i32_g4_1x4_n4_k2_every0_dsp_l4(
// CHECK: sub sp, sp, #40\0A
// CHECK-SAME: ldr r5, =48\0A
// CHECK-SAME: mov r4, #0\0Aldr r5, =0x00010001\0Aldr r6, [sp, #4]\0A4:\0Aldmia r12!, {r0-r3}\0Asmlad r4, r0, r5, r4\0A
// CHECK-SAME: lsl r0, r4, #3\0Astr r0, [sp, #24]\0Aadd r1, r0, r0, lsl #4\0Astr r1, [sp, #28]\0Aadd r1, r0, r1, lsl #4\0Astr r1, [sp, #32]\0A
// CHECK-SAME: 1:\0Aldmia lr!, {r0-r3}\0Aadd r11, sp, #24\0Aldmia r11!, {r8-r10}\0Asub r0, r0, r8\0Asub r1, r1, r9\0Asub r2, r2, r10\0Asub r3, r3, r10\0Aldr r10, =15728880\0A
// CHECK-SAME: 2:\0Aldmia r12!, {r4-r7}\0Aldmia lr!, {r8-r9}\0A
// CHECK-SAME: smlad r3, r4, r8, r3\0Abic r8, r8, r10, lsl #8\0Asmlad r2, r4, r8, r2\0Abic r8, r8, r10, lsl #4\0Asmlad r1, r4, r8, r1\0Abic r8, r8, r10\0Asmlad r0, r4, r8, r0\0A
// CHECK-SAME: smlad r3, r5, r9, r3\0A
// CHECK-SAME: ldmia lr!, {r8-r9}\0Asmlad r3, r6, r8, r3\0A
// CHECK-SAME: ldr r4, [sp, #4]\0Acmp r12, r4\0Abne 2b\0A
// CHECK-SAME: sub r3, r3, r2\0Asub r2, r2, r1\0Asub r1, r1, r0\0Aasr r1, r1, #4\0Aasr r2, r2, #8\0Aasr r3, r3, #12\0A
// CHECK-SAME: add sp, sp, #40\0A
module {
  llvm.func @four(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si16 * si4 -> i32, group = 4>, steps = 4 : i64, unroll = 2 : i64, stride = 0 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Two positions: the words of each of a step's elements.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si4_i32_g4_2x4_n1_k1_every8_si8_s8_m128_127_dsp_l4(
// CHECK: ldr r8, [r12, #0]\0Aldr r9, [r12, #8]\0Aldr r10, [lr], #4\0Asmlad r3, r8, r10, r3\0Asmlad r7, r9, r10, r7\0Abic r10, r10, r11, lsl #8\0A
// CHECK-SAME: ldr r8, [r12, #4]\0Aldr r9, [r12, #12]\0Aldr r10, [lr], #4\0A
// CHECK-SAME: add r12, r12, #16\0A
// CHECK-SAME: smmla r0, r0,
module {
  llvm.func @positions(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 4>, products = #kernel.products<si16 * si4 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 8 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Eight columns of 2 bits.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si2_i32_g4_1x8_n1_k1_every0_dsp_l4(
// CHECK: ldr r11, =12583104\0Aldmia r12!, {r8-r9}\0Aldr r10, [lr], #4\0A
// CHECK-SAME: smlad r7, r8, r10, r7\0Abic r10, r10, r11, lsl #8\0Asmlad r6, r8, r10, r6\0Abic r10, r10, r11, lsl #6\0A
// CHECK-SAME: bic r10, r10, r11\0Asmlad r2, r8, r10, r2\0Abic r10, r10, r11, lsr #2\0Asmlad r1, r8, r10, r1\0Abic r10, r10, r11, lsr #4\0Asmlad r0, r8, r10, r0\0A
// CHECK-SAME: asr r7, r7, #14\0A
module {
  llvm.func @two(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 8>, products = #kernel.products<si16 * si2 -> i32, group = 4>, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// Two columns in halves of a word, four elements in each half: a mask, a product
// of both. Elements without a sign: halves begin with 0.
// CHECK-LABEL: llvm.func internal @dlc_columns_ui8_si4_i32_1x2_n4_k4_every0_armv7m_l4(
// CHECK: lsl r4, r4, #3\0Astr r4, [sp, #28]\0Astr r4, [sp, #24]\0A
// CHECK-SAME: 1:\0Aldmia lr!, {r0-r1}\0Aldr r2, [sp, #24]\0Asub r0, r0, r2\0Aldr r2, [sp, #28]\0Asub r1, r1, r2\0Aldr r6, =983055\0A
// CHECK-SAME: ldr r4, [lr], #4\0Aldrb r3, [r12], #1\0Aand r2, r6, r4\0Amul r5, r2, r3\0A
// CHECK-SAME: ldrb r3, [r12], #1\0Aand r2, r6, r4, lsr #4\0Amla r5, r2, r3, r5\0A
// CHECK-SAME: uxth r2, r5\0Aadd r0, r0, r2\0Aadd r1, r1, r5, lsr #16\0A
module {
  llvm.func @pair(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<ui8 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// Sums of sixteen elements fit a half; what is left begins in the middle again.
// CHECK-LABEL: llvm.func internal @dlc_columns_si8_si4_i32_1x2_n20_k20_every0_armv7m_l4(
// 2 * 32768
// CHECK: ldr r5, =65536\0Aadd r4, r4, r5\0A
// CHECK-SAME: mov r7, #32768\0A
// CHECK-SAME: mla r5, r2, r3, r7\0A
// CHECK-SAME: uxth r2, r5\0Aadd r0, r0, r2\0Aadd r1, r1, r5, asr #16\0Aldr r4, [lr], #4\0Aldrsb r3, [r12], #1\0Aand r2, r6, r4\0Amla r5, r2, r3, r7\0A
module {
  llvm.func @twenty(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 20 : i64, unroll = 20 : i64, stride = 0 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// Words of two positions; the sums are on the stack.
// CHECK-LABEL: llvm.func internal @dlc_columns_si32_si4_i32_2x2_n4_k4_every8_armv7m_l4(
// CHECK: add r8, sp, #40\0Astmia r8, {r0-r3}\0A
// CHECK-SAME: ldr r8, [lr], #4\0Aldmia r12!, {r2-r3}\0Aand r9, r10, r8\0Amla r0, r9, r2, r11\0Amla r1, r9, r3, r11\0A
// CHECK-SAME: ldrd r2, r3, [sp, #40]\0Auxth r9, r0\0Aadd r2, r2, r9\0Aadd r3, r3, r0, asr #16\0Astrd r2, r3, [sp, #40]\0A
// CHECK-SAME: add r8, sp, #40\0Aldmia r8, {r0-r3}\0A
module {
  llvm.func @words(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<si32 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 8 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>

// CHECK-LABEL: llvm.func internal @dlc_columns_si8_si4_i32_1x2_n4_k4_every0_armv6m_l4(
// CHECK: ldr r4, =983055\0Astr r4, [sp, #28]\0Aldr r4, =-32768\0Astr r4, [sp, #24]\0Amovs r5, #8\0Arsbs r5, r5, #0\0A
// CHECK-SAME: ldmia r7!, {r2}\0Amov r12, r4\0Aldrb r0, [r6, #0]\0Asxtb r0, r0\0Amov r1, r2\0Aands r1, r5\0Amuls r1, r0, r1\0Aadd r12, r1\0A
// CHECK-SAME: lsrs r1, r2, #4\0Aands r1, r5\0A
// CHECK-SAME: mov r1, r12\0Auxth r0, r1\0Aadd r8, r0\0Aasrs r1, r1, #16\0Aadd r9, r1\0A
module {
  llvm.func @pair(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #kernel.products<si8 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 0 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>

// CHECK-LABEL: llvm.func internal @dlc_columns_ui32_si4_i32_2x2_n4_k4_every8_armv6m_l4(
// CHECK: ldmia r6!, {r0-r1}\0Aldr r4, [r7, #0]\0Aands r4, r5\0Amuls r0, r4, r0\0Amov r8, r0\0Amuls r1, r4, r1\0Amov r9, r1\0A
// CHECK-SAME: ldr r4, [r7, #0]\0Alsrs r4, r4, #4\0Aands r4, r5\0Amuls r0, r4, r0\0Aadd r8, r0\0A
// CHECK-SAME: mov r0, r8\0Auxth r1, r0\0Alsrs r0, r0, #16\0Aldr r2, [sp, #64]\0Aadds r2, r2, r1\0Astr r2, [sp, #64]\0A
module {
  llvm.func @words(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<ui32 * si4 -> i32, group = 1>, steps = 4 : i64, unroll = 4 : i64, stride = 8 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
