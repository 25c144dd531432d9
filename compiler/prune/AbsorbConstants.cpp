//===- AbsorbConstants.cpp - Constant channels into what is added ---------===//

#include "compiler/prune/AbsorbConstants.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/prune/ConstantPart.h"
#include "compiler/prune/KeptChannels.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::prune {
namespace {

/// The weights of one linear op by the channels they join.
class JoiningWeights {
public:
  JoiningWeights(Operation *op, const ChannelFlow &flow)
      : data(*nn::readConstant(nn::constantOf(op->getOperand(1)))),
        isInFirst(flow.weightsIn == 0) {
    RankedTensorType type = tensorType(op->getOperand(1));
    columns = type.getDimSize(1);
    taps = type.getNumElements() / type.getDimSize(0) / columns;
  }

  /// Their sum over all taps.
  double sum(int64_t in, int64_t out) const {
    double total = 0;
    int64_t begin = isInFirst ? in * columns + out : out * columns + in;
    for (int64_t i = begin * taps; i < (begin + 1) * taps; ++i)
      total += data.get<float>(i);
    return total;
  }

  bool any(ArrayRef<int64_t> ins, ArrayRef<int64_t> outs) const {
    for (int64_t in : ins)
      for (int64_t out : outs) {
        int64_t begin = isInFirst ? in * columns + out : out * columns + in;
        for (int64_t i = begin * taps; i < (begin + 1) * taps; ++i)
          if (data.get<float>(i) != 0)
            return true;
      }
    return false;
  }

private:
  nn::ConstantData data;
  bool isInFirst;
  int64_t columns, taps;
};

ElementsAttr makeFloats(RankedTensorType type, ArrayRef<float> values) {
  const char *bytes = reinterpret_cast<const char *>(values.data());
  return nn::makeConstant(
      type, std::vector<char>(bytes, bytes + values.size() * sizeof(float)));
}

Value biasOf(Operation *op) {
  return op->getNumOperands() > 2 ? op->getOperand(2) : Value();
}

ElementsAttr sumsAsBias(Operation *op, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis,
                        ArrayRef<int64_t> absorbed, ArrayRef<int64_t> results) {
  JoiningWeights weights(op, flow);
  const ValueFacts &facts = analysis.factsOf(op->getOperand(0));
  std::optional<nn::ConstantData> bias;
  if (Value value = biasOf(op))
    bias = nn::readConstant(nn::constantOf(value));
  std::vector<float> sums;
  for (int64_t out : results) {
    double sum = bias ? bias->get<float>(out) : 0;
    for (int64_t in : absorbed)
      sum += facts.channels[in].sure.low * weights.sum(in, out);
    sums.push_back(float(sum));
  }
  RankedTensorType type = tensorType(op->getResult(0));
  return makeFloats(type.clone(ArrayRef<int64_t>(int64_t(results.size()))),
                    sums);
}

/// A map that is the same at all positions is a bias.
ElementsAttr asBias(ElementsAttr map, int64_t dim) {
  std::vector<ChannelFact> facts = factsOfConstant(map, dim);
  std::vector<float> values;
  for (const ChannelFact &fact : facts) {
    if (!fact.isUniform())
      return nullptr;
    values.push_back(float(fact.sure.low));
  }
  auto type = cast<RankedTensorType>(map.getShapedType());
  return makeFloats(type.clone(ArrayRef<int64_t>(int64_t(values.size()))),
                    values);
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
