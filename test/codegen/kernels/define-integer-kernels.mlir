// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Integer kernels are naked functions whose text is all of them.

#dsp = #kernel.instructions<dsp, load = 4>
#bytes = #kernel.products<si16 * si8 -> i32, group = 4>
#words = #kernel.products<si16 * si16 -> i32, group = 4>

// Six positions, one column, bytes: the biases, three loads for three pairs of
// positions and twelve products of each of two steps; then rescaling.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si8_i32_g4_6x1_n4_k2_every16_si8_s8_m128_127_dsp_l4(%arg0: i32, %arg1: i32, %arg2: i32, %arg3: i32)
// CHECK-SAME: no_inline
// CHECK-SAME: passthrough = ["naked"]
// CHECK: llvm.inline_asm has_side_effects "push {r4-r11, lr}\0Asub sp, sp, #24\0A
// CHECK-SAME: ldr r6, [lr], #4\0Astr r6, [sp, #12]\0A
// CHECK-SAME: ldr r4, =192\0A
// CHECK-SAME: ldr r5, =24\0A
// CHECK-SAME: 1:\0Aldr r5, [lr], #4\0Amov r0, r5\0A
// CHECK-SAME: mov r4, r5\0A2:\0Aldr r6, [lr], #4\0Asxtb16 r7, r6\0Asxtb16 r6, r6, ror #8\0A
// CHECK-SAME: ldmia r12!, {r8-r11}\0Asmlad r0, r8, r7, r0\0Asmlad r1, r10, r7, r1\0Asmlad r0, r9, r6, r0\0Asmlad r1, r11, r6, r1\0A
// CHECK-SAME: ldmia r12!, {r8-r11}\0Asmlad r2,
// CHECK-SAME: ldmia r12!, {r8-r11}\0Asmlad r4,
// CHECK-SAME: ldr r6, [sp, #4]\0Acmp r12, r6\0Abne 2b\0A
// CHECK-SAME: ldr r12, [sp, #16]\0A
// CHECK-SAME: ldr r6, [lr], #4\0Aldr r7, [sp, #12]\0Asmmla r0, r0, r6, r7\0A
// CHECK-SAME: ssat r0, #8, r0, asr #8\0A
// CHECK-SAME: strb r1, [r7, #16]\0A
// CHECK-SAME: strb r5, [r7, #80]\0Astrb r0, [r7], #1\0Astr r7, [sp, #0]\0A
// CHECK-SAME: ldr r6, [sp, #8]\0Acmp lr, r6\0Abne 1b\0Aadd sp, sp, #24\0Apop {r4-r11, pc}\0A.ltorg", "~{memory}"
// CHECK: llvm.unreachable
module {
  llvm.func @columns(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 6, columns = 1>, products = #bytes, steps = 4 : i64, unroll = 2 : i64, stride = 16 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 4>

// Bytes are read where they lie. Combined: x1 and x3 with their sign, and bytes
// side by side as 256 x0 - x1 + 127.
// CHECK-LABEL: llvm.func internal @dlc_columns_si8_si8_i32_g4_combined_1x4_n160_k10_every0_si8_s8_m128_127_dsp_l4(
// CHECK-SAME: no_inline
// CHECK: ldr r4, =640\0A
// CHECK-SAME: ldr r11, =0x7f007f00\0A1:\0Aldmia lr!, {r0-r3}\0A2:\0A
// CHECK-SAME: ldmia lr!, {r4-r7}\0Aldr r10, [r12], #4\0Asxtb16 r9, r10, ror #8\0Aeor r10, r10, r11\0Arev16 r10, r10\0A
// CHECK-SAME: sxtb16 r8, r4\0Asmlad r0, r9, r4, r0\0Asmlad r0, r10, r8, r0\0A
// CHECK-SAME: sxtb16 r8, r7\0Asmlad r3, r9, r7, r3\0Asmlad r3, r10, r8, r3\0A
module {
  llvm.func @combined_in_place(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #bytes, combined, steps = 160 : i64, unroll = 10 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#bytes = #kernel.products<ui8 * si8 -> i32, group = 4>

// Without a sign, and weights that are not combined.
// CHECK-LABEL: llvm.func internal @dlc_columns_ui8_si8_i32_g4_1x1_n2_k2_every0_dsp_l4(
// CHECK: ldr r4, =8\0A
// CHECK-NOT: 0x7f007f00
// CHECK-SAME: ldr r1, [lr], #4\0Asxtb16 r2, r1\0Asxtb16 r1, r1, ror #8\0A
// CHECK-SAME: ldr r4, [r12], #4\0Auxtb16 r3, r4\0Auxtb16 r4, r4, ror #8\0A
// CHECK-SAME: smlad r0, r3, r2, r0\0Asmlad r0, r4, r1, r0\0A
module {
  llvm.func @in_place(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 1>, products = #bytes, steps = 2 : i64, unroll = 2 : i64, stride = 0 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#words = #kernel.products<si16 * si16 -> i32, group = 4>

// Halfwords of four columns: those of two at a time.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si16_i32_g4_1x4_n2_k2_every0_dsp_l4(
// CHECK: 1:\0Aldmia lr!, {r0-r3}\0Aldmia r12!, {r8-r9}\0Aldmia lr!, {r4-r7}\0A
// CHECK-SAME: smlad r0, r8, r4, r0\0Asmlad r0, r9, r5, r0\0Asmlad r1, r8, r6, r1\0Asmlad r1, r9, r7, r1\0Aldmia lr!, {r4-r7}\0A
// CHECK-SAME: smlad r2, r8, r4, r2\0Asmlad r2, r9, r5, r2\0Asmlad r3, r8, r6, r3\0Asmlad r3, r9, r7, r3\0Aldmia r12!, {r8-r9}\0A
module {
  llvm.func @halves(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #words, steps = 2 : i64, unroll = 2 : i64, stride = 0 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#bytes = #kernel.products<si16 * si8 -> i32, group = 4>

// Combined weights take one instruction to take apart; each column has an addend
// and a shift of its own; bounds that are not the type's are compared with.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si8_i32_g4_combined_1x2_n1_k1_every0_ui8_s0_3_255_dsp_l4(
// CHECK: 1:\0Aldmia lr!, {r0-r1}\0Aldmia lr!, {r2-r3}\0Aldmia r12!, {r5-r6}\0A
// CHECK-SAME: sxtb16 r4, r2\0Asmlad r0, r5, r2, r0\0Asmlad r0, r6, r4, r0\0A
// CHECK-SAME: sxtb16 r4, r3\0Asmlad r1, r5, r3, r1\0Asmlad r1, r6, r4, r1\0A
// CHECK-SAME: ldmia lr!, {r2-r4}\0Asmmla r0, r0, r2, r3\0Aasr r0, r0, r4\0A
// CHECK-SAME: ldmia lr!, {r2-r4}\0Asmmla r1, r1, r2, r3\0Aasr r1, r1, r4\0A
// CHECK-SAME: usat r0, #8, r0\0Acmp r0, #3\0Ait lt\0Amovlt r0, #3\0A
// CHECK-SAME: strb r1, [r4, #1]\0Astrb r0, [r4], #2\0A
module {
  llvm.func @combined(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #bytes, combined, steps = 1 : i64, unroll = 1 : i64, stride = 0 : i64, rescale = #kernel.rescale<ui8, shift = 0, min = 3, max = 255>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#words = #kernel.products<si16 * si16 -> i32, group = 4>

// Halfwords are not taken apart; sums are stored as they are, far from each other.
// CHECK-LABEL: llvm.func internal @dlc_columns_si16_si16_i32_g4_2x2_n1_k1_every5000_dsp_l4(
// The first products are added to the biases, of which the last ones go.
// CHECK: 1:\0Aldmia lr!, {r2-r3}\0Aldmia lr!, {r4-r7}\0Aldmia r12!, {r8-r11}\0A
// CHECK-SAME: smlad r0, r8, r4, r2\0Asmlad r2, r10, r4, r2\0Asmlad r0, r9, r5, r0\0A
// CHECK-NOT: xtb16
// CHECK-SAME: ldr r5, =5000\0Astr r0, [r4, #0]\0Astr r1, [r4, #4]\0Aadd r4, r4, r5\0Astr r2, [r4, #0]\0A
module {
  llvm.func @sums(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 2>, products = #words, steps = 1 : i64, unroll = 1 : i64, stride = 5000 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#bytes = #kernel.products<si16 * si8 -> i32, group = 4>

// CHECK-LABEL: llvm.func internal @dlc_widen_ui8_si16_g4_3_aligned_dsp_l4(
// CHECK: subs r2, r2, #4\0Ablt 2f\0A1:\0Aldmia r0!, {r6-r9}\0Auxtb16 r4, r6\0Auxtb16 r5, r6, ror #8\0Astrd r4, r5, [r1], #24\0A
// CHECK-SAME: 3:\0Aldr r6, [r0], #4\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_ui8_si16_g4_1_combined_dsp_l4(
// CHECK: ldr r12, =0x80808080\0A
// CHECK-SAME: ldr r6, [r0], #4\0Aeor r6, r6, r12\0Asxtb16 r4, r6, ror #8\0Aeor r5, r6, r11\0Arev16 r5, r5\0Astrd r4, r5, [r1], #8\0A
// Three positions of five groups, eleven bytes apart from the end of one to the next.
// CHECK-LABEL: llvm.func internal @dlc_widen_tile_si8_si16_g4_3x5_every31_dsp_l4(
// CHECK: mov r3, #3\0A1:\0Aldr r6, [r0], #4\0Asxtb16 r4, r6\0A
// CHECK-SAME: ldr r4, =11\0Aadd r0, r0, r4\0Aldr r4, =-112\0Aadd r1, r1, r4\0Asubs r3, r3, #1\0Abne 1b\0A
// CHECK-LABEL: llvm.func internal @dlc_copy_9_dsp(
// CHECK: sub r1, r1, #8\0A1:\0Aldr r12, [r0], #4\0Astr r12, [r2], #4\0Aldr r12, [r0], #4\0Astr r12, [r2], #4\0Aldrb r12, [r0, #0]\0Astrb r12, [r2], #1\0Aadd r0, r0, r1\0Asubs r3, r3, #1\0Abgt 1b\0Abx lr
module {
  llvm.func @gather(%x: i32, %t: i32, %n: i32) {
    kernel.widen %x, %t for %n {positions = 3 : i64, from = ui8, products = #bytes, aligned, instructions = #dsp} : (i32, i32, i32) -> ()
    kernel.widen %x, %t for %n {positions = 1 : i64, from = ui8, products = #bytes, combined, instructions = #dsp} : (i32, i32, i32) -> ()
    kernel.widen_tile %x, %t {positions = 3 : i64, groups = 5 : i64, stride = 31 : i64, from = si8, products = #bytes, instructions = #dsp} : (i32, i32) -> ()
    kernel.copy %x every %n, %t for %n {bytes = 9 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>
#words = #kernel.products<si32 * si8 -> i32, group = 1>

// One product at a time. Five positions: their words are one load, and the
// weights of a block, five bytes, are filled up.
// CHECK-LABEL: llvm.func internal @dlc_columns_si32_si8_i32_5x1_n5_k5_every16_si8_s8_m128_127_armv7m_l4(
// CHECK: ldr r4, =100\0A
// CHECK-SAME: ldr r5, =16\0A
// CHECK-SAME: 1:\0Aldr r4, [lr], #4\0Aldrsb r5, [lr], #1\0Aldmia r12!, {r6-r10}\0A
// CHECK-SAME: mla r0, r6, r5, r4\0Amla r1, r7, r5, r4\0Amla r2, r8, r5, r4\0Amla r3, r9, r5, r4\0Amla r4, r10, r5, r4\0A
// CHECK-SAME: ldrsb r5, [lr], #1\0Aldmia r12!, {r6-r10}\0Amla r0, r6, r5, r0\0A
// CHECK-SAME: add lr, lr, #3\0Aldr r12, [sp, #16]\0A
// CHECK-SAME: ldr r5, [lr], #4\0Aldr r6, [sp, #12]\0Asmull r7, r0, r0, r5\0Aadd r0, r0, r6\0A
// CHECK-SAME: ssat r0, #8, r0, asr #8\0A
module {
  llvm.func @single(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 5, columns = 1>, products = #words, steps = 5 : i64, unroll = 5 : i64, stride = 16 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>
#bytes = #kernel.products<ui8 * si16 -> i32, group = 1>

// Bytes as they lie, halfwords as weights; where a multiplier is needed no more
// it takes the low word of the product.
// CHECK-LABEL: llvm.func internal @dlc_columns_ui8_si16_i32_1x2_n4_k2_every0_ui8_s3_0_255_armv7m_l4(
// CHECK: 1:\0Aldmia lr!, {r0-r1}\0A2:\0Aldrb r2, [r12], #1\0Aldrsh r3, [lr], #2\0Amla r0, r2, r3, r0\0Aldrsh r3, [lr], #2\0Amla r1, r2, r3, r1\0A
// CHECK-SAME: ldmia lr!, {r2-r3}\0Aldr r4, [sp, #12]\0Asmull r2, r0, r0, r2\0Aadd r0, r0, r4\0Asmull r3, r1, r1, r3\0A
// CHECK-SAME: usat r0, #8, r0, asr #3\0A
module {
  llvm.func @row(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #bytes, steps = 4 : i64, unroll = 2 : i64, stride = 0 : i64, rescale = #kernel.rescale<ui8, shift = 3, min = 0, max = 255>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>
#bytes = #kernel.products<si8 * ui8 -> i32, group = 1>

// Four positions of bytes, one behind the other: the first one's load moves on.
// CHECK-LABEL: llvm.func internal @dlc_columns_si8_ui8_i32_4x2_n9_k1_every8_armv7m_l4(
// CHECK: 2:\0Aldrb r8, [lr], #1\0Aldrb r9, [lr], #1\0Aldrsb r10, [r12], #1\0Amla r0, r10, r8, r0\0Amla r1, r10, r9, r1\0A
// CHECK-SAME: ldrsb r10, [r12, #8]\0A
// CHECK-SAME: ldrsb r10, [r12, #26]\0A
// CHECK-SAME: add lr, lr, #2\0A
module {
  llvm.func @sums(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 4, columns = 2>, products = #bytes, steps = 9 : i64, unroll = 1 : i64, stride = 8 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>
#words = #kernel.products<si32 * si8 -> i32, group = 1>

// Positions that a load reaches are widened together, others one by one.
// CHECK-LABEL: llvm.func internal @dlc_widen_tile_si8_si32_g1_3x9_every64_armv7m_l4(
// CHECK: 1:\0Aldrsb r2, [r0, #0]\0Aldrsb r3, [r0, #64]\0Aldrsb r4, [r0, #128]\0Astmia r1!, {r2-r4}\0A
// CHECK-SAME: ldrsb r4, [r0, #131]\0Astmia r1!, {r2-r4}\0Aadd r0, r0, #4\0Acmp r0, r12\0Abne 1b\0A
// CHECK-SAME: pop {r4-r10, pc}
// CHECK-LABEL: llvm.func internal @dlc_widen_tile_ui8_si32_g1_3x9_every3000_armv7m_l4(
// CHECK: mov r2, #3\0A1:\0Aldr r3, =9\0A2:\0Aldrb r12, [r0], #1\0Astr r12, [r1], #12\0A
// CHECK-SAME: ldr r12, =2991\0Aadd r0, r0, r12\0Aldr r12, =-104\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_si8_si32_g1_3_armv7m_l4(
// CHECK: 1:\0Aldrsb r12, [r0], #1\0Astr r12, [r1], #12\0A
module {
  llvm.func @tile(%x: i32, %t: i32, %n: i32) {
    kernel.widen_tile %x, %t {positions = 3 : i64, groups = 9 : i64, stride = 64 : i64, from = si8, products = #words, instructions = #core} : (i32, i32) -> ()
    kernel.widen_tile %x, %t {positions = 3 : i64, groups = 9 : i64, stride = 3000 : i64, from = ui8, products = #words, instructions = #core} : (i32, i32) -> ()
    kernel.widen %x, %t for %n {positions = 3 : i64, from = si8, products = #words, instructions = #core} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>
#words = #kernel.products<si32 * ui8 -> i32, group = 1>

// Low registers, and products that overwrite a factor: what moved weights add to a
// position waits on the stack; a step of five positions is twelve instructions.
// CHECK-LABEL: llvm.func internal @dlc_columns_si32_ui8_i32_moved_5x1_n6_k6_every64_si8_s24_m128_127_l2x14_armv6m_l4(
// CHECK: ldmia r7!, {r5}\0Aldr r4, =28\0A
// CHECK-SAME: ldmia r6!, {r0-r4}\0Aadd r8, r0\0A
// CHECK-SAME: mov r0, r8\0Amuls r0, r5, r0\0Astr r0, [sp, #20]\0A
// CHECK-SAME: 1:\0Aldmia r7!, {r5}\0Aadd r6, sp, #20\0Aldmia r6!, {r0-r4}\0Aadds r0, r0, r5\0Amov r8, r0\0A
// CHECK-SAME: ldmia r6!, {r0-r4}\0Aldrb r5, [r7, #0]\0Amuls r0, r5, r0\0Aadd r8, r0\0Amuls r1, r5, r1\0Aadd r9, r1\0A
// CHECK-SAME: adds r7, #6\0Aadds r7, #2\0A
// CHECK-SAME: ldmia r7!, {r2-r5}\0Amov r0, r8\0Acmp r0, r2\0Abhi 20f\0Amov r1, r0\0Amuls r1, r5, r1\0Alsrs r1, r1, #14\0Amuls r0, r4, r0\0Aadds r0, r0, r1\0Aadds r0, r0, r3\0Alsrs r0, r0, #24\0Astrb r0, [r6, #0]\0A21:\0Aadds r6, #64\0A
// CHECK-SAME: cmp r7, r0\0Abeq 9f\0Ab 1b\0A9:\0A
// Below the least sum is the least, above its reach the greatest result.
// CHECK-SAME: 20:\0Aasrs r0, r0, #31\0Amovs r1, #255\0Aands r0, r1\0Amovs r1, #127\0Asubs r0, r1, r0\0Astrb r0, [r6, #0]\0Ab 21b\0A
module {
  llvm.func @low(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 5, columns = 1>, products = #words, moved, steps = 6 : i64, unroll = 6 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>
#bytes = #kernel.products<si8 * ui8 -> i32, group = 1>

// Bytes of one position, for each of which all columns' weights are loaded; offsets
// are 31 at most. A third limb is one product and shift more.
// CHECK-LABEL: llvm.func internal @dlc_columns_si8_ui8_i32_moved_1x4_n18_k9_every0_ui8_s20_3_255_l3x10_armv6m_l4(
// CHECK: 4:\0Aldrb r0, [r6, #0]\0Asxtb r0, r0\0Aadds r1, r1, r0\0Aadds r6, #1\0A
// CHECK-SAME: 2:\0Aldrb r0, [r6, #0]\0Asxtb r0, r0\0Aldrb r1, [r7, #0]\0Amuls r1, r0, r1\0Aadd r8, r1\0Aldrb r1, [r7, #1]\0A
// CHECK-SAME: ldrb r1, [r7, #31]\0Amuls r1, r0, r1\0Aadd r11, r1\0Aadds r7, #32\0Aldrb r0, [r6, #8]\0A
// CHECK-SAME: adds r7, #4\0Aadds r6, #9\0Aldr r0, [sp, #8]\0Acmp r6, r0\0Abeq 9f\0Ab 2b\0A9:\0A
// CHECK-SAME: ldmia r7!, {r2-r5}\0Amov lr, r2\0Auxth r2, r5\0Alsrs r5, r5, #16\0Astr r7, [sp, #16]\0Amov r0, r8\0Acmp r0, lr\0Abhi 20f\0A
// CHECK-SAME: mov r7, r0\0Amuls r1, r2, r1\0Alsrs r1, r1, #10\0Amuls r7, r5, r7\0Aadds r1, r1, r7\0Alsrs r1, r1, #10\0A
// CHECK-SAME: b 5f\0A20:\0Aasrs r0, r0, #31\0Amovs r1, #252\0A
module {
  llvm.func @row(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #bytes, moved, steps = 18 : i64, unroll = 9 : i64, stride = 0 : i64, rescale = #kernel.rescale<ui8, shift = 20, min = 3, max = 255, limbs = 3 of 10>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>
#words = #kernel.products<si32 * ui8 -> i32, group = 1>

// Sums are stored as they are; bytes are widened and copied one by one, for no load
// of a word may be at any address.
// CHECK-LABEL: llvm.func internal @dlc_columns_si32_ui8_i32_moved_2x1_n4_k2_every4_armv6m_l4(
// CHECK: mov r0, r9\0Astr r0, [r6, #4]\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_tile_si8_si32_g1_3x6_every300_armv6m_l4(
// CHECK: ldr r4, =300\0Amov r8, r4\0Aldr r4, =4\0A
// CHECK-SAME: 1:\0Amovs r7, #0\0Aldrsb r2, [r0, r7]\0Aadd r7, r8\0Aldrsb r3, [r0, r7]\0Aadd r7, r8\0Aldrsb r4, [r0, r7]\0Astmia r1!, {r2-r4}\0Amovs r7, #1\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_ui8_si32_g1_3_armv6m_l4(
// CHECK: subs r2, #4\0Ablt 2f\0A1:\0Aldrb r3, [r0, #0]\0Astr r3, [r1, #0]\0Aldrb r3, [r0, #1]\0Astr r3, [r1, #12]\0A
// CHECK-SAME: adds r0, #4\0Aadds r1, #48\0Asubs r2, #4\0Abge 1b\0A2:\0Aadds r2, #4\0Able 4f\0A3:\0Aldrb r3, [r0, #0]\0Astr r3, [r1, #0]\0Aadds r0, #1\0A
// CHECK-LABEL: llvm.func internal @dlc_copy_70_armv6m(
// CHECK: ldr r6, =64\0Aadds r6, r6, r0\0A2:\0Aldrb r5, [r4, #0]\0Astrb r5, [r2, #0]\0A
// CHECK-SAME: adds r2, #32\0Aadds r4, #32\0Acmp r4, r6\0Abne 2b\0Aldrb r5, [r4, #0]\0A
// CHECK-LABEL: llvm.func internal @dlc_copy_48_armv6m(
// CHECK: strb r5, [r2, #31]\0Aadds r2, #32\0Aadds r4, #32\0Aldrb r5, [r4, #0]\0A
module {
  llvm.func @moves(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 1>, products = #words, moved, steps = 4 : i64, unroll = 2 : i64, stride = 4 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    kernel.widen_tile %x, %y {positions = 3 : i64, groups = 6 : i64, stride = 300 : i64, from = si8, products = #words, instructions = #core} : (i32, i32) -> ()
    kernel.widen %x, %y for %n {positions = 3 : i64, from = ui8, products = #words, instructions = #core} : (i32, i32, i32) -> ()
    kernel.copy %x every %w, %y for %n {bytes = 70 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    kernel.copy %x every %w, %y for %n {bytes = 48 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
