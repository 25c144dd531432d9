func.func @main(%x: tensor<2xi4>) -> tensor<2xi16> {
  %0 = nn.add %x, %x {accumulator = i16} : (tensor<2xi4>, tensor<2xi4>) -> tensor<2xi16>
  return %0 : tensor<2xi16>
}
