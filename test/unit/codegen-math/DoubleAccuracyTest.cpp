//===- DoubleAccuracyTest.cpp - Errors in double precision ----------------===//
//
// The functions that cover f64, against the extended precision of x86's libm.
//
//===----------------------------------------------------------------------===//

#include "JitModule.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>

using namespace dlc::test;

namespace {

using Real = long double;

constexpr double boundInUlp = 2;

double ulpError(double got, Real exact) {
  constexpr double wrong = 1e9;
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : wrong;
  if (got == 0 && exact == 0 && std::signbit(got) != std::signbit(exact))
    return wrong;
  // Infinity stands for the next number after the largest.
  const Real limit = std::ldexp(Real(1), 1024);
  Real bounded = std::max(-limit, std::min(exact, limit));
  Real value = std::max(-limit, std::min(Real(got), limit));
  int exponent;
  std::frexp(std::min(std::fabs(exact), Real(0x1p1023)), &exponent);
  Real unit = std::ldexp(Real(1), std::max(exponent, -1021) - 53);
  return std::fabs(value - bounded) / unit;
}

struct Function {
  const char *name, *code;
  Real (*unary)(Real);
  Real (*binary)(Real, Real) = nullptr;
};

std::ostream &operator<<(std::ostream &out, const Function &function) {
  return out << function.name;
}

const double specials[] = {0.0,
                           -0.0,
                           1,
                           -1,
                           0.5,
                           -0.5,
                           1.5,
                           -2.5,
                           2,
                           -3,
                           0x1p53,
                           0x1p52 - 0.5,
                           -0x1p52,
                           0x1p-1074,
                           -0x1p-1074,
                           0x1p-1022,
                           1e308,
                           -1e308,
                           1e-200,
                           0x1.fffffffffffffp-1,
                           0x1.0000000000001p0,
                           std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()};

struct Sample {
  double a, b;
};

std::vector<Sample> samples() {
  std::vector<Sample> result;
  for (double a : specials)
    for (double b : specials)
      result.push_back({a, b});
  std::mt19937_64 random(1);
  auto signedFraction = [&] {
    return static_cast<double>(random()) * 0x1p-63 - 1;
  };
  for (int i = 0; i < 200000; ++i) {
    Sample sample = {llvm::bit_cast<double>(random()),
                     llvm::bit_cast<double>(random())};
    // Mostly numbers of ordinary size, and powers that are in range.
    if (i % 4 != 0)
      sample.a = std::ldexp(signedFraction(), static_cast<int>(i % 24) - 12);
    if (i % 4 == 1)
      sample.a = 1 + sample.a * 0x1p-14;
    if (i % 2 == 1)
      sample.b = signedFraction() * 1080 / std::log2(std::fabs(sample.a));
    result.push_back(sample);
  }
  return result;
}

class DoubleAccuracy : public testing::TestWithParam<Function> {};

TEST_P(DoubleAccuracy, isWithinTwoUnits) {
  const Function &function = GetParam();
  for (const Machine &machine : machines()) {
    JitModule module(function.code, {"f64", "vector<4xf64>"}, machine);
    auto *scalar =
        module.lookup<void(const double *, const double *, double *)>("f64");
    auto *vector =
        module.lookup<void(const double *, const double *, double *)>(
            "vector<4xf64>");
    double largest = 0;
    Sample worst = {};
    for (Sample sample : samples()) {
      double a[4] = {1, 1, sample.a, 1}, b[4] = {1, 1, sample.b, 1}, lanes[4];
      double result;
      scalar(&sample.a, &sample.b, &result);
      vector(a, b, lanes);
      Real exact = function.binary ? function.binary(sample.a, sample.b)
                                   : function.unary(sample.a);
      double error =
          std::max(ulpError(result, exact), ulpError(lanes[2], exact));
      if (error > largest) {
        largest = error;
        worst = sample;
      }
    }
    printf("%-10s f64 %-12s %.3f ulp\n", function.name, machine.name, largest);
    EXPECT_LE(largest, boundInUlp) << function.name << " " << machine.name
                                   << " at " << worst.a << ", " << worst.b;
  }
}

const Function functions[] = {
    {"ceil", "%r = math.ceil %a : T", std::ceil},
    {"exp", "%r = math.exp %a : T", std::exp},
    {"exp2", "%r = math.exp2 %a : T", std::exp2},
    {"floor", "%r = math.floor %a : T", std::floor},
    {"log", "%r = math.log %a : T", std::log},
    {"round", "%r = math.round %a : T", std::round},
    {"roundeven", "%r = math.roundeven %a : T", std::nearbyint},
    {"rsqrt", "%r = math.rsqrt %a : T",
     [](Real x) { return 1 / std::sqrt(x); }},
    {"sqrt", "%r = math.sqrt %a : T", std::sqrt},
    {"tanh", "%r = math.tanh %a : T", std::tanh},
    {"trunc", "%r = math.trunc %a : T", std::trunc},
    {"fmod", "%r = arith.remf %a, %b : T", nullptr, std::fmod},
    {"powf", "%r = math.powf %a, %b : T", nullptr, std::pow},
};

INSTANTIATE_TEST_SUITE_P(functions, DoubleAccuracy,
                         testing::ValuesIn(functions),
                         [](const auto &info) { return info.param.name; });

} // namespace
