//===- SearchTest.cpp - Which forms are worth what they lose --------------===//

#include "compiler/compress/Search.h"
#include <gtest/gtest.h>

using namespace dlc::compress;
using Chosen = llvm::ArrayRef<std::optional<size_t>>;

namespace {

class SearchTest : public testing::Test {
protected:
  /// Takes what keeps the sum of noises within a bound.
  Choice run(double most, int64_t enough = 1 << 30) {
    auto choice = search(
        2, options, [&](Chosen chosen, size_t added) -> llvm::Expected<Step> {
          order.push_back(added);
          double noise = 0;
          int64_t saved = 0;
          for (std::optional<size_t> one : chosen) {
            noise += one ? options[*one].noise : 0;
            saved += one ? options[*one].saved : 0;
          }
          return noise > most      ? Step::Refused
                 : saved >= enough ? Step::Enough
                                   : Step::Taken;
        });
    EXPECT_TRUE(static_cast<bool>(choice));
    return *choice;
  }

  // Layer 0: 10 bytes for 1, 12 for 4; layer 1: 30 for 2.
  std::vector<Option> options{{0, 10, 1}, {0, 12, 4}, {1, 30, 2}};
  std::vector<size_t> order;
};

TEST_F(SearchTest, WhatSavesMostForItsNoiseComesFirst) {
  Choice choice = run(10);
  EXPECT_EQ(order, (std::vector<size_t>{2, 0, 1}));
  EXPECT_EQ(choice.chosen, (std::vector<std::optional<size_t>>{1, 2}));
}

TEST_F(SearchTest, WhatIsRefusedTakesItsLikeWithIt) {
  options.push_back({0, 11, 5});
  Choice choice = run(3);
  // 12 bytes for 3 more are refused, and 11 for 4 more are not asked for.
  EXPECT_EQ(order, (std::vector<size_t>{2, 0, 1}));
  EXPECT_EQ(choice.chosen, (std::vector<std::optional<size_t>>{0, 2}));
  EXPECT_EQ(choice.refused, (std::vector<bool>{false, true, false, true}));
}

TEST_F(SearchTest, EnoughEndsIt) {
  Choice choice = run(10, 30);
  EXPECT_TRUE(choice.isEnough);
  EXPECT_EQ(choice.chosen,
            (std::vector<std::optional<size_t>>{std::nullopt, 2}));
}

TEST_F(SearchTest, WhatLosesNothingComesByItsBytes) {
  options = {{0, 10, 0}, {1, 20, 0}};
  run(0);
  EXPECT_EQ(order, (std::vector<size_t>{1, 0}));
}

TEST_F(SearchTest, WhatCanDoWithoutIsTakenBack) {
  // Layer 0 has what saves 12, layer 1 what saves 30; 40 are asked for.
  Choice choice;
  choice.chosen = {1, 2};
  auto savesFrom = [&](int64_t least) {
    return [&, least](Chosen chosen) -> llvm::Expected<Step> {
      int64_t saved = 0;
      for (std::optional<size_t> one : chosen)
        saved += one ? options[*one].saved : 0;
      return saved >= least ? Step::Enough : Step::Refused;
    };
  };
  EXPECT_FALSE(static_cast<bool>(relax(choice, options, savesFrom(40))));
  EXPECT_EQ(choice.chosen, (std::vector<std::optional<size_t>>{0, 2}));
  EXPECT_FALSE(static_cast<bool>(relax(choice, options, savesFrom(30))));
  EXPECT_EQ(choice.chosen,
            (std::vector<std::optional<size_t>>{std::nullopt, 2}));
  EXPECT_FALSE(static_cast<bool>(relax(choice, options, savesFrom(31))));
  EXPECT_EQ(choice.chosen,
            (std::vector<std::optional<size_t>>{std::nullopt, 2}));
  llvm::Error error = relax(choice, options, [](Chosen) {
    return llvm::Expected<Step>(llvm::createStringError("no"));
  });
  EXPECT_EQ(llvm::toString(std::move(error)), "no");
}

TEST_F(SearchTest, ErrorsEndIt) {
  auto choice = search(2, options, [](Chosen, size_t) -> llvm::Expected<Step> {
    return llvm::createStringError("no");
  });
  EXPECT_EQ(llvm::toString(choice.takeError()), "no");
}

} // namespace
