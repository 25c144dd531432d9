//===- StrategiesTest.cpp - Which strategy computes a nest, and why -------===//

#include "codegen/loops/Strategies.h"
#include "TestMachines.h"
#include "TestNest.h"
#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/strategy/Cost.h"
#include "codegen/loops/winograd/Winograd.h"
#include "codegen/loops/winograd/WinogradWeights.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using testing::ElementsAre;

namespace {

/// A 3x3 convolution with `channels` channels and features of a padded image.
std::string convolution(int size, int channels, int kernel = 3) {
  auto text = [](std::initializer_list<int> shape) {
    std::string joined;
    for (int extent : shape)
      joined += std::to_string(extent) + "x";
    return joined + "f32";
  };
  TestConv conv;
  conv.input = text({1, size + kernel - 1, size + kernel - 1, channels});
  conv.filter = text({channels, channels, kernel, kernel});
  conv.output = text({1, size, size, channels});
  return conv.text();
}

std::string strategyOf(const std::string &function, const Machine &machine) {
  TestNest test(function);
  auto contraction = test.contraction();
  llvm::StringRef name;
  auto plan =
      choosePlan({test.nest, succeeded(contraction) ? &*contraction : nullptr,
                  test.stage(), machine},
                 &name);
  EXPECT_TRUE(plan);
  return name.str();
}

TEST(Strategies, WinogradWhereItWinsByMoreThanItsMargin) {
  EXPECT_EQ(strategyOf(convolution(28, 64), vectorMachine()), "winograd");
  // One vector of channels: the transforms cost more than they save ...
  EXPECT_EQ(strategyOf(convolution(4, 1), vectorMachine()), "register blocks");
  // ... 1x1 and 5x5 have none ...
  EXPECT_EQ(strategyOf(convolution(28, 64, 1), vectorMachine()),
            "register blocks");
  EXPECT_EQ(strategyOf(convolution(28, 64, 5), vectorMachine()),
            "register blocks");
  // ... and so have machines that read weights from flash.
  Machine machine = vectorMachine();
  machine.compactCode = true;
  EXPECT_EQ(strategyOf(convolution(28, 64), machine), "register blocks");
}

TEST(Strategies, NoWinogradWithoutRoomForOneTile) {
  Machine machine = vectorMachine();
  // 16 points of 64 channels and features each, and 16 elements between.
  machine.scratchBytes = 16 * (80 + 80) * 4 - 1;
  EXPECT_EQ(strategyOf(convolution(28, 64), machine), "register blocks");
}

TEST(Strategies, IntegersWhereThereIsNoFpu) {
  for (bool longMultiply : {false, true}) {
    EXPECT_EQ(strategyOf(convolution(8, 4), withoutFpu(longMultiply)),
              "block fixed point");
    EXPECT_EQ(strategyOf(convolution(2, 2, 1), withoutFpu(longMultiply)),
              "block fixed point");
  }
}

TEST(Strategies, KernelsWhereScalarsAreLoadedTogether) {
  EXPECT_EQ(strategyOf(convolution(8, 4), vfp()), "tile kernels");
  Machine machine = vfp();
  machine.kernels = dlc::targets::KernelSet::None;
  EXPECT_EQ(strategyOf(convolution(8, 4), machine), "register blocks");
}

/// (1, k) x (k, n) with a constant right side.
std::string rowTimesMatrix(const std::string &rows) {
  return R"(
func.func @stage(%l: tensor<)" +
         rows + R"(x32xf32>, %m: tensor<32x24xf32> {nn.constant}) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<)" +
         rows + R"(x24xf32>
  %i = linalg.fill ins(%c0 : f32) outs(%e : tensor<)" +
         rows + R"(x24xf32>) -> tensor<)" + rows + R"(x24xf32>
  %sums = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
      affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%l, %m : tensor<)" +
         rows + R"(x32xf32>, tensor<32x24xf32>)
      outs(%i : tensor<)" +
         rows + R"(x24xf32>) {
  ^bb0(%a: f32, %w: f32, %s: f32):)" +
         plainBody + R"(
  } -> tensor<)" +
         rows + R"(x24xf32>
  return
})";
}

TEST(Strategies, RowsWhereVectorsAreLoadedTogether) {
  EXPECT_EQ(strategyOf(rowTimesMatrix("1"), mve()), "rows");
  EXPECT_EQ(strategyOf(rowTimesMatrix("5"), mve()), "register blocks");
}

