//===- PatchAxis.cpp - Patches along one dimension ------------------------===//

#include "compiler/fuse/patches/PatchAxis.h"
#include "compiler/fuse/patches/ImageParts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <set>

using namespace mlir;

namespace dlc::fuse {

// More patches cost more halo than they save.
constexpr int64_t kMaxPatchesPerDim = 16;

/// Whether an op computes less at a border of the image than elsewhere.
static bool hasPadding(Operation *op) {
  auto pads = op->getAttrOfType<DenseI64ArrayAttr>("pads");
  return pads && llvm::any_of(pads.asArrayRef(), [](int64_t p) { return p; });
}

/// What patches have in common that are computed by the same functions: the
/// sizes of their parts and the borders that they reach.
static SmallVector<int64_t> shapeOfPatch(const PatchRegion &region,
                                         ArrayRef<std::optional<Box>> parts) {
  SmallVector<int64_t> shape;
  for (auto [op, part] : llvm::zip_equal(region.ops, parts)) {
    Box whole = wholeBox(op->getResult(0));
    shape.push_back(part ? -2 : -1);
    // Inside of a stage, and in proportion to its image.
    if (isImageStep(op) && !isLastImageStep(op))
      continue;
    for (auto [interval, all] : llvm::zip(part.value_or(Box()), whole)) {
      shape.push_back(interval.size);
      if (hasPadding(op))
        shape.push_back(2 * (interval.begin == 0) +
                        (interval.end() == all.size));
    }
  }
  return shape;
}

/// Notes what a patch has of the region's image and of the result made of it:
/// of both dimensions, since one of them is whole.
static void addImage(const PatchRegion &region,
                     ArrayRef<std::optional<Box>> parts, AxisCut &axis) {
  if (!region.image)
    return;
  for (auto [op, part] : llvm::zip_equal(region.ops, parts)) {
    if (part && op == region.image.getDefiningOp())
      axis.imageMost = std::max(axis.imageMost, (*part)[1].size);
    if (part && op == region.reader.getDefiningOp())
      axis.read.push_back((*part)[1]);
  }
}

std::optional<AxisCut> inBands(const PatchRegion &region, const AxisCut &row,
                               const AxisCut &column) {
  if (!region.image)
    return std::nullopt;
  AxisCut cut = row;
  cut.bands = bandsOfImage(region, row.read, column.imageMost);
  if (!cut.bands)
    return std::nullopt;
  llvm::copy(cut.bands->most, cut.most.begin());
  llvm::copy(cut.bands->sum, cut.sum.begin());
  return cut;
}

int64_t partOf(ArrayRef<int64_t> row, ArrayRef<int64_t> column,
               ArrayRef<int64_t> whole, size_t i) {
  return whole[i] ? row[i] * column[i] / whole[i] : 0;
}

int64_t extraOf(int64_t operations, int64_t elements, int64_t all) {
  return static_cast<int64_t>(static_cast<double>(operations) *
                              static_cast<double>(elements) /
                              static_cast<double>(all)) -
         operations;
}

/// What patches along one dimension compute again.
static int64_t extraWork(const PatchRegion &region, const AxisCut &axis) {
  int64_t work = 0;
  for (auto [op, sum] : llvm::zip_equal(region.ops, axis.sum)) {
    Box all = wholeBox(op->getResult(0));
    work += extraOf(workOf(op), sum, elementsOf(all));
  }
  return work;
}

/// Patches of `rows` x `columns`, one of which is the whole dimension.
static std::optional<AxisCut> cutAxis(const PatchRegion &region, int64_t rows,
                                      int64_t columns) {
  Box whole = wholeBox(region.cut);
  PatchGrid grid{rows, columns, llvm::divideCeilSigned(whole[1].size, rows), 1};
  if (whole.size() == 4)
    grid.countColumns = llvm::divideCeilSigned(whole[2].size, columns);
  AxisCut axis;
  axis.count = grid.count();
  axis.most.resize(region.ops.size());
  axis.sum.resize(region.ops.size());
  std::set<SmallVector<int64_t>> shapes;
  for (const auto &row : patchesOf(region.cut, grid))
    for (const Box &patch : row) {
      auto parts = propagate(region, patch);
      if (!parts)
        return std::nullopt;
      for (auto [i, part] : llvm::enumerate(*parts)) {
        int64_t elements = part ? elementsOf(*part) : 0;
        axis.most[i] = std::max(axis.most[i], elements);
        axis.sum[i] += elements;
      }
      addImage(region, *parts, axis);
      shapes.insert(shapeOfPatch(region, *parts));
    }
  axis.shapes = shapes.size();
  return axis;
}

std::vector<AxisCut> cutsOfAxis(const PatchRegion &region, bool isRow,
                                int64_t mostWork) {
  Box whole = wholeBox(region.cut);
  int64_t columns = whole.size() == 4 ? whole[2].size : 1;
  int64_t size = isRow ? whole[1].size : columns;
  std::vector<AxisCut> axes;
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
    // More patches have more halo.
    if (extraWork(region, *axis) > mostWork)
      break;
    axes.push_back(std::move(*axis));
  }
  return axes;
}

} // namespace dlc::fuse
