//===- IntegerPlan.cpp - Which sums of integers kernels compute -----------===//

#include "codegen/loops/integer/IntegerPlan.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
/// A tile may take so many bytes, and this part of the stage's tensors, where
/// RAM is what the network has least of.
constexpr int64_t kSmallTile = 1 << 10, kTileShare = 32;
/// What is done for a tile and for a run of a position.
constexpr double kTile = 40, kRun = 24;
constexpr double kCopiedByte = 0.75, kMovedByte = 8;

/// A constant that a body holds, extended as it is there; nullopt for others.
std::optional<int64_t> constantOf(const BodyScalar &scalar) {
  if (!scalar.isGiven())
    return 0;
  auto value = dyn_cast_or_null<IntegerAttr>(scalar.constant);
  return value ? std::optional<int64_t>(value.getInt()) : std::nullopt;
}

bool isByte(const Factor &factor) { return factor.element.isInteger(8); }

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine)
      : nest(nest), contraction(contraction), stage(stage), machine(machine) {}

  std::optional<IntegerPlan> run() {
    plan.instructions = integerFormOf(machine);
    if (!plan.instructions || !readFactors() || !readDimensions() ||
        !readRuns())
      return std::nullopt;
    readEpilogue();
    if (!readCallers())
      return std::nullopt;
    chooseTile();
    if (plan.tile.positions == 0)
      return std::nullopt;
    return plan;
  }

