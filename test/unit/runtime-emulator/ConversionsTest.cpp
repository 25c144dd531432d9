// cvt, setp and selp of the emulated GPU.
#include "test/unit/runtime-emulator/Device.h"

#include <cmath>
#include <limits>

using namespace dlc::ptx;

namespace {

const float infinity = std::numeric_limits<float>::infinity();
const std::vector<float> floats{
    0.0f,          -0.0f,         0.5f,     -0.5f,       1.5f,
    2.5f,          -1.5f,         -2.5f,    0.49999997f, 3e9f,
    -3e9f,         5e9f,          255.5f,   127.5f,      -128.5f,
    8388608.5f,    1e-40f,        infinity, -infinity,   NAN,
    2147483520.0f, 4294967040.0f, 1e20f,    -1e20f,      77.25f};

std::vector<uint32_t> bits(const std::vector<float> &values) {
  std::vector<uint32_t> made(values.size());
  memcpy(made.data(), values.data(), values.size() * 4);
  return made;
}

template <class D>
void expectIntegers(const std::string &instruction, double (*round)(double)) {
  std::vector<uint32_t> made = results<uint32_t>(instruction, bits(floats));
  for (size_t i = 0; i < floats.size(); ++i) {
    double x = round(floats[i]);
    D right = std::isnan(x) ? D(0)
              : x < double(std::numeric_limits<D>::min())
                  ? std::numeric_limits<D>::min()
              : x > double(std::numeric_limits<D>::max())
                  ? std::numeric_limits<D>::max()
                  : D(x);
    EXPECT_EQ(D(made[i]), right) << instruction << " of " << floats[i];
  }
}

TEST(Conversions, ToIntegersClampAndRound) {
  expectIntegers<int32_t>("cvt.rni.s32.f32 %r9, %r5;", std::nearbyint);
  expectIntegers<int32_t>("cvt.rzi.s32.f32 %r9, %r5;", std::trunc);
  expectIntegers<int32_t>("cvt.rmi.s32.f32 %r9, %r5;", std::floor);
  expectIntegers<int32_t>("cvt.rpi.s32.f32 %r9, %r5;", std::ceil);
  expectIntegers<uint32_t>("cvt.rni.u32.f32 %r9, %r5;", std::nearbyint);
  expectIntegers<int8_t>("cvt.rni.s8.f32 %r9, %r5;", std::nearbyint);
  expectIntegers<uint8_t>("cvt.rzi.u8.f32 %r9, %r5;", std::trunc);
}

TEST(Conversions, ToIntegralFloats) {
  std::vector<uint32_t> made =
      results<uint32_t>("cvt.rni.f32.f32 %r9, %r5;", bits(floats));
  for (size_t i = 0; i < floats.size(); ++i) {
    float x;
    memcpy(&x, &made[i], 4);
    EXPECT_TRUE(x == std::nearbyint(floats[i]) ||
                (std::isnan(x) && std::isnan(floats[i])));
  }
}

TEST(Conversions, OfIntegersRoundToTheNearestOrAsIsSaid) {
  std::vector<uint32_t> a{16777217,   0xfeffffff, 2147483647,
                          0x80000000, 16777219,   5};
  std::vector<uint32_t> nearest =
      results<uint32_t>("cvt.rn.f32.s32 %r9, %r5;", a);
  EXPECT_EQ(nearest, bits({16777216, -16777216, 2147483648.0f, -2147483648.0f,
                           16777220, 5}));
  EXPECT_EQ(
      results<uint32_t>("cvt.rz.f32.s32 %r9, %r5;", a),
      bits({16777216, -16777216, 2147483520, -2147483648.0f, 16777218, 5}));
  EXPECT_EQ(
      results<uint32_t>("cvt.rp.f32.s32 %r9, %r5;", a),
      bits({16777218, -16777216, 2147483648.0f, -2147483648.0f, 16777220, 5}));
  EXPECT_EQ(
      results<uint32_t>("cvt.rm.f32.s32 %r9, %r5;", a),
      bits({16777216, -16777218, 2147483520, -2147483648.0f, 16777218, 5}));
  EXPECT_EQ(results<uint32_t>("cvt.rn.f32.u32 %r9, %r5;",
                              std::vector<uint32_t>{0xffffffff})[0],
            bits({4294967296.0f})[0]);
}

TEST(Conversions, BetweenWidths) {
  std::vector<uint32_t> a{0x12345680, 0xffffff7f, 0x8000, 0x7fff};
  EXPECT_EQ(results<uint32_t>("cvt.s32.s8 %r9, %r5;", a),
            (std::vector<uint32_t>{0xffffff80, 0x7f, 0, 0xffffffff}));
  EXPECT_EQ(results<uint32_t>("cvt.u32.u8 %r9, %r5;", a),
            (std::vector<uint32_t>{0x80, 0x7f, 0, 0xff}));
  EXPECT_EQ(results<uint32_t>("cvt.s32.s16 %r9, %r5;", a),
            (std::vector<uint32_t>{0x5680, 0xffffff7f, 0xffff8000, 0x7fff}));
  EXPECT_EQ(results<uint32_t>("cvt.sat.s8.s32 %r9, %r5;", a),
            (std::vector<uint32_t>{0x7f, 0xffffff80, 0x7f, 0x7f}));
  EXPECT_EQ(
      results<uint64_t>("cvt.s64.s32 %rd9, %r5;", a),
      (std::vector<uint64_t>{0x12345680, 0xffffffffffffff7f, 0x8000, 0x7fff}));
}

TEST(Conversions, ToHalvesAndBack) {
  // Halfway cases go to the even one, denormals stay, what is beyond is
  // infinite.
  std::vector<float> a{1 + 0x1p-11f, 1 + 0x3p-11f, 65519.996f,      65520,
                       0x1p-24f,     0x1p-25f,     0x1.000002p-25f, -0.0f};
  std::vector<uint32_t> made = results<uint32_t>(
      "cvt.rn.f16.f32 %rs1, %r5; mov.b32 %r9, {%rs1, %rs1};", bits(a));
  std::vector<uint32_t> right{0x3c00, 0x3c02, 0x7bff, 0x7c00, 1, 0, 1, 0x8000};
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_EQ(made[i], right[i] * 0x10001) << a[i];
  std::vector<uint32_t> back = results<uint32_t>(
      "mov.b32 {%rs1, %rs2}, %r5; cvt.f32.f16 %r9, %rs2;", made);
  EXPECT_EQ(back, bits({1, 1 + 0x1p-9f, 65504, infinity, 0x1p-24f, 0, 0x1p-24f,
                        -0.0f}));
}

TEST(Conversions, OfFloat64) {
  std::vector<double> values{1 + 0x1p-24, 1 + 0x1.8p-23, 1e300, -0x1p-1074,
                             2.5};
  std::vector<uint64_t> a(values.size());
  memcpy(a.data(), values.data(), values.size() * 8);
  EXPECT_EQ(results<uint32_t>("cvt.rn.f32.f64 %r9, %rd5;", a),
            bits({1, 1 + 0x1p-22f, infinity, -0.0f, 2.5f}));
  EXPECT_EQ(
      results<uint32_t>("cvt.rz.f32.f64 %r9, %rd5;", a),
      bits({1, 1 + 0x1p-23f, std::numeric_limits<float>::max(), -0.0f, 2.5f}));
}

TEST(Conversions, ComparisonsOfNaNs) {
  std::vector<uint32_t> a = bits({1, NAN, 2, NAN, -0.0f}),
                        b = bits({1, 1, NAN, NAN, 0});
  auto answers = [&](const std::string &compare) {
    return results<uint32_t>("setp." + compare +
                                 ".f32 %p2, %r5, %r6; selp.b32 %r9, 1, 0, %p2;",
                             a, b);
  };
  using V = std::vector<uint32_t>;
  EXPECT_EQ(answers("eq"), (V{1, 0, 0, 0, 1}));
  EXPECT_EQ(answers("ne"), (V{0, 0, 0, 0, 0}));
  EXPECT_EQ(answers("neu"), (V{0, 1, 1, 1, 0}));
  EXPECT_EQ(answers("le"), (V{1, 0, 0, 0, 1}));
  EXPECT_EQ(answers("ltu"), (V{0, 1, 1, 1, 0}));
  EXPECT_EQ(answers("geu"), (V{1, 1, 1, 1, 1}));
  EXPECT_EQ(answers("num"), (V{1, 0, 0, 0, 1}));
  EXPECT_EQ(answers("nan"), (V{0, 1, 1, 1, 0}));
}

TEST(Conversions, PredicatesAreCombined) {
  std::vector<uint32_t> a{0, 1, 2, 3}, b{0, 0, 1, 1};
  auto answers = [&](const std::string &code) {
    return results<uint32_t>(code + " selp.b32 %r9, 1, 0, %p3;", a, b);
  };
  std::string two = "setp.ne.s32 %p2, %r6, 0; ";
  using V = std::vector<uint32_t>;
  EXPECT_EQ(answers(two + "setp.gt.and.s32 %p3, %r5, 2, %p2;"),
            (V{0, 0, 0, 1}));
  EXPECT_EQ(answers(two + "setp.lt.or.s32 %p3, %r5, 1, !%p2;"),
            (V{1, 1, 0, 0}));
  EXPECT_EQ(answers(two + "setp.lt.xor.s32 %p3, %r5, 3, %p2;"),
            (V{1, 1, 0, 1}));
  EXPECT_EQ(answers(two + "not.pred %p3, %p2;"), (V{1, 1, 0, 0}));
  EXPECT_EQ(answers(two + "mov.pred %p3, 1; @%p2 mov.pred %p3, 0;"),
            (V{1, 1, 0, 0}));
}

} // namespace
