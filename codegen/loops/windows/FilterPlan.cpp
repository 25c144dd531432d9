//===- FilterPlan.cpp - Depthwise convolutions of bytes in vectors --------===//

#include "codegen/loops/windows/FilterPlan.h"
#include "codegen/loops/windows/WindowColumns.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWindow = 4; // rows and columns of a vector
constexpr int64_t kMostStep = 4, kResults = 8;
/// The copy and the interleaved lines may take this part of the stage's
/// tensors, less where the result lies within the operand.
constexpr int64_t kShare = 10, kShareWithin = 23, kSmall = 1 << 10;

// In instructions (codegen/kernels/MveFilter.cpp): a line that is copied, and a
// pixel of it; a line that is interleaved, and a pixel beside its rows; a line
// of results, a channel of it, a group of results beside its products.
constexpr double kCopy = 30, kCopied = 4, kLine = 40, kPixel = 2, kCall = 30,
                 kChannel = 14, kGroup = 19;

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine)
      : nest(nest), contraction(contraction), stage(stage), machine(machine) {}

  std::optional<FilterPlan> run() {
    if (contraction.groups.size() != 1 || !contraction.features.empty())
      return std::nullopt;
    std::optional<StageSums> read = readSums(nest, contraction);
    if (!read || !read->sums.rescale || !read->stored)
      return std::nullopt;
    static_cast<StageSums &>(plan) = std::move(*read);
    plan.stage = stage;
    if (!readImage() || !readCallers())
      return std::nullopt;
    choose();
    if (plan.instructionsInAll == 0)
      return std::nullopt;
    return plan;
  }

