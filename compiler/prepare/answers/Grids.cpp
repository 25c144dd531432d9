//===- Grids.cpp - Cells with anchors, as YOLOv2 to v4 have them ----------===//

#include "compiler/prepare/answers/Grids.h"
#include "compiler/prepare/answers/Places.h"

#include <numeric>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

std::optional<Grid> dlc::prepare::gridOf(ArrayRef<int64_t> shape,
                                         int64_t anchors, Size image) {
  auto fits = [&](int64_t rows, int64_t columns, int64_t channels,
                  bool channelsLast) -> std::optional<Grid> {
    if (rows < 1 || columns < 1 || image.height % rows ||
        image.width % columns || anchors < 1 || channels % anchors)
      return std::nullopt;
    Grid grid{rows,
              columns,
              image.height / rows,
              anchors,
              channels / anchors - 5,
              channelsLast};
    if (grid.stride != image.width / columns || grid.classes < 1)
      return std::nullopt;
    return grid;
  };
  if (shape.size() == 5 && shape[0] == 1 && shape[3] == anchors)
    return fits(shape[1], shape[2], anchors * shape[4], true);
  if (shape.size() != 4 || shape[0] != 1)
    return std::nullopt;
  if (auto grid = fits(shape[2], shape[3], shape[1], false))
    return grid;
  return fits(shape[1], shape[2], shape[3], true);
}

/// [anchors, 5 + classes, cells].
static Value byAnchor(Compute c, Value output, const Grid &grid) {
  int64_t numbers = 5 + grid.classes;
  if (!grid.channelsLast)
    return c.reshape(output, {grid.anchors, numbers, grid.cells()});
  return c.permuted(c.reshape(output, {grid.cells(), grid.anchors, numbers}),
                    {1, 2, 0});
}

static GridBoxes readGrid(Compute c, Value output, const Grid &grid,
                          bool isSoftmax) {
  nn::DequantizeOp stored = c.storedByOneScale(output);
  auto real = [&](Value x) { return stored ? c.dequantizeLike(x, stored) : x; };
  Value numbers = byAnchor(c, stored ? stored.getInput() : output, grid);
  Value kinds = c.part(numbers, 1, 5, grid.classes);
  Value best = real(c.largest(kinds, 1)); // [anchors, cells]
  Value sure = c.sigmoid(
      real(c.reshape(c.part(numbers, 1, 4, 1), {grid.anchors, grid.cells()})));
  Value score;
  if (isSoftmax) {
    Value least = c.reshape(best, {grid.anchors, 1, grid.cells()});
    score = c.div(sure, c.sum(c.exp(c.sub(real(kinds), least)), 1));
  } else {
    score = c.mul(sure, c.sigmoid(best));
  }
  Value boxes = c.permuted(c.part(numbers, 1, 0, 4), {1, 0, 2});
  return {real(c.reshape(boxes, {4, grid.anchors * grid.cells()})),
          c.asRow(score), c.asRow(c.positionOfLargest(kinds, 1))};
}

static SmallVector<Grid> gridsOf(TypeRange outputs, const Detect &detect,
                                 Size image) {
  SmallVector<Grid> grids;
  for (auto [output, anchors] : llvm::zip_equal(outputs, detect.anchors))
    grids.push_back(*gridOf(cast<RankedTensorType>(output).getShape(),
                            static_cast<int64_t>(anchors.size() / 2), image));
  return grids;
}

/// Anchors in another order than the outputs are no error, and make every box
/// wrong.
static void warnOfOrder(ArrayRef<Grid> grids, const Detect &detect) {
  auto meanSide = [&](size_t output) {
    const std::vector<double> &sides = detect.anchors[output];
    return std::accumulate(sides.begin(), sides.end(), 0.0) /
           static_cast<double>(sides.size());
  };
  for (size_t i = 1; i < grids.size(); ++i)
    if ((grids[i].stride > grids[i - 1].stride) !=
        (meanSide(i) > meanSide(i - 1))) {
      emitWarning(detect.loc)
          << "the output of larger cells has the smaller anchors: are the "
             "lists of anchors in the order of outputs?";
      return;
    }
}

