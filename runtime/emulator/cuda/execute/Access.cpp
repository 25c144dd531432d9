// Loads and stores of a warp.
#include "runtime/emulator/cuda/execute/Access.h"
#include "runtime/emulator/cuda/execute/Handlers.h"

#include <cstring>

namespace dlc::ptx::handlers {

namespace {

// Between the registers of all lanes and memory.
template <class T, unsigned Count, class AddressOf>
void loadLanes(Warp &w, const Op &o, AddressOf addressOf) {
  T *registers[Count];
  for (unsigned i = 0; i < Count; ++i)
    registers[i] = w.r<T>(o.vector[i]);
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1) {
      T values[Count];
      memcpy(values, addressOf(l), sizeof(values));
      for (unsigned i = 0; i < Count; ++i)
        registers[i][l] = values[i];
    }
}
template <class T, unsigned Count, class AddressOf>
void storeLanes(Warp &w, const Op &o, AddressOf addressOf) {
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1) {
      T values[Count];
      for (unsigned i = 0; i < Count; ++i)
        values[i] = w.r<T>(o.vector[i])[l];
      memcpy(addressOf(l), values, sizeof(values));
    }
}
template <bool IsStore, class T, class AddressOf>
void moveLanes(Warp &w, const Op &o, AddressOf addressOf) {
  if constexpr (IsStore)
    o.count == 4   ? storeLanes<T, 4>(w, o, addressOf)
    : o.count == 2 ? storeLanes<T, 2>(w, o, addressOf)
                   : storeLanes<T, 1>(w, o, addressOf);
  else
    o.count == 4   ? loadLanes<T, 4>(w, o, addressOf)
    : o.count == 2 ? loadLanes<T, 2>(w, o, addressOf)
                   : loadLanes<T, 1>(w, o, addressOf);
}

/// Two lanes may store to one place what is the same.
template <class T>
void checkOverlap(Warp &w, const Op &o, const WarpAddresses &addresses) {
  for (unsigned l = 0; l < kLanes; ++l)
    for (unsigned k = 0; k < l; ++k) {
      if (!(w.mask >> l & 1) || !(w.mask >> k & 1) ||
          addresses.at[k] != addresses.at[l])
        continue;
      for (unsigned i = 0; i < o.count; ++i)
        if (w.r<T>(o.vector[i])[l] != w.r<T>(o.vector[i])[k])
          fail(w, o, Fault::Race,
               "race: lanes " + std::to_string(k) + " and " +
                   std::to_string(l) +
                   " store different values to one address");
    }
}

template <bool IsStore, class T> void access(Warp &w, const Op &o, Space space);

/// Each lane by itself.
template <bool IsStore, class T>
void oneByOne(Warp &w, const Op &o, Space space) {
  const uint32_t all = w.mask;
  for (unsigned l = 0; l < kLanes; ++l)
    if (all >> l & 1) {
      w.mask = 1u << l;
      access<IsStore, T>(w, o, space);
    }
  w.mask = all;
}

template <bool IsStore, class T>
void local(Warp &w, const Op &o, const WarpAddresses &addresses) {
  const uint64_t bytes = w.local.size() / kLanes;
  const unsigned width = unsigned(sizeof(T)) * o.count;
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(w.mask >> l & 1))
      continue;
    uint64_t at = addresses.at[l];
    if (at % width)
      fail(w, o, Fault::Misaligned, "misaligned address in local memory");
    if (width > bytes || at > bytes - width)
      fail(w, o, Fault::OutOfBounds, "address outside of local memory");
    uint8_t *written = w.localWritten.data() + l * bytes + at;
    if (IsStore)
      memset(written, 1, width);
    else if (w.block->checks && memchr(written, 0, width))
      fail(w, o, Fault::Uninitialised,
           "reads local memory that nothing has written");
  }
  // Threads lie beside each other: a warp's word is 128 bytes.
  w.block->accesses[o.join].sectors +=
      (unsigned(__builtin_popcount(w.mask)) * width + 31) / 32;
  moveLanes<IsStore, T>(w, o, [&](unsigned l) {
    return w.local.data() + l * bytes + addresses.at[l];
  });
}

