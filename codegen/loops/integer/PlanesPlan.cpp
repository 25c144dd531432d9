//===- PlanesPlan.cpp - Which depthwise convolutions become planes --------===//

#include "codegen/loops/integer/IntegerPlanes.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kChannels = 4, kMostTaps = 3, kMostStep = 2;
/// Offsets of loads and stores: two planes, and rows of a window with all pairs
/// of a period.
constexpr int64_t kFarthest = 4095, kPairs = 64, kWord = 4, kHalfword = 2;
/// Planes may take this part of the stage's tensors, less where the result lies
/// within the operand.
constexpr int64_t kShare = 10, kShareWithin = 23, kSmall = 1 << 10;

// In instructions: a row of pixels, and a plane.
constexpr double kPixelRow = 24, kPlane = 24;
/// More for a result of 16 bits and for a row of them, whose sums are at most
/// so many (codegen/kernels/DspDepthwise.cpp).
constexpr double kWideResult = 2, kWideRow = 14;
constexpr int64_t kMostWide = 128;
/// More where pixels are farther apart than loads and stores can add.
constexpr int64_t kNear = 255;
/// A last strip that is lower is a second kernel, which is worth a percent.
constexpr double kSecondKernel = 1.01;

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine)
      : nest(nest), contraction(contraction), stage(stage), machine(machine) {}

  std::optional<PlanesPlan> run() {
    const IntegerForm *form = integerFormOf(machine);
    if (!form || !form->planes || contraction.groups.size() != 1 ||
        !contraction.features.empty())
      return std::nullopt;
    // Elements of planes are those of the data, or wider.
    bool halfwords = form->planes->elementBytes == kHalfword;
    std::optional<StageSums> read =
        readSums(nest, contraction,
                 halfwords ? StageData::BytesOrHalfwords : StageData::Bytes);
    if (!read || !read->sums.rescale || !read->stored)
      return std::nullopt;
    static_cast<StageSums &>(plan) = *read;
    plan.instructions = form;
    plan.stage = stage;
    plan.image = argumentOf(image(), stage);
    if (!readImage() || !findShift())
      return std::nullopt;
    chooseStrip();
    if (plan.instructionsInAll == 0)
      return std::nullopt;
    return plan;
  }

