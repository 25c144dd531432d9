//===- ImportColumns.cpp - Windows as columns, and moved windows ----------===//

#include "compiler/import/Importers.h"
#include "compiler/import/Window.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::import {

namespace {
int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

/// The entries of an attribute, one for each of `rank` dimensions, or `absent`.
Ints perDimension(Node &n, StringRef name, size_t rank, int64_t absent,
                  Range allowed) {
  Ints values = n.intsAttr(name, allowed);
  if (values.empty())
    return Ints(rank, absent);
  if (values.size() != rank)
    n.fail("attribute '" + name + "' has " +
           counted(values.size(), "entry", "entries") + ", but must have " +
           Twine(rank));
  return values;
}
} // namespace

/// Of the filter that Col2Im becomes.
static constexpr int64_t kMostTaps = int64_t(1) << 24;

/// Columns are the channels of a transposed convolution whose filter puts each
/// entry of a window in its place.
void importCol2Im(Node &n) {
  n.requireRank(0, {3, 3});
  n.requireRank(1, {1, 1});
  n.requireRank(2, {1, 1});
  Ints image = n.constantInts(1, kSize), block = n.constantInts(2, kSize);
  size_t rank = image.size();
  if (block.size() != rank || rank == 0)
    n.fail("inputs 'image_shape' and 'block_shape' have " + Twine(rank) +
           " and " + Twine(block.size()) +
           " entries, but must have one for each spatial dimension");
  Ints dilations = perDimension(n, "dilations", rank, 1, kSize),
       strides = perDimension(n, "strides", rank, 1, kSize),
       pads = perDimension(n, "pads", 2 * rank, 0, kSizeOrZero);
  int64_t taps = product(block), batch = n.shape()[0];
  if (n.shape()[1] % taps != 0)
    n.fail("the input has " + Twine(n.shape()[1]) +
           " rows, but must have a multiple of the " + Twine(taps) +
           " entries of a window");
  if (n.shape()[1] > kMostTaps / taps)
    n.fail("the input has " + Twine(n.shape()[1]) + " rows for windows of " +
           Twine(taps) + " entries, but the product of both may be " +
           Twine(kMostTaps) + " at most");
  int64_t channels = n.shape()[1] / taps;
  Ints columns{batch, channels * taps}, filter{channels * taps, 1},
      padding(rank, 0);
  for (size_t d = 0; d < rank; ++d) {
    int64_t span = (block[d] - 1) * dilations[d] + 1;
    int64_t padded = image[d] + pads[d] + pads[d + rank];
    if (span > padded)
      n.fail("a window spans " + Twine(span) + " elements of dimension " +
             Twine(d) + " of the image, which has " + Twine(padded) +
             " with its pads");
    columns.push_back((padded - span) / strides[d] + 1);
    filter.push_back(block[d]);
    padding[d] = (padded - span) % strides[d];
  }
  int64_t windows = product(ArrayRef<int64_t>(columns).drop_front(2));
  if (windows != n.shape()[2])
    n.fail("the input has " + counted(n.shape()[2], "column", "columns") +
           ", but the image has " + counted(windows, "window", "windows"));
  SmallVector<double> ones(channels * taps * taps, 0);
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t tap = 0; tap < taps; ++tap)
      ones[(c * taps + tap) * taps + tap] = 1;
  Value x = n.reshape(n.in(), columns);
  Value weights = isa<FloatType>(n.element())
                      ? n.numbers(ones, filter, n.element())
                      : Value();
  if (!weights)
    n.fail("columns of integers are not supported; cast them to floats");
  n.set(n.make<nn::ConvTransposeOp>(
      {x, weights},
      {n.attr("strides", strides), n.attr("pads", pads),
       n.attr("dilations", dilations), n.attr("output_padding", padding),
       n.attr("group", channels), n.channelsFirst()}));
}

//===----------------------------------------------------------------------===//
// DeformConv
//===----------------------------------------------------------------------===//

namespace {
struct Deformation {
  int64_t batch, channels, height, width, outHeight, outWidth, kernelHeight,
      kernelWidth, offsetGroups;
  Ints strides, pads, dilations;

