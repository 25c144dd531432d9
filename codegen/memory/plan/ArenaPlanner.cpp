//===- ArenaPlanner.cpp - Offsets for buffers with live ranges ------------===//

#include "codegen/memory/plan/ArenaPlanner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>
#include <random>

namespace dlc::memory {

using Order = std::vector<unsigned>;

namespace {
/// The most bytes that a result can have in common with its operands.
int64_t sharedBytes(llvm::ArrayRef<LiveBuffer> buffers,
                    const LiveBuffer &result) {
  int64_t shared = 0;
  for (const Overlap &overlap : result.over) {
    int64_t operand = buffers[overlap.operand].bytes;
    int64_t longer = operand - result.bytes;
    // What of the operand is beyond the result's end or before its beginning.
    int64_t behind = std::max<int64_t>(overlap.after, 0) + longer,
            before = std::max(overlap.before, longer);
    if (overlap.same)
      behind = std::min(behind, longer);
    shared +=
        operand - std::clamp<int64_t>(std::min(behind, before), 0, operand);
  }
  return std::min(shared, result.bytes);
}

/// How much of a buffer is at least before another's beginning, if that is
/// where it lies, or else behind the other's end.
struct Beyond {
  int64_t below, above;
};

/// What a buffer needs together with one of its operands and with a result that
/// is made of it: they are not alive together, but both lie beside it.
int64_t bytesOfThree(llvm::ArrayRef<LiveBuffer> buffers, unsigned middle,
                     const Overlap &operand, const LiveBuffer &result,
                     const Overlap &over) {
  const LiveBuffer &buffer = buffers[middle];
  auto beside = [&](const LiveBuffer &other, int64_t after, int64_t before,
                    bool same) {
    int64_t longer = other.bytes - buffer.bytes;
    Beyond beyond{std::max<int64_t>(0, before),
                  std::max<int64_t>(0, after + longer)};
    if (same) // neither is more than what the other has more
      beyond = {0, std::min(beyond.above, std::max<int64_t>(0, longer))};
    return beyond;
  };
  Beyond a = beside(buffers[operand.operand], operand.after, operand.before,
                    operand.same);
  Beyond c = beside(result, over.before, over.after, over.same);
  int64_t bytes = buffer.bytes + std::min({a.below + c.above, a.above + c.below,
                                           std::max(a.below, c.below),
                                           std::max(a.above, c.above)});
  for (const LiveBuffer &other : buffers)
    if (other.first < buffer.first && other.last > buffer.last)
      bytes += other.bytes;
  return bytes;
}
} // namespace

std::vector<int64_t> liveBytesPerStep(llvm::ArrayRef<LiveBuffer> buffers) {
  unsigned steps = 0;
  for (const LiveBuffer &buffer : buffers)
    steps = std::max(steps, buffer.last + 1);
  std::vector<int64_t> live(steps + 1);
  for (const LiveBuffer &buffer : buffers) {
    live[buffer.persistent ? 0 : buffer.first] += buffer.bytes;
    live[buffer.persistent ? steps : buffer.last + 1] -= buffer.bytes;
  }
  for (unsigned i = 1; i < live.size(); ++i)
    live[i] += live[i - 1];
  live.pop_back();
  for (const LiveBuffer &buffer : buffers)
    live[buffer.first] -= sharedBytes(buffers, buffer);
  return live;
}

int64_t lowerBound(llvm::ArrayRef<LiveBuffer> buffers) {
  int64_t bound = 0;
  for (int64_t live : liveBytesPerStep(buffers))
    bound = std::max(bound, live);
  for (const LiveBuffer &result : buffers)
    for (const Overlap &over : result.over)
      for (const Overlap &operand : buffers[over.operand].over)
        bound = std::max(
            bound, bytesOfThree(buffers, over.operand, operand, result, over));
  return bound;
}

std::vector<llvm::SmallVector<Neighbour>>
neighboursOf(llvm::ArrayRef<LiveBuffer> buffers) {
  std::vector<llvm::SmallVector<Neighbour>> neighbours(buffers.size());
  auto allowed = [&](unsigned result, unsigned operand) -> const Overlap * {
    if (buffers[result].persistent || buffers[operand].persistent)
      return nullptr;
    const auto &over = buffers[result].over;
    auto *found = llvm::find_if(
        over, [&](const Overlap &o) { return o.operand == operand; });
    return found == over.end() ? nullptr : found;
  };
  for (unsigned i = 0; i < buffers.size(); ++i)
    for (unsigned j = 0; j < i; ++j) {
      if (!buffers[i].overlapsInTime(buffers[j]))
        continue;
      int64_t below = buffers[i].bytes, above = buffers[j].bytes;
      bool same = false;
      if (const Overlap *overlap = allowed(i, j)) {
        below = overlap->after;
        above = overlap->before;
        same = overlap->same;
      } else if (const Overlap *overlap = allowed(j, i)) {
        below = overlap->before;
        above = overlap->after;
        same = overlap->same;
      }
      if (below + above <= 0)
        continue;
      neighbours[i].push_back({j, below, above, same});
      neighbours[j].push_back({i, above, below, same});
    }
  return neighbours;
}

namespace {

/// Places buffers against those placed before.
class Placer {
public:
  explicit Placer(llvm::ArrayRef<LiveBuffer> buffers)
      : buffers(buffers), neighbours(neighboursOf(buffers)) {}

