//===- Requantise.cpp - From sums to stored integers ----------------------===//

#include "compiler/quantize/Requantise.h"
#include "compiler/quantize/Accumulate.h"
#include "compiler/quantize/Build.h"

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
  addBias(builder, loc, term, *units);
  auto tasks = combine(
      [&](const Fraction &factor, const Fraction &rest, Reach reach,
          int64_t origin) {
        return RescaleTask{{factor, rest, target.zeroPoint, target.clamp},
                           {reach.least - origin, reach.greatest - origin}};
      },
      *factor, *rest, term.reach, term.origin);
  auto chosen = tasks ? chooseRescale(tasks->values) : std::nullopt;
  if (!chosen)
    return {};
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

Value requantise(OpBuilder &builder, Location loc, const Linear &linear,
                 const Target &target) {
  if (linear.terms.size() != 1)
    return {};
  const Term &term = linear.terms.front();
  bool rises = llvm::all_of(term.factor.values, [](const Fraction &factor) {
    return factor.isPositive();
  });
  return rises ? rescale(builder, loc, term, linear.offset, target) : Value();
}

} // namespace dlc::quantize
