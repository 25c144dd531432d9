// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches | FileCheck %s

// Without a budget, and told to do what costs next to nothing: at most a
// hundredth of the work and of the flash.

// The pool yields 784 bytes, the dense layer 512: 1296 are alive at once. Two
// patches make it 392 + 512 = 904. The work is 196 * 128 + 128 * 10 products, 784
// comparisons and 128 activations, 27280. A sum that goes on once takes 2 * 128 more, 0.9%.
// There are 105472 bytes of weights, and 4096 of anything else: a hundredth is
// one function, which the first of two parts of the sum is. A third part
// would be another.

// CHECK-LABEL: module @cheap
// CHECK-SAME: dlc.expected_ram = 904
// CHECK-SAME: nn.notes = ["run patch by patch: 2 layers up to 'dense' (a reduction of 'pool') in 2 x 1 patches, 0% more multiply-accumulates"]
module @cheap attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.relu %2 : (tensor<1x128xf32>) -> tensor<1x128xf32>
    %4 = nn.matmul %3, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %4 : tensor<1x10xf32>
  }
}

// -----

// Where there is no FPU, adding 128 floats costs more than that.

// CHECK-LABEL: module @calls_to_add
// CHECK-NOT: dlc.expected_ram
// CHECK-NOT: nn.slice
module @calls_to_add attributes {dlc.cheap_patches, dlc.target = {fpu = false}} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.relu %2 : (tensor<1x128xf32>) -> tensor<1x128xf32>
    %4 = nn.matmul %3, %v : (tensor<1x128xf32>, tensor<128x10xf32>) -> tensor<1x10xf32>
    return %4 : tensor<1x10xf32>
  }
}

// -----

// 3136 bytes of weights and 4096 more: a function would be a tenth.

// CHECK-LABEL: module @little_flash
// CHECK-NOT: nn.slice
module @little_flash attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x10xf32> {
    %w = arith.constant dense<0.5> : tensor<196x4xf32>
    %v = arith.constant dense<0.25> : tensor<4x10xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x4xf32>) -> tensor<1x4xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.relu %2 : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %4 = nn.matmul %3, %v : (tensor<1x4xf32>, tensor<4x10xf32>) -> tensor<1x10xf32>
    return %4 : tensor<1x10xf32>
  }
}

// -----

// The next stage has 512 + 760 = 1272 bytes alive: less than a twentieth is
// gained.

// CHECK-LABEL: module @little_gain
// CHECK-NOT: nn.slice
module @little_gain attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x28x28x1xf32>) -> tensor<1x190xf32> {
    %w = arith.constant dense<0.5> : tensor<196x128xf32>
    %v = arith.constant dense<0.25> : tensor<128x190xf32>
    %0 = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x28x28x1xf32>) -> tensor<1x14x14x1xf32> loc("pool"("MaxPool"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<1x14x14x1xf32>) -> tensor<1x196xf32>
    %2 = nn.matmul %1, %w : (tensor<1x196xf32>, tensor<196x128xf32>) -> tensor<1x128xf32> loc("dense"("Gemm"("m.onnx":2:1)))
    %3 = nn.relu %2 : (tensor<1x128xf32>) -> tensor<1x128xf32>
    %4 = nn.matmul %3, %v : (tensor<1x128xf32>, tensor<128x190xf32>) -> tensor<1x190xf32>
    %5 = nn.softmax %4 {axis = 1 : i64} : (tensor<1x190xf32>) -> tensor<1x190xf32>
    return %5 : tensor<1x190xf32>
  }
}

// -----

// The second convolution's windows overlap: one row of the first one's result of
// 16 would be computed twice, 5% of the work. 1179648 bytes of weights would allow
// for 15 functions.

// CHECK-LABEL: module @halo
// CHECK-NOT: nn.slice
module @halo attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x16x16x128xf32>) -> tensor<1x8x8x128xf32> {
    %w = arith.constant dense<0.5> : tensor<128x128x3x3xf32>
    %v = arith.constant dense<0.25> : tensor<128x128x3x3xf32>
    %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x128xf32>, tensor<128x128x3x3xf32>) -> tensor<1x16x16x128xf32>
    %1 = nn.conv %0, %v {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x128xf32>, tensor<128x128x3x3xf32>) -> tensor<1x8x8x128xf32>
    %2 = nn.softmax %1 {axis = 3 : i64} : (tensor<1x8x8x128xf32>) -> tensor<1x8x8x128xf32>
    return %2 : tensor<1x8x8x128xf32>
  }
}

// -----

// Convolutions of one pixel have no halo, and their patches share functions.
// But two more stages for each patch are calls of 36 bytes each, 72 for two
// patches, and a hundredth of 1024 bytes of weights and 4096 more is 51.

// CHECK-LABEL: module @calls
// CHECK-NOT: nn.slice
module @calls attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
    %u = arith.constant dense<0.5> : tensor<32x4x1x1xf32>
    %v = arith.constant dense<0.25> : tensor<4x32x1x1xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x4xf32>, tensor<32x4x1x1xf32>) -> tensor<1x8x8x32xf32>
    %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x32xf32>, tensor<4x32x1x1xf32>) -> tensor<1x8x8x4xf32>
    return %1 : tensor<1x8x8x4xf32>
  }
}

// -----

// A hundredth of 4096 bytes of weights and 4096 more is 81.

// CHECK-LABEL: module @few_calls
// CHECK: nn.slice
module @few_calls attributes {dlc.cheap_patches} {
  func.func @main(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
    %u = arith.constant dense<0.5> : tensor<128x4x1x1xf32>
    %v = arith.constant dense<0.25> : tensor<4x128x1x1xf32>
    %0 = nn.conv %x, %u {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x4xf32>, tensor<128x4x1x1xf32>) -> tensor<1x8x8x128xf32>
    %1 = nn.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x8x8x128xf32>, tensor<4x128x1x1xf32>) -> tensor<1x8x8x4xf32>
    return %1 : tensor<1x8x8x4xf32>
  }
}
