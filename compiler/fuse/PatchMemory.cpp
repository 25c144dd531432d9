//===- PatchMemory.cpp - Bytes alive in parts of the network --------------===//

#include "compiler/fuse/PatchMemory.h"
#include "compiler/fuse/PatchReduction.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::fuse {

static int64_t bytesOf(Value value) {
  auto type = cast<ShapedType>(value.getType());
  return type.getNumElements() * nn::elementBytes(type.getElementType());
}

static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user);
  });
}

std::vector<int64_t> liveBytesAsOutlined(func::FuncOp main) {
  OwningOpRef<ModuleOp> copy = main->getParentOfType<ModuleOp>().clone();
  auto copiedMain = copy->lookupSymbol<func::FuncOp>(main.getName());
  outlineStages(*copy, copiedMain);
  StageGraph graph(copiedMain);
  return liveBytesPerCall(
      graph, llvm::to_vector(llvm::seq<unsigned>(0, graph.calls.size())));
}

RegionMemory::RegionMemory(func::FuncOp main) : main(main) {
  for (Operation &op : main.front().without_terminator()) {
    if (isa<arith::ConstantOp>(op))
      continue;
    position[&op] = ops.size();
    ops.push_back(&op);
  }
  for (StageGroup &group : groupStages(main))
    groups.push_back(std::move(group));
  liveBytes = liveBytesAsOutlined(main);
  findRoots();
  findUses();
  findCuts();
}

/// Slices and reshapes lie in what they view; what a stage or a concatenation
/// computes lies in the first concatenation that reads it, from the last one
/// up, so that nested ones end up in the outermost.
void RegionMemory::findRoots() {
  for (Operation *op : llvm::reverse(ops))
    if (auto concat = dyn_cast<nn::ConcatOp>(op))
      for (Value operand : concat.getInputs())
        if (Operation *def = operand.getDefiningOp();
            def && !isa<arith::ConstantOp, nn::ReshapeOp, nn::SliceOp>(def))
          roots.try_emplace(operand, rootOf(concat.getOutput()));
  for (Operation *op : ops)
    if (isView(op) && !isa<nn::ConcatOp>(op))
      roots[op->getResult(0)] = rootOf(op->getOperand(0));
}

Value RegionMemory::rootOf(Value value) const {
  auto found = roots.find(value);
  return found == roots.end() ? value : found->second;
}

void RegionMemory::findUses() {
  for (const StageGroup &group : groups) {
    Use use;
    use.position = position.lookup(group.ops.back());
    use.result = group.ops.back()->getResult(0);
    llvm::SetVector<Value> reads;
    for (Operation *op : group.ops)
      for (Value operand : op->getOperands())
        if (!nn::constantOf(operand) &&
            !llvm::is_contained(group.ops, operand.getDefiningOp()))
          reads.insert(operand);
    use.reads = reads.takeVector();
    for (Value value : use.reads)
      if (isReadElementwise(group, value))
        use.inplace.push_back(value);
    uses.push_back(std::move(use));
  }
}

/// A cut is behind an op where the result of one stage, or of a concatenation,
/// alone will be read.
void RegionMemory::findCuts() {
  allCuts.emplace_back();
  DenseSet<Operation *> lasts;
  for (const StageGroup &group : groups)
    lasts.insert(group.ops.back());
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
    int64_t bytes = isReturned(value) ? 0 : bytesOf(rootOf(value));
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

llvm::ArrayRef<RegionMemory::Use> RegionMemory::usesBetween(unsigned from,
                                                            unsigned to) const {
  auto behind = [&](unsigned cut) {
    return llvm::partition_point(uses, [&](const Use &use) {
      return use.position <= allCuts[cut].position;
    });
  };
  return llvm::ArrayRef(uses).slice(behind(from) - uses.begin(),
                                    behind(to) - behind(from));
}

int64_t RegionMemory::peakBetween(unsigned i) const {
  int64_t peak = 0;
  for (const Use &use : usesBetween(i, i + 1))
    peak = std::max(peak, liveBytes[&use - uses.data()]);
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
  return image && usesBetween(cut - 1, cut).size() == 1 ? reductionOf(image)
                                                        : nullptr;
}

std::optional<PatchRegion> RegionMemory::region(unsigned from,
                                                unsigned to) const {
  PatchRegion region;
  region.stages = usesBetween(from, to).size();
  region.reduction = to > from + 1 ? reductionBefore(to) : nullptr;
  if (region.reduction)
    --to;
  region.cut = allCuts[to].value;
  if (!region.cut)
    return std::nullopt;
  int64_t rank = cast<ShapedType>(region.cut.getType()).getRank();
  if (rank != 3 && rank != 4)
    return std::nullopt;
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

int64_t RegionMemory::peakOfPatch(unsigned from, unsigned to,
                                  const DenseMap<Value, int64_t> &elements) {
  llvm::ArrayRef<Use> stages = usesBetween(from, to);
  Value cut = rootOf(allCuts[to].value);
  // What lies in the patch's own memory, and when it is read last.
  llvm::MapVector<Value, unsigned> last;
  for (const Use &use : stages)
    if (rootOf(use.result) != cut)
      last.insert({rootOf(use.result), 0});
  for (auto [step, use] : llvm::enumerate(stages))
    for (Value value : use.reads)
      if (auto found = last.find(rootOf(value)); found != last.end())
        found->second = step;

  DenseMap<Value, Value> over; // what a result is written over
  auto memoryOf = [&](Value value) {
    Value root = rootOf(value);
    for (auto it = over.find(root); it != over.end(); it = over.find(root))
      root = it->second;
    return root;
  };
  std::vector<int64_t> live(stages.size() + 1);
  llvm::MapVector<Value, unsigned> first;
  for (auto [step, use] : llvm::enumerate(stages)) {
    Value root = rootOf(use.result);
    if (!last.contains(root) || first.contains(root))
      continue;
    for (Value value : use.inplace) {
      Value memory = memoryOf(value);
      auto inSame = [&](Value other) { return memoryOf(other) == memory; };
      if (root != use.result || !first.contains(memory) ||
          last[memory] != step || llvm::count_if(use.reads, inSame) != 1)
        continue;
      over[root] = memory;
      last[memory] = std::max<unsigned>(last[root], step);
      break;
    }
    if (!over.contains(root))
      first[root] = step;
  }
  for (auto [root, step] : first) {
    int64_t bytes =
        elements.lookup(root) *
        nn::elementBytes(cast<ShapedType>(root.getType()).getElementType());
    live[step] += bytes;
    live[std::max(last[root], step) + 1] -= bytes;
  }
  int64_t peak = 0, now = 0;
  for (int64_t change : live)
    peak = std::max(peak, now += change);
  // Partial results lie where the reduction's result will, if that is theirs.
  Value result = allCuts[to].value;
  if (Operation *reduction = reductionBefore(to);
      reduction && (!result || isReturned(result) || rootOf(result) != result))
    peak += bytesOf(reduction->getResult(0));
  return peak + allCuts[from].bytes + allCuts[to].bytes;
}

} // namespace dlc::fuse
