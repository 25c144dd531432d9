//===- Binary.cpp - Evaluation of broadcasting element-wise ops -----------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// The result's tensor (a splat if all operands are) and the rows to compute.
static Tensor allocateBroadcast(RankedTensorType type, Operands operands) {
  bool splat =
      llvm::all_of(operands, [](const Tensor &t) { return t.isSplat(); });
  return splat ? Tensor::zeroSplat(type) : Tensor::zeros(type);
}

static void forEachBroadcastRow(const Tensor &result, Operands operands,
                                llvm::function_ref<void(const Row &)> fn) {
  if (result.isSplat()) {
    SmallVector<int64_t> zero(operands.size(), 0);
    return fn({0, 1, zero, zero});
  }
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor &operand : operands)
    strides.push_back(broadcastStrides(operand.getShape(), result.getShape()));
  forEachRow(result.getShape(), strides, fn);
}

/// result = fn(lhs, rhs) with C the operands' and R the result's domain.
template <typename C, typename R, typename Fn>
static Tensor zip(RankedTensorType type, Operands operands, Fn fn) {
  Tensor result = allocateBroadcast(type, operands);
  C lhs[maxRow], rhs[maxRow];
  R out[maxRow];
  forEachBroadcastRow(result, operands, [&](const Row &row) {
    size_t length = row.length;
    operands[0].load<C>(row.operands[0], row.strides[0], {lhs, length});
    operands[1].load<C>(row.operands[1], row.strides[1], {rhs, length});
    for (size_t i = 0; i < length; ++i)
      out[i] = fn(lhs[i], rhs[i]);
    result.store<R>(row.offset, {out, length});
  });
  return result;
}

template <typename C> using Function = C (*)(C, C);

static Function<double> floatFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, Function<double>>(op)
      .Case<nn::AddOp>(
          [](auto) { return [](double a, double b) { return a + b; }; })
      .Case<nn::SubOp>(
          [](auto) { return [](double a, double b) { return a - b; }; })
      .Case<nn::MulOp>(
          [](auto) { return [](double a, double b) { return a * b; }; })
      .Case<nn::DivOp>(
          [](auto) { return [](double a, double b) { return a / b; }; })
      .Case<nn::PowOp>([](auto) {
        return [](double a, double b) { return std::pow(a, b); };
      })
      .Case<nn::MinOp>([](auto) {
        return
            [](double a, double b) { return std::isnan(a) || a < b ? a : b; };
      })
      .Case<nn::MaxOp>([](auto) {
        return
            [](double a, double b) { return std::isnan(a) || a > b ? a : b; };
      })
      .Case<nn::PreluOp>([](auto) {
        return [](double x, double slope) { return x < 0 ? slope * x : x; };
      })
      .Case<nn::ModOp>([](nn::ModOp mod) -> Function<double> {
        if (mod.getFmod())
          return [](double a, double b) { return std::fmod(a, b); };
        return [](double a, double b) { return a - b * std::floor(a / b); };
      })
      .Default(Function<double>(nullptr));
}

/// base to the power of a whole number, wrapping like the product it is.
template <typename C> static C integerPower(C base, C exponent) {
  if (std::is_signed_v<C> && exponent < C(0)) {
    if (base == C(1))
      return 1;
    // 1/base truncates to 0, but for -1.
    return base == C(-1) ? (exponent % 2 ? C(-1) : C(1)) : C(0);
  }
  uint64_t result = 1, factor = uint64_t(base);
  for (uint64_t e = uint64_t(exponent); e; e >>= 1, factor *= factor)
    if (e & 1)
      result *= factor;
  return C(result);
}

/// Quotient and remainder whose divisor is not 0 and may be -1.
template <typename C> static C quotient(C a, C b) {
  return std::is_signed_v<C> && b == C(-1) ? C(-uint64_t(a)) : C(a / b);
}
template <typename C> static C remainder(C a, C b) {
  return std::is_signed_v<C> && b == C(-1) ? C(0) : C(a % b);
}

