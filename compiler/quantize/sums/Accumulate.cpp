//===- Accumulate.cpp - Sums of stored integers ---------------------------===//

#include "compiler/quantize/sums/Accumulate.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::quantize {

static Reach reachOfBits(unsigned bits) {
  int64_t half = int64_t(1) << (bits - 1);
  return {-half, half - 1};
}

static bool isWithin(Reach inner, Reach outer) {
  return inner.least >= outer.least && inner.greatest <= outer.greatest;
}

bool fitsAccumulator(Value accumulator, Reach reach) {
  unsigned bits = typeOf(accumulator).getElementType().getIntOrFloatBitWidth();
  return bits >= 64 || isWithin(reach, reachOfBits(bits));
}

/// i32, or i64 where sums of the reach need it.
static IntegerType accumulatorFor(OpBuilder &builder,
                                  const Spread<Reach> &reach) {
  bool narrow = llvm::all_of(
      reach.values, [](Reach one) { return isWithin(one, reachOfBits(32)); });
  return builder.getIntegerType(narrow ? 32 : 64);
}

/// The integers less their zero point: what is multiplied and summed.
static Reach centred(Value integers, int64_t zeroPoint) {
  Reach reach = reachOf(integers);
  return {reach.least - zeroPoint, reach.greatest - zeroPoint};
}

/// The zero point as an operand; null if it is 0.
static Value zeroPointOperand(OpBuilder &builder, Location loc,
                              const Stored &stored) {
  if (stored.zeroPoint.one() == int64_t(0))
    return {};
  auto type = cast<IntegerType>(typeOf(stored.integers).getElementType());
  return buildConstant(builder, loc, type, stored.zeroPoint);
}

namespace {
/// The least and greatest sum of products with one factor of a range.
struct SumReach {
  Reach other; // the range, with 0 if some products are left out
  Wide least = 0, greatest = 0;

  void add(int64_t weight) {
    Wide a = Wide(weight) * other.least, b = Wide(weight) * other.greatest;
    least += std::min(a, b);
    greatest += std::max(a, b);
  }
  /// Sums beyond 62 bits are of no network.
  std::optional<Reach> get() const {
    Wide limit = Wide(1) << 62;
    if (least < -limit || greatest > limit)
      return std::nullopt;
    return Reach{int64_t(least), int64_t(greatest)};
  }
};
} // namespace

static Reach withZero(Reach reach) {
  return {std::min<int64_t>(reach.least, 0),
          std::max<int64_t>(reach.greatest, 0)};
}

/// The reach of `count` products of any of two ranges.
static std::optional<Reach> reachOfProducts(Reach a, Reach b, int64_t count) {
  Wide corners[] = {Wide(a.least) * b.least, Wide(a.least) * b.greatest,
                    Wide(a.greatest) * b.least, Wide(a.greatest) * b.greatest};
  SumReach sum{{0, 0},
               *llvm::min_element(corners) * count,
               *llvm::max_element(corners) * count};
  return sum.get();
}

/// The reaches of sums with constant weights: `count` sums of `length`, where
/// `weightAt(sum, i)` is the position of a weight. With weights that are
/// computed, one reach for all.
static std::optional<Spread<Reach>>
reachOfSums(const Stored &weights, Reach other, int64_t count, int64_t length,
            llvm::function_ref<int64_t(int64_t, int64_t)> weightAt,
            llvm::ArrayRef<int64_t> shape) {
  std::vector<Reach> reaches;
  auto integers = nn::readIntegers(nn::constantOf(weights.integers));
  if (!integers) {
    Reach own = reachOf(weights.integers);
    auto zeros = weights.zeroPoint.values;
    Reach centre{own.least - *llvm::max_element(zeros),
                 own.greatest - *llvm::min_element(zeros)};
    auto reach = reachOfProducts(withZero(centre), other, length);
    return reach ? std::optional(Spread<Reach>(*reach)) : std::nullopt;
  }
  for (int64_t i = 0; i < count; ++i) {
    SumReach sum{other};
    int64_t zero = weights.zeroPoint.isOne() ? weights.zeroPoint.values.front()
                                             : weights.zeroPoint.values[i];
    for (int64_t j = 0; j < length; ++j)
      sum.add((*integers)[weightAt(i, j)] - zero);
    auto reach = sum.get();
    if (!reach)
      return std::nullopt;
    reaches.push_back(*reach);
  }
  return Spread<Reach>(Shape(shape), std::move(reaches));
}

