//===- Places.cpp - Boxes said by where they are in the image -------------===//

#include "compiler/prepare/answers/Places.h"
#include "compiler/prepare/answers/Grids.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

/// Cells of a stride, row by row: their columns, rows and strides.
struct Cells {
  void add(Size image, int64_t stride) {
    for (int64_t y = 0; y < image.height / stride; ++y)
      for (int64_t x = 0; x < image.width / stride; ++x) {
        columns.push_back(static_cast<float>(x));
        rows.push_back(static_cast<float>(y));
        strides.push_back(static_cast<float>(stride));
      }
  }
  int64_t count() const { return static_cast<int64_t>(rows.size()); }

  std::vector<float> columns, rows, strides;
};

} // namespace

static std::vector<float> joined(const std::vector<float> &x,
                                 const std::vector<float> &y) {
  std::vector<float> both = x;
  both.insert(both.end(), y.begin(), y.end());
  return both;
}

Value dlc::prepare::around(Compute c, Value centre, Value half) {
  return c.joined({c.sub(centre, half), c.add(centre, half)}, 0);
}

FailureOr<Value> dlc::prepare::cornersInCells(Compute c, Value boxes,
                                              const Detect &detect,
                                              Size image) {
  Cells cells;
  for (int64_t stride : {8, 16, 32})
    cells.add(image, stride);
  int64_t usual = cells.count(), count = c.columnsOf(boxes);
  if (count != usual)
    cells.add(image, 64);
  if (count != cells.count())
    return emitError(detect.loc)
           << "the head yolox has a box for each cell of 8, 16 and 32 (and 64) "
              "pixels, "
           << usual << " (or " << cells.count() << ") of an image of "
           << image.height << " x " << image.width
           << ", and the model's output has " << count;
  Value corner = c.matrix(joined(cells.columns, cells.rows), 2);
  Value stride = c.matrix(cells.strides, 1);
  Value centre = c.mul(c.add(c.rows(boxes, 0, 2), corner), stride);
  Value half =
      c.mul(c.exp(c.rows(boxes, 2, 2)), c.mul(stride, c.scalar(stride, 0.5)));
  return around(c, centre, half);
}

FailureOr<Value> dlc::prepare::cornersOfPriors(Compute c, Value boxes,
                                               const Detect &detect,
                                               Size image) {
  int64_t count = c.columnsOf(boxes);
  auto known = static_cast<int64_t>(detect.priors.size() / 4);
  if (known != count)
    return emitError(detect.loc)
           << known << " priors for the " << count
           << " boxes of the model's output: each is a line with centre y, "
              "centre x, height and width";
  std::vector<float> centres(2 * count), sizes(2 * count);
  for (int64_t i = 0; i < count; ++i)
    for (int axis = 0; axis < 2; ++axis) { // x, y
      auto side = static_cast<float>(axis ? image.height : image.width);
      const float *prior = &detect.priors[4 * i + 1 - axis];
      centres[axis * count + i] = prior[0] * side;
      sizes[axis * count + i] = prior[2] * side;
    }
  // Of y and x, or height and width, as x and y, without their scale.
  auto number = [&](int64_t first) {
    Value both =
        c.joined({c.rows(boxes, first + 1, 1), c.rows(boxes, first, 1)}, 0);
    return c.mul(both,
                 c.column({static_cast<float>(1 / detect.scales[first + 1]),
                           static_cast<float>(1 / detect.scales[first])}));
  };
  Value size = c.matrix(sizes, 2);
  Value centre = c.add(c.mul(number(0), size), c.matrix(centres, 2));
  Value half = c.mul(c.exp(number(2)), c.mul(size, c.scalar(size, 0.5)));
  return around(c, centre, half);
}

FailureOr<Value> dlc::prepare::cornersOfFaces(Compute c, Value boxes,
                                              Value places, int64_t anchors,
                                              const Detect &detect,
                                              Size image) {
  SmallVector<int64_t> sizes;
  int64_t known = 0;
  for (const std::vector<double> &layer : detect.anchors) {
    auto stride = static_cast<int64_t>(layer[0]);
    sizes.push_back((image.height / stride) * (image.width / stride) *
                    static_cast<int64_t>(layer[1]));
    known += sizes.back();
  }
  if (known != anchors)
    return emitError(detect.loc)
           << "the anchors are " << known << " in an image of " << image.height
           << " x " << image.width << ", and the model's outputs have "
           << anchors
           << ": each layer is [pixels of a cell, anchors in its middle]";
  Value middle =
      inRanges(c, c.likeNumbers(c.asRow(places)), sizes,
               [&](unsigned layer, Value number) {
                 auto stride = static_cast<int64_t>(detect.anchors[layer][0]);
                 auto each = static_cast<int64_t>(detect.anchors[layer][1]);
                 Value corner = cellCorner(c, c.quotient(number, each),
                                           image.width / stride);
                 return c.mul(c.add(corner, c.scalar(corner, 0.5)),
                              c.scalar(corner, static_cast<double>(stride)));
               });
  Value half = c.mul(c.rows(boxes, 2, 2), c.scalar(boxes, 0.5));
  Value corners = around(c, c.add(c.rows(boxes, 0, 2), middle), half);
  int64_t columns = c.columnsOf(boxes), numbers = detect.points.numbers();
  if (!numbers)
    return corners;
  Value points =
      c.reshape(c.rows(boxes, 4, numbers), {detect.points.count, 2, columns});
  return c.joined(
      {corners, c.reshape(c.add(points, middle), {numbers, columns})}, 0);
}