private:
  const Access &image() const { return nest.inputs[plan.data]; }
  int64_t stored(const ImageAxis &axis) const {
    return axis.output < 0
               ? 0
               : nest.outputs.front().address.coefficients[axis.output];
  }

  /// The axes of the filter; one that it does not have is that of the innermost
  /// positions that are left.
  bool readImage() {
    ArrayRef<unsigned> reduction = plan.sums.order.reduction;
    if (reduction.empty() || reduction.size() > 2 ||
        image().address.coefficients[plan.feature] != 1)
      return false;
    SmallVector<ImageAxis, 2> axes;
    plan.outer = contraction.positions;
    for (unsigned tap : reduction) {
      std::optional<ImageAxis> axis = readAxis(tap);
      if (!axis)
        return false;
      axes.push_back(*axis);
      llvm::erase(plan.outer, static_cast<unsigned>(axis->output));
    }
    if (axes.size() == 1) {
      ImageAxis other;
      if (!plan.outer.empty()) {
        unsigned d = plan.outer.pop_back_val();
        other.output = static_cast<int>(d);
        other.results = other.size = nest.sizes[d];
        other.stride = image().address.coefficients[d];
      }
      axes.insert(axes.begin(), other);
    }
    size_t guards = 0;
    for (const ImageAxis &axis : axes)
      for (const Guard &guard : image().guards)
        guards += guard.reduction >= 0 && guard.reduction == axis.tap;
    plan.across = axes.front();
    plan.along = axes.back();
    return guards == image().guards.size();
  }

  std::optional<ImageAxis> readAxis(unsigned tap) const {
    const auto *window = llvm::find_if(nest.windows, [&](const Window &each) {
      return each.input == plan.data && each.tap == tap;
    });
    if (window == nest.windows.end() || window->dilation != 1)
      return std::nullopt;
    ImageAxis axis;
    axis.output = window->position;
    axis.tap = static_cast<int>(tap);
    axis.taps = nest.sizes[tap];
    if (axis.output >= 0) {
      axis.results = nest.sizes[axis.output];
      axis.step = window->stride;
    }
    axis.stride = image().address.coefficients[tap];
    axis.size = axis.extent(axis.results);
    bool found = false;
    for (const Guard &guard : image().guards) {
      if (guard.reduction != axis.tap)
        continue;
      int64_t step = axis.output < 0 ? axis.step
                                     : guard.position.coefficients[axis.output];
      if (found || guard.parallel != axis.output || step != axis.step ||
          guard.position.coefficients[tap] != 1)
        return std::nullopt;
      found = true;
      axis.pad = -guard.position.constant;
      axis.size = guard.size;
    }
    bool isWalked =
        axis.output < 0 ||
        image().address.coefficients[axis.output] == axis.step * axis.stride;
    if (!isWalked || axis.pad < 0 || axis.stride <= 0 || axis.taps > kWindow)
      return std::nullopt;
    // What no window reads.
    axis.size = std::min(axis.size, axis.extent(axis.results) - axis.pad);
    return axis.size > 0 ? std::optional(axis) : std::nullopt;
  }

  bool readCallers() {
    auto all = columnsAtCallers(plan, nest, stage);
    if (!all || !llvm::all_of(*all, areBytes))
      return false;
    std::optional<int64_t> shift =
        commonShift(plan.sums, *all, WeightForm::Bytes);
    if (!shift)
      return false;
    plan.shift = *shift;
    plan.stored = withShift(*plan.stored, *shift);
    return true;
  }

  double groupCost(const FilterPlan &of, int64_t results) const {
    bool pairs = of.along.step == 1 && of.along.taps < kWindow;
    return kGroup +
           static_cast<double>(
               results + (pairs ? llvm::divideCeil(results, 2) : results));
  }

  double costOf(const FilterPlan &of) const {
    auto number = [](int64_t value) { return static_cast<double>(value); };
    double line = kLine + kCall +
                  number(of.along.extent(of.along.results)) *
                      (kPixel + 2 * number(of.across.taps));
    double channel = kChannel + number(of.along.results / kResults) *
                                    groupCost(of, kResults);
    if (int64_t rest = of.along.results % kResults)
      channel += groupCost(of, rest);
    line += number(of.channels) * channel;
    double copy = kCopy + number(of.along.size) * kCopied;
    double strips = number(llvm::divideCeil(of.across.results, of.lines));
    double copied = of.isWhole() ? number(of.across.size)
                                 : strips * number(of.across.extent(of.lines));
    double block = copied * copy + number(of.across.results) * line;
    double all = block * number(of.blocks());
    for (unsigned d : of.outer)
      all *= number(nest.sizes[d]);
    return all;
  }

  /// What kernels can add and lanes can hold.
  bool isNear(const FilterPlan &of) const {
    constexpr int64_t kLane = 1 << 16, kFar = 1 << 18;
    int64_t stride = stored(of.along);
    return of.along.step <= kMostStep && kResults * stride <= kLane &&
           of.along.results * stride < kFar &&
           of.channels * of.spacing() <= kLane && of.copyBytes() < kFar;
  }

  void choose() {
    int64_t most =
        mostBytesBeside(plan, nest, machine, kShare, kShareWithin, kSmall);
    double least = std::numeric_limits<double>::max();
    FilterPlan best = plan;
    for (bool turned : {false, true})
      for (int64_t channels : {8, 4}) {
        FilterPlan candidate = plan;
        if (turned) {
          std::swap(candidate.along, candidate.across);
          candidate.alongIsInner = false;
        }
        candidate.channels = channels;
        if (plan.sums.features < channels)
          continue;
        for (int64_t lines = candidate.across.results; lines > 0; --lines) {
          candidate.lines = lines;
          int64_t bytes =
              candidate.copyBytes() + channels * candidate.spacing();
          // Columns that are not computed together lie between each other.
          if (!isNear(candidate) || (turned && !candidate.isWhole()) ||
              (bytes > most && (lines > 1 || channels > 4)))
            continue;
          candidate.instructionsInAll = costOf(candidate);
          if (candidate.instructionsInAll >= least)
            continue;
          least = candidate.instructionsInAll;
          best = candidate;
        }
      }
    plan = best;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  FilterPlan plan;
};
} // namespace

int64_t FilterPlan::blocks() const {
  return llvm::divideCeil(sums.features, channels);
}

int64_t FilterPlan::spacing() const {
  int64_t read = (along.results - 1) * along.step + kWindow;
  return kWindow * std::max(read, along.extent(along.results));
}

std::optional<FilterPlan> planFilters(Nest &nest,
                                      const Contraction &contraction,
                                      func::FuncOp stage,
                                      const Machine &machine) {
  return Planner(nest, contraction, stage, machine).run();
}

} // namespace dlc::loops
