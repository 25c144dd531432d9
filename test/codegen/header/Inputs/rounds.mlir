// Twice x, and whether a loop would have gone on, which t above 1 stands for.
func.func @main(%x: tensor<3xf32> {nn.name = "x"}, %t: tensor<f32> {nn.name = "t"})
    -> (tensor<3xf32> {nn.name = "y"}, tensor<i1> {nn.name = "unfinished", nn.unfinished = ["loop*/=9", "other=7"]}) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %y = nn.add %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %more = nn.compare %t, %one {predicate = #nn.predicate<gt>} : (tensor<f32>, tensor<f32>) -> tensor<i1>
  return %y, %more : tensor<3xf32>, tensor<i1>
}
