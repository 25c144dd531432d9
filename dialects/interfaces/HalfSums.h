//===- HalfSums.h - How far halves can be summed up -------------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_HALFSUMS_H
#define DLC_DIALECTS_INTERFACES_HALFSUMS_H

#include <cstdint>

namespace dlc {

/// Terms of a sum in half precision. At 2048 equal ones the next is half a
/// digit of the sum and is lost.
inline constexpr int64_t kLongestHalfSum = 1024;

} // namespace dlc

#endif
