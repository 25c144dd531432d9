#include "runtime/emulator/cuda/lanes/Loops.h"
#include "runtime/emulator/cuda/lanes/Tables.h"

namespace dlc::ptx::DLC_LANES {

/// Ordered comparisons are false of a NaN, those with U are true.
template <class T, Compare C> static bool holds(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    bool unordered = std::isunordered(a, b);
    switch (C) {
    case Compare::NE:
      return !unordered && a != b;
    case Compare::EQU:
      return unordered || a == b;
    case Compare::NEU:
      return a != b;
    case Compare::LTU:
      return !(a >= b);
    case Compare::LEU:
      return !(a > b);
    case Compare::GTU:
      return !(a <= b);
    case Compare::GEU:
      return !(a < b);
    case Compare::NUM:
      return !unordered;
    case Compare::NaN:
      return unordered;
    default:
      break;
    }
  }
  switch (C) {
  case Compare::EQ:
    return a == b;
  case Compare::NE:
    return a != b;
  case Compare::LT:
    return a < b;
  case Compare::LE:
    return a <= b;
  case Compare::GT:
    return a > b;
  default:
    return a >= b;
  }
}

template <class T> struct Same {
  static T of(T x) { return x; }
};
struct FromHalf {
  static float of(Half x) { return toFloat(x); }
};
struct FlushFirst {
  static float of(float x) { return flushed(x); }
};

template <class T, class Value, class From, Compare C>
static void compare(Warp &w, const Op &o) {
  const T *a = w.r<T>(o.a), *b = w.r<T>(o.b);
  uint32_t each[kLanes], bits = 0;
  for (unsigned l = 0; l < kLanes; ++l)
    each[l] = uint32_t(holds<Value, C>(From::of(a[l]), From::of(b[l]))) << l;
  for (unsigned l = 0; l < kLanes; ++l)
    bits |= each[l];
  if (o.c) {
    uint32_t p = *w.r<uint32_t>(o.c);
    if (o.vector[1])
      p = ~p;
    bits = o.imm == 1 ? bits & p : o.imm == 2 ? bits | p : bits ^ p;
  }
  uint32_t &d = *w.r<uint32_t>(o.d);
  d = (d & ~w.mask) | (bits & w.mask);
}

template <Compare C> static Handler compareOf(Type type, bool flush) {
  switch (type) {
  case Type::F16:
    return compare<Half, float, FromHalf, C>;
  case Type::F32:
    return flush ? compare<float, float, FlushFirst, C>
                 : compare<float, float, Same<float>, C>;
  case Type::F64:
    return compare<double, double, Same<double>, C>;
  default:
    break;
  }
  if constexpr (C > Compare::GE)
    return nullptr;
  switch (type) {
  case Type::B16:
  case Type::U16:
    return compare<uint16_t, uint16_t, Same<uint16_t>, C>;
  case Type::S16:
    return compare<int16_t, int16_t, Same<int16_t>, C>;
  case Type::B32:
  case Type::U32:
    return compare<uint32_t, uint32_t, Same<uint32_t>, C>;
  case Type::S32:
    return compare<int32_t, int32_t, Same<int32_t>, C>;
  case Type::B64:
  case Type::U64:
    return compare<uint64_t, uint64_t, Same<uint64_t>, C>;
  case Type::S64:
    return compare<int64_t, int64_t, Same<int64_t>, C>;
  default:
    return nullptr;
  }
}

Handler findCompare(Compare op, Type type, bool flush) {
  switch (op) {
  case Compare::EQ:
    return compareOf<Compare::EQ>(type, flush);
  case Compare::NE:
    return compareOf<Compare::NE>(type, flush);
  case Compare::LT:
    return compareOf<Compare::LT>(type, flush);
  case Compare::LE:
    return compareOf<Compare::LE>(type, flush);
  case Compare::GT:
    return compareOf<Compare::GT>(type, flush);
  case Compare::GE:
    return compareOf<Compare::GE>(type, flush);
  case Compare::EQU:
    return compareOf<Compare::EQU>(type, flush);
  case Compare::NEU:
    return compareOf<Compare::NEU>(type, flush);
  case Compare::LTU:
    return compareOf<Compare::LTU>(type, flush);
  case Compare::LEU:
    return compareOf<Compare::LEU>(type, flush);
  case Compare::GTU:
    return compareOf<Compare::GTU>(type, flush);
  case Compare::GEU:
    return compareOf<Compare::GEU>(type, flush);
  case Compare::NUM:
    return compareOf<Compare::NUM>(type, flush);
  case Compare::NaN:
    return compareOf<Compare::NaN>(type, flush);
  }
  return nullptr;
}

template <class T> static void select(Warp &w, const Op &o) {
  const T *a = w.r<T>(o.a), *b = w.r<T>(o.b);
  uint32_t p = *w.r<uint32_t>(o.c);
  eachLane<T>(w, o.d, [&](unsigned l) { return p >> l & 1 ? a[l] : b[l]; });
}

Handler findSelect(Type type) {
  switch (bytesOf(type)) {
  case 2:
    return select<uint16_t>;
  case 4:
    return select<uint32_t>;
  case 8:
    return select<uint64_t>;
  default:
    return nullptr;
  }
}

} // namespace dlc::ptx::DLC_LANES
