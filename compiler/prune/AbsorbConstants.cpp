//===- AbsorbConstants.cpp - Constant channels into what is added ---------===//

#include "compiler/prune/AbsorbConstants.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/prune/ConstantPart.h"
#include "compiler/prune/KeptChannels.h"
#include "compiler/prune/Weights.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::prune {
namespace {

/// The weights of one linear op by the channels they join.
class JoiningWeights {
public:
  JoiningWeights(Operation *op, const ChannelFlow &flow)
      : weights(Weights::of(op)), isInFirst(flow.weightsIn == 0) {
    RankedTensorType type = tensorType(op->getOperand(1));
    columns = type.getDimSize(1);
    taps = type.getNumElements() / type.getDimSize(0) / columns;
  }

  /// Their sum over all taps.
  double sum(int64_t in, int64_t out) const {
    double total = 0;
    int64_t begin = isInFirst ? in * columns + out : out * columns + in;
    for (int64_t i = begin * taps; i < (begin + 1) * taps; ++i)
      total += weights.at(i);
    return total;
  }

  bool any(ArrayRef<int64_t> ins, ArrayRef<int64_t> outs) const {
    for (int64_t in : ins)
      for (int64_t out : outs) {
        int64_t begin = isInFirst ? in * columns + out : out * columns + in;
        for (int64_t i = begin * taps; i < (begin + 1) * taps; ++i)
          if (weights.at(i) != 0)
            return true;
      }
    return false;
  }

private:
  Weights weights;
  bool isInFirst;
  int64_t columns, taps;
};

/// Numbers in one dimension, of the type that a sum has.
ElementsAttr makeBias(Type element, ArrayRef<double> values) {
  evaluate::Tensor tensor = evaluate::Tensor::zeros(
      RankedTensorType::get({int64_t(values.size())}, element));
  tensor.store<double>(0, values);
  return std::move(tensor).toAttr();
}

ElementsAttr sumsAsBias(Operation *op, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis,
                        ArrayRef<int64_t> absorbed, ArrayRef<int64_t> results) {
  JoiningWeights weights(op, flow);
  const ValueFacts &facts = analysis.factsOf(op->getOperand(0));
  std::optional<Weights> bias;
  if (Value value = biasOf(op))
    bias.emplace(value);
  const auto zero = double(*inputZeroPoint(op));
  std::vector<double> sums;
  for (int64_t out : results) {
    double sum = bias ? bias->at(out) : 0;
    for (int64_t in : absorbed)
      sum += (facts.channels[in].sure.low - zero) * weights.sum(in, out);
    sums.push_back(sum);
  }
  return makeBias(tensorType(op->getResult(0)).getElementType(), sums);
}

/// A map that is the same at all positions is a bias.
ElementsAttr asBias(ElementsAttr map, int64_t dim) {
  std::vector<ChannelFact> facts = factsOfConstant(map, dim);
  std::vector<double> values;
  for (const ChannelFact &fact : facts) {
    if (!fact.isUniform())
      return nullptr;
    values.push_back(fact.sure.low);
  }
  return makeBias(map.getElementType(), values);
}

} // namespace

FailureOr<AbsorbedConstants> absorbConstants(Operation *op,
                                             const ChannelFlow &flow,
                                             const ChannelAnalysis &analysis,
                                             ArrayRef<int64_t> kept,
                                             ArrayRef<int64_t> results) {
  AbsorbedConstants absorbed;
  JoiningWeights weights(op, flow);
  Channels channels;
  bool hasMap = false;
  int64_t extent = tensorType(op->getOperand(0)).getDimSize(flow.summedDim);
  for (int64_t c = 0; c < extent; ++c) {
    if (llvm::binary_search(kept, c) || !weights.any(c, results))
      continue;
    Absorption how = absorptionOf(op, flow, analysis, c);
    if (how == Absorption::Nothing)
      continue;
    hasMap |= how == Absorption::Map;
    channels.push_back(c);
  }
  if (channels.empty())
    return absorbed;
  if (!hasMap) {
    absorbed.bias = sumsAsBias(op, flow, analysis, channels, results);
    return absorbed;
  }
  FailureOr<ElementsAttr> map =
      constantSum(op, flow, analysis, channels, results);
  if (failed(map))
    return failure();
  absorbed.bias = asBias(*map, flow.dim);
  if (!absorbed.bias)
    absorbed.map = *map;
  return absorbed;
}

} // namespace dlc::prune
