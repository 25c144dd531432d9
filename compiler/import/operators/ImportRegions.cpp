//===- ImportRegions.cpp - Regions of images, and unpooling ---------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/search/NnSearchOps.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
double positiveAttr(Node &n, StringRef name) {
  double value = n.floatAttr(name, 1);
  if (!(value > 0) || std::isinf(value))
    n.fail("attribute '" + name + "' is " + textOf(value) +
           ", but must be positive");
  return value;
}
} // namespace

void importRoiAlign(Node &n) {
  n.requireRank(0, {4, 4}, ": batch, channels, height, width");
  n.requireRank(1, {2, 2});
  int64_t regions = n.shape(1)[0];
  n.requireShape(1, {regions, 4}, ": the corners of each region");
  n.requireShape(2, regions, ", one number of an image for each region");
  int64_t images = n.shape()[0];
  if (n.isConstant(2))
    n.constantInts(2, {0, images - 1});
  bool isMax = n.choiceAttr("mode", "avg", {"avg", "max"}) == "max";
  bool half = false;
  if (n.opset() >= 16)
    half = n.choiceAttr("coordinate_transformation_mode", "half_pixel",
                        {"half_pixel", "output_half_pixel"}) == "half_pixel";
  auto kind = nn::ReduceKindAttr::get(
      n.context(), isMax ? nn::ReduceKind::Max : nn::ReduceKind::Mean);
  n.set(n.make<nn::RoiAlignOp>(
      {n.in(0), n.in(1), n.in(2)},
      {n.attr("height", n.intAttr("output_height", 1, kSize)),
       n.attr("width", n.intAttr("output_width", 1, kSize)),
       n.attr("sampling", n.intAttr("sampling_ratio", 0, kSizeOrZero)),
       n.attr("scale", positiveAttr(n, "spatial_scale")),
       n.attr("half_pixel", half), n.attr("kind", kind), n.channelsFirst()}));
}

void importMaxRoiPool(Node &n) {
  n.requireRank(0, {4, 4}, ": batch, channels, height, width");
  n.requireRank(1, {2, 2});
  n.requireShape(1, {n.shape(1)[0], 5},
                 ": the number of an image and the corners of each region");
  Ints sizes = n.intsAttr("pooled_shape", kSize);
  if (sizes.size() != 2)
    n.fail("attribute 'pooled_shape' has " +
           counted(sizes.size(), "entry", "entries") + ", but must have 2");
  n.set(n.make<nn::RoiPoolOp>(
      {n.in(0), n.in(1)},
      {n.attr("height", sizes[0]), n.attr("width", sizes[1]),
       n.attr("scale", positiveAttr(n, "spatial_scale")), n.channelsFirst()}));
}

/// Elements at the positions in a tensor of which they were the largest of
/// their windows, among zeros.
void importMaxUnpool(Node &n) {
  n.requireRank(0, rankAtLeast(3));
  n.requireShape(1, n.shape(0), ", as input 'X' has");
  size_t spatial = n.rank() - 2;
  auto sized = [&](StringRef name, size_t count, Range allowed,
                   int64_t absent) {
    Ints values = n.intsAttr(name, allowed);
    if (values.empty())
      values.assign(count, absent);
    if (values.size() != count)
      n.fail("attribute '" + name + "' has " +
             counted(values.size(), "entry", "entries") + ", but must have " +
             Twine(count));
    return values;
  };
  if (!n.hasAttr("kernel_shape"))
    n.fail("attribute 'kernel_shape' is missing");
  Ints kernel = sized("kernel_shape", spatial, kSize, 1);
  Ints strides = sized("strides", spatial, kSize, 1);
  Ints pads = sized("pads", 2 * spatial, kSizeOrZero, 0);
  Ints shape(n.shape());
  for (size_t d = 0; d < spatial; ++d) {
    shape[2 + d] = (shape[2 + d] - 1) * strides[d] - pads[d] -
                   pads[spatial + d] + kernel[d];
    n.require(shape[2 + d], kSize,
              "dimension " + Twine(2 + d) + " of what was pooled");
  }
  int64_t count =
      tensorType(n.loc(), "the result", shape, n.element()).getNumElements();
  int64_t given = Node::typeOf(n.in()).getNumElements();
  auto none =
      nn::ScatterReductionAttr::get(n.context(), nn::ScatterReduction::None);
  Value all = n.make<nn::ScatterElementsOp>(
      {n.splat(count, n.element(), 0), n.reshape(n.in(1), given),
       n.reshape(n.in(0), given)},
      {n.attr("axis", 0), n.attr("reduction", none)});
  Value result = n.reshape(all, shape);
  if (!n.has(2))
    return n.set(result);
  // More than was pooled: zeros behind it.
  n.requireShape(2, n.rank());
  Ints larger = n.constantInts(2, kSize), padding(2 * n.rank(), 0);
  for (size_t d = 0; d < larger.size(); ++d) {
    padding[larger.size() + d] = larger[d] - shape[d];
    n.require(larger[d], {shape[d], d < 2 ? shape[d] : kMaxSize},
              "entry " + Twine(d) + " of input 'output_shape'");
  }
  n.set(n.make<nn::PadOp>(
      result, {n.attr("pads", padding),
               n.attr("mode", nn::PadModeAttr::get(n.context(),
                                                   nn::PadMode::Constant))}));
}

} // namespace dlc::import
