// RUN: dlc-opt %s --dlc-emit-loops --split-input-file | FileCheck %s
// Where there is no flash for 8192 bytes of filters in place of 2304 the direct form is taken.
// RUN: sed 's/{dlc.target =/{dlc.flash_limit = 8191 : i64, dlc.target =/' %s | dlc-opt --dlc-emit-loops --split-input-file | FileCheck %s --check-prefix=DIRECT
// RUN: sed 's/{dlc.target =/{dlc.optimise_size, dlc.target =/' %s | dlc-opt --dlc-emit-loops --split-input-file | FileCheck %s --check-prefix=DIRECT
// RUN: sed 's/{dlc.target =/{dlc.flash_limit = 100000 : i64, dlc.target =/' %s | dlc-opt --dlc-emit-loops --split-input-file | FileCheck %s
// DIRECT-LABEL: func.func private @conv
// DIRECT-NOT: memref<4096xi16>
// DIRECT: llvm.x86.avx2.pmadd.wd

// Integers: a tile of the image is widened to 16 bits and transformed, products
// of 16 bits are summed in 32, results come four times as large
// (docs/decisions/vector-integers.md).

// Inside of the image only the sum of four elements depends on the zero point.
// CHECK-LABEL: func.func private @conv
// CHECK-SAME: memref<4096xi16> {nn.constant}
// CHECK: memref.alloc() : memref<{{.*}}xi16>
// CHECK: scf.if
// CHECK-NOT: dense<3> : vector<16xi16>
// CHECK: arith.extsi %{{.*}} : vector<16xi8> to vector<16xi16>
// CHECK: %[[FOUR:.*]] = arith.constant dense<12> : vector<16xi16>
// CHECK: arith.subi %{{.*}}, %[[FOUR]]
// CHECK: vector.store %{{.*}} : memref<{{.*}}xi16>, vector<16xi16>
// At the border each is less the zero point, and padding is zero.
// CHECK: } else {
// CHECK: dense<3> : vector<16xi16>
// CHECK: arith.andi %{{.*}} : vector<16xi16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: %[[TWICE:.*]] = arith.constant dense<2> : vector<8xi32>
// CHECK: arith.shrsi %{{.*}}, %[[TWICE]] : vector<8xi32>
// CHECK: return
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64, issue_width = 4 : i64, l2_bytes = 262144 : i64, multiply_accumulate = [
    {instruction = "vpmaddwd vpaddd", left = "i16", right = "i16", accumulator = "i32", products = 2 : i64, lanes = 8 : i64, cycles = 1.0}]}} {

memref.global "private" constant @w : memref<16x16x3x3xi8> = dense<-128>

func.func private @conv(%x: memref<1x16x16x16xi8>, %w: memref<16x16x3x3xi8> {nn.constant},
                        %y: memref<1x16x16x16xi32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0 : i32
  %pad = arith.constant 3 : i8
  %xt = bufferization.to_tensor %x restrict : memref<1x16x16x16xi8> to tensor<1x16x16x16xi8>
  %wt = bufferization.to_tensor %w restrict : memref<16x16x3x3xi8> to tensor<16x16x3x3xi8>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %pad : i8
  } : tensor<1x16x16x16xi8> to tensor<1x18x18x16xi8>
  %empty = tensor.empty() : tensor<1x16x16x16xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x16x16x16xi32>) -> tensor<1x16x16x16xi32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x18x18x16xi8>, tensor<16x16x3x3xi8>) outs(%init : tensor<1x16x16x16xi32>) {
  ^bb0(%a: i8, %b: i8, %s: i32):
    %three = arith.constant 3 : i32
    %wide = arith.extsi %a : i8 to i32
    %centred = arith.subi %wide, %three : i32
    %weight = arith.extsi %b : i8 to i32
    %p = arith.muli %centred, %weight : i32
    %t = arith.addi %s, %p : i32
    linalg.yield %t : i32
  } -> tensor<1x16x16x16xi32>
  bufferization.materialize_in_destination %sum in restrict writable %y : (tensor<1x16x16x16xi32>, memref<1x16x16x16xi32>) -> ()
  return
}

