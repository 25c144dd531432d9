//===- ImportResize.cpp - Interpolation -----------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/model/TensorConstant.h"
#include "compiler/import/operators/ResizeTables.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
using Mode = nn::ResizeMode;
using Coordinate = nn::ResizeCoordinate;
using Nearest = nn::ResizeNearest;

constexpr double kMaxResized = kMaxSize;

Mode readMode(Node &n) {
  return llvm::StringSwitch<Mode>(n.choiceAttr("mode", "nearest",
                                               {"nearest", "linear", "bilinear",
                                                "trilinear", "cubic"}))
      .Case("nearest", Mode::Nearest)
      .Cases({"linear", "bilinear", "trilinear"}, Mode::Linear)
      .Case("cubic", Mode::Cubic);
}

/// Where positions lie: as nn.resize knows them, or by tables.
std::pair<ResizePlaces, Coordinate> readPlaces(Node &n) {
  using C = Coordinate;
  std::string mode =
      n.choiceAttr("coordinate_transformation_mode", "half_pixel",
                   {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
                    "align_corners", "asymmetric", "tf_crop_and_resize",
                    "tf_half_pixel_for_nn"});
  ResizePlaces places =
      llvm::StringSwitch<ResizePlaces>(mode)
          .Case("tf_crop_and_resize", ResizePlaces::CropAndResize)
          .Case("tf_half_pixel_for_nn", ResizePlaces::HalfPixelNearest)
          .Default(ResizePlaces::ByCoordinate);
  return {places, llvm::StringSwitch<C>(mode)
                      .Case("half_pixel_symmetric", C::HalfPixelSymmetric)
                      .Case("pytorch_half_pixel", C::PytorchHalfPixel)
                      .Case("align_corners", C::AlignCorners)
                      .Case("asymmetric", C::Asymmetric)
                      .Default(C::HalfPixel)};
}

Nearest readNearest(Node &n) {
  return llvm::StringSwitch<Nearest>(
             n.choiceAttr(
                 "nearest_mode", "round_prefer_floor",
                 {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}))
      .Case("round_prefer_floor", Nearest::RoundPreferFloor)
      .Case("round_prefer_ceil", Nearest::RoundPreferCeil)
      .Case("floor", Nearest::Floor)
      .Case("ceil", Nearest::Ceil);
}

struct Target {
  Ints shape;
  SmallVector<double> scales;
};

/// `least` is what the operator allows: Upsample does not shrink.
int64_t scaledSize(Node &n, int64_t size, double scale, double least) {
  double scaled = std::floor(static_cast<double>(size) * scale);
  if (!(scale > 0) || !(scale >= least))
    n.fail("scales have the entry " + textOf(scale) + ", but entries must be " +
           (least > 0 ? "at least 1" : "greater than 0"));
  if (!(scaled <= kMaxResized))
    n.fail("a scale of " + textOf(scale) + " makes dimension of size " +
           Twine(size) + " too large");
  return static_cast<int64_t>(scaled);
}

void applyScales(Node &n, Target &target, ArrayRef<int64_t> axes,
                 ArrayRef<double> scales, double least = 0) {
  if (scales.size() != axes.size())
    n.fail("scales have " + counted(scales.size(), "entry", "entries") +
           ", but " + counted(axes.size(), "dimension is", "dimensions are") +
           " resized");
  for (auto [axis, scale] : llvm::zip_equal(axes, scales)) {
    target.shape[axis] = scaledSize(n, n.shape()[axis], scale, least);
    target.scales[axis] = scale;
  }
}

std::string readPolicy(Node &n) {
  return n.choiceAttr("keep_aspect_ratio_policy", "stretch",
                      {"stretch", "not_larger", "not_smaller"});
}

void applySizes(Node &n, Target &target, ArrayRef<int64_t> axes, Ints sizes) {
  if (sizes.size() != axes.size())
    n.fail("sizes have " + counted(sizes.size(), "entry", "entries") +
           ", but " + counted(axes.size(), "dimension is", "dimensions are") +
           " resized");
  std::string policy = readPolicy(n);
  SmallVector<double> scales;
  for (auto [axis, size] : llvm::zip_equal(axes, sizes)) {
    if (n.shape()[axis] < 1)
      n.fail("dimension " + Twine(axis) + " is empty and cannot be resized");
    scales.push_back(static_cast<double>(size) / n.shape()[axis]);
  }
  if (policy != "stretch" && !scales.empty()) {
    double scale = policy == "not_larger"
                       ? *std::min_element(scales.begin(), scales.end())
                       : *std::max_element(scales.begin(), scales.end());
    for (auto [i, axis] : llvm::enumerate(axes)) {
      scales[i] = scale;
      sizes[i] = static_cast<int64_t>(
          std::floor(static_cast<double>(n.shape()[axis]) * scale + 0.5));
    }
  }
  for (auto [i, axis] : llvm::enumerate(axes)) {
    target.shape[axis] = sizes[i];
    target.scales[axis] = scales[i];
  }
}

