//===- ChannelAnalysis.cpp - What each channel can hold -------------------===//

#include "compiler/prune/ChannelAnalysis.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/prune/ConstantPart.h"
#include "compiler/prune/NarrowOp.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;

namespace dlc::prune {

/// Constants that differ from position to position are followed up to so many
/// positions: the late, small images of a network.
static constexpr int64_t mostPositions = 4096;

Interval rangeOfType(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return Interval::all();
  unsigned width = integer.getWidth();
  if (integer.isUnsigned() || width == 1)
    return {0, std::ldexp(1, width) - 1};
  return {-std::ldexp(1, width - 1), std::ldexp(1, width - 1) - 1};
}

ChannelFact ValueFacts::hullOfAll() const {
  if (channels.empty())
    return {};
  ChannelFact all{channels.front().sure, channels.front().range};
  for (const ChannelFact &fact : channels) {
    all.sure = hull(all.sure, fact.sure);
    all.range = hull(all.range, fact.range);
  }
  return all;
}

std::vector<ChannelFact> factsOfConstant(ElementsAttr constant, int64_t dim) {
  auto type = cast<RankedTensorType>(constant.getShapedType());
  int64_t extent = dim < 0 ? 1 : type.getDimSize(dim);
  FailureOr<evaluate::Tensor> tensor = evaluate::Tensor::view(constant);
  if (failed(tensor) || type.getNumElements() == 0)
    return std::vector<ChannelFact>(
        extent, ChannelFact::of(rangeOfType(type.getElementType())));
  std::vector<ChannelFact> facts(extent);
  std::vector<bool> seen(extent);
  int64_t inner = dim < 0 ? 1 : evaluate::AxisView(type.getShape(), dim).inner;
  double values[evaluate::maxRow];
  for (int64_t begin = 0, e = type.getNumElements(); begin < e;
       begin += evaluate::maxRow) {
    size_t length = std::min(evaluate::maxRow, e - begin);
    tensor->load<double>(begin, 1, {values, length});
    for (size_t i = 0; i < length; ++i) {
      int64_t channel = (begin + int64_t(i)) / inner % extent;
      Interval point =
          std::isnan(values[i]) ? Interval::all() : Interval::point(values[i]);
      facts[channel] = ChannelFact::of(
          seen[channel] ? hull(facts[channel].sure, point) : point);
      seen[channel] = true;
    }
  }
  return facts;
}

ChannelAnalysis::ChannelAnalysis(func::FuncOp function) : function(function) {
  for (BlockArgument argument : function.getArguments()) {
    Type element = tensorType(argument).getElementType();
    ChannelFact fact = ChannelFact::of(rangeOfType(element));
    if (isa<FloatType>(element))
      fact.range = {-largestInput, largestInput};
    facts[argument].channels.push_back(fact);
  }
  for (Operation &op : function.getBody().front())
    if (!isa<arith::ConstantOp>(op) && op.getNumResults() > 0)
      visit(&op);
}

const ValueFacts &ChannelAnalysis::factsOf(Value value) const {
  return facts.find(value)->second;
}

const ChannelFlow &ChannelAnalysis::flowOf(Operation *op) const {
  return flows.find(op)->second;
}

int64_t ChannelAnalysis::dimOf(Value value) const {
  auto it = facts.find(value);
  return it == facts.end() ? -1 : it->second.dim;
}

void ChannelAnalysis::visit(Operation *op) {
  ChannelFlow flow = channelFlow(op, [&](Value value) { return dimOf(value); });
  if (flow.kind == FlowKind::Opaque) {
    for (Value result : op->getResults())
      facts[result].channels.push_back(
          ChannelFact::of(rangeOfType(tensorType(result).getElementType())));
    flows[op] = std::move(flow);
    return;
  }
  ValueFacts result;
  result.dim = flow.dim;
  if (flow.kind == FlowKind::Apart)
    visitApart(op, flow, result);
  else
    result.channels = rangesOfSums(op, flow, facts[op->getOperand(0)]);
  if (flow.kind != FlowKind::Linear && flow.dim >= 0)
    addMaps(op, flow, result);
  facts[op->getResult(0)] = std::move(result);
  flows[op] = std::move(flow);
}

/// Integers wrap.
static Interval withinType(Type type, Interval range) {
  Interval most = rangeOfType(type);
  bool fits = most.low <= range.low && range.high <= most.high;
  return fits ? range : most;
}

/// A constant as the type holds it.
static Interval asHeld(Type type, Interval range) {
  double middle = range.low + (range.high - range.low) / 2;
  if (type.isF32())
    middle = float(middle);
  return std::isfinite(middle) ? Interval::point(middle) : rangeOfType(type);
}

/// Bounds of integers are integers.
static Interval inner(Type type, Interval range) {
  if (!isa<IntegerType>(type))
    return range;
  range = {std::ceil(range.low), std::floor(range.high)};
  return range.low <= range.high ? range : Interval::all();
}

ChannelFact settledSum(Type type, ChannelFact sum) {
  sum = ChannelFact{inner(type, sum.sure), inner(type, sum.range)};
  sum.sure = withinType(type, sum.sure);
  sum.range = withinType(type, sum.range);
  if (sum.sure.isPoint())
    return ChannelFact::of(asHeld(type, sum.sure));
  if (isNarrow(sum.range))
    return ChannelFact::of(asHeld(type, sum.range));
  return sum;
}

/// The fact of a result that is no sum. That larger inputs would not be cut off
/// by a bound is no reason to call it constant: its range is then as wide as
/// the operands are large.
static ChannelFact settledImage(Type type, ChannelFact image, double largest) {
  image = ChannelFact{inner(type, image.sure), inner(type, image.range)};
  image.sure = withinType(type, image.sure);
  if (image.sure.isPoint())
    return ChannelFact::of(asHeld(type, image.sure));
  if (image.range.isPoint())
    image.range = hull(image.range, {-largest, largest});
  image.range = {std::max(image.range.low, image.sure.low),
                 std::min(image.range.high, image.sure.high)};
  if (image.range.isPoint() || image.range.low > image.range.high)
    image.range = image.sure;
  return image;
}

namespace {
/// The facts of an op's operands by the channels of its result.
class OperandFacts {
public:
  OperandFacts(Operation *op, const ChannelFlow &flow,
               llvm::function_ref<const ValueFacts &(Value)> factsOf)
      : begins(operandBegins(op, flow)) {
    for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
      Source source;
      source.link = flow.linkOf(i);
      if (ElementsAttr constant = nn::constantOf(operand)) {
        int64_t dim = channelDimOfConstant(op, flow, i);
        source.constant = factsOfConstant(constant, dim);
      } else {
        source.facts = &factsOf(operand);
        if (!source.link)
          source.hull = source.facts->hullOfAll();
      }
      sources.push_back(std::move(source));
    }
  }

