// What is counted: sectors, requests of shared memory, machine instructions.
#include "test/unit/runtime-emulator/Device.h"

using namespace dlc::ptx;

namespace {

/// Sectors of a load of `bytes` by 32 lanes at lane * stride.
uint64_t sectors(unsigned stride, unsigned bytes, unsigned offset = 0) {
  Device device;
  uint64_t at = device.upload(std::vector<uint8_t>(32 * stride + 256));
  std::string type = bytes == 16  ? "v4.b32 {%r5, %r6, %r7, %r8}"
                     : bytes == 8 ? "b64 %rd5"
                     : bytes == 4 ? "b32 %r5"
                                  : "u8 %r5";
  return device
      .run(moduleOf("mul.wide.u32 %rd4, %r1, " + std::to_string(stride) +
                    "; add.s64 %rd4, %rd4, %rd1; ld.global." + type +
                    ", [%rd4+" + std::to_string(offset) + "];"),
           at)
      .sectors;
}

TEST(Statistics, Sectors) {
  EXPECT_EQ(sectors(4, 4), 4u);     // 128 bytes
  EXPECT_EQ(sectors(4, 4, 16), 5u); // across a border
  EXPECT_EQ(sectors(16, 16), 16u);  // 512 bytes
  EXPECT_EQ(sectors(0, 4), 1u);     // one word
  EXPECT_EQ(sectors(128, 4), 32u);  // a column
  EXPECT_EQ(sectors(1, 1), 1u);
  EXPECT_EQ(sectors(1, 1, 24), 2u);
  EXPECT_EQ(sectors(8, 4), 8u);
  EXPECT_EQ(sectors(24, 8), 24u);
}

/// Each thread reads a word of its own, twice.
constexpr const char *kReadsTwice =
    "mad.wide.u32 %rd4, %r1, 4, %rd1; ld.global.b32 %r5, [%rd4];\n"
    "ld.global.b32 %r5, [%rd4];\n";

TEST(Statistics, TheFootprintHasEachSectorOnce) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(256));
  // Four sectors, read by two blocks, twice; then one of them is written.
  std::string body = kReadsTwice;
  Counters reads = device.run(moduleOf(body), at, 0, 0, 32, 2);
  EXPECT_EQ(reads.sectors, 16u);
  EXPECT_EQ(reads.footprint, 4u);
  Counters writes = device.run(
      moduleOf(body + "red.global.add.u32 [%rd1+512], 1;"), at, 0, 0, 32, 1);
  EXPECT_EQ(writes.sectors, 8u + 32u);
  EXPECT_EQ(writes.footprint, 4u + 1u);
}

TEST(Statistics, EachBlockHasItsBytesOnce) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(256));
  // Two blocks read 128 bytes, twice.
  Counters reads = device.run(moduleOf(kReadsTwice), at, 0, 0, 32, 2);
  EXPECT_EQ(reads.sectors, 16u);
  EXPECT_EQ(reads.blockBytes, 2 * 128u);
  // Four bytes of each sector: eight times as much as is needed.
  Counters column = device.run(
      moduleOf("mad.wide.u32 %rd4, %r1, 32, %rd1; ld.global.b32 %r5, [%rd4];"),
      at, 0, 0, 32, 1);
  EXPECT_EQ(column.sectors, 32u);
  EXPECT_EQ(column.blockBytes, 128u);
  // Over the border of a sector, and what is there already.
  Counters shifted = device.run(
      moduleOf(std::string(kReadsTwice) + "ld.global.b32 %r5, [%rd4+16];"), at,
      0, 0, 32, 1);
  EXPECT_EQ(shifted.blockBytes, 128u + 16u);
  // In place: read once and written once.
  Counters inPlace = device.run(
      moduleOf("mad.wide.u32 %rd4, %r1, 4, %rd1; ld.global.b32 %r5, [%rd4];\n"
               "st.global.b32 [%rd4], %r5;"),
      at, 0, 0, 32, 1);
  EXPECT_EQ(inPlace.blockBytes, 2 * 128u);
}

