//===- StageSchedule.cpp - Live bytes of an order of stages ---------------===//

#include "compiler/fuse/StageSchedule.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/STLExtras.h"
#include <queue>
#include <unordered_map>

namespace dlc::fuse {
namespace {

using Executed = llvm::BitVector;

bool isLive(const StageGraph::Storage &storage, const Executed &executed) {
  auto done = [&](unsigned call) { return executed.test(call); };
  if (llvm::none_of(storage.writers, done))
    return false;
  return storage.escapes || !llvm::all_of(storage.readers, done);
}

/// What one more call does to the live bytes.
struct Step {
  int64_t during = 0, after = 0;
};

Step stepOf(const StageGraph &graph, Executed &executed, unsigned index,
            int64_t before) {
  const StageGraph::Call &call = graph.calls[index];
  Step step{before, before};
  llvm::SmallVector<unsigned> fresh;
  for (unsigned id : call.writes)
    if (!isLive(graph.storages[id], executed))
      fresh.push_back(id);
  executed.set(index);
  int64_t reused = 0;
  for (unsigned id : fresh) {
    int64_t bytes = graph.storages[id].bytes;
    step.during += bytes;
    if (isLive(graph.storages[id], executed))
      step.after += bytes;
  }
  for (unsigned id : call.reads) {
    const StageGraph::Storage &storage = graph.storages[id];
    if (isLive(storage, executed))
      continue;
    step.after -= storage.bytes;
    bool dies = fresh.size() == 1 && llvm::is_contained(call.inplace, id) &&
                storage.bytes == graph.storages[fresh[0]].bytes;
    if (dies)
      reused = storage.bytes;
  }
  step.during -= reused;
  executed.reset(index);
  return step;
}

bool isReady(const StageGraph &graph, const Executed &executed,
             unsigned index) {
  return !executed.test(index) &&
         llvm::all_of(graph.calls[index].predecessors,
                      [&](unsigned p) { return executed.test(p); });
}

/// A set of executed calls on the way of the exact search.
struct State {
  Executed executed;
  int64_t peak = 0;
  int64_t live = 0;
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
  Search(const StageGraph &graph, unsigned maxStates)
      : graph(graph), maxStates(maxStates) {}

  std::optional<StageOrder> run() {
    push({Executed(graph.calls.size()), 0, 0, 0, -1, 0});
    while (!queue.empty()) {
      unsigned id = queue.top();
      queue.pop();
      if (closed[id])
        continue;
      closed[id] = true;
      if (states[id].depth == graph.calls.size())
        return pathTo(id);
      expand(id);
      if (states.size() > maxStates)
        return std::nullopt;
    }
    return std::nullopt;
  }

private:
  void expand(unsigned id) {
    Executed executed = states[id].executed;
    llvm::SmallVector<std::pair<unsigned, Step>> ready;
    for (unsigned call = 0; call < graph.calls.size(); ++call) {
      if (!isReady(graph, executed, call))
        continue;
      Step step = stepOf(graph, executed, call, states[id].live);
      // A call that neither raises the peak nor leaves more alive can only
      // help those after it: no other choice needs to be looked at.
      if (step.during <= states[id].peak && step.after <= states[id].live) {
        ready.assign(1, {call, step});
        break;
      }
      ready.push_back({call, step});
    }
    for (auto [call, step] : ready) {
      State next{executed,
                 std::max(states[id].peak, step.during),
                 step.after,
                 states[id].depth + 1,
                 static_cast<int>(id),
                 call};
      next.executed.set(call);
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

std::vector<int64_t> liveBytesPerCall(const StageGraph &graph,
                                      llvm::ArrayRef<unsigned> order) {
  Executed executed(graph.calls.size());
  std::vector<int64_t> bytes;
  int64_t live = 0;
  for (unsigned call : order) {
    Step step = stepOf(graph, executed, call, live);
    bytes.push_back(step.during);
    live = step.after;
    executed.set(call);
  }
  return bytes;
}

int64_t peakBytes(const StageGraph &graph, llvm::ArrayRef<unsigned> order) {
  int64_t peak = 0;
  for (int64_t live : liveBytesPerCall(graph, order))
    peak = std::max(peak, live);
  return peak;
}

StageOrder greedyOrder(const StageGraph &graph) {
  Executed executed(graph.calls.size());
  StageOrder order;
  int64_t live = 0;
  while (order.size() < graph.calls.size()) {
    std::optional<unsigned> best;
    Step bestStep;
    for (unsigned call = 0; call < graph.calls.size(); ++call) {
      if (!isReady(graph, executed, call))
        continue;
      Step step = stepOf(graph, executed, call, live);
      if (!best || std::tie(step.after, step.during) <
                       std::tie(bestStep.after, bestStep.during)) {
        best = call;
        bestStep = step;
      }
    }
    order.push_back(*best);
    executed.set(*best);
    live = bestStep.after;
  }
  return order;
}

std::optional<StageOrder> exactOrder(const StageGraph &graph,
                                     unsigned maxStates) {
  return Search(graph, maxStates).run();
}

} // namespace dlc::fuse
