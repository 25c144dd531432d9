//===- SplitIntoPatches.cpp - Stages run patch by patch -------------------===//

#include "compiler/fuse/Passes.h"
#include "compiler/fuse/patches/ImageBands.h"
#include "compiler/fuse/patches/ImageParts.h"
#include "compiler/fuse/patches/PatchPlan.h"
#include "compiler/fuse/patches/PatchReduction.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/Notes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_SPLITINTOPATCHES
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

/// Computes patches of a region's cut from whole tensors outside of it.
class PatchBuilder {
public:
  PatchBuilder(OpBuilder &builder, const PatchRegion &region)
      : builder(builder), region(region) {}

  /// What the region's reduction yields, patch by patch.
  Value buildReduction() {
    Value sum;
    for (const auto &boxes : patchesOf(region.cut, region.grid))
      for (const Box &box : boxes)
        sum = reducePart(builder, region.reduction, box, build(box), sum);
    return finishReduction(builder, region.reduction, sum);
  }

  /// Patches beside each other in rows, rows below each other.
  Value buildAll() {
    SmallVector<Value> rows;
    for (const auto &boxes : patchesOf(region.cut, region.grid)) {
      SmallVector<Value> patches;
      for (const Box &box : boxes)
        patches.push_back(build(box));
      rows.push_back(join(patches, /*axis=*/2));
    }
    return join(rows, /*axis=*/1);
  }

private:
  /// Values, and what there is of them.
  using Known = DenseMap<Value, std::pair<Value, Box>>;

  Value join(ArrayRef<Value> parts, int64_t axis) {
    return parts.size() == 1
               ? parts.front()
               : nn::ConcatOp::create(builder, region.cut.getLoc(), parts, axis)
                     .getOutput();
  }

  Value build(const Box &patch) {
    if (!region.bandRows)
      return buildOps(region, patch);
    // What reads the image comes first, band by band, and then what reads that.
    PatchRegion head = headOf(region), rest = region;
    rest.ops.erase(rest.ops.begin(), rest.ops.begin() + head.ops.size());
    Box whole = rest.ops.empty()
                    ? patch
                    : *(*propagate(region, patch))[head.ops.size() - 1];
    SmallVector<Value> bands;
    for (Interval rows : bandsOf(whole[1], region.bandRows)) {
      Box band = whole;
      band[1] = rows;
      bands.push_back(buildOps(head, band));
    }
    Value read = join(bands, /*axis=*/1);
    if (rest.ops.empty())
      return read;
    Known known;
    known[head.cut] = {read, whole};
    return buildOps(rest, patch, known);
  }

  /// A part of the result of some ops, whose operands are there.
  Value buildOps(const PatchRegion &ops, const Box &patch,
                 const Known &there = Known()) {
    // The planner has made sure that there is a part for each op.
    SmallVector<std::optional<Box>> parts = *propagate(ops, patch);
    computed = there;
    slices.clear();
    for (auto [op, part] : llvm::zip_equal(ops.ops, parts)) {
      if (!part)
        continue;
      if (isImageStep(op)) {
        if (isLastImageStep(op))
          computed[op->getResult(0)] = {cloneImage(builder, op, *part), *part};
        continue;
      }
      SmallVector<Box> boxes = *operandBoxes(op, *part);
      SmallVector<Value> operands;
      for (auto [operand, box] : llvm::zip_equal(op->getOperands(), boxes))
        operands.push_back(read(operand, box));
      computed[op->getResult(0)] = {cloneOnPart(builder, op, *part, operands),
                                    *part};
    }
    return computed.at(ops.cut).first;
  }

  /// `box` of a value of which at least that much is there.
  Value read(Value original, const Box &box) {
    auto found = computed.find(original);
    if (found == computed.end())
      found =
          computed.try_emplace(original, original, wholeBox(original)).first;
    auto [value, part] = found->second;
    if (box == part)
      return value;
    for (auto &[sliced, known, slice] : slices)
      if (sliced == original && known == box)
        return slice;
    SmallVector<int64_t> starts, sizes, steps(box.size(), 1);
    for (auto [wanted, there] : llvm::zip_equal(box, part)) {
      starts.push_back(wanted.begin - there.begin);
      sizes.push_back(wanted.size);
    }
    Value slice = nn::SliceOp::create(builder, original.getLoc(), value, starts,
                                      sizes, steps);
    slices.push_back({original, box, slice});
    return slice;
  }

  OpBuilder &builder;
  const PatchRegion &region;
  /// What there is of each value.
  Known computed;
  std::vector<std::tuple<Value, Box, Value>> slices;
};

struct SplitIntoPatches : impl::SplitIntoPatchesBase<SplitIntoPatches> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto budget = phases::ramBudgetAttr.get(module);
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if ((!budget && !phases::cheapPatchesAttr.isOn(module)) || !main ||
        !main.getBody().hasOneBlock())
      return;
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(main.front())))
      if (op.use_empty() && isMemoryEffectFree(&op) &&
          !op.hasTrait<OpTrait::IsTerminator>())
        op.erase();
    PatchPlan plan =
        budget ? planPatches(main, budget.getInt()) : planCheapPatches(main);
    if (budget || !plan.regions.empty())
      phases::expectedRamAttr.put(module, plan.peakBytes);
    report(module, plan);
    for (const PatchRegion &region : plan.regions)
      split(region);
    // Nobody asks for it any more.
    phases::ramBudgetAttr.remove(module);
    phases::cheapPatchesAttr.remove(module);
  }

  void split(const PatchRegion &region) {
    OpBuilder builder(region.cut.getDefiningOp());
    builder.setInsertionPointAfter(region.ops.back());
    PatchBuilder patches(builder, region);
    if (region.reduction) {
      // The region's ops are now read by nobody but the reduction.
      region.reduction->getResult(0).replaceAllUsesWith(
          patches.buildReduction());
      Operation *flatten = region.reduction->getOperand(0).getDefiningOp();
      region.reduction->erase();
      if (flatten != region.cut.getDefiningOp())
        flatten->erase();
    } else {
      Value(region.cut).replaceAllUsesWith(patches.buildAll());
    }
    for (Operation *op : llvm::reverse(region.ops))
      op->erase();
  }

  /// Says what was done, and what it costs.
  void report(ModuleOp module, const PatchPlan &plan) {
    std::string text;
    for (const PatchRegion &region : plan.regions) {
      text += text.empty() ? "" : ", ";
      text += std::to_string(region.stages) +
              (region.stages == 1 ? " layer" : " layers") + " up to " +
              nameOfResult(region) + " in " +
              std::to_string(region.grid.countRows) + " x " +
              std::to_string(region.grid.countColumns) +
              (region.bandRows ? " (their image in bands)" : "");
    }
    if (text.empty())
      return;
    int64_t percent =
        plan.macs ? llvm::divideNearest(100 * (plan.patchedMacs - plan.macs),
                                        plan.macs)
                  : 0;
    nn::addNote(module, "run patch by patch: " + text + " patches, " +
                            Twine(percent) + "% more multiply-accumulates");
  }

  static std::string nameOfResult(const PatchRegion &region) {
    std::string name = "'" + nameOf(region.cut) + "'";
    return region.reduction ? "'" + nameOf(region.reduction->getResult(0)) +
                                  "' (a reduction of " + name + ")"
                            : name;
  }

  static std::string nameOf(Value value) {
    auto node = nn::nodeOf(value.getLoc());
    return node && !node->name.empty()
               ? node->name
               : value.getDefiningOp()->getName().stripDialect().str();
  }
};

} // namespace
} // namespace dlc::fuse
