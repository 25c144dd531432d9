// A sum of all inputs so far, and an integer that each call adds 2 to.
module @"kept" {
  func.func @main(%x: tensor<1x4xf32> {nn.name = "x"},
                  %s: tensor<1x4xf32> {nn.name = "sum", nn.state = dense<0.0> : tensor<1x4xf32>},
                  %n: tensor<2x3xi8> {nn.name = "n", nn.state = dense<[[-5, -5, -5], [-5, 7, -5]]> : tensor<2x3xi8>})
      -> (tensor<1x4xf32> {nn.name = "y"}, tensor<1x4xf32> {nn.name = "sum_next"}, tensor<2x3xi8> {nn.name = "n_next"}) {
    %two = arith.constant dense<2> : tensor<i8>
    %0 = nn.add %s, %x : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %1 = nn.add %n, %two : (tensor<2x3xi8>, tensor<i8>) -> tensor<2x3xi8>
    %2 = nn.neg %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %2, %0, %1 : tensor<1x4xf32>, tensor<1x4xf32>, tensor<2x3xi8>
  }
}
