// RUN: dlc-opt %s --split-input-file --dlc-define-tile-kernels --verify-diagnostics | FileCheck %s

// Two positions, two columns, two steps at a time: accumulators s0 to s3, the
// left operand s4 to s7, the right one s8 and s9, then s10 and s11.
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_multiply_2x2_k2(
// CHECK-SAME: passthrough = ["dlc-tile-loop"]
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
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_load_2x2
// CHECK-SAME: passthrough = ["dlc-tile-edge"]
// CHECK: "vldmia $4, {s0-s1}\0Avldmia $4, {s2-s3}"
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_store_2x2
// CHECK: "vstmia $4, {s0-s1}\0Avstmia $5, {s2-s3}"
// What finishes tiles takes them in the same registers.
// CHECK-LABEL: llvm.func internal arm_aapcs_vfpcc @dlc_finish_2x2_0(
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_store_2x2
// CHECK-LABEL: llvm.func @stage
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_load_2x2
// CHECK: llvm.call arm_aapcs_vfpcc @dlc_multiply_2x2_k2
module attributes {dlc.target = {load_multiple = 8 : i64, fma = true}} {
  llvm.func @dlc_multiply_2x2_k2(i32, i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)> attributes {dlc.tile_kernel = {kind = "multiply", positions = 2 : i64, width = 2 : i64, unroll = 2 : i64, remainder = false}}
  llvm.func @dlc_load_2x2(i32) -> !llvm.struct<(f32, f32, f32, f32)> attributes {dlc.tile_kernel = {kind = "load", positions = 2 : i64, width = 2 : i64}}
  llvm.func @dlc_store_2x2(i32, i32, f32, f32, f32, f32) attributes {dlc.tile_kernel = {kind = "store", positions = 2 : i64, width = 2 : i64}}
  llvm.func @dlc_finish_2x2_0(%x: i32, %s: i32, %0: f32, %1: f32, %2: f32, %3: f32) attributes {dlc.tile_finish = "..."} {
    llvm.call @dlc_store_2x2(%x, %s, %0, %1, %2, %3) : (i32, i32, f32, f32, f32, f32) -> ()
    llvm.return
  }
  llvm.func @stage(%x: i32, %s: i32, %w: i32, %n: i32) {
    %0 = llvm.call @dlc_load_2x2(%x) : (i32) -> !llvm.struct<(f32, f32, f32, f32)>
    %1 = llvm.extractvalue %0[0] : !llvm.struct<(f32, f32, f32, f32)>
    %2 = llvm.call @dlc_multiply_2x2_k2(%x, %s, %w, %n, %1, %1, %1, %1) : (i32, i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    llvm.return
  }
}

// -----

// Pairs, two loads for a step: while one is multiplied the next is under way.
// The left pointer goes on by what the loads have not gone. Not fused.
// CHECK-LABEL: @dlc_multiply_pairs_1x4_k1(
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
module attributes {dlc.target = {load_multiple = 2 : i64, fma = false}} {
  llvm.func @dlc_multiply_pairs_1x4_k1(i32, i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)> attributes {dlc.tile_kernel = {kind = "multiply_pairs", positions = 1 : i64, width = 4 : i64, unroll = 1 : i64, remainder = false}}
}

// -----

// Steps that remain, none to three of them, are done one by one.
// CHECK-LABEL: @dlc_multiply_1x2_k4_remainder(
// CHECK: "subs $4, $4, #4\0Ablt 2f\0A1:\0Avldmia $2!, {s2-s5}
// CHECK-SAME: subs $4, $4, #4\0Abge 1b\0A2:\0Aadds $4, $4, #4\0Abeq 4f\0A3:\0Avldmia $2!, {s2}\0A
// CHECK-SAME: subs $4, $4, #1\0Abgt 3b\0A4:"
module attributes {dlc.target = {load_multiple = 8 : i64, fma = true}} {
  llvm.func @dlc_multiply_1x2_k4_remainder(i32, i32, i32, f32, f32) -> !llvm.struct<(f32, f32)> attributes {dlc.tile_kernel = {kind = "multiply", positions = 1 : i64, width = 2 : i64, unroll = 4 : i64, remainder = true}}
}

// -----

module attributes {dlc.target = {load_multiple = 0 : i64}} {
  // expected-error @+1 {{is no tile kernel of this target}}
  llvm.func @dlc_load_1x2(i32) -> !llvm.struct<(f32, f32)> attributes {dlc.tile_kernel = {kind = "load", positions = 1 : i64, width = 2 : i64}}
}
