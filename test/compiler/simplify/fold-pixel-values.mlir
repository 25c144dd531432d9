// RUN: dlc-opt %s --dlc-fold-pixel-values --canonicalize --split-input-file | FileCheck %s

// (x - 2 c) / 2 of byte x and channel c, as float32, behind the layout's change.
// CHECK-LABEL: func @numbers
// CHECK-SAME: %[[FRAME:.*]]: tensor<2x6xui8>
// CHECK: %[[IMAGE:.*]] = nn.color_convert %[[FRAME]]
// CHECK: %[[FLOATS:.*]] = nn.lookup %[[IMAGE]] {table = dense<"0x000000000000003F0000803F
// CHECK-SAME: : tensor<3x256xf32>} : (tensor<2x2x3xui8>) -> tensor<2x2x3xf32>
// CHECK: %[[FIRST:.*]] = nn.transpose %[[FLOATS]] {perm = array<i64: 2, 0, 1>}
// CHECK: %[[RESULT:.*]] = nn.reshape %[[FIRST]] : (tensor<3x2x2xf32>) -> tensor<1x3x2x2xf32>
// CHECK: return %[[RESULT]]
func.func @numbers(%frame: tensor<2x6xui8>) -> tensor<1x3x2x2xf32> {
  %mean = arith.constant dense<[0.0, 2.0, 4.0]> : tensor<3xf32>
  %two = arith.constant dense<2.0> : tensor<3x1x1xf32>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<RGB>, color = #nn.pixel_color<RGB>, frame = array<i64: 2, 2>, origin = array<i64: 0, 0>, size = array<i64: 2, 2>, weights = array<i32>} : (tensor<2x6xui8>) -> tensor<2x2x3xui8>
  %1 = nn.cast %0 : (tensor<2x2x3xui8>) -> tensor<2x2x3xf32>
  %2 = nn.sub %1, %mean : (tensor<2x2x3xf32>, tensor<3xf32>) -> tensor<2x2x3xf32>
  %3 = nn.transpose %2 {perm = array<i64: 2, 0, 1>} : (tensor<2x2x3xf32>) -> tensor<3x2x2xf32>
  %4 = nn.reshape %3 : (tensor<3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %5 = nn.div %4, %two : (tensor<1x3x2x2xf32>, tensor<3x1x1xf32>) -> tensor<1x3x2x2xf32>
  return %5 : tensor<1x3x2x2xf32>
}

// -----

// Stored integers stay stored: what follows nn.dequantize is the network's.
// CHECK-LABEL: func @quantised
// CHECK: nn.lookup
// CHECK-SAME: -> tensor<2x2x1xi8>
// CHECK: nn.dequantize
func.func @quantised(%frame: tensor<2x2xui8>) -> tensor<2x2x1xf32> {
  %scale = arith.constant dense<2.0> : tensor<f32>
  %zero = arith.constant dense<-100> : tensor<i8>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 2, 2>, origin = array<i64: 0, 0>, size = array<i64: 2, 2>, weights = array<i32>} : (tensor<2x2xui8>) -> tensor<2x2x1xui8>
  %1 = nn.cast %0 : (tensor<2x2x1xui8>) -> tensor<2x2x1xf32>
  %2 = nn.quantize %1, %scale, %zero {axis = 0 : i64} : (tensor<2x2x1xf32>, tensor<f32>, tensor<i8>) -> tensor<2x2x1xi8>
  %3 = nn.dequantize %2, %scale, %zero {axis = 0 : i64} : (tensor<2x2x1xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2x1xf32>
  return %3 : tensor<2x2x1xf32>
}

// -----

// A constant that differs between pixels: 256 columns are no 256 bytes.
// CHECK-LABEL: func @pixels_differ
// CHECK: nn.lookup
// CHECK-SAME: -> tensor<1x256x1xf32>
// CHECK: nn.add
func.func @pixels_differ(%frame: tensor<1x256xui8>, %w: tensor<256x1xf32>) -> tensor<1x256x1xf32> {
  %each = arith.constant dense<"0x000000000000803F0000004000004040000080400000A0400000C0400000E0400000004100001041000020410000304100004041000050410000604100007041000080410000884100009041000098410000A0410000A8410000B0410000B8410000C0410000C8410000D0410000D8410000E0410000E8410000F0410000F84100000042000004420000084200000C4200001042000014420000184200001C4200002042000024420000284200002C4200003042000034420000384200003C4200004042000044420000484200004C4200005042000054420000584200005C4200006042000064420000684200006C4200007042000074420000784200007C42000080420000824200008442000086420000884200008A4200008C4200008E42000090420000924200009442000096420000984200009A4200009C4200009E420000A0420000A2420000A4420000A6420000A8420000AA420000AC420000AE420000B0420000B2420000B4420000B6420000B8420000BA420000BC420000BE420000C0420000C2420000C4420000C6420000C8420000CA420000CC420000CE420000D0420000D2420000D4420000D6420000D8420000DA420000DC420000DE420000E0420000E2420000E4420000E6420000E8420000EA420000EC420000EE420000F0420000F2420000F4420000F6420000F8420000FA420000FC420000FE420000004300000143000002430000034300000443000005430000064300000743000008430000094300000A4300000B4300000C4300000D4300000E4300000F430000104300001143000012430000134300001443000015430000164300001743000018430000194300001A4300001B4300001C4300001D4300001E4300001F430000204300002143000022430000234300002443000025430000264300002743000028430000294300002A4300002B4300002C4300002D4300002E4300002F430000304300003143000032430000334300003443000035430000364300003743000038430000394300003A4300003B4300003C4300003D4300003E4300003F430000404300004143000042430000434300004443000045430000464300004743000048430000494300004A4300004B4300004C4300004D4300004E4300004F430000504300005143000052430000534300005443000055430000564300005743000058430000594300005A4300005B4300005C4300005D4300005E4300005F430000604300006143000062430000634300006443000065430000664300006743000068430000694300006A4300006B4300006C4300006D4300006E4300006F430000704300007143000072430000734300007443000075430000764300007743000078430000794300007A4300007B4300007C4300007D4300007E4300007F43"> : tensor<256x1xf32>
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 1, 256>, origin = array<i64: 0, 0>, size = array<i64: 1, 256>, weights = array<i32>} : (tensor<1x256xui8>) -> tensor<1x256x1xui8>
  %1 = nn.cast %0 : (tensor<1x256x1xui8>) -> tensor<1x256x1xf32>
  %2 = nn.add %1, %each : (tensor<1x256x1xf32>, tensor<256x1xf32>) -> tensor<1x256x1xf32>
  return %2 : tensor<1x256x1xf32>
}

