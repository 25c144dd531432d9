//===- Table.cpp - Functions of one stored integer ------------------------===//

#include "compiler/quantize/Table.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace dlc::quantize {

/// More ops between two tensors are no activation any more.
static constexpr unsigned kMostOps = 32;

int64_t quantiseNear(double x, const Target &target) {
  const double least = double(target.clamp.least),
               greatest = double(target.clamp.greatest);
  double quotient = x / target.scale.values.front().approximate();
  if (std::isnan(quotient))
    return target.zeroPoint;
  double half = std::floor(quotient) + 0.5;
  double rounded = std::nearbyint(quotient);
  if (std::abs(quotient - half) < std::ldexp(1.0, -38))
    rounded = std::nearbyint(half);
  return int64_t(
      std::clamp(rounded + double(target.zeroPoint), least, greatest));
}

namespace {
/// Evaluates a value for each integer that the one tensor behind it can hold.
class Evaluation {
public:
  Evaluation(OpBuilder &builder, StoredReader &stored, unsigned bits)
      : builder(builder), stored(stored), bits(bits) {}

  /// The value's numbers, a tensor with an entry for each integer or with one
  /// for all; null if it is computed in another way.
  Value evaluate(Value value);
  Value integers() const { return leaf ? leaf->integers : Value(); }

private:
  Value leafNumbers(const Stored &own);
  Value constantNumbers(Value value);

  OpBuilder &builder;
  StoredReader &stored;
  const unsigned bits; // of an integer at most
  std::optional<Stored> leaf;
  Value numbers;
  llvm::DenseMap<Value, Value> known;
  unsigned ops = 0;
};
} // namespace

static Value buildNumbers(OpBuilder &builder, Location loc,
                          ArrayRef<double> values) {
  auto type =
      RankedTensorType::get({int64_t(values.size())}, builder.getF64Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

/// The integers of a type in the order in which nn.gather counts indices:
/// those from 0 on, then from the least to -1.
static SmallVector<int64_t> integersOf(IntegerType type) {
  Reach reach = reachOf(type);
  SmallVector<int64_t> integers;
  for (int64_t q = 0; q <= reach.greatest; ++q)
    integers.push_back(q);
  for (int64_t q = reach.least; q < 0; ++q)
    integers.push_back(q);
  return integers;
}

Value Evaluation::leafNumbers(const Stored &own) {
  auto type = cast<IntegerType>(typeOf(own.integers).getElementType());
  auto scale = own.scale.one();
  auto zero = own.zeroPoint.one();
  if (type.getWidth() > bits || !scale || !zero)
    return {};
  if (leaf) {
    bool same = leaf->integers == own.integers &&
                *leaf->scale.one() == *scale && *leaf->zeroPoint.one() == *zero;
    return same ? numbers : Value();
  }
  SmallVector<double> values;
  for (int64_t q : integersOf(type))
    values.push_back((Fraction(q - *zero) * *scale).approximate());
  leaf = own;
  numbers = buildNumbers(builder, own.integers.getLoc(), values);
  return numbers;
}

Value Evaluation::constantNumbers(Value value) {
  auto fractions = fractionsOf(value);
  if (!fractions || fractions->size() != 1 || !fractions->front().isExact())
    return {};
  return buildNumbers(builder, value.getLoc(),
                      {fractions->front().approximate()});
}

Value Evaluation::evaluate(Value value) {
  auto [found, isNew] = known.try_emplace(value);
  if (!isNew)
    return found->second;
  if (Value constant = constantNumbers(value))
    return known[value] = constant;
  if (auto own = stored.read(value))
    return known[value] = leafNumbers(*own);
  Operation *op = value.getDefiningOp();
  if (!op || !op->hasTrait<nn::ElementwiseOp>() ||
      isa<nn::CastOp, nn::RescaleOp>(op) || ++ops > kMostOps)
    return {};
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(evaluate(operand));
    if (!operands.back())
      return {};
  }
  // In double: integers and bools are what comparisons make of it.
  Type element = typeOf(value).getElementType();
  if (!isa<FloatType>(element) && !element.isInteger(1))
    return {};
  int64_t entries = 1;
  for (Value operand : operands)
    entries = std::max(entries, typeOf(operand).getNumElements());
  auto type = RankedTensorType::get({entries}, isa<FloatType>(element)
                                                   ? Type(builder.getF64Type())
                                                   : element);
  Value result = rebuild(builder, op, operands, type);
  return known[value] = nn::constantOf(result) ? result : Value();
}

std::optional<Samples> sampleFunction(OpBuilder &builder, StoredReader &stored,
                                      Value value, unsigned bits) {
  Evaluation evaluation(builder, stored, bits);
  Value numbers = evaluation.evaluate(value);
  Value integers = evaluation.integers();
  if (!numbers || !integers ||
      typeOf(integers).getShape() != typeOf(value).getShape())
    return std::nullopt;
  auto data = nn::readConstant(nn::constantOf(numbers));
  Samples samples{integers, {}};
  for (int64_t i = 0, e = typeOf(numbers).getNumElements(); i < e; ++i)
    samples.numbers.push_back(data->get<double>(i));
  return samples;
}

Value quantiseByTable(OpBuilder &builder, StoredReader &stored, Value value,
                      const Target &target) {
  auto samples = sampleFunction(builder, stored, value, /*bits=*/8);
  if (!samples || !target.scale.isOne())
    return {};
  std::vector<int64_t> entries;
  for (double number : samples->numbers)
    entries.push_back(quantiseNear(number, target));
  Location loc = value.getLoc();
  Value table = buildConstant(builder, loc, target.storage,
                              {{int64_t(entries.size())}, std::move(entries)});
  return buildLookup(builder, loc, table, samples->integers);
}

} // namespace dlc::quantize
