// Barriers of some of a block's warps: what they order, and their faults.
#include "test/unit/runtime-emulator/Faults.h"

using namespace dlc::ptx;

namespace {

constexpr unsigned kThreads = 128;

/// Each thread writes its own word twice, the second time without a barrier
/// behind; %r10 is 1 for the first two warps and 2 for the others, %r11 is the
/// warp.
const std::string begin =
    ".shared .align 16 .b8 s[512];\nmov.u64 %rd4, s; mul.wide.u32 %rd5, %r1, "
    "4; add.s64 %rd4, %rd4, %rd5;\nshr.u32 %r10, %r1, 6; add.s32 %r10, %r10, "
    "1; shr.u32 %r11, %r1, 5;\nst.shared.b32 [%rd4], 1;\nbar.sync 0;\n"
    "st.shared.b32 [%rd4], %r1;\n";
const std::string meet = "bar.sync %r10, 64;\n";

/// Loads the word of the thread whose number differs in these bits.
std::string load(unsigned bits) {
  return "xor.b32 %r2, %r1, " + std::to_string(bits) +
         "; mov.u64 %rd6, s; mad.wide.u32 %rd6, %r2, 4, %rd6;\n"
         "ld.shared.b32 %r3, [%rd6];";
}
/// For warp `n` alone.
std::string ofWarp(unsigned n, const std::string &code) {
  std::string label = "L" + std::to_string(n);
  return "setp.ne.u32 %p1, %r11, " + std::to_string(n) + "; @%p1 bra " + label +
         ";\n" + code + "\n" + label + ":\n";
}

void fault(Fault kind, const std::string &what, const std::string &body,
           bool lastLine = true) {
  for (bool isReversed : {false, true}) {
    Device device;
    device.options.isReversed = isReversed;
    expectFault(kind, what, body, 0, 0, &device, kThreads, 1, lastLine);
  }
}
void none(const std::string &body) {
  for (bool isReversed : {false, true}) {
    Device device;
    device.options.isReversed = isReversed;
    expectNone(body, 0, 0, &device, kThreads, 3);
  }
}

TEST(Barriers, OfTwoWarpsEach) {
  none(begin + meet + load(32));
  fault(Fault::Race, "race: thread ", begin + load(32), false);
  fault(Fault::Race, "race: thread ", begin + meet + load(64), false);
  none(begin + "bar.sync 0;\n" + load(64));
  none(begin + "bar.sync 0, 128;\n" + load(64));
  none(begin + "barrier.sync %r10, 64;\n" + load(32));
}

TEST(Barriers, GiveWhatTheOthersWrote) {
  for (bool isReversed : {false, true}) {
    Device device;
    device.options.isReversed = isReversed;
    uint64_t to = device.empty(kThreads * 4);
    device.run(moduleOf(begin + meet + load(32) +
                        "\nadd.s64 %rd7, %rd1, %rd5; st.global.b32 [%rd7], "
                        "%r3;"),
               to, 0, 0, kThreads);
    std::vector<uint32_t> made = device.download<uint32_t>(to, kThreads);
    for (uint32_t t = 0; t < kThreads; ++t)
      EXPECT_EQ(made[t], t ^ 32);
  }
}

TEST(Barriers, ReadsBeforeAWrite) {
  // All of a group read one word, then its first thread writes it.
  std::string reads = begin + meet +
                      "and.b32 %r2, %r1, 64; mov.u64 %rd6, s; mad.wide.u32 "
                      "%rd6, %r2, 4, %rd6;\nld.shared.b32 %r3, [%rd6];\n";
  std::string write = "and.b32 %r4, %r1, 63; setp.eq.s32 %p1, %r4, 0;\n@%p1 "
                      "st.shared.b32 [%rd4], 7;";
  none(reads + meet + write);
  fault(Fault::Race, "writes byte 0 of shared memory, which ",
        begin + "bar.sync 0;\nld.shared.b32 %r3, [s];\n" + meet +
            "setp.eq.s32 %p1, %r1, 0;\n@%p1 st.shared.b32 [%rd4], 7;",
        false);
  none(begin + "bar.sync 0;\nld.shared.b32 %r3, [s];\n" + meet +
       "bar.sync 0;\nsetp.eq.s32 %p1, %r1, 0;\n@%p1 st.shared.b32 [%rd4], 7;");
}

TEST(Barriers, AnOrderGoesOnThroughAWarpOfBoth) {
  // Warps 0 and 1 meet, then 1 and 2, which reads what 0 wrote.
  std::string chain = begin + ofWarp(0, "bar.sync 1, 64;") +
                      ofWarp(1, "bar.sync 1, 64;\nbar.sync 2, 64;");
  none(chain + ofWarp(2, "bar.sync 2, 64;\nld.shared.b32 %r3, [s];"));
  // Warp 3 has met nobody.
  fault(Fault::Race, "race: thread ",
        chain + ofWarp(2, "bar.sync 2, 64;") +
            ofWarp(3, "ld.shared.b32 %r3, [s];"),
        false);
  // Warp 1 comes to the others before it meets warp 0.
  fault(Fault::Race, "race: thread ",
        begin + ofWarp(0, "bar.sync 1, 64;") +
            ofWarp(1, "bar.sync 2, 64;\nbar.sync 1, 64;") +
            ofWarp(2, "bar.sync 2, 64;\nld.shared.b32 %r3, [s];"),
        false);
}

TEST(Barriers, FaultsOfTheirOperands) {
  fault(Fault::Divergence, "for 48 threads, which are no whole warps",
        "bar.sync 1, 48;");
  fault(Fault::Divergence, "for 0 threads, which are no whole warps",
        "bar.sync 1, 0;");
  fault(Fault::Divergence, "for 160 threads in a block of 128",
        "bar.sync 1, 160;");
  fault(Fault::Divergence, "barrier 16 of 16",
        "mov.u32 %r5, 16;\nbar.sync %r5, 64;");
  fault(Fault::Divergence, "lanes of a warp name different barriers",
        "and.b32 %r5, %r1, 1;\nbar.sync %r5, 64;");
  fault(Fault::Divergence, "lanes of a warp name different numbers of threads",
        "and.b32 %r5, %r1, 1; mad.lo.s32 %r5, %r5, 32, 32;\nbar.sync 1, %r5;");
  fault(Fault::Divergence, "a part of a warp is at a barrier",
        "setp.ne.u32 %p1, %r1, 5;\n@%p1 bar.sync 1, 64;");
}

TEST(Barriers, ForDifferentNumbersOfThreads) {
  fault(Fault::Divergence, "at which warp",
        "shr.u32 %r11, %r1, 5; and.b32 %r5, %r11, 1;\nmad.lo.s32 %r5, %r5, 32, "
        "64;\nbar.sync 1, %r5;");
}

TEST(Barriers, WarpsThatDoNotCome) {
  fault(Fault::Divergence,
        "waits for 96 threads, of which 64 come: warp 3 has passed or will not "
        "reach",
        begin + ofWarp(3, "ret;") + ofWarp(2, "ret;") + "bar.sync 1, 96;");
  fault(Fault::Divergence, "warps wait at different barriers",
        "shr.u32 %r11, %r1, 5;\nbar.sync %r11, 64;");
}

} // namespace
