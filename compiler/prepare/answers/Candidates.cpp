//===- Candidates.cpp - The best boxes of a detector's output -------------===//

#include "compiler/prepare/answers/Candidates.h"
#include "compiler/prepare/answers/Blobs.h"
#include "compiler/prepare/answers/Grids.h"
#include "compiler/prepare/answers/Heads.h"
#include "compiler/prepare/answers/Outputs.h"
#include "compiler/prepare/answers/Places.h"
#include "dialects/nn/Constants.h"

#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

/// The output as it is before anything is chosen of it. Anchors are in the last
/// dimension of all of these.
struct Anchors {
  Value boxes;             // [4, n]: centre and size, or corners
  Value points = {};       // [numbers, n]: what the head has of key points
  Value best;              // [1, n]: of the scores
  Value classes;           // [1, n] of i64, or of f32
  bool late = false;       // `best` lacks its sigmoid
  nn::DequantizeOp stored; // what `best`, of integers, lacks before it
};

/// The largest number that is no box's score, before its sigmoid if that is
/// late; none where all may be boxes.
std::optional<double> lastHopeless(const Anchors &anchors, double score) {
  double level = static_cast<float>(score);
  if (anchors.late) {
    // Less than a sigmoid can be off by.
    double share = level - 1e-5;
    if (share <= 0 || share >= 1)
      return std::nullopt;
    level = std::log(share / (1 - share));
  }
  if (!anchors.stored)
    return level;
  nn::DequantizeOp stored = anchors.stored;
  std::optional<double> scale = nn::splatOf(stored.getScale()), zero = 0;
  if (stored.getZeroPoint())
    zero = nn::splatOf(stored.getZeroPoint());
  auto type = cast<IntegerType>(getElementTypeOrSelf(anchors.best));
  if (!scale || !zero || type.getWidth() > 16)
    return std::nullopt;
  // Half a step below, which rounding in float32 does not bridge.
  double integer = std::ceil(level / *scale + *zero - 0.5) - 1;
  unsigned width = type.getWidth();
  double least = type.isUnsigned() ? 0 : std::ldexp(-1, width - 1);
  double most = std::ldexp(1, type.isUnsigned() ? width : width - 1) - 1;
  if (integer < least)
    return std::nullopt;
  return std::min(integer, most);
}

/// The numbers before a network has rounded them for want of a tensor of
/// floats, where it is to put together, or to decode, what is read by itself
/// here: boxes and scores in one tensor of 8 bits have one scale, that of
/// boxes.
Value beforeRounding(Value value) {
  auto dequantize = value.getDefiningOp<nn::DequantizeOp>();
  auto quantize = dequantize
                      ? dequantize.getInput().getDefiningOp<nn::QuantizeOp>()
                      : nullptr;
  if (!quantize)
    return value;
  Value exact = quantize.getInput();
  bool isDecoded =
      isa_and_nonnull<nn::ConcatOp, nn::SigmoidOp, nn::AddOp, nn::MulOp,
                      nn::TransposeOp>(exact.getDefiningOp());
  return isDecoded ? exact : value;
}

/// Channels [begin, begin + size) of [1, channels, n], without what has only
/// put them together.
Value channelsOf(Compute c, Value output, int64_t begin, int64_t size) {
  if (auto concat = output.getDefiningOp<nn::ConcatOp>();
      concat && concat.getAxis() == 1) {
    int64_t at = 0;
    for (Value part : concat.getInputs()) {
      int64_t extent = cast<RankedTensorType>(part.getType()).getDimSize(1);
      if (at == begin && extent == size)
        return beforeRounding(part);
      at += extent;
    }
  }
  return c.part(output, 1, begin, size);
}

Anchors ofYolov8(Compute c, Value output, int64_t classes) {
  Anchors anchors;
  output = beforeRounding(output);
  anchors.boxes = c.withoutBatch(channelsOf(c, output, 0, 4));
  Value scores = channelsOf(c, output, 4, classes);
  // It keeps the order, so that what is best before it is best after it.
  if (auto sigmoid = scores.getDefiningOp<nn::SigmoidOp>()) {
    scores = sigmoid.getInput();
    anchors.late = true;
  }
  // The order of stored integers is that of what they stand for.
  anchors.stored = c.storedByOneScale(scores);
  if (anchors.stored)
    scores = anchors.stored.getInput();
  anchors.best = c.largest(scores, 1);
  anchors.classes = c.positionOfLargest(scores);
  return anchors;
}

