// Each kind of fault, with the kernel, the line and what is said; and beside it
// what looks like it and is none.
#include "test/unit/runtime-emulator/Faults.h"

using namespace dlc::ptx;

namespace {

const std::string shared = ".shared .align 16 .b8 s[256];\n";
const std::string own =
    "mov.u64 %rd4, s; mul.wide.u32 %rd5, %r1, 4; add.s64 %rd4, %rd4, %rd5;\n";

/// Shared memory that is written, and %rd6 the word of the thread in the other
/// warp; then each thread writes its own once more.
const std::string twice =
    shared + own +
    "st.shared.b32 [%rd4], 1;\nbar.sync 0;\nxor.b32 %r2, %r1, 32; mov.u64 "
    "%rd6, s;\n"
    "mad.wide.u32 %rd6, %r2, 4, %rd6;\nst.shared.b32 [%rd4], %r1;\n";

TEST(Faults, ReadOfWhatAnotherThreadWrites) {
  expectFault(Fault::Race,
              "thread 32 reads byte 0 of shared memory, which thread 0 writes",
              twice +
                  "setp.ge.u32 %p1, %r1, 32;\n@%p1 ld.shared.b32 %r3, [%rd6];");
  expectNone(twice + "bar.sync 0;\nld.shared.b32 %r3, [%rd6];");
  expectNone(twice + "ld.shared.b32 %r3, [%rd4];");
}

TEST(Faults, RacesAreFoundInEitherOrderOfWarps) {
  // The write is now what comes second.
  Device device;
  device.options.isReversed = true;
  std::string body =
      twice +
      "bar.sync 0;\nsetp.lt.u32 %p1, %r1, 32; mov.u64 %rd7, s;\n"
      "@!%p1 ld.shared.b32 %r3, [%rd7];\n@%p1 st.shared.b32 [%rd4], %r1;";
  expectFault(Fault::Race,
              "thread 0 writes byte 0 of shared memory, which warp 1 reads",
              body, 0, 0, &device);
  body = twice +
         "bar.sync 0;\nsetp.lt.u32 %p1, %r1, 32; mov.u64 %rd7, s;\n"
         "@%p1 st.shared.b32 [%rd4], %r1;\n@!%p1 ld.shared.b32 %r3, [%rd7];";
  expectFault(Fault::Race,
              "thread 32 reads byte 0 of shared memory, which thread 0 writes",
              body);
}

TEST(Faults, WriteOfWhatAnotherWarpReads) {
  std::string code = shared + own +
                     "st.shared.b32 [%rd4], %r1;\nbar.sync 0;\n" +
                     "mov.u64 %rd6, s; ld.shared.b32 %r3, [%rd6+128];\n";
  expectFault(
      Fault::Race,
      "thread 32 writes byte 128 of shared memory, which other warps reads",
      code + "st.shared.b32 [%rd4], %r3;");
  expectNone(code + "bar.sync 0;\nst.shared.b32 [%rd4], %r3;");
}

TEST(Faults, LanesOfAWarpHaveNoOrderWithoutSynchronisation) {
  std::string code = shared + own + "st.shared.b32 [%rd4], %r1;\n" +
                     "xor.b32 %r2, %r1, 1; mov.u64 %rd6, s; mad.wide.u32 %rd6, "
                     "%r2, 4, %rd6;\n";
  expectFault(Fault::Race,
              "thread 0 reads byte 4 of shared memory, which thread 1 writes",
              code + "ld.shared.b32 %r3, [%rd6];");
  expectNone(code + "bar.warp.sync -1;\nld.shared.b32 %r3, [%rd6];");
  // It orders nothing between warps.
  expectFault(Fault::Race, "which thread 0 writes",
              shared + own +
                  "st.shared.b32 [%rd4], %r1;\nbar.warp.sync -1;\nmov.u64 "
                  "%rd6, s;\nld.shared.b32 %r3, [%rd6];");
}

TEST(Faults, TwoLanesStoreDifferentValues) {
  expectFault(Fault::Race, "lanes 0 and 1 store different values",
              shared + "mov.u64 %rd4, s;\nst.shared.b32 [%rd4], %r1;", 0, 0,
              nullptr, 32);
  expectNone(shared + "mov.u64 %rd4, s;\nst.shared.b32 [%rd4], 7;", 0, 0,
             nullptr, 32);
  expectFault(Fault::Race, "which thread 31 writes",
              shared + "mov.u64 %rd4, s;\nst.shared.b32 [%rd4], 7;");
}

TEST(Faults, BytesOfAWordBelongToDifferentThreads) {
  std::string bytes = "mov.u64 %rd4, s; cvt.u64.u32 %rd5, %r1; add.s64 %rd4, "
                      "%rd4, %rd5;\nst.shared.b8 [%rd4], 3;\n";
  expectNone(shared + bytes + "ld.shared.u8 %r5, [%rd4];");
  expectFault(Fault::Race, "which thread 1 writes",
              shared + bytes +
                  "and.b32 %r2, %r1, 60; mov.u64 %rd6, s; cvt.u64.u32 %rd7, "
                  "%r2; add.s64 %rd6, %rd6, %rd7;\n"
                  "ld.shared.b32 %r5, [%rd6];");
}

TEST(Faults, BlocksHaveNoOrder) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(64));
  std::string code = "mov.u32 %r2, %ctaid.x;\nmad.wide.u32 %rd4, %r2, 4, "
                     "%rd1;\nst.global.b32 [%rd4], %r2;\n";
  expectFault(Fault::Race, "which another block writes in the same launch",
              code + "ld.global.b32 %r3, [%rd1];", at, 0, &device, 1, 2);
  expectFault(Fault::Race, "which another block reads in the same launch",
              "mov.u32 %r2, %ctaid.x;\nmad.wide.u32 %rd4, %r2, 4, "
              "%rd1;\nld.global.b32 %r3, [%rd1+4];\n"
              "st.global.b32 [%rd4], %r2;",
              at, 0, &device, 1, 2);
  // A launch after the other has one.
  expectNone(code, at, 0, &device, 1, 2);
  expectNone("ld.global.b32 %r3, [%rd1];\nst.global.b32 [%rd1], %r3;", at, 0,
             &device, 1, 1);
}

