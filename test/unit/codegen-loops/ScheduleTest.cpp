//===- ScheduleTest.cpp - Tiles, register blocks and kernels chosen -------===//

#include "TestMachines.h"
#include "TestNest.h"
#include "codegen/loops/blocks/BlockSchedule.h"
#include "codegen/loops/kernels/KernelSchedule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using dlc::targets::ScalarFactor;

namespace {

std::string conv(const std::string &input, const std::string &filter,
                 const std::string &output) {
  TestConv text;
  text.input = input + "xf32";
  text.filter = filter + "xf32";
  text.output = output + "xf32";
  return text.text();
}

BlockSchedule blocksOf(TestNest &test, const Machine &machine) {
  auto contraction = test.contraction();
  return chooseBlocks(
      test.nest, succeeded(contraction) ? &*contraction : nullptr, machine);
}

/// Lanes of all pieces of all blocks that exist.
int64_t activeLanes(const TileSchedule &schedule) {
  int64_t lanes = 0;
  for (const VectorBlock &block : schedule.vectorBlocks)
    for (const Piece &piece : block.pieces)
      lanes += block.count * piece.active;
  return lanes;
}

TEST(CutBlocks, PiecesCoverEachElementOnce) {
  for (int64_t size = 1; size < 70; ++size)
    for (int64_t lanes : {1, 4, 16})
      for (bool partial : {false, true})
        for (int64_t count = 1; count <= 4; ++count) {
          if (lanes > size && !partial)
            continue;
          TileSchedule schedule;
          schedule.vectorBlocks =
              cutBlocks(size, Lanes{lanes, partial, false}, count);
          EXPECT_EQ(activeLanes(schedule), size);
          int64_t next = 0;
          for (const VectorBlock &block : schedule.vectorBlocks) {
            EXPECT_EQ(block.start, next);
            next += block.count * block.width;
            EXPECT_LE(static_cast<int64_t>(block.pieces.size()), count + 4);
            for (const Piece &piece : block.pieces)
              EXPECT_TRUE(partial || !piece.isPartial());
          }
          EXPECT_EQ(next, size);
        }
}

TEST(CutBlocks, TheLastVectorBeginsWithinTheOneBefore) {
  auto blocks = cutBlocks(11, Lanes{4, false, true}, 4);
  ASSERT_EQ(blocks.size(), 1u);
  ASSERT_EQ(blocks[0].pieces.size(), 3u);
  EXPECT_EQ(blocks[0].pieces[2].offset, 7);
  EXPECT_EQ(blocks[0].pieces[2].lanes, 4);
}

TEST(BlockSchedule, FeaturesAreVectorsAndColumnsAreBlocked) {
  TestNest test(conv("1x30x30x64", "64x64x3x3", "1x28x28x64"));
  BlockSchedule schedule = blocksOf(test, vectorMachine());
  EXPECT_EQ(schedule.vectorDim, 2);
  EXPECT_EQ(schedule.blockedDim, 1);
  ASSERT_EQ(schedule.vectorBlocks.size(), 1u);
  int64_t vectorsOfBlock = schedule.vectorBlocks[0].pieces.size();
  EXPECT_EQ(schedule.vectorBlocks[0].pieces[0].lanes, 16);
  // Accumulators, the step's vectors and a broadcast one are in registers, and
  // there are enough to hide the latency.
  EXPECT_LE(vectorsOfBlock * schedule.positions + vectorsOfBlock + 1, 32);
  EXPECT_GE(vectorsOfBlock * schedule.positions, 8);
  EXPECT_EQ(schedule.group, 1);
}

TEST(BlockSchedule, LargePanelsStayInTheCache) {
  // 512 x 512 x 9 floats are 9 MB.
  TestNest large(conv("1x9x9x512", "512x512x3x3", "1x7x7x512"));
  EXPECT_TRUE(blocksOf(large, vectorMachine()).vectorOutermost);
  TestNest small(conv("1x9x9x16", "16x16x3x3", "1x7x7x16"));
  EXPECT_FALSE(blocksOf(small, vectorMachine()).vectorOutermost);
}

TEST(BlockSchedule, FewerFeaturesThanLanes) {
  TestNest test(conv("1x9x9x16", "6x16x3x3", "1x7x7x6"));
  BlockSchedule schedule = blocksOf(test, vectorMachine());
  EXPECT_EQ(schedule.vectorBlocks[0].pieces[0].lanes, 4);
  EXPECT_EQ(activeLanes(schedule), 6);
  Machine predicated = vectorMachine();
  predicated.predication = true;
  schedule = blocksOf(test, predicated);
  ASSERT_EQ(schedule.vectorBlocks[0].pieces.size(), 1u);
  EXPECT_EQ(schedule.vectorBlocks[0].pieces[0].lanes, 16);
  EXPECT_EQ(schedule.vectorBlocks[0].pieces[0].active, 6);
}

TEST(BlockSchedule, ARowFromMemoryIsReadAtFourPlaces) {
  Machine avx512 = vectorMachine();
  auto streams = [](const std::string &text, const Machine &machine) {
    TestNest test(text);
    llvm::SmallVector<int64_t> found;
    for (const VectorBlock &block : blocksOf(test, machine).vectorBlocks)
      found.push_back(block.streams);
    return found;
  };
  // 1.25 MB of weights in blocks of 8 vectors, and 7 that are left.
  std::string row = conv("1x1x1x320", "1000x320x1x1", "1x1x1x1000");
  EXPECT_THAT(streams(row, avx512), testing::ElementsAre(4, 1));
  // They stay in the cache; each is used four times; there are no caches.
  Machine large = avx512;
  large.l2Bytes = 2 << 20;
  EXPECT_THAT(streams(row, large), testing::ElementsAre(1, 1));
  EXPECT_THAT(streams(conv("1x1x4x320", "1000x320x1x1", "1x1x4x1000"), avx512),
              testing::Each(1));
  Machine compact = avx512;
  compact.compactCode = true;
  EXPECT_THAT(streams(row, compact), testing::Each(1));
}

TEST(BlockSchedule, StepsThatAFactorIsLoadedFor) {
  TestNest test(conv("1x9x9x16", "16x16x3x3", "1x7x7x16"));
  Machine machine = vectorMachine(128, 32);
  machine.scalarFactor = ScalarFactor::Lane;
  BlockSchedule schedule = blocksOf(test, machine);
  EXPECT_EQ(schedule.run, 4);
  EXPECT_TRUE(schedule.factorInLane);
  machine.scalarFactor = ScalarFactor::Core;
  schedule = blocksOf(test, machine);
  EXPECT_EQ(schedule.run, 2);
  EXPECT_FALSE(schedule.factorInLane);
  machine.scalarFactor = ScalarFactor::Vector;
  EXPECT_EQ(blocksOf(test, machine).run, 1);
}

TEST(BlockSchedule, NoRunsOfWhatIsNoProductOfFloats) {
  TestConv text;
  text.input = "1x9x9x16xf32";
  text.filter = "16x16x3x3xf32";
  text.output = "1x7x7x16xf32";
  text.body = R"(
    %p = arith.mulf %a, %w : f32
    %r = arith.maximumf %s, %p : f32
    linalg.yield %r : f32)";
  TestNest test(text.text());
  Machine machine = vectorMachine(128, 32);
  machine.scalarFactor = ScalarFactor::Lane;
  EXPECT_EQ(blocksOf(test, machine).run, 1);
}

