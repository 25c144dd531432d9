// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

#dsp = #kernel.instructions<dsp, load = 4>

// Three rows of taps, windows a column apart: eight words of a channel, then rows of
// two pairs and one result. The registers of elements take turns.
// CHECK-LABEL: llvm.func internal @dlc_depthwise_si16_2x5_t3_s1x1_row16_plane64_every8x40_si8_s8_m128_127_dsp(%arg0: i32, %arg1: i32, %arg2: i32)
// CHECK: ldr r3, [r1], #4\0Astr r3, [sp, #4]\0A
// CHECK-SAME: 1:\0Aldr r12, [sp, #24]\0Aldmia r12!, {r0-r7}\0A
// CHECK-SAME: ldr r6, =64\0A
// CHECK-SAME: 2:\0Aldr r6, [r12, #0]\0Aldr r7, [r12, #16]\0Aldr r8, [r12, #32]\0Astr r12, [sp, #40]\0A
// CHECK-SAME: ldrd r10, r11, [sp, #8]\0A
// CHECK-SAME: ldr r9, [r12, #4]\0Asmlad r10, r6, r0, r10\0Asmlabt r10, r9, r1, r10\0Asmlatb r11, r6, r0, r11\0Asmlad r11, r9, r1, r11\0A
// CHECK-SAME: ldr r6, [r12, #20]\0Asmlad r10, r7, r2, r10\0A
// CHECK-SAME: ldr r7, [r12, #36]\0Asmlad r10, r8, r4, r10\0A
// CHECK-SAME: ldmia sp, {r8, r12}\0Asmmla r10, r10, r8, r12\0Asmmla r11, r11, r8, r12\0Aldr r12, [sp, #40]\0A
// CHECK-SAME: ssat r10, #8, r10, asr #8\0Assat r11, #8, r11, asr #8\0Astrb r10, [lr], #8\0Astrb r11, [lr], #8\0A
// CHECK-SAME: ldr r8, [r12, #8]\0Asmlad r10, r9, r0, r10\0A
// The last one.
// CHECK-SAME: ldr r10, [sp, #8]\0Aldr r7, [r12, #12]\0A
// CHECK-SAME: strb r10, [lr], #8\0A
// CHECK-SAME: subs r9, r9, #1\0Astr r9, [sp, #20]\0Abgt 2b\0A
// CHECK-SAME: str r9, [sp, #28]\0Abgt 1b\0A
module {
  llvm.func @neighbours(%x: i32, %w: i32, %y: i32) {
    kernel.depthwise %x, %w, %y {rows = 2 : i64, columns = 5 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 16 : i64, plane = 64 : i64, stride = 8 : i64, result_row = 40 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Windows two columns apart share an element; a loop of two pairs; results far from
// each other.
// CHECK-LABEL: llvm.func internal @dlc_depthwise_si16_1x32_t2_s2x2_row132_plane396_every300x9600_
// CHECK: ldmia r12!, {r0-r5}\0A
// CHECK-SAME: ldr r6, =128\0Aadd r6, r6, r12\0Astr r6, [sp, #16]\0A3:\0A
// CHECK-SAME: ldr r6, [r12, #4]\0Asmlad r10, r4, r0, r10\0Asmlabb r10, r6, r1, r10\0Aldr r4, [r12, #8]\0Asmlad r11, r6, r0, r11\0Asmlabb r11, r4, r1, r11\0A
// CHECK-SAME: strb r10, [lr]\0Astrb r11, [lr, #300]\0Aadd lr, lr, #88\0Aadd lr, lr, #512\0A
// CHECK-SAME: add r12, r12, #16\0Astr r12, [sp, #40]\0Aldr r6, [sp, #16]\0Acmp r12, r6\0Abne 3b\0A
module {
  llvm.func @distant(%x: i32, %w: i32, %y: i32) {
    kernel.depthwise %x, %w, %y {rows = 1 : i64, columns = 32 : i64, taps = 2 : i64, row_step = 2 : i64, column_step = 2 : i64, row = 132 : i64, plane = 396 : i64, stride = 300 : i64, result_row = 9600 : i64, left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// A pixel by itself, then a pair: a word of each plane.
// CHECK-LABEL: llvm.func internal @dlc_planes_ui8_si16_3_every64_plane392_odd_dsp(
// CHECK: ldr r12, =64\0Aldr r2, [r0]\0Aadd r0, r0, r12\0Aldr r6, =392\0Auxtb16 r4, r2\0A
// CHECK-SAME: strh r4, [r3]\0A
// CHECK-SAME: add r1, r1, #2\0Aldr r2, [r0], #64\0Aldr r3, [r0], #64\0A
// CHECK-SAME: pkhbt r8, r4, r6, lsl #16\0Apkhtb r9, r6, r4, asr #16\0Apkhbt r10, r5, r7, lsl #16\0Apkhtb r11, r7, r5, asr #16\0Astr r10, [r1, #392]\0Astr r9, [r1, #784]\0Astr r11, [r1, #1176]\0Astr r8, [r1], #4\0Apop
// Farther apart than what is added behind a load.
// CHECK-LABEL: llvm.func internal @dlc_planes_si8_si16_8_every320_plane392_dsp(
// CHECK: ldr lr, =2560\0Aadd lr, lr, r0\0A1:\0Aldr r2, [r0]\0Aldr r3, [r0, r12]\0Aadd r0, r0, r12, lsl #1\0Asxtb16
// CHECK-SAME: cmp r0, lr\0Abne 1b\0A
module {
  llvm.func @planes(%x: i32, %y: i32) {
    kernel.planes %x, %y {pixels = 3 : i64, stride = 64 : i64, plane = 392 : i64, from = ui8, to = si16, odd, instructions = #dsp} : (i32, i32) -> ()
    kernel.planes %x, %y {pixels = 8 : i64, stride = 320 : i64, plane = 392 : i64, from = si8, to = si16, instructions = #dsp} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// One product at a time: eight results are two blocks of four, whose products
// begin with the bias; each element is loaded once and multiplied for up to three.
// CHECK-LABEL: llvm.func internal @dlc_depthwise_si8_2x8_t3_s1x1_row12_plane48_every8x64_si8_s8_m128_127_armv7m(%arg0: i32, %arg1: i32, %arg2: i32)
// CHECK: 1:\0Aldrd r0, r1, [r12, #36]\0Astr r0, [sp, #8]\0Astr r1, [sp, #0]\0A
// CHECK-SAME: ldr r0, =8\0Aadd r0, r0, lr\0Astr r0, [sp, #12]\0A3:\0Aldr r7, [sp, #8]\0A
// CHECK-SAME: ldmia r12!, {r8-r10}\0Aldrsb r11, [lr, #0]\0Amla r0, r11, r8, r7\0Aldrsb r11, [lr, #1]\0Amla r0, r11, r9, r0\0Amla r1, r11, r8, r7\0A
// CHECK-SAME: ldrsb r11, [lr, #5]\0Amla r3, r11, r10, r3\0Aldmia r12!, {r8-r10}\0Aldrsb r11, [lr, #12]\0Amla r0, r11, r8, r0\0A
// CHECK-SAME: ldrsb r11, [lr, #29]\0Amla r3, r11, r10, r3\0Asub r12, r12, #36\0A
// CHECK-SAME: ldrd r8, r9, [sp, #0]\0Aldr r11, [sp, #32]\0Asmull r10, r0, r0, r8\0Aadd r0, r0, r9\0A
// CHECK-SAME: ssat r0, #8, r0, asr #8\0A
// CHECK-SAME: strb r3, [r11], #8\0Astr r11, [sp, #32]\0Aadd lr, lr, #4\0Aldr r0, [sp, #12]\0Acmp lr, r0\0Abne 3b\0A
// CHECK-SAME: ldr r0, =4\0Aadd lr, lr, r0\0A
module {
  llvm.func @single(%x: i32, %w: i32, %y: i32) {
    kernel.depthwise %x, %w, %y {rows = 2 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 12 : i64, plane = 48 : i64, stride = 8 : i64, result_row = 64 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #core} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// Windows two columns apart share an element; a block of two and one of one; results
// that are far apart, with a gap behind a row.
// CHECK-LABEL: llvm.func internal @dlc_depthwise_ui8_1x8_t2_s1x2_row20_plane40_every3000x3000_ui8_s8_0_255_armv7m(
// CHECK: ldrb r11, [lr, #1]\0Amla r0, r11, r9, r0\0Aldrb r11, [lr, #2]\0Amla r0, r11, r10, r0\0Amla r1, r11, r8, r7\0Aldrb r11, [lr, #3]\0Amla r1, r11, r9, r1\0A
// CHECK-SAME: ldr r7, =3000\0Astrb r0, [r11, #0]\0Aadd r11, r11, r7\0Astrb r1, [r11, #0]\0A
// CHECK-SAME: ldr r1, [sp, #32]\0Aldr r0, =-21000\0Aadd r1, r1, r0\0Astr r1, [sp, #32]\0A
module {
  llvm.func @distant(%x: i32, %w: i32, %y: i32) {
    kernel.depthwise %x, %w, %y {rows = 1 : i64, columns = 8 : i64, taps = 2 : i64, row_step = 1 : i64, column_step = 2 : i64, row = 20 : i64, plane = 40 : i64, stride = 3000 : i64, result_row = 3000 : i64, left = ui8, rescale = #kernel.rescale<ui8, shift = 8, min = 0, max = 255>, instructions = #core} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv7m, load = 4>

// A pixel by itself, then a pair: a halfword of each plane; planes that a store
// does not reach have an address each.
// CHECK-LABEL: llvm.func internal @dlc_planes_ui8_ui8_3_every64_plane392_odd_armv7m(
// CHECK: mov r10, #0x00ff00ff\0Aldr r12, =64\0Aldr r2, [r0]\0Aadd r0, r0, r12\0Alsr r3, r2, #8\0Astrb r3, [r1, #392]\0A
// CHECK-SAME: strb r2, [r1], #1\0Aldr r2, [r0], #64\0Aldr r3, [r0], #64\0Aand r4, r10, r2\0Aand r5, r10, r3\0Aorr r4, r4, r5, lsl #8\0Aand r5, r10, r2, lsr #8\0Abic r6, r3, r10\0Aorr r5, r5, r6\0A
// CHECK-SAME: strh r5, [r1, #392]\0Alsr r5, r5, #16\0Astrh r5, [r1, #1176]\0Alsr r6, r4, #16\0Astrh r6, [r1, #784]\0Astrh r4, [r1], #2\0Apop {r4-r10, pc}
// CHECK-LABEL: llvm.func internal @dlc_planes_si8_si8_2_every300_plane2000_armv7m(
// CHECK: ldr r12, =2000\0Aadd r7, r1, r12\0Aadd r8, r7, r12\0Aadd r9, r8, r12\0A
// CHECK-SAME: ldr r2, [r0]\0Aldr r3, [r0, r12]\0Aadd r0, r0, r12, lsl #1\0A
// CHECK-SAME: strh r5, [r7], #2\0Alsr r5, r5, #16\0Astrh r5, [r9], #2\0A
module {
  llvm.func @planes(%x: i32, %y: i32) {
    kernel.planes %x, %y {pixels = 3 : i64, stride = 64 : i64, plane = 392 : i64, from = ui8, to = ui8, odd, instructions = #core} : (i32, i32) -> ()
    kernel.planes %x, %y {pixels = 2 : i64, stride = 300 : i64, plane = 2000 : i64, from = si8, to = si8, instructions = #core} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>

// Low registers: an element is copied for every product but its last one. A plane's
// weights come out of a word for each row, before its results.
// CHECK-LABEL: llvm.func internal @dlc_depthwise_si8_2x8_t3_s1x1_row12_plane48_every64x512_si8_s24_m128_127_l2x15_armv6m(
// CHECK: ldr r7, [sp, #4]\0Aadd r6, sp, #44\0Aldmia r7!, {r4}\0Alsls r2, r4, #22\0Aasrs r2, r2, #22\0Alsls r3, r4, #12\0Aasrs r3, r3, #22\0Aasrs r4, r4, #20\0Astmia r6!, {r2-r4}\0Aldmia r7!, {r4}\0A
// CHECK-SAME: stmia r6!, {r2-r4}\0Aldmia r7!, {r0}\0Astr r0, [sp, #0]\0Astr r7, [sp, #16]\0A
// CHECK-SAME: adds r6, #8\0Astr r6, [sp, #28]\0A4:\0Aldr r0, [sp, #0]\0Amov r8, r0\0A
// CHECK-SAME: add r7, sp, #44\0Aldr r6, [sp, #20]\0Aldmia r7!, {r2-r4}\0Aldrb r0, [r6, #0]\0Amuls r0, r2, r0\0Aadd r8, r0\0Aldrb r0, [r6, #1]\0Amov r1, r0\0Amuls r1, r3, r1\0Aadd r8, r1\0Amuls r0, r2, r0\0Aadd r9, r0\0A
// CHECK-SAME: add r6, lr\0Aldmia r7!, {r2-r4}\0A
// CHECK-SAME: ldr r7, [sp, #16]\0Aldmia r7!, {r2-r5}\0Amov r0, r8\0Acmp r0, r2\0A
// CHECK-SAME: strb r0, [r6, #0]\0A27:\0Aadds r6, #64\0A
// CHECK-SAME: b 5f\0A20:\0A
// CHECK-SAME: ldr r7, [sp, #16]\0Aadds r7, #16\0Astr r7, [sp, #4]\0A
// CHECK-LABEL: llvm.func internal @dlc_planes_si8_si8_5_every8_plane56_odd_armv6m(
// CHECK: ldr r2, =56\0Aadds r3, r1, r2\0Aadds r4, r3, r2\0Aadds r6, r4, r2\0A
// CHECK-SAME: 1:\0Aldrb r2, [r0, #0]\0Aeors r2, r5\0Astrb r2, [r1, r7]\0Aldrb r2, [r0, #1]\0A
module {
  llvm.func @low(%x: i32, %w: i32, %y: i32) {
    kernel.depthwise %x, %w, %y {rows = 2 : i64, columns = 8 : i64, taps = 3 : i64, row_step = 1 : i64, column_step = 1 : i64, row = 12 : i64, plane = 48 : i64, stride = 64 : i64, result_row = 512 : i64, left = si8, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 15>, instructions = #core} : (i32, i32, i32) -> ()
    kernel.planes %x, %y {pixels = 5 : i64, stride = 8 : i64, plane = 56 : i64, from = si8, to = si8, odd, instructions = #core} : (i32, i32) -> ()
    llvm.return
  }
}
