//===- StageGraph.cpp - Calls of @main and the storage they share ---------===//

#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::fuse {
namespace {

int64_t bytesOf(Value value) {
  auto type = cast<ShapedType>(value.getType());
  return type.getNumElements() * nn::elementBytes(type.getElementType());
}

class GraphBuilder {
public:
  GraphBuilder(StageGraph &graph, func::FuncOp main)
      : graph(graph), block(main.front()), symbols(main->getParentOp()) {}
  void build();

private:
  unsigned storageOf(Value value);
  unsigned storageOfConcat(nn::ConcatOp concat);
  void addCall(func::CallOp op);
  void addReturn(Operation *op);

  StageGraph &graph;
  Block &block;
  SymbolTable symbols;
  /// Storage by value; a storage merged into a concatenation's is forwarded.
  DenseMap<Value, unsigned> storages;
};

/// The storage a value lies in, made at its first use.
unsigned GraphBuilder::storageOf(Value value) {
  auto found = storages.find(value);
  if (found != storages.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  unsigned id;
  if (op && isa<nn::ReshapeOp, nn::SliceOp>(op)) {
    id = storageOf(op->getOperand(0));
  } else {
    id = graph.storages.size();
    graph.storages.emplace_back();
    bool owned = op && isa<func::CallOp, nn::ConcatOp>(op);
    graph.storages[id].bytes = owned ? bytesOf(value) : 0;
  }
  storages[value] = id;
  return id;
}

void GraphBuilder::addCall(func::CallOp op) {
  StageGraph::Call call;
  call.op = op;
  auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
  llvm::SmallDenseMap<Value, unsigned, 8> uses;
  for (Value operand : op.getOperands())
    ++uses[operand];
  llvm::SmallSetVector<unsigned, 8> reads, writes;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    unsigned id = storageOf(operand);
    reads.insert(id);
    if (stage && stage.getArgAttr(i, "nn.inplace") &&
        uses.lookup(operand) == 1 &&
        graph.storages[id].bytes == bytesOf(operand))
      call.inplace.push_back(id);
  }
  for (Value result : op.getResults())
    writes.insert(storageOf(result));
  call.reads.append(reads.begin(), reads.end());
  call.writes.append(writes.begin(), writes.end());
  graph.calls.push_back(std::move(call));
}

/// What is returned as a whole is written where the caller wants it.
void GraphBuilder::addReturn(Operation *op) {
  for (Value value : op->getOperands()) {
    StageGraph::Storage &storage = graph.storages[storageOf(value)];
    storage.escapes = true;
    if (storage.bytes == bytesOf(value))
      storage.bytes = 0;
  }
}

void GraphBuilder::build() {
  // A producer writes into the first concatenation that reads it: from the
  // last one up, so that nested ones end up in the outermost.
  for (Operation &op : llvm::reverse(block)) {
    auto concat = dyn_cast<nn::ConcatOp>(op);
    if (!concat)
      continue;
    unsigned id = storageOf(concat.getOutput());
    for (Value operand : concat.getInputs())
      if (auto *def = operand.getDefiningOp();
          def && isa<func::CallOp, nn::ConcatOp>(def))
        storages.try_emplace(operand, id);
  }
  for (Operation &op : block)
    if (auto call = dyn_cast<func::CallOp>(op))
      addCall(call);
  addReturn(block.getTerminator());
  for (auto [i, call] : llvm::enumerate(graph.calls)) {
    for (unsigned id : call.reads)
      graph.storages[id].readers.push_back(i);
    for (unsigned id : call.writes)
      graph.storages[id].writers.push_back(i);
  }
  // A concatenation is read once all its parts are there; what it has to copy
  // lives as long.
  DenseMap<Operation *, unsigned> callIndex;
  for (auto [i, call] : llvm::enumerate(graph.calls))
    callIndex[call.op] = i;
  for (auto [i, call] : llvm::enumerate(graph.calls)) {
    SmallVector<Value> work(call.op.getOperands());
    DenseSet<Value> seen;
    llvm::SmallSetVector<unsigned, 8> reads(call.reads.begin(),
                                            call.reads.end());
    llvm::SmallSetVector<unsigned, 8> predecessors;
    while (!work.empty()) {
      Value value = work.pop_back_val();
      Operation *def = value.getDefiningOp();
      if (!def || !seen.insert(value).second)
        continue;
      if (auto it = callIndex.find(def); it != callIndex.end())
        predecessors.insert(it->second);
      else if (isView(def))
        llvm::append_range(work, def->getOperands());
      if (unsigned id = storageOf(value); reads.insert(id))
        graph.storages[id].readers.push_back(i);
    }
    call.reads.assign(reads.begin(), reads.end());
    call.predecessors.assign(predecessors.begin(), predecessors.end());
    llvm::sort(call.predecessors);
  }
}

} // namespace

StageGraph::StageGraph(func::FuncOp main) { GraphBuilder(*this, main).build(); }

} // namespace dlc::fuse
