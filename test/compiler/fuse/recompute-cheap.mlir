// RUN: dlc-opt %s --split-input-file --dlc-recompute-cheap | FileCheck %s

// The first product needs relu's 8 * 8 * 8 values, 2048 bytes, and so does the
// last one. Kept in between, they are alive with the two products: 6144 bytes.
// Computed again from the input, which the caller keeps: 4096.

// CHECK-LABEL: module @again
// CHECK-SAME: nn.notes = ["computed again where it is read later: 'act'"]
// CHECK: %[[A:.*]] = nn.relu %[[X:.*]] :
// CHECK: %[[P:.*]] = nn.matmul %[[A]],
// CHECK: nn.matmul %[[P]],
// CHECK: %[[M:.*]] = nn.reduce
// CHECK: %[[B:.*]] = nn.relu %[[X]] :
// CHECK: nn.matmul %[[M]], %[[B]]
module @again attributes {dlc.ram_budget = 4096 : i64} {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %a = nn.relu %x : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32> loc("act"("Relu"("m.onnx":1:1)))
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %a : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}

// -----

// Nobody asks for less.

// CHECK-LABEL: module @no_budget
// CHECK-NOT: nn.notes
// CHECK: nn.relu
// CHECK-NOT: nn.relu
module @no_budget {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %a = nn.relu %x : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32> loc("act"("Relu"("m.onnx":1:1)))
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %a : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}

// -----

// It fits as it is.

// CHECK-LABEL: module @fits
// CHECK-NOT: nn.notes
// CHECK: nn.relu
// CHECK-NOT: nn.relu
module @fits attributes {dlc.ram_budget = 6144 : i64} {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %a = nn.relu %x : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32> loc("act"("Relu"("m.onnx":1:1)))
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %a : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}

// -----

// What relu reads would have to be kept in its place.

// CHECK-LABEL: module @operand_dies
// CHECK-NOT: nn.notes
// CHECK: nn.add
// CHECK-NOT: nn.add
module @operand_dies attributes {dlc.ram_budget = 4096 : i64} {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %y = nn.softmax %x {axis = 1 : i64} : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %z = nn.reduce %y {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %o = nn.mul %z, %z : (tensor<8x1x8xf32>, tensor<8x1x8xf32>) -> tensor<8x1x8xf32>
    %a = nn.add %y, %o : (tensor<8x8x8xf32>, tensor<8x1x8xf32>) -> tensor<8x8x8xf32>
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %a : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}

// -----

// A softmax is not computed twice.

// CHECK-LABEL: module @not_cheap
// CHECK-NOT: nn.notes
// CHECK: nn.softmax
// CHECK-NOT: nn.softmax
module @not_cheap attributes {dlc.ram_budget = 4096 : i64} {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %a = nn.softmax %x {axis = 1 : i64} : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %a : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}

// -----

// Nothing is kept for a second reader.

// CHECK-LABEL: module @read_once
// CHECK-NOT: nn.notes
// CHECK: nn.relu
// CHECK-NOT: nn.relu
module @read_once attributes {dlc.ram_budget = 4096 : i64} {
  func.func @main(%x: tensor<8x8x8xf32>, %u: tensor<8x8x8xf32>, %v: tensor<8x8x8xf32>) -> tensor<8x1x8xf32> {
    %a = nn.relu %x : (tensor<8x8x8xf32>) -> tensor<8x8x8xf32> loc("act"("Relu"("m.onnx":1:1)))
    %p = nn.matmul %a, %u : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %q = nn.matmul %p, %v : (tensor<8x8x8xf32>, tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %m = nn.reduce %q {axes = array<i64: 1>, kind = #nn.reduce_kind<sum>} : (tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    %r = nn.matmul %m, %v : (tensor<8x1x8xf32>, tensor<8x8x8xf32>) -> tensor<8x1x8xf32>
    return %r : tensor<8x1x8xf32>
  }
}
