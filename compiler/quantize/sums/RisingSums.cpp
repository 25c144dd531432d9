//===- RisingSums.cpp - Channels whose real numbers fall ------------------===//

#include "compiler/quantize/sums/RisingSums.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::quantize {

namespace {
/// The op that adds up, and where its channels are.
struct Sum {
  Operation *op;
  int64_t channels;  // their dimension in the result
  int64_t ofWeights; // and in operand 1
};
} // namespace

/// A convolution or product with weights that have no zero point: with one they
/// have no negatives of the same one.
static std::optional<Sum> sumOf(Value integers) {
  Operation *op = integers.getDefiningOp();
  if (auto conv = dyn_cast_or_null<nn::ConvOp>(op)) {
    if (conv.getFilterZeroPoint())
      return std::nullopt;
    return Sum{op, nn::channelDim(conv.getLayout(), typeOf(integers).getRank()),
               0};
  }
  auto matmul = dyn_cast_or_null<nn::MatmulOp>(op);
  if (!matmul || matmul.getRhsZeroPoint() ||
      typeOf(matmul.getRhs()).getRank() != 2)
    return std::nullopt;
  return Sum{op, typeOf(integers).getRank() - 1, 1};
}

/// For each channel whether its factor is negative; nullopt where factors
/// differ within a channel or one is 0.
static std::optional<std::vector<bool>> falling(const Spread<Fraction> &factor,
                                                ArrayRef<int64_t> shape,
                                                int64_t channels) {
  const int64_t missing = int64_t(shape.size() - factor.shape.size());
  for (auto [d, size] : llvm::enumerate(factor.shape))
    if (size != 1 && missing + int64_t(d) != channels)
      return std::nullopt;
  std::vector<bool> negative;
  for (int64_t i = 0; i < shape[channels]; ++i) {
    const Fraction &one = factor.values[factor.isOne() ? 0 : i];
    if (!one.isPositive() && !one.isNegative())
      return std::nullopt;
    negative.push_back(one.isNegative());
  }
  return negative;
}

/// The constant with the channels along `axis` negated that `negative` names.
static Value negated(OpBuilder &builder, Value constant, int64_t axis,
                     const std::vector<bool> &negative) {
  auto integers = nn::readIntegers(nn::constantOf(constant));
  RankedTensorType type = typeOf(constant);
  auto element = dyn_cast<IntegerType>(type.getElementType());
  if (!integers || !element || element.isUnsigned())
    return {};
  Reach reach = reachOf(element);
  int64_t inner = detail::countOf(type.getShape().drop_front(axis + 1));
  std::vector<int64_t> values(integers->begin(), integers->end());
  for (auto [i, value] : llvm::enumerate(values)) {
    if (!negative[int64_t(i) / inner % int64_t(negative.size())])
      continue;
    if (value == reach.least)
      return {};
    value = -value;
  }
  return buildConstant(builder, constant.getLoc(), element,
                       {Shape(type.getShape()), std::move(values)});
}

bool rises(const Term &term) {
  return llvm::all_of(term.factor.values, [](const Fraction &factor) {
    return factor.isPositive();
  });
}

std::optional<Term> risingTerm(OpBuilder &builder, const Term &term) {
  std::optional<Sum> sum = sumOf(term.integers);
  if (!sum || !term.isAccumulator)
    return std::nullopt;
  RankedTensorType type = typeOf(term.integers);
  auto negative = falling(term.factor, type.getShape(), sum->channels);
  if (!negative)
    return std::nullopt;
  SmallVector<Value> operands(sum->op->getOperands());
  operands[1] = negated(builder, operands[1], sum->ofWeights, *negative);
  auto conv = dyn_cast<nn::ConvOp>(sum->op);
  if (conv && conv.getBias())
    operands[2] = negated(builder, operands[2], 0, *negative);
  if (llvm::is_contained(operands, Value()))
    return std::nullopt;
  auto absolute = [](const Fraction &factor) {
    return factor.isNegative() ? -factor : factor;
  };
  auto factor = combine(absolute, term.factor);
  auto origin = combine(
      [](int64_t value, const Fraction &factor) {
        return factor.isNegative() ? -value : value;
      },
      term.origin, term.factor);
  auto reach = combine(
      [](Reach one, const Fraction &factor) {
        return factor.isNegative() ? Reach{-one.greatest, -one.least} : one;
      },
      term.reach, term.factor);
  if (!factor || !origin || !reach)
    return std::nullopt;
  Value integers = rebuild(builder, sum->op, operands, type);
  return Term{integers, std::move(*factor), std::move(*origin),
              std::move(*reach), true};
}

} // namespace dlc::quantize