private:
  const Access &data() const { return nest.inputs[plan.data]; }
  const Access &weights() const { return nest.inputs[plan.weights]; }

  bool readFactors() {
    plan.data = contraction.data.input;
    plan.weights = contraction.weights.input;
    std::optional<int64_t> dataZero = constantOf(contraction.data.zeroPoint);
    std::optional<int64_t> weightZero =
        constantOf(contraction.weights.zeroPoint);
    if (!contraction.accumulator.isInteger(32) || !contraction.startsAtZero ||
        !isByte(contraction.data) || !isByte(contraction.weights) ||
        !dataZero || !weightZero || !weights().packable ||
        !weights().guards.empty() || !data().buffer.flat ||
        nest.outputs.size() != 1)
      return false;
    plan.sums.signedData = contraction.data.isSigned;
    plan.sums.signedWeights = contraction.weights.isSigned;
    plan.sums.dataZero = *dataZero;
    plan.sums.weightZero = *weightZero;
    return true;
  }

  /// Positions whose results lie side by side are walked as one.
  bool readDimensions() {
    if (!contraction.groups.empty() || contraction.features.size() > 1)
      return false;
    ArrayRef<int64_t> result = nest.outputs.front().address.coefficients;
    ColumnSums &sums = plan.sums;
    if (!contraction.features.empty()) {
      plan.feature = static_cast<int>(contraction.features.front());
      sums.features = nest.sizes[plan.feature];
      sums.featureStride = weights().address.coefficients[plan.feature];
      if (result[plan.feature] != 1)
        return false;
    }
    plan.outer = contraction.positions;
    while (!plan.outer.empty() &&
           (plan.tiled.empty() ||
            result[plan.outer.back()] ==
                result[plan.tiled.front()] * nest.sizes[plan.tiled.front()])) {
      unsigned d = plan.outer.pop_back_val();
      plan.tiled.insert(plan.tiled.begin(), d);
      plan.positions *= nest.sizes[d];
    }
    sums.order.element = weights().buffer.element;
    sums.order.source = weights().address;
    sums.order.sizes = nest.sizes;
    sums.order.reduction = contraction.reduction();
    return true;
  }

  /// Runs of elements that lie side by side in the data and in the sum.
  bool readRuns() {
    const Access &access = data();
    int64_t inSum = 1;
    SmallVector<IntegerRun> found; // innermost first
    for (unsigned d : llvm::reverse(plan.sums.order.reduction)) {
      int64_t size = nest.sizes[d], stride = access.address.coefficients[d];
      SmallVector<const Guard *, 1> guards;
      for (const Guard &guard : access.guards)
        if (guard.reduction == static_cast<int>(d))
          guards.push_back(&guard);
      IntegerRun *inner = found.empty() ? nullptr : &found.back();
      if (inner && inner->guards.empty() &&
          stride == inner->stride * inner->size) {
        inner->unit = inner->size;
        inner->size *= size;
        inner->guards = guards;
      } else {
        found.push_back({size, stride, 1, inSum, guards});
      }
      inSum *= size;
    }
    for (const Guard &guard : access.guards)
      if (guard.reduction < 0 ||
          guard.position.coefficients[guard.reduction] <= 0)
        return false;
    plan.runs.assign(found.rbegin(), found.rend());
    int64_t group = plan.instructions->group;
    auto isWhole = [&](const IntegerRun &run) {
      return run.size % group == 0 &&
             (run.guards.empty() || run.unit % group == 0);
    };
    if (plan.runs.empty())
      return false;
    const IntegerRun &innermost = plan.runs.back();
    plan.bytes = innermost.stride != 1 || !isWhole(innermost);
    plan.aligned = isAligned();
    return true;
  }

  /// Whether all addresses of runs are multiples of four bytes.
  bool isAligned() {
    const Access &access = data();
    for (auto [d, c] : llvm::enumerate(access.address.coefficients))
      if (c % 4 != 0 && nest.sizes[d] > 1 &&
          !(nest.reduction[d] && c == plan.runs.back().stride))
        return false;
    for (const IntegerRun &run : ArrayRef(plan.runs).drop_back())
      if (run.stride % 4 != 0)
        return false;
    auto view = access.buffer.flat.getDefiningOp();
    auto argument = dyn_cast<BlockArgument>(view ? view->getOperand(0)
                                                 : access.buffer.flat);
    return access.address.constant % 4 == 0 && argument &&
           argument.getOwner() == &stage.front() &&
           isAlignedAtCallers(*nest.module, stage, argument, 4);
  }

  // The epilogue (IntegerPlan.cpp continues with what callers give).

  /// The numbers of an epilogue's input that has one for each column; nullopt
  /// where it is no constant of the callers.
  std::optional<ColumnNumbers> columnNumbers(int input) {
    const std::optional<Access> &access = nest.epilogueInputs[input];
    if (!access)
      return std::nullopt;
    if (auto same = dyn_cast_or_null<IntegerAttr>(access->buffer.splat))
      return ColumnNumbers{same.getInt(), -1, 0, 0};
    if (!access->buffer.constant || !access->guards.empty())
      return std::nullopt;
    ColumnNumbers numbers;
    numbers.start = access->address.constant;
    for (auto [d, c] : llvm::enumerate(access->address.coefficients)) {
      if (c != 0 && static_cast<int>(d) != plan.feature)
        return std::nullopt;
      if (static_cast<int>(d) == plan.feature)
        numbers.stride = c;
    }
    auto *known = llvm::find(plan.beside, access->buffer.constant);
    numbers.operand = 1 + static_cast<int>(known - plan.beside.begin());
    if (known == plan.beside.end())
      plan.beside.push_back(access->buffer.constant);
    return numbers;
  }

  std::optional<ColumnNumbers> columnNumbers(const BodyScalar &scalar) {
    if (scalar.input >= 0)
      return columnNumbers(scalar.input);
    std::optional<int64_t> same = constantOf(scalar);
    if (!same || !scalar.isGiven())
      return std::nullopt;
    return ColumnNumbers{*same, -1, 0, 0};
  }

  void readEpilogue() {
    const SumEpilogue &epilogue = contraction.epilogue;
    if (epilogue.bias >= 0)
      if (std::optional<ColumnNumbers> bias = columnNumbers(epilogue.bias)) {
        plan.sums.bias = *bias;
        plan.bias = epilogue.bias;
      }
    if (!epilogue.rescale || epilogue.bias != plan.bias || !storesClamped())
      return;
    const Rescale &rescale = *epilogue.rescale;
    SmallVector<BlockArgument> before = plan.beside;
    auto multiplier = columnNumbers(rescale.multiplier);
    auto addend = columnNumbers(rescale.addend);
    auto shift = columnNumbers(rescale.shift);
    std::optional<ColumnNumbers> tie;
    if (rescale.tie)
      tie = columnNumbers(*rescale.tie);
    if (!multiplier || !addend || !shift || (rescale.tie && !tie)) {
      plan.beside = before;
      return;
    }
    plan.sums.rescale =
        ColumnRescale{*multiplier,
                      *addend,
                      *shift,
                      tie,
                      rescale.tiesToOdd,
                      cast<IntegerAttr>(epilogue.clamp.lower).getInt(),
                      cast<IntegerAttr>(epilogue.clamp.upper).getInt()};
  }

  /// Whether the epilogue ends in a clamp to what 8 bits hold and a truncation.
  bool storesClamped() {
    const Clamp &clamp = contraction.epilogue.clamp;
    auto lower = dyn_cast_or_null<IntegerAttr>(clamp.lower);
    auto upper = dyn_cast_or_null<IntegerAttr>(clamp.upper);
    linalg::GenericOp epilogue = nest.epilogue;
    if (!lower || !upper || !contraction.epilogue.others.empty() ||
        !nest.outputs.front().buffer.element.isInteger(8))
      return false;
    auto stored = epilogue.getBody()->getTerminator()->getOperand(0);
    auto truncation = stored.getDefiningOp<arith::TruncIOp>();
    Operation *last = clamp.lowerOp->isBeforeInBlock(clamp.upperOp)
                          ? clamp.upperOp
                          : clamp.lowerOp;
    int64_t least = lower.getInt(), greatest = upper.getInt();
    bool isSigned = least >= -128 && greatest <= 127;
    bool isUnsigned = least >= 0 && greatest <= 255;
    if (!truncation || truncation.getIn() != last->getResult(0) ||
        (!isSigned && !isUnsigned) || least > greatest)
      return false;
    MLIRContext *context = stage.getContext();
    auto type = IntegerType::get(
        context, 8, isSigned ? IntegerType::Signed : IntegerType::Unsigned);
    plan.stored = kernel::RescaleAttr::get(context, type, 1, least, greatest);
    return true;
  }

  /// Whether all callers give constants. Finds which forms of weights they
  /// allow, and a rescaling for each form.
  bool readCallers() {
    BlockArgument argument = weights().buffer.constant;
    SmallVector<SmallVector<ElementsAttr>> operands;
    size_t callers = nest.module->usersOf(stage).size();
    auto add = [&](BlockArgument of) {
      SmallVector<ElementsAttr> given =
          constantsAtCallers(*nest.module, stage, of);
      operands.resize(given.size());
      for (auto [all, one] : llvm::zip(operands, given))
        all.push_back(one);
      return given.size() == callers && callers > 0;
    };
    if (!add(argument))
      return false;
    for (BlockArgument other : plan.beside)
      if (!add(other))
        return false;
    std::vector<std::vector<Column>> all;
    for (ArrayRef<ElementsAttr> given : operands) {
      auto columns = readColumns(plan.sums, given);
      if (!columns)
        return false;
      all.push_back(std::move(*columns));
    }
    for (WeightForm form : plan.instructions->weights)
      // Twice the flash: only where weights have no place in bytes.
      if ((form != WeightForm::Halfwords || forms.empty()) &&
          llvm::all_of(all, [&](const std::vector<Column> &columns) {
            return canStore(plan.sums, columns, form);
          }))
        forms.push_back({form, findShift(all, form)});
    return !forms.empty();
  }

  /// A shift of the high word's that all callers can have, 0 where each column
  /// needs its own; nullopt where rescaling takes more.
  std::optional<int64_t> findShift(const std::vector<std::vector<Column>> &all,
                                   WeightForm form) {
    if (!plan.sums.rescale)
      return std::nullopt;
    int64_t one = std::numeric_limits<int64_t>::max();
    for (const std::vector<Column> &columns : all)
      for (const Column &column : columns)
        one = std::min(one, largestShift(*column.rescale, scaleOf(form)));
    for (int64_t shift : {std::max<int64_t>(one, 0), int64_t(0)})
      if (llvm::all_of(all, [&](const std::vector<Column> &columns) {
            return findFactors(plan.sums, columns, form, shift).has_value();
          }))
        return shift;
    return std::nullopt;
  }

  // The cheapest tile.

  double gatherCost(int64_t positions) const {
    double runs = 1, bytes = static_cast<double>(contraction.depth);
    for (const IntegerRun &run : ArrayRef(plan.runs).drop_back())
      runs *= static_cast<double>(run.size);
    double each = runs * kRun +
                  static_cast<double>(plan.steps()) * plan.instructions->widen;
    if (plan.bytes)
      each += bytes * (plan.runs.back().stride == 1 ? kCopiedByte : kMovedByte);
    return each * static_cast<double>(positions);
  }

  double tileCost(WeightForm form, std::optional<int64_t> shift,
                  IntegerTile tile) const {
    const IntegerForm &of = *plan.instructions;
    auto steps = static_cast<double>(plan.steps());
    int64_t unrolled = unrolledSteps(plan.steps(), machine.compactCode);
    double iterations = steps / static_cast<double>(unrolled);
    double block = steps * static_cast<double>(of.step(form, tile)) + of.block;
    if (iterations > 1)
      block += iterations * of.iteration;
    double results = static_cast<double>(tile.positions * tile.columns);
    block += results * of.result;
    if (!shift)
      block += results * of.longResult + of.call;
    else if (*shift == 0)
      block += results;
    return kTile + gatherCost(tile.positions) +
           block * static_cast<double>(plan.sums.features / tile.columns);
  }

  double costOf(WeightForm form, std::optional<int64_t> shift,
                IntegerTile tile) const {
    int64_t rest = plan.positions % tile.positions;
    double cost = tileCost(form, shift, tile) *
                  static_cast<double>(plan.positions / tile.positions);
    if (rest)
      cost += tileCost(form, shift, {rest, tile.columns});
    for (unsigned d : plan.outer)
      cost *= static_cast<double>(nest.sizes[d]);
    return cost;
  }

  int64_t mostTileBytes() const {
    auto bytes = [](const Buffer &buffer) {
      int64_t elements = 1;
      for (int64_t size : buffer.shape)
        elements *= size;
      return elements * buffer.element.getIntOrFloatBitWidth() / 8;
    };
    int64_t tensors = bytes(data().buffer) + bytes(nest.outputs.front().buffer);
    return std::max({machine.scratchBytes, kSmallTile, tensors / kTileShare});
  }

  void chooseTile() {
    double least = std::numeric_limits<double>::max();
    IntegerTile most = plan.instructions->most;
    for (auto [form, shift] : forms)
      for (int64_t p = 1; p <= std::min(most.positions, plan.positions); ++p)
        for (int64_t c = 1; c <= std::min(most.columns, plan.sums.features);
             ++c) {
          bool fits = p == 1 || plan.tileWords(p) * 4 <= mostTileBytes();
          if (!fits || plan.sums.features % c != 0 ||
              plan.instructions->step(form, {p, c}) == 0)
            continue;
          double cost = costOf(form, shift, {p, c});
          if (cost >= least)
            continue;
          least = cost;
          plan.form = form;
          plan.tile = {p, c};
          chosenShift = shift;
        }
    plan.instructionsInAll = least;
    plan.unroll = unrolledSteps(plan.steps(), machine.compactCode);
    if (!chosenShift) {
      plan.stored = std::nullopt;
      dropRescale();
      return;
    }
    plan.shift = chosenShift;
    const kernel::RescaleAttr &stored = *plan.stored;
    plan.stored = kernel::RescaleAttr::get(stage.getContext(),
                                           stored.getStorage(), *chosenShift,
                                           stored.getMin(), stored.getMax());
  }

  /// The parameters stay where they are: code of the stage reads them.
  void dropRescale() {
    if (!plan.sums.rescale)
      return;
    plan.sums.rescale = std::nullopt;
    plan.beside.resize(plan.sums.bias.operand < 0 ? 0 : 1);
  }

  struct Form {
    WeightForm form;
    std::optional<int64_t> shift;
  };

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  IntegerPlan plan;
  SmallVector<Form> forms;
  std::optional<int64_t> chosenShift;
};
} // namespace

int64_t IntegerPlan::steps() const {
  return llvm::divideCeil(sums.order.depth(), instructions->group);
}

int64_t IntegerPlan::tileWords(int64_t positions) const {
  return steps() * positions * instructions->group * elementBytes() / 4;
}

std::optional<IntegerPlan> planIntegers(Nest &nest,
                                        const Contraction &contraction,
                                        func::FuncOp stage,
                                        const Machine &machine) {
  return Planner(nest, contraction, stage, machine).run();
}

} // namespace dlc::loops
