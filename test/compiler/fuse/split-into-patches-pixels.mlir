// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches | FileCheck %s
// RUN: dlc-opt %s --split-input-file --dlc-split-into-patches --dlc-outline-stages --dlc-lower-pixels | FileCheck %s --check-prefix=STAGES

// The image of 16 * 16 * 3 = 768 bytes is made for one patch after the other:
// the steps once more for each, and of what they make the rows and columns that
// the patch reads. 9 * 9 * 3 = 243 bytes; the pooling's result is the caller's.

// CHECK-LABEL: module @rows
// CHECK-SAME: dlc.expected_ram = 243
// CHECK-SAME: run patch by patch: 2 layers up to 'pool' in 2 x 2 patches
// CHECK: %[[C0:.*]] = nn.color_convert %[[FRAME:.*]] {
// CHECK: %[[R0:.*]] = nn.resample %[[C0]]
// CHECK: %[[L0:.*]] = nn.lookup %[[R0]]
// CHECK: %[[S0:.*]] = nn.slice %[[L0]] {sizes = array<i64: 9, 9, 3>, starts = array<i64: 0, 0, 0>,
// CHECK: %[[B0:.*]] = nn.reshape %[[S0]] : (tensor<9x9x3xi8>) -> tensor<1x9x9x3xi8>
// CHECK: nn.max_pool %[[B0]] {{.*}} -> tensor<1x8x8x3xi8>
// CHECK: nn.color_convert %[[FRAME]] {
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 9, 9, 3>, starts = array<i64: 0, 7, 0>,
// CHECK: nn.concat {{.*}} {axis = 2 : i64}
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 9, 9, 3>, starts = array<i64: 7, 0, 0>,
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 9, 9, 3>, starts = array<i64: 7, 7, 0>,
// CHECK: nn.concat {{.*}} {axis = 2 : i64}
// CHECK: nn.concat {{.*}} {axis = 1 : i64}

// The slice belongs to the stage.
// STAGES: call @look(%{{.*}}) : (tensor<32x96xui8>) -> tensor<9x9x3xi8>
// STAGES: func.func private @look(tensor<32x96xui8>) -> tensor<9x9x3xi8> attributes {dlc.pixels = [{{.*}}op = "color_convert"{{.*}}op = "resample"{{.*}}op = "lookup"{{.*}}op = "slice", sizes = array<i64: 9, 9, 3>, starts = array<i64: 0, 0, 0>,
// STAGES: func.func private @look_0(tensor<32x96xui8>) -> tensor<9x9x3xi8> attributes {dlc.pixels = [
// STAGES-SAME: op = "slice", sizes = array<i64: 9, 9, 3>, starts = array<i64: 0, 7, 0>,
module @rows attributes {dlc.ram_budget = 288 : i64} {
  func.func @main(%frame: tensor<32x96xui8>) -> tensor<1x16x16x3xi8> {
    %0 = nn.color_convert %frame {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 32, 32>, origin = array<i64: 0, 0>, size = array<i64: 32, 32>, weights = array<i32>} : (tensor<32x96xui8>) -> tensor<32x32x3xui8>
    %1 = nn.resample %0 {row_offsets = array<i32: 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30>, row_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, column_offsets = array<i32: 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30>, column_weights = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>} : (tensor<32x32x3xui8>) -> tensor<16x16x3xui8>
    %2 = nn.lookup %1 {table = dense<1> : tensor<3x256xi8>} : (tensor<16x16x3xui8>) -> tensor<16x16x3xi8> loc("look"("QuantizeLinear"("m.onnx":1:1)))
    %3 = nn.reshape %2 : (tensor<16x16x3xi8>) -> tensor<1x16x16x3xi8>
    %4 = nn.max_pool %3 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x3xi8>) -> tensor<1x16x16x3xi8> loc("pool"("MaxPool"("m.onnx":2:1)))
    return %4 : tensor<1x16x16x3xi8>
  }
}

// -----

// A frame that comes in lines is not there as a whole: nor are parts of its
// image made again.

