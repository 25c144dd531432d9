//===- StageScheduleTest.cpp - Orders of stages ---------------------------===//

#include "compiler/fuse/StageSchedule.h"
#include "compiler/fuse/LiveBytes.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <random>

using namespace dlc::fuse;

namespace {

/// A random graph: each call reads results of earlier ones. Some results lie in
/// one storage with another's (a concatenation), some may be written over an
/// operand, some belong to the caller.
StageGraph randomGraph(unsigned count, unsigned seed) {
  std::mt19937 random(seed);
  StageGraph graph;
  std::vector<unsigned> storageOf;
  for (unsigned i = 0; i < count; ++i) {
    StageGraph::Call call;
    unsigned reads = i == 0 ? 0 : random() % 3;
    for (unsigned j = 0; j < reads; ++j) {
      unsigned from = random() % i;
      if (llvm::is_contained(call.predecessors, from))
        continue;
      call.predecessors.push_back(from);
      unsigned storage = storageOf[from];
      if (!llvm::is_contained(call.reads, storage))
        call.reads.push_back(storage);
      if (random() % 3 == 0)
        call.inplace.push_back(storage);
    }
    bool shares = i > 0 && random() % 5 == 0;
    unsigned storage = shares ? storageOf[random() % i] : graph.storages.size();
    if (!shares) {
      graph.storages.emplace_back();
      graph.storages.back().bytes = random() % 6 * 4;
      graph.storages.back().escapes = random() % 8 == 0;
    }
    if (llvm::is_contained(call.reads, storage)) {
      storage = graph.storages.size();
      graph.storages.emplace_back();
      graph.storages.back().bytes = 8;
    }
    storageOf.push_back(storage);
    call.writes.push_back(storage);
    for (unsigned id : call.reads)
      graph.storages[id].readers.push_back(i);
    graph.storages[storage].writers.push_back(i);
    graph.calls.push_back(std::move(call));
  }
  return graph;
}

bool isValid(const StageGraph &graph, llvm::ArrayRef<unsigned> order) {
  std::vector<bool> done(graph.calls.size());
  for (unsigned call : order) {
    for (unsigned before : graph.calls[call].predecessors)
      if (!done[before])
        return false;
    if (done[call])
      return false;
    done[call] = true;
  }
  return llvm::all_of(done, [](bool d) { return d; });
}

/// The least peak of all orders, one by one.
int64_t leastPeak(const StageGraph &graph) {
  StageOrder order;
  for (unsigned i = 0; i < graph.calls.size(); ++i)
    order.push_back(i);
  int64_t least = peakBytes(graph, order);
  do {
    if (isValid(graph, order))
      least = std::min(least, peakBytes(graph, order));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

/// A result of `bytes` that may be written over its operand of 40.
std::vector<int64_t> bytesOfTwoCalls(int64_t bytes) {
  StageGraph graph;
  graph.storages.resize(2);
  graph.storages[0].bytes = 40;
  graph.storages[0].writers = {0};
  graph.storages[0].readers = {1};
  graph.storages[1].bytes = bytes;
  graph.storages[1].writers = {1};
  graph.storages[1].escapes = true;
  graph.calls.resize(2);
  graph.calls[0].writes = {0};
  graph.calls[1].reads = graph.calls[1].inplace = {0};
  graph.calls[1].writes = {1};
  graph.calls[1].predecessors = {0};
  return liveBytesPerCall(graph, {0, 1});
}

TEST(StageSchedule, TakesOverWhatBothHave) {
  EXPECT_EQ(bytesOfTwoCalls(40), (std::vector<int64_t>{40, 40}));
  EXPECT_EQ(bytesOfTwoCalls(100), (std::vector<int64_t>{40, 100}));
  EXPECT_EQ(bytesOfTwoCalls(12), (std::vector<int64_t>{40, 40}));
}

TEST(StageSchedule, ExactOrderHasTheLeastPeak) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    StageGraph graph = randomGraph(3 + seed % 5, seed);
    auto exact = exactOrder(graph, 100000);
    ASSERT_TRUE(exact);
    ASSERT_TRUE(isValid(graph, *exact)) << "seed " << seed;
    EXPECT_EQ(peakBytes(graph, *exact), leastPeak(graph)) << "seed " << seed;
  }
}

TEST(StageSchedule, GreedyOrderIsValid) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    StageGraph graph = randomGraph(40, seed);
    EXPECT_TRUE(isValid(graph, greedyOrder(graph))) << "seed " << seed;
  }
}