func.func @main(%x: memref<1x16x16x16xi8>, %y: memref<1x16x16x16xi32>) {
  %w = memref.get_global @w : memref<16x16x3x3xi8>
  call @conv(%x, %w, %y) : (memref<1x16x16x16xi8>, memref<16x16x3x3xi8>, memref<1x16x16x16xi32>) -> ()
  return
}
}

// -----

// Products of bytes are worth more.
// CHECK-LABEL: func.func private @bytes
// CHECK-NOT: xi16>
// CHECK: vpdpbusd
// CHECK: return
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64, issue_width = 4 : i64, l2_bytes = 262144 : i64, multiply_accumulate = [
    {instruction = "vpdpbusd", left = "u8", right = "i8", accumulator = "i32", products = 4 : i64, lanes = 8 : i64, cycles = 0.5},
    {instruction = "vpdpwssd", left = "i16", right = "i16", accumulator = "i32", products = 2 : i64, lanes = 8 : i64, cycles = 0.5}]}} {

memref.global "private" constant @w : memref<16x16x3x3xi8> = dense<-128>

func.func private @bytes(%x: memref<1x16x16x16xi8>, %w: memref<16x16x3x3xi8> {nn.constant},
                        %y: memref<1x16x16x16xi32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0 : i32
  %pad = arith.constant 3 : i8
  %xt = bufferization.to_tensor %x restrict : memref<1x16x16x16xi8> to tensor<1x16x16x16xi8>
  %wt = bufferization.to_tensor %w restrict : memref<16x16x3x3xi8> to tensor<16x16x3x3xi8>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %pad : i8
  } : tensor<1x16x16x16xi8> to tensor<1x18x18x16xi8>
  %empty = tensor.empty() : tensor<1x16x16x16xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x16x16x16xi32>) -> tensor<1x16x16x16xi32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x18x18x16xi8>, tensor<16x16x3x3xi8>) outs(%init : tensor<1x16x16x16xi32>) {
  ^bb0(%a: i8, %b: i8, %s: i32):
    %three = arith.constant 3 : i32
    %wide = arith.extsi %a : i8 to i32
    %centred = arith.subi %wide, %three : i32
    %weight = arith.extsi %b : i8 to i32
    %p = arith.muli %centred, %weight : i32
    %t = arith.addi %s, %p : i32
    linalg.yield %t : i32
  } -> tensor<1x16x16x16xi32>
  bufferization.materialize_in_destination %sum in restrict writable %y : (tensor<1x16x16x16xi32>, memref<1x16x16x16xi32>) -> ()
  return
}

func.func @main(%x: memref<1x16x16x16xi8>, %y: memref<1x16x16x16xi32>) {
  %w = memref.get_global @w : memref<16x16x3x3xi8>
  call @bytes(%x, %w, %y) : (memref<1x16x16x16xi8>, memref<16x16x3x3xi8>, memref<1x16x16x16xi32>) -> ()
  return
}
}

// -----

// Nothing multiplies 16 bits.
// CHECK-LABEL: func.func private @none
// CHECK-NOT: xi16>
// CHECK: return
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64, issue_width = 4 : i64, l2_bytes = 262144 : i64}} {

memref.global "private" constant @w : memref<16x16x3x3xi8> = dense<-128>

func.func private @none(%x: memref<1x16x16x16xi8>, %w: memref<16x16x3x3xi8> {nn.constant},
                        %y: memref<1x16x16x16xi32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0 : i32
  %pad = arith.constant 3 : i8
  %xt = bufferization.to_tensor %x restrict : memref<1x16x16x16xi8> to tensor<1x16x16x16xi8>
  %wt = bufferization.to_tensor %w restrict : memref<16x16x3x3xi8> to tensor<16x16x3x3xi8>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %pad : i8
  } : tensor<1x16x16x16xi8> to tensor<1x18x18x16xi8>
  %empty = tensor.empty() : tensor<1x16x16x16xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x16x16x16xi32>) -> tensor<1x16x16x16xi32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x18x18x16xi8>, tensor<16x16x3x3xi8>) outs(%init : tensor<1x16x16x16xi32>) {
  ^bb0(%a: i8, %b: i8, %s: i32):
    %three = arith.constant 3 : i32
    %wide = arith.extsi %a : i8 to i32
    %centred = arith.subi %wide, %three : i32
    %weight = arith.extsi %b : i8 to i32
    %p = arith.muli %centred, %weight : i32
    %t = arith.addi %s, %p : i32
    linalg.yield %t : i32
  } -> tensor<1x16x16x16xi32>
  bufferization.materialize_in_destination %sum in restrict writable %y : (tensor<1x16x16x16xi32>, memref<1x16x16x16xi32>) -> ()
  return
}

