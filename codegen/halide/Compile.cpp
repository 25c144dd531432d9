//===- Compile.cpp - A pipeline of pixels as LLVM's bitcode ---------------===//
//
// What libdlc_halide.so exports: dlc loads it when a network has pixels.
//
//===----------------------------------------------------------------------===//

#include "codegen/halide/Stages.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace Halide;
using namespace dlc;
using namespace dlc::halide;
using pixels::StepKind;

namespace {

/// Lanes of periods side by side: more of three channels spill.
constexpr int64_t kMostLanes = 16;

class Builder {
public:
  /// `keepsRows`: rows of pixels may be kept between two steps.
  Builder(const pixels::Pipeline &pipeline, bool keepsRows)
      : pipeline(pipeline), keepsRows(keepsRows), input(UInt(8), 2, "frame") {}

  std::string compile();

private:
  std::string write();
  void addStep(const pixels::Step &step, bool isLastResample);
  void describeMemory();
  void schedule();
  void scheduleScalars();
  void scheduleVectors();
  bool runsAcrossPeriods(int period) const;
  Expr inMemory(const Expr &y) const { return byRows() ? y - first : y; }
  bool byRows() const { return pipeline.byRows; }
  /// Whether rows of the result are numbered from one that the code is told.
  bool fromRow() const { return byRows() || pipeline.inBands; }

  const pixels::Pipeline &pipeline;
  bool keepsRows;
  Vars v;
  ImageParam input;
  Param<int> row{"row"}, first{"first"}; // where it is made row by row
  Param<int> columns{"columns"};         // pairs of them, before a part
  Func source, image, result{"result"};
  Resampled resampled;
  int64_t height = 0, width = 0, channels = 0; // of `image`
  int64_t sourceWidth = 0;                     // of `source`
  int64_t fromWidth = 0, toWidth = 0;          // of what was resampled
  bool across = false;     // vectors are across periods of columns
  bool readsBytes = false; // a pixel of `source` is bytes of the frame
  bool hasBorder = false;
};

} // namespace

void Builder::addStep(const pixels::Step &step, bool isLastResample) {
  switch (step.kind) {
  case StepKind::Convert: {
    Func from = image;
    auto perPixel = static_cast<int>(std::max<int64_t>(1, channels));
    ByteAt bytes = [&](const Expr &x, const Expr &y) -> Expr {
      if (!from.defined())
        return input(x, inMemory(y));
      return from(x / perPixel, y, x % perPixel);
    };
    Expr left = static_cast<int>(step.left);
    if (pipeline.inColumns && !from.defined())
      left += 2 * columns;
    image = convertColor(step, pipeline.inputBytes, bytes, left, v);
    source = image;
    sourceWidth = step.width;
    readsBytes = !from.defined() && step.format <= pixels::Format::Bgrx;
    readsBytes |= !from.defined() && step.format == pixels::Format::Gray;
    break;
  }
  case StepKind::Resample: {
    ResampleForm form;
    form.periods = isLastResample && !hasBorder;
    fromWidth = width;
    toWidth = step.width;
    across = form.periods && pipeline.vectorBytes > 1 &&
             runsAcrossPeriods(periodOf(step, width));
    form.rowByRow = pipeline.vectorBytes > 1 && keepsRows && !across;
    form.periods &= across || pipeline.vectorBytes == 1;
    // Rows that are read as they are need no copy.
    form.keepsLines = !byRows() || step.columns.taps > 1;
    resampled = resample(step, image, height, width, form, v);
    image = resampled.image;
    break;
  }
  case StepKind::Border:
    image = addBorder(step, image, height, width, v);
    break;
  case StepKind::Lookup:
    break; // the last one: the result's elements
  }
  height = step.height, width = step.width, channels = step.channels;
}

void Builder::describeMemory() {
  auto rowBytes = static_cast<int>(pipeline.inputBytes);
  input.dim(0).set_bounds(0, rowBytes).set_stride(1);
  input.dim(1).set_min(0).set_stride(rowBytes);
  if (!byRows())
    input.dim(1).set_extent(static_cast<int>(pipeline.inputRows));
  int64_t rows = byRows() ? 1 : height;
  OutputImageParam out = result.output_buffer();
  const int64_t sizes[] = {channels, width, rows};
  const Var variables[] = {v.c, v.x, v.y};
  for (int i = 0; i < 3; ++i) {
    out.dim(i).set_min(0).set_stride(static_cast<int>(pipeline.strides[2 - i]));
    if (pipeline.inBands && i == 2)
      continue;
    out.dim(i).set_extent(static_cast<int>(sizes[i]));
    result.bound(variables[i], 0, static_cast<int>(sizes[i]));
  }
  result.reorder(v.c, v.x, v.y).unroll(v.c);
}

/// Whole periods side by side in vectors: each column of a period is an
/// expression of its own.
bool Builder::runsAcrossPeriods(int period) const {
  return period && fromWidth >= 2 * toWidth && toWidth % period == 0 &&
         toWidth / period >= 4;
}

void Builder::scheduleScalars() {
  if (resampled.period > 1)
    result.unroll(v.x, resampled.period, TailStrategy::GuardWithIf);
  // A pixel that takes arithmetic is made once for all that read it.
  if (keepsRows && resampled.lines.defined() && !readsBytes)
    source.compute_at(resampled.lines, v.y)
        .store_in(MemoryType::Stack)
        .reorder(v.c, v.x, v.y)
        .bound(v.c, 0, static_cast<int>(channels))
        .unroll(v.c)
        .bound(v.x, 0, static_cast<int>(sourceWidth))
        .reorder_storage(v.c, v.x, v.y);
}

