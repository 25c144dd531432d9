// RUN: dlc-opt %s --split-input-file --dlc-define-kernels | FileCheck %s

// A table of nine bits: a code's symbol, and its length above it.

// CHECK-LABEL: llvm.func @panel(
// CHECK: llvm.call @dlc_spread_codes_9_armv7m(
// CHECK: llvm.call @dlc_decode_9_armv7m(
// CHECK: llvm.call @dlc_decode_9_armv7m(
// CHECK-LABEL: llvm.func internal @dlc_spread_codes_9_armv7m(%{{.*}}: i32, %{{.*}}: i32) attributes {{.*}}no_inline
// CHECK-LABEL: llvm.func internal @dlc_decode_9_armv7m(%{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32)
// The upper bits of the buffer lead to an entry; length 0 is a longer code.
// CHECK: %[[SHIFT:.*]] = llvm.mlir.constant(23 : i32) : i32
// CHECK: %[[BITS:.*]] = llvm.lshr %{{.*}}, %[[SHIFT]] : i32
// CHECK: llvm.getelementptr %{{.*}}[%[[BITS]]] : (!llvm.ptr, i32) -> !llvm.ptr, i16
// CHECK: %[[LENGTH:.*]] = llvm.lshr
// CHECK: llvm.icmp "eq" %[[LENGTH]]
// CHECK-NEXT: llvm.cond_br {{.*}} weights([1, 60])
// Four of them in an iteration, and one that is looked for.
// CHECK-COUNT-5: llvm.icmp "ult" %{{.*}} : i32
module {
  llvm.func @panel(%x: i32, %c: i32, %t: i32, %to: i32, %n: i32) {
    kernel.spread_codes %c, %t {bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32) -> ()
    kernel.decode %x, %c, %t, %to for %n {bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>} : (i32, i32, i32, i32, i32) -> ()
    kernel.decode %x, %c, %t, %to for %n {bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 1>} : (i32, i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// In eight low registers: what is to be written ends at r12, and codes are at lr.
// CHECK-LABEL: llvm.func internal @dlc_decode_9_armv6m(
// CHECK: ldr r4, [sp, #20]\0Aadds r4, r4, r3\0Amov r12, r4\0A
// CHECK-SAME: 1:\0Alsrs r3, r4, #23\0Alsls r3, r3, #1\0Aldrh r3, [r1, r3]\0Alsrs r6, r3, #8\0Abeq 3f\0Astrb r3, [r2, #0]\0Alsls r4, r6\0Asubs r5, r5, r6\0Abcs 2f\0Aldrh r7, [r0]\0A
// CHECK-SAME: beq 6f\0Astrb r3, [r2, #3]\0A
// CHECK-SAME: adds r2, #4\0A7:\0Acmp r2, r12\0Ablo 1b\0Apop {r4, r5, r6, r7, pc}
module {
  llvm.func @low(%x: i32, %c: i32, %t: i32, %to: i32, %n: i32) {
    kernel.decode %x, %c, %t, %to for %n {bits = 9 : i64, instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32, i32, i32, i32) -> ()
    llvm.return
  }
}

// -----

// Of a segment a count, then gaps, each of which becomes a place: one more than what is behind it
// begins the next. LLVM IR for all machines.
// CHECK-LABEL: llvm.func @gaps(
// CHECK: llvm.call @dlc_sum_gaps_armv6m(%{{.*}}, %{{.*}})
// CHECK-LABEL: llvm.func internal @dlc_sum_gaps_armv6m(%{{.*}}: i32, %{{.*}}: i32) attributes {{.*}}no_inline
// CHECK: ^[[SEGMENTS:bb[0-9]+]](%[[HEAD:.*]]: !llvm.ptr):
// CHECK: llvm.icmp "ult" %[[HEAD]]
// CHECK: ^[[GAPS:bb[0-9]+]](%[[AT:.*]]: !llvm.ptr, %[[NEXT:.*]]: i32):
// CHECK: %[[DONE:.*]] = llvm.icmp "eq" %[[AT]]
// CHECK: llvm.cond_br %[[DONE]], ^[[SEGMENTS]](%[[AT]] : !llvm.ptr)
// CHECK: %[[GAP:.*]] = llvm.load %[[AT]] {{.*}} -> i8
// CHECK: %[[WIDE:.*]] = llvm.zext %[[GAP]] : i8 to i32
// CHECK: %[[PLACE:.*]] = llvm.add %[[NEXT]], %[[WIDE]] : i32
// CHECK: %[[BYTE:.*]] = llvm.trunc %[[PLACE]] : i32 to i8
// CHECK: llvm.store %[[BYTE]], %[[AT]]
// CHECK: %[[BEHIND:.*]] = llvm.add %[[PLACE]], %{{.*}} : i32
// CHECK: llvm.br ^[[GAPS]](%{{.*}}, %[[BEHIND]] : !llvm.ptr, i32)
module {
  llvm.func @gaps(%x: i32, %n: i32) {
    kernel.sum_gaps %x for %n {instructions = #kernel.instructions<armv6m, load = 4>} : (i32, i32) -> ()
    llvm.return
  }
}

// -----

// Bytes become halfwords with their sign.
// CHECK-LABEL: llvm.func internal @dlc_decode_9_wide_neon(%{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64)
// CHECK: llvm.getelementptr %{{.*}}[%arg4] : (!llvm.ptr, i64) -> !llvm.ptr, i16
// CHECK: %[[LOW:.*]] = llvm.trunc %{{.*}} : i32 to i8
// CHECK: %[[HALF:.*]] = llvm.sext %[[LOW]] : i8 to i16
// CHECK: llvm.store %[[HALF]], %{{.*}} {alignment = 2 : i64} : i16, !llvm.ptr
module {
  llvm.func @wide(%x: i64, %c: i64, %t: i64, %to: i64, %n: i64) {
    kernel.decode %x, %c, %t, %to for %n {bits = 9 : i64, instructions = #kernel.instructions<neon, load = 4>, wide} : (i64, i64, i64, i64, i64) -> ()
    llvm.return
  }
}

// -----

// All is cleared; then a gap goes on, and if it is not 255 and not at the end a weight is written.
// CHECK-LABEL: llvm.func internal @dlc_decode_nonzeros_9_mve(
// CHECK: %[[END:.*]] = llvm.getelementptr %{{.*}}[%arg6] : (!llvm.ptr, i32) -> !llvm.ptr, i8
// CHECK: llvm.store volatile %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr
// CHECK: llvm.store volatile %{{.*}}, %{{.*}} {alignment = 1 : i64} : i8, !llvm.ptr
// CHECK: ^[[HEAD:bb[0-9]+]](%[[TO:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: i32):
// CHECK: llvm.icmp "ult" %[[TO]], %[[END]]
// CHECK: %[[LONG:.*]] = llvm.mlir.constant(255 : i32) : i32
// CHECK-NEXT: llvm.icmp "eq" %[[GAP:.*]], %[[LONG]]
// CHECK-NEXT: llvm.cond_br %{{.*}} weights([1, 60]), ^[[HEAD]](%[[AT:[^ ,]*]],
// CHECK: %[[GAP]] = llvm.and
// CHECK: %[[AT]] = llvm.getelementptr %[[TO]][%[[GAP]]] : (!llvm.ptr, i32) -> !llvm.ptr, i8
// CHECK-NEXT: llvm.icmp "ult" %[[AT]], %[[END]]
// CHECK: llvm.store %{{.*}}, %[[AT]] {alignment = 1 : i64} : i8, !llvm.ptr
module {
  llvm.func @nonzeros(%x: i32, %c: i32, %t: i32, %g: i32, %u: i32, %to: i32, %n: i32) {
    kernel.decode_nonzeros %x, weights %c by %t, gaps %g by %u, %to for %n {bits = 9 : i64, instructions = #kernel.instructions<mve, load = 4>} : (i32, i32, i32, i32, i32, i32, i32) -> ()
    llvm.return
  }
}
