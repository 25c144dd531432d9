// RUN: dlc-opt %s --split-input-file --dlc-merge-stages | FileCheck %s

// Which functions are merged at all.

// Nobody asked for small code.
// CHECK-LABEL: module @fast
// CHECK-NOT: llvm.call
module @fast {
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
}

// -----

// The call would take more than the function.
// CHECK-LABEL: module @tiny
// CHECK-NOT: llvm.call
module @tiny attributes {dlc.optimise_size} {
  llvm.func @first(%x: !llvm.ptr) attributes {nn.stage = "conv"} {
    %c5 = llvm.mlir.constant(5 : i32) : i32
    llvm.store %c5, %x : i32, !llvm.ptr
    llvm.return
  }
  llvm.func @second(%x: !llvm.ptr) attributes {nn.stage = "conv"} {
    %c9 = llvm.mlir.constant(9 : i32) : i32
    llvm.store %c9, %x : i32, !llvm.ptr
    llvm.return
  }
}

// -----

// Cold functions: their callers call the one that stays, whatever the level.
// CHECK-LABEL: module @cold
// CHECK: llvm.func @first_shared(
// CHECK-SAME: dlc.cold_function
// CHECK-NOT: llvm.func @first(
// CHECK-NOT: llvm.func @second(
// CHECK-LABEL: llvm.func @stage
// CHECK: llvm.call @first_shared(%arg0, %arg0, %{{.*}}, %{{.*}})
// CHECK: llvm.call @first_shared(%arg0, %arg0, %{{.*}}, %{{.*}})
module @cold {
  llvm.func @first(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) attributes {dlc.cold_function} {
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
  llvm.func @second(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr) attributes {dlc.cold_function} {
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
  llvm.func @stage(%x: !llvm.ptr) {
    llvm.call @first(%x, %x) : (!llvm.ptr, !llvm.ptr) -> ()
    llvm.call @second(%x, %x) : (!llvm.ptr, !llvm.ptr) -> ()
    llvm.return
  }
}
