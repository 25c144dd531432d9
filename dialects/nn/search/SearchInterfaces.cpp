//===- SearchInterfaces.cpp - What searches answer ------------------------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// Comparisons of scores, and of each box that is taken with as many others as
/// there are on the way, of which half are left on average.
int64_t SuppressOp::countOtherOperations(int64_t) {
  constexpr int64_t kComparison = 16;
  int64_t boxes = tensorOf(getScores()).getNumElements();
  return boxes + boxes / 2 * static_cast<int64_t>(getMost()) * kComparison;
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
