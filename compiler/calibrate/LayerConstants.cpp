//===- LayerConstants.cpp - A layer's weights and bias --------------------===//

#include "compiler/calibrate/LayerConstants.h"

using namespace dlc::import;

namespace dlc::calibrate {

LayerConstants::LayerConstants(const Graph &graph, const Layer &layer, int bits)
    : layer(layer),
      layout(graph.constants.at(layer.weights)->shape, layer.axis),
      values(graph.constants.at(layer.weights)->floats()) {
  weights.type = bits == 4 ? DataType::Int4 : DataType::Int8;
  weights.shape = graph.constants.at(layer.weights)->shape;
  weights.axis = layer.axis;
  weights.integers.resize(values.size());
  weights.scales.resize(layout.count());
  kept = structureOf(values, layout);
  // 16 values have no place in 4 bits but where they are steps.
  if (bits == 4 && kept == Structure::Values)
    kept = Structure::None;
  if (layer.bias.empty())
    return;
  Constant own = graph.constants.at(layer.bias);
  biases = own->floats();
  for (float x : biases)
    largestBias = std::max(largestBias, std::fabs(x));
  offsets.type = DataType::Int32;
  offsets.shape = own->shape;
  offsets.axis = static_cast<int64_t>(own->shape.size()) - 1;
  offsets.integers.resize(biases.size());
  offsets.scales.resize(biases.size());
}

Affine LayerConstants::affineOf(int64_t r, float unit) const {
  Affine own = rowAffine(row(r), bits(), bias(r), unit);
  if (kept == Structure::Steps)
    if (float step = stepOf(row(r)); step >= leastScale(bias(r), unit)) {
      own.scale = step;
      own.least = -own.greatest - 1;
    }
  return own;
}

LayerConstants::Row LayerConstants::nearest(int64_t r, float unit) const {
  Affine affine = affineOf(r, unit);
  // One scale, or equal numbers would differ.
  if (kept == Structure::Values)
    affine = rowAffine(values, bits(), largestBias, unit);
  Row result{{}, affine.scale};
  for (float x : row(r))
    result.integers.push_back(affine.quantise(x));
  return result;
}

void LayerConstants::set(int64_t r, llvm::ArrayRef<int32_t> integers,
                         float scale, double bias, float unit) {
  layout.setRow<int32_t>(weights.integers, r, integers);
  weights.scales[r] = scale;
  if (!hasBias())
    return;
  offsets.scales[r] = unit * scale;
  offsets.integers[r] = quantisedBias(bias, unit * scale);
}

void LayerConstants::moveTo(QuantisationPlan &plan) {
  plan.constants[layer.weights] = std::move(weights);
  if (hasBias())
    plan.constants[layer.bias] = std::move(offsets);
}

} // namespace dlc::calibrate
