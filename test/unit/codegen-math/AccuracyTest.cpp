//===- AccuracyTest.cpp - Errors of the expansions, measured --------------===//
//
// Every function, as scalars and as vectors of 16, compiled for machines with
// and without fused multiply-add, vectors and square roots, against the double
// precision of this machine's libm. Arguments are spread over all bit patterns.
//
//===----------------------------------------------------------------------===//

#include "JitModule.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>
#include <iterator>
#include <limits>
#include <random>

using namespace dlc::test;

namespace {

constexpr size_t lanes = 16;
constexpr double boundInUlp = 2;

/// Error of `got` in units of the last place of the float nearest to `exact`.
double ulpError(float got, double exact) {
  constexpr double wrong = 1e9;
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : wrong;
  if (got == 0 && exact == 0 && std::signbit(got) != std::signbit(exact))
    return wrong;
  if (std::isinf(exact))
    return got == exact ? 0 : wrong;
  // Infinity stands for the next number after the largest.
  auto bounded = [](double x) {
    return std::max(-0x1p128, std::min(x, 0x1p128));
  };
  exact = bounded(exact);
  double value = bounded(got);
  int exponent;
  std::frexp(std::min(std::fabs(exact), 0x1.fffffep127), &exponent);
  double unit = std::ldexp(1, std::max(exponent, -125) - 24);
  return std::fabs(value - exact) / unit;
}

const float specials[] = {0.0f,
                          -0.0f,
                          1.0f,
                          -1.0f,
                          0.5f,
                          -0.5f,
                          1.5f,
                          -2.5f,
                          2.0f,
                          -3.0f,
                          16777215.0f,
                          16777216.0f,
                          8388607.5f,
                          -8388608.0f,
                          0x1.fffffep-1f,
                          0x1.000002p0f,
                          0x1p-149f,
                          -0x1p-149f,
                          0x1p-126f,
                          0x1.fffffep127f,
                          -0x1.fffffep127f,
                          1e10f,
                          -1e-20f,
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()};

struct Function {
  const char *name;
  /// MLIR of one operation on %a (and %b), T for the type, %r for the result.
  const char *code;
  double (*unary)(double);
  double (*binary)(double, double) = nullptr;
};

std::ostream &operator<<(std::ostream &out, const Function &function) {
  return out << function.name;
}

struct Samples {
  std::vector<float> a, b;
};

Samples unarySamples() {
  Samples samples;
  samples.a.assign(std::begin(specials), std::end(specials));
  // An odd step visits every sign, exponent and all low bits.
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += 1021)
    samples.a.push_back(llvm::bit_cast<float>(static_cast<uint32_t>(bits)));
  samples.a.resize(samples.a.size() / lanes * lanes);
  samples.b.assign(samples.a.size(), 0);
  return samples;
}

Samples binarySamples() {
  Samples samples;
  for (float a : specials)
    for (float b : specials) {
      samples.a.push_back(a);
      samples.b.push_back(b);
    }
  std::mt19937 random(1);
  for (size_t i = 0; i < size_t(1) << 21; ++i) {
    float a = llvm::bit_cast<float>(static_cast<uint32_t>(random()));
    float b = llvm::bit_cast<float>(static_cast<uint32_t>(random()));
    // Half of them where a power is in range, some of those near 1.
    if (i % 4 == 1)
      a = 1 + (static_cast<double>(random()) * 0x1p-32 - 0.5) * 0x1p-3;
    if (i % 2 == 1)
      b = (static_cast<double>(random()) * 0x1p-32 - 0.5) * 300 /
          std::log2(std::fabs(static_cast<double>(a)));
    samples.a.push_back(a);
    samples.b.push_back(b);
  }
  samples.a.resize(samples.a.size() / lanes * lanes);
  samples.b.resize(samples.a.size());
  return samples;
}

using Code = void(const float *, const float *, float *);

/// The largest error, with its argument in `worst`. Vectors compute all lanes
/// of each group of samples, scalars (the same code) one of them.
double largestError(Code *code, bool isVector, const Samples &samples,
                    const std::vector<double> &exact, size_t &worst) {
  double largest = 0;
  float results[lanes];
  for (size_t group = 0; group < samples.a.size(); group += lanes) {
    // The specials come first, and each counts.
    bool every = isVector || group < std::size(specials) * lanes;
    for (size_t lane = 0; lane < (every ? lanes : 1); ++lane) {
      size_t i = group + lane;
      if (!isVector || lane == 0)
        code(&samples.a[i], &samples.b[i], results);
      double error = ulpError(results[isVector ? lane : 0], exact[i]);
      if (error > largest) {
        largest = error;
        worst = i;
      }
    }
  }
  return largest;
}

