//===- AttentionSchedule.h - How a block computes an attention --*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_ATTENTIONSCHEDULE_H
#define DLC_CODEGEN_LOOPS_ATTENTIONSCHEDULE_H

#include "codegen/loops/attention/Attention.h"
#include "codegen/loops/gpu/ThreadCode.h"

namespace dlc::loops {

/// Threads that share a query: a quarter of a warp, of which number x has keys
/// x, x + 8 ... of a tile and runs x, x + 8 ... of the values. The threads of a
/// block stand in so many rows of 8, and row y has queries y, y + rows ...
inline constexpr int64_t kAcross = 8, kQueriesOfThread = 4;

struct AttentionSchedule {
  int64_t queries = 0, keys = 0; // of a block, of a tile
  int64_t depth = 0;             // in whole runs
  int64_t valuesOfThread = 0;
  /// Shared memory has halves, and an instruction adds the products of two.
  /// Else it has float32, which halves become on their way there.
  bool hasPairs = false;
  LaunchCost cost;

  int64_t rows() const { return queries / kQueriesOfThread; }
  int64_t threads() const { return rows() * kAcross; }
  int64_t keysOfThread() const { return keys / kAcross; }
  int64_t values() const { return valuesOfThread * kAcross; }
  /// Elements that lie side by side in a load of 16 bytes of shared memory.
  int64_t side() const { return hasPairs ? 8 : 4; }
  int64_t bytes() const { return hasPairs ? 2 : 4; }
  /// Products that an instruction adds.
  int64_t together() const { return hasPairs ? 2 : 1; }
  /// Values of a thread side by side.
  int64_t run() const {
    int64_t run = side();
    while (valuesOfThread % run != 0)
      run /= 2;
    return run;
  }

  // Strides in shared memory: rows begin at odd numbers of 16 bytes, so that
  // eight of them lie in all banks; those of the powers, of which 4 rows of 8
  // threads write at once, at other banks for each row.
  int64_t operandStride() const { return (depth / side() | 1) * side(); }
  int64_t powerStride() const { return keys + kAcross; }
  /// Powers lie where the tile's keys lay.
  int64_t sharedKeys() const {
    return std::max(keys * operandStride(), queries * powerStride());
  }
  int64_t sharedBytes() const {
    return bytes() *
           (queries * operandStride() + sharedKeys() + keys * values());
  }
};

/// The cheapest tiles; none where no block could hold them.
std::optional<AttentionSchedule> scheduleAttention(const Attention &attention,
                                                   const Machine &machine);

} // namespace dlc::loops

#endif