static bool isAlongFirst(const Spread<Fraction> &spread, int64_t rank) {
  return spread.isOne() || (int64_t(spread.shape.size()) == rank &&
                            int64_t(spread.size()) == spread.shape.front());
}

std::optional<Term> accumulate(OpBuilder &builder, nn::ConvOp conv,
                               const Stored &input, const Stored &filter) {
  auto filterType = typeOf(filter.integers);
  const int64_t rank = filterType.getRank(), filters = filterType.getDimSize(0);
  if (!input.scale.isOne() || !input.zeroPoint.isOne() ||
      !isAlongFirst(filter.scale, rank))
    return std::nullopt;
  int64_t axis = nn::channelDim(conv.getLayout(), rank);
  Shape channels(rank - axis, 1);
  channels[0] = filters;
  const int64_t length =
      filterType.getNumElements() / std::max<int64_t>(filters, 1);
  // Taps in the padding are left out.
  Reach taps =
      withZero(centred(input.integers, input.zeroPoint.values.front()));
  auto reach = reachOfSums(
      filter, taps, filters, length,
      [&](int64_t f, int64_t i) { return f * length + i; }, channels);
  if (!reach)
    return std::nullopt;
  Location loc = conv.getLoc();
  auto accumulator = accumulatorFor(builder, *reach);
  Value integers = nn::ConvOp::create(
      builder, loc,
      RankedTensorType::get(typeOf(conv.getOutput()).getShape(), accumulator),
      input.integers, filter.integers, Value(),
      zeroPointOperand(builder, loc, input),
      zeroPointOperand(builder, loc, filter), conv.getStrides(), conv.getPads(),
      conv.getDilations(), conv.getGroup(), conv.getLayout(),
      TypeAttr::get(accumulator));
  Spread<Fraction> factor = filter.scale;
  if (!factor.isOne())
    factor.shape = channels;
  for (Fraction &value : factor.values)
    value = value * input.scale.values.front();
  return Term{integers, std::move(factor), {}, std::move(*reach), true};
}

/// Whether a spread is one value along dimension `fromLast`, counted from the
/// last.
template <typename T>
static bool isConstantAlong(const Spread<T> &spread, int64_t fromLast) {
  int64_t rank = spread.shape.size();
  return spread.isOne() || rank <= fromLast ||
         spread.shape[rank - 1 - fromLast] == 1;
}

std::optional<Term> accumulate(OpBuilder &builder, nn::MatmulOp matmul,
                               const Stored &lhs, const Stored &rhs) {
  if (!isConstantAlong(lhs.scale, 0) || !isConstantAlong(lhs.zeroPoint, 0) ||
      !isConstantAlong(rhs.scale, 1) || !isConstantAlong(rhs.zeroPoint, 1))
    return std::nullopt;
  auto left = typeOf(lhs.integers), right = typeOf(rhs.integers);
  const int64_t depth = left.getShape().back(),
                columns = right.getShape().back();
  auto range = [](const Stored &stored) {
    Reach reach = reachOf(stored.integers);
    return Reach{reach.least - *llvm::max_element(stored.zeroPoint.values),
                 reach.greatest - *llvm::min_element(stored.zeroPoint.values)};
  };
  std::optional<Spread<Reach>> reach;
  if (right.getRank() == 2) {
    reach = reachOfSums(rhs, range(lhs), columns, depth,
                        [&](int64_t n, int64_t k) { return k * columns + n; },
                        {columns});
  } else if (auto all = reachOfProducts(range(lhs), range(rhs), depth)) {
    reach = Spread<Reach>(*all);
  }
  auto factor =
      combine([](const Fraction &a, const Fraction &b) { return a * b; },
              lhs.scale, rhs.scale);
  if (!reach || !factor)
    return std::nullopt;
  Location loc = matmul.getLoc();
  auto accumulator = accumulatorFor(builder, *reach);
  Value integers = nn::MatmulOp::create(
      builder, loc,
      RankedTensorType::get(typeOf(matmul.getOutput()).getShape(), accumulator),
      lhs.integers, rhs.integers, zeroPointOperand(builder, loc, lhs),
      zeroPointOperand(builder, loc, rhs), TypeAttr::get(accumulator));
  return Term{integers, std::move(*factor), {}, std::move(*reach), true};
}

