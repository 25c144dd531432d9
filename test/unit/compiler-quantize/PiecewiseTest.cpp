//===- PiecewiseTest.cpp - Polynomials are the function everywhere --------===//

#include "compiler/quantize/functions/Piecewise.h"
#include "test/unit/compiler-quantize/Exact.h"
#include <gtest/gtest.h>

using namespace dlc::quantize;

namespace {

constexpr Reach int16{-32768, 32767};

/// `f` of integers of 16 bits with this scale and zero point, quantised.
template <typename Fn>
PiecewiseTask taskOf(Fn f, int64_t least, double scale, int64_t zero,
                     double resultScale, int64_t resultZero, Reach clamp) {
  PiecewiseTask task{least, {}, {}, clamp};
  for (int64_t q = least; q < least + 65536; ++q) {
    double real = f(double(q - zero) * scale) / resultScale;
    task.reals.push_back(real + double(resultZero));
    task.results.push_back(
        int64_t(std::clamp(std::nearbyint(real) + double(resultZero),
                           double(clamp.least), double(clamp.greatest))));
  }
  return task;
}

void expectAll(const PiecewiseTask &task, const Piecewise &pieces,
               int64_t words) {
  EXPECT_LE(pieces.size(), words);
  for (size_t i = 0; i < task.results.size(); ++i)
    ASSERT_EQ(pieces(task.least + int64_t(i)), task.results[i]) << i;
  for (const auto &row : pieces.coefficients)
    for (int64_t word : row)
      ASSERT_TRUE(word >= INT32_MIN && word <= INT32_MAX);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double hardSwish(double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }

TEST(Piecewise, SmoothFunctions) {
  for (double scale : {1e-4, 2.5e-4, 1e-3, 1.3e-2})
    for (int64_t zero : {0, 1234}) {
      auto logistic =
          taskOf(sigmoid, -32768, scale, zero, 1.0 / 32768, 0, int16);
      auto found = choosePiecewise(logistic);
      ASSERT_TRUE(found) << scale;
      expectAll(logistic, *found, 2048);
      auto tangent = taskOf([](double x) { return std::tanh(x); }, -32768,
                            scale, zero, 1.0 / 32768, 0, int16);
      found = choosePiecewise(tangent);
      ASSERT_TRUE(found) << scale;
      expectAll(tangent, *found, 4096);
    }
}

/// A bend between two integers is a break; what stays the same needs no words.
TEST(Piecewise, Bends) {
  for (double scale : {1e-4, 3e-3}) {
    double most = 32000 * scale;
    auto swish =
        taskOf(hardSwish, 0, scale, 32768, most / 61234.5, 4000, {0, 65535});
    auto found = choosePiecewise(swish);
    ASSERT_TRUE(found);
    expectAll(swish, *found, 1024);
    auto leaky = taskOf([](double x) { return x < 0 ? 0.1 * x : x; }, -32768,
                        scale, 777, scale * 1.1, -5, int16);
    found = choosePiecewise(leaky);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->shifts.size(), 1u);
    expectAll(leaky, *found, 256);
  }
}

TEST(Piecewise, NarrowResults) {
  auto task = taskOf(sigmoid, -32768, 2e-4, 0, 1.0 / 256, -128, int8);
  auto found = choosePiecewise(task);
  ASSERT_TRUE(found);
  expectAll(task, *found, 256);
}

TEST(Piecewise, OneResult) {
  auto task =
      taskOf([](double) { return 3.0; }, -32768, 1e-3, 0, 1e-3, 0, int16);
  auto found = choosePiecewise(task);
  ASSERT_TRUE(found);
  expectAll(task, *found, 1);
}

/// A straight part of which every other number is a half, each rounded to the
/// other side than the last.
TEST(Piecewise, Halves) {
  auto task = taskOf([](double x) { return x < 0 ? 0.25 * x : x; }, -32768, 1,
                     0, 2, 0, int16);
  EXPECT_FALSE(choosePiecewise(task));
}

/// Every integer is needed: results that no rule joins have no pieces.
TEST(Piecewise, None) {
  PiecewiseTask task{-32768, {}, {}, int16};
  for (int i = 0; i < 65536; ++i) {
    task.results.push_back(pick(-32768, 32767));
    task.reals.push_back(double(task.results.back()));
  }
  EXPECT_FALSE(choosePiecewise(task));
}

} // namespace
