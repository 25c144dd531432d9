//===- InsertQdq.h - A graph with its tensors quantised ---------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_GRAPH_INSERTQDQ_H
#define DLC_COMPILER_CALIBRATE_GRAPH_INSERTQDQ_H

#include "compiler/calibrate/numbers/Affine.h"
#include "compiler/import/edit/Graph.h"

namespace dlc::calibrate {

/// An activation tensor with one scale.
struct QuantisedTensor {
  Affine affine;
  int bits = 8; ///< 8 or 16, with a sign
};

/// A constant, its integers row-major, zero points 0.
struct QuantisedConstant {
  import::DataType type = import::DataType::Int8;
  std::vector<int64_t> shape;
  std::vector<int32_t> integers;
  std::vector<float> scales; ///< one, or one for each index along `axis`
  int64_t axis = 0;

  std::vector<float> dequantised() const;
};

struct QuantisationPlan {
  std::map<std::string, QuantisedTensor> tensors;
  std::map<std::string, QuantisedConstant> constants;
  /// Nodes that stay in floats: they read a tensor that only they and others
  /// of them compute as it was before it was quantised.
  std::set<size_t> floatNodes;
};

/// The name of the tensor that readers of `name` see, dequantised.
std::string dequantisedName(const import::Graph &quantised,
                            const std::string &name);

/// Puts QuantizeLinear and DequantizeLinear behind each tensor of the plan, and
/// DequantizeLinear behind integers in the place of each constant. All names of
/// the graph stay: what reads a tensor reads `<name>_dequantized`, an output of
/// the network keeps its name, and its node computes `<name>_float`.
import::Graph insertQdq(const import::Graph &graph,
                        const QuantisationPlan &plan);

} // namespace dlc::calibrate

#endif