/// How many elements each window of an average divides by, along the result's
/// spatial dimensions.
static std::optional<Spread<int64_t>> divisorsOf(nn::AvgPoolOp pool) {
  auto input = typeOf(pool.getInput()), output = typeOf(pool.getOutput());
  const int64_t first = nn::firstSpatialDim(pool.getLayout()),
                spatial = pool.getKernel().size();
  std::optional<Spread<int64_t>> divisors(1);
  for (int64_t d = 0; d < spatial; ++d) {
    std::vector<int64_t> counts;
    const int64_t least = -pool.getCountedPads()[d],
                  end = input.getDimSize(first + d) +
                        pool.getCountedPads()[spatial + d];
    for (int64_t o = 0; o < output.getDimSize(first + d); ++o) {
      int64_t count = 0;
      for (int64_t k = 0; k < pool.getKernel()[d]; ++k) {
        int64_t at = o * pool.getStrides()[d] - pool.getPads()[d] +
                     k * pool.getDilations()[d];
        count += at >= least && at < end;
      }
      counts.push_back(count);
    }
    auto along =
        Spread<int64_t>::along(first + d, output.getRank(), std::move(counts));
    divisors = combine([](int64_t a, int64_t b) { return a * b; }, *divisors,
                       along.collapsed());
    if (!divisors)
      return std::nullopt;
  }
  return divisors;
}

/// Of `count` elements.
static std::optional<Reach> reachOfElements(const Stored &input,
                                            int64_t count) {
  return reachOfProducts(
      withZero(centred(input.integers, input.zeroPoint.values.front())), {1, 1},
      count);
}

std::optional<Term> accumulate(OpBuilder &builder, nn::AvgPoolOp pool,
                               const Stored &input) {
  if (!input.scale.isOne() || !input.zeroPoint.isOne())
    return std::nullopt;
  auto output = typeOf(pool.getOutput());
  auto reach = reachOfElements(input, detail::countOf(pool.getKernel()));
  auto divisors = divisorsOf(pool);
  auto factor =
      divisors ? combine(
                     [&](int64_t divisor) {
                       return input.scale.values.front() / Fraction(divisor);
                     },
                     *divisors)
               : std::nullopt;
  if (!reach || !factor)
    return std::nullopt;
  Location loc = pool.getLoc();
  auto accumulator = accumulatorFor(builder, *reach);
  SmallVector<int64_t> none(pool.getPads().size(), 0);
  Value integers = nn::AvgPoolOp::create(
      builder, loc, RankedTensorType::get(output.getShape(), accumulator),
      input.integers, zeroPointOperand(builder, loc, input), pool.getKernel(),
      pool.getStrides(), pool.getPads(), pool.getDilations(), none,
      pool.getLayout(), TypeAttr::get(accumulator));
  return Term{integers, std::move(*factor), {}, Spread<Reach>(*reach), true};
}

