//===- Requantise.cpp - From sums to stored integers ----------------------===//

#include "compiler/quantize/Requantise.h"
#include "compiler/quantize/Build.h"
#include "compiler/quantize/SumParameters.h"
#include "compiler/quantize/sums/Accumulate.h"
#include "compiler/quantize/sums/Quotient.h"
#include "compiler/quantize/sums/RisingSums.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::quantize {

int64_t Target::operator()(const Fraction &x) const {
  Wide rounded = (x / scale.values.front()).roundHalfEven() + zeroPoint;
  return int64_t(std::clamp(rounded, Wide(clamp.least), Wide(clamp.greatest)));
}

std::optional<Target> targetOf(nn::QuantizeOp op) {
  auto parameters = parametersOf(op);
  auto zeroPoint = parameters ? parameters->second.one() : std::nullopt;
  auto storage = dyn_cast<IntegerType>(typeOf(op.getOutput()).getElementType());
  if (!zeroPoint || !storage || storage.getWidth() > 16)
    return std::nullopt;
  return Target{std::move(parameters->first), *zeroPoint, storage,
                reachOf(storage)};
}

static bool isWithin32(Wide value) {
  return value >= INT32_MIN && value <= INT32_MAX;
}

/// The offset in units of the factor, as far as these are integers: what is
/// added to the integers before they are rescaled.
static std::optional<Spread<int64_t>>
integerOffset(const Term &term, const Spread<Fraction> &offset) {
  bool fits = true;
  auto result = combine(
      [&](const Fraction &offset, const Fraction &factor) -> int64_t {
        Fraction units = offset / factor;
        fits &= units.isExact();
        if (!units.isExact())
          return 0;
        Wide rounded = units.roundHalfEven();
        // Beyond, it is all in the rescale's addend.
        return isWithin32(rounded) ? int64_t(rounded) : 0;
      },
      offset, term.factor);
  return fits ? result : std::nullopt;
}

/// The accumulators with the integers added that their type has room for; the
/// others are left, and moved to the origin.
static void addBias(OpBuilder &builder, Location loc, Term &term,
                    const Spread<int64_t> &bias) {
  auto moved = combine(
      [](Reach reach, int64_t by) {
        return Reach{reach.least + by, reach.greatest + by};
      },
      term.reach, bias);
  bool fits = term.isAccumulator && moved &&
              llvm::all_of(moved->values, [&](Reach reach) {
                return fitsAccumulator(term.integers, reach);
              });
  if (fits) {
    term.integers =
        addToAccumulator(builder, term.integers.getLoc(), term.integers, bias);
    term.reach = std::move(*moved);
    return;
  }
  if (auto origin = combine([](int64_t a, int64_t by) { return a - by; },
                            term.origin, bias))
    term.origin = std::move(*origin);
}

/// n of a factor of 2^-n.
static std::optional<int64_t> shiftOf(const Spread<Fraction> &factor) {
  auto one = factor.one();
  if (!one || one->numerator() != 1)
    return std::nullopt;
  for (int64_t n = 1; n < 31; ++n)
    if (one->denominator() == Wide(1) << n)
      return n;
  return std::nullopt;
}

/// Interpolation in the operand's own units is a shift, of which halves are
/// ties: (a + (zero point + 1/2) 2^n) >> n in words.
static Value shiftInterpolated(OpBuilder &builder, Location loc,
                               const Term &term, const Spread<Fraction> &factor,
                               const Spread<Fraction> &rest,
                               const Target &target) {
  auto shift = shiftOf(factor);
  auto origin = term.origin.one();
  auto reach = term.reach.one();
  if (!shift || !origin || !reach || rest.one() != Fraction(0) ||
      !term.integers.getDefiningOp<nn::InterpolateOp>())
    return {};
  int64_t by = ((2 * target.zeroPoint + 1) << (*shift - 1)) - *origin;
  if (!fitsAccumulator(term.integers,
                       {reach->least + by, reach->greatest + by}))
    return {};
  Value sums = addToAccumulator(builder, loc, term.integers, by);
  RescaleParameters parameters{1, 0, *shift, 1, (target.zeroPoint & 1) != 0};
  return buildRescale(builder, loc, sums, parameters, target.storage,
                      target.clamp);
}

