// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Products of signs (docs/decisions/binary-networks.md).

#dsp = #kernel.instructions<dsp, load = 4>

// Bytes' top bits, those of eight words in a word.
// CHECK-LABEL: llvm.func internal @dlc_widen_si8_si1_g32_1_aligned_dsp_l4(
// CHECK: ldr r12, =0x80808080\0A1:\0Aldmia r0!, {r4-r7}\0Aand r3, r12, r4\0Aand r9, r12, r5\0Aorr r3, r3, r9, lsr #1\0A
// CHECK-SAME: orr r3, r3, r9, lsr #7\0Astr r3, [r1], #4\0A

// Three words that differ are a sum and a carry, which are summed up in fours, then
// bytes; twice that is taken off the bias.
// CHECK-LABEL: llvm.func internal @dlc_columns_si1_si1_i32_g32_1x1_n3_k3_every0_dsp_l4(
// CHECK: 1:\0Aldr r0, [lr], #4\0Aldmia lr!, {r1, r2, r3}\0Aldmia r12!, {r4, r5, r6}\0Aeor r1, r1, r4\0Aeor r2, r2, r5\0Aeor r3, r3, r6\0A
// CHECK-SAME: eor r4, r1, r2\0Aand r1, r1, r2\0Aeor r2, r4, r3\0Aand r4, r4, r3\0Aorr r1, r1, r4\0A
// CHECK-SAME: usad8 {{r[0-9]+}}, {{r[0-9]+}}, {{r[0-9]+}}\0Asub r0, r0, {{r[0-9]+}}, lsl #1\0A
module {
  llvm.func @signs(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.widen %x, %w for %n {positions = 1 : i64, from = si8, products = #kernel.products<si1 * si1 -> i32, group = 32>, aligned, instructions = #dsp} : (i32, i32, i32) -> ()
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si1 * si1 -> i32, group = 32>, steps = 3 : i64, unroll = 3 : i64, stride = 0 : i64, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#armv6m = #kernel.instructions<armv6m, load = 4>

// Zeros have a second bit: only what is none of them can differ, and their number
// is known before.
// CHECK-LABEL: llvm.func internal @dlc_columns_si2_si1_i32_g32_1x1_n3_k3_every0_armv6m_l4(
// CHECK: adds r4, r4, r1\0Acmp r6, r5\0Abne 4b\0Astr r4, [sp, #20]\0A1:\0Aldmia r7!, {r0}\0Aldr r1, [sp, #20]\0Aadds r0, r0, r1\0Amov lr, r0\0Aldr r6, [sp, #4]\0A
// CHECK-SAME: ldmia r7!, {r0, r1, r2}\0Aldmia r6!, {r3, r4}\0Aeors r0, r3\0Aands r0, r4\0A
// CHECK-SAME: mov r3, r0\0Aeors r3, r1\0Aands r0, r1\0Aeors r3, r2\0Abics r2, r3\0Aorrs r0, r2\0A
module {
  llvm.func @zeros(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 1>, products = #kernel.products<si2 * si1 -> i32, group = 32>, steps = 3 : i64, unroll = 3 : i64, stride = 0 : i64, instructions = #armv6m} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