std::optional<Term> accumulate(OpBuilder &builder, nn::ReduceOp reduce,
                               const Stored &input) {
  if (!input.scale.isOne() || !input.zeroPoint.isOne())
    return std::nullopt;
  auto type = typeOf(reduce.getInput()), output = typeOf(reduce.getOutput());
  if (output.getNumElements() == 0 || type.getNumElements() == 0)
    return std::nullopt;
  const int64_t count = type.getNumElements() / output.getNumElements();
  auto reach = reachOfElements(input, count);
  if (!reach)
    return std::nullopt;
  Location loc = reduce.getLoc();
  auto accumulator = accumulatorFor(builder, *reach);
  Value integers = nn::ReduceOp::create(
      builder, loc, RankedTensorType::get(output.getShape(), accumulator),
      input.integers, zeroPointOperand(builder, loc, input),
      nn::ReduceKind::Sum, reduce.getAxes(), reduce.getKeepdims(),
      TypeAttr::get(accumulator));
  Fraction factor = input.scale.values.front();
  if (reduce.getKind() == nn::ReduceKind::Mean)
    factor = factor / Fraction(count);
  return Term{integers, factor, {}, Spread<Reach>(*reach), true};
}

std::optional<Term> accumulateProduct(OpBuilder &builder, Operation *op,
                                      const Stored &lhs, const Stored &rhs) {
  auto factor =
      combine([](const Fraction &a, const Fraction &b) { return a * b; },
              lhs.scale, rhs.scale);
  auto leftZero = lhs.zeroPoint.one(), rightZero = rhs.zeroPoint.one();
  if (!factor || !leftZero || !rightZero)
    return std::nullopt;
  auto reach = reachOfProducts(centred(lhs.integers, *leftZero),
                               centred(rhs.integers, *rightZero), 1);
  if (!reach)
    return std::nullopt;
  Spread<Reach> spread(*reach);
  IntegerType element = accumulatorFor(builder, spread);
  auto less = [&](const Stored &stored) {
    Value zero = zeroPointOperand(builder, op->getLoc(), stored);
    return zero ? buildBinary<nn::SubOp>(builder, op->getLoc(), stored.integers,
                                         zero, element)
                : stored.integers;
  };
  Value left = less(lhs), right = less(rhs);
  Value integers =
      buildBinary<nn::MulOp>(builder, op->getLoc(), left, right, element);
  return Term{integers, std::move(*factor), {}, spread, true};
}

Value addToAccumulator(OpBuilder &builder, Location loc, Value accumulator,
                       const Spread<int64_t> &bias) {
  if (bias.one() == int64_t(0))
    return accumulator;
  auto type = typeOf(accumulator);
  auto element = cast<IntegerType>(type.getElementType());
  auto conv = accumulator.getDefiningOp<nn::ConvOp>();
  if (conv && !conv.getBias()) {
    const int64_t filters = typeOf(conv.getFilter()).getDimSize(0),
                  axis = nn::channelDim(conv.getLayout(), type.getRank());
    auto each = Spread<int64_t>::along(axis, type.getRank(),
                                       std::vector<int64_t>(filters));
    ArrayRef<int64_t> shape =
        ArrayRef<int64_t>(bias.shape).drop_while([](int64_t size) {
          return size == 1;
        });
    if (bias.isOne() || shape == ArrayRef<int64_t>(each.shape)) {
      each = {{filters},
              bias.isOne() ? std::vector<int64_t>(filters, bias.values.front())
                           : bias.values};
      return nn::ConvOp::create(
          builder, conv.getLoc(), type, conv.getInput(), conv.getFilter(),
          buildConstant(builder, loc, element, each), conv.getInputZeroPoint(),
          conv.getFilterZeroPoint(), conv.getStrides(), conv.getPads(),
          conv.getDilations(), conv.getGroup(), conv.getLayout(),
          TypeAttr::get(element));
    }
  }
  return nn::AddOp::create(builder, loc, type, accumulator,
                           buildConstant(builder, loc, element, bias));
}

} // namespace dlc::quantize
