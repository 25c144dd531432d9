//===- ExpandIntegersTest.cpp - Products and quotients without calls ------===//

#include "JitModule.h"

#include "gtest/gtest.h"

#include <random>

using namespace dlc::test;

namespace {

constexpr Machine kWords = {
    "of words", "long_multiply = false, index_bits = 32 : i64", "x86-64-v2"};
constexpr Machine kLongProducts = {
    "of words with long products",
    "long_multiply = true, index_bits = 32 : i64", "x86-64-v2"};

/// What code computes of two numbers of a type.
template <typename T> class Code {
public:
  explicit Code(const std::string &code, const Machine &machine = kWords)
      : type("i" + std::to_string(8 * sizeof(T))),
        module(code, {type.c_str()}, machine),
        function(module.lookup<void(T *, T *, T *)>(type)) {}

  T operator()(T a, T b) {
    T result;
    function(&a, &b, &result);
    return result;
  }

private:
  std::string type;
  JitModule module;
  void (*function)(T *, T *, T *);
};

/// Numbers with any number of bits, and those at the ends.
std::vector<int64_t> numbers(int count) {
  std::vector<int64_t> all = {0,          1,         -1,        0xffff,
                              0x10000,    -0x10000,  INT32_MAX, INT32_MIN,
                              UINT32_MAX, INT64_MAX, INT64_MIN};
  std::mt19937_64 random(11);
  while (static_cast<int>(all.size()) < count)
    all.push_back(static_cast<int64_t>(random()) >> (random() % 64));
  return all;
}

TEST(ExpandIntegers, productsAreThoseOf64Bits) {
  Code<int64_t> whole("%r = arith.muli %a, %b : T");
  std::string words = R"(
    %x = arith.trunci %a : T to i32
    %y = arith.trunci %b : T to i32
    %wide = arith.extsi %x : i32 to T
  )";
  Code<int64_t> isSigned(words + R"(
    %other = arith.extsi %y : i32 to T
    %r = arith.muli %wide, %other : T)");
  Code<int64_t> isMixed(words + R"(
    %other = arith.extui %y : i32 to T
    %r = arith.muli %wide, %other : T)");
  Code<int64_t> isUnsigned(words + R"(
    %first = arith.extui %x : i32 to T
    %other = arith.extui %y : i32 to T
    %r = arith.muli %first, %other : T)");
  Code<int64_t> byConstant(words + R"(
    %other = arith.constant -1518500249 : T
    %r = arith.muli %wide, %other : T)");
  auto product = [](auto a, auto b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) *
                                static_cast<uint64_t>(b));
  };
  auto cut = [](int64_t x) { return static_cast<int32_t>(x); };
  auto bare = [](int64_t x) { return static_cast<uint32_t>(x); };
  for (int64_t a : numbers(150))
    for (int64_t b : numbers(150)) {
      EXPECT_EQ(whole(a, b), product(a, b)) << a << " " << b;
      EXPECT_EQ(isSigned(a, b), int64_t(cut(a)) * cut(b)) << a << " " << b;
      EXPECT_EQ(isMixed(a, b), product(int64_t(cut(a)), bare(b)));
      EXPECT_EQ(isUnsigned(a, b), product(bare(a), bare(b)));
      EXPECT_EQ(byConstant(a, b), int64_t(cut(a)) * -1518500249);
    }
}

/// Of a softmax: 2^60 over sums of 2^30 and more; of any others.
void expectQuotients(const Machine &machine) {
  for (int64_t dividend :
       {int64_t(1) << 60, int64_t(4323455642275676160), int64_t(1),
        int64_t(12345), (int64_t(1) << 62) - 1, INT64_MAX}) {
    Code<int64_t> quotient("%n = arith.constant " + std::to_string(dividend) +
                               " : T\n%r = arith.divsi %n, %b : T",
                           machine);
    std::vector<int64_t> divisors = numbers(4000);
    // About where the divisor has a second word, and where its first one is
    // all ones.
    for (int shift = 1; shift < 63; ++shift)
      for (int64_t beside : {-2, -1, 0, 1, 2})
        divisors.push_back((int64_t(1) << shift) + beside);
    std::mt19937_64 random(12);
    for (int i = 0; i < 4000; ++i)
      divisors.push_back((int64_t(1) << 30) + int64_t(random() % (1LL << 41)));
    for (int64_t b : divisors)
      if (b != 0)
        ASSERT_EQ(quotient(0, b), dividend / b) << dividend << " / " << b;
  }
}

TEST(ExpandIntegers, constantsAreDividedBitByBit) { expectQuotients(kWords); }

TEST(ExpandIntegers, constantsAreDividedByReciprocals) {
  expectQuotients(kLongProducts);
}

TEST(ExpandIntegers, smallNumbersAreDividedByProducts) {
  for (int divisor : {3, 5, 7, 25, 49, 100, 125, 641})
    for (int count : {10, 125, 1000, 32767}) {
      // The remainder is less than the count, which is how it is known.
      std::string code = "%c = arith.constant " + std::to_string(count) +
                         " : T\n%d = arith.constant " +
                         std::to_string(divisor) +
                         " : T\n%x = arith.remui %a, %c : T\n";
      Code<uint32_t> quotient(code + "%r = arith.divui %x, %d : T");
      Code<uint32_t> rest(code + "%r = arith.remsi %x, %d : T");
      for (uint32_t x = 0; x < static_cast<uint32_t>(count); ++x) {
        ASSERT_EQ(quotient(x, 0), x / divisor) << x << " / " << divisor;
        ASSERT_EQ(rest(x, 0), x % divisor) << x << " % " << divisor;
      }
    }
}

} // namespace
