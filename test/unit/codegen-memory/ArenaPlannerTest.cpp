//===- ArenaPlannerTest.cpp - Offsets of buffers with live ranges ---------===//

#include "codegen/memory/ArenaPlanner.h"
#include "gtest/gtest.h"
#include <ctime>
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
  for (unsigned step = 0; step < 4000; ++step) {
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

/// Seconds of processor time, which other programs do not lengthen.
double secondsToPlan(const std::vector<LiveBuffer> &buffers, ArenaPlan &plan) {
  std::clock_t begin = std::clock();
  plan = planArena(buffers);
  return double(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(ArenaPlanner, ThousandBuffersTakeLessThanASecond) {
  auto buffers = randomBuffers(1000, 3);
  ArenaPlan plan;
  EXPECT_LT(secondsToPlan(buffers, plan), 1.0);
  expectValid(buffers, plan);
}

/// Cells of architecture search, one step a node: a block adds up two nodes
/// made of random states of its cell; states that no block reads are joined in
/// one buffer that is written part by part.
std::vector<LiveBuffer> randomCells(unsigned count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<LiveBuffer> buffers;
  unsigned step = 0;
  int64_t bytes = 16 * (500 + random() % 3000);
  auto make = [&](int64_t size) {
    buffers.push_back({size, 16, step, step});
    ++step;
    return unsigned(buffers.size() - 1);
  };
  auto read = [&](unsigned buffer) { buffers[buffer].last = step; };
  unsigned before = make(bytes), last = make(bytes);
  while (buffers.size() < count) {
    bool reduces = random() % 4 == 0;
    if (reduces)
      bytes = std::max<int64_t>(16 * 16, bytes / 32 * 16);
    // The join is alive from its first part on.
    std::vector<unsigned> states;
    for (unsigned input : {before, last}) {
      read(input);
      states.push_back(make(bytes));
    }
    unsigned parts = 1 + random() % 4, blocks = parts + random() % 4;
    unsigned join = buffers.size();
    for (unsigned block = 0; block < blocks; ++block) {
      unsigned sides[2];
      for (unsigned &side : sides) {
        read(states[random() % states.size()]);
        if (random() % 2) // a depthwise convolution before the pointwise one
          read(make(bytes));
        side = make(bytes);
      }
      read(sides[0]);
      read(sides[1]);
      if (block + parts < blocks) {
        states.push_back(make(bytes));
        continue;
      }
      if (block + parts == blocks)
        join = make(bytes * parts);
      read(join);
      ++step;
    }
    before = last;
    last = join;
  }
  return buffers;
}

TEST(ArenaPlanner, RandomCellsAreWithinFivePercentOfTheBound) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    unsigned count = seed % 3 == 2 ? 1000 : 50 + 20 * seed;
    std::vector<LiveBuffer> buffers = randomCells(count, seed);
    ArenaPlan plan;
    EXPECT_LT(secondsToPlan(buffers, plan), 1.0) << "seed " << seed;
    expectValid(buffers, plan);
    EXPECT_LE(plan.bytes, plan.lowerBound * 105 / 100) << "seed " << seed;
  }
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
