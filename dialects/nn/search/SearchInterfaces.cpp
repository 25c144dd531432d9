//===- SearchInterfaces.cpp - What searches answer ------------------------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// Whether two boxes overlap.
static constexpr int64_t kOfTwoBoxes = 16;

/// Comparisons of scores, and of each box that is taken with as many others as
/// there are on the way, of which half are left on average.
int64_t SuppressOp::countOtherOperations(int64_t) {
  int64_t boxes = tensorOf(getScores()).getNumElements();
  return boxes + boxes / 2 * static_cast<int64_t>(getMost()) * kOfTwoBoxes;
}

/// A comparison of each.
int64_t BestAboveOp::countOtherOperations(int64_t) {
  return tensorOf(getInput()).getNumElements();
}

/// Each box with half of those that are kept, on average.
int64_t KeepApartOp::countOtherOperations(int64_t elements) {
  return tensorOf(getScores()).getNumElements() * elements / 2 * kOfTwoBoxes;
}

/// Four products for each point.
int64_t RoiAlignOp::countOtherOperations(int64_t elements) {
  int64_t points = std::max<int64_t>(1, static_cast<int64_t>(getSampling()));
  return elements * points * points * 8;
}

/// A comparison for each element of a region, at most the whole image.
int64_t RoiPoolOp::countOtherOperations(int64_t elements) {
  ArrayRef<int64_t> shape = tensorOf(getInput()).getShape();
  int64_t first = firstSpatialDim(getLayout());
  int64_t image = shape[first] * shape[first + 1];
  return elements * std::max<int64_t>(1, image / static_cast<int64_t>(
                                                     getHeight() * getWidth()));
}

/// A product for each tap, and one of weights for each position.
int64_t InterpolateOp::countOtherOperations(int64_t elements) {
  for (int64_t taps : getTaps())
    elements *= taps;
  return 2 * elements;
}

std::optional<Reordering> InterpolateOp::reorder(ArrayRef<int64_t> perm) {
  return Reordering{identity(perm.size()), Permutation(perm)};
}

void InterpolateOp::renumber(ArrayRef<int64_t> perm) {
  SmallVector<int64_t> axes;
  for (int64_t axis : getAxes())
    axes.push_back(axisBefore(axis, perm));
  setAxes(axes);
}

/// A product and a shift for each degree, and where the segment begins.
int64_t PiecewiseOp::countOtherOperations(int64_t elements) {
  return elements *
         (6 + 3 * int64_t(getShifts().size()) + int64_t(getBreaks().size()));
}
