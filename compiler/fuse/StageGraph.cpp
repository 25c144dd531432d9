//===- StageGraph.cpp - Stages of @main and the storage they share --------===//

#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace dlc::storage;

namespace dlc::fuse {

std::vector<StageUse> usesOfGroups(func::FuncOp main) {
  std::vector<StageUse> uses;
  for (const StageGroup &group : groupStages(main)) {
    StageUse use;
    use.op = group.ops.back();
    use.inner.append(group.ops.begin(), std::prev(group.ops.end()));
    DenseSet<Operation *> inside(group.ops.begin(), group.ops.end());
    llvm::SetVector<Value> reads;
    for (Operation *op : group.ops)
      for (Value operand : op->getOperands())
        if (!nn::constantOf(operand) &&
            !inside.contains(operand.getDefiningOp()))
          reads.insert(operand);
    use.reads = llvm::to_vector(reads);
    for (Value value : use.reads)
      if (isReadElementwise(group, value))
        use.inplace.push_back(value);
    uses.push_back(std::move(use));
  }
  return uses;
}

namespace {

class GraphBuilder {
public:
  GraphBuilder(StageGraph &graph, ArrayRef<StageUse> uses,
               const Placement &placement)
      : graph(graph), placement(placement) {
    for (const StageUse &use : uses)
      stageOf[use.op] = &use;
  }

  void build() {
    for (const Storage &storage : placement.storages()) {
      StageGraph::Storage &made = graph.storages.emplace_back();
      made.bytes = storage.bytes();
      made.escapes = storage.kind == Storage::Output;
    }
    for (const Placement::Event &event : placement.events()) {
      unsigned number = graph.calls.size();
      StageGraph::Call call;
      call.op = event.op;
      call.isStage = event.isStage;
      call.reads.append(event.reads.begin(), event.reads.end());
      call.writes.append(event.writes.begin(), event.writes.end());
      findPredecessors(call);
      if (event.isStage)
        findInplace(call);
      callOf[event.op] = number;
      for (unsigned id : call.reads)
        graph.storages[id].readers.push_back(number);
      for (unsigned id : call.writes)
        graph.storages[id].writers.push_back(number);
      graph.calls.push_back(std::move(call));
    }
  }

private:
  /// Through views, which do nothing by themselves, up to what does. What the
  /// caller gets is put in place in the end.
  void findPredecessors(StageGraph::Call &call) {
    llvm::SmallSetVector<unsigned, 8> predecessors;
    if (call.op->hasTrait<OpTrait::IsTerminator>())
      for (unsigned i = 0; i < graph.calls.size(); ++i)
        predecessors.insert(i);
    auto stage = stageOf.find(call.op);
    SmallVector<Value> work;
    if (stage != stageOf.end())
      work = stage->second->reads;
    else
      work = llvm::to_vector(call.op->getOperands());
    DenseSet<Value> seen;
    while (!work.empty()) {
      Value value = work.pop_back_val();
      Operation *def = value.getDefiningOp();
      if (!def || !seen.insert(value).second)
        continue;
      auto found = callOf.find(def);
      if (found != callOf.end())
        predecessors.insert(found->second);
      else
        llvm::append_range(work, def->getOperands());
    }
    call.predecessors.assign(predecessors.begin(), predecessors.end());
    llvm::sort(call.predecessors);
  }

  /// As Placement does it, but for parts: a result of its own takes the place
  /// of an operand of its type that is all of its storage.
  void findInplace(StageGraph::Call &call) {
    const StageUse &use = *stageOf.lookup(call.op);
    if (call.op->getNumResults() != 1 ||
        !placement.isOwnedBy(call.writes.front(), call.op))
      return;
    for (Value operand : use.inplace) {
      const Place &place = placement.placeOf(operand);
      const Storage &storage = placement.storages()[place.storage];
      auto inSame = [&](Value other) {
        return placement.placeOf(other).storage == place.storage;
      };
      if (operand.getType() == call.op->getResult(0).getType() &&
          storage.kind == Storage::Buffer &&
          storage.bytes() == storedBytes(cast<ShapedType>(operand.getType())) &&
          place.isContiguous() && llvm::count_if(use.reads, inSame) == 1)
        call.inplace.push_back(place.storage);
    }
  }

  StageGraph &graph;
  const Placement &placement;
  DenseMap<Operation *, const StageUse *> stageOf;
  DenseMap<Operation *, unsigned> callOf;
};

} // namespace

StageGraph::StageGraph(func::FuncOp main, ArrayRef<StageUse> uses)
    : StageGraph(uses, Placement(main, uses, Sharing::None)) {}

StageGraph::StageGraph(ArrayRef<StageUse> uses, const Placement &placement) {
  GraphBuilder(*this, uses, placement).build();
}

} // namespace dlc::fuse
