//===- PatchPlan.cpp - Which stages to run patch by patch -----------------===//

#include "compiler/fuse/patches/PatchPlan.h"
#include "compiler/fuse/patches/PatchAxis.h"
#include "compiler/fuse/patches/PatchMemory.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;

namespace dlc::fuse {

// Bounds of the search: more patches or longer regions cost more halo than
// they save.
constexpr int64_t kMaxPatches = 64;
constexpr unsigned kMaxCutsInRegion = 24;
// A function more in the object is worth this part of the network's work.
constexpr int64_t kFunctionsPerWork = 500;

// What nobody minds: a percent of the work, a percent of the flash.
constexpr int64_t kCheapPart = 100;
// Less than a part of this is not worth having a layer in the reports twice.
constexpr int64_t kLeastGain = 20;
// Halvings of the range in which the lowest cheap peak is looked for.
constexpr int kCheapSteps = 8;

SmallVector<SmallVector<Box>> patchesOf(Value cut, const PatchGrid &grid) {
  SmallVector<SmallVector<Box>> patches;
  Box whole = wholeBox(cut);
  auto slice = [](Interval all, int64_t index, int64_t size) {
    int64_t begin = index * size;
    return Interval{begin, std::min(size, all.size - begin)};
  };
  for (int64_t row = 0; row < grid.countRows; ++row) {
    patches.emplace_back();
    for (int64_t column = 0; column < grid.countColumns; ++column) {
      Box box = whole;
      box[1] = slice(whole[1], row, grid.rows);
      if (box.size() == 4)
        box[2] = slice(whole[2], column, grid.columns);
      patches.back().push_back(box);
    }
  }
  return patches;
}

std::optional<SmallVector<std::optional<Box>>>
propagate(const PatchRegion &region, const Box &patch) {
  DenseMap<Value, Box> wanted;
  wanted[region.cut] = patch;
  SmallVector<std::optional<Box>> parts(region.ops.size());
  for (size_t i = region.ops.size(); i-- > 0;) {
    Operation *op = region.ops[i];
    if (op->getNumResults() != 1)
      return std::nullopt;
    auto found = wanted.find(op->getResult(0));
    if (found == wanted.end())
      continue;
    parts[i] = found->second;
    std::optional<SmallVector<Box>> boxes = operandBoxes(op, *parts[i]);
    if (!boxes)
      return std::nullopt;
    for (auto [operand, box] : llvm::zip_equal(op->getOperands(), *boxes)) {
      auto [known, isNew] = wanted.try_emplace(operand, box);
      if (!isNew)
        known->second = hull(known->second, box);
    }
  }
  return parts;
}

namespace {

/// Where a region can be cut into patches, and what that costs more than
/// without.
struct Candidate {
  PatchGrid grid;
  int64_t peak = 0, work = 0, macs = 0;
  int64_t functions = 0; // in the object
  int64_t bytes = 0;     // of these functions and of the calls
  int64_t bandRows = 0;  // see PatchRegion
};

/// The functions that a grid of patches of so many shapes adds: a sum has a
/// first, a last and perhaps an inner one.
int64_t functionsOf(const PatchRegion &region, int64_t shapes, int64_t count) {
  if (!region.reduction)
    return (shapes - 1) * region.stages;
  return (shapes - 1) * (region.stages - 1) + std::min<int64_t>(count, 3) - 1;
}

class Planner {
public:
  Planner(func::FuncOp main, std::optional<int64_t> enough)
      : memory(main, enough), cuts(memory.cuts()),
        target(targets::getTargetInfo(main)) {}

  PatchPlan run(int64_t budget);
  PatchPlan runCheap();

private:
  struct Step {
    int64_t cost = 0; // what the path is the shortest by
    unsigned from = 0;
    const Candidate *candidate = nullptr; // null: as it is
    bool reached = false;
  };

  const std::vector<Candidate> &candidates(unsigned from, unsigned to);
  std::vector<Candidate> makeCandidates(unsigned from, unsigned to);
  Candidate judge(const PatchRegion &region, const AxisCut &row,
                  const AxisCut &column, ArrayRef<int64_t> whole) const;
  bool fits(unsigned from, unsigned to, int64_t budget) const;
  std::vector<Step> search(int64_t budget);
  PatchPlan follow(const std::vector<Step> &steps);
  std::set<int64_t> allPeaks();

