module {
  func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
    %w = arith.constant dense<0.25> : tensor<8x8xf32>
    %large = arith.constant dense<1.0e5> : tensor<8x8xf32>
    %0 = nn.matmul %x, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
    %1 = nn.matmul %0, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
    %2 = nn.matmul %1, %large : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
    return %2 : tensor<1x8xf32>
  }
}