class Accuracy : public testing::TestWithParam<Function> {};

TEST_P(Accuracy, isWithinTwoUnits) {
  const Function &function = GetParam();
  Samples samples = function.binary ? binarySamples() : unarySamples();
  std::vector<double> exact(samples.a.size());
  for (size_t i = 0; i < exact.size(); ++i)
    exact[i] = function.binary ? function.binary(samples.a[i], samples.b[i])
                               : function.unary(samples.a[i]);
  for (const Machine &machine : machines()) {
    JitModule module(function.code, {"f32", "vector<16xf32>"}, machine);
    for (const char *form : {"f32", "vector<16xf32>"}) {
      size_t worst = 0;
      double error = largestError(module.lookup<Code>(form), form[0] == 'v',
                                  samples, exact, worst);
      printf("%-10s %-14s %-12s %.3f ulp\n", function.name, form, machine.name,
             error);
      EXPECT_LE(error, boundInUlp)
          << function.name << " " << form << " " << machine.name << " at "
          << samples.a[worst] << ", " << samples.b[worst];
    }
  }
}

const Function functions[] = {
    {"acos", "%r = math.acos %a : T", std::acos},
    {"acosh", "%r = math.acosh %a : T", std::acosh},
    {"asin", "%r = math.asin %a : T", std::asin},
    {"asinh", "%r = math.asinh %a : T", std::asinh},
    {"atan", "%r = math.atan %a : T", std::atan},
    {"atanh", "%r = math.atanh %a : T", std::atanh},
    {"cos", "%r = math.cos %a : T", std::cos},
    {"log1p", "%r = math.log1p %a : T", std::log1p},
    {"sin", "%r = math.sin %a : T", std::sin},
    {"tan", "%r = math.tan %a : T", std::tan},
    {"cbrt", "%r = math.cbrt %a : T", std::cbrt},
    {"ceil", "%r = math.ceil %a : T", std::ceil},
    {"cosh", "%r = math.cosh %a : T", std::cosh},
    {"erf", "%r = math.erf %a : T", std::erf},
    {"exp", "%r = math.exp %a : T", std::exp},
    {"exp2", "%r = math.exp2 %a : T", std::exp2},
    {"expm1", "%r = math.expm1 %a : T", std::expm1},
    {"floor", "%r = math.floor %a : T", std::floor},
    {"log", "%r = math.log %a : T", std::log},
    {"log10", "%r = math.log10 %a : T", std::log10},
    {"log2", "%r = math.log2 %a : T", std::log2},
    {"round", "%r = math.round %a : T", std::round},
    {"roundeven", "%r = math.roundeven %a : T", std::nearbyint},
    {"rsqrt", "%r = math.rsqrt %a : T",
     [](double x) { return 1 / std::sqrt(x); }},
    {"sinh", "%r = math.sinh %a : T", std::sinh},
    {"sqrt", "%r = math.sqrt %a : T", std::sqrt},
    {"tanh", "%r = math.tanh %a : T", std::tanh},
    {"trunc", "%r = math.trunc %a : T", std::trunc},
    {"powHalf",
     "%c = arith.constant <0.5> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, 0.5); }},
    {"powThreeQuarters",
     "%c = arith.constant <0.75> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, 0.75); }},
    {"powThreeHalves",
     "%c = arith.constant <1.5> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, 1.5); }},
    {"powThree",
     "%c = arith.constant <3.0> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, 3.0); }},
    {"powTwo",
     "%c = arith.constant <2.0> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, 2.0); }},
    {"powMinusOne",
     "%c = arith.constant <-1.0> : T\n"
     "%r = math.powf %a, %c : T",
     [](double x) { return std::pow(x, -1.0); }},
    {"atan2", "%r = math.atan2 %a, %b : T", nullptr, std::atan2},
    {"fmod", "%r = arith.remf %a, %b : T", nullptr, std::fmod},
    {"powf", "%r = math.powf %a, %b : T", nullptr, std::pow},
};

INSTANTIATE_TEST_SUITE_P(functions, Accuracy, testing::ValuesIn(functions),
                         [](const auto &info) { return info.param.name; });

} // namespace
