func.func @main(%x: tensor<1x4xi8>) -> tensor<1x3xi32> {
  %m = arith.constant dense<1> : tensor<i32>
  %c = arith.constant dense<8> : tensor<i64>
  %k = arith.constant dense<4> : tensor<i8>
  %w = arith.constant dense<[[1, -2, 3], [4, -5, 6], [7, -8, 1], [2, 3, 4]]> : tensor<4x3xi4>
  %0 = nn.rescale %x, %m, %c, %k {storage = i4, min = -8 : i64, max = 7 : i64} : (tensor<1x4xi8>, tensor<i32>, tensor<i64>, tensor<i8>) -> tensor<1x4xi4>
  %1 = nn.matmul %0, %w {accumulator = i32} : (tensor<1x4xi4>, tensor<4x3xi4>) -> tensor<1x3xi32>
  return %1 : tensor<1x3xi32>
}
