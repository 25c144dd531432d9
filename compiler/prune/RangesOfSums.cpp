//===- RangesOfSums.cpp - Intervals of convolutions and products ----------===//
//
// Linear in the number of weights; each is read once, from where it lies.
//
//===----------------------------------------------------------------------===//

#include "compiler/prune/ChannelAnalysis.h"
#include "compiler/prune/Weights.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace dlc::prune {
namespace {

/// The sum of a channel's weights and of their magnitudes.
struct WeightSums {
  double sum = 0, magnitude = 0;

  void add(double weight) {
    sum += weight;
    magnitude += std::fabs(weight);
  }
};

/// Of weights that lie side by side, or of one that stands for all.
WeightSums sumsOf(const Weights &weights, int64_t begin, int64_t count) {
  WeightSums sums;
  if (weights.isSplat()) {
    sums.sum = double(count) * weights.at(0);
    sums.magnitude = std::fabs(sums.sum);
    return sums;
  }
  for (int64_t i = begin; i < begin + count; ++i)
    sums.add(weights.at(i));
  return sums;
}

double biasAt(Value bias, int64_t channel) {
  return bias ? Weights(bias).at(channel) : 0;
}

/// The sum under both kinds of bounds.
struct Sum {
  DotProduct sure, range;

  explicit Sum(double start) : sure(start), range(start) {}
  void addTerms(WeightSums weights, const ChannelFact &fact) {
    sure.addTerms(weights.sum, weights.magnitude, fact.sure);
    range.addTerms(weights.sum, weights.magnitude, fact.range);
  }
  ChannelFact finish(Operation *op) const {
    Type element = tensorType(op->getResult(0)).getElementType();
    return settledSum(element, {sure.bounds(), range.bounds()});
  }
};

/// What an element read at some tap can be, less its zero point.
ChannelFact asRead(ChannelFact fact, int64_t zero, bool isPadded) {
  if (zero != 0) {
    fact.sure = subtract(fact.sure, Interval::point(double(zero)));
    fact.range = subtract(fact.range, Interval::point(double(zero)));
  }
  if (!isPadded)
    return fact;
  return {hull(fact.sure, Interval::point(0)),
          hull(fact.range, Interval::point(0))};
}

bool anyPads(ArrayRef<int64_t> pads) {
  return llvm::any_of(pads, [](int64_t pad) { return pad > 0; });
}

/// Facts of the input's channels, as read.
std::vector<ChannelFact> inputFacts(const ValueFacts &input, int64_t dim,
                                    int64_t channels, int64_t zero,
                                    bool isPadded) {
  if (input.dim != dim)
    return std::vector<ChannelFact>(channels,
                                    asRead(input.hullOfAll(), zero, isPadded));
  std::vector<ChannelFact> facts;
  for (const ChannelFact &fact : input.channels)
    facts.push_back(asRead(fact, zero, isPadded));
  return facts;
}

std::vector<ChannelFact> convolution(nn::ConvOp op, const ValueFacts &input) {
  ArrayRef<int64_t> shape = tensorType(op.getFilter()).getShape();
  int64_t filters = shape[0], perGroup = shape[1];
  int64_t taps = 1;
  for (int64_t extent : shape.drop_front(2))
    taps *= extent;
  int64_t dim = nn::channelDim(op.getLayout(), shape.size());
  std::vector<ChannelFact> read =
      inputFacts(input, dim, perGroup * op.getGroup(), *inputZeroPoint(op),
                 anyPads(op.getPads()));
  Weights weights = Weights::of(op);
  int64_t filtersPerGroup = filters / op.getGroup();
  std::vector<ChannelFact> facts;
  for (int64_t f = 0; f < filters; ++f) {
    Sum sum(biasAt(op.getBias(), f));
    int64_t first = f / filtersPerGroup * perGroup;
    for (int64_t c = 0; c < perGroup; ++c) {
      sum.addTerms(sumsOf(weights, (f * perGroup + c) * taps, taps),
                   read[first + c]);
    }
    facts.push_back(sum.finish(op));
  }
  return facts;
}

/// Filters are [C, F, taps...]; an output reads some taps of each, so that any
/// of them may be missing.
std::vector<ChannelFact> transposed(nn::ConvTransposeOp op,
                                    const ValueFacts &input) {
  ArrayRef<int64_t> shape = tensorType(op.getFilter()).getShape();
  int64_t channels = shape[0], filters = shape[1];
  int64_t taps = 1;
  for (int64_t extent : shape.drop_front(2))
    taps *= extent;
  int64_t dim = nn::channelDim(op.getLayout(), shape.size());
  std::vector<ChannelFact> read =
      inputFacts(input, dim, channels, /*zero=*/0, /*isPadded=*/true);
  std::vector<Sum> sums;
  for (int64_t f = 0; f < filters; ++f)
    sums.emplace_back(biasAt(op.getBias(), f));
  Weights weights(op.getFilter());
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t f = 0; f < filters; ++f) {
      sums[f].addTerms(sumsOf(weights, (c * filters + f) * taps, taps),
                       read[c]);
    }
  std::vector<ChannelFact> facts;
  for (const Sum &sum : sums)
    facts.push_back(sum.finish(op));
  return facts;
}

std::vector<ChannelFact> product(nn::MatmulOp op, const ValueFacts &input) {
  ArrayRef<int64_t> shape = tensorType(op.getRhs()).getShape();
  std::vector<ChannelFact> read =
      inputFacts(input, tensorType(op.getLhs()).getRank() - 1, shape[0],
                 *inputZeroPoint(op), /*isPadded=*/false);
  std::vector<Sum> sums(shape[1], Sum(0));
  Weights weights = Weights::of(op);
  for (int64_t k = 0; k < shape[0]; ++k)
    for (int64_t n = 0; n < shape[1]; ++n) {
      double weight = weights.at(k * shape[1] + n);
      sums[n].addTerms({weight, std::fabs(weight)}, read[k]);
    }
  std::vector<ChannelFact> facts;
  for (const Sum &sum : sums)
    facts.push_back(sum.finish(op));
  return facts;
}

} // namespace

std::vector<ChannelFact> rangesOfSums(Operation *op, const ChannelFlow &,
                                      const ValueFacts &input) {
  return llvm::TypeSwitch<Operation *, std::vector<ChannelFact>>(op)
      .Case([&](nn::ConvOp conv) { return convolution(conv, input); })
      .Case([&](nn::ConvTransposeOp conv) { return transposed(conv, input); })
      .Case([&](nn::MatmulOp matmul) { return product(matmul, input); });
}

} // namespace dlc::prune
