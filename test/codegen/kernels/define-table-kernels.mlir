// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Tables of two groups of four elements: sixteen sums in eight words. Of the first element what is in the
// upper halves is more, the others' steps are in both. Then eight columns, whose indices share a word.

// CHECK-LABEL: llvm.func internal @dlc_table_columns_si8_g4_1x4_n16_k2_f16_b8_times1_every0_si8_s8_m128_127_dsp_l4(
// CHECK: ldrsb r0, [r12], #1\0Aldrsb r1, [r12], #1\0Aldrsb r3, [r12], #1\0Aldrsb r7, [r12], #1\0Aldr r5, =508\0Asub r5, r5, r0\0A
// CHECK-SAME: add r0, r9, r0, lsl #1\0Aadd r0, r0, r5\0Aadd r0, r5, r0, lsl #16\0Aadd r1, r1, r1, lsl #16\0Aadd r1, r9, r1, lsl #1\0A
// CHECK-SAME: add r7, r3, r7\0Astmia r10!, {r0-r7}\0A
// CHECK-SAME: ldr r11, =30\0Aldr r8, [sp, #24]\0A6:\0Aldmia lr, {r0-r7}\0Aldr r9, [r12], #4\0Aand r10, r11, r9, lsl #1\0Aldrh r10, [r8, r10]\0Aadd r0, r0, r10\0Aand r10, r11, r9, lsr #3\0A
// CHECK-SAME: add r8, r8, #32\0A
// CHECK-SAME: sub r8, r8, #32\0Astmia lr!, {r0-r7}\0A
// CHECK-SAME: 1:\0Aldmia lr!, {r0-r3}\0Aldmia r12!, {r4-r7}\0Astr r12, [sp, #16]\0Aadd r0, r0, r4\0A
module {
  llvm.func @fours(%x: i32, %w: i32, %s: i32, %y: i32) {
    kernel.table_columns %x, %w by %s, %y {tile = #kernel.tile<positions = 1, columns = 4>, from = si8, group = 4 : i64, steps = 16 : i64, unroll = 2 : i64, features = 16 : i64, block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #kernel.instructions<dsp, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// Of eight elements the first words are doubled for each of the others. Two positions share words, and a sum
// is taken apart before weights of 100 multiply it.

// CHECK-LABEL: llvm.func internal @dlc_table_columns_ui8_g8_2x2_n16_k1_f16_b8_times100_every16_armv7m_l4(
// CHECK: ldrb r1, [r12], #1\0Aldrb r4, [lr], #1\0Aadd r1, r1, r4, lsl #16\0A
// CHECK-SAME: ldr r0, =133695480\0Asub r0, r0, r1\0A
// CHECK-SAME: ldr r9, =-16711935\0Aldrb r8, [r12], #1\0Aldrb r11, [lr], #1\0Aadd r8, r8, r11, lsl #16\0Aadd r8, r9, r8, lsl #1\0Amov r9, r10\0Aldr r11, [sp, #52]\0A5:\0Aldmia r11!, {r0-r7}\0Aadd r0, r0, r8\0A
// CHECK-SAME: cmp r11, r9\0Abne 5b\0A
// CHECK-SAME: and r10, r11, r9, lsl #2\0Aldr r10, [r8, r10]\0Aadd r0, r0, r10\0Aand r10, r11, r9, lsr #6\0A
// CHECK-SAME: mov r12, #100\0Auxth r6, r4\0Amla r0, r6, r12, r0\0Alsr r6, r4, #16\0Amla r2, r6, r12, r2\0A
module {
  llvm.func @eights(%x: i32, %w: i32, %s: i32, %y: i32) {
    kernel.table_columns %x, %w by %s, %y {tile = #kernel.tile<positions = 2, columns = 2>, from = ui8, group = 8 : i64, steps = 16 : i64, unroll = 1 : i64, features = 16 : i64, block = 8 : i64, magnitude = 100 : i64, stride = 16 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// In Armv6-M's core: bytes are indices, four sums at a time; of four elements indices are halves of bytes, and the
// second position's results follow those of the first.

// CHECK-LABEL: llvm.func internal @dlc_table_columns_si8_g8_1x1_n16_k2_f16_b4_times1_every0_armv6m_l4(
// CHECK: 6:\0Aldmia r3!, {r4-r7}\0Aldrb r0, [r1, #0]\0Alsls r0, r0, #1\0Aldrh r0, [r2, r0]\0Aadds r4, r4, r0\0A
// CHECK-SAME: adds r1, #8\0Amov r2, r12\0Asubs r3, #16\0Astmia r3!, {r4-r7}\0Acmp r3, r11\0A
// CHECK-LABEL: llvm.func internal @dlc_table_columns_ui8_g4_2x1_n16_k8_f16_b4_times3_every16_armv6m_l4(
// CHECK: movs r4, #60\0A6:\0Amov r0, r10\0Aldmia r0!, {r3, r5-r7}\0Amov r8, r3\0Aldrh r3, [r1, #0]\0Alsls r0, r3, #2\0Aands r0, r4\0Aldr r0, [r2, r0]\0Aadd r8, r0\0Alsrs r0, r3, #2\0A
// CHECK-SAME: uxth r0, r0\0Amovs r3, #3\0Amuls r0, r3, r0\0Aadds r0, r0, r4\0A
// CHECK-SAME: lsrs r0, r0, #16\0Amovs r3, #3\0A
module {
  llvm.func @low(%x: i32, %w: i32, %s: i32, %y: i32) {
    kernel.table_columns %x, %w by %s, %y {tile = #kernel.tile<positions = 1, columns = 1>, from = si8, group = 8 : i64, steps = 16 : i64, unroll = 2 : i64, features = 16 : i64, block = 4 : i64, magnitude = 1 : i64, stride = 0 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
    kernel.table_columns %x, %w by %s, %y {tile = #kernel.tile<positions = 2, columns = 1>, from = ui8, group = 4 : i64, steps = 16 : i64, unroll = 8 : i64, features = 16 : i64, block = 4 : i64, magnitude = 3 : i64, stride = 16 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