  int64_t taps() const { return kernelHeight * kernelWidth; }
};

/// Coordinates of the taps of offset group `group` for nn.grid_sample, without
/// align_corners: [B, taps * outHeight, outWidth, 2], last dimension first.
Value gridOf(Node &n, const Deformation &d, int64_t group) {
  Type element = n.element();
  int64_t taps = d.taps();
  // [B, taps, 2, outHeight, outWidth]: a shift down and one to the right.
  Value offset = n.slice(n.in(2), {0, group * taps * 2, 0, 0},
                         {d.batch, taps * 2, d.outHeight, d.outWidth});
  offset = n.reshape(offset, {d.batch, taps, 2, d.outHeight, d.outWidth});
  auto coordinate = [&](bool isRow) {
    SmallVector<double> starts;
    for (int64_t i = 0; i < d.kernelHeight; ++i)
      for (int64_t j = 0; j < d.kernelWidth; ++j)
        for (int64_t y = 0; y < d.outHeight; ++y)
          for (int64_t x = 0; x < d.outWidth; ++x)
            starts.push_back(static_cast<double>(
                isRow ? y * d.strides[0] - d.pads[0] + i * d.dilations[0]
                      : x * d.strides[1] - d.pads[1] + j * d.dilations[1]));
    Value own = n.slice(offset, {0, 0, isRow ? 0 : 1, 0, 0},
                        {d.batch, taps, 1, d.outHeight, d.outWidth});
    own = n.reshape(own, {d.batch, taps, d.outHeight, d.outWidth});
    Value at =
        n.add(own, n.numbers(starts, {taps, d.outHeight, d.outWidth}, element));
    // From a position to where -1 and 1 are the image's borders.
    double size = static_cast<double>(isRow ? d.height : d.width);
    at = n.sub(n.mul(at, 2 / size), 1 - 1 / size);
    return n.reshape(at, {d.batch, taps * d.outHeight, d.outWidth, 1});
  };
  return n.concat({coordinate(false), coordinate(true)}, 3);
}

/// What the taps of an offset group see: [B, channels, taps, outHeight,
/// outWidth].
Value sampled(Node &n, const Deformation &d, int64_t group) {
  int64_t channels = d.channels / d.offsetGroups;
  Value image = n.slice(n.in(0), {0, group * channels, 0, 0},
                        {d.batch, channels, d.height, d.width});
  Value seen = n.make<nn::GridSampleOp>(
      {image, gridOf(n, d, group)},
      {n.attr("mode",
              nn::ResizeModeAttr::get(n.context(), nn::ResizeMode::Linear)),
       n.attr("padding",
              nn::GridPaddingAttr::get(n.context(), nn::GridPadding::Zeros)),
       n.attr("align_corners", false), n.channelsFirst()});
  seen =
      n.reshape(seen, {d.batch, channels, d.taps(), d.outHeight, d.outWidth});
  if (!n.has(4))
    return seen;
  Value mask = n.slice(n.in(4), {0, group * d.taps(), 0, 0},
                       {d.batch, d.taps(), d.outHeight, d.outWidth});
  return n.mul(
      seen, n.reshape(mask, {d.batch, 1, d.taps(), d.outHeight, d.outWidth}));
}
} // namespace

void importDeformConv(Node &n) {
  n.requireRank(0, {4, 4});
  n.requireRank(1, {4, 4});
  ArrayRef<int64_t> x = n.shape(0), w = n.shape(1);
  Deformation d{x[0],
                x[1],
                x[2],
                x[3],
                0,
                0,
                w[2],
                w[3],
                n.intAttr("offset_group", 1, kSize),
                perDimension(n, "strides", 2, 1, kSize),
                perDimension(n, "pads", 4, 0, kSizeOrZero),
                perDimension(n, "dilations", 2, 1, kSize)};
  Ints kernel = perDimension(n, "kernel_shape", 2, 0, kSizeOrZero);
  if (n.hasAttr("kernel_shape") && kernel != Ints{w[2], w[3]})
    n.fail("attribute 'kernel_shape' is " + shapeText(kernel) +
           ", but the filter's spatial dimensions are " +
           shapeText({w[2], w[3]}));
  int64_t group = n.intAttr("group", 1, kSize);
  if (w[1] * group != d.channels || w[0] % group != 0 ||
      d.channels % d.offsetGroups != 0)
    n.fail("filters of shape " + shapeText(w) + ", group " + Twine(group) +
           " and offset_group " + Twine(d.offsetGroups) + " do not fit " +
           Twine(d.channels) + " channels");
  auto outSize = [&](size_t i, int64_t size, int64_t taps) {
    int64_t padded = size + d.pads[i] + d.pads[i + 2];
    int64_t span = (taps - 1) * d.dilations[i] + 1;
    if (span > padded)
      n.fail("the window spans " + Twine(span) +
             " elements of spatial dimension " + Twine(i) +
             ", but the input has " + Twine(padded) + " with its pads");
    return (padded - span) / d.strides[i] + 1;
  };
  d.outHeight = outSize(0, d.height, d.kernelHeight);
  d.outWidth = outSize(1, d.width, d.kernelWidth);
  n.requireShape(
      2, {d.batch, d.offsetGroups * d.taps() * 2, d.outHeight, d.outWidth},
      ", two numbers for each place of the window");
  if (n.has(3))
    n.requireShape(3, w[0], ", one entry for each output channel");
  if (n.has(4))
    n.requireShape(
        4, {d.batch, d.offsetGroups * d.taps(), d.outHeight, d.outWidth},
        ", one number for each place of the window");
  SmallVector<Value> seen;
  for (int64_t i = 0; i < d.offsetGroups; ++i)
    seen.push_back(sampled(n, d, i));
  // What the taps see are channels of a convolution of one element.
  Value columns = n.reshape(n.concat(seen, 1), {d.batch, d.channels * d.taps(),
                                                d.outHeight, d.outWidth});
  SmallVector<Value> operands{
      columns, n.reshape(n.in(1), {w[0], w[1] * d.taps(), 1, 1})};
  if (n.has(3))
    operands.push_back(n.in(3));
  n.set(n.make<nn::ConvOp>(
      operands,
      {n.segments({operands[0], operands[1], n.has(3) ? n.in(3) : Value(),
                   Value(), Value()}),
       n.attr("strides", Ints{1, 1}), n.attr("pads", Ints{0, 0, 0, 0}),
       n.attr("dilations", Ints{1, 1}), n.attr("group", group),
       n.channelsFirst()}));
}

} // namespace dlc::import
