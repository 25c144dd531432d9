//===- Linear.cpp - Real numbers as sums of integers ----------------------===//

#include "compiler/quantize/sums/Linear.h"
#include "compiler/quantize/Build.h"
#include "compiler/quantize/sums/Accumulate.h"
#include "compiler/quantize/sums/Interpolate.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::quantize {

/// Sums of more are taken apart by nobody, and chains of ops that are longer
/// are no layer's.
static constexpr size_t kMostTerms = 4;
static constexpr unsigned kDeepest = 64;

std::optional<Linear> scaled(Linear linear, const Spread<Fraction> &by) {
  auto multiply = [](const Fraction &a, const Fraction &b) { return a * b; };
  for (Term &term : linear.terms) {
    auto factor = combine(multiply, term.factor, by);
    if (!factor)
      return std::nullopt;
    term.factor = std::move(*factor);
  }
  auto offset = combine(multiply, linear.offset, by);
  if (!offset)
    return std::nullopt;
  linear.offset = std::move(*offset);
  return linear;
}

std::optional<Linear> summed(Linear a, const Linear &b) {
  auto add = [](const Fraction &x, const Fraction &y) { return x + y; };
  for (const Term &term : b.terms) {
    auto *same = llvm::find_if(a.terms, [&](const Term &other) {
      return other.integers == term.integers &&
             other.origin.one() == term.origin.one() && term.origin.one();
    });
    if (same == a.terms.end()) {
      a.terms.push_back(term);
      continue;
    }
    auto factor = combine(add, same->factor, term.factor);
    if (!factor)
      return std::nullopt;
    same->factor = std::move(*factor);
  }
  auto offset = combine(add, a.offset, b.offset);
  if (!offset || a.terms.size() > kMostTerms)
    return std::nullopt;
  a.offset = std::move(*offset);
  return a;
}

/// What the terms' integers broadcast to; nullopt if they do not.
static std::optional<Shape> shapeOfTerms(const Linear &linear) {
  std::optional<Shape> joint = Shape();
  for (const Term &term : linear.terms)
    if (joint)
      joint = nn::broadcastShapes(*joint, typeOf(term.integers).getShape());
  return joint;
}

std::optional<Linear> LinearReader::read(Value value) {
  auto found = known.find(value);
  if (found != known.end())
    return found->second;
  if (depth == kDeepest)
    return std::nullopt;
  ++depth;
  std::optional<Linear> linear;
  if (auto constant = readConstant(value))
    linear = Linear{{}, std::move(*constant)};
  else if (auto own = stored.read(value))
    linear = Linear{{{own->integers, own->scale, own->zeroPoint,
                      Spread<Reach>(reachOf(own->integers))}},
                    {}};
  else if (Operation *op = value.getDefiningOp())
    linear = readOp(op);
  // A constant that has more elements makes more of them than the terms have.
  if (linear && !linear->terms.empty() &&
      shapeOfTerms(*linear) != Shape(typeOf(value).getShape()))
    linear.reset();
  --depth;
  known[value] = linear;
  return linear;
}

std::optional<Linear> LinearReader::readOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Linear>>(op)
      .Case<nn::ConvOp>([&](auto) { return readConv(op); })
      .Case<nn::MatmulOp>([&](auto) { return readMatmul(op); })
      .Case<nn::AddOp, nn::SubOp>([&](auto) { return readSum(op); })
      .Case<nn::MulOp, nn::DivOp>([&](auto) { return readProduct(op); })
      .Case<nn::AvgPoolOp>([&](auto) { return readPool(op); })
      .Case<nn::ReduceOp>([&](auto) { return readReduce(op); })
      .Case([&](nn::ResizeOp resize) { return readResize(resize); })
      .Case([&](nn::NegOp neg) -> std::optional<Linear> {
        auto linear = read(neg.getInput());
        return linear ? scaled(std::move(*linear), Fraction(-1)) : std::nullopt;
      })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<Spread<Fraction>> LinearReader::readConstant(Value value) {
  if (typeOf(value).getNumElements() > detail::kMostParameters)
    return std::nullopt;
  Shape shape(typeOf(value).getShape());
  if (auto numbers = fractionsOf(value))
    return Spread<Fraction>(std::move(shape), std::move(*numbers)).collapsed();
  std::optional<Stored> own = stored.read(value);
  auto integers =
      own ? nn::readIntegers(nn::constantOf(own->integers)) : std::nullopt;
  if (!integers)
    return std::nullopt;
  return combine(
      [](int64_t q, const Fraction &scale, int64_t zero) {
        return Fraction(q - zero) * scale;
      },
      Spread<int64_t>(std::move(shape), {integers->begin(), integers->end()}),
      own->scale, own->zeroPoint);
}

/// A bias is in the accumulator's units: its scale is the factor's nearest
/// float, or that of a tool that rounded twice.
static bool isUnit(const Fraction &scale, const Fraction &factor) {
  Fraction error = scale / factor - Fraction(1);
  Fraction most(1, 1 << 22);
  return error.isExact() && !(most < error) && !(error < -most);
}

/// The numbers that a bias stands for beside sums in units of `factor`.
static std::optional<Spread<Fraction>>
biasBeside(const Stored &bias, Shape shape, const Spread<Fraction> &factor) {
  auto integers = nn::readIntegers(nn::constantOf(bias.integers));
  if (!integers || int64_t(integers->size()) > detail::kMostParameters)
    return std::nullopt;
  return combine(
      [](int64_t q, const Fraction &scale, int64_t zero, const Fraction &unit) {
        return Fraction(q - zero) * (isUnit(scale, unit) ? unit : scale);
      },
      Spread<int64_t>(std::move(shape), {integers->begin(), integers->end()}),
      bias.scale, bias.zeroPoint, factor);
}