private:
  const Access &image() const { return nest.inputs[plan.data]; }

  bool readImage() {
    ArrayRef<unsigned> reduction = plan.sums.order.reduction;
    if (reduction.size() != 2 || plan.sums.features < kChannels)
      return false;
    auto row = readAxis(reduction[0]), column = readAxis(reduction[1]);
    if (!row || !column || row->output == column->output)
      return false;
    plan.row = *row;
    plan.column = *column;
    for (unsigned d : contraction.positions)
      if (d != row->output && d != column->output)
        plan.outer.push_back(d);
    ArrayRef<int64_t> from = image().address.coefficients;
    ArrayRef<int64_t> to = nest.outputs.front().address.coefficients;
    return from[plan.feature] == 1 && to[plan.feature] == 1 &&
           row->taps <= kMostTaps && column->taps <= kMostTaps &&
           column->stride > 0 &&
           to[row->output] == to[column->output] * column->results;
  }

  std::optional<PlaneAxis> readAxis(unsigned tap) const {
    PlaneAxis axis;
    const Window *window = nullptr;
    for (const Window &each : nest.windows)
      if (each.input == plan.data && each.tap == tap)
        window = &each;
    if (!window || window->position < 0 || window->dilation != 1)
      return std::nullopt;
    axis.output = window->position;
    axis.window = tap;
    axis.results = nest.sizes[axis.output];
    axis.taps = nest.sizes[tap];
    axis.step = window->stride;
    axis.size = axis.extent(axis.results);
    axis.stride = image().address.coefficients[tap];
    for (const Guard &guard : image().guards) {
      if (guard.reduction != static_cast<int>(tap))
        continue;
      if (guard.parallel != window->position)
        return std::nullopt;
      axis.pad = -guard.position.constant;
      axis.size = guard.size;
    }
    if (axis.pad < 0 || axis.pad >= axis.taps)
      return std::nullopt;
    return axis;
  }

  bool findShift() {
    auto callers = columnsAtCallers(plan, nest, stage);
    if (!callers)
      return false;
    if (plan.instructions->limbs)
      return findLimbs(*callers);
    if (plan.stored->isWide()) {
      std::optional<int64_t> shift = wideShift(*callers);
      plan.shift = shift.value_or(0);
      return shift && setShift();
    }
    plan.shift = std::numeric_limits<int64_t>::max();
    for (const std::vector<Column> &columns : *callers)
      plan.shift = std::min(plan.shift, planeShift(plan.sums, columns));
    for (const std::vector<Column> &columns : *callers)
      if (!planeFactors(plan.sums, columns, plan.shift))
        return false;
    return setShift();
  }

  bool setShift() {
    plan.stored = withShift(*plan.stored, plan.shift);
    return true;
  }

  bool findLimbs(const std::vector<std::vector<Column>> &callers) {
    plan.limbs = commonLimbs(plan.sums, callers);
    if (!plan.limbs)
      return false;
    plan.stored = withLimbs(*plan.stored, *plan.limbs);
    return true;
  }

  double costOf(const PlanesPlan &candidate) const {
    double pairs = std::ceil(static_cast<double>(candidate.pixels()) / 2);
    const PlaneForm &form = plan.form();
    int64_t results = candidate.column.results;
    double row = form.row(results, candidate.row.taps, candidate.column.step);
    if (plan.stored->isWide())
      row += kWideRow + kWideResult * static_cast<double>(results);
    double pixels = form.pixels;
    if (candidate.column.stride * plan.sums.dataBytes > kNear) {
      pixels += form.farPixels;
      row += form.farResult * static_cast<double>(llvm::alignTo(results, 2));
    }
    double all = 0;
    for (const PlaneStrip &strip : candidate.strips()) {
      auto rows = static_cast<double>(strip.end - strip.begin);
      all += rows * (pairs * pixels + kPixelRow);
      all += kChannels * (kPlane + static_cast<double>(strip.rows) * row);
    }
    all *= static_cast<double>(candidate.groups());
    for (unsigned d : plan.outer)
      all *= static_cast<double>(nest.sizes[d]);
    return all;
  }

  /// Whether planes of the candidate's strips can be computed, and have room.
  bool fits(const PlanesPlan &candidate, int64_t most) const {
    ArrayRef<int64_t> to = nest.outputs.front().address.coefficients;
    int64_t plane = candidate.planeBytes();
    // Columns have no gap if all of them are in one strip.
    bool hasGap =
        candidate.transposed && candidate.strip != candidate.row.results;
    return !hasGap && plane <= plan.form().farthest &&
           (kMostTaps - 1) * candidate.rowBytes() + kPairs <= kFarthest &&
           to[candidate.column.output] * plan.storedBytes() <= kFarthest &&
           (!plan.stored->isWide() || candidate.column.results <= kMostWide) &&
           candidate.column.step <= kMostStep &&
           (candidate.strip == 1 || kChannels * plane <= most);
  }

  /// Bytes that planes may take. Where the network leaves nothing strips of
  /// narrow elements are no taller: results follow what is read by their
  /// height.
  int64_t mostBytes() const {
    int64_t narrow = kHalfword / plan.form().elementBytes;
    return mostBytesBeside(plan, nest, machine, kShare * narrow,
                           kShareWithin * narrow, kSmall / narrow);
  }

  /// As many rows as memory allows, or fewer where strips are then equal; and
  /// the longer side along the rows of the planes.
  void chooseStrip() {
    int64_t most = mostBytes();
    double least = std::numeric_limits<double>::max();
    PlanesPlan best = plan;
    for (bool transposed : {false, true}) {
      PlanesPlan candidate = plan;
      candidate.transposed = transposed;
      if (transposed)
        std::swap(candidate.row, candidate.column);
      for (int64_t rows = candidate.row.results; rows > 0; --rows) {
        candidate.strip = rows;
        if (!fits(candidate, most))
          continue;
        candidate.instructionsInAll = costOf(candidate);
        if (machine.compactCode && candidate.row.results % rows != 0)
          candidate.instructionsInAll *= kSecondKernel;
        if (candidate.instructionsInAll >= least)
          continue;
        least = candidate.instructionsInAll;
        best = candidate;
      }
    }
    plan = best;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  PlanesPlan plan;
};
} // namespace

int64_t PlanesPlan::movedBy() const {
  constexpr int64_t kSigned = 128, kUnsignedHalf = -(int64_t(1) << 15);
  if (!sums.signedData && sums.dataBytes == form().elementBytes &&
      sums.dataBytes > 1)
    return kUnsignedHalf;
  return form().moved && sums.signedData ? kSigned : 0;
}

int64_t PlanesPlan::pixels() const {
  return std::min(column.size, column.extent(column.results) - column.pad);
}

int64_t PlanesPlan::rowBytes() const {
  // Elements come in words.
  int64_t results = llvm::alignTo(column.results, form().together);
  int64_t elements = (results - 1) * column.step + kMostTaps;
  elements = std::max(elements, column.pad + pixels());
  return llvm::alignTo(elements * form().elementBytes, kWord);
}

int64_t PlanesPlan::planeBytes() const {
  return row.extent(strip) * rowBytes();
}

SmallVector<PlaneStrip> PlanesPlan::strips() const {
  SmallVector<PlaneStrip> all;
  for (int64_t first = 0; first < row.results; first += strip) {
    PlaneStrip each;
    each.first = first;
    each.rows = std::min(strip, row.results - first);
    int64_t above = row.pad - first * row.step; // rows of padding
    each.begin = std::max<int64_t>(0, above);
    each.end = std::min(row.extent(each.rows), above + row.size);
    each.begin = std::min(each.begin, each.end);
    all.push_back(each);
  }
  return all;
}

std::optional<PlanesPlan> planPlanes(Nest &nest, const Contraction &contraction,
                                     func::FuncOp stage,
                                     const Machine &machine) {
  return Planner(nest, contraction, stage, machine).run();
}

} // namespace dlc::loops
