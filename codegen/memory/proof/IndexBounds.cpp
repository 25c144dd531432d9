//===- IndexBounds.cpp - Between what an index lies -----------------------===//

#include "codegen/memory/proof/IndexBounds.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>

using namespace mlir;

namespace dlc::memory {

Bounds operator+(Bounds a, Bounds b) {
  return {a.low + b.low, a.high + b.high};
}

Bounds operator-(Bounds a, Bounds b) {
  return {a.low - b.high, a.high - b.low};
}

Bounds operator*(Bounds a, Bounds b) {
  auto [low, high] = std::minmax(
      {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return {low, high};
}

namespace {

using Result = std::optional<Bounds>;

/// Indices are not negative; below 0 signed and unsigned differ.
Result divide(Bounds a, Bounds b, bool remainder) {
  if (a.low < 0 || !b.isPoint() || b.low <= 0)
    return std::nullopt;
  Bounds quotient{a.low / b.low, a.high / b.low};
  if (!remainder)
    return quotient;
  if (!quotient.isPoint())
    return Bounds{0, b.low - 1};
  return Bounds{a.low % b.low, a.high % b.low};
}

Result compare(arith::CmpIPredicate predicate, Bounds a, Bounds b) {
  auto holds = [&](int64_t x, int64_t y) {
    return arith::applyCmpPredicate(predicate, APInt(64, x, true),
                                    APInt(64, y, true));
  };
  if (a.isPoint() && b.isPoint())
    return Bounds::only(holds(a.low, b.low));
  using Predicate = arith::CmpIPredicate;
  // An order of signed numbers is decided by the nearest pair and by the
  // farthest one.
  if (predicate == Predicate::slt || predicate == Predicate::sle ||
      predicate == Predicate::sgt || predicate == Predicate::sge) {
    bool one = holds(a.low, b.high), other = holds(a.high, b.low);
    if (one == other)
      return Bounds::only(one);
  }
  return Bounds{0, 1};
}

/// For ops that are only followed with known numbers.
Result atPoints(ArrayRef<Bounds> in,
                llvm::function_ref<int64_t(int64_t, int64_t)> compute) {
  if (!in[0].isPoint() || !in[1].isPoint())
    return std::nullopt;
  return Bounds::only(compute(in[0].low, in[1].low));
}

Result select(ArrayRef<Bounds> in) {
  if (in[0].isPoint())
    return in[in[0].low ? 1 : 2];
  return Bounds{std::min(in[1].low, in[2].low),
                std::max(in[1].high, in[2].high)};
}

Result logic(Operation *op, ArrayRef<Bounds> in) {
  bool conjunction = isa<arith::AndIOp>(op);
  if (op->getResult(0).getType().isInteger(1)) {
    auto both = [&](int64_t a, int64_t b) {
      return conjunction ? a & b : a | b;
    };
    return Bounds{both(in[0].low, in[1].low), both(in[0].high, in[1].high)};
  }
  return atPoints(
      in, [&](int64_t a, int64_t b) { return conjunction ? a & b : a | b; });
}

} // namespace

Result boundsOf(Operation *op, ArrayRef<Bounds> in) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([](arith::ConstantOp constant) -> Result {
        auto number = dyn_cast<IntegerAttr>(constant.getValue());
        if (!number)
          return std::nullopt;
        return Bounds::only(number.getType().isInteger(1)
                                ? number.getValue().getBoolValue()
                                : number.getInt());
      })
      .Case([&](arith::AddIOp) -> Result { return in[0] + in[1]; })
      .Case([&](arith::SubIOp) -> Result { return in[0] - in[1]; })
      .Case([&](arith::MulIOp) -> Result { return in[0] * in[1]; })
      .Case([&](arith::ShLIOp) -> Result {
        if (!in[1].isPoint() || in[1].low < 0 || in[1].low > 31)
          return std::nullopt;
        return in[0] * Bounds::only(int64_t(1) << in[1].low);
      })
      .Case<arith::AndIOp, arith::OrIOp>(
          [&](Operation *both) -> Result { return logic(both, in); })
      .Case([&](arith::MinSIOp) -> Result {
        return Bounds{std::min(in[0].low, in[1].low),
                      std::min(in[0].high, in[1].high)};
      })
      .Case([&](arith::MaxSIOp) -> Result {
        return Bounds{std::max(in[0].low, in[1].low),
                      std::max(in[0].high, in[1].high)};
      })
      .Case([&](arith::SelectOp) -> Result { return select(in); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(
          [&](Operation *division) -> Result {
            return divide(in[0], in[1],
                          isa<arith::RemSIOp, arith::RemUIOp>(division));
          })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp>(
          [&](Operation *) -> Result { return in[0]; })
      .Case([&](arith::CmpIOp comparison) -> Result {
        return compare(comparison.getPredicate(), in[0], in[1]);
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

} // namespace dlc::memory
