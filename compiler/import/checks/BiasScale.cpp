//===- BiasScale.cpp - The units of a quantised bias ----------------------===//

#include "compiler/import/checks/BiasScale.h"
#include "dialects/nn/Constants.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
/// The scales with which `value` is dequantised, float32; empty where they are
/// not known. Transposed weights are weights.
SmallVector<float> scalesOf(Value value) {
  if (auto transpose = value.getDefiningOp<nn::TransposeOp>())
    value = transpose.getInput();
  auto dequantise = value.getDefiningOp<nn::DequantizeOp>();
  if (!dequantise || !Node::elementOf(dequantise.getScale()).isF32())
    return {};
  std::optional<nn::ConstantData> data =
      nn::readConstant(nn::constantOf(dequantise.getScale()));
  SmallVector<float> scales;
  for (int64_t i = 0, e = Node::typeOf(dequantise.getScale()).getNumElements();
       data && i < e; ++i)
    std::memcpy(&scales.emplace_back(), data->at(i), sizeof(float));
  return scales;
}
} // namespace

void warnOfBiasScale(Node &n, Value input, Value weights, Value bias) {
  // Of a product of float32 numbers, and a division before it.
  constexpr double kAllowed = 0x1p-22;
  auto x = scalesOf(input), w = scalesOf(weights), b = scalesOf(bias);
  if (x.size() != 1 || w.empty() || b.empty())
    return;
  size_t channels = std::max(w.size(), b.size());
  auto at = [](ArrayRef<float> scales, size_t i) -> double {
    return scales.size() == 1 ? scales[0] : scales[i];
  };
  if ((w.size() != 1 && w.size() != channels) ||
      (b.size() != 1 && b.size() != channels))
    return;
  for (size_t i = 0; i < channels; ++i) {
    double product = double(x[0]) * at(w, i);
    if (std::fabs(at(b, i) - product) <= kAllowed * product)
      continue;
    emitWarning(n.loc()) << "its bias has the scale " << textOf(at(b, i))
                         << " (entry " << i
                         << "), but the scales of input and weights make it "
                         << textOf(product)
                         << "; it is read as it is, which other runtimes may "
                            "not do";
    return;
  }
}

} // namespace dlc::import
