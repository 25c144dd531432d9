// Every kind of value that a network can take and give, and names that C
// cannot.
module @"edge cases" {
  func.func @main(%a: tensor<1x4xf32> {nn.name = "serving/image:0"},
                  %b: tensor<2x3xi8> {nn.name = "int"},
                  %c: tensor<f32> {nn.name = "arena"},
                  %d: tensor<2x3xi8> {nn.name = "int"})
      -> (tensor<1x4xf32> {nn.name = "outputs"}, tensor<2x3xi64>, tensor<2x3xi1> {nn.name = "3rd"}, tensor<2x3xui8> {nn.name = "serving/image:0"}) {
    %0 = nn.mul %a, %c : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
    %1 = nn.add %b, %d : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
    %2 = nn.cast %1 : (tensor<2x3xi8>) -> tensor<2x3xi64>
    %3 = nn.compare %b, %d {predicate = #nn.predicate<lt>} : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi1>
    %4 = nn.cast %1 : (tensor<2x3xi8>) -> tensor<2x3xui8>
    return %0, %2, %3, %4 : tensor<1x4xf32>, tensor<2x3xi64>, tensor<2x3xi1>, tensor<2x3xui8>
  }
}
