// Types.h - the types of PTX instructions and registers.
#ifndef DLC_EMULATOR_CUDA_TYPES_H
#define DLC_EMULATOR_CUDA_TYPES_H

#include <cstdint>
#include <string_view>

namespace dlc::ptx {

enum class Type : uint8_t {
  None,
  Pred,
  B8,
  B16,
  B32,
  B64,
  U8,
  U16,
  U32,
  U64,
  S8,
  S16,
  S32,
  S64,
  F16,
  F16x2,
  F32,
  F64
};

/// The type with this name, without its dot; None if there is none.
Type typeNamed(std::string_view name);

/// Bytes of a value in memory; a predicate has 4, one bit for each lane.
unsigned bytesOf(Type type);

bool isSigned(Type type);
bool isFloat(Type type);

/// Half precision, whatever the compiler has for it.
struct Half {
  uint16_t bits;
};

} // namespace dlc::ptx

#endif
