//===- ArenaPlanner.h - Offsets for buffers with live ranges ----*- C++ -*-===//
//
// Arithmetic alone: no IR. Buffers alive at one time get disjoint bytes of one
// arena whose size is to be small (dynamic storage allocation, NP-hard).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_ARENAPLANNER_H
#define DLC_CODEGEN_MEMORY_ARENAPLANNER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace dlc::memory {

/// A buffer that a result may overlap with although both are alive at the
/// result's first step: where the operand begins at least `after` bytes after
/// the result, or at least `before` bytes before it (either may be negative).
/// Where they are disjoint, they are. `same`: they may also begin at one place.
struct Overlap {
  unsigned operand = 0;
  int64_t after = 0, before = 0;
  bool same = false;
};

struct LiveBuffer {
  int64_t bytes = 0;
  int64_t align = 1;
  /// The first and the last step at which it is alive.
  unsigned first = 0, last = 0;
  /// Buffers whose last step is this one's first.
  llvm::SmallVector<Overlap, 1> over = {};
  /// Its contents outlive all steps: nothing ever shares its bytes.
  bool persistent = false;
  /// The only bank of several that it may lie in (planBanks).
  std::optional<unsigned> bank = std::nullopt;

  bool overlapsInTime(const LiveBuffer &other) const {
    return persistent || other.persistent ||
           (first <= other.last && other.first <= last);
  }
};

struct ArenaPlan {
  std::vector<int64_t> offsets;
  int64_t bytes = 0;      // the arena's size
  int64_t lowerBound = 0; // the most bytes that one step needs
};

/// Another buffer that is alive at a time with one, which may not begin at
/// offsets strictly between the other's less `below` and the other's plus
/// `above`, but for the other's own where they may begin at the same.
struct Neighbour {
  unsigned other;
  int64_t below, above;
  bool same = false;

  /// Adds these offsets, as open intervals, to a list, for another at `offset`.
  void forbid(int64_t offset,
              std::vector<std::pair<int64_t, int64_t>> &forbidden) const {
    if (same && below > 0 && above > 0) {
      forbidden.push_back({offset - below, offset});
      forbidden.push_back({offset, offset + above});
    } else {
      forbidden.push_back({offset - below, offset + above});
    }
  }
};

/// Of each buffer.
std::vector<llvm::SmallVector<Neighbour>>
neighboursOf(llvm::ArrayRef<LiveBuffer> buffers);

/// The bytes that each step needs: the sum of what is alive, less as much as
/// results may overlap with operands.
std::vector<int64_t> liveBytesPerStep(llvm::ArrayRef<LiveBuffer> buffers);

/// The largest of them, or what a buffer needs together with its operand and
/// with its reader's result, whichever is more: no arena is smaller.
int64_t lowerBound(llvm::ArrayRef<LiveBuffer> buffers);

enum class Fit { First, Best };

/// Places buffers one after the other in `order`, each in the lowest (or the
/// tightest) gap between those placed before that are alive at a time with it.
ArenaPlan placeInOrder(llvm::ArrayRef<LiveBuffer> buffers,
                       llvm::ArrayRef<unsigned> order, Fit fit);

/// The largest buffer first, into the lowest gap: the simple way, to compare.
ArenaPlan planGreedyBySize(llvm::ArrayRef<LiveBuffer> buffers);

/// Orders in which greedy placement does well on networks.
std::vector<std::vector<unsigned>>
startingOrders(llvm::ArrayRef<LiveBuffer> buffers);

/// The best of several orders and fits, then hill climbing over orders until
/// the lower bound is reached or `effort` elementary steps are spent (32
/// million take some 0.2 s). The same input gives the same plan.
ArenaPlan planArena(llvm::ArrayRef<LiveBuffer> buffers,
                    uint64_t effort = 32'000'000);

} // namespace dlc::memory

#endif
