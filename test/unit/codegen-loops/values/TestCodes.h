//===- TestCodes.h - Prefix codes read bit by bit ---------------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H
#define DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H

#include "gtest/gtest.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dlc::loops {

/// Bit by bit, from the description alone.
inline std::string decode(const std::vector<char> &description,
                          const std::vector<char> &stream, size_t bytes) {
  std::map<std::pair<int, uint32_t>, char> symbols;
  size_t at = 16;
  uint32_t next = 0;
  for (int length = 1; length <= 16; ++length, next <<= 1)
    for (int i = 0; i < static_cast<uint8_t>(description[length - 1]); ++i)
      symbols[{length, next++}] = description[at++];
  EXPECT_EQ(at, description.size());
  std::string result;
  uint32_t code = 0;
  int length = 0;
  for (size_t bit = 0; result.size() < bytes; ++bit) {
    size_t half = bit / 16 * 2;
    EXPECT_LT(half + 1, stream.size());
    auto word =
        static_cast<uint32_t>(static_cast<uint8_t>(stream[half]) |
                              static_cast<uint8_t>(stream[half + 1]) << 8);
    code = code << 1 | (word >> (15 - bit % 16) & 1);
    if (auto symbol = symbols.find({++length, code}); symbol != symbols.end()) {
      result.push_back(symbol->second);
      code = 0;
      length = 0;
    }
    if (length > 16)
      return "no code";
  }
  return result;
}

} // namespace dlc::loops

#endif // DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H
