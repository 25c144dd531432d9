// Loads and stores of all widths and spaces.
#include "test/unit/runtime-emulator/Device.h"

using namespace dlc::ptx;

namespace {

TEST(MemoryAccess, VectorsAndOffsets) {
  Device device;
  std::vector<uint32_t> words;
  for (uint32_t i = 0; i < 256; ++i)
    words.push_back(i * 3 + 1);
  uint64_t from = device.upload(words), to = device.empty(1024);
  device.run(
      moduleOf("mul.wide.u32 %rd4, %r1, 16; add.s64 %rd5, %rd1, %rd4; add.s64 "
               "%rd6, %rd2, %rd4;\n"
               "ld.global.v4.b32 {%r5, %r6, %r7, %r8}, [%rd5+512]; "
               "st.global.v2.b32 [%rd6+-0], {%r8, %r7};\n"
               "mov.b64 %rd7, {%r6, %r5}; st.global.b64 [%rd6+8], %rd7;"),
      from, to);
  std::vector<uint32_t> made = device.download<uint32_t>(to, 128);
  for (uint32_t i = 0; i < 128; ++i)
    EXPECT_EQ(made[i], words[128 + i / 4 * 4 + 3 - i % 4]);
}

TEST(MemoryAccess, NarrowValuesInWiderRegisters) {
  Device device;
  std::vector<int8_t> bytes{-1, 127, -128, 5};
  uint64_t from = device.upload(bytes), to = device.empty(64);
  device.run(moduleOf("ld.global.s8 %r5, [%rd1]; st.global.b32 [%rd2], %r5; "
                      "ld.global.u8 %rs1, [%rd1+2];\n"
                      "st.global.b16 [%rd2+4], %rs1; ld.global.s16 %rd5, "
                      "[%rd1+2]; st.global.b64 [%rd2+8], %rd5;\n"
                      "mov.u32 %r6, 0x12345678; st.global.b8 [%rd2+16], %r6; "
                      "st.global.b16 [%rd2+18], %r6;\n"
                      "ld.global.v4.u8 {%r7, %r8, %r9, %r10}, [%rd1]; "
                      "st.global.b32 [%rd2+20], %r9;"),
             from, to, 0, 1);
  EXPECT_EQ(device.download<int32_t>(to, 1)[0], -1);
  EXPECT_EQ(device.download<uint16_t>(to + 4, 1)[0], 128);
  EXPECT_EQ(device.download<int64_t>(to + 8, 1)[0], 0x580);
  EXPECT_EQ(device.download<uint8_t>(to + 16, 1)[0], 0x78);
  EXPECT_EQ(device.download<uint16_t>(to + 18, 1)[0], 0x5678);
  EXPECT_EQ(device.download<uint32_t>(to + 20, 1)[0], 128u);
}

TEST(MemoryAccess, GenericAddressesOfEachSpace) {
  Device device;
  uint64_t to = device.empty(64);
  // Lanes of one instruction in shared, local and global memory.
  device.run(
      moduleOf(".shared .align 8 .b8 s[8]; .local .align 8 .b8 l[8];\n"
               "mov.u64 %rd4, s; st.shared.b64 [%rd4], 11; cvta.shared.u64 "
               "%rd5, %rd4;\n"
               "mov.u64 %rd6, l; st.local.b64 [%rd6], 22; cvta.local.u64 %rd7, "
               "%rd6;\n"
               "setp.eq.s32 %p1, %r1, 0; selp.b64 %rd8, %rd5, %rd7, %p1;\n"
               "setp.eq.s32 %p2, %r1, 2; selp.b64 %rd8, %rd2, %rd8, %p2; "
               "bar.warp.sync 7;\n"
               "ld.b64 %rd9, [%rd8]; mad.wide.u32 %rd10, %r1, 8, %rd1; "
               "st.global.b64 [%rd10], %rd9;"),
      to, device.upload(std::vector<uint64_t>{33}), 0, 3);
  EXPECT_EQ(device.download<uint64_t>(to, 3),
            (std::vector<uint64_t>{11, 22, 33}));
}

TEST(MemoryAccess, SharedMemoryOfModuleKernelAndLaunch) {
  Device device;
  uint64_t to = device.empty(64);
  std::string before =
      ".shared .align 16 .b8 unused[40000];\n.shared .align 16 .b8 first[32];\n"
      ".extern .shared .align 16 .b8 rest[];\n";
  device.run(moduleOf("mov.u32 %r5, first; mov.u32 %r6, rest; st.shared.b32 "
                      "[%r5+28], 1; st.shared.b32 [%r6+96], 2;\n"
                      "st.shared.b32 [first], 3; ld.shared.b32 %r7, [%r5+28]; "
                      "ld.shared.b32 %r8, [rest+96];\n"
                      "ld.shared.b32 %r9, [%r5]; st.global.b32 [%rd1], %r7; "
                      "st.global.b32 [%rd1+4], %r8;\n"
                      "st.global.b32 [%rd1+8], %r9;",
                      before),
             to, 0, 0, 1, 1, 100);
  EXPECT_EQ(device.download<uint32_t>(to, 3), (std::vector<uint32_t>{1, 2, 3}));
  // What the kernel does not name takes nothing; behind the launch's is
  // nothing.
  Module module(
      moduleOf("st.shared.b32 [rest+96], 2; mov.u32 %r5, first;", before),
      device.memory);
  EXPECT_EQ(module.find("k")->sharedBytes, 32u);
  EXPECT_THROW(device.run(moduleOf("st.shared.b32 [rest+100], 2;", before), 0,
                          0, 0, 1, 1, 100),
               Error);
}

TEST(MemoryAccess, VariablesOfTheModule) {
  Device device;
  uint64_t to = device.empty(64);
  device.run(
      moduleOf("mov.u64 %rd4, t; ld.global.b32 %r5, [%rd4+4]; ld.const.b32 "
               "%r6, [d+8]; ld.global.u8 %r7, [t+12];\n"
               "st.global.b32 [%rd1], %r5; st.global.b32 [%rd1+4], %r6; "
               "st.global.b32 [%rd1+8], %r7;",
               ".global .align 4 .u32 t[4] = {1, -2, 0x3};\n.const .align 8 "
               ".f64 d[2] = {0d3ff0000000000000, 0d4000000000000000};"),
      to, 0, 0, 1);
  EXPECT_EQ(device.download<uint32_t>(to, 3),
            (std::vector<uint32_t>{uint32_t(-2), 0, 0}));
}

TEST(MemoryAccess, BlocksAndTheirIndices) {
  Device device;
  uint64_t to = device.empty(4 * 96);
  device.run(moduleOf("mov.u32 %r2, %ctaid.x; mov.u32 %r3, %nctaid.x; "
                      "mad.lo.s32 %r4, %r2, 32, %r1;\n"
                      "mad.wide.u32 %rd4, %r4, 4, %rd1; mad.lo.s32 %r5, %r2, "
                      "100, %r3; st.global.b32 [%rd4], %r5;"),
             to, 0, 0, 32, 3);
  EXPECT_EQ(device.download<uint32_t>(to, 96)[70], 203u);
}

TEST(MemoryAccess, NothingIsLeftWhenAModuleGoes) {
  Device device;
  size_t before = device.memory.size();
  {
    Module module(moduleOf("", ".global .b8 t[100];"), device.memory);
  }
  EXPECT_EQ(device.memory.size(), before);
  EXPECT_THROW(Module(moduleOf("frob;", ".global .b8 t[100];"), device.memory),
               Error);
  EXPECT_EQ(device.memory.size(), before);
}

} // namespace