/// Requests of a load from shared memory at lane * stride.
uint64_t requests(unsigned stride, unsigned bytes) {
  Device device;
  std::string type = bytes == 16  ? "v4.b32 {%r5, %r6, %r7, %r8}"
                     : bytes == 8 ? "v2.b32 {%r5, %r6}"
                                  : "b32 %r5";
  device.options.checks = false;
  return device
      .run(moduleOf(".shared .align 16 .b8 s[16384];\nmov.u32 %r4, s; "
                    "mad.lo.s32 %r4, %r1, " +
                    std::to_string(stride) + ", %r4; ld.shared." + type +
                    ", [%r4];"))
      .requests;
}

TEST(Statistics, RequestsAndBankConflicts) {
  EXPECT_EQ(requests(4, 4), 1u);
  EXPECT_EQ(requests(0, 4), 1u);    // broadcast
  EXPECT_EQ(requests(8, 4), 2u);    // every second bank
  EXPECT_EQ(requests(128, 4), 32u); // one bank
  EXPECT_EQ(requests(132, 4), 1u);  // a column with padding
  EXPECT_EQ(requests(16, 16), 4u);  // 512 bytes
  EXPECT_EQ(requests(8, 8), 2u);    // 256 bytes
}

TEST(Statistics, NeighboursThatReadOneQuadShareARequest) {
  Device device;
  device.options.checks = false;
  // Lanes n and n ^ 1 read one quad of 16 bytes: 16 quads in two requests.
  EXPECT_EQ(
      device
          .run(moduleOf(".shared .align 16 .b8 s[16384];\nmov.u32 %r4, s; "
                        "shr.u32 %r2, %r1, 1; mad.lo.s32 %r4, %r2, 16, %r4;\n"
                        "ld.shared.v4.b32 {%r5, %r6, %r7, %r8}, [%r4];"))
          .requests,
      2u);
}

TEST(Statistics, InstructionsByClass) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(64));
  Counters counters = device.run(
      moduleOf("mad.wide.u32 %rd4, %r1, 4, %rd1; ld.global.b32 %r5, [%rd4]; "
               "fma.rn.f32 %r6, %r5, %r5, %r5;\n"
               "add.rn.f32 %r6, %r6, %r5; rcp.approx.ftz.f32 %r7, %r6; add.s64 "
               "%rd5, %rd4, 8; cvt.rn.f32.s32 %r8, %r5;\n"
               "setp.lt.u32 %p1, %r1, 40; @%p1 bra L;\nmov.u32 %r9, 1;\nL: "
               "bar.sync 0; st.global.b32 [%rd4], %r7;"),
      at, 0, 0, 64, 1);
  auto of = [&](OpClass c) { return counters.byClass[size_t(c)]; };
  auto slots = [&](OpClass c) { return counters.slotsByClass[size_t(c)]; };
  EXPECT_EQ(of(OpClass::Fma), 2u);
  EXPECT_EQ(of(OpClass::Float), 2u);
  EXPECT_EQ(of(OpClass::Special), 2u);
  EXPECT_EQ(slots(OpClass::Special), 2u);
  EXPECT_EQ(of(OpClass::Integer), 4u);
  EXPECT_EQ(slots(OpClass::Integer), 6u); // an addition of 64 bits is two
  EXPECT_EQ(of(OpClass::Convert), 2u);
  EXPECT_EQ(of(OpClass::Multiply), 2u);
  EXPECT_EQ(of(OpClass::Global), 4u);
  EXPECT_EQ(of(OpClass::Parameter), 6u);
  EXPECT_EQ(slots(OpClass::Parameter), 0u);
  EXPECT_EQ(counters.sectors, 2 * 2 * 4u);
  EXPECT_EQ(counters.barriers, 2u);
  EXPECT_EQ(counters.divergences, 1u);
  EXPECT_EQ(of(OpClass::Control), 2 + 2 + 2u); // branch, barrier, return
  uint64_t sum = 0;
  for (uint64_t n : counters.byClass)
    sum += n;
  EXPECT_EQ(counters.instructions, sum);
}

TEST(Statistics, PartsOfAnInstructionAreNotCounted) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(64));
  Counters narrow =
      device.run(moduleOf("ld.global.s8 %r5, [%rd1]; st.global.b8 [%rd1], %r5; "
                          "cvt.u32.u8 %r6, %r5;"),
                 at, 0, 0, 1);
  EXPECT_EQ(narrow.instructions, 3 + 1 + 3 + 1u);
}

} // namespace
