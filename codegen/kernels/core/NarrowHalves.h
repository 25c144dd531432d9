//===- NarrowHalves.h - Products of two columns at a time --------*- C++
//-*-===//
//
// A word with narrow weights of two columns, one in each half, times an element
// is two products. So many elements' fit the halves; where elements have a sign
// the low half starts in the middle.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_NARROWHALVES_H
#define DLC_CODEGEN_KERNELS_CORE_NARROWHALVES_H

#include <cstdint>

namespace dlc::kernels {

struct NarrowHalves {
  static constexpr int64_t kBits = 16, kMiddle = 1 << (kBits - 1);

  int64_t bits;  // of a weight
  bool isSigned; // elements

  int64_t perWord() const { return kBits / bits; }
  /// Words of the weights of so many elements, for a pair of columns.
  int64_t words(int64_t elements) const {
    return (elements + perWord() - 1) / perWord();
  }
  /// All but one element's weights are masked away.
  int64_t mask() const { return ((1 << bits) - 1) * 0x10001; }
  /// Elements whose products fit a half, in whole words.
  int64_t together() const {
    constexpr int64_t kMostElement = 255; // from end to end, if signed
    int64_t most = ((1 << kBits) - 1) / (kMostElement * ((1 << bits) - 1));
    return most / perWord() * perWord();
  }
  /// What low halves have added to a sum of so many elements, `unroll` of which
  /// are an iteration.
  int64_t middles(int64_t elements, int64_t unroll) const {
    int64_t times =
        elements / unroll * ((unroll + together() - 1) / together());
    return isSigned ? times * kMiddle : 0;
  }
  /// How a high half is shifted down.
  const char *high() const { return isSigned ? ", asr #16" : ", lsr #16"; }
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_NARROWHALVES_H
