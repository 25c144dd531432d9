//===- NumberedMemory.h - Memory that holds numbers of elements -*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_NUMBEREDMEMORY_H
#define DLC_CODEGEN_MEMORY_NUMBEREDMEMORY_H

#include "codegen/memory/proof/ElementRuns.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <optional>
#include <vector>

namespace dlc::memory {

/// A part of a storage; offset and strides in bits, for several elements may
/// share a byte.
struct MemoryRegion {
  unsigned storage = 0;
  int64_t offset = 0, elementBits = 0;
  llvm::SmallVector<int64_t> shape, strides;
  mlir::memref::GetGlobalOp constant; // then there is no storage

  int64_t end() const {
    int64_t last = offset + elementBits;
    for (auto [size, stride] : llvm::zip_equal(shape, strides))
      last += (size - 1) * stride;
    return last;
  }
  /// Whether they have bytes in common, or lie between each other's.
  bool meets(const MemoryRegion &other) const {
    return storage == other.storage && offset < other.end() &&
           other.offset < end();
  }

  bool operator==(const MemoryRegion &other) const {
    return storage == other.storage && offset == other.offset &&
           elementBits == other.elementBits && shape == other.shape &&
           strides == other.strides;
  }
};

/// The storages of @main: its arguments, the last of which is the arena. In
/// place of values they hold which element of which tensor lies there.
class NumberedMemory {
public:
  /// Numbers that are no element's; those begin behind them.
  enum : uint64_t { Unwritten, Scratch, FirstNumber };

  NumberedMemory(mlir::func::FuncOp main, int64_t arenaBytes);

  /// Where a memref of @main lies; none if that cannot be seen.
  std::optional<MemoryRegion> regionOf(mlir::Value value) const;

  bool contains(const MemoryRegion &region) const {
    return region.offset >= 0 && region.end() <= bits[region.storage];
  }

  /// Marks a region as written by the call `writer`; false if part of it has
  /// been by the same call.
  bool claim(const MemoryRegion &region, unsigned writer) {
    return forEachGrain(region, [&](int64_t grain, int64_t, int64_t) {
      return std::exchange(writers[region.storage][grain], writer) != writer;
    });
  }

  bool isArena(const MemoryRegion &region) const {
    return region.storage == bits.size() - 1;
  }

  bool isClaimed(const MemoryRegion &region, unsigned writer) const {
    return !forEachGrain(region, [&](int64_t grain, int64_t, int64_t) {
      return writers[region.storage][grain] != writer;
    });
  }

  /// What the grain of an element holds.
  uint64_t &at(const MemoryRegion &region, int64_t grain) {
    return numbers[region.storage][grain];
  }

  /// Calls `visit(grain, element, part of the element)`.
  template <typename Visit>
  bool forEachGrain(const MemoryRegion &region, Visit &&visit) const {
    int64_t element = 0, parts = region.elementBits / grain;
    return forEachRun(region.shape, region.strides, region.offset,
                      region.elementBits, [&](int64_t offset, int64_t count) {
                        int64_t at = offset / grain;
                        for (int64_t end = element + count; element < end;
                             ++element)
                          for (int64_t part = 0; part < parts; ++part)
                            if (!visit(at++, element, part))
                              return false;
                        return true;
                      });
  }

  static uint64_t encode(uint64_t number, int64_t part) {
    return number * 64 + part;
  }
  static uint64_t decode(uint64_t held) { return held / 64; }

private:
  void coarsen(mlir::Type type);

  int64_t grain = 0;
  std::vector<int64_t> bits;
  std::vector<std::vector<uint64_t>> numbers; // by storage and grain
  std::vector<std::vector<unsigned>> writers; // the last call that wrote it
};

} // namespace dlc::memory

#endif
