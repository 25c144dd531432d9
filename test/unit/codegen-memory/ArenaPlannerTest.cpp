//===- ArenaPlannerTest.cpp - Offsets of buffers with live ranges ---------===//

#include "codegen/memory/ArenaPlanner.h"
#include "gtest/gtest.h"
#include <chrono>
#include <random>

using namespace dlc::memory;

namespace {

/// Independent of the planner: every byte of every step is counted.
void expectValid(const std::vector<LiveBuffer> &buffers,
                 const ArenaPlan &plan) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % buffers[i].align, 0) << "buffer " << i;
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.bytes);
    for (size_t j = 0; j < i; ++j) {
      bool apartInTime = buffers[i].last < buffers[j].first ||
                         buffers[j].last < buffers[i].first;
      bool apartInSpace =
          plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
          plan.offsets[j] + buffers[j].bytes <= plan.offsets[i];
      EXPECT_TRUE(apartInTime || apartInSpace) << i << " and " << j;
    }
  }
  int64_t bound = 0;
  for (unsigned step = 0; step < 2000; ++step) {
    int64_t live = 0;
    for (const LiveBuffer &buffer : buffers)
      if (buffer.first <= step && step <= buffer.last)
        live += buffer.bytes;
    bound = std::max(bound, live);
  }
  EXPECT_EQ(plan.lowerBound, bound);
  EXPECT_GE(plan.bytes, bound);
}

std::vector<LiveBuffer> randomBuffers(unsigned count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<LiveBuffer> buffers(count);
  for (LiveBuffer &buffer : buffers) {
    buffer.align = 1 << (random() % 7);
    buffer.bytes = 1 + random() % 10000;
    buffer.first = random() % count;
    buffer.last = buffer.first + random() % 12;
  }
  return buffers;
}

TEST(ArenaPlanner, NothingNeedsNothing) {
  ArenaPlan plan = planArena({});
  EXPECT_EQ(plan.bytes, 0);
  EXPECT_EQ(plan.lowerBound, 0);
  EXPECT_TRUE(plan.offsets.empty());
}

TEST(ArenaPlanner, BuffersAliveAtDifferentTimesShareBytes) {
  // Steps 0-1, 2-3: 100 bytes hold both.
  std::vector<LiveBuffer> buffers = {{100, 4, 0, 1}, {60, 4, 2, 3}};
  ArenaPlan plan = planArena(buffers);
  expectValid(buffers, plan);
  EXPECT_EQ(plan.bytes, 100);
  EXPECT_EQ(plan.offsets[0], 0);
  EXPECT_EQ(plan.offsets[1], 0);
}

TEST(ArenaPlanner, TouchingRangesOverlap) {
  // One is read at the step at which the other is written.
  std::vector<LiveBuffer> buffers = {{100, 4, 0, 1}, {60, 4, 1, 2}};
  ArenaPlan plan = planArena(buffers);
  expectValid(buffers, plan);
  EXPECT_EQ(plan.bytes, 160);
}

TEST(ArenaPlanner, LiveBytesPerStep) {
  std::vector<LiveBuffer> buffers = {{10, 1, 0, 2}, {5, 1, 1, 1}, {7, 1, 2, 3}};
  EXPECT_EQ(liveBytesPerStep(buffers), (std::vector<int64_t>{10, 15, 17, 7}));
  EXPECT_EQ(lowerBound(buffers), 17);
}

TEST(ArenaPlanner, FirstFitTakesTheLowestGapBestFitTheTightest) {
  // At step 0 four buffers of 30, 10, 20, 10 lie at 0, 30, 40, 60. Those of 30
  // and 20 die; one of 15 comes: the lowest gap is 0-30, the tightest 40-60.
  std::vector<LiveBuffer> buffers = {{30, 1, 0, 0},
                                     {10, 1, 0, 1},
                                     {20, 1, 0, 0},
                                     {10, 1, 0, 1},
                                     {15, 1, 1, 1}};
  std::vector<unsigned> order = {0, 1, 2, 3, 4};
  EXPECT_EQ(placeInOrder(buffers, order, Fit::First).offsets,
            (std::vector<int64_t>{0, 30, 40, 60, 0}));
  EXPECT_EQ(placeInOrder(buffers, order, Fit::Best).offsets,
            (std::vector<int64_t>{0, 30, 40, 60, 40}));
}

TEST(ArenaPlanner, SearchIsNeverWorseThanGreedyBySize) {
  std::vector<LiveBuffer> buffers = {{6, 1, 0, 1}, {4, 1, 1, 3}, {5, 1, 2, 2},
                                     {6, 1, 3, 4}, {3, 1, 0, 0}, {5, 1, 4, 5},
                                     {9, 1, 5, 6}, {4, 1, 0, 6}};
  ArenaPlan greedy = planGreedyBySize(buffers);
  ArenaPlan plan = planArena(buffers);
  expectValid(buffers, greedy);
  expectValid(buffers, plan);
  EXPECT_LE(plan.bytes, greedy.bytes);
}

TEST(ArenaPlanner, RandomGraphs) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    auto buffers = randomBuffers(5 + seed * 2, seed);
    ArenaPlan greedy = planGreedyBySize(buffers);
    ArenaPlan plan = planArena(buffers, 200'000);
    expectValid(buffers, greedy);
    expectValid(buffers, plan);
    EXPECT_LE(plan.bytes, greedy.bytes);
    if (HasFailure())
      FAIL() << "seed " << seed;
  }
}

TEST(ArenaPlanner, SamePlanEachTime) {
  auto buffers = randomBuffers(80, 7);
  EXPECT_EQ(planArena(buffers).offsets, planArena(buffers).offsets);
}

TEST(ArenaPlanner, ThousandBuffersTakeLessThanASecond) {
  auto buffers = randomBuffers(1000, 3);
  auto begin = std::chrono::steady_clock::now();
  ArenaPlan plan = planArena(buffers);
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - begin;
  expectValid(buffers, plan);
  EXPECT_LT(seconds.count(), 1.0);
}

/// Sizes and ranges as networks have them: chains, each result alive until the
/// next step, some kept for a residual.
TEST(ArenaPlanner, NetworksAreWithinFivePercentOfTheBound) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::vector<LiveBuffer> buffers;
    int64_t bytes = 64 * (2000 + random() % 2000);
    for (unsigned step = 0; step < 60; ++step) {
      unsigned kept = step % 3 == 0 ? 2 + random() % 2 : 1;
      buffers.push_back({bytes, 64, step, step + kept});
      if (random() % 5 == 0)
        bytes = std::max<int64_t>(64 * 8, bytes / 2 / 64 * 64);
      else if (random() % 4 == 0)
        bytes = bytes / 64 * 3 / 2 * 64;
    }
    ArenaPlan plan = planArena(buffers);
    expectValid(buffers, plan);
    EXPECT_LE(plan.bytes, plan.lowerBound * 105 / 100) << "seed " << seed;
  }
}

} // namespace
