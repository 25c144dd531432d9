//===- LiveBytes.cpp - What the next call does to the live bytes ----------===//

#include "compiler/fuse/LiveBytes.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::fuse {

LiveBytes::LiveBytes(const StageGraph &graph)
    : graph(graph), written(graph.storages.size()) {
  for (const StageGraph::Storage &storage : graph.storages)
    unread.push_back(storage.readers.size());
}

void LiveBytes::count(const StageGraph::Call &call, int by) {
  for (unsigned id : call.writes)
    written[id] += by;
  for (unsigned id : call.reads)
    unread[id] -= by;
}

LiveBytes::Step LiveBytes::stepOf(unsigned index) {
  const StageGraph::Call &call = graph.calls[index];
  Step step;
  fresh.clear();
  for (unsigned id : call.writes)
    if (!isLive(id))
      fresh.push_back(id);
  count(call, 1);
  int64_t reused = 0;
  for (unsigned id : fresh) {
    int64_t bytes = graph.storages[id].bytes;
    step.during += bytes;
    if (isLive(id))
      step.after += bytes;
  }
  for (unsigned id : call.reads) {
    if (isLive(id))
      continue;
    int64_t bytes = graph.storages[id].bytes;
    step.after -= bytes;
    if (fresh.size() == 1 && llvm::is_contained(call.inplace, id))
      reused =
          std::max(reused, std::min(bytes, graph.storages[fresh[0]].bytes));
  }
  step.during -= reused;
  count(call, -1);
  return step;
}

void LiveBytes::execute(unsigned call) {
  live += stepOf(call).after;
  count(graph.calls[call], 1);
}

void LiveBytes::undo(unsigned call) {
  count(graph.calls[call], -1);
  live -= stepOf(call).after;
}

} // namespace dlc::fuse
