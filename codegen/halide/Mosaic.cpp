//===- Mosaic.cpp - A Bayer frame as it is, in vectors --------------------===//
//
// Every pixel but those of the border reads all around it, so that no bound is
// looked at, and pixels of two rows and of columns side by side have their
// formulas in fixed places. The border is copied from beside it.
//
//===----------------------------------------------------------------------===//

#include "codegen/halide/Stages.h"

#include <algorithm>

using namespace Halide;
using namespace dlc;
using namespace dlc::halide;

namespace {

/// Columns or rows of the image that have neighbours in the frame.
struct Inside {
  Inside(int64_t first, int64_t size, int64_t frame)
      : begin(static_cast<int>(std::max<int64_t>(0, 1 - first))),
        end(static_cast<int>(std::min(size, frame - 1 - first))) {}

  int count() const { return end - begin; }

  int begin, end;
};

} // namespace

static Inside columnsOf(const pixels::Step &step) {
  return {step.left, step.width, step.frameWidth};
}
static Inside rowsOf(const pixels::Step &step) {
  return {step.top, step.height, step.frameHeight};
}

/// Lanes of bytes.
static int lanesOf(const pixels::Pipeline &pipeline) {
  return static_cast<int>(std::min<int64_t>(pipeline.vectorBytes, 32));
}

bool dlc::halide::isMosaicAlone(const pixels::Pipeline &pipeline) {
  const pixels::Step &step = pipeline.steps.front();
  bool isLast = pipeline.steps.size() == 1 ||
                (pipeline.steps.size() == 2 &&
                 pipeline.steps[1].kind == pixels::StepKind::Lookup);
  return isLast && step.kind == pixels::StepKind::Convert &&
         step.format >= pixels::Format::BayerRggb &&
         step.color != pixels::Color::Gray && pipeline.vectorBytes > 1 &&
         !pipeline.byRows && !pipeline.inBands && rowsOf(step).count() >= 2 &&
         columnsOf(step).count() >= lanesOf(pipeline);
}

void dlc::halide::demosaic(const pixels::Pipeline &pipeline,
                           const ValueAt &value, Func &result, const Vars &v) {
  const pixels::Step &step = pipeline.steps.front();
  Inside columns = columnsOf(step), rows = rowsOf(step);
  int lanes = lanesOf(pipeline), updates = 0;
  result(v.c, v.x, v.y) = undef(value(v.x, v.y).type());

  // The result is not read, of whose place in memory nothing is known.
  auto fill = [&](int first, int count) {
    RDom r(first, count, rows.begin, rows.count());
    RVar outer("outer"), inner("inner"), pair("pair"), which("which");
    result(v.c, r.x, r.y) = value(r.x, r.y);
    result.update(updates++)
        .split(r.y, pair, which, 2, TailStrategy::GuardWithIf)
        .split(r.x, outer, inner, lanes, TailStrategy::GuardWithIf)
        .reorder(v.c, inner, which, outer, pair)
        .unroll(v.c)
        .unroll(which)
        .vectorize(inner);
  };
  auto fillRow = [&](int first, int count, int to, int from) {
    RDom r(first, count);
    RVar outer("outer"), inner("inner");
    result(v.c, r, to) = value(r, from);
    result.update(updates++)
        .split(r, outer, inner, lanes, TailStrategy::GuardWithIf)
        .reorder(v.c, inner, outer)
        .unroll(v.c)
        .vectorize(inner);
  };
  auto fillColumn = [&](int to, int from) {
    // Rows at the border have what is in the rows beside them.
    RDom r(0, static_cast<int>(step.height));
    result(v.c, to, r) = value(from, clamp(r, rows.begin, rows.end - 1));
    result.update(updates++).unroll(v.c);
  };
  int rest = columns.count() % lanes, whole = columns.count() - rest;
  std::vector<std::pair<int, int>> spans = {{columns.begin, whole}};
  if (rest) // some of them once more
    spans.emplace_back(columns.end - lanes, lanes);
  for (auto [first, count] : spans) {
    fill(first, count);
    if (rows.begin > 0)
      fillRow(first, count, 0, rows.begin);
    if (rows.end < step.height)
      fillRow(first, count, rows.end, rows.end - 1);
  }
  if (columns.begin > 0)
    fillColumn(0, columns.begin);
  if (columns.end < step.width)
    fillColumn(columns.end, columns.end - 1);
}