// -----

// Read twice, and by an operand that is no constant.
// CHECK-LABEL: func @other_readers
// CHECK-NOT: nn.lookup
func.func @other_readers(%frame: tensor<2x2xui8>, %x: tensor<2x2x1xf32>) -> (tensor<2x2x1xf32>, tensor<2x2x1xui8>) {
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 2, 2>, origin = array<i64: 0, 0>, size = array<i64: 2, 2>, weights = array<i32>} : (tensor<2x2xui8>) -> tensor<2x2x1xui8>
  %1 = nn.cast %0 : (tensor<2x2x1xui8>) -> tensor<2x2x1xf32>
  %2 = nn.add %1, %x : (tensor<2x2x1xf32>, tensor<2x2x1xf32>) -> tensor<2x2x1xf32>
  return %2, %0 : tensor<2x2x1xf32>, tensor<2x2x1xui8>
}

// -----

// What moves pixels together is not the same for each: a reduction.
// CHECK-LABEL: func @reduction
// CHECK: nn.lookup
// CHECK-SAME: -> tensor<2x2x1xf32>
// CHECK: nn.reduce
func.func @reduction(%frame: tensor<2x2xui8>) -> tensor<1x2x1xf32> {
  %0 = nn.color_convert %frame {format = #nn.pixel_format<GRAY>, color = #nn.pixel_color<GRAY>, frame = array<i64: 2, 2>, origin = array<i64: 0, 0>, size = array<i64: 2, 2>, weights = array<i32>} : (tensor<2x2xui8>) -> tensor<2x2x1xui8>
  %1 = nn.cast %0 : (tensor<2x2x1xui8>) -> tensor<2x2x1xf32>
  %2 = nn.reduce %1 {kind = #nn.reduce_kind<max>, axes = array<i64: 0>} : (tensor<2x2x1xf32>) -> tensor<1x2x1xf32>
  return %2 : tensor<1x2x1xf32>
}