/// What greedyOrder() does, all ready calls looked at for each step.
StageOrder greedyStepByStep(const StageGraph &graph) {
  StageOrder order;
  LiveBytes live(graph);
  std::vector<bool> done(graph.calls.size());
  while (order.size() < graph.calls.size()) {
    std::optional<std::tuple<int64_t, int64_t, unsigned>> best;
    for (unsigned call = 0; call < graph.calls.size(); ++call) {
      if (done[call] ||
          !llvm::all_of(graph.calls[call].predecessors,
                        [&](unsigned p) { return bool(done[p]); }))
        continue;
      LiveBytes::Step step = live.stepOf(call);
      std::tuple key(step.after, step.during, call);
      best = best ? std::min(*best, key) : key;
    }
    order.push_back(std::get<2>(*best));
    done[order.back()] = true;
    live.execute(order.back());
  }
  return order;
}

TEST(StageSchedule, GreedyOrderTakesTheBestOfAllReadyCalls) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    StageGraph graph = randomGraph(10 + seed % 40, seed);
    EXPECT_EQ(greedyOrder(graph), greedyStepByStep(graph)) << "seed " << seed;
  }
}

TEST(StageSchedule, UndoTakesBackAnExecution) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    StageGraph graph = randomGraph(30, seed);
    LiveBytes live(graph);
    for (unsigned call = 0; call < graph.calls.size(); ++call) {
      const int64_t before = live.bytes();
      const LiveBytes::Step step = live.stepOf(call);
      live.execute(call);
      EXPECT_EQ(live.bytes(), before + step.after);
      live.undo(call);
      EXPECT_EQ(live.bytes(), before);
      EXPECT_EQ(live.stepOf(call).during, step.during);
      live.execute(call);
    }
  }
}

/// Layers of `width` calls of 8 bytes that read the call before the layer, and
/// a call that reads them all.
StageGraph layers(unsigned count, unsigned width) {
  StageGraph graph;
  auto add = [&](llvm::ArrayRef<unsigned> reads) {
    unsigned index = graph.calls.size();
    StageGraph::Call call;
    call.writes = {index};
    for (unsigned id : reads) {
      call.reads.push_back(id);
      call.predecessors.push_back(id);
      graph.storages[id].readers.push_back(index);
    }
    graph.calls.push_back(call);
    graph.storages.emplace_back();
    graph.storages.back().bytes = 8;
    graph.storages.back().writers = {index};
    return index;
  };
  unsigned last = add({});
  for (unsigned i = 0; i < count; ++i) {
    llvm::SmallVector<unsigned> layer;
    for (unsigned j = 0; j < width; ++j)
      layer.push_back(add({last}));
    last = add(layer);
  }
  return graph;
}

