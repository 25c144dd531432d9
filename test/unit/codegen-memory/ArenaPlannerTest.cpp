//===- ArenaPlannerTest.cpp - Offsets of buffers with live ranges ---------===//

#include "codegen/memory/plan/ArenaPlanner.h"
#include "gtest/gtest.h"
#include <random>

using namespace dlc::memory;

namespace {

/// Whether a result at `at` lies over its operand as it may.
bool mayOverlap(const std::vector<LiveBuffer> &buffers, size_t result,
                size_t operand, const std::vector<int64_t> &at) {
  for (const Overlap &overlap : buffers[result].over)
    if (overlap.operand == operand)
      return at[operand] - at[result] >= overlap.after ||
             at[result] - at[operand] >= overlap.before;
  return false;
}

bool inConflict(const std::vector<LiveBuffer> &buffers, size_t i, size_t j,
                const std::vector<int64_t> &at) {
  bool apartInTime =
      buffers[i].last < buffers[j].first || buffers[j].last < buffers[i].first;
  bool apartInSpace =
      at[i] + buffers[i].bytes <= at[j] || at[j] + buffers[j].bytes <= at[i];
  return !apartInTime && !apartInSpace && !mayOverlap(buffers, i, j, at) &&
         !mayOverlap(buffers, j, i, at);
}

void expectPlaced(const std::vector<LiveBuffer> &buffers,
                  const ArenaPlan &plan) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % buffers[i].align, 0) << "buffer " << i;
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.bytes);
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(inConflict(buffers, i, j, plan.offsets))
          << i << " and " << j;
  }
  EXPECT_GE(plan.bytes, plan.lowerBound);
}

/// Independent of the planner: every byte of every step is counted.
void expectValid(const std::vector<LiveBuffer> &buffers,
                 const ArenaPlan &plan) {
  expectPlaced(buffers, plan);
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

TEST(ArenaPlanner, AResultOverItsOperand) {
  // Of 100 bytes, 30 more: the operand begins 30 behind the result.
  std::vector<LiveBuffer> buffers = {{100, 1, 0, 1},
                                     {100, 1, 1, 2, {{0, 30, 100}}}};
  ArenaPlan plan = planArena(buffers);
  expectPlaced(buffers, plan);
  EXPECT_EQ(plan.bytes, 130);
  EXPECT_EQ(plan.lowerBound, 130);
  EXPECT_EQ(liveBytesPerStep(buffers), (std::vector<int64_t>{100, 130, 100}));
}

TEST(ArenaPlanner, AResultThatGoesAheadLiesAnywhereWithin) {
  std::vector<LiveBuffer> buffers = {{100, 1, 0, 1},
                                     {40, 1, 1, 2, {{0, -100, -40}}}};
  EXPECT_EQ(planArena(buffers).bytes, 100);
  EXPECT_EQ(lowerBound(buffers), 100);
}

TEST(ArenaPlanner, AChainThatOnlyGoesDownNeedsRoomForEachResult) {
  // Each 10 below the one before: 100 + 3 * 10. In turns below and above: 110.
  std::vector<LiveBuffer> down = {{100, 1, 0, 1},
                                  {100, 1, 1, 2, {{0, 10, 100}}},
                                  {100, 1, 2, 3, {{1, 10, 100}}},
                                  {100, 1, 3, 4, {{2, 10, 100}}}};
  EXPECT_EQ(planArena(down).bytes, 130);
  EXPECT_EQ(lowerBound(down), 120); // of three that follow each other
  std::vector<LiveBuffer> turns = down;
  turns[2].over = {{1, 100, 10}};
  EXPECT_EQ(planArena(turns).bytes, 110);
  EXPECT_EQ(lowerBound(turns), 110);
}

TEST(ArenaPlanner, AResultMayBeginWhereItsOperandDoes) {
  // Apart, or at one place; the smaller result at the beginning of the larger.
  std::vector<LiveBuffer> buffers = {
      {100, 1, 0, 1},
      {100, 1, 1, 2, {{0, 100, 100, true}}},
      {60, 1, 2, 3, {{1, 60, 100, true}}},
      {80, 1, 3, 4, {{2, 80, 60, true}}},
  };
  ArenaPlan plan = planArena(buffers);
  EXPECT_EQ(plan.bytes, 100);
  EXPECT_EQ(plan.lowerBound, 100);
  EXPECT_EQ(plan.offsets, std::vector<int64_t>({0, 0, 0, 0}));
  // Nowhere between: a buffer that is alive with both leaves no room at it.
  buffers[1].over[0].same = false;
  EXPECT_EQ(planArena(buffers).bytes, 200);
}

TEST(ArenaPlanner, TwoOperandsOfOneResult) {
  // The sum of two of 100 bytes, over either: 0 behind the first, which gives
  // 200 for all.
  std::vector<LiveBuffer> buffers = {
      {100, 1, 0, 1}, {100, 1, 0, 1}, {100, 1, 1, 2, {{0, 0, 0}, {1, 0, 0}}}};
  ArenaPlan plan = planArena(buffers);
  expectPlaced(buffers, plan);
  EXPECT_EQ(plan.bytes, 200);
  EXPECT_EQ(plan.lowerBound, 200);
}

/// A chain, with one buffer that waits beside it, and random distances.
std::vector<LiveBuffer> randomChain(unsigned count, int64_t bytes,
                                    unsigned seed) {
  std::mt19937 random(seed);
  std::vector<LiveBuffer> buffers;
  for (unsigned i = 0; i < count; ++i) {
    LiveBuffer buffer{1 + int64_t(random() % bytes), 1, i, i + 1};
    if (i > 0) {
      int64_t before = buffers.back().bytes;
      buffer.over = {
          {i - 1, int64_t(random() % (before + buffer.bytes)) - before,
           int64_t(random() % (before + buffer.bytes)) - buffer.bytes}};
      buffer.over[0].after = std::min(buffer.over[0].after, buffer.bytes);
      buffer.over[0].before = std::min(buffer.over[0].before, before);
    }
    buffers.push_back(buffer);
  }
  buffers.push_back({1 + int64_t(random() % bytes), 1, 1, count - 1});
  return buffers;
}

/// The least bytes of all placements, tried one by one.
int64_t leastBytes(const std::vector<LiveBuffer> &buffers,
                   std::vector<int64_t> &at, int64_t best, int64_t end = 0) {
  size_t next = at.size();
  if (next == buffers.size())
    return end;
  for (int64_t offset = 0; offset + buffers[next].bytes < best; ++offset) {
    at.push_back(offset);
    bool good = true;
    for (size_t i = 0; i < next && good; ++i)
      good = !inConflict(buffers, next, i, at);
    if (good)
      best = std::min(best,
                      leastBytes(buffers, at, best,
                                 std::max(end, offset + buffers[next].bytes)));
    at.pop_back();
  }
  return best;
}

TEST(ArenaPlanner, OverlapsAgainstAllPlacements) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::vector<LiveBuffer> buffers = randomChain(4, 8, seed);
    ArenaPlan plan = planArena(buffers, 100'000);
    expectPlaced(buffers, plan);
    std::vector<int64_t> at;
    int64_t least = leastBytes(buffers, at, plan.bytes + 1);
    EXPECT_LE(plan.lowerBound, least) << "seed " << seed;
    EXPECT_EQ(plan.bytes, least) << "seed " << seed;
  }
}

