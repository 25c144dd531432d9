//===- ImportGridSample.cpp - Sampling at a grid of coordinates -----------===//

#include "compiler/import/Importers.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace dlc::import {

namespace {
NamedAttribute gridModeAttr(Node &n) {
  using Mode = nn::ResizeMode;
  // Before operator set 20 "linear" and "cubic" were named as for images.
  std::string mode =
      n.opset() < 20
          ? n.choiceAttr("mode", "bilinear", {"bilinear", "nearest", "bicubic"})
          : n.choiceAttr("mode", "linear", {"linear", "nearest", "cubic"});
  Mode value = llvm::StringSwitch<Mode>(mode)
                   .Case("nearest", Mode::Nearest)
                   .Cases({"linear", "bilinear"}, Mode::Linear)
                   .Cases({"cubic", "bicubic"}, Mode::Cubic);
  return n.attr("mode", nn::ResizeModeAttr::get(n.context(), value));
}

NamedAttribute readPadding(Node &n) {
  using Padding = nn::GridPadding;
  Padding value = llvm::StringSwitch<Padding>(
                      n.choiceAttr("padding_mode", "zeros",
                                   {"zeros", "border", "reflection"}))
                      .Case("zeros", Padding::Zeros)
                      .Case("border", Padding::Border)
                      .Case("reflection", Padding::Reflection);
  return n.attr("padding", nn::GridPaddingAttr::get(n.context(), value));
}
} // namespace

void importGridSample(Node &n) {
  // Operator set 16 has images alone.
  if (n.opset() < 20)
    n.requireRank(0, {4, 4});
  else
    n.requireRank(0, rankAtLeast(3));
  n.requireRank(1, {n.rank(0), n.rank(0)}, ", the rank of " + n.inputText(0));
  if (n.shape(0)[0] != n.shape(1)[0])
    n.fail(n.inputText(0) + " has a batch of " + Twine(n.shape(0)[0]) +
           " and " + n.inputText(1) + " one of " + Twine(n.shape(1)[0]) +
           ", but they must be equal");
  int64_t spatial = n.rank(0) - 2;
  n.require(n.shape(1).back(), {spatial, spatial},
            "the last dimension of " + n.inputText(1),
            ", one coordinate for each spatial dimension");
  for (int64_t size : n.shape(0).drop_front(2))
    n.require(size, {1, kMaxSize}, "a spatial dimension of " + n.inputText(0));
  if (!isa<FloatType>(n.element(0)))
    n.fail(n.inputText(0) +
           " has elements that are not floats, which is not supported");
  n.set(n.make<nn::GridSampleOp>(
      {n.in(0), n.cast(n.in(1), n.element(0))},
      {gridModeAttr(n), readPadding(n),
       n.attr("align_corners", n.boolAttr("align_corners", false)),
       n.channelsFirst()}));
}

} // namespace dlc::import
