// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

#dsp = #kernel.instructions<dsp, load = 4>

// Eight channels, four at a time: of each pair of them rows 2 and 0, 1 and 2, 1 and 3.
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_si8_si16_8_every8_dsp(%arg0: i32, %arg1: i32, %arg2: i32)
// CHECK: ldr r4, =2\0Astr r4, [sp, #4]\0A1:\0Aldr r10, [sp, #0]\0Aadd r0, r0, r10, lsl #1\0A
// CHECK-SAME: ldr r2, [r0, #0]\0Aldr r3, [r0, #8]\0Aldr r4, [r0, #16]\0Aldr r5, [r0, #24]\0Asxtb16 r2, r2\0A
// CHECK-SAME: sub r0, r0, r10, lsl #1\0Aldr r6, [r0, #0]\0A
// Of the first row, the points of the columns 3, 0, 1 and 2; 16 bytes are a point.
// CHECK-SAME: ssub16 r6, r6, r2\0Assub16 r7, r7, r3\0Assub16 r8, r8, r4\0Assub16 r9, r9, r5\0A
// CHECK-SAME: ssub16 r9, r7, r9\0Astr r9, [r1, #48]\0Assub16 r6, r6, r8\0Astr r6, [r1, #16]\0Asadd16 r11, r7, r8\0Astr r11, [r1, #0]\0Assub16 r8, r8, r7\0Astr r8, [r1, #32]\0A
// The other pair.
// CHECK-SAME: sxtb16 r2, r2, ror #8\0A
// CHECK-SAME: str r9, [r1, #52]\0A
// CHECK-SAME: add r0, r0, #4\0Aadd r1, r1, #8\0Asubs r4, r4, #1\0A
module {
  llvm.func @input(%x: i32, %n: i32, %t: i32) {
    kernel.winograd_input %x every %n, %t {tiles = 1 : i64, channels = 8 : i64, pixel = 8 : i64, from = si8, to = si16, instructions = #dsp} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Without a sign; rows of so many points are farther apart than stores reach: the
// address moves on.
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_ui8_si16_160_every160_dsp(
// CHECK: uxtb16 r2, r2\0A
// CHECK-SAME: str r9, [r1, #960]\0A
// CHECK-SAME: push {r2}\0Aldr r2, =1280\0Aadd r1, r1, r2\0Apop {r2}\0A
// CHECK-SAME: push {r2}\0Aldr r2, =3840\0Asub r1, r1, r2\0Apop {r2}\0A
module {
  llvm.func @far(%x: i32, %n: i32, %t: i32) {
    kernel.winograd_input %x every %n, %t {tiles = 1 : i64, channels = 160 : i64, pixel = 160 : i64, from = ui8, to = si16, instructions = #dsp} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Two groups of channels at a time, then one: the first product of a pair of points is
// no sum; what is pushed goes on to be summed up.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_g4_12x8_b4_si8_s8_m128_127_dsp_l4(
// CHECK: ldr r4, =2\0Astr r4, [sp, #16]\0A1:\0Aldr r12, [sp, #8]\0Asub sp, sp, #20\0Amov r4, #8\0Astr r4, [sp, #16]\0A
// CHECK-SAME: 2:\0Aldmia r12!, {r4-r7}\0Aldmia lr!, {r8-r11}\0Asmuad r0, r4, r8\0Asmlad r0, r5, r9, r0\0Asmuad r1, r4, r10\0Asmlad r1, r5, r11, r1\0Aldmia lr!, {r8-r11}\0Asmuad r2, r4, r8\0A
// CHECK-SAME: ldmia lr!, {r8-r11}\0Asmlad r0, r6, r8, r0\0A
// CHECK-SAME: ldmia r12!, {r4-r5}\0A
// CHECK-SAME: push {r0-r4}\0Aldmia r12!, {r4-r7}\0Aldmia lr!, {r8-r11}\0Asmlad r0, r4, r8, r0\0A
// CHECK-SAME: ldr r4, [sp, #36]\0Asubs r4, r4, #1\0Apush {r0-r4}\0Abne 2b\0A
// The biases, in the second row of points.
// CHECK-SAME: ldr r12, [lr, #0]\0Aadd r8, r8, r12\0A
// CHECK-SAME: add r12, lr, #16\0Aldmia r12, {r8-r11}\0Aldr r12, [sp, #352]\0Asmmla r0, r0, r8, r12\0A
// CHECK-SAME: ssat r7, #8, r7, asr #8\0Aldr r12, [sp, #340]\0Aldr r8, [sp, #344]\0Astrb r0, [r12, #0]\0A
// CHECK-SAME: add r12, r12, r8\0Astrb r4, [r12, #0]\0A
// The right column.
// CHECK-SAME: strb r0, [r12, #8]\0A
// CHECK-SAME: add sp, sp, #340\0Aadd lr, lr, #32\0A
module {
  llvm.func @columns(%t: i32, %w: i32, %y: i32, %n: i32) {
    kernel.winograd_columns %t, %w, %y every %n {tiles = 1 : i64, channels = 12 : i64, features = 8 : i64, pixel = 8 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// A loop of 48 channels; each column's own addend and shift; results 12 bytes apart.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_g4_96x4_every12_b4_ui8_s0_0_255_dsp_l4(
// CHECK: 2:\0Amovs r0, #0\0Amovs r1, #0\0Amovs r2, #0\0Amovs r3, #0\0Aldr r4, =2\0Apush {r4}\0A3:\0Aldmia r12!, {r4-r7}\0A
// CHECK-SAME: ldr r4, [sp]\0Asubs r4, r4, #1\0Astr r4, [sp]\0Abne 3b\0Aadd sp, sp, #4\0Apush {r0-r4}\0Aldr r4, =2\0Apush {r4}\0A3:\0A
// CHECK-SAME: ldmia r12!, {r8-r10}\0Asmmla r0, r0, r8, r9\0Asmmla r4, r4, r8, r9\0Aasr r0, r0, r10\0Aasr r4, r4, r10\0A
// CHECK-SAME: usat r0, #8, r0\0A
// CHECK-SAME: strb r0, [r12, #12]\0A
// CHECK-SAME: add lr, lr, #64\0A
module {
  llvm.func @loop(%t: i32, %w: i32, %y: i32, %n: i32) {
    kernel.winograd_columns %t, %w, %y every %n {tiles = 1 : i64, channels = 96 : i64, features = 4 : i64, pixel = 12 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<ui8, shift = 0, min = 0, max = 255>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// Of so few channels the points are not a loop, and there is no count between sums.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_g4_4x4_b4_si8_s8_m128_127_dsp_l4(
// CHECK: 1:\0Aldr r12, [sp, #8]\0Aldmia r12!, {r4-r5}\0Aldmia lr!, {r8-r11}\0Asmuad r0, r4, r8\0A
// CHECK-SAME: push {r0-r3}\0Aldmia r12!, {r4-r5}\0Aldmia lr!, {r8-r11}\0Asmlad r0, r4, r8, r0\0A
// CHECK-SAME: push {r0-r3}\0Aadd r12, sp, #16\0Aldmia r12, {r0-r3}\0Aadd r12, sp, #32\0A
// CHECK-SAME: add sp, sp, #256\0A
module {
  llvm.func @straight(%t: i32, %w: i32, %y: i32, %n: i32) {
    kernel.winograd_columns %t, %w, %y every %n {tiles = 1 : i64, channels = 4 : i64, features = 4 : i64, pixel = 4 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 4>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #dsp} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#armv7m = #kernel.instructions<armv7m, load = 4>

// A channel at a time; words, between which those of three other tiles lie: a point of
// two channels has 32 bytes.
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_ui8_si32_2_every16_t4_armv7m(
// CHECK: ldr r4, =2\0A
// CHECK-SAME: ldrb r2, [r0, #0]\0Aldrb r3, [r0, #16]\0Aldrb r4, [r0, #32]\0Aldrb r5, [r0, #48]\0Asub r0, r0, r10, lsl #1\0A
// CHECK-SAME: sub r6, r6, r2\0A
// CHECK-SAME: sub r9, r7, r9\0Astr r9, [r1, #96]\0A
// CHECK-SAME: add r10, r2, r6\0A
// CHECK-SAME: add r0, r0, #1\0Aadd r1, r1, #16\0A
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_si8_si16_2_every2_armv7m(
// CHECK: ldrsb r2, [r0, #0]\0A
// CHECK-SAME: strh r9, [r1, #12]\0A
// CHECK-SAME: add r1, r1, #2\0A
module {
  llvm.func @input(%x: i32, %n: i32, %t: i32) {
    kernel.winograd_input %x every %n, %t {tiles = 4 : i64, channels = 2 : i64, pixel = 16 : i64, from = ui8, to = si32, instructions = #armv7m} : (i32, i32, i32) -> ()
    kernel.winograd_input %x every %n, %t {tiles = 1 : i64, channels = 2 : i64, pixel = 2 : i64, from = si8, to = si16, instructions = #armv7m} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#armv7m = #kernel.instructions<armv7m, load = 4>

// Four tiles and two columns: words of two tiles together.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si32_si16_i32_2x4_b2_t4_si8_s8_m128_127_armv7m_l4(
// CHECK: mov r8, #8\0Astr r8, [sp, #32]\0A2:\0Aldmia r12!, {r8, r9}\0Aldrsh r10, [lr], #2\0Aldrsh r11, [lr], #2\0Amul r0, r8, r10\0Amul r1, r8, r11\0Amul r2, r9, r10\0Amul r3, r9, r11\0Aldmia r12!, {r8, r9}\0Amul r4, r8, r10\0A
// CHECK-SAME: mul r7, r9, r11\0Aldmia r12!, {r8, r9}\0Aldrsh r10, [lr], #2\0Aldrsh r11, [lr], #2\0Amla r0, r8, r10, r0\0A
// CHECK-SAME: push {r0-r8}\0Aldmia r12!, {r8, r9}\0Aldrsh r10, [lr], #2\0Aldrsh r11, [lr], #2\0Amla r0, r8, r10, r0\0A
// CHECK-SAME: ldr r8, [sp, #68]\0Asubs r8, r8, #1\0Apush {r0-r8}\0Abne 2b\0A
// Of the first quad, two tiles: their columns' biases and multipliers in turn.
// CHECK-SAME: ldr r12, [lr, #0]\0Aadd r8, r8, r12\0Aldr r12, [lr, #4]\0Aadd r9, r9, r12\0Aldr r12, [lr, #0]\0Aadd r10, r10, r12\0A
// CHECK-SAME: ldr r9, [sp, #624]\0Aldr r8, [lr, #8]\0Asmull r11, r0, r0, r8\0Aadd r0, r0, r9\0Asmull r11, r2, r2, r8\0Aadd r2, r2, r9\0Asmull r11, r4, r4, r8\0A
// CHECK-SAME: ldr r8, [lr, #12]\0Asmull r11, r1, r1, r8\0A
// Results of a tile's second column, and of the second tile.
// CHECK-SAME: strb r0, [r12, #0]\0Astrb r1, [r12, #1]\0Astrb r2, [r12, #8]\0Astrb r3, [r12, #9]\0Aadd r12, r12, r8\0A
// CHECK-SAME: strb r0, [r12, #4]\0A
// CHECK-SAME: strb r0, [r12, #16]\0A
// CHECK-SAME: add lr, lr, #16\0A
// Two tiles and four columns, one and eight.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si32_si16_i32_2x4_b4_t2_si8_s0_m128_127_armv7m_l4(
// CHECK: ldmia r12!, {r8, r9}\0Aldrsh r10, [lr], #2\0Amul r0, r8, r10\0Amul r4, r9, r10\0Aldrsh r10, [lr], #2\0Amul r1, r8, r10\0A
// CHECK-SAME: add r12, lr, #16\0Aldmia r12, {r8-r10}\0Asmull r11, r0, r0, r8\0Aadd r0, r0, r9\0Aasr r0, r0, r10\0Asmull r11, r4, r4, r8\0A
// CHECK-SAME: add r12, lr, #28\0A
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_32x8_b8_si8_s8_m128_127_armv7m_l4(
// CHECK: movs r7, #0\0Aldr r8, =2\0Apush {r8}\0A3:\0Aldrsh r8, [r12], #2\0Aldrsh r9, [lr], #2\0Amla r0, r8, r9, r0\0Aldrsh r9, [lr], #2\0Amla r1, r8, r9, r1\0A
module {
  llvm.func @columns(%t: i32, %w: i32, %y: i32, %n: i32) {
    kernel.winograd_columns %t, %w, %y every %n {tiles = 4 : i64, channels = 2 : i64, features = 4 : i64, pixel = 4 : i64, block = 2 : i64, products = #kernel.products<si32 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #armv7m} : (i32, i32, i32, i32) -> ()
    kernel.winograd_columns %t, %w, %y every %n {tiles = 2 : i64, channels = 2 : i64, features = 4 : i64, pixel = 4 : i64, block = 4 : i64, products = #kernel.products<si32 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 0, min = -128, max = 127>, instructions = #armv7m} : (i32, i32, i32, i32) -> ()
    kernel.winograd_columns %t, %w, %y every %n {tiles = 1 : i64, channels = 32 : i64, features = 8 : i64, pixel = 8 : i64, block = 8 : i64, products = #kernel.products<si16 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #armv7m} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>

// CHECK-LABEL: llvm.func internal @dlc_fill_m3_dsp(%arg0: i32, %arg1: i32)
// CHECK: ldr r2, =4261281277\0Asubs r1, r1, #16\0Ablt 2f\0A1:\0Astr r2, [r0], #4\0A
module {
  llvm.func @fill(%x: i32, %n: i32) {
    kernel.fill %x for %n {value = -3 : i64, instructions = #dsp} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

#dsp = #kernel.instructions<dsp, load = 4>
#armv7m = #kernel.instructions<armv7m, load = 4>

// Two filters in a register: the rows 0 and 3 of points, of the first and the last row of
// the filter, come twice; then those of their sums and the row between. Points of 64
// filters are 128 bytes apart, and the last eight have an address of their own.
// CHECK-LABEL: llvm.func internal @dlc_winograd_filters_64_dsp(
// CHECK: ldr r3, =576\0Aadd r3, r3, r0\0Astr r3, [sp, #0]\0Aldr r3, =1024\0Aadd r2, r1, r3\0A
// CHECK-SAME: 1:\0Aldrsb r3, [r0, #0]\0Aldrsb lr, [r0, #9]\0Apkhbt r4, r3, lr, lsl #16\0A
// CHECK-SAME: sadd16 lr, r4, r6\0Asadd16 r3, lr, r5\0Asadd16 r3, r3, r3\0Astr r3, [r1, #0]\0A
// CHECK-SAME: ssub16 r3, lr, r5\0Asadd16 r3, r3, r3\0Astr r3, [r1, #256]\0A
// CHECK-SAME: sadd16 r3, r4, r4\0Asadd16 r3, r3, r3\0Astr r3, [r1, #128]\0A
// CHECK-SAME: sadd16 lr, r7, r9\0A
// CHECK-SAME: str r3, [r2, #512]\0A
// CHECK-SAME: sadd16 r4, r4, r7\0Asadd16 r5, r5, r8\0Asadd16 r6, r6, r9\0Asadd16 r7, r4, r10\0A
// CHECK-SAME: sadd16 r3, lr, r8\0Astr r3, [r1, #512]\0A
// CHECK-SAME: ssub16 r7, r4, r10\0A
// CHECK-SAME: str r3, [r2, #0]\0A
// CHECK-SAME: add r0, r0, #18\0Aadd r1, r1, #4\0Aadd r2, r2, #4\0Aldr r3, [sp, #0]\0Acmp r0, r3\0Abne 1b\0A
// One filter at a time.
// CHECK-LABEL: llvm.func internal @dlc_winograd_filters_3_armv7m(
// CHECK: 1:\0Aldrsb r4, [r0, #0]\0Aldrsb r5, [r0, #1]\0A
// CHECK-SAME: add lr, r4, r6\0Aadd r3, lr, r5\0Alsl r3, r3, #1\0Astrh r3, [r1, #0]\0A
// CHECK-SAME: lsl r3, r4, #2\0Astrh r3, [r1, #6]\0A
// CHECK-SAME: add r0, r0, #9\0Aadd r1, r1, #2\0Aadd r2, r2, #2\0A
module {
  llvm.func @filters(%x: i32, %t: i32) {
    kernel.winograd_filters %x, %t {filters = 64 : i64, instructions = #dsp} : (i32, i32) -> ()
    kernel.winograd_filters %x, %t {filters = 3 : i64, instructions = #armv7m} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

#armv7m = #kernel.instructions<armv7m, load = 4>

// Halfwords of several tiles, one by one.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_2x4_b2_t4_si8_s8_m128_127_armv7m_l4(
// CHECK: 2:\0Aldrsh r8, [r12], #2\0Aldrsh r9, [r12], #2\0Aldrsh r10, [lr], #2\0Aldrsh r11, [lr], #2\0Amul r0, r8, r10\0A
// CHECK-SAME: mul r3, r9, r11\0Aldrsh r8, [r12], #2\0Aldrsh r9, [r12], #2\0Amul r4, r8, r10\0A
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_si8_si16_2_every2_t4_armv7m(
// CHECK: strh r9, [r1, #48]\0A
module {
  llvm.func @halfwords(%t: i32, %w: i32, %y: i32, %n: i32) {
    kernel.winograd_columns %t, %w, %y every %n {tiles = 4 : i64, channels = 2 : i64, features = 4 : i64, pixel = 4 : i64, block = 2 : i64, products = #kernel.products<si16 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>, instructions = #armv7m} : (i32, i32, i32, i32) -> ()
    kernel.winograd_input %y every %n, %t {tiles = 4 : i64, channels = 2 : i64, pixel = 2 : i64, from = si8, to = si16, instructions = #armv7m} : (i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

#core = #kernel.instructions<armv6m, load = 4>

// In MULS one channel at a time: columns of pixels by way of the stack, then rows.
// CHECK-LABEL: llvm.func internal @dlc_winograd_input_si8_si16_3_every5_armv6m(%arg0: i32, %arg1: i32, %arg2: i32)
// CHECK: lsls r3, r1, #1\0Aldr r4, =5\0Asubs r4, r4, r3\0Amov r9, r4\0Aldr r4, =6\0Amov r11, r4\0Aldr r4, =-19\0Amov r12, r4\0Aldr r4, =-94\0Amov lr, r4\0A
// CHECK-SAME: 1:\0Amovs r4, #0\0Amov r5, r10\0Aldrsb r0, [r6, r4]\0Aldrsb r1, [r6, r5]\0Aadds r6, r6, r5\0Aadds r6, r6, r5\0Aldrsb r2, [r6, r4]\0Aldrsb r3, [r6, r5]\0Aadd r6, r9\0A
// CHECK-SAME: adds r7, r1, r2\0Asubs r0, r0, r2\0Asubs r2, r2, r1\0Asubs r3, r1, r3\0Astr r0, [sp, #0]\0Astr r7, [sp, #16]\0Astr r2, [sp, #32]\0Astr r3, [sp, #48]\0A
// CHECK-SAME: ldmia r7!, {r0-r3}\0Aadds r4, r1, r2\0Astrh r4, [r5]\0Aadd r5, r11\0Asubs r0, r0, r2\0Astrh r0, [r5]\0A
// CHECK-SAME: add r5, lr\0Amov r8, r5\0Aldr r0, [sp, #64]\0Acmp r6, r0\0Abeq 9f\0Ab 1b\0A
// Points of two channels; the first makes sums. The bias is in the point (1, 1).
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si16_si16_i32_2x8_every12_b4_si8_s24_m128_127_l2x14_armv6m_l4(
// CHECK: 2:\0Amovs r5, #0\0Aldrsh r5, [r6, r5]\0Aldmia r7!, {r0-r3}\0Amuls r0, r5, r0\0Amov r8, r0\0Amuls r1, r5, r1\0Amov r9, r1\0A
// CHECK-SAME: movs r5, #2\0Aldrsh r5, [r6, r5]\0Aldmia r7!, {r0-r3}\0Amuls r0, r5, r0\0Aadd r8, r0\0A
// CHECK-SAME: stmia r4!, {r0-r3}\0Amov r12, r4\0Acmp r4, lr\0Abeq 9f\0Ab 2b\0A
// CHECK-SAME: ldr r4, [sp, #272]\0Aldmia r4!, {r5}\0Astr r4, [sp, #272]\0Aadds r1, r1, r5\0A
// Results come four times; those of the second column are negative.
// CHECK-SAME: mov r0, r10\0Aasrs r0, r0, #2\0Acmp r0, r2\0Abhi 20f\0A
// CHECK-SAME: adds r6, #12\0Amov r0, r8\0Arsbs r0, r0, #0\0Aasrs r0, r0, #2\0Acmp r0, r2\0Abhi 22f\0A
// CHECK-SAME: ldr r1, [sp, #264]\0Aadds r6, r6, r1\0Amov r0, r9\0A
// CHECK-SAME: subs r6, #12\0Amov r0, r11\0A
// Words of more channels than are written one after the other.
// CHECK-LABEL: llvm.func internal @dlc_winograd_columns_si32_si16_i32_32x4_every400_b4_ui8_s24_0_255_l3x14_armv6m_l4(
// CHECK: 2:\0Amovs r0, #0\0Amov r8, r0\0Amov r9, r0\0Amov r10, r0\0Amov r11, r0\0Amov r4, r6\0Aadds r4, #128\0A3:\0Aldr r5, [r6, #0]\0A
// CHECK-SAME: ldr r5, [r6, #60]\0A
// CHECK-SAME: cmp r6, r4\0Abeq 9f\0Ab 3b\0A
// CHECK-SAME: ldr r1, =400\0Aadds r6, r6, r1\0A
module {
  llvm.func @armv6m(%x: i32, %n: i32, %t: i32) {
    kernel.winograd_input %x every %n, %t {tiles = 1 : i64, channels = 3 : i64, pixel = 5 : i64, from = si8, to = si16, instructions = #core} : (i32, i32, i32) -> ()
    kernel.winograd_columns %t, %x, %x every %n {tiles = 1 : i64, channels = 2 : i64, features = 8 : i64, pixel = 12 : i64, block = 4 : i64, products = #kernel.products<si16 * si16 -> i32, group = 1>, rescale = #kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>, instructions = #core} : (i32, i32, i32, i32) -> ()
    kernel.winograd_columns %t, %x, %x every %n {tiles = 1 : i64, channels = 32 : i64, features = 4 : i64, pixel = 400 : i64, block = 4 : i64, products = #kernel.products<si32 * si16 -> i32, group = 1>, rescale = #kernel.rescale<ui8, shift = 24, min = 0, max = 255, limbs = 3 of 14>, instructions = #core} : (i32, i32, i32, i32) -> ()
    llvm.return
  }
}