TEST(StageSchedule, RangesAreIndependent) {
  auto sizesOf = [](const StageGraph &graph) {
    std::vector<unsigned> sizes;
    unsigned end = 0;
    for (StageRange range : independentRanges(graph)) {
      EXPECT_EQ(range.begin, end);
      end = range.end;
      sizes.push_back(range.end - range.begin);
    }
    EXPECT_EQ(end, graph.calls.size());
    return sizes;
  };
  EXPECT_EQ(sizesOf(layers(2, 1)), (std::vector<unsigned>{1, 1, 1, 1, 1}));
  EXPECT_EQ(sizesOf(layers(2, 3)), (std::vector<unsigned>{1, 3, 1, 3, 1}));
  // A sum with what was there three calls before leaves a chain a chain.
  StageGraph residual = layers(4, 1);
  residual.calls[5].predecessors.insert(residual.calls[5].predecessors.begin(),
                                        2);
  EXPECT_EQ(sizesOf(residual), std::vector<unsigned>(9, 1));
  // A result that nothing reads may come at any time behind its operand.
  StageGraph leaf = layers(3, 1);
  leaf.calls[3].predecessors = {1};
  EXPECT_EQ(sizesOf(leaf), (std::vector<unsigned>{1, 1, 5}));
  EXPECT_TRUE(sizesOf(StageGraph()).empty());
}

/// Brute force: every order executes a range's calls before those of the next.
TEST(StageSchedule, NoOrderMixesRanges) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    StageGraph graph = randomGraph(3 + seed % 4, seed);
    std::vector<unsigned> rangeOf;
    for (auto [i, range] : llvm::enumerate(independentRanges(graph)))
      rangeOf.resize(range.end, i);
    StageOrder order;
    for (unsigned i = 0; i < graph.calls.size(); ++i)
      order.push_back(i);
    do {
      if (!isValid(graph, order))
        continue;
      for (unsigned i = 1; i < order.size(); ++i)
        EXPECT_LE(rangeOf[order[i - 1]], rangeOf[order[i]]) << "seed " << seed;
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(StageSchedule, FrugalOrderHasTheLeastPeak) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    StageGraph graph = randomGraph(3 + seed % 5, seed);
    StageOrder order = frugalOrder(graph, 100000);
    ASSERT_TRUE(isValid(graph, order)) << "seed " << seed;
    EXPECT_EQ(peakBytes(graph, order), leastPeak(graph)) << "seed " << seed;
  }
}

/// Sets of executed calls grow with the network, not with its square: four for
/// each layer of two here, one for each that is one call, and the empty ones.
TEST(StageSchedule, LongNetworksAreSearchedExactly) {
  const unsigned count = 5000;
  StageGraph graph = layers(count, 2);
  auto order = exactOrder(graph, 6 * (count + 1));
  ASSERT_TRUE(order);
  EXPECT_EQ(peakBytes(graph, *order), 24);
  EXPECT_EQ(frugalOrder(graph, 6), *order);
}

TEST(StageSchedule, WideNetworksAreOrderedWithoutASearch) {
  StageGraph graph = layers(1, 20000);
  EXPECT_TRUE(isValid(graph, frugalOrder(graph, 100000)));
}

TEST(StageSchedule, SameOrderEachTime) {
  StageGraph graph = randomGraph(30, 5);
  EXPECT_EQ(exactOrder(graph, 100000), exactOrder(graph, 100000));
  EXPECT_EQ(greedyOrder(graph), greedyOrder(graph));
}

TEST(StageSchedule, GivesUpWhenThereAreTooManyStates) {
  EXPECT_FALSE(exactOrder(randomGraph(40, 1), 10));
}

TEST(StageSchedule, AResultTakesTheBytesOfADyingOperand) {
  // a (8 bytes) -> b (8 bytes) over a: never more than 8.
  StageGraph graph;
  graph.storages.resize(2);
  graph.storages[0].bytes = graph.storages[1].bytes = 8;
  graph.storages[0].writers = {0};
  graph.storages[0].readers = {1};
  graph.storages[1].writers = {1};
  graph.storages[1].escapes = true;
  graph.calls.resize(2);
  graph.calls[0].writes = {0};
  graph.calls[1].reads = {0};
  graph.calls[1].writes = {1};
  graph.calls[1].predecessors = {0};
  EXPECT_EQ(peakBytes(graph, {0, 1}), 16);
  graph.calls[1].inplace = {0};
  EXPECT_EQ(peakBytes(graph, {0, 1}), 8);
}

} // namespace
