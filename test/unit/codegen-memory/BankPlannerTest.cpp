//===- BankPlannerTest.cpp - Buffers in several banks of RAM --------------===//

#include "codegen/memory/plan/BankPlanner.h"
#include "gtest/gtest.h"
#include <map>
#include <random>

using namespace dlc::memory;

namespace {

/// Independent of the planner: at every step each byte of each bank belongs to
/// one buffer.
void expectValid(const std::vector<LiveBuffer> &buffers,
                 const std::vector<int64_t> &sizes, const BankPlan &plan) {
  ASSERT_EQ(plan.banks.size(), buffers.size());
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  ASSERT_EQ(plan.used.size(), sizes.size() + 1);
  std::vector<int64_t> used(sizes.size() + 1);
  std::map<unsigned, std::vector<size_t>> alive;
  for (size_t i = 0; i < buffers.size(); ++i) {
    ASSERT_LE(plan.banks[i], sizes.size());
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % buffers[i].align, 0) << "buffer " << i;
    int64_t end = plan.offsets[i] + buffers[i].bytes;
    used[plan.banks[i]] = std::max(used[plan.banks[i]], end);
    if (plan.banks[i] < sizes.size())
      EXPECT_LE(end, sizes[plan.banks[i]]) << "buffer " << i;
    for (unsigned step = buffers[i].first; step <= buffers[i].last; ++step)
      alive[step].push_back(i);
  }
  EXPECT_EQ(plan.used, used);
  for (const auto &[step, list] : alive) {
    // By bank: where a buffer ends, sorted by where it begins.
    std::map<std::pair<unsigned, int64_t>, int64_t> ends;
    for (size_t i : list)
      EXPECT_TRUE(ends.insert({{plan.banks[i], plan.offsets[i]},
                               plan.offsets[i] + buffers[i].bytes})
                      .second)
          << "step " << step;
    for (auto it = ends.begin(); it != ends.end(); ++it) {
      auto next = std::next(it);
      if (next != ends.end() && next->first.first == it->first.first)
        EXPECT_LE(it->second, next->first.second) << "step " << step;
    }
  }
}

TEST(BankPlanner, NothingNeedsNothing) {
  BankPlan plan = planBanks({}, {64, 32});
  EXPECT_TRUE(plan.fits());
  EXPECT_EQ(plan.bytes(), 0);
}

TEST(BankPlanner, WhatFitsIntoTheFirstBankStaysThere) {
  // Two of 32 bytes at each step.
  std::vector<LiveBuffer> buffers = {
      {32, 8, 0, 1}, {32, 8, 1, 2}, {32, 8, 2, 3}};
  BankPlan plan = planBanks(buffers, {64, 64});
  expectValid(buffers, {64, 64}, plan);
  EXPECT_EQ(plan.used, (std::vector<int64_t>{64, 0, 0}));
}

TEST(BankPlanner, AlternatesBetweenBanksOfOneTensor) {
  std::vector<LiveBuffer> buffers;
  for (unsigned step = 0; step < 20; ++step)
    buffers.push_back({100, 4, step, step + 1});
  BankPlan plan = planBanks(buffers, {100, 100});
  expectValid(buffers, {100, 100}, plan);
  EXPECT_TRUE(plan.fits());
  EXPECT_EQ(plan.bytes(), 200);
}

TEST(BankPlanner, LeavesTheLargeBankToTheLarge) {
  // The small one comes first and would fit into the first bank.
  std::vector<LiveBuffer> buffers = {{40, 4, 0, 1}, {96, 4, 1, 1}};
  BankPlan plan = planBanks(buffers, {100, 40});
  expectValid(buffers, {100, 40}, plan);
  EXPECT_TRUE(plan.fits());
  EXPECT_EQ(plan.banks, (std::vector<unsigned>{1, 0}));
}

TEST(BankPlanner, NoBufferLiesInTwoBanks) {
  // 100 bytes in all, but in two pieces of 50.
  std::vector<LiveBuffer> buffers = {{60, 4, 0, 0}};
  BankPlan plan = planBanks(buffers, {50, 50}, 1000);
  expectValid(buffers, {50, 50}, plan);
  EXPECT_FALSE(plan.fits());
  EXPECT_EQ(plan.used, (std::vector<int64_t>{0, 0, 60}));
}