/// The most lanes, a power of two, that a row of `columns` fills.
static int lanesOf(int64_t bytes, int64_t columns) {
  int lanes = 1;
  while (2 * lanes <= std::min(bytes, columns))
    lanes *= 2;
  return lanes;
}

void Builder::scheduleVectors() {
  int64_t bytes = pipeline.vectorBytes;
  if (across && !resampled.lines.defined()) {
    Var outer("outer"), inner("inner");
    result.split(v.x, outer, inner, resampled.period)
        .reorder(v.c, inner, outer, v.y)
        .unroll(inner)
        .vectorize(
            outer,
            lanesOf(std::min(bytes / 2, kMostLanes), width / resampled.period),
            TailStrategy::ShiftInwards);
    return;
  }
  if (int lanes = lanesOf(bytes, width); lanes > 1)
    result.vectorize(v.x, lanes, TailStrategy::ShiftInwards);
  if (!keepsRows || !fromWidth)
    return;
  auto count = static_cast<int>(channels);
  if (resampled.taps.defined())
    resampled.taps.compute_at(result, v.y)
        .store_in(MemoryType::Stack)
        .reorder(v.c, v.x, resampled.tap)
        .bound(v.c, 0, count)
        .bound(resampled.tap, 0, resampled.tapCount)
        .unroll(v.c)
        .bound(v.x, 0, static_cast<int>(toWidth));
  // Rows of the image, converted in vectors, before columns are picked.
  source.store_in(MemoryType::Stack)
      .reorder(v.x, v.c, v.y)
      .bound(v.c, 0, count)
      .unroll(v.c)
      .bound(v.x, 0, static_cast<int>(sourceWidth));
  if (int lanes = lanesOf(bytes, sourceWidth); lanes > 1)
    source.vectorize(v.x, lanes, TailStrategy::ShiftInwards);
  if (resampled.lines.defined())
    source.compute_at(resampled.lines, v.y);
  else
    source.compute_at(resampled.taps, resampled.tap);
}

void Builder::schedule() {
  if (resampled.lines.defined())
    resampled.lines.store_root()
        .compute_at(result, v.y)
        .fold_storage(v.y, resampled.keptRows)
        .store_in(MemoryType::Stack)
        .reorder(v.c, v.x, v.y)
        .bound(v.c, 0, static_cast<int>(channels))
        .unroll(v.c)
        .reorder_storage(v.c, v.x, v.y);
  if (pipeline.vectorBytes > 1)
    scheduleVectors();
  else
    scheduleScalars();
}

std::string Builder::compile() {
  int resamplings = 0, seen = 0;
  for (const pixels::Step &step : pipeline.steps) {
    resamplings += step.kind == StepKind::Resample;
    hasBorder |= step.kind == StepKind::Border;
  }
  for (const pixels::Step &step : pipeline.steps) {
    seen += step.kind == StepKind::Resample;
    addStep(step, seen == resamplings);
  }
  const pixels::Step &last = pipeline.result();
  if (isMosaicAlone(pipeline)) {
    auto bytes = [&](const Expr &x, const Expr &y) { return input(x, y); };
    Func inside =
        convertColor(pipeline.steps.front(), pipeline.inputBytes, bytes,
                     static_cast<int>(pipeline.steps.front().left), v,
                     /*inside=*/true);
    auto valueAt = [&](const Expr &x, const Expr &y) {
      Expr value = inside(x, y, v.c);
      return last.kind == StepKind::Lookup
                 ? lookUp(last, pipeline.element, value, v)
                 : value;
    };
    demosaic(pipeline, valueAt, result, v);
    describeMemory();
    return write();
  }
  Expr value = image(v.x, fromRow() ? v.y + row : Expr(v.y), v.c);
  if (last.kind == StepKind::Lookup)
    value = lookUp(last, pipeline.element, value, v);
  result(v.c, v.x, v.y) = value;
  describeMemory();
  schedule();
  return write();
}

std::string Builder::write() {
  std::string path =
      std::filesystem::temp_directory_path() / "dlc-pixels-XXXXXX";
  int file = mkstemp(path.data());
  if (file < 0)
    throw std::runtime_error("no temporary file can be made");
  close(file);
  std::string bitcode;
  try {
    std::vector<Argument> arguments = {input};
    if (fromRow())
      arguments.emplace_back(row);
    if (byRows())
      arguments.emplace_back(first);
    if (pipeline.inColumns)
      arguments.emplace_back(columns);
    result.compile_to_bitcode(path, arguments, "dlc_pixels",
                              Target(pipeline.target));
    std::ifstream stream(path, std::ios::binary);
    std::stringstream bytes;
    bytes << stream.rdbuf();
    bitcode = bytes.str();
  } catch (...) {
    unlink(path.c_str());
    throw;
  }
  unlink(path.c_str());
  return bitcode;
}

extern "C" __attribute__((visibility("default"))) bool
dlc_halide_compile(const pixels::Pipeline &pipeline, std::string &bitcode,
                   std::string &error) {
#if __has_feature(address_sanitizer)
  // The sanitizer knows no stack but the thread's.
  Halide::set_compiler_stack_size(0);
#endif
  try {
    bitcode = Builder(pipeline, /*keepsRows=*/true).compile();
    // Rows whose number Halide cannot bound would come from the heap.
    if (bitcode.find("halide_malloc") != std::string::npos)
      bitcode = Builder(pipeline, /*keepsRows=*/false).compile();
    return true;
  } catch (const Halide::Error &problem) {
    error = problem.what();
  } catch (const std::exception &problem) {
    error = problem.what();
  }
  return false;
}
