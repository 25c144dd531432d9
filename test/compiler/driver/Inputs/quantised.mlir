module {
  func.func @main(%x: tensor<1x8xi8>, %y: tensor<1x8xi8>) -> tensor<1x8xi8> {
    %s = arith.constant dense<0.1> : tensor<f32>
    %0 = nn.dequantize %x, %s {axis = 0 : i64} : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
    %1 = nn.dequantize %y, %s {axis = 0 : i64} : (tensor<1x8xi8>, tensor<f32>) -> tensor<1x8xf32>
    %2 = nn.div %0, %1 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32> loc("ratio"("Div"("net.onnx":2:1)))
    %3 = nn.quantize %2, %s {axis = 0 : i64} : (tensor<1x8xf32>, tensor<f32>) -> tensor<1x8xi8>
    return %3 : tensor<1x8xi8>
  }
}