  RegionMemory memory;
  llvm::ArrayRef<NetworkCut> cuts;
  const targets::TargetInfo target;
  // Of a region; no bounds unless it has to be cheap.
  int64_t mostWork = std::numeric_limits<int64_t>::max();
  int64_t mostBytes = std::numeric_limits<int64_t>::max();
  std::map<std::pair<unsigned, unsigned>, std::vector<Candidate>> known;
};

} // namespace

/// The dimensions are independent: a part has as many of a value's elements as
/// its rows and its columns have together, of `whole` elements.
Candidate Planner::judge(const PatchRegion &region, const AxisCut &row,
                         const AxisCut &column, ArrayRef<int64_t> whole) const {
  Candidate candidate;
  candidate.grid = {row.size, column.size, row.count, column.count};
  const int64_t count = candidate.grid.count();
  for (size_t i = 0; i < region.ops.size(); ++i) {
    Operation *op = region.ops[i];
    Box all = wholeBox(op->getResult(0));
    int64_t elements = partOf(row.sum, column.sum, whole, i);
    candidate.work += extraOf(workOf(op), elements, elementsOf(all));
    candidate.macs +=
        extraOf(multiplyAccumulatesOf(op), elements, elementsOf(all));
  }
  if (region.reduction)
    candidate.work += target.macsOfCarriedSum() * (count - 1) *
                      elementsOf(wholeBox(region.reduction->getResult(0)));
  candidate.functions = functionsOf(region, row.shapes * column.shapes, count);
  int64_t calls = (count - 1) * region.stages;
  if (row.bands) {
    // The first, an inner and the last one of the two stages in bands.
    candidate.functions += 2 * column.shapes;
    calls += 2 * (row.bands->count * column.count - count);
    candidate.bandRows = row.bands->rows;
  }
  candidate.bytes =
      candidate.functions * target.stageBytes + calls * target.stageCallBytes;
  return candidate;
}

std::vector<Candidate> Planner::makeCandidates(unsigned from, unsigned to) {
  std::optional<PatchRegion> region = memory.region(from, to);
  if (!region)
    return {};
  std::vector<AxisCut> rows = cutsOfAxis(*region, /*isRow=*/true, mostWork);
  if (rows.empty() || rows.front().count != 1)
    return {};
  std::vector<AxisCut> columns = cutsOfAxis(*region, /*isRow=*/false, mostWork);
  const SmallVector<int64_t> whole = rows.front().most;
  std::vector<Candidate> made;
  auto consider = [&](const AxisCut &row, const AxisCut &column) {
    Candidate candidate = judge(*region, row, column, whole);
    if (candidate.work > mostWork || candidate.bytes > mostBytes)
      return;
    DenseMap<Value, int64_t> most;
    for (size_t i = 0; i < region->ops.size(); ++i)
      most[region->ops[i]->getResult(0)] =
          partOf(row.most, column.most, whole, i);
    candidate.peak = memory.peakOfPatch(from, to, most);
    made.push_back(candidate);
  };
  // Among equals, rows come first: they are contiguous.
  for (const AxisCut &column : columns)
    for (const AxisCut &row : rows) {
      int64_t count = row.count * column.count;
      if (count > kMaxPatches)
        continue;
      if (count > 1)
        consider(row, column);
      if (std::optional<AxisCut> banded = inBands(*region, row, column))
        consider(*banded, column);
    }
  return made;
}

const std::vector<Candidate> &Planner::candidates(unsigned from, unsigned to) {
  auto [entry, isNew] = known.try_emplace({from, to});
  if (isNew)
    entry->second = makeCandidates(from, to);
  return entry->second;
}

/// Whether every stage between the cuts, as it is, stays within the budget.
bool Planner::fits(unsigned from, unsigned to, int64_t budget) const {
  for (unsigned i = from; i < to; ++i)
    if (memory.peakBetween(i) > budget)
      return false;
  return true;
}

/// Shortest paths over the cuts; the length is extra work and functions.
std::vector<Planner::Step> Planner::search(int64_t budget) {
  std::vector<Step> steps(cuts.size());
  steps[0].reached = true;
  auto reach = [&](unsigned to, Step step) {
    if (!steps[to].reached || step.cost < steps[to].cost)
      steps[to] = step;
  };
  for (unsigned to = 1; to < cuts.size(); ++to) {
    if (steps[to - 1].reached && fits(to - 1, to, budget))
      reach(to, {steps[to - 1].cost, to - 1, nullptr, true});
    unsigned first = to > kMaxCutsInRegion ? to - kMaxCutsInRegion : 0;
    for (unsigned from = to; from-- > first;) {
      if (!steps[from].reached || fits(from, to, budget))
        continue;
      for (const Candidate &candidate : candidates(from, to))
        if (candidate.peak <= budget)
          reach(to,
                {steps[from].cost + candidate.work +
                     candidate.functions * memory.work() / kFunctionsPerWork,
                 from, &candidate, true});
    }
  }
  return steps;
}

std::set<int64_t> Planner::allPeaks() {
  std::set<int64_t> peaks;
  for (unsigned to = 1; to < cuts.size(); ++to) {
    peaks.insert(memory.peakBetween(to - 1));
    unsigned first = to > kMaxCutsInRegion ? to - kMaxCutsInRegion : 0;
    for (unsigned from = first; from < to; ++from)
      for (const Candidate &candidate : candidates(from, to))
        peaks.insert(candidate.peak);
  }
  return peaks;
}

PatchPlan Planner::run(int64_t budget) {
  std::vector<Step> steps = search(budget);
  if (!steps.back().reached) {
    std::set<int64_t> peaks = allPeaks();
    SmallVector<int64_t> sorted(peaks.begin(), peaks.end());
    auto least = llvm::partition_point(
        sorted, [&](int64_t peak) { return !search(peak).back().reached; });
    budget = *least;
    steps = search(budget);
  }
  return follow(steps);
}

PatchPlan Planner::runCheap() {
  PatchPlan best = follow(search(std::numeric_limits<int64_t>::max()));
  mostWork = memory.work() / kCheapPart;
  // What a percent of the flash holds.
  mostBytes = (memory.constantBytes() + target.objectBytes) / kCheapPart;
  auto tryBudget = [&](int64_t budget) {
    std::vector<Step> steps = search(budget);
    if (!steps.back().reached)
      return false;
    PatchPlan plan = follow(steps);
    if (plan.regions.empty() || plan.extraWork > mostWork ||
        plan.bytes > mostBytes)
      return false;
    best = std::move(plan);
    return true;
  };
  int64_t low = 0, high = best.peakBytes - best.peakBytes / kLeastGain;
  const int64_t highest = high;
  if (!tryBudget(high))
    return best;
  for (int i = 0; i < kCheapSteps && low < high; ++i) {
    int64_t middle = (low + high) / 2;
    if (tryBudget(middle))
      high = best.peakBytes;
    else
      low = middle;
  }
  // More patches for little.
  tryBudget(std::min(highest, high + high / kLeastGain));
  return best;
}

/// The plan of a path to the network's end.
PatchPlan Planner::follow(const std::vector<Step> &steps) {
  PatchPlan plan;
  plan.macs = plan.patchedMacs = memory.macs();
  for (unsigned to = cuts.size() - 1; to > 0; to = steps[to].from) {
    const Step &step = steps[to];
    if (!step.candidate) {
      plan.peakBytes = std::max(plan.peakBytes, memory.peakBetween(step.from));
      continue;
    }
    PatchRegion region = *memory.region(step.from, to);
    region.grid = step.candidate->grid;
    region.bandRows = step.candidate->bandRows;
    plan.patchedMacs += step.candidate->macs;
    plan.extraWork += step.candidate->work;
    plan.bytes += step.candidate->bytes;
    plan.peakBytes = std::max(plan.peakBytes, step.candidate->peak);
    plan.regions.insert(plan.regions.begin(), std::move(region));
  }
  return plan;
}

PatchPlan planPatches(func::FuncOp main, int64_t budget) {
  return Planner(main, budget).run(budget);
}

PatchPlan planCheapPatches(func::FuncOp main) {
  return Planner(main, std::nullopt).runCheap();
}

} // namespace dlc::fuse
