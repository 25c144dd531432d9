#include "compiler/driver/run/GpuBound.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace dlc::driver;

namespace {

/// Two multiprocessors of 128 lanes at 1 GHz, 40 bytes a cycle, of which
/// streams get 30.
targets::TargetDescription makeTarget() {
  targets::TargetDescription target;
  target.gpuCapability = 62;
  target.gpuMultiprocessors = 2;
  target.gpuLanes = 128;
  target.gpuSharedBytes = 64 << 10;
  target.gpuHalfRate = 2;
  target.clockHz = 1000000000;
  target.streamBytesPerCycle = 40;
  return target;
}

/// 16 blocks of 128 threads: all four schedulers have warps.
GpuLaunch makeLaunch() {
  GpuLaunch launch;
  launch.blocks = 16;
  launch.threads = 128;
  return launch;
}

void expectBound(const GpuLaunch &launch, double cycles, llvm::StringRef part,
                 const targets::TargetDescription &target = makeTarget()) {
  GpuBound bound = boundOf(launch, target);
  EXPECT_NEAR(bound.seconds * 1e9, cycles, 1e-6 * cycles);
  EXPECT_EQ(bound.part, part);
}

TEST(GpuBound, Issue) {
  GpuLaunch launch = makeLaunch();
  launch.slots = 80000;
  // Half of it on each multiprocessor, four a cycle.
  expectBound(launch, 10000, "issue");
}

TEST(GpuBound, AMultiprocessorHasWholeBlocks) {
  GpuLaunch launch = makeLaunch();
  launch.slots = 80000;
  launch.blocks = 3;
  expectBound(launch, 80000 * 2 / 3. / 4, "issue");
  launch.blocks = 1;
  expectBound(launch, 20000, "issue");
}

TEST(GpuBound, SchedulersWithoutAWarpStartNothing) {
  GpuLaunch launch = makeLaunch();
  launch.slots = 80000;
  launch.threads = 33; // two warps
  launch.blocks = 2;
  expectBound(launch, 20000, "issue");
  launch.blocks = 4; // two blocks of two
  expectBound(launch, 10000, "issue");
  launch.sharedBytes = 40 << 10; // one after the other
  expectBound(launch, 20000, "issue");
}

TEST(GpuBound, EachPartHasItsRate) {
  GpuLaunch launch = makeLaunch();
  launch.requests = 5000;
  expectBound(launch, 2500, "shared memory");
  launch = makeLaunch();
  launch.classes["special"] = 3000;
  launch.classes["convert"] = 1000;
  expectBound(launch, 2000, "conversions"); // a warp in one cycle
  launch = makeLaunch();
  launch.classes["double"] = 100;
  expectBound(launch, 400, "float64"); // 4 lanes: eight cycles
  launch = makeLaunch();
  launch.sectors = 4000;
  launch.localSectors = 96;
  expectBound(launch, 1024, "L2 cache"); // two sectors a cycle
  launch = makeLaunch();
  launch.sectors = launch.footprint = 3000;
  expectBound(launch, 3200, "memory"); // of both together
}

TEST(GpuBound, Halves) {
  GpuLaunch launch = makeLaunch();
  launch.classes["half"] = 8000;
  targets::TargetDescription target = makeTarget();
  expectBound(launch, 1000, "halves"); // as many as of float32, two in each
  target.gpuCapability = 61;
  target.gpuHalfRate = 1. / 64;
  expectBound(launch, 128000, "halves", target);
}

TEST(GpuBound, ReadsLaunchesAndLeavesCopiesOut) {
  auto launches = readLaunches(
      R"({"copy": "to device", "bytes": 12}
{"kernel": "k", "capability": 62, "grid": [4, 3, 2], "block": [64, 2, 1], "shared_bytes": 10, "instructions": 9, "slots": 7, "sectors": 6, "footprint_sectors": 5, "block_bytes": 96, "local_sectors": 4, "shared_requests": 3, "barriers": 2, "divergences": 1, "instructions_by_class": {}, "slots_by_class": {"fma": 2}}
)");
  ASSERT_TRUE(bool(launches));
  ASSERT_EQ(launches->size(), 1u);
  const GpuLaunch &launch = launches->front();
  EXPECT_EQ(launch.kernel, "k");
  EXPECT_EQ(launch.blocks, 24u);
  EXPECT_EQ(launch.threads, 128u);
  EXPECT_EQ(launch.sharedBytes, 10u);
  EXPECT_EQ(launch.slots, 7u);
  EXPECT_EQ(launch.sectors, 6u);
  EXPECT_EQ(launch.footprint, 5u);
  EXPECT_EQ(launch.blockBytes, 96u);
  EXPECT_DOUBLE_EQ(sectorsToLeast(launch), 2);
  EXPECT_EQ(sectorsToLeast(GpuLaunch()), 0);
  EXPECT_EQ(launch.localSectors, 4u);
  EXPECT_EQ(launch.requests, 3u);
  EXPECT_EQ(launch.classes.lookup("fma"), 2u);
}

TEST(GpuBound, RefusesOtherLines) {
  for (const char *line :
       {"{", "{}", "[]", R"({"kernel": "k"})",
        R"({"kernel": "k", "grid": [1, 1], "block": [1, 1, 1]})"}) {
    auto launches = readLaunches(line);
    EXPECT_FALSE(bool(launches)) << line;
    llvm::consumeError(launches.takeError());
  }
}

TEST(GpuBound, TheTableAndTheSum) {
  GpuLaunch first = makeLaunch(), second = makeLaunch();
  first.kernel = "small";
  first.slots = 8000;
  second.kernel = "large";
  second.slots = 24000;
  second.classes["fma"] = 18000;
  second.requests = 100;
  second.sectors = 6;
  second.blockBytes = 128;
  std::string text;
  llvm::raw_string_ostream os(text);
  printBounds({first, second}, makeTarget(), os);
  EXPECT_EQ(text,
            "  bound us  share  set by         blocks x threads  shared  "
            "    slots  multiply-adds  sectors  x least  requests  kernel\n"
            "      3.00  75.0%  issue                  16 x 128       0  "
            "    24000          75.0%        6     1.50       100  large\n"
            "      1.00  25.0%  issue                  16 x 128       0  "
            "     8000           0.0%        0     0.00         0  small\n");
  EXPECT_NEAR(modelledSeconds({first, second}, makeTarget()), 14e-6, 1e-12);
}

} // namespace
