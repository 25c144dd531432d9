// Reader.h - words, numbers and marks of a PTX text.
#ifndef DLC_EMULATOR_CUDA_PARSE_READER_H
#define DLC_EMULATOR_CUDA_PARSE_READER_H

#include "runtime/emulator/cuda/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlc::ptx {

/// Everything that is wrong is an Error with the line.
class Reader {
public:
  explicit Reader(std::string_view text) : text(text) {}

  bool atEnd();
  /// The next character that is no space or comment; 0 at the end.
  char peek();
  bool eat(char mark);
  void expect(char mark);
  /// Letters, digits and . _ $ %, at least one.
  std::string_view word();
  /// A word that is an integer, at most `limit`.
  uint64_t number(uint64_t limit);
  void skipPast(char mark);

  unsigned line() const { return lineNumber; }
  size_t position() const { return at; }
  [[noreturn]] void fail(const std::string &what,
                         Fault fault = Fault::Malformed) const;

private:
  std::string_view text;
  size_t at = 0;
  unsigned lineNumber = 1;
  void skipSpace();
};

/// The bits of an integer (-5, 0x1f, 017, 12U) or of a float by its bits
/// (0f3f800000, 0d3ff0000000000000).
struct Number {
  uint64_t bits;
  unsigned floatBytes; ///< 4 or 8 of a float, 0 of an integer
};
std::optional<Number> numberOf(std::string_view text);

/// The parts between the dots of an instruction's name.
std::vector<std::string_view> partsOf(std::string_view name);

} // namespace dlc::ptx

#endif
