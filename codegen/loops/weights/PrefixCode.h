//===- PrefixCode.h - Bytes in as many bits as they are rare ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_PREFIXCODE_H
#define DLC_CODEGEN_LOOPS_PREFIXCODE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dlc::loops {

/// How often each byte comes.
using ByteCounts = std::array<int64_t, 256>;
ByteCounts countBytes(std::string_view bytes);
ByteCounts countBytes(const std::vector<std::string> &texts);

/// A canonical code: of one length codes follow each other in the order of the
/// bytes, and those of the next length follow them.
class PrefixCode {
public:
  static constexpr int kLongest = 16; // bits

  /// That with the fewest bits, of codes of at most `longest` bits
  /// (package-merge). Bytes that do not come have no code.
  explicit PrefixCode(const ByteCounts &counts, int longest = kLongest);

  /// Bits of a byte's code; 0: it has none.
  int lengthOf(uint8_t byte) const { return lengths[byte]; }
  uint32_t codeOf(uint8_t byte) const { return codes[byte]; }
  /// Bits of all bytes that were counted.
  int64_t bits() const;

  /// As kernel.spread_codes reads it: how many codes there are of each length,
  /// and the bytes in the order of their codes. At most 255 have one length.
  std::vector<char> description() const;
  bool isDescribed() const;

  /// The codes of bytes, highest bits first, in halfwords.
  void append(std::string_view bytes, std::vector<char> &stream) const;

private:
  ByteCounts counts;
  std::array<uint8_t, 256> lengths = {};
  std::array<uint32_t, 256> codes = {};
  std::array<int, kLongest + 1> ofLength = {};
  std::vector<uint8_t> order;
};

/// The same of several codes: `codeOf` says which the byte at a place has.
void appendCodes(std::string_view bytes,
                 llvm::function_ref<const PrefixCode &(size_t)> codeOf,
                 std::vector<char> &stream);

} // namespace dlc::loops

#endif
