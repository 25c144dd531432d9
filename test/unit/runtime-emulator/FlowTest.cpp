// Basic blocks, where ways meet, and registers that share a place.
#include "runtime/emulator/cuda/parse/Flow.h"

#include "test/unit/runtime-emulator/Device.h"

using namespace dlc::ptx;

namespace {

/// Where each branch of the body's kernel joins, by the instruction's line.
std::vector<uint32_t> joins(const std::string &body) {
  Device device;
  Module module(moduleOf(body), device.memory);
  std::vector<uint32_t> lines;
  const std::vector<Op> &ops = module.find("k")->ops;
  for (const Op &op : ops)
    if (op.kind == OpKind::Branch)
      lines.push_back(op.join == kNoJoin ? 0 : ops[op.join].line - kFirstLine);
  return lines;
}

TEST(Flow, AnIfMeetsBehindIt) {
  EXPECT_EQ(joins("setp.eq.s32 %p1, %r1, 0;\n@%p1 bra L;\nmov.u32 %r2, "
                  "1;\nL:\nmov.u32 %r3, 1;"),
            (std::vector<uint32_t>{4}));
}

TEST(Flow, ALoopMeetsAtItsExit) {
  EXPECT_EQ(joins("mov.u32 %r2, 0;\nL:\nadd.s32 %r2, %r2, 1;\nsetp.lt.u32 %p1, "
                  "%r2, %r1;\n@%p1 bra L;\nmov.u32 %r3, 1;"),
            (std::vector<uint32_t>{5}));
}

TEST(Flow, NestedIfs) {
  EXPECT_EQ(joins("setp.eq.s32 %p1, %r1, 0;\n@%p1 bra A;\nsetp.eq.s32 %p2, "
                  "%r1, 1;\n@%p2 bra B;\nmov.u32 %r2, 1;\nB:\n"
                  "mov.u32 %r3, 1;\nA:\nmov.u32 %r4, 1;"),
            (std::vector<uint32_t>{8, 6}));
}

TEST(Flow, WaysThatReturnNeverMeet) {
  EXPECT_EQ(
      joins("setp.eq.s32 %p1, %r1, 0;\n@%p1 bra L;\nret;\nL:\nmov.u32 %r2, 1;"),
      (std::vector<uint32_t>{0}));
  EXPECT_EQ(joins("L:\nadd.s32 %r1, %r1, 1;\nbra.uni L;"),
            (std::vector<uint32_t>{0}));
}

TEST(Flow, ValuesThatDoNotLiveTogetherShareAPlace) {
  Device device;
  std::string chain = "add.s32 %r2, %r1, 1;\n";
  for (int i = 3; i < 30; ++i)
    chain += "add.s32 %r" + std::to_string(i) + ", %r" + std::to_string(i - 1) +
             ", 1;\n";
  Module module(moduleOf(chain), device.memory);
  // The thread's index, 1, three parameters and their offsets, two of the
  // chain.
  EXPECT_LE(module.find("k")->registerBytes,
            128u + 3 * 128 + 3 * 256 + 3 * 256);
}

TEST(Flow, ALoopKeepsWhatItNeedsAgain) {
  Device device;
  uint64_t to = device.empty(128);
  device.run(moduleOf("add.s32 %r2, %r1, 5; mov.u32 %r3, 0; mov.u32 %r4, 0;\n"
                      "L: mul.lo.s32 %r5, %r4, 3; add.s32 %r6, %r5, %r2; "
                      "add.s32 %r3, %r3, %r6; add.s32 %r4, %r4, 1;\n"
                      "setp.lt.u32 %p1, %r4, 4; @%p1 bra L;\nmad.wide.u32 "
                      "%rd4, %r1, 4, %rd1; st.global.b32 [%rd4], %r3;"),
             to);
  std::vector<uint32_t> made = device.download<uint32_t>(to, 32);
  for (uint32_t l = 0; l < 32; ++l)
    EXPECT_EQ(made[l], 18 + 4 * (l + 5));
}

TEST(Flow, PredicatesOfNumbers) {
  Device device;
  uint64_t to = device.empty(16);
  device.run(moduleOf("mov.pred %p1, -1; mov.pred %p2, 1; mov.pred %p3, 0;\n"
                      "selp.b32 %r2, 1, 2, %p1; selp.b32 %r3, 1, 2, %p2; "
                      "selp.b32 %r4, 1, 2, %p3; st.global.v2.b32 [%rd1], {%r2, "
                      "%r3}; st.global.b32 [%rd1+8], %r4;"),
             to, 0, 0, 1);
  EXPECT_EQ(device.download<uint32_t>(to, 3), (std::vector<uint32_t>{1, 1, 2}));
}

} // namespace