TEST(Strategies, BlocksForWhatIsNoSumOfProducts) {
  TestConv conv;
  conv.body = R"(
    %p = arith.mulf %a, %w : f32
    %r = arith.maximumf %s, %p : f32
    linalg.yield %r : f32)";
  for (const Machine &machine :
       {vectorMachine(), vfp(), mve(), withoutFpu(true)})
    EXPECT_EQ(strategyOf(conv.text(), machine), "register blocks");
}

TEST(Strategies, BlocksForIntegers) {
  TestConv conv = bytes(bytesBody);
  for (const Machine &machine :
       {vectorMachine(), vfp(), mve(), withoutFpu(true)})
    EXPECT_EQ(strategyOf(conv.text(), machine), "register blocks");
}

TEST(Cost, VectorsOfTheVectorDimension) {
  // (y, x, f | i, j, c) = (4, 5, 8 | 3, 3, 4)
  TestNest test(TestConv().text());
  Machine machine;
  EXPECT_EQ(arithmeticCycles(test.nest, 2, machine), 4 * 5 * 8 * 36);
  machine.vectorBits = 128;
  EXPECT_EQ(arithmeticCycles(test.nest, 2, machine), 4 * 5 * 2 * 36);
  // Eight features in vectors of 16: one, not all of it needed.
  machine.vectorBits = 512;
  EXPECT_EQ(arithmeticCycles(test.nest, 2, machine), 4 * 5 * 1 * 36);
  EXPECT_EQ(arithmeticCycles(test.nest, -1, machine), 4 * 5 * 8 * 36);
}

TEST(Cost, CallsOfTheLibrary) {
  TestNest test(TestConv().text());
  double products = 4 * 5 * 8 * 36;
  EXPECT_EQ(arithmeticCycles(test.nest, 2, withoutFpu(true)), products * 80);
  EXPECT_EQ(arithmeticCycles(test.nest, 2, withoutFpu(false)), products * 160);
}

TEST(Cost, OfTheSumsWhateverTheResultIs) {
  TestConv conv;
  TestNest floats(conv.text());
  double cycles = arithmeticCycles(floats.nest, 2, withoutFpu(true));
  conv.epilogue = R"(
  %be = tensor.empty() : tensor<1x4x5x8xi8>
  %q = linalg.generic {indexing_maps = [affine_map<(n, y, x, f) -> (n, y, x, f)>,
      affine_map<(n, y, x, f) -> (n, y, x, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums : tensor<1x4x5x8xf32>) outs(%be : tensor<1x4x5x8xi8>) {
  ^bb0(%v: f32, %o: i8):
    %k = arith.fptosi %v : f32 to i8
    linalg.yield %k : i8
  } -> tensor<1x4x5x8xi8>
)";
  TestNest quantised(conv.text());
  EXPECT_EQ(arithmeticCycles(quantised.nest, 2, withoutFpu(true)), cycles);
}

TEST(Cost, BlockFixedPoint) {
  TestNest test(TestConv().text());
  auto contraction = test.contraction();
  auto plan =
      planBlockFixed(test.nest, *contraction, test.stage(), withoutFpu(true));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->features, 4);
  EXPECT_EQ(plan->positions, 1);
  double results = 4 * 5 * 8;
  // 36 products of 2.25 cycles and 40 for each result; each window's 36
  // elements are converted once, 20 cycles each.
  EXPECT_DOUBLE_EQ(cyclesOf(*plan, test.nest),
                   results * (36 * 2.25 + 40) + 4 * 5 * 36 * 20);
  plan =
      planBlockFixed(test.nest, *contraction, test.stage(), withoutFpu(false));
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->limbs);
  EXPECT_DOUBLE_EQ(cyclesOf(*plan, test.nest),
                   results * (36 * 21 + 40) + 4 * 5 * 36 * 20);
}

