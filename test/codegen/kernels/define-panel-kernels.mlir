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