/// As Ultralytics has them: x, y (and a share) of one point after the other.
Anchors ofYolov8Pose(Compute c, Value output, int64_t classes,
                     const KeyPoints &points) {
  Anchors anchors = ofYolov8(c, output, classes);
  Value all = c.withoutBatch(
      channelsOf(c, beforeRounding(output), 4 + classes, points.numbers()));
  int64_t columns = c.columnsOf(all);
  Value each =
      c.reshape(all, {points.count, points.numbers() / points.count, columns});
  Value places = c.reshape(c.part(each, 1, 0, 2), {2 * points.count, columns});
  anchors.points = places;
  if (points.scored)
    anchors.points = c.joined(
        {places, c.reshape(c.part(each, 1, 2, 1), {points.count, columns})}, 0);
  return anchors;
}

/// Scores may be behind their sigmoid or before it.
Anchors ofBlazeFace(Compute c, Value boxes, Value scores) {
  Anchors anchors;
  if (auto sigmoid = scores.getDefiningOp<nn::SigmoidOp>()) {
    scores = sigmoid.getInput();
    anchors.late = true;
  } else {
    anchors.late = !isShare(scores);
  }
  anchors.stored = c.storedByOneScale(scores);
  if (anchors.stored)
    scores = anchors.stored.getInput();
  anchors.boxes = c.withoutBatch(boxes);
  anchors.best = scores;
  anchors.classes =
      c.matrix(std::vector<float>(c.columnsOf(c.asRow(scores)), 0), 1);
  return anchors;
}

Anchors ofYolov5(Compute c, Value output, int64_t classes) {
  Anchors anchors;
  Value scores = c.part(output, 2, 5, classes);
  Value sure = c.withoutLast(c.part(output, 2, 4, 1));
  anchors.boxes = c.transposed(c.withoutBatch(c.part(output, 2, 0, 4)));
  anchors.best = c.mul(c.largest(scores, 2), sure);
  anchors.classes = c.positionOfLargest(scores, 2);
  return anchors;
}

Anchors ofSsd(Compute c, Value boxes, Value scores, int64_t classes) {
  Anchors anchors;
  // The background is no class.
  scores = c.part(scores, 2, 1, classes);
  anchors.boxes = c.transposed(c.withoutBatch(boxes));
  anchors.best = c.largest(scores, 2);
  anchors.classes = c.positionOfLargest(scores, 2);
  return anchors;
}

Anchors ofEndToEnd(Compute c, Value output) {
  Anchors anchors;
  Value columns = c.transposed(c.withoutBatch(output));
  anchors.boxes = c.rows(columns, 0, 4);
  anchors.best = c.rows(columns, 4, 1);
  anchors.classes = c.rows(columns, 5, 1);
  return anchors;
}

/// -1 in place of scores that are too low.
Value scoresAbove(Compute c, Value scores, double least) {
  return c.select(c.greater(scores, c.scalar(scores, least)), scores,
                  c.scalar(scores, -1));
}

/// Centre and size to corners.
Value toCorners(Compute c, Value boxes) {
  Value centre = c.rows(boxes, 0, 2);
  Value half = c.mul(c.rows(boxes, 2, 2), c.scalar(boxes, 0.5));
  return c.joined({c.sub(centre, half), c.add(centre, half)}, 0);
}

} // namespace

static Anchors findAnchors(Compute c, ValueRange outputs, const Detect &detect,
                           int64_t classes, Size image) {
  switch (detect.head) {
  case Head::Yolov8:
    return ofYolov8(c, outputs[0], classes);
  case Head::Yolov8Pose:
    return ofYolov8Pose(c, outputs[0], classes, detect.points);
  case Head::Yolov2:
  case Head::Yolov3:
  case Head::Yolov4: {
    GridBoxes grids = readGrids(c, outputs, detect, image);
    return {grids.boxes, {}, grids.scores, grids.classes, false, nullptr};
  }
  case Head::BlazeFace:
    return ofBlazeFace(c, outputs[0], outputs[1]);
  case Head::Yolov5:
  case Head::Yolox:
    return ofYolov5(c, outputs[0], classes);
  case Head::Ssd:
    return ofSsd(c, outputs[0], outputs[1], classes);
  case Head::EndToEnd:
    return ofEndToEnd(c, outputs[0]);
  case Head::CenterNet:
  case Head::Fomo:
    break;
  }
  llvm_unreachable("its boxes are where the centres are");
}

