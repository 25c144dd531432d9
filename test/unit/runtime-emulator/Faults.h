// Faults.h - what a kernel's fault is to say.
#ifndef DLC_TEST_UNIT_RUNTIME_EMULATOR_FAULTS_H
#define DLC_TEST_UNIT_RUNTIME_EMULATOR_FAULTS_H

#include "test/unit/runtime-emulator/Device.h"

#include <algorithm>

namespace dlc::ptx {

/// The fault of the last line of `body`, which says `what`.
inline void expectFault(Fault fault, const std::string &what,
                        const std::string &body, uint64_t a = 0, uint64_t b = 0,
                        Device *device = nullptr, unsigned threads = 64,
                        unsigned blocks = 1, bool lastLine = true) {
  Device own;
  Device &on = device ? *device : own;
  try {
    on.run(moduleOf(body), a, b, 0, threads, blocks);
    FAIL() << "no fault: " << body;
  } catch (const Error &error) {
    std::string said = error.what();
    EXPECT_EQ(int(error.fault), int(fault)) << said;
    EXPECT_NE(said.find(what), std::string::npos) << said;
    EXPECT_EQ(said.find("k, line "), 0u) << said;
    if (lastLine) {
      long lines = std::count(body.begin(), body.end(), '\n');
      EXPECT_NE(said.find("line " + std::to_string(kFirstLine + lines) + ":"),
                std::string::npos)
          << said;
    }
  }
}
inline void expectNone(const std::string &body, uint64_t a = 0, uint64_t b = 0,
                       Device *device = nullptr, unsigned threads = 64,
                       unsigned blocks = 1) {
  Device own;
  EXPECT_NO_THROW(
      (device ? device : &own)->run(moduleOf(body), a, b, 0, threads, blocks))
      << body;
}

} // namespace dlc::ptx

#endif
