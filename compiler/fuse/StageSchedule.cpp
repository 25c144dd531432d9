//===- StageSchedule.cpp - Live bytes of an order of stages ---------------===//

#include "compiler/fuse/StageSchedule.h"
#include "compiler/fuse/LiveBytes.h"
#include "compiler/fuse/StageSearch.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SetVector.h"
#include <queue>

namespace dlc::fuse {

std::vector<int64_t> liveBytesPerCall(const StageGraph &graph,
                                      llvm::ArrayRef<unsigned> order) {
  LiveBytes live(graph);
  std::vector<int64_t> bytes;
  for (unsigned call : order) {
    bytes.push_back(live.bytes() + live.stepOf(call).during);
    live.execute(call);
  }
  return bytes;
}

std::vector<int64_t> liveBytesPerCall(const StageGraph &graph) {
  return liveBytesPerCall(
      graph, llvm::to_vector(llvm::seq<unsigned>(0, graph.calls.size())));
}

int64_t peakBytes(const StageGraph &graph, llvm::ArrayRef<unsigned> order) {
  int64_t peak = 0;
  for (int64_t live : liveBytesPerCall(graph, order))
    peak = std::max(peak, live);
  return peak;
}

/// A range ends before a call that every earlier one leads to, and behind one
/// that leads to every later one.
std::vector<StageRange> independentRanges(const StageGraph &graph) {
  const unsigned count = graph.calls.size();
  // Of each call: the first that reads of it, and the last it reads of.
  std::vector<unsigned> firstReader(count, count);
  std::vector<int64_t> lastRead(count, -1);
  for (unsigned i = 0; i < count; ++i)
    for (unsigned p : graph.calls[i].predecessors) {
      firstReader[p] = std::min(firstReader[p], i);
      lastRead[i] = std::max<int64_t>(lastRead[i], p);
    }
  std::vector<bool> leadsToLater(count + 1, true);
  int64_t least = count; // of lastRead, of all later calls
  for (unsigned i = count; i-- > 0;) {
    leadsToLater[i] = least >= int64_t(i);
    least = std::min(least, lastRead[i]);
  }
  std::vector<StageRange> ranges;
  auto endAt = [&](unsigned end) {
    unsigned begin = ranges.empty() ? 0 : ranges.back().end;
    if (begin < end)
      ranges.push_back({begin, end});
  };
  unsigned latest = 0; // of firstReader, of all earlier calls
  for (unsigned i = 0; i < count; ++i) {
    if (latest <= i && leadsToLater[i]) {
      endAt(i);
      endAt(i + 1);
    }
    latest = std::max(latest, firstReader[i]);
  }
  endAt(count);
  return ranges;
}

namespace {

/// Ready calls of a range, the one that leaves the fewest bytes first; among
/// equals the one that takes the fewest while it runs, then the first.
class Greedy {
public:
  Greedy(const StageGraph &graph, LiveBytes &live, StageRange range)
      : graph(graph), live(live), range(range), missing(size()),
        successors(size()), current(size()) {
    for (unsigned call = range.begin; call < range.end; ++call)
      for (unsigned p : graph.calls[call].predecessors)
        if (p >= range.begin) {
          ++missing[call - range.begin];
          successors[p - range.begin].push_back(call);
        }
  }

  /// Executes all calls; their peak at least `peak`.
  StageOrder run(int64_t &peak) {
    for (unsigned call = range.begin; call < range.end; ++call)
      if (!missing[call - range.begin])
        offer(call);
    StageOrder order;
    while (!queue.empty()) {
      auto [after, during, call] = queue.top();
      queue.pop();
      // What has changed since is there once more, or executed.
      if (current[call - range.begin] != Key(after, during))
        continue;
      peak = std::max(peak, live.bytes() + during);
      execute(call);
      order.push_back(call);
    }
    return order;
  }

private:
  using Key = std::pair<int64_t, int64_t>;

  unsigned size() const { return range.end - range.begin; }

  void offer(unsigned call) {
    LiveBytes::Step step = live.stepOf(call);
    Key key(step.after, step.during);
    if (current[call - range.begin] == key)
      return;
    current[call - range.begin] = key;
    queue.push({key.first, key.second, call});
  }

