//===- LayerConstants.h - A layer's weights and bias ------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_LAYERCONSTANTS_H
#define DLC_COMPILER_CALIBRATE_LAYERCONSTANTS_H

#include "compiler/calibrate/graph/InsertQdq.h"
#include "compiler/calibrate/graph/Layers.h"
#include "compiler/calibrate/numbers/Weights.h"

namespace dlc::calibrate {

/// The float weights and biases of a layer of products, by result channel, and
/// the integers that take their place.
class LayerConstants {
public:
  LayerConstants(const import::Graph &graph, const Layer &layer, int bits);

  int bits() const { return weights.type == import::DataType::Int4 ? 4 : 8; }
  const Rows &rows() const { return layout; }
  std::vector<float> row(int64_t r) const {
    return layout.row<float>(values, r);
  }
  bool hasBias() const { return !biases.empty(); }
  float bias(int64_t r) const { return biases.empty() ? 0 : biases[r]; }

  /// `unit` is the scale of the layer's input.
  void set(int64_t r, llvm::ArrayRef<int32_t> integers, float scale,
           double bias, float unit);
  void moveTo(QuantisationPlan &plan);

private:
  const Layer &layer;
  Rows layout;
  std::vector<float> values, biases;
  QuantisedConstant weights, offsets;
};

} // namespace dlc::calibrate

#endif
