//===- Candidates.cpp - The best boxes of a detector's output -------------===//

#include "compiler/prepare/answers/Candidates.h"
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
  Value best;              // [1, n]: of the scores
  Value classes;           // [1, n] of i64, or of f32
  bool late = false;       // `best` lacks its sigmoid
  nn::DequantizeOp stored; // what `best`, of integers, lacks before it
};

/// The number that no score reaches which is a box, before its sigmoid if that
/// is late; none where all may be boxes.
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

Anchors ofYolov5(Compute c, Value output, int64_t classes) {
  Anchors anchors;
  Value scores = c.part(output, 2, 5, classes);
  Value sure = c.withoutLast(c.part(output, 2, 4, 1));
  anchors.boxes = c.transposed(c.withoutBatch(c.part(output, 2, 0, 4)));
  anchors.best = c.mul(c.largest(scores, 2), sure);
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

/// The classes that an output of the head has; 0: it is none.
int64_t classesOf(Head head, ArrayRef<int64_t> shape) {
  if (shape.size() != 3 || shape[0] != 1)
    return 0;
  switch (head) {
  case Head::Yolov8:
    return shape[1] - 4;
  case Head::Yolov5:
    return shape[2] - 5;
  case Head::EndToEnd:
    return shape[2] == 6 ? 1 : 0;
  }
  llvm_unreachable("all heads have a shape");
}

llvm::StringRef layoutOf(Head head) {
  switch (head) {
  case Head::Yolov8:
    return "[1, 4 + classes, anchors]";
  case Head::Yolov5:
    return "[1, anchors, 5 + classes]";
  case Head::EndToEnd:
    return "[1, boxes, 6]";
  }
  llvm_unreachable("all heads have a layout");
}

LogicalResult check(Value output, const Detect &detect) {
  auto type = dyn_cast<RankedTensorType>(output.getType());
  auto shape = type ? type.getShape() : ArrayRef<int64_t>();
  int64_t classes = type ? classesOf(detect.head, shape) : 0;
  if (classes < 1) {
    InFlightDiagnostic error = emitError(detect.loc);
    error << "the head " << nameOf(detect.head) << " answers "
          << layoutOf(detect.head) << ", and the model's output is [";
    llvm::interleaveComma(shape, error);
    return error << "]";
  }
  if (!type.getElementType().isF32())
    return emitError(detect.loc)
           << "the model's output has elements of type "
           << type.getElementType() << ": detect reads float32";
  if (detect.head != Head::EndToEnd && !detect.labels.empty() &&
      static_cast<int64_t>(detect.labels.size()) != classes)
    return emitError(detect.loc)
           << detect.labels.size() << " labels for " << classes << " classes";
  return success();
}

/// Centre and size to corners.
Value toCorners(Compute c, Value boxes) {
  Value centre = c.rows(boxes, 0, 2);
  Value half = c.mul(c.rows(boxes, 2, 2), c.scalar(boxes, 0.5));
  return c.joined({c.sub(centre, half), c.add(centre, half)}, 0);
}

} // namespace

FailureOr<Candidates> dlc::prepare::findCandidates(Compute c, Value output,
                                                   const Detect &detect) {
  if (failed(check(output, detect)))
    return failure();
  int64_t classes = classesOf(
      detect.head, cast<RankedTensorType>(output.getType()).getShape());
  Anchors anchors = detect.head == Head::Yolov8   ? ofYolov8(c, output, classes)
                    : detect.head == Head::Yolov5 ? ofYolov5(c, output, classes)
                                                  : ofEndToEnd(c, output);
  bool endToEnd = detect.head == Head::EndToEnd;
  Value best = c.asRow(anchors.best);
  int64_t count =
      std::min(c.columnsOf(best), endToEnd ? detect.most : detect.candidates);
  // What is no box is all one, so that no search puts it in order.
  if (auto level = lastHopeless(anchors, detect.score))
    best = c.clipBelow(best, *level);
  auto [values, places] = c.best(best, count);
  if (anchors.stored)
    values = c.dequantizeLike(values, anchors.stored);
  Candidates result;
  Value boxes = c.columnsAt(anchors.boxes, places);
  result.corners = endToEnd ? boxes : toCorners(c, boxes);
  result.classes = c.asFloat(c.columnsAt(c.asRow(anchors.classes), places));
  Value scores = anchors.late ? c.sigmoid(values) : values;
  result.scores = c.select(c.greater(scores, c.scalar(scores, detect.score)),
                           scores, c.scalar(scores, -1));
  return result;
}
