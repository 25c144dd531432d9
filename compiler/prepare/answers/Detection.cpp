//===- Detection.cpp - A detector's output as boxes of the frame ----------===//

#include "compiler/prepare/answers/Detection.h"
#include "compiler/prepare/answers/Candidates.h"
#include "compiler/prepare/answers/Heads.h"
#include "compiler/prepare/answers/Outputs.h"
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

/// Boxes one by one, the best first.
class Suppression {
public:
  Suppression(Compute c, const Candidates &boxes, const Detect &detect)
      : c(c), boxes(boxes), detect(detect) {}

  /// [4, most], [1, most] each.
  Candidates run();

private:
  void takeOne();
  Value measure(Value low, Value high);

  Compute c;
  const Candidates &boxes;
  const Detect &detect;
  Value low, high, area; // of all candidates
  Value numbers;         // 0, 1, 2 ...
  Value alive; // scores of boxes that are neither taken nor suppressed
  SmallVector<Value> corners, scores, classes;
};

} // namespace

/// The product of both rows of [2, n].
Value Suppression::measure(Value low, Value high) {
  Value sides = c.clipBelow(c.sub(high, low), 0);
  return c.mul(c.rows(sides, 0, 1), c.rows(sides, 1, 1));
}

void Suppression::takeOne() {
  Value best = c.positionOfLargest(alive);
  Value box = c.columnAt(boxes.corners, best);
  Value kind = c.columnAt(boxes.classes, best);
  Value lowest = c.rows(box, 0, 2), highest = c.rows(box, 2, 2);
  corners.push_back(box);
  scores.push_back(c.columnAt(alive, best));
  classes.push_back(kind);
  Value common = measure(c.larger(low, lowest), c.smaller(high, highest));
  Value joint = c.sub(c.add(area, measure(lowest, highest)), common);
  Value overlaps = c.greater(common, c.mul(joint, c.scalar(joint, detect.iou)));
  if (!detect.agnostic)
    overlaps = c.both(overlaps, c.equal(boxes.classes, kind));
  // A box without an area overlaps nothing, not even itself.
  Value itself = c.equal(numbers, c.likeNumbers(best));
  Value gone = c.either(overlaps, itself);
  alive = c.select(gone, c.scalar(alive, -1), alive);
}

Candidates Suppression::run() {
  low = c.rows(boxes.corners, 0, 2);
  high = c.rows(boxes.corners, 2, 2);
  area = measure(low, high);
  numbers = c.numbersTo(c.columnsOf(boxes.scores));
  alive = boxes.scores;
  for (int64_t i = 0; i < detect.most; ++i)
    takeOne();
  return {c.joined(corners, 1), c.joined(scores, 1), c.joined(classes, 1)};
}

/// [4, most] from pixels of the image to those of the frame, with a fraction.
static Value placeInFrame(Compute c, Value corners, const Chain &chain,
                          unsigned fractionBits) {
  auto unit = static_cast<double>(1 << fractionBits);
  SmallVector<float> scales, offsets, limits;
  for (int corner = 0; corner < 2; ++corner)
    for (auto [placement, size] : {std::pair(chain.columns, chain.frame.width),
                                   std::pair(chain.rows, chain.frame.height)}) {
      scales.push_back(static_cast<float>(placement.scale * unit));
      offsets.push_back(static_cast<float>(placement.offset * unit));
      limits.push_back(static_cast<float>(static_cast<double>(size) * unit));
    }
  Value placed = c.add(c.mul(corners, c.column(scales)), c.column(offsets));
  return c.round(c.smaller(c.clipBelow(placed, 0), c.column(limits)));
}

/// The outputs that the head is made of, in its order.
static LogicalResult findOutputs(func::FuncOp main, const Detect &detect,
                                 SmallVectorImpl<unsigned> &outputs) {
  for (unsigned i = 0; i < factsOf(detect.head).outputs; ++i) {
    StringRef name = detect.outputs.empty() ? StringRef() : detect.outputs[i];
    FailureOr<unsigned> output =
        findOutput(main, name, "the boxes", detect.outputLoc);
    if (failed(output))
      return failure();
    if (llvm::is_contained(outputs, *output))
      return emitError(detect.outputLoc)
             << "the output '" << name
             << "' twice: " << factsOf(detect.head).meaning
             << " are different ones";
    outputs.push_back(*output);
  }
  return success();
}

FailureOr<Detection> dlc::prepare::addDetection(ModuleOp module,
                                                const Detect &detect,
                                                const Chain &chain) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  Operation *end = main.front().getTerminator();
  SmallVector<unsigned> outputs;
  if (failed(findOutputs(main, detect, outputs)))
    return failure();
  SmallVector<Value> answers;
  for (unsigned output : outputs)
    answers.push_back(end->getOperand(output));
  OpBuilder b(end);
  Compute c(b, stepLocation(detect.loc, "detect"));
  FailureOr<Candidates> candidates =
      findCandidates(c, answers, detect, chain.size);
  if (failed(candidates))
    return failure();
  Candidates kept = factsOf(detect.head).suppresses
                        ? Suppression(c, *candidates, detect).run()
                        : *candidates;
  Detection result{0, c.columnsOf(kept.scores), fractionBitsFor(chain.frame)};
  // Rows without a box are zeros.
  Value isBox = c.greater(kept.scores, c.scalar(kept.scores, 0));
  Value exists = c.cast(isBox, b.getF32Type());
  Type word = b.getIntegerType(16);
  Value corners =
      c.mul(placeInFrame(c, kept.corners, chain, result.fractionBits), exists);
  Value score = c.round(c.mul(c.smaller(kept.scores, c.scalar(exists, 1)),
                              c.scalar(exists, INT16_MAX)));
  Value rows = c.joined({c.cast(corners, word),
                         c.cast(c.mul(kept.classes, exists), word),
                         c.cast(c.mul(score, exists), word)},
                        0);
  Value count = c.sum(c.cast(isBox, b.getIntegerType(32)));
  result.output = replaceOutputs(
      main, outputs,
      {{c.transposed(rows), "boxes", detect.labels}, {count, "box_count", {}}});
  return result;
}
