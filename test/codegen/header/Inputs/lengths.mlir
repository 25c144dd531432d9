// Each element times the length; positions and half as many of them.
func.func @main(
    %x: tensor<8x3xf32> {nn.name = "x", nn.sizes = array<i64: 0, 1, 0, 1, -1, 0, 0, 1>},
    %n: tensor<i32> {nn.length = array<i64: 2, 8>, nn.name = "how many"})
    -> (tensor<8x3xf32> {nn.name = "y", nn.sizes = array<i64: 0, 1, 0, 1, -1, 0, 0, 1>},
        tensor<1x4xi32> {nn.name = "half", nn.sizes = array<i64: -1, 0, 0, 1, 0, 1, -1, 2>}) {
  %positions = arith.constant dense<[[0, 1, 2, 3]]> : tensor<1x4xi32>
  %f = nn.cast %n : (tensor<i32>) -> tensor<f32>
  %y = nn.mul %x, %f : (tensor<8x3xf32>, tensor<f32>) -> tensor<8x3xf32>
  %half = nn.mul %positions, %n : (tensor<1x4xi32>, tensor<i32>) -> tensor<1x4xi32>
  return %y, %half : tensor<8x3xf32>, tensor<1x4xi32>
}