template <class T>
void parameter(Warp &w, const Op &o, const WarpAddresses &addresses) {
  const std::vector<uint8_t> &bytes = w.block->parameters;
  const unsigned width = unsigned(sizeof(T)) * o.count;
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1) {
      if (width > bytes.size() || addresses.at[l] > bytes.size() - width)
        fail(w, o, Fault::OutOfBounds, "outside of the kernel's parameters");
    }
  moveLanes<false, T>(
      w, o, [&](unsigned l) { return bytes.data() + addresses.at[l]; });
}

template <bool IsStore, class T>
void access(Warp &w, const Op &o, Space space) {
  const unsigned width = unsigned(sizeof(T)) * o.count;
  WarpAddresses addresses(w, o);
  if (space == Space::Generic && !addresses.resolveGeneric(space)) {
    oneByOne<IsStore, T>(w, o, Space::Generic);
    return;
  }
  if (space == Space::Local) {
    local<IsStore, T>(w, o, addresses);
    return;
  }
  if constexpr (!IsStore)
    if (space == Space::Parameter) {
      parameter<T>(w, o, addresses);
      return;
    }
  MemoryCount &count = w.block->accesses[o.join];
  if (!count.pattern.matches(addresses.at, w.mask, width))
    count.pattern.find(addresses.at, w.mask, width);
  Target target;
  if (!addresses.findTarget(space, width, count, target)) {
    oneByOne<IsStore, T>(w, o, space);
    return;
  }
  addresses.countTraffic(target, IsStore, count);
  if (IsStore && target.isConstant)
    fail(w, o, Fault::OutOfBounds, "stores to constant memory");
  if (IsStore && count.pattern.overlaps)
    checkOverlap<T>(w, o, addresses);
  if (w.block->checks)
    IsStore ? addresses.checkStore(target, width, count.pattern)
            : addresses.checkLoad(target, width, count.pattern);
  uint8_t *host = target.host;
  const uint64_t begin = target.begin;
  if (count.pattern.unitStride && o.count == 1) {
    T *registers = w.r<T>(o.vector[0]);
    uint8_t *memory = host + (addresses.at[0] - begin);
    IsStore ? memcpy(memory, registers, sizeof(T) * kLanes)
            : memcpy(registers, memory, sizeof(T) * kLanes);
    return;
  }
  moveLanes<IsStore, T>(
      w, o, [&](unsigned l) { return host + (addresses.at[l] - begin); });
}

template <bool IsStore, class T, Space S> void run(Warp &w, const Op &o) {
  access<IsStore, T>(w, o, S);
}

template <bool IsStore, class T> Handler find(Space space) {
  switch (space) {
  case Space::Generic:
    return run<IsStore, T, Space::Generic>;
  case Space::Global:
    return run<IsStore, T, Space::Global>;
  case Space::Shared:
    return run<IsStore, T, Space::Shared>;
  case Space::Local:
    return run<IsStore, T, Space::Local>;
  case Space::Constant:
    return IsStore ? nullptr : run<false, T, Space::Global>;
  case Space::Parameter:
    return IsStore ? nullptr : run<false, T, Space::Parameter>;
  }
  return nullptr;
}
template <bool IsStore> Handler find(Space space, unsigned bytes) {
  switch (bytes) {
  case 1:
    return find<IsStore, uint8_t>(space);
  case 2:
    return find<IsStore, uint16_t>(space);
  case 4:
    return find<IsStore, uint32_t>(space);
  default:
    return find<IsStore, uint64_t>(space);
  }
}

} // namespace

Handler load(Space space, unsigned bytes) { return find<false>(space, bytes); }
Handler store(Space space, unsigned bytes) { return find<true>(space, bytes); }

} // namespace dlc::ptx::handlers
