// Device.h - kernels of a few lines, run in the emulator.
#ifndef DLC_TEST_UNIT_RUNTIME_EMULATOR_DEVICE_H
#define DLC_TEST_UNIT_RUNTIME_EMULATOR_DEVICE_H

#include "runtime/emulator/cuda/execute/Launch.h"

#include "gtest/gtest.h"

#include <cstring>
#include <string>
#include <vector>

namespace dlc::ptx {

/// A module with a kernel `k` of this body. It may use %p<8>, %rs<16>, %r<32>,
/// %f<16> and %rd<16>; %r1 is the thread's index, %rd1 to %rd3 are the
/// parameters a, b and c.
inline std::string moduleOf(const std::string &body,
                            const std::string &before = "",
                            const std::string &target = "sm_61") {
  return ".version 6.0\n.target " + target + "\n.address_size 64\n" + before +
         "\n.visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c)\n{\n"
         ".reg .pred %p<8>; .reg .b16 %rs<16>; .reg .b32 %r<32>; .reg .b32 "
         "%f<16>; "
         ".reg .b64 %rd<16>;\n"
         "ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b]; ld.param.u64 %rd3, "
         "[c];\n"
         "mov.u32 %r1, %tid.x;\n" +
         body + "\nret;\n}\n";
}
/// The line of the first line of the body.
constexpr unsigned kFirstLine = 10;

class Device {
public:
  Memory memory;
  LaunchOptions options;

  template <class T> uint64_t upload(const std::vector<T> &values) {
    Allocation &made = memory.allocate(values.size() * sizeof(T));
    memcpy(made.host, values.data(), values.size() * sizeof(T));
    made.shadow.written(0, values.size() * sizeof(T));
    return made.begin;
  }
  /// Memory that nothing has written.
  uint64_t empty(uint64_t bytes) { return memory.allocate(bytes).begin; }
  template <class T> std::vector<T> download(uint64_t at, size_t count) {
    std::vector<T> values(count);
    Allocation *found = memory.find(at, count * sizeof(T));
    EXPECT_TRUE(found);
    if (found)
      memcpy(values.data(), found->host + (at - found->begin),
             count * sizeof(T));
    return values;
  }
  Counters run(const std::string &text, uint64_t a = 0, uint64_t b = 0,
               uint64_t c = 0, unsigned threads = 32, unsigned blocks = 1,
               unsigned dynamicShared = 0) {
    Module module(text, memory);
    void *arguments[] = {&a, &b, &c};
    return launch(*module.find("k"),
                  {{blocks, 1, 1}, {threads, 1, 1}, dynamicShared}, arguments,
                  options);
  }
};

/// What `instruction` makes of a and b: one result for each element, %r9 (4
/// bytes) or %rd9 (8) of %r5, %r6, %r7 or %rd5, %rd6, %rd7.
template <class D, class S>
std::vector<D> results(const std::string &instruction, std::vector<S> a,
                       std::vector<S> b = {}, std::vector<S> c = {},
                       const std::string &target = "sm_61") {
  size_t count = a.size();
  b.resize(count);
  c.resize(count);
  std::vector<S> all;
  for (size_t i = 0; i < count; ++i)
    all.insert(all.end(), {a[i], b[i], c[i]});
  std::string in = sizeof(S) == 8 ? "%rd" : "%r",
              inBits = std::to_string(sizeof(S) * 8);
  std::string out = sizeof(D) == 8 ? "%rd" : "%r",
              outBits = std::to_string(sizeof(D) * 8);
  std::string body =
      "mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x; mad.lo.s32 %r1, %r2, %r3, "
      "%r1;\n"
      "cvt.u32.u64 %r4, %rd3; setp.ge.u32 %p1, %r1, %r4; @%p1 ret;\n"
      "mad.wide.u32 %rd1, %r1, " +
      std::to_string(3 * sizeof(S)) +
      ", %rd1;\n"
      "mad.wide.u32 %rd2, %r1, " +
      std::to_string(sizeof(D)) + ", %rd2;\n";
  for (int i = 0; i < 3; ++i)
    body += "ld.global.b" + inBits + " " + in + std::to_string(5 + i) +
            ", [%rd1+" + std::to_string(i * sizeof(S)) + "];\n";
  body += instruction + "\nst.global.b" + outBits + " [%rd2], " + out + "9;";
  Device device;
  uint64_t to = device.empty(count * sizeof(D));
  device.run(moduleOf(body, "", target), device.upload(all), to, count, 64,
             unsigned(count + 63) / 64);
  return device.download<D>(to, count);
}

} // namespace dlc::ptx

#endif