static FailureOr<Value> findCorners(Compute c, Value boxes,
                                    const Detect &detect, Size image) {
  switch (detect.head) {
  case Head::Yolox:
    return cornersInCells(c, boxes, detect, image);
  case Head::Ssd:
    return cornersOfPriors(c, boxes, detect, image);
  case Head::EndToEnd:
    return boxes;
  default:
    return toCorners(c, boxes);
  }
}

/// The peaks of a heat map of each class, the highest first: no cell around one
/// has more.
static FailureOr<Candidates> findPeaks(Compute c, ValueRange outputs,
                                       const Detect &detect, Size image) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(outputs[0].getType()).getShape();
  int64_t height = shape[2], width = shape[3], ratio = image.height / height;
  if (image.height != ratio * height || image.width != ratio * width)
    return emitError(detect.loc)
           << "the head centernet has a cell for equally many rows and columns "
              "of the image, and "
           << height << " x " << width << " cells for " << image.height << " x "
           << image.width << " pixels";
  Anchors map;
  map.best = outputs[0];
  map.stored = c.storedByOneScale(map.best);
  if (map.stored)
    map.best = map.stored.getInput();
  std::optional<double> least = lastHopeless(map, detect.score);
  if (!least) {
    map = Anchors();
    map.best = outputs[0];
    least = lastHopeless(map, detect.score);
  }
  Value level = c.scalar(map.best, *least);
  Value isPeak = c.equal(map.best, c.largestAround(map.best));
  Value row = c.asRow(c.larger(c.select(isPeak, map.best, level), level));
  auto [values, places] = c.best(row, std::min(c.columnsOf(row), detect.most));
  if (map.stored)
    values = c.dequantizeLike(values, map.stored);
  Value number = c.likeNumbers(places);
  Value cell = c.remainder(number, height * width);
  Value corner = c.asFloat(c.joined(
      {c.asRow(c.remainder(cell, width)), c.asRow(c.quotient(cell, width))},
      0));
  Value size = c.columnsAt(c.cellsOf(outputs[1]), cell);
  Value centre = c.add(corner, c.columnsAt(c.cellsOf(outputs[2]), cell));
  Value half = c.mul(size, c.scalar(size, 0.5));
  Value corners = c.joined({c.sub(centre, half), c.add(centre, half)}, 0);
  Candidates result;
  result.corners =
      c.mul(corners, c.scalar(corners, static_cast<double>(ratio)));
  result.classes = c.asFloat(c.asRow(c.quotient(number, height * width)));
  result.scores = scoresAbove(c, values, detect.score);
  return result;
}

/// Whether it reads numbers from 0 to 1.
static LogicalResult checkShares(ValueRange outputs, const Detect &detect) {
  bool isCentres = detect.head == Head::CenterNet;
  if (!isCentres && detect.head != Head::Fomo && detect.head != Head::Ssd)
    return success();
  if (isShare(outputs[detect.head == Head::Ssd ? 1 : 0]))
    return success();
  return emitError(detect.loc)
         << "the " << (isCentres ? "centres" : "scores")
         << " are made by no sigmoid or softmax: the head "
         << nameOf(detect.head) << " reads numbers from 0 to 1";
}

namespace {
/// What the candidates are computed of, outside of the loop over them.
class Decoder {
public:
  Decoder(const Anchors &anchors, ValueRange outputs, const Detect &detect,
          Size image)
      : outputs(outputs.getTypes()), detect(detect), image(image),
        stored(anchors.stored), late(anchors.late) {}

  /// The values that are chosen from, of all anchors.
  FailureOr<SmallVector<Value>> values(Compute c, const Anchors &anchors);
  /// Corners (and key points), score and class of the box in a place.
  FailureOr<SmallVector<Value>> decode(Compute c, Value place,
                                       ValueRange values);

private:
  FailureOr<Value> cornersOf(Compute c, Value boxes, Value place);

  TypeRange outputs;
  const Detect &detect;
  Size image;
  nn::DequantizeOp stored;
  bool late;
  int64_t count = 0; // of anchors
};
} // namespace