std::optional<Linear> LinearReader::readConv(Operation *op) {
  auto conv = cast<nn::ConvOp>(op);
  auto input = stored.read(conv.getInput()),
       filter = stored.read(conv.getFilter());
  if (conv.getAccumulator() || !input || !filter)
    return std::nullopt;
  std::optional<Term> term = accumulate(builder, conv, *input, *filter);
  if (!term)
    return std::nullopt;
  Linear linear{{*term}, {}};
  if (!conv.getBias())
    return linear;
  // One number for each filter, along the result's channels.
  int64_t rank = typeOf(conv.getOutput()).getRank();
  int64_t axis = nn::channelDim(conv.getLayout(), rank);
  int64_t filters = typeOf(conv.getFilter()).getDimSize(0);
  Shape shape =
      Spread<int64_t>::along(axis, rank, std::vector<int64_t>(filters)).shape;
  std::optional<Spread<Fraction>> bias;
  auto toChannels = [&](auto &spread) {
    if (!spread.isOne())
      spread.shape = shape;
  };
  if (auto numbers = fractionsOf(conv.getBias())) {
    // Infinite ones, and those beyond all scales, are no fractions.
    if (llvm::all_of(*numbers, [](const Fraction &n) { return n.isExact(); }))
      bias = Spread<Fraction>(shape, std::move(*numbers));
  } else if (auto own = stored.read(conv.getBias())) {
    toChannels(own->scale);
    toChannels(own->zeroPoint);
    bias = biasBeside(*own, shape, term->factor);
  }
  if (!bias)
    return std::nullopt;
  linear.offset = std::move(*bias);
  return linear;
}

std::optional<Linear> LinearReader::readMatmul(Operation *op) {
  auto matmul = cast<nn::MatmulOp>(op);
  auto lhs = stored.read(matmul.getLhs()), rhs = stored.read(matmul.getRhs());
  if (matmul.getAccumulator() || !lhs || !rhs)
    return std::nullopt;
  std::optional<Term> term = accumulate(builder, matmul, *lhs, *rhs);
  return term ? std::optional(Linear{{*term}, {}}) : std::nullopt;
}

std::optional<Linear> LinearReader::readSum(Operation *op) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  bool subtracts = isa<nn::SubOp>(op);
  if (!subtracts && readConstant(lhs))
    std::swap(lhs, rhs);
  auto left = read(lhs);
  if (!left)
    return std::nullopt;
  // A bias behind a product.
  if (!subtracts && left->terms.size() == 1 &&
      left->terms.front().isAccumulator && !nn::constantOf(rhs)) {
    auto own = stored.read(rhs);
    auto bias = own ? biasBeside(*own, Shape(typeOf(rhs).getShape()),
                                 left->terms.front().factor)
                    : std::nullopt;
    if (bias)
      return summed(std::move(*left), Linear{{}, std::move(*bias)});
  }
  auto right = read(rhs);
  if (right && subtracts)
    right = scaled(std::move(*right), Fraction(-1));
  return right ? summed(std::move(*left), *right) : std::nullopt;
}

std::optional<Linear> LinearReader::readProduct(Operation *op) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  bool divides = isa<nn::DivOp>(op);
  if (!divides && readConstant(lhs))
    std::swap(lhs, rhs);
  if (auto by = readConstant(rhs)) {
    auto left = read(lhs);
    if (!left)
      return std::nullopt;
    if (divides)
      for (Fraction &value : by->values)
        value = Fraction(1) / value;
    return scaled(std::move(*left), *by);
  }
  auto left = stored.read(lhs), right = stored.read(rhs);
  if (divides || !left || !right)
    return std::nullopt;
  std::optional<Term> term = accumulateProduct(builder, op, *left, *right);
  return term ? std::optional(Linear{{*term}, {}}) : std::nullopt;
}

std::optional<Linear> LinearReader::readPool(Operation *op) {
  auto pool = cast<nn::AvgPoolOp>(op);
  auto input = stored.read(pool.getInput());
  if (pool.getAccumulator() || !input)
    return std::nullopt;
  std::optional<Term> term = accumulate(builder, pool, *input);
  return term ? std::optional(Linear{{*term}, {}}) : std::nullopt;
}

std::optional<Linear> LinearReader::readResize(nn::ResizeOp resize) {
  if (resize.getMode() == nn::ResizeMode::Nearest)
    return std::nullopt;
  auto input = stored.read(resize.getInput());
  std::optional<Term> term =
      input ? accumulate(builder, resize, *input) : std::nullopt;
  return term ? std::optional(Linear{{*term}, {}}) : std::nullopt;
}

std::optional<Linear> LinearReader::readReduce(Operation *op) {
  auto reduce = cast<nn::ReduceOp>(op);
  bool sums = reduce.getKind() == nn::ReduceKind::Sum ||
              reduce.getKind() == nn::ReduceKind::Mean;
  if (!sums || reduce.getAccumulator())
    return std::nullopt;
  auto input = stored.read(reduce.getInput());
  std::optional<Term> term =
      input ? accumulate(builder, reduce, *input) : std::nullopt;
  return term ? std::optional(Linear{{*term}, {}}) : std::nullopt;
}

} // namespace dlc::quantize
