// RUN: dlc-opt %s --split-input-file --verify-diagnostics --dlc-convert-to-llvm | FileCheck %s

// 32 floats are 128 bytes; the content stays beside the global.
// CHECK: llvm.mlir.global external constant @w() {{.*}}dlc.data = {{.*}} : !llvm.array<128 x i8>
module {
  memref.global "private" constant @w : memref<8x4xf32> = dense<1.0>
}

// -----

// A memref is a pointer to its first element, an index is 32 bits wide.
// CHECK-LABEL: llvm.func @stage(%arg0: !llvm.ptr, %arg1: !llvm.ptr)
// CHECK: llvm.mul %{{.*}} : i32
// CHECK: llvm.store
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32 : i64>} {
  memref.global "private" constant @w : memref<8x4xf32> = dense<1.0>
  func.func @stage(%x: memref<8xf32>, %y: memref<8x4xf32>) {
    %w = memref.get_global @w : memref<8x4xf32>
    %i = arith.constant 3 : index
    %j = arith.constant 1 : index
    %row = arith.muli %i, %j : index
    %0 = memref.load %w[%row, %j] : memref<8x4xf32>
    memref.store %0, %y[%row, %j] : memref<8x4xf32>
    return
  }
}

// -----

// What is said of a loop is read where its last branch is translated.
// CHECK: #[[LOOP:.*]] = #llvm.loop_annotation<
// CHECK-LABEL: llvm.func @rolled
// CHECK: llvm.br ^bb1({{.*}}) {loop_annotation = #[[LOOP]]}
#unroll = #llvm.loop_unroll<disable = true>
#annotation = #llvm.loop_annotation<unroll = #unroll>
module {
  func.func @rolled(%x: memref<8xf32>, %n: index, %zero: index, %one: index, %value: f32) {
    cf.br ^bb1(%zero : index)
  ^bb1(%i: index):
    %more = arith.cmpi slt, %i, %n : index
    cf.cond_br %more, ^bb2, ^bb3
  ^bb2:
    memref.store %value, %x[%i] : memref<8xf32>
    %next = arith.addi %i, %one : index
    cf.br ^bb1(%next : index) {llvm.loop_annotation = #annotation}
  ^bb3:
    return
  }
}

// -----

// expected-error @+1 {{a network has constants and an arena, but no other memory}}
memref.global "private" @state : memref<4xf32>

// -----

// CHECK-LABEL: module attributes {dlc.target = {maximum = true}
module attributes {dlc.target = {maximum = true}, dlti.dl_spec = #dlti.dl_spec<index = 64 : i64>} {
  // CHECK-LABEL: llvm.func @maxima
  // CHECK: llvm.intr.maximum(%{{.+}}, %{{.+}}) : (f32, f32) -> f32
  // CHECK: llvm.intr.minimum(%{{.+}}, %{{.+}}) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  // CHECK: llvm.fcmp
  func.func @maxima(%x: f32, %v: vector<4xf32>, %d: f64, %e: f64) -> (f32, vector<4xf32>, f64) {
    %0 = arith.maximumf %x, %x : f32
    %1 = arith.minimumf %v, %v : vector<4xf32>
    %2 = arith.maximumf %d, %e : f64
    return %0, %1, %2 : f32, vector<4xf32>, f64
  }
}

// -----

// Of halves where the core computes with them.
module attributes {dlc.target = {maximum = true, fp16 = true}, dlti.dl_spec = #dlti.dl_spec<index = 64 : i64>} {
  // CHECK-LABEL: llvm.func @maxima_of_halves
  // CHECK: llvm.intr.maximum(%{{.+}}, %{{.+}}) : (vector<8xf16>, vector<8xf16>) -> vector<8xf16>
  func.func @maxima_of_halves(%v: vector<8xf16>) -> vector<8xf16> {
    %0 = arith.maximumf %v, %v : vector<8xf16>
    return %0 : vector<8xf16>
  }
}

// -----

module attributes {dlc.target = {maximum = true}, dlti.dl_spec = #dlti.dl_spec<index = 64 : i64>} {
  // CHECK-LABEL: llvm.func @halves_are_stored_alone
  // CHECK-NOT: llvm.intr.maximum
  func.func @halves_are_stored_alone(%v: vector<8xf16>) -> vector<8xf16> {
    %0 = arith.maximumf %v, %v : vector<8xf16>
    return %0 : vector<8xf16>
  }
}

// -----

// Kernels stay; their addresses become the integers of the target, and what the
// region of one computes is converted.
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32 : i64>} {
  // CHECK-LABEL: llvm.func @kernels(
  // CHECK-SAME: %[[X:.*]]: !llvm.ptr
  // CHECK: %[[FROM:.*]] = llvm.ptrtoint %{{.*}} : !llvm.ptr to i32
  // CHECK: %[[T:.*]]:2 = kernel.load %[[FROM]] {{.*}} : (i32) -> (f32, f32)
  // CHECK: kernel.finish %[[FROM]], (%[[T]]#0, %[[T]]#1) {{.*}} : (i32, f32, f32) -> () {
  // CHECK-NEXT: ^bb0(%[[ONE:.*]]: f32):
  // CHECK-NEXT: %[[SQUARE:.*]] = llvm.fmul %[[ONE]], %[[ONE]] : f32
  // CHECK-NEXT: kernel.yield %[[SQUARE]] : f32
  func.func @kernels(%x: memref<4xf32>) {
    %from = memref.extract_aligned_pointer_as_index %x : memref<4xf32> -> index
    %0:2 = kernel.load %from {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index) -> (f32, f32)
    kernel.finish %from, (%0#0, %0#1) {tile = #kernel.tile<positions = 1, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>} : (index, f32, f32) -> () {
    ^bb0(%v: f32):
      %1 = arith.mulf %v, %v : f32
      kernel.yield %1 : f32
    }
    return
  }
}