TEST(Faults, AtomicAndPlain) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(64));
  expectNone("red.global.add.u32 [%rd1], 1;\nred.global.add.u32 [%rd1], 1;", at,
             0, &device, 64, 3);
  expectFault(Fault::Race, "which an atomic operation writes",
              "red.global.add.u32 [%rd1], 1;\nld.global.b32 %r3, [%rd1];", at,
              0, &device);
}

TEST(Faults, Uninitialised) {
  Device device;
  uint64_t at = device.empty(256);
  expectFault(Fault::Uninitialised,
              "thread 0 reads 0x700000000000, byte 0 of an allocation of 256 "
              "bytes, which nothing has written",
              "ld.global.b32 %r3, [%rd1];", at, 0, &device);
  expectFault(Fault::Uninitialised,
              "byte 8 of shared memory, which nothing has written",
              shared + "mov.u64 %rd4, s; st.shared.b64 [%rd4], "
                       "5;\nld.shared.v4.b32 {%r3, %r4, %r5, %r6}, [%rd4];",
              0, 0, nullptr, 1);
  // Not what another block has left there.
  expectFault(Fault::Uninitialised, "byte 0 of shared memory",
              shared + "mov.u32 %r2, %ctaid.x; setp.ne.s32 %p1, %r2, 0; "
                       "mov.u64 %rd4, s; @!%p1 st.shared.b32 [%rd4], 5;\n"
                       "ld.shared.b32 %r3, [%rd4];",
              0, 0, nullptr, 1, 2);
  expectFault(Fault::Uninitialised,
              "reads local memory that nothing has written",
              ".local .align 8 .b8 l[16];\nmov.u64 %rd4, l; st.local.b32 "
              "[%rd4], 5;\nld.local.b64 %rd5, [%rd4];");
  expectNone(".local .align 8 .b8 l[16];\nmov.u64 %rd4, l; st.local.b64 "
             "[%rd4], 5;\nld.local.b64 %rd5, [%rd4];");
}

TEST(Faults, RegistersThatSomeWayDoesNotWrite) {
  std::string code =
      "setp.lt.u32 %p1, %r1, 40; @%p1 bra L;\nmov.u32 %r5, 3;\nL: ";
  expectFault(Fault::Uninitialised,
              "reads a register that thread 0 has not written",
              code + "add.s32 %r6, %r5, 1;");
  expectNone(code + "@!%p1 add.s32 %r6, %r5, 1;");
  expectFault(
      Fault::Uninitialised, "reads a register that thread 40",
      "setp.lt.u32 %p1, %r1, 40; @%p1 mov.u32 %r5, 3;\nadd.s32 %r6, %r5, 1;");
}

TEST(Faults, OutsideOfMemory) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(60));
  expectFault(Fault::OutOfBounds,
              "0 bytes behind the end of an allocation of 240 bytes, is not "
              "allocated, thread 60",
              "mad.wide.u32 %rd4, %r1, 4, %rd1;\nld.global.b32 %r3, [%rd4];",
              at, 0, &device);
  expectFault(Fault::OutOfBounds, "behind the end",
              "ld.global.b32 %r3, [%rd1+240];", at, 0, &device);
  expectFault(Fault::OutOfBounds, "before all device memory",
              "ld.global.b32 %r3, [16];", at, 0, &device, 64, 1, true);
  expectFault(
      Fault::OutOfBounds,
      "address 256 outside of the block's 256 bytes of shared memory, thread 0",
      shared + "mov.u64 %rd4, s;\nst.shared.b32 [%rd4+256], 1;");
  expectFault(Fault::OutOfBounds, "outside of local memory",
              ".local .b8 l[8];\nmov.u64 %rd4, l;\nst.local.b32 [%rd4+8], 1;");
  // Memory that is given back is gone, and lanes may use several allocations.
  uint64_t gone = device.upload(std::vector<uint32_t>(64)),
           other = device.upload(std::vector<uint32_t>(64));
  expectNone("setp.lt.u32 %p1, %r1, 7; selp.b64 %rd4, %rd1, %rd2, "
             "%p1;\nld.global.b32 %r3, [%rd4];",
             gone, other, &device);
  device.memory.release(gone);
  expectFault(Fault::OutOfBounds,
              "behind the end of an allocation of 240 bytes",
              "ld.global.b32 %r3, [%rd1];", gone, 0, &device);
}