TEST(BankPlanner, AsLittleAsPossibleLiesInNone) {
  // Three alive at once, room for two: the smallest stays out.
  std::vector<LiveBuffer> buffers = {
      {10, 1, 0, 0}, {50, 1, 0, 0}, {50, 1, 0, 0}};
  BankPlan plan = planBanks(buffers, {50, 50}, 10000);
  expectValid(buffers, {50, 50}, plan);
  EXPECT_EQ(plan.used, (std::vector<int64_t>{50, 50, 10}));
}

TEST(BankPlanner, ThreeBanksAndAlignment) {
  std::vector<LiveBuffer> buffers = {
      {30, 16, 0, 2}, {30, 16, 0, 2}, {30, 16, 0, 2}, {2, 16, 1, 1}};
  BankPlan plan = planBanks(buffers, {30, 34, 31});
  expectValid(buffers, {30, 34, 31}, plan);
  // The last begins at 32 of the second bank.
  EXPECT_TRUE(plan.fits());
  EXPECT_EQ(plan.banks[3], 1u);
  EXPECT_EQ(plan.offsets[3], 32);
}

TEST(BankPlanner, SameInputSamePlan) {
  std::vector<LiveBuffer> buffers;
  std::mt19937 random(7);
  for (unsigned i = 0; i < 60; ++i) {
    unsigned first = random() % 40;
    int64_t bytes = 1 + random() % 1000;
    unsigned last = first + random() % 6;
    buffers.push_back({bytes, 8, first, last});
  }
  BankPlan a = planBanks(buffers, {3000, 2000}, 200'000);
  BankPlan b = planBanks(buffers, {3000, 2000}, 200'000);
  EXPECT_EQ(a.banks, b.banks);
  EXPECT_EQ(a.offsets, b.offsets);
  expectValid(buffers, {3000, 2000}, a);
}

/// Plans that are known to exist: buffers cut out of two banks, step by step.
TEST(BankPlanner, FindsRoomThatIsThere) {
  unsigned found = 0, total = 40;
  for (unsigned seed = 0; seed < total; ++seed) {
    std::mt19937 random(seed);
    std::vector<int64_t> sizes = {4096, 2048};
    std::vector<LiveBuffer> buffers;
    for (int64_t size : sizes) {
      // Each bank is filled up to 15/16 for some steps, then cut anew.
      for (unsigned step = 0; step < 24; step += 3) {
        int64_t left = size - size / 16;
        while (left >= 128) {
          int64_t bytes = std::min<int64_t>(left, 64 * (1 + random() % 24));
          buffers.push_back({bytes, 64, step, step + 2});
          left -= bytes;
        }
      }
    }
    BankPlan plan = planBanks(buffers, sizes);
    expectValid(buffers, sizes, plan);
    found += plan.fits();
  }
  EXPECT_EQ(found, total);
}

// The first bank has room for all; what may lie in the second alone lies there.
TEST(BankPlanner, WhatHasABankLiesThere) {
  std::vector<LiveBuffer> buffers = {
      {32, 8, 0, 1}, {32, 8, 1, 2}, {32, 8, 2, 3}};
  buffers[1].bank = 1;
  BankPlan plan = planBanks(buffers, {256, 64});
  expectValid(buffers, {256, 64}, plan);
  EXPECT_EQ(plan.banks, (std::vector<unsigned>{0, 1, 0}));
  EXPECT_TRUE(plan.fits());
}

// Room in another bank is none for it.
TEST(BankPlanner, WhatDoesNotFitItsBankLiesInNone) {
  std::vector<LiveBuffer> buffers = {{96, 8, 0, 1}};
  buffers[0].bank = 1;
  BankPlan plan = planBanks(buffers, {256, 64}, /*effort=*/1000);
  EXPECT_EQ(plan.banks, std::vector<unsigned>{2});
  EXPECT_FALSE(plan.fits());
}

TEST(BankPlanner, NothingSharesTheBytesOfState) {
  std::vector<LiveBuffer> buffers = {
      {32, 8, 0, 0}, {32, 8, 1, 1}, {32, 8, 2, 2}};
  buffers[0].persistent = true;
  BankPlan plan = planBanks(buffers, {64, 64});
  EXPECT_EQ(plan.banks[1] == plan.banks[0] &&
                plan.offsets[1] == plan.offsets[0],
            false);
  EXPECT_EQ(plan.bytes(), 64);
}

} // namespace
