//===- ImportResize.cpp - Interpolation -----------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/TensorConstant.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
using Mode = nn::ResizeMode;
using Coordinate = nn::ResizeCoordinate;
using Nearest = nn::ResizeNearest;

constexpr double kMaxSize = 1 << 30;

template <typename Enum>
Enum orFail(Node &n, std::optional<Enum> value, const char *name) {
  if (!value)
    n.fail("attribute '" + Twine(name) + "' has the value '" +
           n.stringAttr(name, "") + "', which is not supported");
  return *value;
}

Mode readMode(Node &n) {
  return orFail(
      n,
      llvm::StringSwitch<std::optional<Mode>>(n.stringAttr("mode", "nearest"))
          .Case("nearest", Mode::Nearest)
          .Cases({"linear", "bilinear", "trilinear"}, Mode::Linear)
          .Case("cubic", Mode::Cubic)
          .Default(std::nullopt),
      "mode");
}

Coordinate readCoordinate(Node &n) {
  using C = Coordinate;
  return orFail(
      n,
      llvm::StringSwitch<std::optional<C>>(
          n.stringAttr("coordinate_transformation_mode", "half_pixel"))
          .Case("half_pixel", C::HalfPixel)
          .Case("half_pixel_symmetric", C::HalfPixelSymmetric)
          .Case("pytorch_half_pixel", C::PytorchHalfPixel)
          .Case("align_corners", C::AlignCorners)
          .Case("asymmetric", C::Asymmetric)
          .Default(std::nullopt),
      "coordinate_transformation_mode");
}

Nearest readNearest(Node &n) {
  return orFail(n,
                llvm::StringSwitch<std::optional<Nearest>>(
                    n.stringAttr("nearest_mode", "round_prefer_floor"))
                    .Case("round_prefer_floor", Nearest::RoundPreferFloor)
                    .Case("round_prefer_ceil", Nearest::RoundPreferCeil)
                    .Case("floor", Nearest::Floor)
                    .Case("ceil", Nearest::Ceil)
                    .Default(std::nullopt),
                "nearest_mode");
}

struct Target {
  Ints shape;
  SmallVector<double> scales;
};

int64_t scaledSize(Node &n, int64_t size, double scale) {
  double scaled = std::floor(static_cast<double>(size) * scale);
  if (!(scale > 0) || !(scaled <= kMaxSize))
    n.fail("a scale is not positive, or makes a dimension too large");
  return static_cast<int64_t>(scaled);
}

void applyScales(Node &n, Target &target, ArrayRef<int64_t> axes,
                 ArrayRef<double> scales) {
  if (scales.size() != axes.size())
    n.fail("scales have " + Twine(scales.size()) + " entries, but " +
           Twine(axes.size()) + " are needed");
  for (auto [axis, scale] : llvm::zip_equal(axes, scales)) {
    target.shape[axis] = scaledSize(n, n.shape()[axis], scale);
    target.scales[axis] = scale;
  }
}

void applySizes(Node &n, Target &target, ArrayRef<int64_t> axes, Ints sizes) {
  if (sizes.size() != axes.size())
    n.fail("sizes have " + Twine(sizes.size()) + " entries, but " +
           Twine(axes.size()) + " are needed");
  std::string policy = n.stringAttr("keep_aspect_ratio_policy", "stretch");
  SmallVector<double> scales;
  for (auto [axis, size] : llvm::zip_equal(axes, sizes)) {
    if (size < 1 || static_cast<double>(size) > kMaxSize || n.shape()[axis] < 1)
      n.fail("a size of " + Twine(size) + " is not possible");
    scales.push_back(static_cast<double>(size) / n.shape()[axis]);
  }
  if (policy != "stretch" && !scales.empty()) {
    if (policy != "not_larger" && policy != "not_smaller")
      n.fail("keep_aspect_ratio_policy '" + policy + "' is unknown");
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
} // namespace

void importUpsample(Node &n) {
  Ints axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank()));
  Target target{Ints(n.shape()), SmallVector<double>(n.rank(), 1)};
  applyScales(n, target, axes,
              n.has(1) ? n.constantFloats(1) : n.floatsAttr("scales"));
  n.set(buildResize(n, target, readMode(n), Coordinate::Asymmetric,
                    Nearest::Floor));
}

void importResize(Node &n) {
  if (n.opset() < 11) // the same operands and meaning as Upsample
    return importUpsample(n);
  if (n.boolAttr("antialias", false))
    n.fail("antialias = 1 is not supported");
  Ints axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank()));
  if (n.hasAttr("axes")) {
    axes.clear();
    for (int64_t one : n.intsAttr("axes"))
      axes.push_back(n.axis(one, n.rank()));
    n.axes(axes, n.rank()); // each once
  }
  Target target{Ints(n.shape()), SmallVector<double>(n.rank(), 1)};
  if (hasElements(n, 2))
    applyScales(n, target, axes, n.constantFloats(2));
  else if (hasElements(n, 3))
    applySizes(n, target, axes, n.constantInts(3));
  else
    n.fail("neither scales nor sizes are given");
  // The first is of tf_crop_and_resize; the second matters with sizes.
  n.ignore({"extrapolation_value", "keep_aspect_ratio_policy"});
  n.set(buildResize(n, target, readMode(n), readCoordinate(n), readNearest(n)));
}

} // namespace dlc::import
