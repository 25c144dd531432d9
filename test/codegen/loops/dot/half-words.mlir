// RUN: dlc-opt %s --dlc-emit-loops --canonicalize --cse | FileCheck %s

// AArch64: depthwise sums of products of bytes, two taps at a time in 16 bits,
// and rescaling to 16 bits by instructions that round and saturate
// (docs/decisions/vector-integers.md).
module attributes {dlc.target = {kernels = "neon", vector_bits = 128 : i64, vector_registers = 32 : i64, multiply_accumulate = [
    {instruction = "smull sadalp", left = "i8", right = "i8", accumulator = "i32", products = 2 : i64, lanes = 4 : i64, cycles = 2.0},
    {instruction = "smlal", left = "i16", right = "i16", accumulator = "i32", products = 1 : i64, lanes = 4 : i64, cycles = 1.0}]}} {
  memref.global "private" constant @small : memref<8x3xi8> = dense<-127>
  memref.global "private" constant @large : memref<8x3xi8> = dense<-128>
  memref.global "private" constant @factors : memref<8xi32> = dense<1500000000>

  // 40 is (2 + 1/2) 2^4: a shift by 5 of the doubled product that rounds, then 2
  // is added.
  // CHECK-LABEL: func.func private @bytes
  // CHECK-SAME: memref<24xi8> {nn.constant}
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<2> : vector<8xi16>
  // CHECK-DAG: %[[BY:.*]] = llvm.mlir.constant(5 : i32) : i32
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
  // CHECK: arith.addi %{{.*}} : vector<8xi16>
  // CHECK: arith.extsi %{{.*}} : vector<4xi16> to vector<4xi32>
  // CHECK: %[[HIGH:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.sqdmulh.v4i32"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqrshrn.v4i16"(%[[HIGH]], %[[BY]])
  // CHECK: %[[SUM:.*]] = llvm.call_intrinsic "llvm.sadd.sat.v8i16"(%{{.*}}, %[[ZERO]])
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v8i8"(%[[SUM]])
  // CHECK-NOT: arith.maxsi
  // CHECK: return
  func.func private @bytes(%x: memref<7x8xi8>, %w: memref<8x3xi8> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<5x8xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x8xi8> to tensor<7x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x3xi8> to tensor<8x3xi8>
    %factors = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %2 = tensor.empty() : tensor<5x8xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x8xi32>) -> tensor<5x8xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x8xi8>, tensor<8x3xi8>) outs(%3 : tensor<5x8xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x8xi32>
    %5 = tensor.empty() : tensor<5x8xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %factors : tensor<5x8xi32>, tensor<8xi32>) outs(%5 : tensor<5x8xi8>) {
    ^bb0(%sum: i32, %factor: i32, %out: i8):
      %c = arith.constant 171798691840 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %a = arith.extsi %sum : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x8xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x8xi8>, memref<5x8xi8>) -> ()
    return
  }

  // Without a zero point nothing is added; a narrower clamp is done on bytes.
  // CHECK-LABEL: func.func private @clamped
  // CHECK-NOT: llvm.sadd.sat
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v8i8"
  // CHECK: arith.maxsi %{{.*}} : vector<8xi8>
  // CHECK: return
  func.func private @clamped(%x: memref<7x8xi8>, %w: memref<8x3xi8> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<5x8xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x8xi8> to tensor<7x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x3xi8> to tensor<8x3xi8>
    %factors = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %2 = tensor.empty() : tensor<5x8xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x8xi32>) -> tensor<5x8xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x8xi8>, tensor<8x3xi8>) outs(%3 : tensor<5x8xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x8xi32>
    %5 = tensor.empty() : tensor<5x8xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %factors : tensor<5x8xi32>, tensor<8xi32>) outs(%5 : tensor<5x8xi8>) {
    ^bb0(%sum: i32, %factor: i32, %out: i8):
      %c = arith.constant 34359738368 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant 0 : i64
      %high = arith.constant 127 : i64
      %a = arith.extsi %sum : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x8xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x8xi8>, memref<5x8xi8>) -> ()
    return
  }

  // Bytes without a sign.
  // CHECK-LABEL: func.func private @unsigned
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtun.v8i8"
  // CHECK: return
  func.func private @unsigned(%x: memref<7x8xi8>, %w: memref<8x3xi8> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<5x8xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x8xi8> to tensor<7x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x3xi8> to tensor<8x3xi8>
    %factors = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %2 = tensor.empty() : tensor<5x8xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x8xi32>) -> tensor<5x8xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x8xi8>, tensor<8x3xi8>) outs(%3 : tensor<5x8xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x8xi32>
    %5 = tensor.empty() : tensor<5x8xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %factors : tensor<5x8xi32>, tensor<8xi32>) outs(%5 : tensor<5x8xi8>) {
    ^bb0(%sum: i32, %factor: i32, %out: i8):
      %c = arith.constant 34359738368 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant 0 : i64
      %high = arith.constant 255 : i64
      %a = arith.extsi %sum : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x8xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x8xi8>, memref<5x8xi8>) -> ()
    return
  }

  // An addend that is no zero point and a half: in words.
  // CHECK-LABEL: func.func private @words
  // CHECK: llvm.call_intrinsic "llvm.sadd.sat.v4i32"
  // CHECK-NOT: sqrshrn
  // CHECK: arith.maxsi %{{.*}} : vector<4xi32>
  // CHECK: return
  func.func private @words(%x: memref<7x8xi8>, %w: memref<8x3xi8> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<5x8xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x8xi8> to tensor<7x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x3xi8> to tensor<8x3xi8>
    %factors = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %2 = tensor.empty() : tensor<5x8xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x8xi32>) -> tensor<5x8xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x8xi8>, tensor<8x3xi8>) outs(%3 : tensor<5x8xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x8xi32>
    %5 = tensor.empty() : tensor<5x8xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %factors : tensor<5x8xi32>, tensor<8xi32>) outs(%5 : tensor<5x8xi8>) {
    ^bb0(%sum: i32, %factor: i32, %out: i8):
      %c = arith.constant 30064771072 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %a = arith.extsi %sum : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x8xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x8xi8>, memref<5x8xi8>) -> ()
    return
  }

  // Two products with -128 do not fit 16 bits: in 32.
  // CHECK-LABEL: func.func private @large_weights
  // CHECK-SAME: memref<24xi16> {nn.constant}
  // CHECK-NOT: smull.v8i16
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.smull.v4i32"
  // CHECK: return
  func.func private @large_weights(%x: memref<7x8xi8>, %w: memref<8x3xi8> {nn.constant}, %m: memref<8xi32> {nn.constant}, %y: memref<5x8xi8>) attributes {nn.stage = "conv"} {
    %zero = arith.constant 0 : i32
    %0 = bufferization.to_tensor %x restrict : memref<7x8xi8> to tensor<7x8xi8>
    %1 = bufferization.to_tensor %w restrict : memref<8x3xi8> to tensor<8x3xi8>
    %factors = bufferization.to_tensor %m restrict : memref<8xi32> to tensor<8xi32>
    %2 = tensor.empty() : tensor<5x8xi32>
    %3 = linalg.fill ins(%zero : i32) outs(%2 : tensor<5x8xi32>) -> tensor<5x8xi32>
    %4 = linalg.generic {
      indexing_maps = [affine_map<(h, c, k) -> (h + k, c)>, affine_map<(h, c, k) -> (c, k)>, affine_map<(h, c, k) -> (h, c)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<7x8xi8>, tensor<8x3xi8>) outs(%3 : tensor<5x8xi32>) {
    ^bb0(%a: i8, %f: i8, %acc: i32):
      %wide = arith.extsi %a : i8 to i32
      %weight = arith.extsi %f : i8 to i32
      %p = arith.muli %wide, %weight : i32
      %s = arith.addi %acc, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x8xi32>
    %5 = tensor.empty() : tensor<5x8xi8>
    %6 = linalg.generic {
      indexing_maps = [affine_map<(h, c) -> (h, c)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%4, %factors : tensor<5x8xi32>, tensor<8xi32>) outs(%5 : tensor<5x8xi8>) {
    ^bb0(%sum: i32, %factor: i32, %out: i8):
      %c = arith.constant 171798691840 : i64
      %k = arith.constant 36 : i64
      %low = arith.constant -128 : i64
      %high = arith.constant 127 : i64
      %a = arith.extsi %sum : i32 to i64
      %f = arith.extsi %factor : i32 to i64
      %p = arith.muli %a, %f : i64
      %v = arith.addi %p, %c : i64
      %q = arith.shrsi %v, %k : i64
      %not_below = arith.maxsi %q, %low : i64
      %clamped = arith.minsi %not_below, %high : i64
      %stored = arith.trunci %clamped : i64 to i8
      linalg.yield %stored : i8
    } -> tensor<5x8xi8>
    bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<5x8xi8>, memref<5x8xi8>) -> ()
    return
  }

  func.func @main(%x: memref<7x8xi8>, %m: memref<8xi32>, %y: memref<5x8xi8>) {
    %bytes = memref.get_global @small : memref<8x3xi8>
    %m_bytes = memref.get_global @factors : memref<8xi32>
    call @bytes(%x, %bytes, %m_bytes, %y) : (memref<7x8xi8>, memref<8x3xi8>, memref<8xi32>, memref<5x8xi8>) -> ()
    %clamped = memref.get_global @small : memref<8x3xi8>
    %m_clamped = memref.get_global @factors : memref<8xi32>
    call @clamped(%x, %clamped, %m_clamped, %y) : (memref<7x8xi8>, memref<8x3xi8>, memref<8xi32>, memref<5x8xi8>) -> ()
    %unsigned = memref.get_global @small : memref<8x3xi8>
    %m_unsigned = memref.get_global @factors : memref<8xi32>
    call @unsigned(%x, %unsigned, %m_unsigned, %y) : (memref<7x8xi8>, memref<8x3xi8>, memref<8xi32>, memref<5x8xi8>) -> ()
    %words = memref.get_global @small : memref<8x3xi8>
    %m_words = memref.get_global @factors : memref<8xi32>
    call @words(%x, %words, %m_words, %y) : (memref<7x8xi8>, memref<8x3xi8>, memref<8xi32>, memref<5x8xi8>) -> ()
    %large_weights = memref.get_global @large : memref<8x3xi8>
    %m_large_weights = memref.get_global @factors : memref<8xi32>
    call @large_weights(%x, %large_weights, %m_large_weights, %y) : (memref<7x8xi8>, memref<8x3xi8>, memref<8xi32>, memref<5x8xi8>) -> ()
    return
  }
}
