//===- PeakTest.cpp - What holds the peak, told ---------------------------===//

#include "compiler/report/Peak.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::report;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Four stages; buffer 0 is a skip connection from stage 0 to stage 3 around
/// the two others.
///
///   stage    0    1    2    3
///   skip    40   40   40   40
///   a       10   10
///   b            20   20
///   c                      30
///   alive   50   70   60   70
Report residual() {
  Report report;
  report.arenaBytes = 80;
  report.arenaLowerBound = 70;
  const int64_t alive[] = {50, 70, 60, 70};
  for (unsigned i = 0; i < 4; ++i) {
    StageRow stage;
    stage.name = "net/layer" + std::to_string(i);
    stage.liveBytes = alive[i];
    report.stages.push_back(stage);
  }
  report.buffers = {{"skip", 0, 40, 0, 3, "10", "float32", false, {0, 3}},
                    {"a", 40, 10, 0, 1, "1", "float32", false, {0, 1}},
                    {"b", 60, 20, 1, 2, "5", "float32", false, {1, 2}},
                    {"c", 40, 30, 3, 3, "8", "float32", true, {3}}};
  return report;
}

TEST(Peak, NamesEveryStageThatReachesIt) {
  Peak peak = findPeak(residual());
  EXPECT_EQ(peak.bytes, 70);
  EXPECT_THAT(peak.stages, ElementsAre(1, 3));
  EXPECT_TRUE(peak.contains(3));
  EXPECT_FALSE(peak.contains(2));
}

TEST(Peak, HoldersAreLargestFirst) {
  EXPECT_THAT(findPeak(residual()).holders, ElementsAre(0, 2, 1));
}

TEST(Peak, WhatTheStageDoesNotTouchWaits) {
  EXPECT_THAT(findPeak(residual()).waiting, ElementsAre(0));
}

TEST(Peak, NextIsTheLargestThatDoesNotReachIt) {
  Peak peak = findPeak(residual());
  EXPECT_EQ(peak.nextBytes, 60);
  EXPECT_EQ(peak.nextStage, 2u);
}

TEST(Peak, NoArenaNoPeak) {
  Report report;
  report.stages.resize(2);
  EXPECT_TRUE(findPeak(report).stages.empty());
  EXPECT_TRUE(whatWouldHelp(report, findPeak(report)).empty());
}

TEST(Peak, SaysWhatWouldHelp) {
  Report report = residual();
  // Gaps: 80 - 70; next: 70 - 60; the skip connection is 40 of 70.
  EXPECT_THAT(
      whatWouldHelp(report, findPeak(report)),
      ElementsAre(HasSubstr("take 10 bytes (12.5% of the arena)"),
                  AllOf(HasSubstr("2 stages reach the peak"),
                        HasSubstr("stage 2 'net/layer2' with 60 bytes"),
                        HasSubstr("at most 10 bytes (14.3%) can be gained")),
                  AllOf(HasSubstr("40 bytes (57.1%) only wait"),
                        HasSubstr("'skip' from stage 0 to 3"))));
}

} // namespace
