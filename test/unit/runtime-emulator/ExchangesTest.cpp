// What lanes tell each other, and atomic operations.
#include "test/unit/runtime-emulator/Device.h"

using namespace dlc::ptx;

namespace {

/// %r9 of each of 32 threads.
std::vector<uint32_t> lanes(const std::string &code, unsigned threads = 32) {
  Device device;
  uint64_t to = device.empty(threads * 4);
  device.run(moduleOf(code + "\nmul.wide.u32 %rd4, %r1, 4; add.s64 %rd4, %rd4, "
                             "%rd1; st.global.b32 [%rd4], %r9;"),
             to, 0, 0, threads);
  return device.download<uint32_t>(to, threads);
}

TEST(Exchanges, Shuffles) {
  std::string value = "mul.lo.s32 %r5, %r1, 10;\n";
  for (unsigned l = 0; l < 32; ++l) {
    EXPECT_EQ(lanes(value + "shfl.sync.bfly.b32 %r9, %r5, 16, 31, -1;")[l],
              (l ^ 16) * 10);
    EXPECT_EQ(lanes(value + "shfl.sync.down.b32 %r9, %r5, 4, 31, -1;")[l],
              (l + 4 < 32 ? l + 4 : l) * 10);
    EXPECT_EQ(lanes(value + "shfl.sync.up.b32 %r9, %r5, 3, 0, -1;")[l],
              (l >= 3 ? l - 3 : l) * 10);
    EXPECT_EQ(lanes(value + "shfl.sync.idx.b32 %r9, %r5, 7, 31, -1;")[l], 70u);
    // Segments of 8: 0x18 in the upper bits of the mask of lanes.
    EXPECT_EQ(lanes(value + "shfl.sync.down.b32 %r9, %r5, 1, 0x181f, -1;")[l],
              (l % 8 < 7 ? l + 1 : l) * 10);
    EXPECT_EQ(lanes(value + "shfl.sync.down.b32 %r9|%p1, %r5, 1, 0x181f, -1; "
                            "selp.b32 %r9, 1, 0, %p1;")[l],
              l % 8 < 7);
  }
}

TEST(Exchanges, ASumOverAWarp) {
  std::string code = "add.s32 %r9, %r1, 1;\n";
  for (int d : {16, 8, 4, 2, 1})
    code += "shfl.sync.bfly.b32 %r5, %r9, " + std::to_string(d) +
            ", 31, -1; add.s32 %r9, %r9, %r5;\n";
  EXPECT_EQ(lanes(code), std::vector<uint32_t>(32, 32 * 33 / 2));
}

TEST(Exchanges, Votes) {
  std::string odd = "and.b32 %r5, %r1, 1; setp.ne.s32 %p1, %r5, 0;\n";
  EXPECT_EQ(lanes(odd + "vote.sync.ballot.b32 %r9, %p1, -1;")[3], 0xaaaaaaaau);
  EXPECT_EQ(
      lanes(odd +
            "vote.sync.any.pred %p2, %p1, -1; selp.b32 %r9, 1, 0, %p2;")[0],
      1u);
  EXPECT_EQ(
      lanes(odd +
            "vote.sync.all.pred %p2, %p1, -1; selp.b32 %r9, 1, 0, %p2;")[1],
      0u);
  EXPECT_EQ(lanes("activemask.b32 %r9;", 20)[5], 0xfffffu);
}

TEST(Exchanges, SpecialRegisters) {
  EXPECT_EQ(lanes("mov.u32 %r9, %laneid;", 40)[35], 3u);
  EXPECT_EQ(lanes("mov.u32 %r9, %warpid;", 40)[35], 1u);
  EXPECT_EQ(lanes("mov.u32 %r9, %ntid.x;", 40)[35], 40u);
  EXPECT_EQ(lanes("mov.u32 %r9, %lanemask_lt;")[5], 31u);
  EXPECT_EQ(lanes("mov.u32 %r9, %lanemask_ge;")[5], ~31u);
  EXPECT_EQ(lanes("mov.u32 %r9, %lanemask_gt;")[31], 0u);
}

TEST(Exchanges, ADivergentBranchMeetsAgain) {
  // Three ways, then a shuffle of all lanes.
  std::string code = "mov.u32 %r9, 1; setp.lt.u32 %p1, %r1, 8; @%p1 bra A;\n"
                     "setp.lt.u32 %p2, %r1, 20; @%p2 bra B;\n"
                     "mov.u32 %r9, 4; bra.uni C;\nA: mov.u32 %r9, 2; bra.uni "
                     "C;\nB: mov.u32 %r9, 3;\n"
                     "C: shfl.sync.idx.b32 %r5, %r9, 10, 31, -1; mad.lo.s32 "
                     "%r9, %r9, 10, %r5;";
  std::vector<uint32_t> made = lanes(code);
  EXPECT_EQ(made[0], 23u);
  EXPECT_EQ(made[10], 33u);
  EXPECT_EQ(made[31], 43u);
}

TEST(Exchanges, LanesThatAreBehindKeepTheirPredicates) {
  // The branch's lanes go first and write 16 bits each, where %p2 was
  // last read: the others still need it.
  std::string code = "mov.u32 %r9, 0; setp.gt.u32 %p2, %r1, 99;\n"
                     "setp.lt.u32 %p1, %r1, 8; @%p1 bra B;\n"
                     "@%p2 mov.u32 %r9, 1; bra.uni C;\n"
                     "B: mov.b16 %rs1, -1; cvt.u32.u16 %r9, %rs1;\nC: add.u32 "
                     "%r9, %r9, 0;";
  std::vector<uint32_t> made = lanes(code);
  EXPECT_EQ(made[0], 65535u);
  for (uint32_t l = 8; l < 32; ++l)
    EXPECT_EQ(made[l], 0u) << l;
}

TEST(Exchanges, ALoopOfDifferentLengths) {
  // The sum of 0 .. lane.
  std::string code = "mov.u32 %r9, 0; mov.u32 %r5, 0;\nL: add.s32 %r9, %r9, "
                     "%r5; add.s32 %r5, %r5, 1;\n"
                     "setp.le.u32 %p1, %r5, %r1; @%p1 bra L;";
  std::vector<uint32_t> made = lanes(code);
  for (uint32_t l = 0; l < 32; ++l)
    EXPECT_EQ(made[l], l * (l + 1) / 2);
}

TEST(Exchanges, AtomicsOfAllThreads) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>{0, 0, 0, 100, 0});
  device.run(moduleOf("red.global.add.u32 [%rd1], %r1; atom.global.max.s32 "
                      "%r5, [%rd1+4], %r1;\n"
                      "atom.global.or.b32 %r5, [%rd1+8], 5; "
                      "atom.global.dec.u32 %r5, [%rd1+12], 200;\n"
                      "atom.global.cas.b32 %r5, [%rd1+16], 0, 77;"),
             at, 0, 0, 64, 2);
  EXPECT_EQ(
      device.download<uint32_t>(at, 5),
      (std::vector<uint32_t>{2 * 64 * 63 / 2, 63, 5, 100 + 201 - 128, 77}));
  uint64_t sum = device.upload(std::vector<float>{0.5f});
  device.run(
      moduleOf("cvt.rn.f32.u32 %f1, %r1; red.global.add.f32 [%rd1], %f1;"),
      sum);
  EXPECT_EQ(device.download<float>(sum, 1)[0], 496.5f);
}

} // namespace
