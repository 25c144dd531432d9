// RUN: dlc-opt %s --dlc-emit-loops | FileCheck %s
// RUN: sed 's/kernels = "mve", //' %s | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=VECTORS

// MVE has no products of 64 bits: the sum of two tensors of 16 bits is computed element by
// element, in place of taking vectors apart.

#target = {vector_bits = 128 : i64, vector_registers = 8 : i64, fpu = true, fma = true, index_bits = 32 : i64, l1_bytes = 0 : i64, l2_bytes = 0 : i64, kernels = "mve", compact_code = true}
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func private @stage(
// CHECK-NOT: vector<
// CHECK-COUNT-2: arith.muli %{{.*}} : i64
// CHECK-NOT: vector<
// VECTORS: arith.muli %{{.*}} : vector<{{[0-9]+}}xi64>
module attributes {dlc.target = #target} {
  func.func @main(%x: memref<64xi16>, %y: memref<64xi16>, %z: memref<64xi16>) {
    call @stage(%x, %y, %z) : (memref<64xi16>, memref<64xi16>, memref<64xi16>) -> ()
    return
  }
  func.func private @stage(%x: memref<64xi16>, %y: memref<64xi16>, %z: memref<64xi16>) attributes {nn.stage = "s"} {
    %xt = bufferization.to_tensor %x restrict : memref<64xi16> to tensor<64xi16>
    %yt = bufferization.to_tensor %y restrict : memref<64xi16> to tensor<64xi16>
    %m = arith.constant 52776558133248 : i64
    %n = arith.constant 35184372088833 : i64
    %k = arith.constant 46 : i64
    %e = tensor.empty() : tensor<64xi16>
    %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%xt, %yt : tensor<64xi16>, tensor<64xi16>) outs(%e : tensor<64xi16>) {
    ^bb0(%a: i16, %b: i16, %o: i16):
      %0 = arith.extsi %a : i16 to i64
      %1 = arith.extsi %b : i16 to i64
      %2 = arith.muli %0, %m : i64
      %3 = arith.muli %1, %n : i64
      %4 = arith.addi %2, %3 : i64
      %5 = arith.shrsi %4, %k : i64
      %6 = arith.trunci %5 : i64 to i16
      linalg.yield %6 : i16
    } -> tensor<64xi16>
    bufferization.materialize_in_destination %r in restrict writable %z : (tensor<64xi16>, memref<64xi16>) -> ()
    return
  }
}
