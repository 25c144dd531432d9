// RUN: dlc-opt %s --split-input-file --dlc-fit-ram --mlir-elide-elementsattrs-if-larger=8 | FileCheck %s

// What has been tried is in the module only if it was of use. Numbers are of
// test/compiler/driver/ram-budget.mlir's network, which takes 17568 bytes.

// Everything fits: this is the plan, and no operator has been touched.
// CHECK-LABEL: module @fits
// CHECK-SAME: arena.bytes = [[PLAIN:[0-9]+]] : i64
// CHECK-SAME: arena.plain_bytes = [[PLAIN]] : i64
// CHECK-SAME: dlc.ram_limit = 32768 : i64
// CHECK-NOT: dlc.ram_trial
// CHECK-NOT: nn.notes
// What dlc-prove-arena asks for, once: it costs more than a plan.
// CHECK: arena.data_flow
// CHECK: func.func @main
module @fits attributes {dlc.ram_limit = 32768 : i64, dlc.target = {fma = true}} {
  func.func @main(%x: tensor<1x16x16x16xf32>) -> tensor<1x1x1x16xf32> {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %2 = nn.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>) -> tensor<1x8x8x16xf32>
    %3 = nn.reduce %2 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
    return %3 : tensor<1x1x1x16xf32>
  }
}

// -----

// Patches keep it within the limit.
// CHECK-LABEL: module @patches
// CHECK-SAME: arena.bytes = {{[0-9][0-9]?[0-9]?[0-9]?}} : i64
// CHECK-SAME: nn.notes = ["run patch by patch: {{.*}} patches, {{[0-9]+}}% more multiply-accumulates"
module @patches attributes {dlc.ram_limit = 10000 : i64, dlc.target = {fma = true}} {
  func.func @main(%x: tensor<1x16x16x16xf32>) -> tensor<1x1x1x16xf32> {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %2 = nn.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>) -> tensor<1x8x8x16xf32>
    %3 = nn.reduce %2 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
    return %3 : tensor<1x1x1x16xf32>
  }
}

// -----

// Somebody wants to see each phase: the network stays and is told what to do.
// CHECK-LABEL: module @told
// CHECK-NOT: arena.bytes
// CHECK-SAME: arena.plain_bytes = {{[0-9]+}} : i64
// CHECK-SAME: dlc.every_phase
// CHECK-SAME: dlc.ram_budget = {{[0-9]+}} : i64
// CHECK-SAME: dlc.ram_limit = 10000 : i64
// CHECK: nn.conv
// CHECK-NEXT: nn.conv
module @told attributes {dlc.ram_limit = 10000 : i64, dlc.every_phase, dlc.target = {fma = true}} {
  func.func @main(%x: tensor<1x16x16x16xf32>) -> tensor<1x1x1x16xf32> {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %2 = nn.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>) -> tensor<1x8x8x16xf32>
    %3 = nn.reduce %2 {axes = array<i64: 1, 2>, kind = #nn.reduce_kind<mean>} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
    return %3 : tensor<1x1x1x16xf32>
  }
}

// -----

// The faster form of the convolution has scratch memory; the other form alone
// keeps it within the limit.
// CHECK-LABEL: module @scratch
// CHECK-SAME: arena.bytes = 16384 : i64
// CHECK-SAME: nn.notes = ["convolutions in a form that takes less scratch memory"]
module @scratch attributes {dlc.ram_limit = 16384 : i64, dlc.target = {fma = true, vector_bits = 256 : i64}} {
  func.func @main(%x: tensor<1x16x16x16xf32>) -> tensor<1x16x16x16xf32> {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
    return %1 : tensor<1x16x16x16xf32>
  }
}

// -----

// Nothing gets that small: the smallest plan, which dlc-check-arena refuses.
// CHECK-LABEL: module @too_large
// CHECK-SAME: arena.bytes = 96 : i64
// CHECK-SAME: arena.plain_bytes = 96 : i64
// CHECK-SAME: dlc.ram_limit = 64 : i64
module @too_large attributes {dlc.ram_limit = 64 : i64} {
  func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
    %w0 = arith.constant dense<0.5> : tensor<8x16xf32>
    %w1 = arith.constant dense<0.5> : tensor<16x8xf32>
    %0 = nn.matmul %x, %w0 : (tensor<1x8xf32>, tensor<8x16xf32>) -> tensor<1x16xf32>
    %1 = nn.matmul %0, %w1 : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
    %2 = nn.matmul %1, %w0 : (tensor<1x8xf32>, tensor<8x16xf32>) -> tensor<1x16xf32>
    %3 = nn.add %2, %0 : (tensor<1x16xf32>, tensor<1x16xf32>) -> tensor<1x16xf32>
    %4 = nn.matmul %3, %w1 : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
    return %4 : tensor<1x8xf32>
  }
}

// -----

// Without a limit, where RAM is not scarce, nothing is tried.
// CHECK-LABEL: module @no_limit
// CHECK-NOT: arena
// CHECK: nn.max_pool
module @no_limit {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x128xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32>
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32>
    return %2 : tensor<1x128xf32>
  }
}

// -----

// Where it is, patches that cost next to nothing.
// CHECK-LABEL: module @scarce
// CHECK-SAME: arena.bytes = {{[0-9]+}} : i64
// CHECK-SAME: nn.notes = ["run patch by patch: 2 layers
module @scarce attributes {dlc.target = {scarce_ram = true}} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32>
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32>
    %3 = nn.matmul %2, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %3 : tensor<1x10xf32>
  }
}

// -----

// A gain of less than a twentieth is not worth them, and without any there is
// nothing to plan.
// CHECK-LABEL: module @nothing_cheap
// CHECK-NOT: arena
// CHECK: nn.matmul
module @nothing_cheap attributes {dlc.target = {scarce_ram = true}} {
  func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
    %w = arith.constant dense<0.5> : tensor<8x8xf32>
    %0 = nn.matmul %x, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
    return %0 : tensor<1x8xf32>
  }
}

// -----

// CHECK-LABEL: module @quick
// CHECK-NOT: arena
// CHECK: nn.max_pool
module @quick attributes {dlc.quick, dlc.target = {scarce_ram = true}} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32>
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32>
    %3 = nn.matmul %2, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %3 : tensor<1x10xf32>
  }
}

// -----

// Threads share a whole layer better than a patch.
// CHECK-LABEL: module @threads
// CHECK-NOT: arena.bytes
// CHECK: nn.max_pool
module @threads attributes {dlc.target = {scarce_ram = true, threads = 2 : i64}} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32>
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32>
    %3 = nn.matmul %2, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %3 : tensor<1x10xf32>
  }
}

// -----

// In banks a smaller sum may still leave gaps.
// CHECK-LABEL: module @banks
// CHECK-NOT: arena.bytes
// CHECK: nn.max_pool
module @banks attributes {arena.bank_sizes = array<i64: 65536, 4096>, dlc.target = {scarce_ram = true}} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32>
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32>
    %3 = nn.matmul %2, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %3 : tensor<1x10xf32>
  }
}

// -----

// A copy that is tried has the network's data layout once: MLIR's verifier,
// which would combine it with one around it, crashes on two for `index`.
// CHECK-LABEL: module @with_layout
// CHECK-SAME: dlti.dl_spec
module @with_layout attributes {dlc.ram_limit = 32768 : i64, dlc.target = {fma = true}, dlti.dl_spec = #dlti.dl_spec<index = 32 : i64>} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
