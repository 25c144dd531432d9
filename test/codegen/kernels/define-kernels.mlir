// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s
// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s --check-prefix=FINISH

#vfpv4 = #kernel.instructions<vfpv4, load = 8>
#products = #kernel.products<f32 * f32 -> f32, group = 1>
#tile = #kernel.tile<positions = 2, columns = 2>

// Each kernel becomes a call in the registers of Arm's floating-point calling
// convention, of one function for each specification.
// CHECK-LABEL: llvm.func @stage
// CHECK: %[[ALL:.*]] = llvm.call arm_aapcs_vfpcc @dlc_load_f32_2x2_vfpv4(%arg0) : (i32) -> !llvm.struct<(f32, f32, f32, f32)>
// CHECK: %[[FIRST:.*]] = llvm.extractvalue %[[ALL]][0]
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_multiply_f32_f32_f32_2x2_k2_vfpv4_l8(%arg0, %arg1, %arg2, %arg3, %[[FIRST]],
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_multiply_f32_f32_f32_2x2_k2_vfpv4_l8(
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_store_f32_2x2_vfpv4(%arg0, %arg1,
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_load_f32_2x2_vfpv4(
// CHECK-SAME: always_inline
// CHECK: "vldmia $4, {s0-s1}\0Avldmia $4, {s2-s3}"
// Two positions, two columns, two steps at a time: accumulators s0 to s3, the
// left operand s4 to s7, the right one s8 and s9, then s10 and s11.
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_multiply_f32_f32_f32_2x2_k2_vfpv4_l8(
// CHECK-SAME: always_inline
// The second position is one stride on.
// CHECK: %[[SECOND:.*]] = llvm.add %arg0, %arg1 : i32
// CHECK: llvm.inline_asm has_side_effects
// CHECK-SAME: "1:\0A
// CHECK-SAME: vldmia $4!, {s4-s5}\0A
// CHECK-SAME: vldmia $5!, {s6-s7}\0A
// CHECK-SAME: vldmia $6!, {s8-s9}\0A
// CHECK-SAME: vldmia $6!, {s10-s11}\0A
// CHECK-SAME: vfma.f32 s0, s8, s4\0A
// CHECK-SAME: vfma.f32 s1, s9, s4\0A
// CHECK-SAME: vfma.f32 s2, s8, s6\0A
// CHECK-SAME: vfma.f32 s3, s9, s6\0A
// CHECK-SAME: vfma.f32 s0, s10, s5\0A
// CHECK-SAME: vfma.f32 s1, s11, s5\0A
// CHECK-SAME: vfma.f32 s2, s10, s7\0A
// CHECK-SAME: vfma.f32 s3, s11, s7\0A
// CHECK-SAME: subs $7, $7, #2\0A
// CHECK-SAME: bgt 1b",
// CHECK-SAME: "={s0},={s1},={s2},={s3},=&r,=&r,=&r,=&r,0,1,2,3,4,5,6,7,
// CHECK-SAME: ~{s4},
// CHECK-SAME: ~{s31},~{cc},~{memory}"
// CHECK-SAME: %arg4, %arg5, %arg6, %arg7, %arg0, %[[SECOND]], %arg2, %arg3
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_store_f32_2x2_vfpv4
// CHECK-SAME: always_inline
// CHECK: "vstmia $4, {s0-s1}\0Avstmia $5, {s2-s3}"
// CHECK-NOT: llvm.func
module {
  llvm.func @stage(%x: i32, %s: i32, %w: i32, %n: i32) {
    %0:4 = kernel.load %x {tile = #tile, instructions = #vfpv4} : (i32) -> (f32, f32, f32, f32)
    %1:4 = kernel.multiply %x every %s, %w for %n, (%0#0, %0#1, %0#2, %0#3) {tile = #tile, products = #products, unroll = 2 : i64, instructions = #vfpv4} : (i32, i32, i32, i32, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    %2:4 = kernel.multiply %x every %s, %w for %n, (%1#0, %1#1, %1#2, %1#3) {tile = #tile, products = #products, unroll = 2 : i64, instructions = #vfpv4} : (i32, i32, i32, i32, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    kernel.store %x every %s, (%2#0, %2#1, %2#2, %2#3) {tile = #tile, instructions = #vfpv4} : (i32, i32, f32, f32, f32, f32) -> ()
    llvm.return
  }
}

// -----

#vfpv4 = #kernel.instructions<vfpv4, load = 8>
#products = #kernel.products<f32 * f32 -> f32, group = 1>
#pair = #kernel.tile<positions = 1, columns = 2>

// Where code is to be small, products stay functions that all stages share; a
// store is one instruction for each row, and inlined.
// CHECK-LABEL: llvm.func @small
// CHECK: llvm.func internal arm_aapcs_vfpcc @dlc_multiply_f32_f32_f32_1x2_k4_remainder_vfpv4_l8(
// CHECK-SAME: no_inline
// Steps that remain, none to three of them, are done one by one.
// CHECK: "subs $4, $4, #4\0Ablt 2f\0A1:\0Avldmia $2!, {s2-s5}
// CHECK-SAME: subs $4, $4, #4\0Abge 1b\0A2:\0Aadds $4, $4, #4\0Abeq 4f\0A3:\0Avldmia $2!, {s2}\0A
// CHECK-SAME: subs $4, $4, #1\0Abgt 3b\0A4:"
// CHECK: llvm.func internal arm_aapcs_vfpcc @dlc_store_f32_1x2_vfpv4(
// CHECK-SAME: always_inline
module attributes {dlc.optimise_size} {
  llvm.func @small(%x: i32, %w: i32, %n: i32, %a: f32, %b: f32) {
    %0:2 = kernel.multiply %x, %w for %n, (%a, %b) {tile = #pair, products = #products, unroll = 4 : i64, remainder, instructions = #vfpv4} : (i32, i32, i32, f32, f32) -> (f32, f32)
    kernel.store %x, (%0#0, %0#1) {tile = #pair, instructions = #vfpv4} : (i32, f32, f32) -> ()
    llvm.return
  }
}

// -----

#vfpv2 = #kernel.instructions<vfpv2, load = 2>
#products = #kernel.products<f32 * f32 -> f32, group = 1>
#tile = #kernel.tile<positions = 1, columns = 4>

// Pairs, two loads for a step: while one is multiplied the next is under way.
// The left pointer goes on by what the loads have not gone. Not fused.
// CHECK-LABEL: @dlc_multiply_pairs_f32_f32_f32_1x4_k1_vfpv2_l2(%arg0
// CHECK: %[[BYTES:.*]] = llvm.mlir.constant(16 : i32)
// CHECK: %[[REST:.*]] = llvm.sub %arg1, %[[BYTES]]
// CHECK: "1:\0A
// CHECK-SAME: vldmia $4!, {s4-s5}\0A
// CHECK-SAME: vldmia $5!, {s6-s7}\0A
// CHECK-SAME: vldmia $4!, {s8-s9}\0A
// CHECK-SAME: vldmia $5!, {s10-s11}\0A
// CHECK-SAME: add $4, $4, $14\0A
// CHECK-SAME: vmla.f32 s0, s6, s4\0A
// CHECK-SAME: vmla.f32 s1, s7, s5\0A
// CHECK-SAME: vmla.f32 s2, s10, s8\0A
// CHECK-SAME: vmla.f32 s3, s11, s9\0A
// CHECK-SAME: subs $6, $6, #1\0A
// CHECK-SAME: bgt 1b"
// CHECK-SAME: %[[REST]]
module {
  llvm.func @pairs(%x: i32, %s: i32, %w: i32, %n: i32, %a: f32) {
    %0:4 = kernel.multiply_pairs %x every %s, %w for %n, (%a, %a, %a, %a) {tile = #tile, products = #products, unroll = 1 : i64, instructions = #vfpv2} : (i32, i32, i32, i32, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    llvm.return
  }
}

// -----

#vfpv4 = #kernel.instructions<vfpv4, load = 8>
#tile = #kernel.tile<positions = 2, columns = 1>

// Tiles of one shape are finished by one function for each epilogue: it does
// the region to each value and stores the tile. The third one is the first again.
// FINISH-LABEL: llvm.func @finishes
// FINISH: llvm.call arm_aapcs_vfpcc @dlc_finish_f32_f32_2x1_vfpv4_0(%arg0, %arg1, %arg2, %arg3)
// FINISH: llvm.call arm_aapcs_vfpcc @dlc_finish_f32_f32_2x1_vfpv4_1(%arg0, %arg1, %arg2, %arg3)
// FINISH: llvm.call arm_aapcs_vfpcc @dlc_finish_f32_f32_2x1_vfpv4_0(%arg0, %arg1, %arg3, %arg2)
// FINISH: llvm.return
// FINISH-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_finish_f32_f32_2x1_vfpv4_0(
// FINISH-SAME: %arg0: i32, %arg1: i32, %arg2: f32, %arg3: f32)
// FINISH-SAME: no_inline
// FINISH: %[[A:.*]] = llvm.fmul %arg2, %arg2 : f32
// FINISH: %[[B:.*]] = llvm.fmul %arg3, %arg3 : f32
// FINISH: llvm.call arm_aapcs_vfpcc @dlc_store_f32_2x1_vfpv4(%arg0, %arg1, %[[A]], %[[B]])
// FINISH: llvm.return
// FINISH: llvm.func internal arm_aapcs_vfpcc @dlc_store_f32_2x1_vfpv4(
// What is computed in several blocks: one value behind the other.
// FINISH-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_finish_f32_f32_2x1_vfpv4_1(
// FINISH: llvm.fcmp "olt" %arg2,
// FINISH: llvm.cond_br %{{.*}}, ^[[SMALL:.*]](%arg2 : f32), ^[[NEXT:.*]](%arg2 : f32)
// FINISH: ^[[SMALL]](
// FINISH: llvm.fneg
// FINISH: llvm.br ^[[NEXT]](
// FINISH: ^[[NEXT]](%[[C:.*]]: f32):
// FINISH: llvm.fcmp "olt" %arg3,
// FINISH: llvm.br ^[[LAST:.*]](
// FINISH: ^[[LAST]](%[[D:.*]]: f32):
// FINISH-NEXT: llvm.call arm_aapcs_vfpcc @dlc_store_f32_2x1_vfpv4(%arg0, %arg1, %[[C]], %[[D]])
// FINISH-NEXT: llvm.return
// FINISH-NOT: llvm.func
module {
  llvm.func @finishes(%y: i32, %s: i32, %a: f32, %b: f32) {
    kernel.finish %y every %s, (%a, %b) {tile = #tile, instructions = #vfpv4} : (i32, i32, f32, f32) -> () {
    ^bb0(%v: f32):
      %0 = llvm.fmul %v, %v : f32
      kernel.yield %0 : f32
    }
    kernel.finish %y every %s, (%a, %b) {tile = #tile, instructions = #vfpv4} : (i32, i32, f32, f32) -> () {
    ^bb0(%v: f32):
      %zero = llvm.mlir.constant(0.0 : f32) : f32
      %0 = llvm.fcmp "olt" %v, %zero : f32
      llvm.cond_br %0, ^bb1(%v : f32), ^bb2(%v : f32)
    ^bb1(%u: f32):
      %1 = llvm.fneg %u : f32
      llvm.br ^bb2(%1 : f32)
    ^bb2(%w: f32):
      kernel.yield %w : f32
    }
    kernel.finish %y every %s, (%b, %a) {tile = #tile, instructions = #vfpv4} : (i32, i32, f32, f32) -> () {
    ^bb0(%v: f32):
      %0 = llvm.fmul %v, %v : f32
      kernel.yield %0 : f32
    }
    llvm.return
  }
}
