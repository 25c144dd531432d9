// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Kernels on windows of bytes are naked functions whose text is all of them.

#mve = #kernel.instructions<mve, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 16>

// Two positions and four columns. Neighbouring windows share the vectors of a row:
// four loads for six. Accumulators start with the biases, the addend waits in r9.
// CHECK-LABEL: llvm.func internal @dlc_windows_si8_si8_i32_g16_2x4_f16_w2x48_pitch544_every16_16_si8_s8_m128_127_mve(%arg0: i32, %arg1: i32, %arg2: i32, %arg3: i32)
// CHECK-SAME: no_inline
// CHECK-SAME: passthrough = ["naked"]
// CHECK: llvm.inline_asm has_side_effects "push {r4-r11, lr}\0A
// CHECK-SAME: ldr r9, [r5], #4\0Astr r5, [sp, #4]\0Astr r2, [sp, #8]\0A
// CHECK-SAME: 1:\0Amovw r11, #16\0A2:\0Aldm r5!, {r0, r2, r4, r6}\0Amov r8, r0\0Amov r10, r2\0Amov r12, r4\0Amov lr, r6\0A
// CHECK-SAME: vldrb.u8 q0, [r1, #0]\0Avldrb.u8 q1, [r1, #16]\0Avldrb.u8 q2, [r5], #16\0Avmladava.s8 r0, q0, q2\0Avmladava.s8 r8, q1, q2\0A
// CHECK-SAME: vmladava.s8 lr, q1, q3\0Avldrb.u8 q0, [r1, #32]\0Avldrb.u8 q2, [r5], #16\0Avmladava.s8 r0, q1, q2\0Avmladava.s8 r8, q0, q2\0A
// CHECK-SAME: vmladava.s8 lr, q0, q3\0Avldrb.u8 q1, [r1, #48]\0A
// CHECK-SAME: vmladava.s8 lr, q1, q3\0Aadd r1, r1, #544\0Avldrb.u8 q0, [r1, #0]\0A
// CHECK-SAME: vmladava.s8 lr, q1, q3\0Avmov q0[2], q0[0], r0, r4\0Avmov q0[3], q0[1], r2, r6\0Avmov q1[2], q1[0], r8, r12\0Avmov q1[3], q1[1], r10, lr\0Asub r1, r1, #544\0A
// CHECK-SAME: vldrw.u32 q2, [r5], #16\0Avmulh.s32 q0, q0, q2\0Avmulh.s32 q1, q1, q2\0Avadd.i32 q0, q0, r9\0Avadd.i32 q1, q1, r9\0A
// CHECK-SAME: vqshrnb.s32 q0, q0, #8\0Avqshrnb.s32 q1, q1, #8\0Avqmovnb.s16 q0, q0\0Avqmovnb.s16 q1, q1\0A
// CHECK-SAME: add r0, r7, #16\0Avstrb.32 q1, [r0]\0Avstrb.32 q0, [r7], #4\0Asubs r11, r11, #4\0Abgt 2b\0A
// CHECK-SAME: ldr r0, [sp, #8]\0Asubs r0, r0, #2\0Able 5f\0Astr r0, [sp, #8]\0Aldr r5, [sp, #4]\0Aadd r1, r1, #32\0Aadd r7, r7, #16\0Ab 1b\0A5:\0A
// CHECK-SAME: pop {r4-r11, pc}
module {
  llvm.func @pairs(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.windows %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 4>, products = #bytes, features = 16 : i64, rows = 2 : i64, pitch = 544 : i64, bytes = 48 : i64, apart = 1 : i64, step = 16 : i64, stride = 16 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #mve} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 16>

// A row of twelve groups is a loop; r1 stands where offsets reach both ways, r3
// behind it. Groups that are a pixel (four groups) apart come in turn. Shifts
// above 16 take two instructions, bounds that are not the type's two more.
// CHECK-LABEL: llvm.func internal @dlc_windows_si8_si8_i32_g16_2x4_f64_w3x192_pitch640_apart4_every64_64_ui8_s20_3_250_mve(
// CHECK: str r9, [sp, #0]\0A
// CHECK-SAME: add r1, r0, #113\0A
// CHECK-SAME: mov r9, #3\0A3:\0Avldrb.u8 q0, [r1, #-113]\0Avldrb.u8 q1, [r1, #-49]\0A
// CHECK-SAME: vldrb.u8 q0, [r1, #15]\0Avldrb.u8 q2, [r5], #16\0Avmladava.s8 r0, q1, q2\0Avmladava.s8 r8, q0, q2\0A
// CHECK-SAME: vldrb.u8 q1, [r1, #79]\0A
// CHECK-SAME: vldrb.u8 q0, [r1, #-97]\0Avldrb.u8 q1, [r1, #-33]\0A
// CHECK-SAME: add r1, r1, #640\0Asubs r9, r9, #1\0Abne 3b\0A
// CHECK-SAME: sub r1, r1, #1920\0A
// CHECK-SAME: ldr r0, [sp, #0]\0Avadd.i32 q0, q0, r0\0A
// CHECK-SAME: vshr.s32 q0, q0, #4\0Avshr.s32 q1, q1, #4\0Avqshrnb.s32 q0, q0, #16\0A
// CHECK-SAME: vqmovunb.s16 q0, q0\0Avqmovunb.s16 q1, q1\0Avmov.i8 q3, #3\0Avmax.u8 q0, q0, q3\0Avmax.u8 q1, q1, q3\0Avmov.i8 q3, #250\0Avmin.u8 q0, q0, q3\0A
module {
  llvm.func @far(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.windows %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 4>, products = #bytes, features = 64 : i64, rows = 3 : i64, pitch = 640 : i64, bytes = 192 : i64, apart = 4 : i64, step = 64 : i64, stride = 64 : i64, rescale = #kernel.rescale<ui8, shift = 20, min = 3, max = 250>, instructions = #mve} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 16>

// One position and eight columns: pointers go from group to group. Each column has
// a multiplier, an addend and a shift.
// CHECK-LABEL: llvm.func internal @dlc_windows_si8_si8_i32_g16_1x8_f128_w1x640_every0_0_si8_s0_m128_127_mve(
// CHECK: ldm r5!, {r0, r2, r4, r6, r8, r10, r12, lr}\0Amov r9, #5\0A4:\0Avldrb.u8 q0, [r1], #16\0Avldrb.u8 q2, [r5], #16\0Avmladava.s8 r0, q0, q2\0A
// CHECK-SAME: subs r9, r9, #1\0Abne 4b\0A
// CHECK-SAME: sub r1, r1, #640\0A
// CHECK-SAME: vldrw.u32 q2, [r5], #16\0Avmulh.s32 q0, q0, q2\0Avldrw.u32 q2, [r5], #16\0Avmulh.s32 q1, q1, q2\0Avldrw.u32 q2, [r5], #16\0Avadd.i32 q0, q0, q2\0A
// CHECK-SAME: vshl.s32 q0, q0, q2\0A
// CHECK-SAME: vqmovnb.s32 q0, q0\0Avqmovnb.s32 q1, q1\0Avqmovnb.s16 q0, q0\0Avqmovnb.s16 q1, q1\0Avstrb.32 q1, [r7, #4]\0Avstrb.32 q0, [r7], #8\0A
module {
  llvm.func @one(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.windows %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 8>, products = #bytes, features = 128 : i64, rows = 1 : i64, pitch = 640 : i64, bytes = 640 : i64, apart = 1 : i64, step = 0 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 0, min = -128, max = 127>, instructions = #mve} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 16>

// Two loops for long rows; of ten features the last block has two, whose sums are
// stored as they are. Additions of more than twelve bits take two instructions.
// CHECK-LABEL: llvm.func internal @dlc_windows_si8_si8_i32_g16_2x4_f10_w2x300_pitch5000_every20_40_mve(
// CHECK: add r3, r0, #20\0A1:\0Amovw r0, #10\0Astr r0, [sp, #12]\0A
// CHECK-SAME: mov r11, #2\0A3:\0Amov r9, #2\0A4:\0Avldrb.u8 q0, [r1], #16\0Avldrb.u8 q1, [r3], #16\0A
// CHECK-SAME: bne 4b\0Avldrb.u8 q0, [r1], #16\0A
// CHECK-SAME: add r1, r1, #4096\0Aadd r1, r1, #600\0A
// CHECK-SAME: subs r11, r11, #1\0Abne 3b\0A
// CHECK-SAME: sub r1, r1, #8192\0Asub r1, r1, #1808\0A
// CHECK-SAME: add r0, r7, #40\0Aldr r11, [sp, #12]\0Avctp.32 r11\0Avpstt\0Avstrwt.32 q1, [r0]\0Avstrwt.32 q0, [r7], #16\0A
module {
  llvm.func @sums(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.windows %x, %w for %n, %y {tile = #kernel.tile<positions = 2, columns = 4>, products = #bytes, features = 10 : i64, rows = 2 : i64, pitch = 5000 : i64, bytes = 300 : i64, apart = 1 : i64, step = 20 : i64, stride = 40 : i64, instructions = #mve} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>

// CHECK-LABEL: llvm.func internal @dlc_move_flipped_mve(
// CHECK: cmp r2, #0\0Ait eq\0Abxeq lr\0Apush {r7, lr}\0Avmov.i8 q1, #0x80\0Adlstp.8 lr, r2\0A1:\0Avldrb.u8 q0, [r0], #16\0Aveor q0, q0, q1\0Avstrb.8 q0, [r1], #16\0Aletp lr, 1b\0Apop {r7, pc}
// CHECK-LABEL: llvm.func internal @dlc_move_mve(
// CHECK: 1:\0Avldrb.u8 q0, [r0], #16\0Avstrb.8 q0, [r1], #16\0Aletp lr, 1b\0A
// CHECK-LABEL: llvm.func internal @dlc_fill_m5_mve(
// CHECK: vmov.i8 q0, #251\0Adlstp.8 lr, r1\0A1:\0Avstrb.8 q0, [r0], #16\0Aletp lr, 1b\0A
module {
  llvm.func @bytes(%x: i32, %y: i32, %n: i32) {
    kernel.move %x, %y for %n {flipped, instructions = #mve} : (i32, i32, i32) -> ()
    kernel.move %x, %y for %n {instructions = #mve} : (i32, i32, i32) -> ()
    kernel.fill %y for %n {value = -5 : i64, instructions = #mve} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>
#bytes = #kernel.products<si8 * si8 -> i32, group = 16>

// Eleven results: eight, and three that a predicate stores. A vector has two windows,
// the second one's weights are a column on. Narrowing puts results in their order.
// CHECK-LABEL: llvm.func internal @dlc_filter_si8_si8_i32_g16_8x11_t3_s1_every60_64_si8_s8_m128_127_mve(
// CHECK: ldr r9, [r5], #4\0Amov r0, #0\0Avidup.u16 q7, r0, #1\0Amovw r0, #64\0Avmul.i16 q7, q7, r0\0Amovw r0, #8\0Astr r0, [sp]\0A
// CHECK-SAME: 1:\0Avldrw.u32 q4, [r5], #16\0Amov r0, #0\0Avmov q5, q4\0Avshlc q5, r0, #32\0Aldrd r3, r0, [r5], #8\0Avdup.32 q6, r0\0A
// CHECK-SAME: vldrb.u8 q2, [r1, #0]\0Avmladav.s8 r0, q2, q4\0Avmladav.s8 r8, q2, q5\0Avldrb.u8 q3, [r1, #8]\0Avmladav.s8 r2, q3, q4\0A
// CHECK-SAME: vmladav.s8 lr, q3, q5\0Avmov q0[2], q0[0], r0, r4\0Avmov q0[3], q0[1], r2, r6\0Avmov q1[2], q1[0], r8, r12\0Avmov q1[3], q1[1], r10, lr\0A
// CHECK-SAME: vadd.i32 q0, q0, r3\0Avadd.i32 q1, q1, r3\0Avmulh.s32 q0, q0, q6\0Avmulh.s32 q1, q1, q6\0Avadd.i32 q0, q0, r9\0A
// CHECK-SAME: vqshrnb.s32 q0, q0, #8\0Avqshrnt.s32 q0, q1, #8\0Avqmovnb.s16 q0, q0\0Avstrb.16 q0, [r7, q7]\0A
// CHECK-SAME: add r1, r1, #32\0Aadd r7, r7, #512\0Avldrb.u8 q2, [r1, #0]\0A
// CHECK-SAME: mov r0, #3\0Avctp.16 r0\0Avpst\0Avstrbt.16 q0, [r7, q7]\0Aadd r1, r1, #28\0Asub r7, r7, #511\0A
// CHECK-SAME: ldr r0, [sp]\0Asubs r0, r0, #1\0Astr r0, [sp]\0Abne 1b\0A
// Windows two columns apart, each with a vector; a loop of two groups; addends and
// shifts of each channel.
// CHECK-LABEL: llvm.func internal @dlc_filter_si8_si8_i32_g16_4x16_t4_s2_every136_4_ui8_s0_0_200_mve(
// CHECK-NOT: vshlc
// CHECK: ldr r9, [r5], #8\0Amovw r11, #2\0A2:\0Avldrb.u8 q2, [r1, #0]\0Avmladav.s8 r0, q2, q4\0Avldrb.u8 q3, [r1, #8]\0Avmladav.s8 r8, q3, q4\0A
// CHECK-SAME: vldrb.u8 q3, [r1, #56]\0Avmladav.s8 lr, q3, q4\0A
// CHECK-SAME: ldr r0, [r5, #-4]\0Avshl.s32 q0, r0\0Avshl.s32 q1, r0\0Avqmovnb.s32 q0, q0\0Avqmovnt.s32 q0, q1\0Avqmovunb.s16 q0, q0\0Avmov.i8 q3, #200\0Avmin.u8 q0, q0, q3\0A
// CHECK-SAME: subs r11, r11, #1\0Abne 2b\0Aadd r1, r1, #8\0Asub r7, r7, #63\0A
module {
  llvm.func @filters(%x: i32, %w: i32, %y: i32) {
    kernel.filter %x, %w, %y {products = #bytes, channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 11 : i64, spacing = 60 : i64, stride = 64 : i64, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #mve} : (i32, i32, i32) -> ()
    kernel.filter %x, %w, %y {products = #bytes, channels = 4 : i64, taps = 4 : i64, step = 2 : i64, results = 16 : i64, spacing = 136 : i64, stride = 4 : i64, rescale = #kernel.rescale<ui8, shift = 0, min = 0, max = 200>, instructions = #mve} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#mve = #kernel.instructions<mve, load = 4>

// CHECK-LABEL: llvm.func internal @dlc_interleave_8_3x7_pitch56_every32_mve(
// CHECK: mov r4, r0\0Aadd r4, r4, #56\0Amov r5, r4\0Aadd r5, r5, #56\0Amov r2, #0\0Avidup.u16 q1, r2, #1\0Amovw r3, #32\0Avmul.i16 q1, q1, r3\0Amov r3, #1\0Avadd.i16 q2, q1, r3\0Avadd.i16 q3, q2, r3\0Amovw r3, #7\0Adls lr, r3\0A
// CHECK-SAME: 1:\0Avldrb.u16 q0, [r0], #8\0Avstrb.16 q0, [r1, q1]\0Avldrb.u16 q0, [r4], #8\0Avstrb.16 q0, [r1, q2]\0Avldrb.u16 q0, [r5], #8\0Avstrb.16 q0, [r1, q3]\0Aadd r1, r1, #4\0Ale lr, 1b\0A
// CHECK-LABEL: llvm.func internal @dlc_interleave_4_4x5_pitch5000_every20_mve(
// CHECK: vpush {d8-d9}\0Amov r4, r0\0Aadd r4, r4, #4096\0Aadd r4, r4, #904\0A
// CHECK-SAME: vldrb.u32 q0, [r6], #4\0Avstrb.32 q0, [r1, q4]\0A
// CHECK-SAME: vpop {d8-d9}\0A
// CHECK-LABEL: llvm.func internal @dlc_copy_8_mve(
// CHECK: dls lr, r3\0A1:\0Avldrb.u16 q0, [r0]\0Aadd r0, r0, r1\0Avstrb.16 q0, [r2], #8\0Ale lr, 1b\0A
// CHECK-LABEL: llvm.func internal @dlc_copy_4_flipped_mve(
// CHECK: vmov.i32 q1, #0x80\0Adls lr, r3\0A1:\0Avldrb.u32 q0, [r0]\0Aadd r0, r0, r1\0Aveor q0, q0, q1\0Avstrb.32 q0, [r2], #4\0A
module {
  llvm.func @apart(%x: i32, %t: i32, %n: i32) {
    kernel.interleave %x, %t {channels = 8 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64, spacing = 32 : i64, instructions = #mve} : (i32, i32) -> ()
    kernel.interleave %x, %t {channels = 4 : i64, rows = 4 : i64, pitch = 5000 : i64, columns = 5 : i64, spacing = 20 : i64, instructions = #mve} : (i32, i32) -> ()
    kernel.copy %x every %n, %t for %n {bytes = 8 : i64, instructions = #mve} : (i32, i32, i32, i32) -> ()
    kernel.copy %x every %n, %t for %n {bytes = 4 : i64, flipped, instructions = #mve} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
