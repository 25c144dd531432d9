//===- LinePlan.cpp - An image from lines that are pushed -----------------===//

#include "codegen/pixels/LinePlan.h"

#include <algorithm>

using namespace dlc::pixels;

namespace {
/// Rows, the last one among them.
struct Window {
  int64_t begin, last;
};
} // namespace

static bool isBayer(const Step &step) {
  return step.format >= Format::BayerRggb;
}

/// The rows before a step that rows behind it are made of: those whose memory
/// the code reads, which clamps them to the image (codegen/halide). `height` is
/// of what the step reads.
static Window readBy(const Step &step, int64_t height, Window rows) {
  auto within = [&](int64_t row) {
    return std::clamp<int64_t>(row, 0, height - 1);
  };
  switch (step.kind) {
  case StepKind::Convert:
    rows = {rows.begin + step.top, rows.last + step.top};
    if (isBayer(step))
      rows = {std::clamp<int64_t>(rows.begin, 1, height - 2) - 1,
              std::clamp<int64_t>(rows.last, 1, height - 2) + 1};
    return rows;
  case StepKind::Resample: {
    const std::vector<int32_t> &offsets = step.rows.offsets;
    auto begin = offsets.begin() + rows.begin,
         end = offsets.begin() + rows.last + 1;
    Window read = {within(*std::min_element(begin, end)),
                   within(*std::max_element(begin, end) + step.rows.taps - 1)};
    if (!step.narrow || step.rows.taps == 1 || step.columns.taps == 1)
      return read;
    // A window of one row more, around the middle (AffineWindow).
    int64_t taps = step.rows.taps + 1,
            most = std::max<int64_t>(height - taps, 0);
    auto windowOf = [&](int64_t row) {
      int64_t centre = (2 * row + 1) * height / (2 * step.height);
      return std::clamp<int64_t>(centre - taps / 2, 0, most);
    };
    return {std::min(read.begin, windowOf(rows.begin)),
            std::max(read.last, within(windowOf(rows.last) + taps - 1))};
  }
  case StepKind::Border:
    return {within(rows.begin - step.top), within(rows.last - step.top)};
  case StepKind::Lookup:
    return rows;
  }
  return rows;
}

static int64_t heightBefore(const Pipeline &pipeline, size_t step) {
  return step == 0 ? pipeline.steps[0].frameHeight
                   : pipeline.steps[step - 1].height;
}

/// Taps behind the last one that any row reads are not even read.
static void dropUnusedTaps(Axis &axis) {
  auto isUsed = [&](int64_t tap) {
    for (size_t at = tap; at < axis.weights.size(); at += axis.taps)
      if (axis.weights[at] != 0)
        return true;
    return false;
  };
  int64_t taps = axis.taps;
  while (taps > 1 && !isUsed(taps - 1))
    --taps;
  std::vector<int32_t> weights;
  for (size_t at = 0; at < axis.weights.size(); at += axis.taps)
    weights.insert(weights.end(), axis.weights.begin() + at,
                   axis.weights.begin() + at + taps);
  axis.weights = std::move(weights);
  axis.taps = taps;
}

/// Each row or column is itself.
static Axis identity(int64_t size) {
  Axis axis;
  for (int64_t i = 0; i < size; ++i)
    axis.offsets.push_back(static_cast<int32_t>(i));
  axis.weights.assign(size, 1);
  return axis;
}

/// Which rows of the input are kept for which row of the image.
static void setWindows(LinePlan &plan) {
  const Pipeline &pipeline = plan.ofRow;
  int64_t rows = pipeline.result().height;
  for (int64_t row = 0; row < rows; ++row) {
    Window window = {row, row};
    for (size_t i = pipeline.steps.size(); i-- > 0;)
      window = readBy(pipeline.steps[i], heightBefore(pipeline, i), window);
    plan.begin.push_back(plan.firstLine + window.begin);
    plan.last.push_back(plan.firstLine + window.last);
  }
  for (int64_t row = 1; row < rows; ++row)
    plan.last[row] = std::max(plan.last[row], plan.last[row - 1]);
  for (int64_t row = rows - 1; row > 0; --row)
    plan.begin[row - 1] = std::min(plan.begin[row - 1], plan.begin[row]);
  for (int64_t row = 0; row < rows; ++row)
    plan.keptRows =
        std::max(plan.keptRows, plan.last[row] - plan.begin[row] + 1);
}

/// Keeps the lines of the frame.
static LinePlan keepLines(const Pipeline &pipeline) {
  LinePlan plan;
  plan.lines = pipeline.inputRows;
  plan.lineBytes = plan.keptBytes = pipeline.inputBytes;
  plan.ofRow = pipeline;
  plan.ofRow.byRows = true;
  for (Step &step : plan.ofRow.steps)
    if (step.kind == StepKind::Resample)
      dropUnusedTaps(step.rows);
  setWindows(plan);
  return plan;
}

/// Keeps rows with the columns of the image, where these are bytes; none where
/// no line makes such a row by itself.
static std::optional<LinePlan> keepColumns(const Pipeline &pipeline) {
  size_t at = 0;
  int64_t top = 0;
  while (at < pipeline.steps.size() &&
         pipeline.steps[at].kind == StepKind::Convert &&
         !isBayer(pipeline.steps[at]))
    top += pipeline.steps[at++].top;
  if (at == 0 || at == pipeline.steps.size() ||
      pipeline.steps[at].kind != StepKind::Resample ||
      !pipeline.steps[at].narrow)
    return std::nullopt;
  const Step &resample = pipeline.steps[at];
  int64_t height = pipeline.steps[at - 1].height, width = resample.width,
          channels = resample.channels;

  Step across = resample;
  across.height = height;
  across.rows = identity(height);
  across.productShift = across.rowShift = 0;
  across.divisor = 1;
  across.tiesToEven = false;
  LinePlan plan;
  plan.lines = pipeline.inputRows;
  plan.lineBytes = pipeline.inputBytes;
  plan.firstLine = top;
  plan.keptBytes = width * channels;
  plan.ofLine = pipeline;
  plan.ofLine->byRows = true;
  plan.ofLine->steps.resize(at);
  plan.ofLine->steps.push_back(std::move(across));
  plan.ofLine->element = {Element::Unsigned, 8};
  plan.ofLine->strides = {width * channels, channels, 1};

  Step kept;
  kept.kind = StepKind::Convert;
  kept.height = kept.frameHeight = height;
  kept.width = kept.frameWidth = width;
  kept.channels = channels;
  kept.format = channels == 1 ? Format::Gray : Format::Rgb;
  kept.color = channels == 1 ? Color::Gray : Color::Rgb;
  Step along = resample;
  along.columns = identity(width);
  along.columnShift = 0;
  dropUnusedTaps(along.rows);
  plan.ofRow = pipeline;
  plan.ofRow.byRows = true;
  plan.ofRow.inputRows = height;
  plan.ofRow.inputBytes = plan.keptBytes;
  plan.ofRow.steps = {kept, along};
  plan.ofRow.steps.insert(plan.ofRow.steps.end(),
                          pipeline.steps.begin() + at + 1,
                          pipeline.steps.end());
  setWindows(plan);
  return plan;
}

LinePlan dlc::pixels::planLines(const Pipeline &pipeline) {
  LinePlan plan = keepLines(pipeline);
  std::optional<LinePlan> columns = keepColumns(pipeline);
  if (columns &&
      columns->keptRows * columns->keptBytes < plan.keptRows * plan.keptBytes)
    return *columns;
  return plan;
}
