// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// Weights of two columns in a word (docs/decisions/integer-kernels.md).

#core = #kernel.instructions<armv6m, load = 4>
#words = #kernel.products<si32 * si16 -> i32, group = 1>

// Of two elements 15 instructions for eight products; of sums of words and of upper
// halves each column's own, which are rescaled one after the other.
// CHECK-LABEL: llvm.func internal @dlc_columns_si32_si16_i32_combined_1x4_n8_k4_every0_si8_s24_m128_127_l2x14_armv6m_l4(
// CHECK: ldr r4, =32\0Aadds r4, r4, r0\0Amov r12, r4\0Aldr r4, =144\0A
// CHECK-SAME: 1:\0Aldmia r7!, {r0-r1}\0Amov r8, r0\0Amov r4, r1\0Aldmia r7!, {r0-r1}\0Amov r10, r0\0Amov r5, r1\0Aldr r6, [sp, #4]\0A
// CHECK-SAME: 2:\0Aldmia r6!, {r0-r1}\0Aldmia r7!, {r2-r3}\0Amuls r2, r0, r2\0Amuls r3, r1, r3\0Aadds r2, r2, r3\0Aadd r8, r2\0Aasrs r2, r2, #16\0Aadcs r4, r2\0Aldmia r7!, {r2-r3}\0Amuls r2, r0, r2\0Amuls r3, r1, r3\0Aadds r2, r2, r3\0Aadd r10, r2\0Aasrs r2, r2, #16\0Aadcs r5, r2\0Aldmia r6!, {r0-r1}\0A
// CHECK-SAME: cmp r6, r12\0Abne 2b\0A
// CHECK-SAME: lsls r0, r4, #16\0Amov r1, r8\0Asubs r1, r1, r0\0Amov r8, r1\0Amov r9, r4\0Alsls r0, r5, #16\0Amov r1, r10\0A
// CHECK-SAME: ldmia r7!, {r2-r5}\0Amov r0, r8\0Acmp r0, r2\0Abhi 20f\0A
// CHECK-SAME: strb r0, [r6, #0]\0A21:\0Aldmia r7!, {r2-r5}\0Amov r0, r9\0Acmp r0, r2\0Abhi 22f\0A
// CHECK-SAME: strb r0, [r6, #3]\0A27:\0Aldr r0, [sp, #8]\0Acmp r7, r0\0A
// CHECK-SAME: 20:\0Aasrs r0, r0, #31\0A
module {
  llvm.func @words(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #words, combined, steps = 8 : i64, unroll = 4 : i64, stride = 0 : i64, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>
#bytes = #kernel.products<ui8 * si16 -> i32, group = 1>

// Bytes without a sign become 128 less; the last of an odd number of elements is
// alone, and sums are stored as they are.
// CHECK-LABEL: llvm.func internal @dlc_columns_ui8_si16_i32_combined_1x2_n3_k3_every0_armv6m_l4(
// CHECK: ldr r6, [sp, #4]\0Aldrb r0, [r6, #0]\0Asubs r0, #128\0Aldrb r1, [r6, #1]\0Asubs r1, #128\0Aldmia r7!, {r2-r3}\0A
// CHECK-SAME: adcs r4, r2\0Aldrb r0, [r6, #2]\0Asubs r0, #128\0Aldmia r7!, {r2}\0Amuls r2, r0, r2\0Aadd r8, r2\0Aasrs r2, r2, #16\0Aadcs r4, r2\0Aadds r6, #3\0Alsls r0, r4, #16\0A
// CHECK-SAME: mov r0, r8\0Astr r0, [r6, #0]\0Amov r0, r9\0Astr r0, [r6, #4]\0A
module {
  llvm.func @bytes(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 2>, products = #bytes, combined, steps = 3 : i64, unroll = 3 : i64, stride = 0 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>
#words = #kernel.products<si32 * si16 -> i32, group = 1>

// So do those that become words; a long iteration is jumped around.
// CHECK-LABEL: llvm.func internal @dlc_columns_si8_si16_i32_combined_1x4_n32_k16_every0_armv6m_l4(
// CHECK: cmp r6, r12\0Abeq 9f\0Ab 2b\0A9:\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_tile_ui8_si32_g1_3x6_every300_combined_armv6m_l4(
// CHECK: ldrb r2, [r0, r7]\0Asubs r2, #128\0A
// CHECK-LABEL: llvm.func internal @dlc_widen_ui8_si32_g1_1_combined_armv6m_l4(
// CHECK: ldrb r3, [r0, #0]\0Asubs r3, #128\0Astr r3, [r1, #0]\0A
module {
  llvm.func @moves(%x: i32, %w: i32, %n: i32, %y: i32) {
    kernel.columns %x, %w for %n, %y {tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<si8 * si16 -> i32, group = 1>, combined, steps = 32 : i64, unroll = 16 : i64, stride = 0 : i64, instructions = #core} : (i32, i32, i32, i32) -> ()
    kernel.widen_tile %x, %y {positions = 3 : i64, groups = 6 : i64, stride = 300 : i64, from = ui8, products = #words, combined, instructions = #core} : (i32, i32) -> ()
    kernel.widen %x, %y for %n {positions = 1 : i64, from = ui8, products = #words, combined, instructions = #core} : (i32, i32, i32) -> ()
    llvm.return
  }
}
