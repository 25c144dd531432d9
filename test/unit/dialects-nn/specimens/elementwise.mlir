// Element by element; see operators.mlir.

func.func @abs(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.abs %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @neg(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.neg %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @exp(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.exp %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @log(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.log %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sqrt(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sqrt %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @reciprocal(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.reciprocal %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sin(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sin %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @cos(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.cos %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @tan(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.tan %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @asin(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.asin %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @acos(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.acos %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @atan(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.atan %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sinh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sinh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @cosh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.cosh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @asinh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.asinh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @acosh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.acosh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @atanh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.atanh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @tanh(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.tanh %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @erf(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.erf %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sigmoid(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sigmoid %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @relu(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.relu %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @floor(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.floor %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @ceil(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.ceil %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @round(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.round %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sign(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sign %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @not(%a: tensor<2x3x4xi1>) -> tensor<2x3x4xi1> {
  %r = nn.not %a : (tensor<2x3x4xi1>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @bit_not(%a: tensor<2x3x4xi32>) -> tensor<2x3x4xi32> {
  %r = nn.bit_not %a : (tensor<2x3x4xi32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
func.func @add(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.add %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @sub(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.sub %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @mul(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.mul %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @div(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.div %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @pow(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.pow %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @min(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.min %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @max(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.max %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @prelu(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.prelu %a, %b : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @and(%a: tensor<2x3x4xi1>, %b: tensor<3x1xi1>) -> tensor<2x3x4xi1> {
  %r = nn.and %a, %b : (tensor<2x3x4xi1>, tensor<3x1xi1>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @or(%a: tensor<2x3x4xi1>, %b: tensor<3x1xi1>) -> tensor<2x3x4xi1> {
  %r = nn.or %a, %b : (tensor<2x3x4xi1>, tensor<3x1xi1>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @xor(%a: tensor<2x3x4xi1>, %b: tensor<3x1xi1>) -> tensor<2x3x4xi1> {
  %r = nn.xor %a, %b : (tensor<2x3x4xi1>, tensor<3x1xi1>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @bit_and(%a: tensor<2x3x4xi32>, %b: tensor<3x1xi32>) -> tensor<2x3x4xi32> {
  %r = nn.bit_and %a, %b : (tensor<2x3x4xi32>, tensor<3x1xi32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
func.func @bit_or(%a: tensor<2x3x4xi32>, %b: tensor<3x1xi32>) -> tensor<2x3x4xi32> {
  %r = nn.bit_or %a, %b : (tensor<2x3x4xi32>, tensor<3x1xi32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
func.func @bit_xor(%a: tensor<2x3x4xi32>, %b: tensor<3x1xi32>) -> tensor<2x3x4xi32> {
  %r = nn.bit_xor %a, %b : (tensor<2x3x4xi32>, tensor<3x1xi32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
func.func @shift_left(%a: tensor<2x3x4xui32>) -> tensor<2x3x4xui32> {
  %c0 = arith.constant dense<[[1], [2], [3]]> : tensor<3x1xui32>
  %r = nn.shift_left %a, %c0 : (tensor<2x3x4xui32>, tensor<3x1xui32>) -> tensor<2x3x4xui32>
  return %r : tensor<2x3x4xui32>
}
func.func @shift_right(%a: tensor<2x3x4xui32>) -> tensor<2x3x4xui32> {
  %c0 = arith.constant dense<[[1], [2], [3]]> : tensor<3x1xui32>
  %r = nn.shift_right %a, %c0 : (tensor<2x3x4xui32>, tensor<3x1xui32>) -> tensor<2x3x4xui32>
  return %r : tensor<2x3x4xui32>
}
func.func @mod(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %c0 = arith.constant dense<[[1.5], [2.0], [0.75]]> : tensor<3x1xf32>
  %r = nn.mod %a, %c0 {fmod = true} : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @compare(%a: tensor<2x3x4xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %r = nn.compare %a, %b {predicate = #nn.predicate<lt>} : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @select(%a: tensor<2x3x4xi1>, %b: tensor<2x3x4xf32>, %c: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r = nn.select %a, %b, %c : (tensor<2x3x4xi1>, tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @clip(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r = nn.clip %a {min = -1.0 : f64, max = 2.0 : f64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}
func.func @is_nan(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi1> {
  %r = nn.is_nan %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @is_inf(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi1> {
  %r = nn.is_inf %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xi1>
  return %r : tensor<2x3x4xi1>
}
func.func @cast(%a: tensor<2x3x4xf32>) -> tensor<2x3x4xi32> {
  %r = nn.cast %a : (tensor<2x3x4xf32>) -> tensor<2x3x4xi32>
  return %r : tensor<2x3x4xi32>
}