/// One term: a rescale.
static Value rescale(OpBuilder &builder, Location loc, Term term,
                     const Spread<Fraction> &offset, const Target &target) {
  auto units = integerOffset(term, offset);
  if (!units)
    return {};
  auto rest = combine(
      [](const Fraction &offset, const Fraction &factor, int64_t units,
         const Fraction &scale) {
        return (offset - factor * Fraction(units)) / scale;
      },
      offset, term.factor, *units, target.scale);
  auto factor = combine([](const Fraction &factor,
                           const Fraction &scale) { return factor / scale; },
                        term.factor, target.scale);
  if (!rest || !factor)
    return {};
  const Term given = term;
  addBias(builder, loc, term, *units);
  if (Value shifted =
          shiftInterpolated(builder, loc, term, *factor, *rest, target))
    return shifted;
  if (hasManySteps(target.clamp)) {
    // What is shifted out of a wide product depends on the origin.
    rest =
        combine([](const Fraction &rest, const Fraction &factor,
                   int64_t origin) { return rest - factor * Fraction(origin); },
                *rest, *factor, term.origin);
    term.origin = {};
    if (!rest)
      return {};
  }
  auto tasks = combine(
      [&](const Fraction &factor, const Fraction &rest, Reach reach,
          int64_t origin) {
        return RescaleTask{{factor, rest, target.zeroPoint, target.clamp},
                           {reach.least - origin, reach.greatest - origin}};
      },
      *factor, *rest, term.reach, term.origin);
  auto chosen = tasks ? chooseRescale(tasks->values) : std::nullopt;
  if (!chosen)
    return offset.one() == Fraction(0) && factor->one()
               ? roundQuotient(builder, loc, given, *factor->one(), target)
               : Value();
  std::vector<int64_t> origins = expand(term.origin, tasks->shape);
  for (auto [one, origin] : llvm::zip_equal(*chosen, origins)) {
    Wide addend = one.addend - Wide(origin) * one.multiplier;
    constexpr Wide limit = Wide(1) << 62;
    if (addend < -limit || addend >= limit)
      return {};
    one.addend = int64_t(addend);
  }
  return buildRescale(builder, loc, term.integers,
                      {tasks->shape, {chosen->begin(), chosen->end()}},
                      target.storage, target.clamp);
}

/// Each channel's sum takes some milliseconds to prove.
static constexpr size_t kMostSums = 256;

/// What the terms are to become, for each channel.
static std::optional<Spread<SumTask>> sumTasks(const Linear &linear,
                                               const Target &target) {
  std::optional<Spread<SumTask>> tasks = combine(
      [&](const Fraction &offset, const Fraction &scale) {
        SumTask task;
        task.offset = offset / scale;
        task.zeroPoint = target.zeroPoint;
        task.clamp = target.clamp;
        return task;
      },
      linear.offset, target.scale);
  for (const Term &term : linear.terms) {
    if (!tasks)
      return std::nullopt;
    tasks = combine(
        [](SumTask task, const Fraction &factor, int64_t origin, Reach reach,
           const Fraction &scale) {
          Fraction own = factor / scale;
          task.factors.push_back(own);
          task.reaches.push_back(reach);
          task.origins.push_back(origin);
          return task;
        },
        *tasks, term.factor, term.origin, term.reach, target.scale);
  }
  if (tasks && tasks->size() > kMostSums)
    return std::nullopt;
  return tasks;
}

/// The integers times multipliers that may differ between channels, added up.
static Value buildProducts(OpBuilder &builder, Location loc,
                           const Linear &linear,
                           const Spread<SumParameters> &parameters,
                           IntegerType accumulator) {
  Value sum;
  for (auto [i, term] : llvm::enumerate(linear.terms)) {
    std::vector<int64_t> multipliers;
    for (const SumParameters &one : parameters.values)
      multipliers.push_back(one.multipliers[i]);
    Value factor = buildConstant(
        builder, loc, accumulator,
        Spread<int64_t>(parameters.shape, std::move(multipliers)).collapsed());
    Value product = buildBinary<nn::MulOp>(builder, loc, term.integers, factor,
                                           accumulator);
    sum = sum ? buildBinary<nn::AddOp>(builder, loc, sum, product, accumulator)
              : product;
  }
  return sum;
}