  ArenaPlan place(const Order &order, Fit fit) {
    ArenaPlan plan;
    plan.offsets.assign(buffers.size(), -1);
    for (unsigned buffer : order) {
      int64_t offset = findGap(plan, buffer, fit);
      plan.offsets[buffer] = offset;
      plan.bytes = std::max(plan.bytes, offset + buffers[buffer].bytes);
    }
    return plan;
  }

  /// What one placement of all buffers costs in elementary steps.
  uint64_t cost() const {
    uint64_t steps = 1;
    for (const auto &list : neighbours)
      steps += list.size() + 8;
    return steps;
  }

private:
  int64_t findGap(const ArenaPlan &plan, unsigned buffer, Fit fit) {
    forbidden.clear();
    for (const Neighbour &neighbour : neighbours[buffer])
      if (int64_t offset = plan.offsets[neighbour.other]; offset >= 0)
        neighbour.forbid(offset, forbidden);
    llvm::sort(forbidden);
    int64_t align = buffers[buffer].align;
    int64_t best = -1, bestWaste = std::numeric_limits<int64_t>::max();
    int64_t free = 0;
    for (auto [last, next] : forbidden) {
      int64_t offset = llvm::alignTo(free, align);
      if (offset <= last) {
        if (fit == Fit::First)
          return offset;
        if (last - free < bestWaste) {
          bestWaste = last - free;
          best = offset;
        }
      }
      free = std::max(free, next);
    }
    return best >= 0 ? best : llvm::alignTo(free, align);
  }