TEST(ArenaPlanner, LongChainsWithOverlaps) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::vector<LiveBuffer> buffers = randomChain(60, 5000, seed);
    ArenaPlan plan = planArena(buffers);
    expectPlaced(buffers, plan);
    EXPECT_LE(plan.bytes, plan.lowerBound * 105 / 100) << "seed " << seed;
  }
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

// The effort bounds the search, so that it ends whatever it finds.
TEST(ArenaPlanner, ThousandBuffersAreNeverWorseThanGreedyBySize) {
  auto buffers = randomBuffers(1000, 3);
  ArenaPlan plan = planArena(buffers);
  expectValid(buffers, plan);
  EXPECT_LE(plan.bytes, planGreedyBySize(buffers).bytes);
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
    ArenaPlan plan = planArena(buffers);
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

/// A buffer that outlives all steps.
LiveBuffer state(int64_t bytes, unsigned step) {
  LiveBuffer buffer{bytes, 8, step, step};
  buffer.persistent = true;
  return buffer;
}

// However short the steps at which it is used: 200 random plans.
TEST(ArenaPlanner, NothingSharesTheBytesOfState) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<LiveBuffer> buffers;
    unsigned steps = 3 + random() % 8;
    for (unsigned i = 0; i < 12; ++i) {
      unsigned first = random() % steps;
      LiveBuffer buffer{int64_t(8 * (1 + random() % 16)), 8, first,
                        std::min(steps - 1, unsigned(first + random() % 3))};
      buffer.persistent = random() % 4 == 0;
      buffers.push_back(buffer);
    }
    ArenaPlan plan = planArena(buffers, /*effort=*/20'000);
    for (size_t i = 0; i < buffers.size(); ++i)
      for (size_t j = 0; j < buffers.size(); ++j) {
        if (i == j || !buffers[i].persistent)
          continue;
        EXPECT_TRUE(plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
                    plan.offsets[j] + buffers[j].bytes <= plan.offsets[i])
            << "trial " << trial << ": " << i << " and " << j;
      }
    EXPECT_GE(plan.bytes, plan.lowerBound);
  }
}

TEST(ArenaPlanner, StateCountsAtEveryStep) {
  std::vector<LiveBuffer> buffers = {state(64, 2), {32, 8, 0, 1}, {8, 8, 2, 3}};
  EXPECT_EQ(liveBytesPerStep(buffers), (std::vector<int64_t>{96, 96, 72, 72}));
  EXPECT_EQ(lowerBound(buffers), 96);
}

// Not even a result that its operand would let.
TEST(ArenaPlanner, NoResultLiesOverState) {
  std::vector<LiveBuffer> buffers = {state(64, 0), {64, 8, 0, 1}};
  buffers[1].over = {{0, 0, 0}};
  EXPECT_EQ(planArena(buffers).bytes, 128);
}

} // namespace