TEST(Bias, OneForEachAccumulatorOfARow) {
  TestConv text;
  text.epilogue = R"(
  %e2 = tensor.empty() : tensor<1x4x5x8xf32>
  %f = linalg.generic {indexing_maps = [
      affine_map<(n, y, x, f) -> (f)>, affine_map<(n, y, x, f) -> (n, y, x, f)>,
      affine_map<(n, y, x, f) -> (n, y, x, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%bias, %sums : tensor<8xf32>, tensor<1x4x5x8xf32>)
      outs(%e2 : tensor<1x4x5x8xf32>) {
  ^bb0(%b: f32, %t: f32, %old: f32):
    %q = arith.addf %t, %b : f32
    linalg.yield %q : f32
  } -> tensor<1x4x5x8xf32>
)";
  TestNest test(text.text());
  auto contraction = test.contraction();
  ASSERT_TRUE(succeeded(contraction));
  EXPECT_EQ(biasOfRows(test.nest, &*contraction, 2), 0);
  // Along columns all accumulators have one and the same.
  EXPECT_EQ(biasOfRows(test.nest, &*contraction, 1), -1);
  EXPECT_EQ(biasOfRows(test.nest, nullptr, 2), -1);
  contraction->startsAtZero = false;
  EXPECT_EQ(biasOfRows(test.nest, &*contraction, 2), -1);
}

TEST(KernelSchedule, TilesOfPositionsAndFeatures) {
  TestNest test(conv("1x10x10x16", "16x16x3x3", "1x8x8x16"));
  auto contraction = test.contraction();
  auto schedule = scheduleTileKernels(test.nest, *contraction, vfp());
  ASSERT_TRUE(schedule);
  EXPECT_FALSE(schedule->pairs);
  EXPECT_EQ(schedule->left, 0u);
  EXPECT_EQ(schedule->right, 1u);
  EXPECT_EQ(schedule->blockedDim, 1);
  EXPECT_TRUE(schedule->peelBorders);
  // As many accumulators as registers allow; all columns and features.
  EXPECT_EQ(schedule->positions * schedule->vectorBlocks[0].width, 16);
  EXPECT_EQ(activeLanes(*schedule), 16);
}

TEST(KernelSchedule, NoTilesOfOneAccumulator) {
  TestNest test(conv("1x3x3x16", "1x16x3x3", "1x1x1x1"));
  auto contraction = test.contraction();
  ASSERT_TRUE(succeeded(contraction));
  EXPECT_FALSE(scheduleTileKernels(test.nest, *contraction, vfp()));
}

TEST(KernelSchedule, DepthwiseIsPairs) {
  TestNest test(R"(
func.func @stage(%l: tensor<10x10x16xf32>, %w: tensor<16x3x3xf32> {nn.constant}) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x8x16xf32>
  %i = linalg.fill ins(%c0 : f32) outs(%e : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
  %s = linalg.generic {indexing_maps = [
      affine_map<(y, x, c, i, j) -> (y + i, x + j, c)>,
      affine_map<(y, x, c, i, j) -> (c, i, j)>,
      affine_map<(y, x, c, i, j) -> (y, x, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%l, %w : tensor<10x10x16xf32>, tensor<16x3x3xf32>)
      outs(%i : tensor<8x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %t: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %t, %p : f32
    linalg.yield %q : f32
  } -> tensor<8x8x16xf32>
  return
})");
  auto contraction = test.contraction();
  ASSERT_TRUE(succeeded(contraction));
  auto schedule = scheduleTileKernels(test.nest, *contraction, vfp());
  ASSERT_TRUE(schedule);
  EXPECT_TRUE(schedule->pairs);
  EXPECT_EQ(schedule->positions, 1);
}

} // namespace
