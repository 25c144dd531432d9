//===- Goal.h - Flash that a network is to fit ------------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_GOAL_H
#define DLC_COMPILER_COMPRESS_GOAL_H

#include "compiler/compress/Compress.h"

namespace dlc::compress {

/// The bytes of flash that are asked for, and how near the network is.
class FlashGoal {
public:
  FlashGoal(const Sizes &sizes, std::optional<uint64_t> goal)
      : sizes(sizes), goal(goal) {}

  explicit operator bool() const { return goal.has_value(); }

  /// The network as it is before. Errors stand behind diagnostics.
  llvm::Error begin(const import::Graph &graph);

  /// With so many bytes saved the goal is so far away that there is no need to
  /// compile an object.
  bool isFar(int64_t saved) const;

  /// Whether a network reaches it, or how near it comes.
  struct Distance {
    uint64_t flash = 0; ///< of the object, at any price of a byte
    bool isReached = false;
  };
  llvm::Expected<Distance> of(const import::Graph &graph) const;

  /// The network is not made smaller than that.
  llvm::Error unmet(const Distance &nearest, double maxDrop,
                    uint64_t flashBefore) const;

private:
  const Sizes &sizes;
  std::optional<uint64_t> goal;
  uint64_t before = 0;
};

} // namespace dlc::compress

#endif
