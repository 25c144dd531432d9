// RUN: dlc-opt %s --split-input-file --dlc-merge-stages | FileCheck %s

// Two stages that differ in where their loops end and in what lies behind the
// elements: one function with two more arguments. 24 and 48 are used twice, but
// passed once. noalias stays where both stages have it.
// CHECK-LABEL: module @sizes
// CHECK: llvm.func @first_shared(%[[X:.*]]: !llvm.ptr {llvm.noalias}, %[[Y:.*]]: !llvm.ptr, %[[OFFSET:.*]]: i32, %[[SIZE:.*]]: i32)
// CHECK-NOT: nn.stage
// CHECK: llvm.icmp "slt" %{{.*}}, %[[SIZE]]
// CHECK: llvm.add %{{.*}}, %[[OFFSET]]
// CHECK: llvm.add %{{.*}}, %[[SIZE]]
// CHECK-LABEL: llvm.func @first(
// CHECK-SAME: nn.stage = "conv"
// CHECK: %[[C5:.*]] = llvm.mlir.constant(5 : i32)
// CHECK: %[[C24:.*]] = llvm.mlir.constant(24 : i32)
// CHECK: llvm.call @first_shared(%arg0, %arg1, %[[C5]], %[[C24]])
// CHECK-NEXT: llvm.return
// CHECK-LABEL: llvm.func @second(
// CHECK: %[[C9:.*]] = llvm.mlir.constant(9 : i32)
// CHECK: %[[C48:.*]] = llvm.mlir.constant(48 : i32)
// CHECK: llvm.call @first_shared(%arg0, %arg1, %[[C9]], %[[C48]])
// CHECK-NEXT: llvm.return
// It multiplies where the others add.
// CHECK-LABEL: llvm.func @another_operation
// CHECK: llvm.mul
// CHECK-NOT: llvm.call
// It divides, and by another constant.
// CHECK-LABEL: llvm.func @division(
// CHECK: llvm.udiv
// CHECK-LABEL: llvm.func @another_division(
// CHECK: llvm.udiv
// An immediate operand of an instruction.
// CHECK-LABEL: llvm.func @immediate(
// CHECK: llvm.call_intrinsic
// CHECK-LABEL: llvm.func @another_immediate(
// CHECK: llvm.call_intrinsic
// No stage.
// CHECK-LABEL: llvm.func @helper(
// CHECK-NOT: llvm.call
// CHECK: llvm.return
module @sizes attributes {dlc.optimise_size} {
  llvm.func @first(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(5 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.add %1, %c24 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @second(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(9 : i32) : i32
    %c24 = llvm.mlir.constant(48 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.add %1, %c24 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @another_operation(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(5 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.mul %1, %c24 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @division(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(5 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.udiv %1, %c5 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @another_division(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(9 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.udiv %1, %c5 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @immediate(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(9 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.call_intrinsic "llvm.arm.ssat"(%1, %c5) : (i32, i32) -> i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @another_immediate(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {nn.stage = "conv"} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(7 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.call_intrinsic "llvm.arm.ssat"(%1, %c5) : (i32, i32) -> i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
  llvm.func @helper(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c5 = llvm.mlir.constant(5 : i32) : i32
    %c24 = llvm.mlir.constant(24 : i32) : i32
    llvm.br ^head(%c0 : i32)
  ^head(%i: i32):
    %more = llvm.icmp "slt" %i, %c24 : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %0 = llvm.load %p : !llvm.ptr -> i32
    %1 = llvm.add %0, %c5 : i32
    %2 = llvm.add %1, %c24 : i32
    %3 = llvm.shl %2, %c1 : i32
    %4 = llvm.xor %3, %1 : i32
    %5 = llvm.and %4, %0 : i32
    %6 = llvm.or %5, %3 : i32
    %7 = llvm.sub %6, %0 : i32
    %8 = llvm.xor %7, %1 : i32
    %9 = llvm.and %8, %2 : i32
    %10 = llvm.or %9, %4 : i32
    %11 = llvm.sub %10, %1 : i32
    %12 = llvm.xor %11, %2 : i32
    %13 = llvm.and %12, %6 : i32
    %14 = llvm.or %13, %2 : i32
    %15 = llvm.sub %14, %3 : i32
    %16 = llvm.xor %15, %1 : i32
    %17 = llvm.and %16, %6 : i32
    %18 = llvm.or %17, %2 : i32
    %19 = llvm.sub %18, %3 : i32
    %20 = llvm.xor %19, %1 : i32
    %21 = llvm.and %20, %6 : i32
    %22 = llvm.or %21, %2 : i32
    %23 = llvm.sub %22, %3 : i32
    %q = llvm.getelementptr %y[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    llvm.store %23, %q : i32, !llvm.ptr
    %next = llvm.add %i, %c1 : i32
    llvm.br ^head(%next : i32)
  ^end:
    llvm.return
  }
}
