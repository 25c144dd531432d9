//===- CompareTest.cpp - Comparisons with constants as integers -----------===//

#include "JitModule.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace dlc::test;

namespace {

bool holds(llvm::StringRef predicate, float x, float y) {
  if (std::isnan(x) || std::isnan(y))
    return predicate.front() == 'u';
  llvm::StringRef order = predicate.drop_front();
  if (order == "rd")
    return true;
  if (order == "no")
    return false;
  return order == "lt"   ? x < y
         : order == "le" ? x <= y
         : order == "gt" ? x > y
         : order == "ge" ? x >= y
         : order == "eq" ? x == y
                         : x != y;
}

TEST(CompareAsIntegers, allPredicatesWithAllKindsOfConstants) {
  const float tiny = llvm::bit_cast<float>(1u);
  const float infinity = INFINITY;
  const float bounds[] = {0.0f, -0.0f, 1.5f,     -1.5f,
                          tiny, -tiny, infinity, -infinity};
  std::vector<float> values = {NAN, llvm::bit_cast<float>(0xffffffffu),
                               llvm::bit_cast<float>(0x7f800001u), 1e38f,
                               -1e38f};
  for (float bound : bounds)
    for (float value : {bound, std::nextafter(bound, infinity),
                        std::nextafter(bound, -infinity)})
      values.push_back(value);
  for (float bound : bounds) {
    // One module: the code of each predicate is a bit of the result.
    std::string code;
    const char *predicates[] = {"oeq", "one", "olt", "ole", "ogt",
                                "oge", "ord", "ueq", "une", "ult",
                                "ule", "ugt", "uge", "uno"};
    std::string bits =
        "0x" + llvm::utohexstr(llvm::bit_cast<uint32_t>(bound), false, 8);
    code += "%y = arith.constant " + bits + " : f32\n";
    code += "%r0 = arith.constant 0.0 : f32\n";
    for (unsigned i = 0; i < std::size(predicates); ++i) {
      std::string n = std::to_string(i), next = std::to_string(i + 1);
      code += "%c" + n + " = arith.cmpf " + predicates[i] + ", %a, %y : f32\n";
      code += "%k" + n + " = arith.constant " + std::to_string(1 << i) +
              ".0 : f32\n";
      code += "%s" + n + " = arith.addf %r" + n + ", %k" + n + " : f32\n";
      code += "%r" + next + " = arith.select %c" + n + ", %s" + n + ", %r" + n +
              " : f32\n";
    }
    code += "%z = arith.constant 0.0 : f32\n%r = arith.addf %r" +
            std::to_string(std::size(predicates)) + ", %z : f32\n";
    JitModule module(code, {"f32"}, machines().back());
    auto *compare = module.lookup<void(float *, float *, float *)>("f32");
    for (float x : values) {
      float result;
      compare(&x, &x, &result);
      auto set = static_cast<unsigned>(result);
      for (unsigned i = 0; i < std::size(predicates); ++i)
        EXPECT_EQ((set >> i) & 1, holds(predicates[i], x, bound))
            << x << " " << predicates[i] << " " << bound;
    }
  }
}

} // namespace
