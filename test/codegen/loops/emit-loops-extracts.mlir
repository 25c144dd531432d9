// RUN: dlc-opt %s --split-input-file --dlc-emit-loops --canonicalize --cse | FileCheck %s

// Rows whose numbers a table holds: what lies side by side in them is a vector,
// the table's entry a scalar.
// CHECK-LABEL: func.func private @rows
// CHECK: scf.for
// CHECK: memref.load %{{.*}} : memref<5xi32>
// CHECK: vector.load %{{.*}} : memref<72xf32>, vector<4xf32>
// CHECK: vector.store %{{.*}} : memref<60xf32>, vector<4xf32>
#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "core", l2_bytes = 0 : i64}
module attributes {dlc.target = #target} {
  func.func private @rows(%x: memref<6x12xf32>, %table: memref<5xi32>, %y: memref<5x12xf32>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<6x12xf32> to tensor<6x12xf32>
    %1 = bufferization.to_tensor %table restrict : memref<5xi32> to tensor<5xi32>
    %2 = tensor.empty() : tensor<5x12xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<5xi32>) outs(%2 : tensor<5x12xf32>) {
    ^bb0(%in: i32, %out: f32):
      %j = linalg.index 1 : index
      %row = arith.index_cast %in : i32 to index
      %e = tensor.extract %0[%row, %j] : tensor<6x12xf32>
      linalg.yield %e : f32
    } -> tensor<5x12xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x12xf32>, memref<5x12xf32>) -> ()
    return
  }
}

// -----

// Sums of bytes are words: as many lanes as words have.
// CHECK-LABEL: func.func private @sums
// CHECK: %[[WEIGHT:.*]] = memref.load %{{.*}} : memref<5xi32>
// CHECK: %[[BYTES:.*]] = vector.load %{{.*}} : memref<96xi8>, vector<4xi8>
// CHECK: %[[WORDS:.*]] = arith.extsi %[[BYTES]] : vector<4xi8> to vector<4xi32>
// CHECK: %[[EACH:.*]] = vector.broadcast %[[WEIGHT]] : i32 to vector<4xi32>
// CHECK: arith.muli %[[WORDS]], %[[EACH]] : vector<4xi32>
#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "core", l2_bytes = 0 : i64}
module attributes {dlc.target = #target} {
  func.func private @sums(%x: memref<6x16xi8>, %table: memref<5xi32>, %y: memref<5x16xi32>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<6x16xi8> to tensor<6x16xi8>
    %1 = bufferization.to_tensor %table restrict : memref<5xi32> to tensor<5xi32>
    %2 = tensor.empty() : tensor<5x16xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<5xi32>) outs(%2 : tensor<5x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %e = tensor.extract %0[%i, %j] : tensor<6x16xi8>
      %w = arith.extsi %e : i8 to i32
      %p = arith.muli %w, %in : i32
      linalg.yield %p : i32
    } -> tensor<5x16xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x16xi32>, memref<5x16xi32>) -> ()
    return
  }
}

// -----

// Every other element, and one that the innermost position chooses, are not.
// CHECK-LABEL: func.func private @scattered
// CHECK-NOT: vector
// CHECK: return
#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "core", l2_bytes = 0 : i64}
module attributes {dlc.target = #target} {
  func.func private @scattered(%x: memref<6x12xf32>, %table: memref<12xi32>, %y: memref<5x12xf32>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<6x12xf32> to tensor<6x12xf32>
    %1 = bufferization.to_tensor %table restrict : memref<12xi32> to tensor<12xi32>
    %2 = tensor.empty() : tensor<5x12xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<12xi32>) outs(%2 : tensor<5x12xf32>) {
    ^bb0(%in: i32, %out: f32):
      %i = linalg.index 0 : index
      %column = arith.index_cast %in : i32 to index
      %e = tensor.extract %0[%i, %column] : tensor<6x12xf32>
      linalg.yield %e : f32
    } -> tensor<5x12xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x12xf32>, memref<5x12xf32>) -> ()
    return
  }
}

// -----

// A transposed position is another row for each lane.
// CHECK-LABEL: func.func private @transposed
// CHECK-NOT: vector
// CHECK: return
#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "core", l2_bytes = 0 : i64}
module attributes {dlc.target = #target} {
  func.func private @transposed(%x: memref<12x12xf32>, %y: memref<12x12xf32>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<12x12xf32> to tensor<12x12xf32>
    %2 = tensor.empty() : tensor<12x12xf32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      outs(%2 : tensor<12x12xf32>) {
    ^bb0(%out: f32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %e = tensor.extract %0[%j, %i] : tensor<12x12xf32>
      linalg.yield %e : f32
    } -> tensor<12x12xf32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<12x12xf32>, memref<12x12xf32>) -> ()
    return
  }
}

// -----

// Nor is what a position becomes that is computed with, or a truth value.
// CHECK-LABEL: func.func private @position
// CHECK-NOT: vector
// CHECK: return
#target = {vector_bits = 128 : i64, vector_registers = 16 : i64, scalar_factor = "core", l2_bytes = 0 : i64}
module attributes {dlc.target = #target} {
  func.func private @position(%x: memref<5x16xi32>, %y: memref<5x16xi32>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<5x16xi32> to tensor<5x16xi32>
    %2 = tensor.empty() : tensor<5x16xi32>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      outs(%2 : tensor<5x16xi32>) {
    ^bb0(%out: i32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %e = tensor.extract %0[%i, %j] : tensor<5x16xi32>
      %p = arith.index_cast %j : index to i32
      %s = arith.addi %e, %p : i32
      linalg.yield %s : i32
    } -> tensor<5x16xi32>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x16xi32>, memref<5x16xi32>) -> ()
    return
  }
  // CHECK-LABEL: func.func private @truth
  // CHECK-NOT: vector
  // CHECK: return
  func.func private @truth(%x: memref<6x16xi1>, %table: memref<5xi32>, %y: memref<5x16xi1>) attributes {nn.stage = "move"} {
    %0 = bufferization.to_tensor %x restrict : memref<6x16xi1> to tensor<6x16xi1>
    %1 = bufferization.to_tensor %table restrict : memref<5xi32> to tensor<5xi32>
    %2 = tensor.empty() : tensor<5x16xi1>
    %3 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<5xi32>) outs(%2 : tensor<5x16xi1>) {
    ^bb0(%in: i32, %out: i1):
      %j = linalg.index 1 : index
      %row = arith.index_cast %in : i32 to index
      %e = tensor.extract %0[%row, %j] : tensor<6x16xi1>
      linalg.yield %e : i1
    } -> tensor<5x16xi1>
    bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x16xi1>, memref<5x16xi1>) -> ()
    return
  }
}