/// Arithmetic is done unsigned, where overflow wraps.
template <typename C> static Function<C> integerFunction(Operation *op) {
  using U = uint64_t;
  return llvm::TypeSwitch<Operation *, Function<C>>(op)
      .template Case<nn::AddOp>(
          [](auto) { return [](C a, C b) { return C(U(a) + U(b)); }; })
      .template Case<nn::SubOp>(
          [](auto) { return [](C a, C b) { return C(U(a) - U(b)); }; })
      .template Case<nn::MulOp>(
          [](auto) { return [](C a, C b) { return C(U(a) * U(b)); }; })
      .template Case<nn::DivOp>([](auto) { return quotient<C>; })
      .template Case<nn::PowOp>([](auto) { return integerPower<C>; })
      .template Case<nn::MinOp>(
          [](auto) { return [](C a, C b) { return a < b ? a : b; }; })
      .template Case<nn::MaxOp>(
          [](auto) { return [](C a, C b) { return a > b ? a : b; }; })
      .template Case<nn::PreluOp>([](auto) {
        return [](C x, C slope) { return x < C(0) ? C(U(slope) * U(x)) : x; };
      })
      .template Case<nn::AndOp, nn::BitAndOp>(
          [](auto) { return [](C a, C b) { return C(a & b); }; })
      .template Case<nn::OrOp, nn::BitOrOp>(
          [](auto) { return [](C a, C b) { return C(a | b); }; })
      .template Case<nn::XorOp, nn::BitXorOp>(
          [](auto) { return [](C a, C b) { return C(a ^ b); }; })
      .template Case<nn::ShiftLeftOp>([](auto) {
        return [](C a, C b) { return U(b) < 64 ? C(U(a) << U(b)) : C(0); };
      })
      .template Case<nn::ShiftRightOp>([](auto) {
        return [](C a, C b) {
          return U(b) < 64 ? C(a >> b) : a < C(0) ? C(-1) : C(0);
        };
      })
      .template Case<nn::ModOp>([](nn::ModOp mod) -> Function<C> {
        if (mod.getFmod())
          return remainder<C>;
        return [](C a, C b) {
          C r = remainder(a, b);
          return r != C(0) && (r < C(0)) != (b < C(0)) ? C(r + b) : r;
        };
      })
      .Default(Function<C>(nullptr));
}

/// Whether a zero occurs among an integer operand's elements.
static bool hasZero(const Tensor &operand) {
  int64_t size = operand.isSplat() ? 1 : operand.size();
  for (int64_t i = 0; i < size; ++i) {
    int64_t value;
    operand.load<int64_t>(i, 1, {&value, 1});
    if (value == 0)
      return true;
  }
  return false;
}

LogicalResult dlc::evaluate::evaluateBinary(Operation *op, Operands operands,
                                            Results &results) {
  RankedTensorType type = resultType(op);
  Domain domain = sumDomain(op, operands[0]);
  if (domain != Domain::Float && isa<nn::DivOp, nn::ModOp>(op) &&
      hasZero(operands[1]))
    return failure();
  return visitDomain(domain, [&](auto zero) -> LogicalResult {
    using C = decltype(zero);
    Function<C> fn;
    if constexpr (std::is_same_v<C, double>)
      fn = floatFunction(op);
    else
      fn = integerFunction<C>(op);
    if (!fn)
      return failure();
    results.push_back(zip<C, C>(type, operands, fn));
    return success();
  });
}

template <typename C>
static Tensor compare(nn::CompareOp op, Operands operands) {
  RankedTensorType type = resultType(op);
  auto run = [&](auto holds) {
    return zip<C, uint64_t>(type, operands,
                            [=](C a, C b) { return uint64_t(holds(a, b)); });
  };
  switch (op.getPredicate()) {
  case nn::ComparePredicate::EQ:
    return run([](C a, C b) { return a == b; });
  case nn::ComparePredicate::LT:
    return run([](C a, C b) { return a < b; });
  case nn::ComparePredicate::LE:
    return run([](C a, C b) { return a <= b; });
  case nn::ComparePredicate::GT:
    return run([](C a, C b) { return a > b; });
  case nn::ComparePredicate::GE:
    return run([](C a, C b) { return a >= b; });
  }
  llvm_unreachable("all predicates are listed");
}

LogicalResult dlc::evaluate::compute(nn::CompareOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(operands[0].domain(), [&](auto zero) {
    return compare<decltype(zero)>(op, operands);
  }));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::SelectOp op, Operands operands,
                                     Results &results) {
  Tensor result = allocateBroadcast(resultType(op), operands);
  unsigned width = result.width();
  forEachBroadcastRow(result, operands, [&](const Row &row) {
    for (int64_t i = 0; i < row.length; ++i) {
      size_t chosen =
          *operands[0].at(row.operands[0] + i * row.strides[0]) ? 1 : 2;
      std::memcpy(
          result.at(row.offset + i),
          operands[chosen].at(row.operands[chosen] + i * row.strides[chosen]),
          width);
    }
  });
  results.push_back(std::move(result));
  return success();
}
