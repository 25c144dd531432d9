//===- PackedIntegers.cpp - Several integers in a byte --------------------===//

#include "compiler/import/fused/PackedIntegers.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::import {

Value unpackIntegers(Node &n, unsigned operand, int64_t bits, int64_t rows,
                     int64_t columns, int64_t stride) {
  std::optional<nn::ConstantData> packed =
      nn::readConstant(n.constantInput(operand));
  if (!packed)
    n.fail(n.inputText(operand) + " cannot be read");
  std::vector<char> values, bytes(stride);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < stride; ++i)
      bytes[i] = *packed->at(row * stride + i);
    std::vector<char> numbers = unpacked(bytes, columns, 8 / bits);
    values.insert(values.end(), numbers.begin(), numbers.end());
  }
  Type type = IntegerType::get(n.context(), bits, IntegerType::Unsigned);
  return n.constant(nn::makeConstant(
      tensorType(n.loc(), n.inputText(operand), {rows, columns}, type),
      std::move(values)));
}

} // namespace dlc::import