/// Terms of several units: products with multipliers, summed in `bits`, and a
/// shift.
static Value rescaleSum(OpBuilder &builder, Location loc, const Linear &linear,
                        const Spread<SumTask> &tasks, const Target &target,
                        unsigned bits) {
  std::vector<SumParameters> chosen;
  for (const SumTask &task : tasks.values) {
    auto one = chooseSum(task, bits);
    if (!one)
      return {};
    chosen.push_back(std::move(*one));
  }
  IntegerType accumulator = builder.getIntegerType(bits);
  Spread<SumParameters> parameters(tasks.shape, std::move(chosen));
  Value sum = buildProducts(builder, loc, linear, parameters, accumulator);
  std::vector<int64_t> addends, masks;
  std::vector<RescaleParameters> shifts;
  for (const SumParameters &one : parameters.values) {
    addends.push_back(one.addend);
    masks.push_back(-(int64_t(1) << one.dropped));
    shifts.push_back({1, 0, one.shift, one.hasTies, one.tiesToOdd});
  }
  Spread<int64_t> addend(tasks.shape, std::move(addends));
  sum = buildBinary<nn::AddOp>(
      builder, loc, sum,
      buildConstant(builder, loc, accumulator, addend.collapsed()),
      accumulator);
  Spread<int64_t> mask(tasks.shape, std::move(masks));
  if (mask.one() != int64_t(-1))
    sum = nn::BitAndOp::create(
        builder, loc, sum.getType(), sum,
        buildConstant(builder, loc, accumulator, mask.collapsed()));
  return buildRescale(builder, loc, sum, {tasks.shape, std::move(shifts)},
                      target.storage, target.clamp);
}

/// Factors whose ratio is one of small integers n1 / n2 are one factor of
/// n1 * a1 + n2 * a2: 1 and 1 for equal scales.
static std::optional<Linear> joinTerms(OpBuilder &builder, Location loc,
                                       const Linear &linear) {
  if (linear.terms.size() != 2)
    return std::nullopt;
  const Term &first = linear.terms[0], &second = linear.terms[1];
  auto one = first.factor.one(), other = second.factor.one();
  auto firstOrigin = first.origin.one(), secondOrigin = second.origin.one();
  auto firstReach = first.reach.one(), secondReach = second.reach.one();
  if (!one || !other || !firstOrigin || !secondOrigin || !firstReach ||
      !secondReach)
    return std::nullopt;
  Fraction ratio = *one / *other;
  constexpr Wide most = 1 << 12;
  if (!ratio.isExact() || ratio.isZero() || ratio.numerator() > most ||
      ratio.numerator() < -most || ratio.denominator() > most)
    return std::nullopt;
  auto left = int64_t(ratio.numerator()), right = int64_t(ratio.denominator());
  Fraction unit = *one / Fraction(left);
  if (unit.isNegative()) {
    left = -left;
    right = -right;
    unit = -unit;
  }
  auto ends = [](Reach reach, int64_t by) {
    return Reach{std::min(reach.least * by, reach.greatest * by),
                 std::max(reach.least * by, reach.greatest * by)};
  };
  Reach a = ends(*firstReach, left), b = ends(*secondReach, right);
  Reach reach{a.least + b.least, a.greatest + b.greatest};
  IntegerType accumulator = builder.getI32Type();
  if (!isWithin32(reach.least) || !isWithin32(reach.greatest) ||
      typeOf(first.integers).getElementType().getIntOrFloatBitWidth() > 32 ||
      typeOf(second.integers).getElementType().getIntOrFloatBitWidth() > 32)
    return std::nullopt;
  auto times = [&](Value integers, int64_t by) {
    if (by == 1)
      return integers;
    return buildBinary<nn::MulOp>(
        builder, loc, integers,
        buildConstant(builder, loc, accumulator, Spread<int64_t>(by)),
        accumulator);
  };
  Value sum =
      buildBinary<nn::AddOp>(builder, loc, times(first.integers, left),
                             times(second.integers, right), accumulator);
  int64_t origin = left * *firstOrigin + right * *secondOrigin;
  return Linear{{{sum, unit, origin, reach, true}}, linear.offset};
}

static Value rescaleTerms(OpBuilder &builder, Location loc,
                          const Linear &linear, const Target &target) {
  auto tasks = sumTasks(linear, target);
  if (!tasks)
    return {};
  bool narrow = llvm::all_of(linear.terms, [](const Term &term) {
    return typeOf(term.integers).getElementType().getIntOrFloatBitWidth() <= 32;
  });
  if (narrow)
    if (Value found = rescaleSum(builder, loc, linear, *tasks, target, 32))
      return found;
  if (auto joined = joinTerms(builder, loc, linear))
    if (Value found = rescale(builder, loc, joined->terms.front(),
                              joined->offset, target))
      return found;
  return rescaleSum(builder, loc, linear, *tasks, target, 64);
}

Value requantise(OpBuilder &builder, Location loc, const Linear &linear,
                 const Target &target) {
  if (linear.terms.empty())
    return {};
  const Term &term = linear.terms.front();
  if (linear.terms.size() > 1)
    return rescaleTerms(builder, loc, linear, target);
  if (rises(term))
    return rescale(builder, loc, term, linear.offset, target);
  if (auto rising = risingTerm(builder, term))
    if (Value found = rescale(builder, loc, *rising, linear.offset, target))
      return found;
  return rescaleTerms(builder, loc, linear, target);
}

} // namespace dlc::quantize
