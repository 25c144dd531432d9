//===- TreeEnsemble.cpp - Evaluation of decision trees --------------------===//

#include "compiler/evaluate/Families.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// The leaf, counted from the first, that `sample` reaches from `node`.
static int64_t leafOf(nn::TreeEnsembleOp op, ArrayRef<double> sample,
                      int64_t node) {
  int64_t splits = op.getFeatures().size();
  while (node < splits) {
    double x = sample[op.getFeatures()[node]];
    bool goes = x <= op.getThresholds()[node] ||
                (std::isnan(x) && op.getMissing() && (*op.getMissing())[node]);
    node = op.getChildren()[2 * node + (goes ? 0 : 1)];
  }
  return node - splits;
}

LogicalResult dlc::evaluate::compute(nn::TreeEnsembleOp op, Operands operands,
                                     Results &results) {
  SmallVector<double> x = operands[0].values<double>();
  int64_t samples = operands[0].getShape()[0];
  int64_t features = operands[0].getShape()[1];
  int64_t columns = op.getColumns(), groups = op.getGroups();
  int64_t trees = op.getRoots().size() / groups;
  SmallVector<double> output;
  for (int64_t n = 0; n < samples; ++n)
    for (int64_t g = 0; g < groups; ++g)
      for (int64_t c = 0; c < columns; ++c) {
        std::optional<double> result;
        for (int64_t t = 0; t < trees; ++t) {
          int64_t leaf = leafOf(op, ArrayRef(x).slice(n * features, features),
                                op.getRoots()[g * trees + t]);
          double weight = op.getWeights()[leaf * columns + c];
          result = !result                               ? weight
                   : op.getKind() == nn::ReduceKind::Sum ? *result + weight
                   : op.getKind() == nn::ReduceKind::Max
                       ? std::max(*result, weight)
                       : std::min(*result, weight);
        }
        output.push_back(*result);
      }
  Tensor result = Tensor::zeros(resultType(op));
  result.store<double>(0, output);
  results.push_back(std::move(result));
  return success();
}
