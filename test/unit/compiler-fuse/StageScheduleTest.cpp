//===- StageScheduleTest.cpp - Orders of stages ---------------------------===//

#include "compiler/fuse/StageSchedule.h"
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
