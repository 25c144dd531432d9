//===- TestCodes.h - Prefix codes read bit by bit ---------------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H
#define DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H

#include "gtest/gtest.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dlc::loops {

/// Codes bit by bit, from the description alone.
class BitCodes {
public:
  explicit BitCodes(const std::vector<char> &description) {
    size_t at = kLongest;
    uint32_t next = 0;
    for (int length = 1; length <= kLongest; ++length, next <<= 1)
      for (int i = 0; i < static_cast<uint8_t>(description[length - 1]); ++i)
        symbols[{length, next++}] = description[at++];
    EXPECT_EQ(at, description.size());
  }

  /// The next symbol of the stream that begins at a byte; goes on from a bit.
  char next(const std::vector<char> &bytes, size_t start, size_t &bit) const {
    uint32_t code = 0;
    for (int length = 1; length <= kLongest; ++length) {
      size_t half = start + bit / 16 * 2;
      if (half + 1 >= bytes.size())
        break;
      auto low = static_cast<uint8_t>(bytes[half]),
           high = static_cast<uint8_t>(bytes[half + 1]);
      uint32_t word = low | static_cast<uint32_t>(high) << 8;
      code = code << 1 | (word >> (15 - bit % 16) & 1);
      ++bit;
      if (auto symbol = symbols.find({length, code}); symbol != symbols.end())
        return symbol->second;
    }
    ADD_FAILURE() << "no code";
    bit += kLongest;
    return 0;
  }

private:
  static constexpr int kLongest = 16;
  std::map<std::pair<int, uint32_t>, char> symbols;
};

inline std::string decode(const std::vector<char> &description,
                          const std::vector<char> &stream, size_t bytes) {
  BitCodes codes(description);
  std::string result;
  size_t bit = 0;
  while (result.size() < bytes && !testing::Test::HasFailure())
    result.push_back(codes.next(stream, 0, bit));
  return result;
}

} // namespace dlc::loops

#endif // DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTCODES_H