  void execute(unsigned call) {
    const StageGraph::Call &now = graph.calls[call];
    live.execute(call);
    current[call - range.begin].reset();
    // Those that this one changes: who reads last, who writes second.
    llvm::SetVector<unsigned> changed;
    for (unsigned id : now.reads)
      if (live.readersLeft(id) <= 1)
        addAll(graph.storages[id], changed);
    for (unsigned id : now.writes)
      if (live.writersDone(id) == 1)
        addAll(graph.storages[id], changed);
    for (unsigned other : changed)
      if (current[other - range.begin])
        offer(other);
    for (unsigned successor : successors[call - range.begin])
      if (--missing[successor - range.begin] == 0)
        offer(successor);
  }

  void addAll(const StageGraph::Storage &storage,
              llvm::SetVector<unsigned> &calls) {
    for (unsigned call :
         llvm::concat<const unsigned>(storage.readers, storage.writers))
      if (call >= range.begin && call < range.end)
        calls.insert(call);
  }

  const StageGraph &graph;
  LiveBytes &live;
  StageRange range;
  std::vector<unsigned> missing; // by call: predecessors
  std::vector<llvm::SmallVector<unsigned, 2>> successors;
  std::vector<std::optional<Key>> current; // of ready calls
  std::priority_queue<std::tuple<int64_t, int64_t, unsigned>,
                      std::vector<std::tuple<int64_t, int64_t, unsigned>>,
                      std::greater<>>
      queue;
};

/// Executes a range as it stands and returns its peak, at least `peak`.
int64_t runAsItStands(LiveBytes &live, StageRange range, int64_t peak) {
  for (unsigned call = range.begin; call < range.end; ++call) {
    peak = std::max(peak, live.bytes() + live.stepOf(call).during);
    live.execute(call);
  }
  return peak;
}

} // namespace

StageOrder greedyOrder(const StageGraph &graph) {
  LiveBytes live(graph);
  int64_t peak = 0;
  return Greedy(graph, live, {0, unsigned(graph.calls.size())}).run(peak);
}

std::optional<StageOrder> exactOrder(const StageGraph &graph,
                                     unsigned maxStates) {
  LiveBytes live(graph);
  StageOrder all;
  int64_t peak = 0;
  for (StageRange range : independentRanges(graph)) {
    std::optional<FoundOrder> found =
        searchOrder(graph, live, range, peak, maxStates);
    if (!found)
      return std::nullopt;
    maxStates -= found->states;
    peak = found->peak;
    for (unsigned call : found->order)
      live.execute(call);
    all.append(found->order);
  }
  return all;
}

namespace {

/// Looks for better orders of ranges, one after the other.
class Improver {
public:
  Improver(const StageGraph &graph, unsigned maxStates)
      : graph(graph), live(graph), maxStates(maxStates) {}

  /// Goes on to behind the range.
  void pass(StageRange range) { runAsItStands(live, range, 0); }

  /// An order of the range and its peak, which need not be below `enough`.
  FoundOrder improve(StageRange range, int64_t enough) {
    const uint64_t cost = statesCost(graph, range);
    const unsigned states = std::min<uint64_t>(maxStates, effort / cost);
    auto found = searchOrder(graph, live, range, enough, states);
    effort -= std::min(effort, (found ? found->states : states) * cost);
    if (found)
      return std::move(*found);
    FoundOrder greedy;
    greedy.order = Greedy(graph, live, range).run(greedy.peak);
    for (unsigned call : llvm::reverse(greedy.order))
      live.undo(call);
    return greedy;
  }

private:
  const StageGraph &graph;
  LiveBytes live;
  unsigned maxStates;
  uint64_t effort = kSearchEffort;
};

} // namespace

StageOrder frugalOrder(const StageGraph &graph, unsigned maxStates,
                       int64_t enough) {
  struct Part {
    StageRange range;
    int64_t peak; // as it stands
    StageOrder better;
  };
  std::vector<Part> parts;
  LiveBytes live(graph);
  int64_t least = 0; // of the peaks, whatever the order
  for (StageRange range : independentRanges(graph)) {
    parts.push_back({range, runAsItStands(live, range, 0), {}});
    if (range.end - range.begin == 1)
      least = std::max(least, parts.back().peak);
  }
  least = std::min(least, enough);
  Improver improver(graph, maxStates);
  for (Part &part : parts) {
    if (part.peak > least) {
      FoundOrder found = improver.improve(part.range, least);
      if (found.peak < part.peak)
        part.better = std::move(found.order);
      least =
          std::min(enough, std::max(least, std::min(found.peak, part.peak)));
    }
    improver.pass(part.range);
  }
  StageOrder all;
  for (const Part &part : parts)
    if (part.peak > least && !part.better.empty())
      all.append(part.better);
    else
      llvm::append_range(all, llvm::seq(part.range.begin, part.range.end));
  return all;
}

} // namespace dlc::fuse
