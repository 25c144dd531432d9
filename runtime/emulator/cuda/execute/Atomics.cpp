// Atomic operations, lane after lane.
#include "runtime/emulator/cuda/execute/Access.h"
#include "runtime/emulator/cuda/execute/Handlers.h"

#include <algorithm>
#include <cstring>

namespace dlc::ptx::handlers {

template <class T, AtomicOp Which> static T changed(T old, T b, T c) {
  if constexpr (Which == AtomicOp::Exch)
    return b;
  else if constexpr (Which == AtomicOp::Cas)
    return old == b ? c : old;
  else if constexpr (Which == AtomicOp::Add) {
    if constexpr (std::is_integral_v<T>)
      return T(uint64_t(old) + uint64_t(b));
    else
      return old + b;
  } else if constexpr (std::is_integral_v<T>) {
    switch (Which) {
    case AtomicOp::Min:
      return std::min(old, b);
    case AtomicOp::Max:
      return std::max(old, b);
    case AtomicOp::And:
      return old & b;
    case AtomicOp::Or:
      return old | b;
    case AtomicOp::Xor:
      return old ^ b;
    case AtomicOp::Inc:
      return old >= b ? T(0) : T(old + 1);
    default:
      return old == 0 || old > b ? b : T(old - 1);
    }
  }
}

template <class T, AtomicOp Which, Space S>
static void run(Warp &w, const Op &o) {
  const uint32_t all = w.mask;
  MemoryCount &count = w.block->accesses[o.join];
  WarpAddresses addresses(w, o);
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(all >> l & 1))
      continue;
    w.mask = 1u << l;
    if (!count.pattern.matches(addresses.at, w.mask, sizeof(T)))
      count.pattern.find(addresses.at, w.mask, sizeof(T));
    Target target;
    addresses.findTarget(S, sizeof(T), count, target);
    if (target.isConstant)
      fail(w, o, Fault::OutOfBounds, "changes constant memory");
    if (w.block->checks)
      addresses.checkAtomic(target, sizeof(T), l);
    addresses.countTraffic(target, /*writes=*/true, count);
    uint8_t *p = target.host + (addresses.at[l] - target.begin);
    T old;
    memcpy(&old, p, sizeof(T));
    T made = changed<T, Which>(old, w.r<T>(o.b)[l], o.c ? w.r<T>(o.c)[l] : T());
    memcpy(p, &made, sizeof(T));
    if (o.d)
      w.r<T>(o.d)[l] = old;
  }
  w.mask = all;
}

template <class T, Space S> static Handler find(AtomicOp op) {
  switch (op) {
  case AtomicOp::Add:
    return run<T, AtomicOp::Add, S>;
  case AtomicOp::Exch:
    return run<T, AtomicOp::Exch, S>;
  case AtomicOp::Cas:
    return run<T, AtomicOp::Cas, S>;
  default:
    break;
  }
  if constexpr (std::is_integral_v<T>)
    switch (op) {
    case AtomicOp::Min:
      return run<T, AtomicOp::Min, S>;
    case AtomicOp::Max:
      return run<T, AtomicOp::Max, S>;
    case AtomicOp::And:
      return run<T, AtomicOp::And, S>;
    case AtomicOp::Or:
      return run<T, AtomicOp::Or, S>;
    case AtomicOp::Xor:
      return run<T, AtomicOp::Xor, S>;
    case AtomicOp::Inc:
      return run<T, AtomicOp::Inc, S>;
    case AtomicOp::Dec:
      return run<T, AtomicOp::Dec, S>;
    default:
      break;
    }
  return nullptr;
}

template <Space S> static Handler findIn(AtomicOp op, Type type) {
  switch (type) {
  case Type::B32:
  case Type::U32:
    return find<uint32_t, S>(op);
  case Type::S32:
    return find<int32_t, S>(op);
  case Type::B64:
  case Type::U64:
    return find<uint64_t, S>(op);
  case Type::S64:
    return find<int64_t, S>(op);
  case Type::F32:
    return op == AtomicOp::Add ? find<float, S>(op) : nullptr;
  case Type::F64: // Pascal is the first to have it
    return op == AtomicOp::Add ? find<double, S>(op) : nullptr;
  default:
    return nullptr;
  }
}

Handler atomic(AtomicOp op, Type type, bool isShared) {
  return isShared ? findIn<Space::Shared>(op, type)
                  : findIn<Space::Global>(op, type);
}

} // namespace dlc::ptx::handlers
