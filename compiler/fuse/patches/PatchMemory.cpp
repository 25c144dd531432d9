//===- PatchMemory.cpp - Bytes alive in parts of the network --------------===//

#include "compiler/fuse/patches/PatchMemory.h"
#include "compiler/fuse/patches/ImageParts.h"
#include "compiler/fuse/patches/PatchReduction.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace dlc::fuse {

static int64_t bytesOf(Value value) {
  return storedBytes(cast<ShapedType>(value.getType()));
}

static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user);
  });
}

/// At each call of a graph, wherever `order` puts it.
static std::vector<int64_t> liveBytesIn(const StageGraph &graph,
                                        const StageOrder &order) {
  std::vector<int64_t> live(graph.calls.size());
  for (auto [call, bytes] :
       llvm::zip_equal(order, liveBytesPerCall(graph, order)))
    live[call] = bytes;
  return live;
}

RegionMemory::RegionMemory(func::FuncOp main, std::optional<int64_t> enough)
    : main(main), uses(usesOfGroups(main)),
      placement(main, uses, storage::Sharing::None), graph(uses, placement),
      liveBytes(
          enough ? liveBytesIn(graph, frugalOrder(graph, kMostStates, *enough))
                 : liveBytesPerCall(graph)) {
  for (Operation &op : main.front().without_terminator()) {
    if (isa<arith::ConstantOp>(op))
      continue;
    position[&op] = ops.size();
    ops.push_back(&op);
  }
  // What is copied for the caller is done behind all.
  position[main.front().getTerminator()] = int64_t(ops.size()) - 1;
  findCuts();
}

/// A cut is behind an op where the result of one stage, or of a concatenation,
/// alone will be read.
void RegionMemory::findCuts() {
  allCuts.emplace_back();
  DenseSet<Operation *> lasts;
  for (const storage::StageUse &use : uses)
    lasts.insert(use.op);
  std::vector<int64_t> count(ops.size() + 1), sum(ops.size() + 1);
  for (auto [i, op] : llvm::enumerate(ops))
    for (Value result : op->getResults()) {
      int64_t last = i;
      for (Operation *user : result.getUsers())
        if (!isa<func::ReturnOp>(user))
          last = std::max(last, position.lookup(user));
      count[i] += 1;
      count[last] -= 1;
      sum[i] += i;
      sum[last] -= i;
    }
  int64_t alive = 0, sumAlive = 0;
  for (size_t i = 0; i + 1 < ops.size(); ++i) {
    alive += count[i];
    sumAlive += sum[i];
    if (alive != 1 || ops[sumAlive]->getNumResults() != 1 ||
        !(lasts.contains(ops[sumAlive]) || isa<nn::ConcatOp>(ops[sumAlive])))
      continue;
    Value value = ops[sumAlive]->getResult(0);
    int64_t bytes =
        isReturned(value) ? 0 : placement.storages()[storageOf(value)].bytes();
    allCuts.push_back({static_cast<int64_t>(i), value, bytes});
  }
  NetworkCut end{static_cast<int64_t>(ops.size()) - 1, nullptr, 0};
  Operation *terminator = main.front().getTerminator();
  if (terminator->getNumOperands() == 1)
    if (Operation *def = terminator->getOperand(0).getDefiningOp();
        def && lasts.contains(def))
      end.value = terminator->getOperand(0);
  allCuts.push_back(end);
}

static int64_t sumOf(llvm::ArrayRef<Operation *> ops,
                     int64_t (*count)(Operation *)) {
  int64_t sum = 0;
  for (Operation *op : ops)
    if (op->getNumResults() == 1)
      sum += count(op);
  return sum;
}

int64_t RegionMemory::constantBytes() const {
  int64_t bytes = 0;
  for (auto constant : func::FuncOp(main).front().getOps<arith::ConstantOp>())
    bytes += bytesOf(constant);
  return bytes;
}

int64_t RegionMemory::macs() const { return sumOf(ops, multiplyAccumulatesOf); }
int64_t RegionMemory::work() const { return sumOf(ops, workOf); }

StageRange RegionMemory::callsBetween(unsigned from, unsigned to) const {
  auto behind = [&](unsigned cut) -> unsigned {
    return llvm::partition_point(graph.calls,
                                 [&](const StageGraph::Call &call) {
                                   return position.lookup(call.op) <=
                                          allCuts[cut].position;
                                 }) -
           graph.calls.begin();
  };
  return {behind(from), behind(to)};
}

