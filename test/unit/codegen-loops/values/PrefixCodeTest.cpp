//===- PrefixCodeTest.cpp - Bytes in as many bits as they are rare --------===//

#include "codegen/loops/weights/PrefixCode.h"
#include "test/unit/codegen-loops/values/TestCodes.h"
#include <queue>
#include <random>

using namespace dlc::loops;

namespace {

/// Bits of a code without a limit: the two rarest become one, again and again.
int64_t leastBits(const ByteCounts &counts) {
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> queue;
  for (int64_t count : counts)
    if (count > 0)
      queue.push(count);
  int64_t bits = 0;
  while (queue.size() > 1) {
    int64_t both = queue.top();
    queue.pop();
    both += queue.top();
    queue.pop();
    bits += both;
    queue.push(both);
  }
  return bits;
}

/// How much of all bit strings the codes take, in 2^-16.
int64_t kraft(const PrefixCode &code) {
  int64_t sum = 0;
  for (int byte = 0; byte < 256; ++byte)
    if (int length = code.lengthOf(static_cast<uint8_t>(byte)))
      sum += int64_t(1) << (16 - length);
  return sum;
}

std::string drawn(unsigned seed, double wide, size_t bytes) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, wide);
  std::string text;
  for (size_t i = 0; i < bytes; ++i)
    text.push_back(static_cast<char>(std::lround(normal(random))));
  return text;
}

TEST(PrefixCode, HasTheFewestBits) {
  for (double wide : {0.3, 2.0, 9.0, 60.0}) {
    std::string text = drawn(7, wide, 5000);
    ByteCounts counts = countBytes(text);
    PrefixCode code(counts);
    EXPECT_EQ(code.bits(), leastBits(counts)) << wide;
    EXPECT_EQ(kraft(code), 1 << 16) << wide;
  }
}

TEST(PrefixCode, StaysWithinItsLimit) {
  // Codes of up to 29 bits otherwise: each comes as often as two before it.
  ByteCounts counts = {};
  counts[0] = counts[1] = 1;
  for (int i = 2; i < 30; ++i)
    counts[i] = counts[i - 1] + counts[i - 2];
  for (int longest : {8, 12, 16}) {
    PrefixCode code(counts, longest);
    EXPECT_EQ(kraft(code), 1 << 16);
    int length = 0;
    for (int i = 0; i < 30; ++i)
      length = std::max(length, code.lengthOf(static_cast<uint8_t>(i)));
    EXPECT_EQ(length, longest);
    EXPECT_GT(code.bits(), leastBits(counts));
  }
  EXPECT_LT(PrefixCode(counts, 16).bits(), PrefixCode(counts, 8).bits());
}

TEST(PrefixCode, OneByteHasACode) {
  PrefixCode code(countBytes(std::string(100, 'x')));
  EXPECT_EQ(code.lengthOf('x'), 1);
  EXPECT_EQ(code.bits(), 100);
  std::vector<char> stream;
  code.append("xxx", stream);
  EXPECT_EQ(decode(code.description(), stream, 3), "xxx");
}

TEST(PrefixCode, AllBytesAlikeSaveNothingAndHaveNoDescription) {
  ByteCounts counts;
  counts.fill(3);
  PrefixCode code(counts);
  EXPECT_EQ(code.bits(), 256 * 3 * 8);
  // 256 codes of one length are more than a byte says.
  EXPECT_FALSE(code.isDescribed());
  counts[0] = 300;
  EXPECT_TRUE(PrefixCode(counts).isDescribed());
}

TEST(PrefixCode, StreamsSayWhatWasCoded) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::string text = drawn(seed, 0.2 * (seed + 1) * (seed + 1), 300 + seed);
    PrefixCode code(countBytes(text));
    std::vector<char> stream;
    code.append(text, stream);
    EXPECT_EQ(stream.size() % 2, 0u);
    EXPECT_LE(static_cast<int64_t>(8 * stream.size()), code.bits() + 15);
    EXPECT_EQ(decode(code.description(), stream, text.size()), text);
  }
}

} // namespace