FailureOr<SmallVector<Value>> Decoder::values(Compute c,
                                              const Anchors &anchors) {
  Value best = c.asRow(anchors.best);
  count = c.columnsOf(best);
  Value boxes = anchors.boxes;
  if (detect.head == Head::Yolox || detect.head == Head::Ssd) {
    FailureOr<Value> corners = findCorners(c, boxes, detect, image);
    if (failed(corners))
      return failure();
    boxes = *corners;
  }
  SmallVector<Value> values = {boxes, best, c.asRow(anchors.classes)};
  if (stored) {
    values.push_back(stored.getScale());
    if (stored.getZeroPoint())
      values.push_back(stored.getZeroPoint());
  }
  if (anchors.points)
    values.push_back(anchors.points);
  return values;
}

FailureOr<Value> Decoder::cornersOf(Compute c, Value boxes, Value place) {
  if (detect.head == Head::BlazeFace)
    return cornersOfFaces(c, c.transposed(c.rowsAt(boxes, place)), place, count,
                          detect, image);
  Value found = c.columnsAt(boxes, place);
  if (hasGrids(detect.head))
    return cornersInGrids(c, found, place, outputs, detect, image);
  if (detect.head == Head::Yolox || detect.head == Head::Ssd)
    return found;
  return findCorners(c, found, detect, image);
}

FailureOr<SmallVector<Value>> Decoder::decode(Compute c, Value place,
                                              ValueRange values) {
  Value boxes = values[0], best = values[1], classes = values[2];
  values = values.drop_front(3);
  Value score = c.columnsAt(best, place);
  if (stored) {
    bool hasZero = bool(stored.getZeroPoint());
    score = c.dequantize(score, values[0], hasZero ? values[1] : Value());
    values = values.drop_front(hasZero ? 2 : 1);
  }
  if (late)
    score = c.sigmoid(score);
  FailureOr<Value> corners = cornersOf(c, boxes, place);
  if (failed(corners))
    return failure();
  if (!values.empty())
    corners = c.joined({*corners, c.columnsAt(values[0], place)}, 0);
  // A class as a word: cores convert no longer ones to floats.
  Value kind = c.columnsAt(classes, place);
  if (getElementTypeOrSelf(kind).isInteger(64))
    kind = c.likeNumbers(kind);
  return SmallVector<Value>{*corners, scoresAbove(c, score, detect.score),
                            c.asFloat(kind)};
}

FailureOr<Candidates> dlc::prepare::findCandidates(Compute c,
                                                   ValueRange outputs,
                                                   const Detect &wanted,
                                                   Size image) {
  FailureOr<int64_t> classes = countClasses(wanted, outputs.getTypes(), image);
  if (failed(classes) || failed(checkShares(outputs, wanted)))
    return failure();
  Detect detect = wanted;
  if (detect.head == Head::BlazeFace)
    detect.points.count =
        cast<RankedTensorType>(outputs[0].getType()).getDimSize(2) / 2 - 2;
  if (detect.head == Head::CenterNet)
    return findPeaks(c, outputs, detect, image);
  if (detect.head == Head::Fomo)
    return findBlobs(c, outputs[0], detect, image);
  Anchors anchors = findAnchors(c, outputs, detect, *classes, image);
  Value best = c.asRow(anchors.best);
  int64_t count = std::min(c.columnsOf(best), factsOf(detect.head).suppresses()
                                                  ? detect.candidates
                                                  : detect.most);
  auto [places, exists] =
      c.bestAbove(best, count, lastHopeless(anchors, detect.score));
  Decoder decoder(anchors, outputs, detect, image);
  FailureOr<SmallVector<Value>> values = decoder.values(c, anchors);
  if (failed(values))
    return failure();
  // One at a time: on a Cortex-M4 two or eight a round take as many
  // instructions for each, and some for nothing in the last round.
  auto found = c.forEachFound(
      places, exists, *values, {4 + detect.points.numbers(), 1, 1},
      Float32Type::get(outputs[0].getContext()), /*missing=*/-1,
      [&](Compute inside, Value place, ValueRange shared) {
        return decoder.decode(inside, place, shared);
      });
  if (failed(found))
    return failure();
  return Candidates{c.transposed((*found)[0]), c.transposed((*found)[1]),
                    c.transposed((*found)[2]), detect.points};
}