func.func @main(%x: memref<1x16x16x16xi8>, %y: memref<1x16x16x16xi32>) {
  %w = memref.get_global @w : memref<16x16x3x3xi8>
  call @none(%x, %w, %y) : (memref<1x16x16x16xi8>, memref<16x16x3x3xi8>, memref<1x16x16x16xi32>) -> ()
  return
}
}

// -----

// Results, times four, may not fit 32 bits.
// CHECK-LABEL: func.func private @deep
// CHECK-NOT: arith.constant dense<12>
// CHECK: return
module attributes {dlc.target = {vector_bits = 256 : i64, vector_registers = 16 : i64, issue_width = 4 : i64, l2_bytes = 262144 : i64, multiply_accumulate = [
    {instruction = "vpmaddwd vpaddd", left = "i16", right = "i16", accumulator = "i32", products = 2 : i64, lanes = 8 : i64, cycles = 1.0}]}} {

memref.global "private" constant @w : memref<16x912x3x3xi8> = dense<-128>

func.func private @deep(%x: memref<1x16x16x912xi8>, %w: memref<16x912x3x3xi8> {nn.constant},
                        %y: memref<1x16x16x16xi32>) attributes {nn.stage = "conv"} {
  %zero = arith.constant 0 : i32
  %pad = arith.constant 3 : i8
  %xt = bufferization.to_tensor %x restrict : memref<1x16x16x912xi8> to tensor<1x16x16x912xi8>
  %wt = bufferization.to_tensor %w restrict : memref<16x912x3x3xi8> to tensor<16x912x3x3xi8>
  %padded = tensor.pad %xt low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %pad : i8
  } : tensor<1x16x16x912xi8> to tensor<1x18x18x912xi8>
  %empty = tensor.empty() : tensor<1x16x16x16xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x16x16x16xi32>) -> tensor<1x16x16x16xi32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                     affine_map<(n, h, w, f, i, j, c) -> (f, c, i, j)>,
                     affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%padded, %wt : tensor<1x18x18x912xi8>, tensor<16x912x3x3xi8>) outs(%init : tensor<1x16x16x16xi32>) {
  ^bb0(%a: i8, %b: i8, %s: i32):
    %three = arith.constant 3 : i32
    %wide = arith.extsi %a : i8 to i32
    %centred = arith.subi %wide, %three : i32
    %weight = arith.extsi %b : i8 to i32
    %p = arith.muli %centred, %weight : i32
    %t = arith.addi %s, %p : i32
    linalg.yield %t : i32
  } -> tensor<1x16x16x16xi32>
  bufferization.materialize_in_destination %sum in restrict writable %y : (tensor<1x16x16x16xi32>, memref<1x16x16x16xi32>) -> ()
  return
}

func.func @main(%x: memref<1x16x16x912xi8>, %y: memref<1x16x16x16xi32>) {
  %w = memref.get_global @w : memref<16x912x3x3xi8>
  call @deep(%x, %w, %y) : (memref<1x16x16x912xi8>, memref<16x912x3x3xi8>, memref<1x16x16x16xi32>) -> ()
  return
}
}
