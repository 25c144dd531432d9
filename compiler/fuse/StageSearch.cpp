//===- StageSearch.cpp - An order of least peak, exactly ------------------===//

#include "compiler/fuse/StageSearch.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/STLExtras.h"
#include <queue>
#include <unordered_map>

namespace dlc::fuse {
namespace {

/// Of the calls of the range.
using Executed = llvm::BitVector;

/// A set of executed calls on the way of the search.
struct State {
  Executed executed;
  int64_t peak = 0;
  unsigned depth = 0;
  int parent = -1;
  unsigned call = 0; // executed last
};

struct HashExecuted {
  size_t operator()(const Executed &executed) const {
    return llvm::DenseMapInfo<llvm::BitVector>::getHashValue(executed);
  }
};

/// Bottleneck shortest path over sets of executed calls: the first complete
/// set taken from the queue is reached with the least peak.
class Search {
public:
  Search(const StageGraph &graph, LiveBytes &live, StageRange range,
         unsigned maxStates)
      : graph(graph), live(live), range(range), maxStates(maxStates) {}

  std::optional<FoundOrder> run(int64_t peak) {
    push({Executed(range.end - range.begin), peak, 0, -1, 0});
    while (!queue.empty()) {
      unsigned id = queue.top();
      queue.pop();
      if (closed[id])
        continue;
      closed[id] = true;
      if (states[id].depth == range.end - range.begin)
        return FoundOrder{pathTo(id), states[id].peak, unsigned(states.size())};
      expand(id);
      if (states.size() > maxStates)
        return std::nullopt;
    }
    return std::nullopt;
  }

private:
  bool isReady(const Executed &executed, unsigned call) const {
    return !executed.test(call - range.begin) &&
           llvm::all_of(graph.calls[call].predecessors, [&](unsigned p) {
             return p < range.begin || executed.test(p - range.begin);
           });
  }

  void expand(unsigned id) {
    Executed executed = states[id].executed;
    llvm::SmallVector<unsigned> done; // in an order that is allowed
    for (unsigned i : executed.set_bits()) {
      done.push_back(range.begin + i);
      live.execute(done.back());
    }
    llvm::SmallVector<std::pair<unsigned, LiveBytes::Step>> ready;
    const int64_t now = live.bytes(), peak = states[id].peak;
    for (unsigned call = range.begin; call < range.end; ++call) {
      if (!isReady(executed, call))
        continue;
      LiveBytes::Step step = live.stepOf(call);
      // A call that neither raises the peak nor leaves more alive can only
      // help those after it: no other choice needs to be looked at.
      if (now + step.during <= peak && step.after <= 0) {
        ready.assign(1, {call, step});
        break;
      }
      ready.push_back({call, step});
    }
    for (unsigned call : llvm::reverse(done))
      live.undo(call);
    for (auto [call, step] : ready) {
      if (states.size() > maxStates)
        return;
      State next{executed, std::max(peak, now + step.during),
                 states[id].depth + 1, static_cast<int>(id), call};
      next.executed.set(call - range.begin);
      push(std::move(next));
    }
  }

  void push(State state) {
    auto [it, isNew] = best.try_emplace(state.executed, states.size());
    if (!isNew && states[it->second].peak <= state.peak)
      return;
    it->second = states.size();
    states.push_back(std::move(state));
    closed.push_back(false);
    queue.push(states.size() - 1);
  }

  StageOrder pathTo(int id) const {
    StageOrder order;
    for (; states[id].parent >= 0; id = states[id].parent)
      order.push_back(states[id].call);
    std::reverse(order.begin(), order.end());
    return order;
  }

  const StageGraph &graph;
  LiveBytes &live;
  StageRange range;
  unsigned maxStates;
  std::vector<State> states;
  std::vector<bool> closed;
  std::unordered_map<Executed, unsigned, HashExecuted> best;

  /// Least peak first; among equals the deepest, then the one found first.
  struct Worse {
    const std::vector<State> &states;
    bool operator()(unsigned a, unsigned b) const {
      const State &x = states[a], &y = states[b];
      if (x.peak != y.peak)
        return x.peak > y.peak;
      if (x.depth != y.depth)
        return x.depth < y.depth;
      return a > b;
    }
  };
  std::priority_queue<unsigned, std::vector<unsigned>, Worse> queue{
      Worse{states}};
};

} // namespace

std::optional<FoundOrder> searchOrder(const StageGraph &graph, LiveBytes &live,
                                      StageRange range, int64_t peak,
                                      unsigned maxStates) {
  return Search(graph, live, range, maxStates).run(peak);
}

uint64_t statesCost(const StageGraph &graph, StageRange range) {
  uint64_t cost = 1;
  for (const StageGraph::Call &call :
       llvm::ArrayRef(graph.calls).slice(range.begin, range.end - range.begin))
    cost += 1 + call.predecessors.size() + call.reads.size();
  return cost;
}

} // namespace dlc::fuse