TEST(WinogradPlan, DimensionsAndTiles) {
  TestNest test(convolution(14, 64));
  auto contraction = test.contraction();
  auto plan = planWinograd(test.nest, *contraction, vectorMachine());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->row, 0u);
  EXPECT_EQ(plan->column, 1u);
  EXPECT_EQ(plan->feature, 2u);
  EXPECT_EQ(plan->kernelRow, 3u);
  EXPECT_EQ(plan->kernelColumn, 4u);
  EXPECT_EQ(plan->channel, 5u);
  EXPECT_EQ(plan->m, 4);
  EXPECT_EQ(plan->points(), 36);
  // 14 outputs are three tiles and a half; the image has 16 rows, of which the
  // fourth tile would read 12 to 17.
  EXPECT_EQ(plan->rows.count, 4);
  EXPECT_EQ(plan->rows.wholeOutputs, 3);
  EXPECT_EQ(plan->rows.firstInside, 0);
  EXPECT_EQ(plan->rows.lastInside, 3);
  EXPECT_EQ(plan->chunks(), 1);
}

TEST(WinogradPlan, LessBandwidthLessFilter) {
  // 512 channels on 7x7: filters of 36, 16 and 9 MB.
  TestNest test(convolution(7, 512));
  auto contraction = test.contraction();
  auto tileAt = [&](double rate) {
    Machine machine = vectorMachine();
    machine.streamBytesPerCycle = rate;
    auto plan = planWinograd(test.nest, *contraction, machine);
    return plan ? plan->m : 0;
  };
  EXPECT_EQ(tileAt(64), 4);
  EXPECT_EQ(tileAt(4), 2);
  Machine slow = vectorMachine();
  slow.streamBytesPerCycle = 1;
  EXPECT_EQ(strategyOf(convolution(7, 512), slow), "register blocks");
}

TEST(WinogradPlan, BlocksFitIntoTheScratch) {
  TestNest test(convolution(28, 64));
  auto contraction = test.contraction();
  Machine machine = vectorMachine();
  for (int64_t kilobytes : {1024, 256, 64, 32, 20}) {
    machine.scratchBytes = kilobytes << 10;
    auto plan = planWinograd(test.nest, *contraction, machine);
    ASSERT_TRUE(plan) << kilobytes;
    EXPECT_LE(plan->scratchBytes(1), machine.scratchBytes);
  }
  machine.scratchBytes = 8 << 10;
  EXPECT_FALSE(planWinograd(test.nest, *contraction, machine));
}

TEST(WinogradPlan, ThreadsHaveChunks) {
  TestNest test(convolution(56, 64));
  auto contraction = test.contraction();
  Machine machine = vectorMachine();
  machine.threads = 2;
  auto plan = planWinograd(test.nest, *contraction, machine);
  ASSERT_TRUE(plan);
  // The filter stays in the cache: two chunks for each thread, at least.
  EXPECT_GE(plan->chunks(), 4);
  EXPECT_EQ(plan->rowsPerBlock, plan->rowsPerChunk);
}

TEST(WinogradPlan, CyclesOfProductsTransformsAndStreaming) {
  TestNest test(convolution(28, 64));
  auto contraction = test.contraction();
  auto plan = planWinograd(test.nest, *contraction, vectorMachine());
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->m, 4);
  // 49 tiles; a product of each of 36 points for 64 channels and 4 vectors of
  // features, 216 operations on each of 4 vectors in and 152 on each out.
  double products =
      36.0 * 64 * 4 * (1 + 0.5 / plan->tilesPerBlock()) / (1 + 0.5 / 49);
  EXPECT_NEAR(cyclesOf(*plan, vectorMachine()),
              49 * (products + 4 * 216 + 4 * 152), 1e-6);
}

TEST(WinogradPlan, RefusesWhatItCannotCompute) {
  Machine machine = vectorMachine();
  auto refuses = [&](const std::string &text) {
    TestNest test(text);
    auto contraction = test.contraction();
    EXPECT_TRUE(succeeded(contraction));
    return !planWinograd(test.nest, *contraction, machine);
  };
  EXPECT_FALSE(refuses(convolution(28, 64)));
  TestConv strided;
  strided.input = "1x29x29x64xf32";
  strided.filter = "64x64x3x3xf32";
  strided.output = "1x14x14x64xf32";
  strided.stride = 2;
  EXPECT_TRUE(refuses(strided.text()));
  TestConv dilated;
  dilated.input = "1x18x18x64xf32";
  dilated.filter = "64x64x3x3xf32";
  dilated.output = "1x14x14x64xf32";
  dilated.dilation = 2;
  EXPECT_TRUE(refuses(dilated.text()));
  EXPECT_TRUE(refuses(convolution(28, 64, 5)));
}

} // namespace
