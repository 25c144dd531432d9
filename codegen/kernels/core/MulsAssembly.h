//===- MulsAssembly.h - Integer kernels in Armv6-M's core --------*- C++
//-*-===//
//
// Cores whose instructions reach r0 to r7, but for moves and sums of two
// registers, and whose products have 32 bits and overwrite a factor. Each is
// the body of a naked function with the arguments of the op of that name
// (dialects/kernel) in r0 to r3.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MULSASSEMBLY_H
#define DLC_CODEGEN_KERNELS_CORE_MULSASSEMBLY_H

#include <cstdint>
#include <optional>
#include <string>

namespace dlc::kernels {

/// kernel.copy of rows of so many bytes.
std::string mulsCopy(int64_t bytes);

/// kernel.fill of bytes.
std::string mulsFill(int64_t value);

/// kernel.widen of bytes or halfwords to words.
struct MulsWiden {
  int64_t positions = 1;
  bool isSigned = true;
  int64_t bytes = 1;   // of an element that is read
  bool isLess = false; // elements without a sign become 128 less

  std::string text() const;
};

/// kernel.widen_tile of bytes or halfwords to words.
struct MulsWidenTile {
  int64_t positions = 1, elements = 1; // of a position
  int64_t stride = 1;                  // bytes to the next one
  bool isSigned = true;
  int64_t bytes = 1;   // of an element that is read
  bool isLess = false; // as above

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// Rescaling by limbs (#kernel.rescale).
struct MulsRescale {
  int64_t shift = 24, min = -128, max = 127;
  int64_t limbs = 2, bits = 16;

  static constexpr int64_t kWords = 4; // of a column's factor
};

/// kernel.code_table, also of the upper codes of bytes.
std::string mulsCodeTable(bool both);

/// kernel.columns with moved weights of 8 bits, narrow ones or those of two
/// columns in a word, or kernel.coded_columns: words of several positions and a
/// column at a time, or bytes of one position and several columns.
struct MulsColumns {
  enum class Left { Words, Bytes };

  Left left = Left::Words;
  bool signedLeft = true;
  int64_t bits = 8; // of weights; 16: two columns have a word
  int64_t positions = 1, columns = 1, steps = 1, unroll = 1;
  int64_t stride = 0; // bytes between the results of two positions
  std::optional<MulsRescale> rescale;
  /// Of codes, as many as there are; the third argument is a table.
  int64_t blocks = 0;

  bool coded() const { return blocks > 0; }
  int64_t sums() const { return positions * columns; }
  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// Of narrow weights and words, two columns at a time.
const char *whyNoNarrowTile(const MulsColumns &kernel);
std::string narrowTile(const MulsColumns &kernel);

/// Of weights of two columns in a word, for one position.
const char *whyNoPairs(const MulsColumns &kernel);
std::string pairsOfColumns(const MulsColumns &kernel);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MULSASSEMBLY_H