// CHECK-LABEL: module @pushed
// CHECK-NOT: nn.slice
// CHECK-NOT: nn.concat
module @pushed attributes {dlc.ram_budget = 288 : i64} {
  func.func @main(%frame: tensor<16x48xui8> {dlc.pushed}) -> tensor<1x16x16x3xui8> {
    %0 = nn.color_convert %frame {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 16, 16>, origin = array<i64: 0, 0>, size = array<i64: 16, 16>, weights = array<i32>} : (tensor<16x48xui8>) -> tensor<16x16x3xui8>
    %3 = nn.reshape %0 : (tensor<16x16x3xui8>) -> tensor<1x16x16x3xui8>
    %4 = nn.max_pool %3 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x16x16x3xui8>) -> tensor<1x16x16x3xui8>
    return %4 : tensor<1x16x16x3xui8>
  }
}

// -----

// A slice of an image that is read elsewhere too is a view, and so is one of
// its channels.

// CHECK-LABEL: module @views
// STAGES-LABEL: module @views
// STAGES: nn.slice
// STAGES: nn.slice
// STAGES: func.func private @color
// STAGES-NOT: op = "slice"
module @views {
  func.func @main(%frame: tensor<4x4xui8>, %other: tensor<4x12xui8>) -> (tensor<4x4x1xui8>, tensor<2x4x1xui8>, tensor<4x4x1xui8>) {
    %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x4xui8>) -> tensor<4x4x1xui8> loc("color"("Cast"("m.onnx":1:1)))
    %1 = nn.slice %0 {starts = array<i64: 1, 0, 0>, sizes = array<i64: 2, 4, 1>, steps = array<i64: 1, 1, 1>} : (tensor<4x4x1xui8>) -> tensor<2x4x1xui8>
    %2 = nn.color_convert %other {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 4, 4>, origin = array<i64: 0, 0>, size = array<i64: 4, 4>, weights = array<i32>} : (tensor<4x12xui8>) -> tensor<4x4x3xui8>
    %3 = nn.slice %2 {starts = array<i64: 0, 0, 1>, sizes = array<i64: 4, 4, 1>, steps = array<i64: 1, 1, 1>} : (tensor<4x4x3xui8>) -> tensor<4x4x1xui8>
    return %0, %1, %3 : tensor<4x4x1xui8>, tensor<2x4x1xui8>, tensor<4x4x1xui8>
  }
}

// -----

// The second pooling reads all of the first one's result, and more of it would
// be made twice in patches. So the image alone is made in bands of as many rows
// as have it in a kilobyte: two rows read five, of 63 columns, 945 bytes.

// CHECK-LABEL: module @bands
// STAGES-LABEL: module @bands
// CHECK-SAME: run patch by patch: 3 layers up to 'second' in 1 x 1 (their image in bands) patches, 0% more
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 5, 63, 3>, starts = array<i64: 0, 0, 0>,
// CHECK: nn.max_pool {{.*}} -> tensor<1x2x31x3xui8>
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 5, 63, 3>, starts = array<i64: 4, 0, 0>,
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 3, 63, 3>, starts = array<i64: 60, 0, 0>,
// CHECK: nn.max_pool {{.*}} -> tensor<1x1x31x3xui8>
// CHECK: %[[READ:.*]] = nn.concat {{.*}} {axis = 1 : i64} {{.*}} -> tensor<1x31x31x3xui8>
// CHECK: nn.max_pool %[[READ]] {{.*}} -> tensor<1x8x8x3xui8>
module @bands attributes {dlc.ram_budget = 4200 : i64} {
  func.func @main(%frame: tensor<64x192xui8>) -> tensor<1x8x8x3xui8> {
    %0 = nn.color_convert %frame {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 64, 64>, origin = array<i64: 0, 0>, size = array<i64: 64, 64>, weights = array<i32>} : (tensor<64x192xui8>) -> tensor<64x64x3xui8> loc("look"("Cast"("m.onnx":1:1)))
    %1 = nn.reshape %0 : (tensor<64x64x3xui8>) -> tensor<1x64x64x3xui8>
    %2 = nn.max_pool %1 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x64x64x3xui8>) -> tensor<1x32x32x3xui8> loc("first"("MaxPool"("m.onnx":2:1)))
    %3 = nn.max_pool %2 {kernel = array<i64: 17, 17>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>} : (tensor<1x32x32x3xui8>) -> tensor<1x8x8x3xui8> loc("second"("MaxPool"("m.onnx":3:1)))
    return %3 : tensor<1x8x8x3xui8>
  }
}
