//===- Detection.cpp - A detector's output as boxes of the frame ----------===//

#include "compiler/prepare/answers/Detection.h"
#include "compiler/prepare/answers/Blend.h"
#include "compiler/prepare/answers/Candidates.h"
#include "compiler/prepare/answers/Heads.h"
#include "compiler/prepare/answers/Outputs.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

/// Whole pixels and as many bits of a fraction as leave the frame within i16.
unsigned fractionBitsFor(const Frame &frame) {
  unsigned bits = 4;
  while (bits && (std::max(frame.height, frame.width) << bits) > INT16_MAX)
    --bits;
  return bits;
}

} // namespace

namespace {

/// Those of the candidates that are answered: [most] of i32, whether they exist
/// ([1, most]), and how many these are, one of i32.
struct Chosen {
  Value places, exists, count;
};

} // namespace

/// Those that overlap no better one.
static Chosen suppress(Compute c, const Candidates &boxes,
                       const Detect &detect) {
  auto [kept, exists, count] = c.keptApart(
      boxes.corners, boxes.scores, detect.agnostic ? Value() : boxes.classes,
      detect.most, detect.iou, /*score=*/0);
  return {kept, exists, count};
}

/// All that have a score.
static Chosen allOf(Compute c, const Candidates &boxes, Type number) {
  int64_t count = c.columnsOf(boxes.scores);
  Value exists = c.greater(boxes.scores, c.scalar(boxes.scores, 0));
  return {c.reshape(c.numbersTo(count), {count}), exists,
          c.sum(c.cast(exists, number))};
}

/// The same boxes one after the other: [4 + points, most], [1, most] each.
static Candidates gather(Compute c, const Candidates &boxes,
                         const Chosen &chosen) {
  Value scores = c.columnsAt(boxes.scores, chosen.places);
  return {c.columnsAt(boxes.corners, chosen.places),
          c.select(chosen.exists, scores, c.scalar(scores, -1)),
          c.columnsAt(boxes.classes, chosen.places), boxes.points};
}

/// Rows of x and y in turn, from pixels of the image to those of the frame,
/// with a fraction.
static Value placeInFrame(Compute c, Value places, const Chain &chain,
                          unsigned fractionBits) {
  auto unit = static_cast<double>(1 << fractionBits);
  int64_t columns = c.columnsOf(places);
  int64_t pairs = cast<RankedTensorType>(places.getType()).getDimSize(0) / 2;
  SmallVector<float> scales, offsets, limits;
  for (auto [placement, size] : {std::pair(chain.columns, chain.frame.width),
                                 std::pair(chain.rows, chain.frame.height)}) {
    scales.push_back(static_cast<float>(placement.scale * unit));
    offsets.push_back(static_cast<float>(placement.offset * unit));
    limits.push_back(static_cast<float>(static_cast<double>(size) * unit));
  }
  Value each = c.reshape(places, {pairs, 2, columns});
  Value placed = c.add(c.mul(each, c.column(scales)), c.column(offsets));
  return c.reshape(c.round(c.smaller(c.clipBelow(placed, 0), c.column(limits))),
                   {2 * pairs, columns});
}

/// A share of 1 as a word's.
static Value asWord(Compute c, Value share) {
  return c.round(c.mul(c.smaller(c.clipBelow(share, 0), c.scalar(share, 1)),
                       c.scalar(share, INT16_MAX)));
}

/// [most, 6] of words: each box in the frame; zeros where none exists.
static FailureOr<Value> rowsOf(Compute c, const Candidates &boxes,
                               const Chosen &chosen, const Chain &chain,
                               unsigned fractionBits, Type word) {
  auto rows = c.forEachFound(
      chosen.places, chosen.exists,
      {boxes.corners, boxes.classes, boxes.scores}, 6, word, /*missing=*/0,
      [&](Compute in, Value place,
          ValueRange given) -> FailureOr<SmallVector<Value>> {
        Value corners = in.rows(in.columnsAt(given[0], place), 0, 4);
        Value parts[] = {placeInFrame(in, corners, chain, fractionBits),
                         in.columnsAt(given[1], place),
                         asWord(in, in.columnsAt(given[2], place))};
        for (Value &part : parts)
          part = in.cast(part, word);
        return SmallVector<Value>{in.joined(parts, 0)};
      });
  if (failed(rows))
    return failure();
  return (*rows)[0];
}