Value buildResize(Node &n, const Target &target, Mode mode,
                  Coordinate coordinate, Nearest nearest) {
  MLIRContext *context = n.context();
  RankedTensorType type =
      tensorType(n.loc(), "the result", target.shape, n.element());
  return n.makeAs<nn::ResizeOp>(
      type, n.in(),
      {n.attr("mode", nn::ResizeModeAttr::get(context, mode)),
       n.attr("coordinate", nn::ResizeCoordinateAttr::get(context, coordinate)),
       n.attr("nearest", nn::ResizeNearestAttr::get(context, nearest)),
       n.attr("scales", target.scales),
       n.attr("cubic_coeff", n.floatAttr("cubic_coeff_a", -0.75)),
       n.attr("exclude_outside", n.boolAttr("exclude_outside", false))});
}

bool hasElements(Node &n, unsigned operand) {
  return n.has(operand) && Node::typeOf(n.in(operand)).getNumElements() > 0;
}

/// The regions of `axes`, all of each dimension where there is no `roi`.
SmallVector<std::pair<double, double>>
readRegions(Node &n, ArrayRef<int64_t> axes, ResizePlaces places) {
  SmallVector<std::pair<double, double>> regions(axes.size(), {0, 1});
  if (places != ResizePlaces::CropAndResize)
    return regions;
  if (!hasElements(n, 1))
    n.fail("input 'roi' is left out, but tf_crop_and_resize needs the region");
  SmallVector<double> roi = n.constantFloats(1);
  if (roi.size() != 2 * axes.size())
    n.fail("input 'roi' has " + counted(roi.size(), "entry", "entries") +
           ", but must have a beginning and an end for each of " +
           counted(axes.size(), "dimension", "dimensions"));
  for (auto [i, axis] : llvm::enumerate(axes)) {
    regions[i] = {roi[i], roi[i + axes.size()]};
    for (double border : {regions[i].first, regions[i].second})
      if (!(std::fabs(border) <= kMaxResized))
        n.fail("input 'roi' has the entry " + textOf(border) +
               ", which lies too far outside of the input");
    if (hasElements(n, 2) && regions[i] != std::make_pair(0.0, 1.0))
      n.fail("input 'roi' takes a part of dimension " + Twine(axis) +
             ", and 'scales' are given, of which ONNX's texts differ in "
             "whether they count from the part or from the whole; give "
             "'sizes'");
  }
  return regions;
}

void importByTables(Node &n, const Target &target, ArrayRef<int64_t> axes,
                    const TableResize &resize) {
  auto regions = readRegions(n, axes, resize.places);
  SmallVector<ResizedDimension> dimensions;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    auto [begin, end] = regions[i];
    ResizedDimension dimension{axis, target.shape[axis], target.scales[axis],
                               begin, end};
    if (dimension.size != n.shape()[axis] || dimension.scale != 1 ||
        begin != 0 || end != 1)
      dimensions.push_back(dimension);
  }
  tensorType(n.loc(), "the result", target.shape, n.element());
  n.set(resizeByTables(n, resize, dimensions));
}
} // namespace

void importUpsample(Node &n) {
  Ints axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank()));
  Target target{Ints(n.shape()), SmallVector<double>(n.rank(), 1)};
  applyScales(n, target, axes,
              n.has(1) ? n.constantFloats(1) : n.floatsAttr("scales"),
              n.op() == "Upsample" ? 1 : 0);
  n.set(buildResize(n, target, readMode(n), Coordinate::Asymmetric,
                    Nearest::Floor));
}

void importResize(Node &n) {
  if (n.opset() < 11) // the same operands and meaning as Upsample
    return importUpsample(n);
  Ints axes = n.axesAttr("axes", n.rank())
                  .value_or(llvm::to_vector(llvm::seq<int64_t>(0, n.rank())));
  Target target{Ints(n.shape()), SmallVector<double>(n.rank(), 1)};
  if (hasElements(n, 2) && hasElements(n, 3))
    n.fail("inputs 'scales' and 'sizes' are both given, but only one is "
           "allowed");
  if (hasElements(n, 2))
    applyScales(n, target, axes, n.constantFloats(2));
  else if (hasElements(n, 3))
    applySizes(n, target, axes, n.constantInts(3, kSize));
  else
    n.fail("neither scales nor sizes are given");
  readPolicy(n); // matters with sizes only
  auto [places, coordinate] = readPlaces(n);
  Mode mode = readMode(n);
  Nearest nearest = readNearest(n);
  bool antialias = n.boolAttr("antialias", false);
  double extrapolation = n.floatAttr("extrapolation_value", 0);
  if (antialias && mode == Mode::Nearest)
    n.fail("antialias = 1 goes with the modes linear and cubic only");
  if (!antialias && places == ResizePlaces::ByCoordinate)
    return n.set(buildResize(n, target, mode, coordinate, nearest));
  importByTables(n, target, axes,
                 {mode, places, coordinate, nearest,
                  n.floatAttr("cubic_coeff_a", -0.75), antialias,
                  n.boolAttr("exclude_outside", false), extrapolation});
}

} // namespace dlc::import
