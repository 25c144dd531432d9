#include "runtime/emulator/cuda/lanes/Functions.h"
#include "runtime/emulator/cuda/lanes/Tables.h"

#include <algorithm>
#include <functional>

namespace dlc::ptx::DLC_LANES {

struct Popc {
  static uint32_t of(uint32_t a) { return uint32_t(__builtin_popcount(a)); }
  static uint32_t of(uint64_t a) { return uint32_t(__builtin_popcountll(a)); }
};
struct Clz {
  static uint32_t of(uint32_t a) { return a ? uint32_t(__builtin_clz(a)) : 32; }
  static uint32_t of(uint64_t a) {
    return a ? uint32_t(__builtin_clzll(a)) : 64;
  }
};
struct Brev {
  template <class T> static T of(T a) {
    T r = 0;
    for (unsigned i = 0; i < sizeof(T) * 8; ++i)
      r |= T(a >> i & 1) << (sizeof(T) * 8 - 1 - i);
    return r;
  }
};

Handler findBits(Unary op, Type type) {
  bool wide = bytesOf(type) == 8;
  if (isFloat(type) || bytesOf(type) < 4)
    return nullptr;
  switch (op) {
  case Unary::Popc:
    return wide ? unary<uint32_t, uint64_t, Popc>
                : unary<uint32_t, uint32_t, Popc>;
  case Unary::Clz:
    return wide ? unary<uint32_t, uint64_t, Clz>
                : unary<uint32_t, uint32_t, Clz>;
  case Unary::Brev:
    return wide ? unary<uint64_t, uint64_t, Brev>
                : unary<uint32_t, uint32_t, Brev>;
  default:
    return nullptr;
  }
}

template <bool SignedA, bool SignedB> struct Dp4a {
  static uint32_t of(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 32; i += 8) {
      int32_t x = SignedA ? int8_t(a >> i) : uint8_t(a >> i);
      int32_t y = SignedB ? int8_t(b >> i) : uint8_t(b >> i);
      c += uint32_t(x * y);
    }
    return c;
  }
};
/// Two 16-bit values of a with two bytes of b, the lower or the upper ones;
/// all signed or all unsigned.
template <class Word, class Byte, int First> struct Dp2a {
  static uint32_t of(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 2; ++i)
      c += uint32_t(int32_t(Word(a >> (16 * i))) *
                    int32_t(Byte(b >> (8 * (First + i)))));
    return c;
  }
};
struct Prmt {
  static uint32_t of(uint32_t a, uint32_t b, uint32_t c) {
    uint64_t both = a | uint64_t(b) << 32;
    uint32_t r = 0;
    for (int i = 0; i < 4; ++i) {
      unsigned s = c >> (4 * i) & 15;
      uint8_t byte = uint8_t(both >> (8 * (s & 7)));
      if (s & 8)
        byte = byte & 0x80 ? 0xff : 0;
      r |= uint32_t(byte) << (8 * i);
    }
    return r;
  }
};
struct Bfe {
  template <class T> static T of(T a, uint32_t position, uint32_t length) {
    using U = std::make_unsigned_t<T>;
    constexpr unsigned bits = sizeof(T) * 8;
    position &= 0xff, length &= 0xff;
    U sign = std::is_signed_v<T> && a < T(0) ? U(~U(0)) : U(0);
    U x = position >= bits ? sign : U(a >> position);
    if (length == 0)
      return 0;
    if (length >= bits)
      return T(x);
    U mask = (U(1) << length) - 1;
    x &= mask;
    // The sign is the last bit of the field, or of `a` where it ends before.
    unsigned top = std::min(position + length - 1, bits - 1);
    if (std::is_signed_v<T> && (a >> top & 1))
      x |= ~mask;
    return T(x);
  }
};
struct Slct {
  template <class T, class C> static T of(T a, T b, C c) {
    return c >= C(0) ? a : b;
  }
};

template <class T> static Handler bfe() {
  return ternary<T, T, uint32_t, uint32_t, Bfe>;
}

Handler findBytes(Ternary op, Type type) {
  using U = uint32_t;
  switch (op) {
  case Ternary::Prmt:
    return ternary<U, U, U, U, Prmt>;
  case Ternary::Dp4aSS:
    return ternary<U, U, U, U, Dp4a<true, true>>;
  case Ternary::Dp4aSU:
    return ternary<U, U, U, U, Dp4a<true, false>>;
  case Ternary::Dp4aUS:
    return ternary<U, U, U, U, Dp4a<false, true>>;
  case Ternary::Dp4aUU:
    return ternary<U, U, U, U, Dp4a<false, false>>;
  case Ternary::Dp2aLo:
    return type == Type::S32 ? ternary<U, U, U, U, Dp2a<int16_t, int8_t, 0>>
                             : ternary<U, U, U, U, Dp2a<uint16_t, uint8_t, 0>>;
  case Ternary::Dp2aHi:
    return type == Type::S32 ? ternary<U, U, U, U, Dp2a<int16_t, int8_t, 2>>
                             : ternary<U, U, U, U, Dp2a<uint16_t, uint8_t, 2>>;
  case Ternary::Bfe:
    switch (type) {
    case Type::U32:
      return bfe<uint32_t>();
    case Type::S32:
      return bfe<int32_t>();
    case Type::U64:
      return bfe<uint64_t>();
    case Type::S64:
      return bfe<int64_t>();
    default:
      return nullptr;
    }
  case Ternary::Slct: // c is s32
    return bytesOf(type) == 4 ? ternary<U, U, U, int32_t, Slct>
           : bytesOf(type) == 8
               ? ternary<uint64_t, uint64_t, uint64_t, int32_t, Slct>
               : nullptr;
  default:
    return nullptr;
  }
}