GridBoxes dlc::prepare::readGrids(Compute c, ValueRange outputs,
                                  const Detect &detect, Size image) {
  SmallVector<Value> boxes, scores, classes;
  SmallVector<Grid> grids = gridsOf(outputs.getTypes(), detect, image);
  warnOfOrder(grids, detect);
  for (auto [output, grid] : llvm::zip_equal(outputs, grids)) {
    GridBoxes of = readGrid(c, output, grid, detect.head == Head::Yolov2);
    boxes.push_back(of.boxes);
    scores.push_back(of.scores);
    classes.push_back(of.classes);
  }
  return {c.joined(boxes, 1), c.joined(scores, 1), c.joined(classes, 1)};
}

Value dlc::prepare::inRanges(
    Compute c, Value number, ArrayRef<int64_t> sizes,
    llvm::function_ref<Value(unsigned range, Value local)> make) {
  Value all;
  int64_t begin = 0;
  for (auto [range, size] : llvm::enumerate(sizes)) {
    // What is not in the range does not matter, but is to be no negative
    // number.
    Value local = number;
    if (begin)
      local = c.clipBelow(
          c.sub(number, c.scalar(number, static_cast<double>(begin))), 0);
    Value made = make(range, local);
    all = begin
              ? c.select(c.greater(number, c.scalar(number, static_cast<double>(
                                                                begin - 1))),
                         made, all)
              : made;
    begin += size;
  }
  return all;
}

Value dlc::prepare::cellCorner(Compute c, Value cell, int64_t columns) {
  return c.asFloat(
      c.joined({c.remainder(cell, columns), c.quotient(cell, columns)}, 0));
}

Value dlc::prepare::cornersInGrids(Compute c, Value boxes, Value places,
                                   TypeRange outputs, const Detect &detect,
                                   Size image) {
  SmallVector<Grid> grids = gridsOf(outputs, detect, image);
  SmallVector<int64_t> sizes, firstAnchor;
  std::vector<float> halves[2];
  for (auto [grid, anchors] : llvm::zip_equal(grids, detect.anchors)) {
    sizes.push_back(grid.anchors * grid.cells());
    firstAnchor.push_back(static_cast<int64_t>(halves[0].size()));
    double unit =
        detect.head == Head::Yolov2 ? static_cast<double>(grid.stride) : 1;
    for (auto [i, side] : llvm::enumerate(anchors))
      halves[i % 2].push_back(static_cast<float>(side * unit / 2));
  }
  Value share = c.sigmoid(c.rows(boxes, 0, 2));
  // Centres, and the number of the anchor.
  Value found = inRanges(
      c, c.likeNumbers(c.asRow(places)), sizes,
      [&](unsigned output, Value number) {
        const Grid &grid = grids[output];
        double stretch =
            detect.stretches.empty() ? 1 : detect.stretches[output];
        Value corner =
            cellCorner(c, c.remainder(number, grid.cells()), grid.columns);
        Value place = share;
        if (stretch != 1) {
          // About the middle of the cell.
          place = c.mul(share, c.scalar(share, stretch));
          corner = c.add(corner, c.scalar(corner, (1 - stretch) / 2));
        }
        Value centre =
            c.mul(c.add(place, corner),
                  c.scalar(corner, static_cast<double>(grid.stride)));
        Value anchor = c.asFloat(c.quotient(number, grid.cells()));
        return c.joined(
            {centre, c.add(anchor, c.scalar(anchor, static_cast<double>(
                                                        firstAnchor[output])))},
            0);
      });
  Value anchor = c.likeNumbers(c.rows(found, 2, 1));
  std::vector<float> table = halves[0];
  table.insert(table.end(), halves[1].begin(), halves[1].end());
  Value half = c.mul(c.exp(c.rows(boxes, 2, 2)),
                     c.columnsAt(c.matrix(table, 2),
                                 c.reshape(anchor, {c.columnsOf(anchor)})));
  return around(c, c.rows(found, 0, 2), half);
}
