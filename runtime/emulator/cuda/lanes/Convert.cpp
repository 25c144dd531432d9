#include "runtime/emulator/cuda/lanes/Loops.h"
#include "runtime/emulator/cuda/lanes/Tables.h"

namespace dlc::ptx::DLC_LANES {

/// To an integral value; `mode` is a Rounding.
template <class F> static F integral(F x, int mode) {
  switch (Rounding(mode)) {
  case Rounding::Nearest:
    return std::nearbyint(x);
  case Rounding::Zero:
    return std::trunc(x);
  case Rounding::Down:
    return std::floor(x);
  default:
    return std::ceil(x);
  }
}

/// Clamped; NaN becomes 0.
template <class D, class S> static D toInteger(S x) {
  constexpr D lowest = std::numeric_limits<D>::min();
  constexpr D highest = std::numeric_limits<D>::max();
  if (std::isnan(x))
    return D(0);
  if (x <= S(lowest))
    return lowest;
  // S(highest) may be rounded up, to a value that D does not have.
  if (x >= S(highest))
    return highest;
  return D(x);
}

/// `x`, the nearest of `exact`, moved to the neighbour that `mode` asks for.
static float directed(float x, double exact, int mode) {
  if (double(x) == exact || std::isnan(x) ||
      Rounding(mode) == Rounding::Nearest)
    return x;
  bool above = double(x) > exact;
  bool wantsBelow = Rounding(mode) == Rounding::Down ||
                    (Rounding(mode) == Rounding::Zero && exact > 0);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (wantsBelow)
    return above ? std::nextafter(x, -infinity) : x;
  return above ? x : std::nextafter(x, infinity);
}

template <class D, class S> struct Conversion {
  static D of(S a, int64_t imm) {
    const int mode = int(imm & 3);
    const bool toIntegral = imm & 4, saturates = imm & 8;
    constexpr bool fromFloat = std::is_floating_point_v<S>;
    constexpr bool toFloat = std::is_floating_point_v<D>;
    if constexpr (fromFloat && !toFloat) {
      return toInteger<D>(integral(a, mode));
    } else if constexpr (fromFloat) {
      S x = toIntegral ? integral(a, mode) : a;
      D y = D(x);
      if constexpr (sizeof(D) < sizeof(S))
        if (!toIntegral)
          y = directed(y, x, mode);
      return saturates ? saturated(y) : y;
    } else if constexpr (toFloat) {
      D y = D(a);
      // An int64 is no double: only the nearest is there (decoding refuses).
      if constexpr (std::is_same_v<D, float> && sizeof(S) <= 4)
        y = directed(y, double(a), mode);
      return y;
    } else {
      if (!saturates)
        return D(a);
      __extension__ typedef __int128 Int128;
      // Numbers, not characters: NOLINTBEGIN(bugprone-signed-char-misuse)
      const auto x = Int128(a);
      const auto lowest = Int128(std::numeric_limits<D>::min());
      const auto highest = Int128(std::numeric_limits<D>::max());
      // NOLINTEND(bugprone-signed-char-misuse)
      return D(x < lowest ? lowest : x > highest ? highest : x);
    }
  }
};
template <class D> struct Conversion<D, Half> {
  static D of(Half a, int64_t imm) {
    return Conversion<D, float>::of(toFloat(a), imm);
  }
};
template <class S> struct Conversion<Half, S> {
  static Half of(S a, int64_t imm) {
    if constexpr (std::is_same_v<S, double>) {
      // Beyond float32's range the way by rounding to odd ends.
      if (std::fabs(a) > 1e30 || (std::fabs(a) < 1e-30 && a != 0))
        return toHalf(float(std::copysign(std::fabs(a) > 1 ? 1e30 : 1e-30, a)));
      return toHalf(a);
    } else if constexpr (std::is_same_v<S, float>) {
      float x = imm & 4 ? integral(a, int(imm & 3)) : a;
      return toHalf(imm & 8 ? saturated(x) : x);
    } else {
      return toHalf(double(a));
    }
  }
};
template <> struct Conversion<Half, Half> {
  static Half of(Half a, int64_t imm) {
    return Conversion<Half, float>::of(toFloat(a), imm);
  }
};

template <class D, class S> static void convert(Warp &w, const Op &o) {
  const S *a = w.r<S>(o.a);
  const int64_t imm = o.imm;
  eachLane<D>(w, o.d, [&](unsigned l) {
    if constexpr (std::is_same_v<S, float>)
      return Conversion<D, S>::of(imm & 16 ? flushed(a[l]) : a[l], imm);
    else
      return Conversion<D, S>::of(a[l], imm);
  });
}

template <class D> static Handler convertTo(Type from) {
  switch (from) {
  case Type::B8:
  case Type::U8:
    return convert<D, uint8_t>;
  case Type::S8:
    return convert<D, int8_t>;
  case Type::B16:
  case Type::U16:
    return convert<D, uint16_t>;
  case Type::S16:
    return convert<D, int16_t>;
  case Type::B32:
  case Type::U32:
    return convert<D, uint32_t>;
  case Type::S32:
    return convert<D, int32_t>;
  case Type::B64:
  case Type::U64:
    return convert<D, uint64_t>;
  case Type::S64:
    return convert<D, int64_t>;
  case Type::F16:
    return convert<D, Half>;
  case Type::F32:
    return convert<D, float>;
  case Type::F64:
    return convert<D, double>;
  default:
    return nullptr;
  }
}

Handler findConvert(Type to, Type from) {
  switch (to) {
  case Type::B8:
  case Type::U8:
    return convertTo<uint8_t>(from);
  case Type::S8:
    return convertTo<int8_t>(from);
  case Type::B16:
  case Type::U16:
    return convertTo<uint16_t>(from);
  case Type::S16:
    return convertTo<int16_t>(from);
  case Type::B32:
  case Type::U32:
    return convertTo<uint32_t>(from);
  case Type::S32:
    return convertTo<int32_t>(from);
  case Type::B64:
  case Type::U64:
    return convertTo<uint64_t>(from);
  case Type::S64:
    return convertTo<int64_t>(from);
  case Type::F16:
    return convertTo<Half>(from);
  case Type::F32:
    return convertTo<float>(from);
  case Type::F64:
    return convertTo<double>(from);
  default:
    return nullptr;
  }
}

template <class D, class S> static void resize(Warp &w, const Op &o) {
  const S *a = w.r<S>(o.a);
  eachLane<D>(w, o.d, [&](unsigned l) { return D(a[l]); });
}
template <class S> static Handler resizeFrom(unsigned to) {
  switch (to) {
  case 1:
    return resize<uint8_t, S>;
  case 2:
    return resize<uint16_t, S>;
  case 4:
    return resize<uint32_t, S>;
  default:
    return resize<uint64_t, S>;
  }
}

Handler findResize(unsigned to, unsigned from, bool isSigned) {
  switch (from) {
  case 1:
    return isSigned ? resizeFrom<int8_t>(to) : resizeFrom<uint8_t>(to);
  case 2:
    return isSigned ? resizeFrom<int16_t>(to) : resizeFrom<uint16_t>(to);
  case 4:
    return isSigned ? resizeFrom<int32_t>(to) : resizeFrom<uint32_t>(to);
  default:
    return isSigned ? resizeFrom<int64_t>(to) : resizeFrom<uint64_t>(to);
  }
}

} // namespace dlc::ptx::DLC_LANES
