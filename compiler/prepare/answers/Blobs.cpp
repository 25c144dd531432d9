//===- Blobs.cpp - Cells of one class side by side ------------------------===//

#include "compiler/prepare/answers/Blobs.h"
#include "compiler/prepare/answers/Grids.h"
#include "compiler/prepare/answers/Places.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

/// Rows of a table whose columns are boxes.
enum Row { X, Y, Width, Height, Score, Class, Rows };

/// Of columns that are no box; another number for those that are still empty.
constexpr double kNone = -1, kEmpty = -2;

/// A table of boxes, one of which each step changes or adds.
class Joining {
public:
  Joining(Compute c, int64_t count) : c(c), count(count) {}

  /// The next table, and whether the box was added.
  std::pair<Value, Value> operator()(Value box, Value table);

private:
  Value of(Value x, Row row) { return c.rows(x, row, 1); }
  Value end(Value x, Row place, Row size) {
    return c.add(of(x, place), of(x, size));
  }
  Value touch(Value box, Value table, Row place, Row size);
  Value united(Value box, Value table);

  Compute c;
  int64_t count; // of columns
};

} // namespace

/// Along one axis, also where they only meet.
Value Joining::touch(Value box, Value table, Row place, Row size) {
  return c.negated(
      c.either(c.greater(of(box, place), end(table, place, size)),
               c.greater(of(table, place), end(box, place, size))));
}

/// A box that moves to the left, or up, keeps its size.
Value Joining::united(Value box, Value table) {
  Value x = c.smaller(of(table, X), of(box, X)),
        y = c.smaller(of(table, Y), of(box, Y));
  return c.joined(
      {x, y, c.larger(of(table, Width), c.sub(end(box, X, Width), x)),
       c.larger(of(table, Height), c.sub(end(box, Y, Height), y)),
       c.larger(of(table, Score), of(box, Score)), of(table, Class)},
      0);
}

std::pair<Value, Value> Joining::operator()(Value box, Value table) {
  Value kind = of(box, Class), kinds = of(table, Class);
  Value hit =
      c.both(c.both(touch(box, table, X, Width), touch(box, table, Y, Height)),
             c.equal(kinds, kind));
  Value numbers = c.asFloat(c.numbersTo(count));
  auto beyond = static_cast<double>(count);
  Value first = c.smallest(c.select(hit, numbers, c.scalar(numbers, beyond)));
  Value isBox = c.greater(kind, c.scalar(kind, kNone));
  // A number of none where none is touched.
  Value isNew = c.both(c.equal(first, c.scalar(first, beyond)), isBox);
  Value used = c.sum(c.asFloat(c.greater(kinds, c.scalar(kinds, kEmpty))));
  Value isAdded = c.both(c.equal(numbers, c.reshape(used, {1, 1})), isNew);
  Value next = c.select(c.equal(numbers, first), united(box, table),
                        c.select(isAdded, box, table));
  return {next, c.asFloat(isNew)};
}

static std::pair<Value, Value> joinBoxes(Compute c, Value boxes) {
  int64_t count = c.columnsOf(boxes);
  std::vector<float> empty(Rows * count, 0);
  std::fill(empty.begin() + Class * count, empty.end(),
            static_cast<float>(kEmpty));
  return c.forEachRow(c.transposed(boxes), c.matrix(empty, Rows),
                      [&](Compute inside, Value box, Value table) {
                        return Joining(inside, count)(box, table);
                      });
}

/// Cells that reach the score, row by row; [Rows, n].
static Value findCells(Compute c, Value shares, const Detect &detect) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(shares.getType()).getShape();
  int64_t columns = shape[2], classes = shape[3] - 1;
  // The order of stored integers is that of what they stand for.
  nn::DequantizeOp stored = c.storedByOneScale(shares);
  if (stored)
    shares = stored.getInput();
  Value row = c.asRow(c.part(shares, 3, 1, classes));
  auto [values, places] =
      c.best(row, std::min(c.columnsOf(row), detect.candidates));
  if (stored)
    values = c.dequantizeLike(values, stored);
  Value isCell = c.negated(c.greater(c.scalar(values, detect.score), values));
  Value number = c.likeNumbers(c.asRow(places));
  Value kind = c.asFloat(c.remainder(number, classes));
  Value one = c.asFloat(isCell);
  Value cells =
      c.joined({cellCorner(c, c.quotient(number, classes), columns), one, one,
                values, c.select(isCell, kind, c.scalar(kind, kNone))},
               0);
  Value last = c.scalar(number, static_cast<double>(INT32_MAX));
  return c.columnsAt(cells, c.orderOfSmallest(c.select(isCell, number, last),
                                              c.columnsOf(number)));
}

FailureOr<Candidates> dlc::prepare::findBlobs(Compute c, Value shares,
                                              const Detect &detect,
                                              Size image) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(shares.getType()).getShape();
  int64_t ratio = image.height / shape[1];
  if (image.height != ratio * shape[1] || image.width != ratio * shape[2])
    return emitError(detect.loc)
           << "the head fomo has a cell for equally many rows and columns of "
              "the image, and "
           << shape[1] << " x " << shape[2] << " cells for " << image.height
           << " x " << image.width << " pixels";
  Value boxes = joinBoxes(c, findCells(c, shares, detect)).first;
  Value stays = joinBoxes(c, boxes).second;
  Value scores = c.select(c.greater(stays, c.scalar(stays, 0)),
                          c.rows(boxes, Score, 1), c.scalar(stays, -1));
  auto [best, places] =
      c.best(scores, std::min(c.columnsOf(scores), detect.most));
  boxes = c.columnsAt(boxes, places);
  Value corner = c.rows(boxes, X, 2);
  Value corners = c.joined({corner, c.add(corner, c.rows(boxes, Width, 2))}, 0);
  Candidates result;
  result.corners =
      c.mul(corners, c.scalar(corners, static_cast<double>(ratio)));
  result.scores = best;
  result.classes = c.rows(boxes, Class, 1);
  return result;
}