//===- Operations with one form
//--------------------------------------------===//

static void lop3(Warp &w, const Op &o) {
  const uint32_t *a = w.r<uint32_t>(o.a), *b = w.r<uint32_t>(o.b),
                 *c = w.r<uint32_t>(o.c);
  eachLane<uint32_t>(w, o.d, [&](unsigned l) {
    uint32_t r = 0;
    for (int k = 0; k < 8; ++k)
      if (o.imm >> k & 1)
        r |= (k & 4 ? a[l] : ~a[l]) & (k & 2 ? b[l] : ~b[l]) &
             (k & 1 ? c[l] : ~c[l]);
    return r;
  });
}
static void shf(Warp &w, const Op &o) {
  const uint32_t *a = w.r<uint32_t>(o.a), *b = w.r<uint32_t>(o.b),
                 *c = w.r<uint32_t>(o.c);
  bool right = o.imm & 1, clamp = o.imm & 2;
  eachLane<uint32_t>(w, o.d, [&](unsigned l) {
    unsigned n = clamp ? std::min(c[l], 32u) : c[l] & 31;
    uint64_t both = a[l] | uint64_t(b[l]) << 32;
    return right ? uint32_t(both >> n) : uint32_t((both << n) >> 32);
  });
}
template <class T> static void bfi(Warp &w, const Op &o) {
  const T *a = w.r<T>(o.a), *b = w.r<T>(o.b);
  const uint32_t *c = w.r<uint32_t>(o.c), *n = w.r<uint32_t>(o.vector[0]);
  constexpr unsigned bits = sizeof(T) * 8;
  eachLane<T>(w, o.d, [&](unsigned l) -> T {
    unsigned position = c[l] & 0xff, length = n[l] & 0xff;
    if (position >= bits || length == 0)
      return b[l];
    T mask = length >= bits ? ~T(0) : (T(1) << length) - 1;
    return (b[l] & ~(mask << position)) | (a[l] & mask) << position;
  });
}
/// mov.b32 %r, {%rs1, %rs2} and the other way round; register 0 is '_'.
template <class Whole, class Part, int Count>
static void pack(Warp &w, const Op &o) {
  eachLane<Whole>(w, o.d, [&](unsigned l) {
    Whole x = 0;
    for (int i = 0; i < Count; ++i)
      x |= Whole(w.r<Part>(o.vector[i])[l]) << (i * sizeof(Part) * 8);
    return x;
  });
}
template <class Whole, class Part, int Count>
static void unpack(Warp &w, const Op &o) {
  Whole copy[kLanes]; // a part may lie in the whole's place
  memcpy(copy, w.r<Whole>(o.a), sizeof(copy));
  for (int i = 0; i < Count; ++i)
    if (o.vector[i])
      eachLane<Part>(w, o.vector[i], [&](unsigned l) {
        return Part(copy[l] >> (i * sizeof(Part) * 8));
      });
}
template <class Fn> static void predicate(Warp &w, const Op &o) {
  uint32_t &d = *w.r<uint32_t>(o.d);
  uint32_t x = Fn()(*w.r<uint32_t>(o.a), *w.r<uint32_t>(o.b));
  d = (d & ~w.mask) | (x & w.mask);
}
struct NotFirst {
  uint32_t operator()(uint32_t a, uint32_t) const { return ~a; }
};
struct First {
  uint32_t operator()(uint32_t a, uint32_t) const { return a; }
};
static void nothing(Warp &, const Op &) {}

Handler findFixed(Fixed op) {
  switch (op) {
  case Fixed::Lop3:
    return lop3;
  case Fixed::Shf:
    return shf;
  case Fixed::Bfi32:
    return bfi<uint32_t>;
  case Fixed::Bfi64:
    return bfi<uint64_t>;
  case Fixed::Pack16x2:
    return pack<uint32_t, uint16_t, 2>;
  case Fixed::Pack32x2:
    return pack<uint64_t, uint32_t, 2>;
  case Fixed::Pack16x4:
    return pack<uint64_t, uint16_t, 4>;
  case Fixed::Unpack16x2:
    return unpack<uint32_t, uint16_t, 2>;
  case Fixed::Unpack32x2:
    return unpack<uint64_t, uint32_t, 2>;
  case Fixed::Unpack16x4:
    return unpack<uint64_t, uint16_t, 4>;
  case Fixed::PredAnd:
    return predicate<std::bit_and<uint32_t>>;
  case Fixed::PredOr:
    return predicate<std::bit_or<uint32_t>>;
  case Fixed::PredXor:
    return predicate<std::bit_xor<uint32_t>>;
  case Fixed::PredNot:
    return predicate<NotFirst>;
  case Fixed::PredCopy:
    return predicate<First>;
  case Fixed::Nothing:
    return nothing;
  }
  return nullptr;
}

} // namespace dlc::ptx::DLC_LANES
