#include "runtime/emulator/cuda/lanes/Functions.h"
#include "runtime/emulator/cuda/lanes/Tables.h"

namespace dlc::ptx::DLC_LANES {

template <class F, template <class, bool, bool> class With = Modified,
          class Make>
static Handler modified(Modifiers m, Make make) {
  if (m.flush)
    return m.saturate ? make(With<F, true, true>())
                      : make(With<F, true, false>());
  return m.saturate ? make(With<F, false, true>()) : make(F());
}

//===- One operand
//---------------------------------------------------------===//

template <class F> static Handler unaryFloat32(Modifiers m) {
  return modified<F>(
      m, [](auto f) -> Handler { return unary<float, float, decltype(f)>; });
}
template <class F> static Handler unaryInteger(Type type) {
  switch (bytesOf(type)) {
  case 2:
    return unary<int16_t, int16_t, F>;
  case 4:
    return unary<int32_t, int32_t, F>;
  case 8:
    return unary<int64_t, int64_t, F>;
  default:
    return nullptr;
  }
}
static Handler sign(Unary op, Type type, Modifiers m) {
  bool negates = op == Unary::Neg;
  switch (type) {
  case Type::F16:
    return negates ? unary<Half, Half, Neg> : unary<Half, Half, Abs>;
  case Type::F16x2:
    return negates ? unary<uint32_t, uint32_t, Pair<Neg>>
                   : unary<uint32_t, uint32_t, Pair<Abs>>;
  case Type::F32:
    return negates ? unaryFloat32<Neg>(m) : unaryFloat32<Abs>(m);
  case Type::F64:
    return negates ? unary<double, double, Neg> : unary<double, double, Abs>;
  default:
    if (!isSigned(type))
      return nullptr;
    return negates ? unaryInteger<Neg>(type) : unaryInteger<Abs>(type);
  }
}
template <class F> static Handler root(Type type, Modifiers m) {
  return type == Type::F32   ? unaryFloat32<F>(m)
         : type == Type::F64 ? unary<double, double, F>
                             : nullptr;
}
template <class F> static Handler special(Type type, Modifiers m) {
  return type == Type::F32 ? unaryFloat32<F>(m) : nullptr;
}

Handler findUnary(Unary op, Type type, Modifiers m) {
  switch (op) {
  case Unary::Copy:
    return unaryInteger<Copy>(type);
  case Unary::Neg:
  case Unary::Abs:
    return sign(op, type, m);
  case Unary::Not:
    return isFloat(type) ? nullptr : unaryInteger<Not>(type);
  case Unary::Cnot:
    return isFloat(type) ? nullptr : unaryInteger<Cnot>(type);
  case Unary::Sqrt:
    return root<Sqrt>(type, m);
  case Unary::Rsqrt:
    return root<Rsqrt>(type, m);
  case Unary::Rcp:
    return root<Rcp>(type, m);
  case Unary::Ex2:
    return special<Ex2>(type, m);
  case Unary::Lg2:
    return special<Lg2>(type, m);
  case Unary::Sin:
    return special<Sin>(type, m);
  case Unary::Cos:
    return special<Cos>(type, m);
  default:
    return findBits(op, type);
  }
}

//===- Two operands
//--------------------------------------------------------===//

template <class F> static Handler binaryInteger(Type type) {
  switch (type) {
  case Type::B16:
  case Type::U16:
    return binary<uint16_t, uint16_t, uint16_t, F>;
  case Type::S16:
    return binary<int16_t, int16_t, int16_t, F>;
  case Type::B32:
  case Type::U32:
    return binary<uint32_t, uint32_t, uint32_t, F>;
  case Type::S32:
    return binary<int32_t, int32_t, int32_t, F>;
  case Type::B64:
  case Type::U64:
    return binary<uint64_t, uint64_t, uint64_t, F>;
  case Type::S64:
    return binary<int64_t, int64_t, int64_t, F>;
  default:
    return nullptr;
  }
}
template <class F> static Handler binaryFloat(Type type, Modifiers m) {
  if (type == Type::F64)
    return binary<double, double, double, F>;
  if (type != Type::F32)
    return nullptr;
  return modified<F>(m, [](auto f) -> Handler {
    return binary<float, float, float, decltype(f)>;
  });
}
template <class F> static Handler binaryAny(Type type, Modifiers m) {
  if (type == Type::F16)
    return binary<Half, Half, Half, F>;
  if (type == Type::F16x2)
    return binary<uint32_t, uint32_t, uint32_t, Pair<F>>;
  return isFloat(type) ? binaryFloat<F>(type, m) : binaryInteger<F>(type);
}
template <class F> static Handler shift(Type type) {
  switch (type) {
  case Type::B16:
  case Type::U16:
    return binary<uint16_t, uint16_t, uint32_t, F>;
  case Type::S16:
    return binary<int16_t, int16_t, uint32_t, F>;
  case Type::B32:
  case Type::U32:
    return binary<uint32_t, uint32_t, uint32_t, F>;
  case Type::S32:
    return binary<int32_t, int32_t, uint32_t, F>;
  case Type::B64:
  case Type::U64:
    return binary<uint64_t, uint64_t, uint32_t, F>;
  case Type::S64:
    return binary<int64_t, int64_t, uint32_t, F>;
  default:
    return nullptr;
  }
}
static Handler mulWide(Type type) {
  switch (type) {
  case Type::U16:
    return binary<uint32_t, uint16_t, uint16_t, MulWide>;
  case Type::S16:
    return binary<int32_t, int16_t, int16_t, MulWide>;
  case Type::U32:
    return binary<uint64_t, uint32_t, uint32_t, MulWide>;
  case Type::S32:
    return binary<int64_t, int32_t, int32_t, MulWide>;
  default:
    return nullptr;
  }
}

Handler findBinary(Binary op, Type type, Modifiers m) {
  bool isInteger = !isFloat(type);
  switch (op) {
  case Binary::Add:
    return binaryAny<Add>(type, m);
  case Binary::Sub:
    return binaryAny<Sub>(type, m);
  case Binary::MulLo:
    return binaryAny<MulLo>(type, m);
  case Binary::MulHi:
    return binaryInteger<MulHi>(type);
  case Binary::MulWide:
    return mulWide(type);
  case Binary::Div:
    return isInteger ? binaryInteger<Div>(type) : binaryFloat<Div>(type, m);
  case Binary::Rem:
    return binaryInteger<Rem>(type);
  case Binary::Min:
    return isInteger ? binaryInteger<Min>(type) : binaryFloat<Min>(type, m);
  case Binary::Max:
    return isInteger ? binaryInteger<Max>(type) : binaryFloat<Max>(type, m);
  case Binary::And:
    return binaryInteger<And>(type);
  case Binary::Or:
    return binaryInteger<Or>(type);
  case Binary::Xor:
    return binaryInteger<Xor>(type);
  case Binary::Shl:
    return shift<Shl>(type);
  case Binary::Shr:
    return shift<Shr>(type);
  case Binary::CopySign:
    return isInteger ? nullptr : binaryFloat<CopySign>(type, {});
  }
  return nullptr;
}

//===- Three operands
//------------------------------------------------------===//

template <class T, class F> static Handler same() {
  return ternary<T, T, T, T, F>;
}

template <class F> static Handler ternaryInteger(Type type) {
  switch (type) {
  case Type::B16:
  case Type::U16:
    return same<uint16_t, F>();
  case Type::S16:
    return same<int16_t, F>();
  case Type::B32:
  case Type::U32:
    return same<uint32_t, F>();
  case Type::S32:
    return same<int32_t, F>();
  case Type::B64:
  case Type::U64:
    return same<uint64_t, F>();
  case Type::S64:
    return same<int64_t, F>();
  default:
    return nullptr;
  }
}
static Handler fma(Type type, Modifiers m) {
  switch (type) {
  case Type::F16:
    return same<Half, Fma>();
  case Type::F16x2:
    return same<uint32_t, Pair<Fma>>();
  case Type::F32:
    return modified<Fma>(
        m, [](auto f) -> Handler { return same<float, decltype(f)>(); });
  case Type::F64:
    return same<double, Fma>();
  default:
    return nullptr;
  }
}
static Handler madWide(Type type) {
  switch (type) {
  case Type::U16:
    return ternary<uint32_t, uint16_t, uint16_t, uint32_t, MadWide>;
  case Type::S16:
    return ternary<int32_t, int16_t, int16_t, int32_t, MadWide>;
  case Type::U32:
    return ternary<uint64_t, uint32_t, uint32_t, uint64_t, MadWide>;
  case Type::S32:
    return ternary<int64_t, int32_t, int32_t, int64_t, MadWide>;
  default:
    return nullptr;
  }
}

Handler findTernary(Ternary op, Type type, Modifiers m) {
  switch (op) {
  case Ternary::Fma:
    return fma(type, m);
  case Ternary::MadLo:
    return ternaryInteger<MadLo>(type);
  case Ternary::MadHi:
    return ternaryInteger<MadHi>(type);
  case Ternary::MadWide:
    return madWide(type);
  case Ternary::Sad:
    return ternaryInteger<Sad>(type);
  default:
    return findBytes(op, type);
  }
}

extern const Lanes table;
const Lanes table = {findUnary,  findBinary,  findTernary, findCompare,
                     findSelect, findConvert, findResize,  findFixed};

} // namespace dlc::ptx::DLC_LANES