/// [most, points, 2 or 3] of f32; zeros where no box exists.
static Value pointsOf(Compute c, const Candidates &kept, Value exists,
                      const Chain &chain, unsigned fractionBits) {
  auto [count, scored] = kept.points;
  int64_t most = c.columnsOf(kept.scores);
  Value places =
      placeInFrame(c, c.rows(kept.corners, 4, 2 * count), chain, fractionBits);
  Value each = c.reshape(places, {count, 2, most});
  if (scored) {
    Value score = asWord(c, c.rows(kept.corners, 4 + 2 * count, count));
    each = c.joined({each, c.reshape(score, {count, 1, most})}, 1);
  }
  return c.permuted(c.mul(each, exists), {2, 0, 1});
}

/// The outputs that the head is made of, in its order.
static LogicalResult findOutputs(func::FuncOp main, const Detect &detect,
                                 SmallVectorImpl<unsigned> &outputs) {
  unsigned count = factsOf(detect.head).outputs;
  unsigned answers = main.getNumResults() - nn::countStates(main);
  if (!count && detect.outputs.empty() && answers > 1)
    return emitError(detect.outputLoc)
           << "the model has " << answers
           << " outputs: write those that the head " << nameOf(detect.head)
           << " is made of, outputs: [NAME, ...], in the order of their "
              "anchors";
  count = std::max<unsigned>(
      {count, 1, static_cast<unsigned>(detect.outputs.size())});
  for (unsigned i = 0; i < count; ++i) {
    StringRef name = detect.outputs.empty() ? StringRef() : detect.outputs[i];
    FailureOr<unsigned> output =
        findOutput(main, name, "the boxes", detect.outputLoc);
    if (failed(output))
      return failure();
    if (llvm::is_contained(outputs, *output))
      return emitError(detect.outputLoc)
             << "the output '" << name << "' twice"
             << (factsOf(detect.head).outputs ? ": " : "")
             << factsOf(detect.head).meaning
             << (factsOf(detect.head).outputs ? " are different ones" : "");
    outputs.push_back(*output);
  }
  return success();
}

FailureOr<Detection> dlc::prepare::addDetection(ModuleOp module,
                                                const Detect &detect,
                                                const Chain &chain,
                                                OutputScales scales) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  Operation *end = main.front().getTerminator();
  SmallVector<unsigned> outputs;
  if (failed(findOutputs(main, detect, outputs)))
    return failure();
  OpBuilder b(end);
  Compute c(b, stepLocation(detect.loc, "detect"));
  SmallVector<Value> answers;
  for (unsigned output : outputs)
    answers.push_back(realOutput(c, main, output, scales));
  FailureOr<Candidates> candidates =
      findCandidates(c, answers, detect, chain.size);
  if (failed(candidates))
    return failure();
  Candidates boxes = *candidates;
  Type word = b.getIntegerType(16), number = b.getI32Type();
  bool suppresses = factsOf(detect.head).suppresses();
  Chosen chosen =
      suppresses ? suppress(c, boxes, detect) : allOf(c, boxes, number);
  bool blends = detect.head == Head::BlazeFace;
  if (suppresses && (blends || boxes.points.count)) {
    boxes = gather(c, boxes, chosen);
    if (blends)
      boxes.corners = blendBoxes(c, *candidates, boxes, detect.iou);
    chosen.places = allOf(c, boxes, number).places;
  }
  Detection result{0, c.columnsOf(chosen.exists), fractionBitsFor(chain.frame),
                   boxes.points};
  FailureOr<Value> rows =
      rowsOf(c, boxes, chosen, chain, result.fractionBits, word);
  if (failed(rows))
    return failure();
  SmallVector<NewOutput> answer = {
      {*rows, "boxes", detect.labels},
      {c.reshape(chosen.count, {1}), "box_count", {}}};
  if (boxes.points.count)
    answer.push_back(
        {c.cast(pointsOf(c, boxes, c.cast(chosen.exists, b.getF32Type()), chain,
                         result.fractionBits),
                word),
         "key_points",
         {}});
  result.output = replaceOutputs(main, outputs, answer);
  return result;
}