  llvm::ArrayRef<LiveBuffer> buffers;
  std::vector<llvm::SmallVector<Neighbour>> neighbours;
  std::vector<std::pair<int64_t, int64_t>> forbidden; // offsets, exclusive
};

/// Indices sorted by `key`, largest first, ties as they come.
template <typename Key> Order sortedBy(size_t count, Key key) {
  Order order(count);
  for (unsigned i = 0; i < count; ++i)
    order[i] = i;
  llvm::sort(order, [&](unsigned a, unsigned b) {
    auto keyA = key(a), keyB = key(b);
    return keyA != keyB ? keyA > keyB : a < b;
  });
  return order;
}

} // namespace

std::vector<Order> startingOrders(llvm::ArrayRef<LiveBuffer> buffers) {
  auto bytes = [&](unsigned i) { return buffers[i].bytes; };
  auto duration = [&](unsigned i) -> int64_t {
    return buffers[i].last - buffers[i].first + 1;
  };
  // What is alive where most bytes are has the least choice.
  std::vector<int64_t> live = liveBytesPerStep(buffers);
  std::vector<int64_t> pressure(buffers.size());
  for (unsigned i = 0; i < buffers.size(); ++i)
    pressure[i] = *std::max_element(live.begin() + buffers[i].first,
                                    live.begin() + buffers[i].last + 1);
  size_t count = buffers.size();
  return {
      sortedBy(count, bytes),
      sortedBy(count, [&](unsigned i) { return bytes(i) * duration(i); }),
      sortedBy(count,
               [&](unsigned i) { return std::pair(duration(i), bytes(i)); }),
      sortedBy(count,
               [&](unsigned i) { return std::pair(pressure[i], bytes(i)); }),
      sortedBy(count,
               [&](unsigned i) {
                 return std::tuple(pressure[i], duration(i), bytes(i));
               }),
      sortedBy(count, [&](unsigned i) { return -int64_t(buffers[i].first); }),
      // A result mostly lies below its operand: it is there first.
      sortedBy(count, [&](unsigned i) { return buffers[i].first; }),
      sortedBy(
          count,
          [&](unsigned i) { return std::pair(bytes(i), buffers[i].first); }),
      sortedBy(
          count,
          [&](unsigned i) { return std::pair(pressure[i], buffers[i].first); }),
  };
}

ArenaPlan placeInOrder(llvm::ArrayRef<LiveBuffer> buffers,
                       llvm::ArrayRef<unsigned> order, Fit fit) {
  ArenaPlan plan = Placer(buffers).place(order.vec(), fit);
  plan.lowerBound = lowerBound(buffers);
  return plan;
}

ArenaPlan planGreedyBySize(llvm::ArrayRef<LiveBuffer> buffers) {
  return placeInOrder(
      buffers,
      sortedBy(buffers.size(), [&](unsigned i) { return buffers[i].bytes; }),
      Fit::First);
}

/// Moves after which few buffers have been in every order that moves lead to.
static uint64_t mostMoves(size_t count) {
  constexpr uint64_t kForEachOrder = 50, kMost = uint64_t(1) << 40;
  uint64_t moves = kForEachOrder;
  for (size_t i = 2; i <= count && moves < kMost; ++i)
    moves *= i;
  return moves;
}

ArenaPlan planArena(llvm::ArrayRef<LiveBuffer> buffers, uint64_t effort) {
  Placer placer(buffers);
  ArenaPlan best;
  best.bytes = std::numeric_limits<int64_t>::max();
  Order bestOrder;
  Fit bestFit = Fit::First;
  for (const Order &order : startingOrders(buffers))
    for (Fit fit : {Fit::First, Fit::Best}) {
      ArenaPlan plan = placer.place(order, fit);
      if (plan.bytes >= best.bytes)
        continue;
      best = std::move(plan);
      bestOrder = order;
      bestFit = fit;
    }
  best.lowerBound = lowerBound(buffers);

  // Hill climbing: a buffer that reaches the top moves to an earlier place.
  // Moves that leave the size as it is are taken too: they cross plateaus.
  std::mt19937 random(20240229);
  Order order = bestOrder;
  ArenaPlan current = best;
  effort = std::min(effort, mostMoves(buffers.size()) * placer.cost());
  for (uint64_t spent = 0; best.bytes > best.lowerBound && spent < effort;
       spent += placer.cost()) {
    std::vector<unsigned> top;
    for (unsigned i = 0; i < order.size(); ++i) {
      unsigned buffer = order[i];
      if (i > 0 &&
          current.offsets[buffer] + buffers[buffer].bytes == current.bytes)
        top.push_back(i);
    }
    unsigned from = top.empty() || random() % 4 == 0
                        ? random() % order.size()
                        : top[random() % top.size()];
    unsigned to = from == 0 ? random() % order.size() : random() % from;
    Order next = order;
    unsigned moved = next[from];
    next.erase(next.begin() + from);
    next.insert(next.begin() + to, moved);
    ArenaPlan plan = placer.place(next, bestFit);
    if (plan.bytes > current.bytes)
      continue;
    order = std::move(next);
    current.offsets = std::move(plan.offsets);
    current.bytes = plan.bytes;
    if (current.bytes < best.bytes) {
      best.offsets = current.offsets;
      best.bytes = current.bytes;
    }
  }
  if (buffers.empty())
    best.bytes = 0;
  return best;
}

} // namespace dlc::memory
