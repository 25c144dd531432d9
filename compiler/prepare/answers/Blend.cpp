//===- Blend.cpp - What a box suppresses has a share in it ----------------===//

#include "compiler/prepare/answers/Blend.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

/// Low and high places along x and y, each [1, n] or [n, 1].
struct Sides {
  Value low[2], high[2];

  Sides(Compute c, Value corners, int64_t axis) {
    for (int64_t i = 0; i < 2; ++i) {
      low[i] = c.part(corners, axis, i, 1);
      high[i] = c.part(corners, axis, 2 + i, 1);
    }
  }
};

} // namespace

static Value areaOf(Compute c, const Sides &sides) {
  Value extent[2];
  for (int i = 0; i < 2; ++i)
    extent[i] = c.clipBelow(c.sub(sides.high[i], sides.low[i]), 0);
  return c.mul(extent[0], extent[1]);
}

/// [kept, all] of i1.
static Value overlapsOf(Compute c, const Sides &all, const Sides &kept,
                        double iou) {
  Sides common = all;
  for (int i = 0; i < 2; ++i) {
    common.low[i] = c.larger(all.low[i], kept.low[i]);
    common.high[i] = c.smaller(all.high[i], kept.high[i]);
  }
  Value shared = areaOf(c, common);
  Value joint = c.sub(c.add(areaOf(c, all), areaOf(c, kept)), shared);
  return c.greater(shared, c.mul(joint, c.scalar(joint, iou)));
}

Value dlc::prepare::blendBoxes(Compute c, const Candidates &all,
                               const Candidates &kept, double iou) {
  Value places = c.transposed(kept.corners); // [kept, numbers]
  Value overlaps =
      overlapsOf(c, Sides(c, all.corners, 0), Sides(c, places, 1), iou);
  Value exists = c.greater(kept.scores, c.scalar(kept.scores, 0));
  overlaps = c.both(overlaps, c.transposed(exists));
  overlaps = c.both(overlaps, c.greater(all.scores, c.scalar(all.scores, 0)));
  // The first, which is the best, has suppressed it.
  Value owner =
      c.likeNumbers(c.asRow(c.positionOfLargest(c.asFloat(overlaps), 0)));
  Value number = c.transposed(c.numbersTo(c.columnsOf(kept.scores)));
  Value weights =
      c.mul(c.asFloat(c.both(overlaps, c.equal(number, owner))), all.scores);
  Value sums = c.matrixProduct(weights, c.transposed(all.corners));
  Value total = c.reshape(c.sum(weights, 1), {c.columnsOf(kept.scores), 1});
  // A box without an area overlaps nothing, not even itself.
  Value isBlend = c.greater(total, c.scalar(total, 0));
  Value mean = c.div(sums, c.select(isBlend, total, c.scalar(total, 1)));
  return c.transposed(c.select(isBlend, mean, places));
}
