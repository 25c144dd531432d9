//===- Forest.h - Decision trees as models write them ---------------------===//

#ifndef DLC_COMPILER_IMPORT_CLASSICAL_FOREST_H
#define DLC_COMPILER_IMPORT_CLASSICAL_FOREST_H

#include "compiler/import/Node.h"
#include <map>

namespace dlc::import {

/// How a node compares its feature with its value; the sample goes on to `yes`
/// where that holds, or where the feature is NaN and `missing` is set.
enum class Branch { LEQ, LT, GTE, GT, EQ, NEQ, Leaf };

struct ForestNode {
  Branch branch = Branch::Leaf;
  int64_t feature = 0;
  double value = 0;
  bool missing = false;
  size_t yes = 0, no = 0; // in Forest::nodes
  /// Of a leaf: what it adds to which targets.
  std::map<int64_t, double> weights;
};

struct Forest {
  std::vector<ForestNode> nodes;
  std::vector<size_t> roots;
  int64_t targets = 1;
  nn::ReduceKind kind = nn::ReduceKind::Sum;

  /// Weight of a target in a leaf grows by `weight`, or becomes the larger or
  /// smaller of the two, as the kind says.
  void addWeight(size_t leaf, int64_t target, double weight);

  /// What all trees together say of `x`, [N, F] of f32 or f64: [N, targets]. A
  /// target that no leaf has a weight for is 0.
  mlir::Value build(Node &n, mlir::Value x) const;
};

} // namespace dlc::import

#endif
