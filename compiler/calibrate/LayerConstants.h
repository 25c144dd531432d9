//===- LayerConstants.h - A layer's weights and bias ------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_LAYERCONSTANTS_H
#define DLC_COMPILER_CALIBRATE_LAYERCONSTANTS_H

#include "compiler/calibrate/graph/InsertQdq.h"
#include "compiler/calibrate/graph/Layers.h"
#include "compiler/calibrate/numbers/FewValues.h"

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

  /// What the weights are, if their integers can be that as well; of others
  /// each row is free to be rounded.
  Structure structure() const { return kept; }
  /// The integers nearest to a row's weights, and their scale: the row's own,
  /// or one that keeps the structure.
  struct Row {
    std::vector<int32_t> integers;
    float scale;
  };
  Row nearest(int64_t r, float unit) const;

  /// `unit` is the scale of the layer's input.
  void set(int64_t r, llvm::ArrayRef<int32_t> integers, float scale,
           double bias, float unit);
  void moveTo(QuantisationPlan &plan);

private:
  Affine affineOf(int64_t r, float unit) const;

  const Layer &layer;
  Rows layout;
  std::vector<float> values, biases;
  float largestBias = 0;
  Structure kept = Structure::None;
  QuantisedConstant weights, offsets;
};

} // namespace dlc::calibrate

#endif
