// RUN: dlc-opt %s --split-input-file --dlc-bufferize | FileCheck %s

// Inputs are read where they are, the output is written where the caller wants
// it, what lies between has a buffer, constants are globals. Calls of one stage
// share its function.

// CHECK-LABEL: memref.global "private" constant @stage_constant : memref<4xf32> = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> {alignment = 16 : i64}
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<4xf32> {nn.name = "x"}, %[[Y:[^:]*]]: memref<4xf32> {nn.name = "y"}, %{{[^:]*}}: memref<?xi8>)
// CHECK: %[[C:.*]] = memref.get_global @stage_constant : memref<4xf32>
// CHECK: %[[B:.*]] = arena.buffer {align = 16 : i64, bytes = 16 : i64, name = "stage"} : memref<4xf32>
// CHECK: call @stage(%[[X]], %[[C]], %[[B]]) : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
// CHECK: call @stage(%[[B]], %[[C]], %[[Y]])
// CHECK: return
// CHECK: func.func private @stage(%[[A0:.*]]: memref<4xf32>, %[[A1:.*]]: memref<4xf32> {nn.constant}, %[[A2:.*]]: memref<4xf32>) attributes {nn.stage = "matmul"}
// CHECK-DAG: %[[T0:.*]] = bufferization.to_tensor %[[A0]] restrict : memref<4xf32> to tensor<4xf32>
// CHECK-DAG: bufferization.to_tensor %[[A1]] restrict
// CHECK: %[[R:.*]] = linalg.generic
// CHECK: bufferization.materialize_in_destination %[[R]] in restrict writable %[[A2]] : (tensor<4xf32>, memref<4xf32>) -> ()
// CHECK: return
func.func @main(%x: tensor<4xf32> {nn.name = "x"}) -> (tensor<4xf32> {nn.name = "y"}) {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = call @stage(%x, %c) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = call @stage(%0, %c) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @stage(%x: tensor<4xf32>, %c: tensor<4xf32> {nn.constant}) -> tensor<4xf32> attributes {nn.stage = "matmul"} {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%x, %c : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Producers write their part of a concatenation: channels 0 to 2 and 3 to 7 of
// 8, the second at byte 3 * 4 = 12. The stage has a function for each stride.

// CHECK-LABEL: func.func @main
// CHECK: %[[C:.*]] = arena.buffer {align = 16 : i64, bytes = 64 : i64, name = "concat"} : memref<2x8xf32>
// CHECK: %[[P:.*]] = arena.view %[[C]] {byte_offset = 0 : i64} : memref<2x8xf32> to memref<2x3xf32, strided<[8, 1]>>
// CHECK: call @three(%{{.*}}, %[[P]])
// CHECK: %[[Q:.*]] = arena.view %[[C]] {byte_offset = 12 : i64} : memref<2x8xf32> to memref<2x5xf32, strided<[8, 1]>>
// CHECK: call @five(%{{.*}}, %[[Q]])
// The first part is read by a stage too, through its strides.
// CHECK: call @three_0(%[[P]], %[[T:[^)]*]])
// CHECK: call @last(%[[C]], %[[T]], %{{.*}})
// CHECK: func.func private @three(memref<2x3xf32>, memref<2x3xf32, strided<[8, 1]>>)
// CHECK: func.func private @three_0(memref<2x3xf32, strided<[8, 1]>>, memref<2x3xf32>)
func.func @main(%x: tensor<2x3xf32>) -> tensor<4xf32> {
  %0 = call @three(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = call @five(%x) : (tensor<2x3xf32>) -> tensor<2x5xf32>
  %2 = nn.concat %0, %1 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>) -> tensor<2x8xf32>
  %3 = call @three(%0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = call @last(%2, %3) : (tensor<2x8xf32>, tensor<2x3xf32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}
func.func private @three(tensor<2x3xf32>) -> tensor<2x3xf32>
func.func private @five(tensor<2x3xf32>) -> tensor<2x5xf32>
func.func private @last(tensor<2x8xf32>, tensor<2x3xf32>) -> tensor<4xf32>

// -----

// A concatenation within a concatenation lies in the outer one, which is the
// output: three parts of 2 at elements 0, 2 and 4. Along the first axis the
// parts are contiguous.

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[^:]*]]: memref<2xf32>, %[[Y:[^:]*]]: memref<6xf32>
// CHECK-NOT: arena.buffer
// CHECK: %[[A:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2], strides: [1] : memref<6xf32> to memref<2xf32>
// CHECK: call @s(%[[X]], %[[A]])
// CHECK: %[[B:.*]] = arena.view %[[Y]] {byte_offset = 8 : i64} : memref<6xf32> to memref<2xf32>
// CHECK: call @s(%[[X]], %[[B]])
// CHECK: %[[C:.*]] = arena.view %[[Y]] {byte_offset = 16 : i64}
// CHECK: call @s(%[[X]], %[[C]])
// CHECK: return
func.func @main(%x: tensor<2xf32>) -> tensor<6xf32> {
  %0 = call @s(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @s(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %2 = nn.concat %0, %1 {axis = 0 : i64} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %3 = call @s(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %4 = nn.concat %2, %3 {axis = 0 : i64} : (tensor<4xf32>, tensor<2xf32>) -> tensor<6xf32>
  return %4 : tensor<6xf32>
}
func.func private @s(tensor<2xf32>) -> tensor<2xf32>

// -----

// Slices and reshapes are views: rows 1 and 2 of 3 begin at byte 4 * 4 = 16.

// CHECK-LABEL: func.func @main
// CHECK: %[[B:.*]] = arena.buffer {{{.*}}} : memref<3x4xf32>
// CHECK: call @make(%{{.*}}, %[[B]])
// CHECK: %[[V:.*]] = arena.view %[[B]] {byte_offset = 16 : i64} : memref<3x4xf32> to memref<8xf32>
// CHECK: call @use(%[[V]], %{{.*}})
func.func @main(%x: tensor<4xf32>) -> tensor<1xf32> {
  %0 = call @make(%x) : (tensor<4xf32>) -> tensor<3x4xf32>
  %1 = nn.slice %0 {starts = array<i64: 1, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
  %2 = nn.reshape %1 : (tensor<2x4xf32>) -> tensor<8xf32>
  %3 = call @use(%2) : (tensor<8xf32>) -> tensor<1xf32>
  return %3 : tensor<1xf32>
}
func.func private @make(tensor<4xf32>) -> tensor<3x4xf32>
func.func private @use(tensor<8xf32>) -> tensor<1xf32>

// -----

// The producer of a reshaped output writes to it under its own shape.

// CHECK-LABEL: func.func @main
// CHECK-SAME: %{{[^:]*}}: memref<4xf32>, %[[Y:[^:]*]]: memref<12xf32>
// CHECK: %[[V:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [3, 4], strides: [4, 1] : memref<12xf32> to memref<3x4xf32>
// CHECK: call @make(%{{.*}}, %[[V]])
// CHECK-NEXT: return
func.func @main(%x: tensor<4xf32>) -> tensor<12xf32> {
  %0 = call @make(%x) : (tensor<4xf32>) -> tensor<3x4xf32>
  %1 = nn.reshape %0 : (tensor<3x4xf32>) -> tensor<12xf32>
  return %1 : tensor<12xf32>
}
func.func private @make(tensor<4xf32>) -> tensor<3x4xf32>

// -----

// A result is written over an operand that dies: %0 at its last reader. The
// mark stays, since a call makes use of it.

// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = arena.buffer
// CHECK: call @make(%{{.*}}, %[[A]])
// CHECK: call @add(%{{.*}}, %[[A]], %[[A]])
// CHECK: call @use(%[[A]], %{{.*}})
// CHECK: func.func private @add(memref<4xf32>, memref<4xf32> {nn.inplace}, memref<4xf32>)
func.func @main(%x: tensor<4xf32>) -> tensor<1xf32> {
  %0 = call @make(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @add(%x, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = call @use(%1) : (tensor<4xf32>) -> tensor<1xf32>
  return %2 : tensor<1xf32>
}
func.func private @make(tensor<4xf32>) -> tensor<4xf32>
func.func private @add(tensor<4xf32>, tensor<4xf32> {nn.inplace}) -> tensor<4xf32>
func.func private @use(tensor<4xf32>) -> tensor<1xf32>

// -----

// A result is written over the part of a dying buffer that the stage reads
// last: rows 1 and 2 of 4, from byte 16 on. With a buffer of its own 64 + 32
// bytes would be alive at once.

// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = arena.buffer {{.*}} : memref<4x4xf32>
// CHECK: call @make(%{{.*}}, %[[A]])
// CHECK: %[[V:.*]] = arena.view %[[A]] {byte_offset = 16 : i64} : memref<4x4xf32> to memref<2x4xf32>
// CHECK: call @add(%{{.*}}, %[[V]], %[[V]])
// CHECK: call @use(%[[V]], %{{.*}})
// CHECK-NOT: arena.buffer
// CHECK: func.func private @add(memref<2x4xf32>, memref<2x4xf32> {nn.inplace}, memref<2x4xf32>)
func.func @main(%x: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = call @make(%x) : (tensor<2x4xf32>) -> tensor<4x4xf32>
  %1 = nn.slice %0 {starts = array<i64: 1, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %2 = call @add(%x, %1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = call @use(%2) : (tensor<2x4xf32>) -> tensor<1xf32>
  return %3 : tensor<1xf32>
}
func.func private @make(tensor<2x4xf32>) -> tensor<4x4xf32>
func.func private @add(tensor<2x4xf32>, tensor<2x4xf32> {nn.inplace}) -> tensor<2x4xf32>
func.func private @use(tensor<2x4xf32>) -> tensor<1xf32>

// -----

// Not while another view of the buffer is still to be read.

// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = arena.buffer {{.*}} : memref<4x4xf32>
// CHECK: %[[B:.*]] = arena.buffer {{.*}} : memref<2x4xf32>
// CHECK: call @add(%{{.*}}, %{{.*}}, %[[B]])
// CHECK: func.func private @add(memref<2x4xf32>, memref<2x4xf32>, memref<2x4xf32>)
func.func @main(%x: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = call @make(%x) : (tensor<2x4xf32>) -> tensor<4x4xf32>
  %1 = nn.slice %0 {starts = array<i64: 1, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %2 = nn.slice %0 {starts = array<i64: 2, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %3 = call @add(%x, %1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = call @use2(%3, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<1xf32>
  return %4 : tensor<1xf32>
}
func.func private @make(tensor<2x4xf32>) -> tensor<4x4xf32>
func.func private @add(tensor<2x4xf32>, tensor<2x4xf32> {nn.inplace}) -> tensor<2x4xf32>
func.func private @use2(tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<1xf32>

// -----

// Not where the larger buffer, kept alive by it, costs more later: 32 + 64
// bytes are alive at @grow in a buffer of its own, 64 + 64 otherwise.

// CHECK-LABEL: func.func @main
// CHECK: arena.buffer {{.*}} : memref<4x4xf32>
// CHECK: %[[B:.*]] = arena.buffer {{.*}} : memref<2x4xf32>
// CHECK: call @add(%{{.*}}, %{{.*}}, %[[B]])
func.func @main(%x: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = call @make(%x) : (tensor<2x4xf32>) -> tensor<4x4xf32>
  %1 = nn.slice %0 {starts = array<i64: 1, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<2x4xf32>
  %2 = call @add(%x, %1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = call @make(%2) : (tensor<2x4xf32>) -> tensor<4x4xf32>
  %4 = call @join(%2, %3) : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<1xf32>
  return %4 : tensor<1xf32>
}
func.func private @make(tensor<2x4xf32>) -> tensor<4x4xf32>
func.func private @add(tensor<2x4xf32>, tensor<2x4xf32> {nn.inplace}) -> tensor<2x4xf32>
func.func private @join(tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<1xf32>
