#include "runtime/emulator/cuda/Types.h"

namespace dlc::ptx {

Type typeNamed(std::string_view name) {
  static constexpr struct {
    std::string_view name;
    Type type;
  } names[] = {{"pred", Type::Pred},   {"b8", Type::B8},   {"b16", Type::B16},
               {"b32", Type::B32},     {"b64", Type::B64}, {"u8", Type::U8},
               {"u16", Type::U16},     {"u32", Type::U32}, {"u64", Type::U64},
               {"s8", Type::S8},       {"s16", Type::S16}, {"s32", Type::S32},
               {"s64", Type::S64},     {"f16", Type::F16}, {"f32", Type::F32},
               {"f16x2", Type::F16x2}, {"f64", Type::F64}};
  for (const auto &entry : names)
    if (entry.name == name)
      return entry.type;
  return Type::None;
}

unsigned bytesOf(Type type) {
  switch (type) {
  case Type::B8:
  case Type::U8:
  case Type::S8:
    return 1;
  case Type::B16:
  case Type::U16:
  case Type::S16:
  case Type::F16:
    return 2;
  case Type::B64:
  case Type::U64:
  case Type::S64:
  case Type::F64:
    return 8;
  default:
    return 4;
  }
}

bool isSigned(Type type) {
  return type == Type::S8 || type == Type::S16 || type == Type::S32 ||
         type == Type::S64;
}

bool isFloat(Type type) {
  return type == Type::F16 || type == Type::F16x2 || type == Type::F32 ||
         type == Type::F64;
}

} // namespace dlc::ptx