unsigned RegionMemory::stagesBetween(unsigned from, unsigned to) const {
  StageRange range = callsBetween(from, to);
  return llvm::count_if(
      llvm::ArrayRef(graph.calls).slice(range.begin, range.end - range.begin),
      [&](const StageGraph::Call &call) { return call.isStage; });
}

int64_t RegionMemory::peakBetween(unsigned i) const {
  StageRange range = callsBetween(i, i + 1);
  int64_t peak = 0;
  for (unsigned call = range.begin; call < range.end; ++call)
    peak = std::max(peak, liveBytes[call]);
  return peak;
}

/// An input of the network under another shape is there as a whole anyway.
static bool isReshapedInput(Value value) {
  auto reshape = value.getDefiningOp<nn::ReshapeOp>();
  return reshape && (isa<BlockArgument>(reshape.getInput()) ||
                     isReshapedInput(reshape.getInput()));
}

/// The reduction that alone runs between a cut and the one before.
Operation *RegionMemory::reductionBefore(unsigned cut) const {
  Value image = cut ? allCuts[cut - 1].value : Value();
  return image && stagesBetween(cut - 1, cut) == 1 ? reductionOf(image)
                                                   : nullptr;
}

std::optional<PatchRegion> RegionMemory::region(unsigned from,
                                                unsigned to) const {
  PatchRegion region;
  region.stages = stagesBetween(from, to);
  region.reduction = to > from + 1 ? reductionBefore(to) : nullptr;
  if (region.reduction)
    --to;
  region.cut = allCuts[to].value;
  if (!region.cut)
    return std::nullopt;
  int64_t rank = cast<ShapedType>(region.cut.getType()).getRank();
  if (rank != 3 && rank != 4)
    return std::nullopt;
  if (Value image = allCuts[from + 1].value;
      to >= from + 2 && image && isLastImageStep(image.getDefiningOp())) {
    Value reader = allCuts[from + 2].value;
    if (reader && cast<ShapedType>(reader.getType()).getRank() == 4) {
      region.image = image;
      region.reader = reader;
    }
  }
  for (int64_t i = allCuts[from].position + 1; i <= allCuts[to].position; ++i) {
    if (isReshapedInput(ops[i]->getResult(0)))
      continue;
    region.ops.push_back(ops[i]);
    for (Value result : ops[i]->getResults())
      if (result != region.cut && isReturned(result))
        return std::nullopt;
  }
  return region;
}

/// A patch is a network of its own between the tensor that it reads and the one
/// that it makes a part of: both are there as a whole, whatever runs.
int64_t RegionMemory::peakOfPatch(unsigned from, unsigned to,
                                  const DenseMap<Value, int64_t> &elements) {
  StageRange range = callsBetween(from, to);
  StageGraph patch;
  llvm::MapVector<unsigned, unsigned> storages; // of the network, of the patch
  auto localOf = [&](unsigned id) {
    auto [found, isNew] = storages.insert({id, patch.storages.size()});
    if (isNew)
      patch.storages.emplace_back();
    return found->second;
  };
  auto inPatch = [&](llvm::ArrayRef<unsigned> ids) {
    return llvm::map_to_vector(ids, localOf);
  };
  Value cut = allCuts[to].value;
  for (unsigned i = range.begin; i < range.end; ++i) {
    const StageGraph::Call &whole = graph.calls[i];
    StageGraph::Call call;
    call.reads = inPatch(whole.reads);
    call.writes = inPatch(whole.writes);
    call.inplace = inPatch(whole.inplace);
    unsigned number = patch.calls.size();
    for (unsigned id : call.reads)
      patch.storages[id].readers.push_back(number);
    for (unsigned id : call.writes)
      patch.storages[id].writers.push_back(number);
    patch.calls.push_back(std::move(call));
  }
  for (auto [id, local] : storages) {
    const storage::Storage &storage = placement.storages()[id];
    bool isShared =
        patch.storages[local].writers.empty() || (cut && id == storageOf(cut));
    if (!isShared && storage.kind == storage::Storage::Buffer)
      patch.storages[local].bytes =
          storedBytes(storage.type.getElementType(),
                      elements.lookup(storage.origin->getResult(0)));
  }
  int64_t peak = 0;
  for (int64_t live : liveBytesPerCall(patch))
    peak = std::max(peak, live);
  // Partial results lie where the reduction's result will, if that is theirs.
  Value result = allCuts[to].value;
  if (Operation *reduction = reductionBefore(to);
      reduction &&
      (!result || isReturned(result) ||

       !placement.isOwnedBy(storageOf(result), result.getDefiningOp())))
    peak += bytesOf(reduction->getResult(0));
  return peak + allCuts[from].bytes + allCuts[to].bytes;
}

} // namespace dlc::fuse