  ChannelFact at(unsigned i, int64_t channel) const {
    const Source &source = sources[i];
    if (const ChannelLink *link = source.link; link && source.facts)
      return source.facts
          ->channels[link->operandChannel(channel - link->resultBegin)];
    if (source.facts)
      return source.hull;
    return source.constant.size() == 1 ? source.constant[0]
                                       : source.constant[channel - begins[i]];
  }

  int64_t beginOf(unsigned i) const { return begins[i]; }

private:
  struct Source {
    const ChannelLink *link = nullptr;
    const ValueFacts *facts = nullptr;
    ChannelFact hull;
    std::vector<ChannelFact> constant;
  };
  SmallVector<int64_t> begins;
  std::vector<Source> sources;
};
} // namespace

void ChannelAnalysis::visitApart(Operation *op, const ChannelFlow &flow,
                                 ValueFacts &result) {
  RankedTensorType type = tensorType(op->getResult(0));
  OperandFacts operands(op, flow, [&](Value value) -> const ValueFacts & {
    return factsOf(value);
  });
  auto &facts = result.channels;
  if (isConcatOfChannels(op, flow)) {
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      for (int64_t c = 0, e = tensorType(operand).getDimSize(flow.dim); c < e;
           ++c)
        facts.push_back(operands.at(i, operands.beginOf(i) + c));
    return;
  }
  Type element = type.getElementType();
  int64_t count = flow.dim < 0 ? 1 : type.getDimSize(flow.dim);
  for (int64_t c = 0; c < count; ++c) {
    double largest = 0;
    ChannelFact fact;
    fact.sure = rangeApart(op, c, [&](unsigned i, int64_t channel) {
      return operands.at(i, channel).sure;
    });
    fact.range = rangeApart(op, c, [&](unsigned i, int64_t channel) {
      Interval range = operands.at(i, channel).range;
      largest = std::max(largest, range.magnitude());
      return range;
    });
    facts.push_back(isa<nn::AddOp, nn::SubOp>(op)
                        ? settledSum(element, fact)
                        : settledImage(element, fact, largest));
  }
}

/// Constants as the op computes them, element by element: exact for those that
/// are one value, and those that differ from position to position.
void ChannelAnalysis::addMaps(Operation *op, const ChannelFlow &flow,
                              ValueFacts &result) {
  RankedTensorType type = tensorType(op->getResult(0));
  int64_t extent = type.getDimSize(flow.dim);
  if (extent == 0 || type.getNumElements() == 0 ||
      type.getNumElements() / extent > mostPositions)
    return;
  SmallVector<int64_t> chosen;
  for (int64_t c = 0; c < extent; ++c)
    if (!result.channels[c].isConstant() &&
        dependsOnConstants(op, flow, *this, c))
      chosen.push_back(c);
  if (chosen.empty())
    return;
  FailureOr<std::vector<std::vector<double>>> values =
      constantPart(op, flow, *this, chosen);
  if (failed(values))
    return;
  for (auto [c, map] : llvm::zip_equal(chosen, *values)) {
    auto [low, high] = std::minmax_element(map.begin(), map.end());
    result.channels[c] = ChannelFact::of({*low, *high});
    if (*low == *high)
      continue;
    result.channels[c].map = maps.size();
    maps.push_back(std::move(map));
  }
}

static void printFact(llvm::raw_ostream &out, const ChannelFact &fact) {
  if (fact.isUniform())
    out << llvm::format("%g", fact.range.low);
  else
    out << (fact.map < 0 ? "[" : "map [")
        << llvm::format("%g, %g]", fact.range.low, fact.range.high);
}

void ChannelAnalysis::print(llvm::raw_ostream &out) const {
  for (Operation &op : getFunction().getBody().front()) {
    auto it = flows.find(&op);
    if (it == flows.end() || it->second.kind == FlowKind::Opaque)
      continue;
    const ValueFacts &known = factsOf(op.getResult(0));
    out << op.getName() << ": ";
    if (known.dim >= 0)
      out << "dim " << known.dim << ": ";
    llvm::interleaveComma(known.channels, out, [&](const ChannelFact &fact) {
      printFact(out, fact);
    });
    out << "\n";
  }
}

} // namespace dlc::prune
