//===- PatchPlan.cpp - Which stages to run patch by patch -----------------===//

#include "compiler/fuse/PatchPlan.h"
#include "compiler/fuse/PatchMemory.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::fuse {

// Bounds of the search: more patches or longer regions cost more halo than
// they save.
constexpr int64_t kMaxPatchesPerDim = 16, kMaxPatches = 64;
constexpr unsigned kMaxCutsInRegion = 24;
// A function more in the object is worth this part of the network's work.
constexpr int64_t kFunctionsPerWork = 500;

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

std::optional<SmallVector<Box>> propagate(const PatchRegion &region,
                                          const Box &patch) {
  DenseMap<Value, Box> wanted;
  wanted[region.cut] = patch;
  SmallVector<Box> parts(region.ops.size());
  for (size_t i = region.ops.size(); i-- > 0;) {
    Operation *op = region.ops[i];
    if (op->getNumResults() != 1)
      return std::nullopt;
    auto found = wanted.find(op->getResult(0));
    if (found == wanted.end())
      continue;
    parts[i] = found->second;
    std::optional<SmallVector<Box>> boxes = operandBoxes(op, parts[i]);
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

/// A way to cut one dimension: for each op of a region the elements of its
/// result over the whole other dimension, of the largest patch and of all.
struct AxisCut {
  int64_t size = 0, count = 0; // of one patch, patches
  SmallVector<int64_t> most, sum;
};

/// Where a region can be cut into patches, and what that costs more than
/// without.
struct Candidate {
  PatchGrid grid;
  int64_t peak = 0, work = 0, macs = 0;
};

/// Patches at either border and between them differ in shape.
int64_t shapesOf(const PatchGrid &grid) {
  return std::min<int64_t>(grid.countRows, 3) *
         std::min<int64_t>(grid.countColumns, 3);
}

class Planner {
public:
  explicit Planner(func::FuncOp main) : memory(main), cuts(memory.cuts()) {}

  PatchPlan run(int64_t budget);

private:
  struct Step {
    int64_t work = 0;
    unsigned from = 0;
    const Candidate *candidate = nullptr; // null: as it is
    bool reached = false;
  };

  const std::vector<Candidate> &candidates(unsigned from, unsigned to);
  std::vector<Candidate> makeCandidates(unsigned from, unsigned to);
  std::optional<AxisCut> cutAxis(const PatchRegion &region, int64_t rows,
                                 int64_t columns);
  SmallVector<AxisCut> cutsOfAxis(const PatchRegion &region, bool isRow);
  bool fits(unsigned from, unsigned to, int64_t budget) const;
  std::vector<Step> search(int64_t budget);
  std::set<int64_t> allPeaks();

  RegionMemory memory;
  llvm::ArrayRef<NetworkCut> cuts;
  std::map<std::pair<unsigned, unsigned>, std::vector<Candidate>> known;
};

} // namespace

/// Patches of `rows` x `columns`, one of which is the whole dimension.
std::optional<AxisCut> Planner::cutAxis(const PatchRegion &region, int64_t rows,
                                        int64_t columns) {
  Box whole = wholeBox(region.cut);
  PatchGrid grid{rows, columns, llvm::divideCeilSigned(whole[1].size, rows), 1};
  if (whole.size() == 4)
    grid.countColumns = llvm::divideCeilSigned(whole[2].size, columns);
  AxisCut axis;
  axis.count = grid.count();
  axis.most.resize(region.ops.size());
  axis.sum.resize(region.ops.size());
  for (const auto &row : patchesOf(region.cut, grid))
    for (const Box &patch : row) {
      std::optional<SmallVector<Box>> parts = propagate(region, patch);
      if (!parts)
        return std::nullopt;
      for (auto [i, part] : llvm::enumerate(*parts)) {
        int64_t elements = part.empty() ? 0 : elementsOf(part);
        axis.most[i] = std::max(axis.most[i], elements);
        axis.sum[i] += elements;
      }
    }
  return axis;
}

SmallVector<AxisCut> Planner::cutsOfAxis(const PatchRegion &region,
                                         bool isRow) {
  Box whole = wholeBox(region.cut);
  int64_t columns = whole.size() == 4 ? whole[2].size : 1;
  int64_t size = isRow ? whole[1].size : columns;
  SmallVector<AxisCut> axes;
  int64_t last = 0;
  for (int64_t n = 1; n <= std::min(size, kMaxPatchesPerDim); ++n) {
    int64_t patch = llvm::divideCeilSigned(size, n);
    if (patch == last)
      continue;
    last = patch;
    auto axis = isRow ? cutAxis(region, patch, columns)
                      : cutAxis(region, whole[1].size, patch);
    if (!axis)
      continue;
    axis->size = patch;
    axes.push_back(std::move(*axis));
  }
  return axes;
}

std::vector<Candidate> Planner::makeCandidates(unsigned from, unsigned to) {
  std::optional<PatchRegion> region = memory.region(from, to);
  if (!region)
    return {};
  SmallVector<AxisCut> rows = cutsOfAxis(*region, /*isRow=*/true);
  if (rows.empty() || rows.front().count != 1)
    return {};
  SmallVector<AxisCut> columns = cutsOfAxis(*region, /*isRow=*/false);
  const SmallVector<int64_t> whole = rows.front().most;
  // The dimensions are independent: a part has as many of a value's elements
  // as its rows and its columns have together.
  auto both = [&](int64_t a, int64_t b, size_t i) {
    return whole[i] ? a * b / whole[i] : 0;
  };
  std::vector<Candidate> made;
  // Among equals, rows come first: they are contiguous.
  for (const AxisCut &column : columns)
    for (const AxisCut &row : rows) {
      Candidate candidate;
      candidate.grid = {row.size, column.size, row.count, column.count};
      if (candidate.grid.count() == 1 || candidate.grid.count() > kMaxPatches)
        continue;
      DenseMap<Value, int64_t> most;
      for (size_t i = 0; i < region->ops.size(); ++i) {
        Operation *op = region->ops[i];
        Value result = op->getResult(0);
        most[result] = both(row.most[i], column.most[i], i);
        Box all = wholeBox(result);
        auto scaled = [&](int64_t operations) {
          return static_cast<int64_t>(
              static_cast<double>(operations) *
              static_cast<double>(both(row.sum[i], column.sum[i], i)) /
              static_cast<double>(elementsOf(all)));
        };
        candidate.work += scaled(workOf(op, all)) - workOf(op, all);
        candidate.macs += scaled(macsOf(op, all)) - macsOf(op, all);
      }
      // A sum is written by each patch and read by the next one.
      if (region->reduction)
        candidate.work += 2 * (candidate.grid.count() - 1) *
                          elementsOf(wholeBox(region->reduction->getResult(0)));
      candidate.work += (shapesOf(candidate.grid) - 1) * region->stages *
                        memory.work() / kFunctionsPerWork;
      candidate.peak = memory.peakOfPatch(from, to, most);
      made.push_back(candidate);
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

/// Shortest paths over the cuts; the length is extra work.
std::vector<Planner::Step> Planner::search(int64_t budget) {
  std::vector<Step> steps(cuts.size());
  steps[0].reached = true;
  auto reach = [&](unsigned to, Step step) {
    if (!steps[to].reached || step.work < steps[to].work)
      steps[to] = step;
  };
  for (unsigned to = 1; to < cuts.size(); ++to) {
    if (steps[to - 1].reached && fits(to - 1, to, budget))
      reach(to, {steps[to - 1].work, to - 1, nullptr, true});
    unsigned first = to > kMaxCutsInRegion ? to - kMaxCutsInRegion : 0;
    for (unsigned from = to; from-- > first;) {
      if (!steps[from].reached || fits(from, to, budget))
        continue;
      for (const Candidate &candidate : candidates(from, to))
        if (candidate.peak <= budget)
          reach(to,
                {steps[from].work + candidate.work, from, &candidate, true});
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
  PatchPlan plan;
  plan.macs = plan.patchedMacs = memory.macs();
  std::vector<Step> steps = search(budget);
  if (!steps.back().reached) {
    std::set<int64_t> peaks = allPeaks();
    SmallVector<int64_t> sorted(peaks.begin(), peaks.end());
    auto least = llvm::partition_point(
        sorted, [&](int64_t peak) { return !search(peak).back().reached; });
    budget = *least;
    steps = search(budget);
  }
  for (unsigned to = cuts.size() - 1; to > 0; to = steps[to].from) {
    const Step &step = steps[to];
    if (!step.candidate) {
      plan.peakBytes = std::max(plan.peakBytes, memory.peakBetween(step.from));
      continue;
    }
    PatchRegion region = *memory.region(step.from, to);
    region.grid = step.candidate->grid;
    plan.patchedMacs += step.candidate->macs;
    plan.peakBytes = std::max(plan.peakBytes, step.candidate->peak);
    plan.regions.insert(plan.regions.begin(), std::move(region));
  }
  return plan;
}

PatchPlan planPatches(func::FuncOp main, int64_t budget) {
  return Planner(main).run(budget);
}

} // namespace dlc::fuse
