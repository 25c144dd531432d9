//===- WinogradGeometry.cpp - Tiles of a 3x3 convolution ------------------===//

#include "codegen/loops/winograd/WinogradGeometry.h"
#include <algorithm>

using namespace mlir;

namespace dlc::loops {

namespace {
const Guard *guardOf(const Access &image, unsigned dim) {
  for (const Guard &guard : image.guards)
    if (guard.parallel == static_cast<int>(dim))
      return &guard;
  return nullptr;
}

/// The window's dimension of 3 taps over a spatial dimension, the image walked
/// by the same step by both.
std::optional<unsigned> windowOf(const Nest &nest, unsigned dim) {
  for (const Window &window : nest.windows) {
    if (window.input != 0 || window.position != static_cast<int>(dim) ||
        nest.sizes[window.tap] != 3 || window.stride != window.dilation)
      continue;
    if (window.stride == 1 || !guardOf(nest.inputs[0], dim))
      return window.tap;
  }
  return std::nullopt;
}
} // namespace

std::optional<WinogradDimensions>
findWinogradDimensions(const Nest &nest, const Contraction &contraction) {
  if (nest.outputs.size() != 1 || !contraction.startsAtZero ||
      contraction.data.input != 0 || !contraction.groups.empty() ||
      contraction.features.size() != 1 || contraction.positions.size() < 2 ||
      contraction.taps.size() != 2 || contraction.channels.size() != 1)
    return std::nullopt;
  const Access &image = nest.inputs[0], &filter = nest.inputs[1];
  if (!filter.packable || image.buffer.splat || !filter.guards.empty())
    return std::nullopt;
  WinogradDimensions found;
  found.outer = contraction.positions;
  found.column = found.outer.pop_back_val();
  found.row = found.outer.pop_back_val();
  found.feature = contraction.features.front();
  found.channel = contraction.channels.front();
  auto rows = windowOf(nest, found.row), columns = windowOf(nest, found.column);
  if (!rows || !columns || image.address.coefficients[found.channel] != 1 ||
      nest.outputs[0].address.coefficients[found.feature] != 1)
    return std::nullopt;
  found.kernelRow = *rows;
  found.kernelColumn = *columns;
  found.channels = nest.sizes[found.channel];
  found.features = nest.sizes[found.feature];
  return found;
}

TileRow cutTiles(const Nest &nest, unsigned dim, int64_t m) {
  TileRow row;
  row.output = nest.sizes[dim];
  row.input = row.output + 2;
  row.count = (row.output + m - 1) / m;
  if (const Guard *guard = guardOf(nest.inputs[0], dim)) {
    row.padding = -guard->position.constant;
    row.input = guard->size;
  }
  row.firstInside =
      std::clamp<int64_t>((row.padding + m - 1) / m, 0, row.count);
  int64_t last = row.padding + row.input - (m + 2);
  row.lastInside = last < 0 ? 0 : std::min(last / m + 1, row.count);
  row.lastInside = std::max(row.lastInside, row.firstInside);
  row.wholeOutputs = row.output / m;
  return row;
}

} // namespace dlc::loops