TEST(Faults, StoresToConstants) {
  Device device;
  try {
    device.run(moduleOf(
        "mov.u64 %rd4, t; cvta.const.u64 %rd4, %rd4; st.b32 [%rd4], 1;",
        ".const .align 4 .b32 t[2] = {5, 6};"));
    FAIL() << "no fault";
  } catch (const Error &error) {
    EXPECT_NE(std::string(error.what()).find("stores to constant memory"),
              std::string::npos)
        << error.what();
  }
}

TEST(Faults, Misaligned) {
  Device device;
  uint64_t at = device.upload(std::vector<uint32_t>(64));
  expectFault(
      Fault::Misaligned,
      "byte 8 of an allocation of 256 bytes, is no multiple of 16, thread 0",
      "ld.global.v4.b32 {%r3, %r4, %r5, %r6}, [%rd1+8];", at, 0, &device);
  expectFault(Fault::Misaligned,
              "address 2 of shared memory, is no multiple of 4, thread 1",
              shared + "mov.u64 %rd4, s; mad.wide.u32 %rd4, %r1, 2, "
                       "%rd4;\nst.shared.b32 [%rd4], 1;");
}

TEST(Faults, BarriersInDivergentCode) {
  expectFault(Fault::Divergence, "a part of a warp is at a barrier",
              "setp.lt.u32 %p1, %r1, 5; @%p1 bra L;\nbar.sync 0;\nL:", 0, 0,
              nullptr, 64, 1, false);
  expectFault(Fault::Divergence, "a part of a warp is at a barrier",
              "setp.lt.u32 %p1, %r1, 5;\n@%p1 bar.sync 0;");
  // A whole warp that does not come.
  expectFault(Fault::Divergence, "will not reach",
              "setp.lt.u32 %p1, %r1, 32; @%p1 bra L;\nbar.sync 0;\nL:", 0, 0,
              nullptr, 64, 1, false);
  expectFault(Fault::Divergence, "warps wait at different barriers",
              "setp.lt.u32 %p1, %r1, 32; @%p1 bra L;\nbar.sync 0;\nret;\nL: "
              "bar.sync 1;",
              0, 0, nullptr, 64, 1, false);
  expectFault(
      Fault::Divergence, "a lane of the mask does not take part",
      "setp.lt.u32 %p1, %r1, 5;\n@%p1 shfl.sync.bfly.b32 %r5, %r1, 1, 31, -1;");
  expectFault(Fault::Divergence, "lane 3 takes part and is not in the mask",
              "bar.warp.sync 0xfffffff7;");
}

TEST(Faults, KernelsThatStopOrDoNotEnd) {
  expectFault(Fault::Trap, "the kernel stops itself",
              "setp.eq.s32 %p1, %r1, 3;\n@%p1 trap;");
  Device device;
  device.options.limit = 10000;
  expectFault(Fault::Endless, "the kernel does not end", "L:\nbra.uni L;", 0, 0,
              &device);
}

TEST(Faults, Launches) {
  Device device;
  auto refused = [&](const std::string &text, unsigned threads, unsigned blocks,
                     unsigned dynamic) {
    try {
      device.run(text, 0, 0, 0, threads, blocks, dynamic);
      return std::string("none");
    } catch (const Error &error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(refused(moduleOf(""), 1025, 1, 0),
            "k: a block of 1025 threads, at most 1024");
  EXPECT_EQ(refused(moduleOf(""), 32, 0, 0), "k: a grid of 0 x 1 x 1 blocks");
  EXPECT_EQ(refused(moduleOf(""), 32, 1, 49153),
            "k: 49153 bytes of shared memory, at most 49152");
  std::string text = moduleOf("");
  text.insert(text.find(")\n{") + 2, ".reqntid 64, 1, 1\n");
  EXPECT_EQ(refused(text, 32, 1, 0),
            "k: a block that is not the one it was compiled for");
  EXPECT_EQ(refused(text, 64, 1, 0), "none");
}

TEST(Faults, NothingIsSaidWithoutChecks) {
  Device device;
  device.options.checks = false;
  uint64_t at = device.empty(256);
  expectNone(shared + own +
                 "st.shared.b32 [%rd4], %r1;\nmov.u64 %rd6, s; ld.shared.b32 "
                 "%r3, [%rd6];\nld.global.b32 %r3, [%rd1];",
             at, 0, &device);
  expectFault(Fault::OutOfBounds, "behind the end",
              "ld.global.b32 %r3, [%rd1+256];", at, 0, &device);
}

} // namespace
