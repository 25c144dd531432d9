//===- IntegerPlan.cpp - Which sums of integers kernels compute -----------===//

#include "codegen/loops/integer/IntegerPlan.h"
#include "codegen/loops/integer/StorageChoice.h"
#include "codegen/loops/integer/values/IntegerCodes.h"
#include "codegen/loops/integer/values/IntegerNarrow.h"
#include "codegen/loops/integer/values/IntegerSparse.h"
#include "codegen/loops/integer/values/SignTables.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/weights/WeightAllowance.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <vector>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Of scratch memory for a tile, where RAM is what the network has least of: a
/// part of the tensors, or bytes (six positions of 64 channels).
constexpr int64_t kShare = 42, kSmall = 768;
constexpr double kRest = 16, kThirdLimb = 5; // of an epilogue, for a result
/// What is done for a tile, more if each position looks for padding, and a run.
constexpr double kTile = 40, kAlone = 130, kRun = 24;
/// More for a result of 16 bits; a group of halfwords that are not widened.
constexpr double kWideResult = 2, kCopiedGroup = 2;
/// Of narrow weights: what takes back by how much they are larger, and what
/// makes a column's sum of what they are added up to.
constexpr double kSummedElement = 1, kNarrowBlock = 5, kNarrowResult = 3;
/// Bytes of an instruction, and instructions of a kernel beside its iteration.
constexpr int64_t kInstructionBytes = 4, kKernel = 60;
constexpr double kCopiedByte = 0.75, kMovedByte = 8;
constexpr int64_t kSumBytes = 4, kFarthest = 4095; // of a load of bytes

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine, const IntegerForm &instructions,
          int64_t panels)
      : nest(nest), contraction(contraction), stage(stage), machine(machine),
        panels(panels) {
    plan.instructions = &instructions;
  }

  /// The cheapest plan with whole bytes, if there is one, and then of each form
  /// that follows from the values.
  std::vector<IntegerPlan> run(const StageSums &read) {
    static_cast<StageSums &>(plan) = read;
    if (plan.part) {
      plan.inParts = true;
      plan.sums.rescale = plan.part->rescale;
      plan.stored = plan.part->stored;
      plan.beside = plan.part->beside;
    }
    if (!plan.walk(nest, contraction) || !readGroups() || !readCallers())
      return {};
    std::vector<IntegerPlan> plans;
    for (const Choice &choice : findChoices()) {
      plans.push_back(planOf(choice));
      if (panels && !measureCodes(plans.back(), nest, stage))
        plans.pop_back();
    }
    return plans;
  }

private:
  const Access &data() const { return nest.inputs[plan.data]; }
  const Access &weights() const { return nest.inputs[plan.weights]; }

  bool readGroups() {
    plan.runs = readRuns(nest, data(), plan.sums.order.reduction);
    int64_t group = plan.instructions->group;
    auto isWhole = [&](const Run &run) {
      return run.size % group == 0 &&
             (run.guards.empty() || run.unit % group == 0);
    };
    if (plan.runs.empty())
      return false;
    const Run &innermost = plan.runs.back();
    areGathered = innermost.stride != 1 || !isWhole(innermost);
    plan.aligned = plan.startsAtWords(nest, stage);
    const IntegerForm &of = *plan.instructions;
    if (of.signs)
      areGathered |= (of.readsWords && !plan.aligned) ||
                     plan.positionBytes() != plan.sums.order.depth();
    return true;
  }

  /// Whether a left operand is gathered as bytes first.
  bool gathers(LeftForm left, int64_t positions) const {
    return left == LeftForm::Bytes ? !plan.lieTogether(nest, positions)
                                   : areGathered;
  }

  /// Finds which forms of weights the callers' constants allow, and a rescaling
  /// for each form.
  bool readCallers() {
    auto all = columnsAtCallers(plan, nest, stage);
    if (!all)
      return false;
    callers = static_cast<int64_t>(all->size());
    plan.magnitude = magnitudeOf(*all);
    for (const std::vector<Column> &columns : *all)
      plan.nonzeros = std::max(plan.nonzeros, nonzeros(columns));
    if (panels)
      *all = intoPanels(plan, *all, panels);
    for (const std::vector<Column> &columns : *all)
      if (plan.instructions->segment && !addSparse(columns))
        return false;
    for (WeightForm form : plan.instructions->weights)
      if (isWanted(form) &&
          llvm::all_of(*all, [&](const std::vector<Column> &columns) {
            return canStore(plan.sums, columns, *plan.instructions, form);
          }))
        forms.push_back(formOf(form, *all));
    return !forms.empty();
  }

  /// Makes room for what a caller's columns have that is not 0.
  bool addSparse(const std::vector<Column> &columns) {
    auto bytes = sparseBytes(columns, *plan.instructions);
    if (!bytes)
      return false;
    plan.sparseInstructions =
        std::max(plan.sparseInstructions,
                 sparseInstructions(columns, *plan.instructions));
    plan.sparse.weights = std::max(plan.sparse.weights, bytes->weights);
    plan.sparse.places = std::max(plan.sparse.places, bytes->places);
    return true;
  }

  bool isWanted(WeightForm form) const {
    bool isWide = plan.stored && plan.stored->isWide();
    if ((panels && !canCode(form)) ||
        (isWide && (followsValues(form) || form == WeightForm::Combined)))
      return false;
    if (followsValues(form))
      return machine.storage != Storage::Dense;
    // Twice the flash: only where weights have no place in bytes, or there is
    // plenty.
    return bitsOf(form) <= 8 || forms.empty() ||
           hasAmpleFlash(nest.module->module(), machine);
  }

  using Form = RescaledForm;

  Form formOf(WeightForm form,
              const std::vector<std::vector<Column>> &callers) const {
    if (isSparse(form))
      if (std::optional<Form> shared = sharedForm(form, callers))
        return *shared;
    return ownForm(form, callers);
  }

  /// One factor for all of a caller's columns.
  std::optional<Form>
  sharedForm(WeightForm form, std::vector<std::vector<Column>> callers) const {
    for (std::vector<Column> &columns : callers)
      if (!shareRange(plan.sums, columns))
        return std::nullopt;
    Form shared = ownForm(form, callers);
    shared.sharesFactor = true;
    bool isOne = shared.limbs || shared.shift.value_or(0) != 0;
    return isOne ? std::optional(shared) : std::nullopt;
  }

  Form ownForm(WeightForm form,
               const std::vector<std::vector<Column>> &callers) const {
    bool isWide = plan.stored && plan.stored->isWide();
    if (isWide)
      return {form,
              plan.instructions->limbs ? std::nullopt : wideShift(callers)};
    if (plan.instructions->limbs)
      return {form, std::nullopt, commonLimbs(plan.sums, callers)};
    return {form, commonShift(plan.sums, callers, form)};
  }

  // The cheapest tile.

  double gatherCost(LeftForm left, int64_t positions) const {
    if (left == LeftForm::Bytes && plan.lieTogether(nest, positions))
      return 0;
    double runs = 1, bytes = static_cast<double>(contraction.depth);
    for (const Run &run : ArrayRef(plan.runs).drop_back())
      runs *= static_cast<double>(run.size);
    double each = runs * kRun;
    if (left == LeftForm::Widened)
      each += static_cast<double>(plan.steps()) *
              (plan.isWidened() ? plan.instructions->widen : kCopiedGroup);
    if (gathers(left, positions))
      each += bytes * (plan.runs.back().stride == 1 ? kCopiedByte : kMovedByte);
    return each * static_cast<double>(positions);
  }

  int64_t unrolled(LeftForm left, WeightForm form, IntegerTile tile) const {
    const IntegerForm &of = *plan.instructions;
    int64_t whole = stepsTogether(form);
    if (of.looksUp)
      return SignTables(of).together(plan.steps(), unrollingOf(machine));
    if (isNarrow(form))
      whole = NarrowWords(of, form).wholeSteps(plan.steps());
    else if (form == WeightForm::Codes)
      whole = WeightCodes(of).wholeSteps(tile.columns);
    return unrolledSteps(of, plan.steps(), of.step(left, form, tile),
                         unrollingOf(machine), whole);
  }

  /// Of sums that are looked up.
  SignTables::Tables tablesOf(WeightForm form, IntegerTile tile) const {
    return SignTables(*plan.instructions)
        .tables(tile.positions, plan.sums.features, plan.steps(),
                unrolled(LeftForm::Bytes, form, tile));
  }

  double tileCost(LeftForm left, const Form &form, IntegerTile tile) const {
    const IntegerForm &of = *plan.instructions;
    auto steps = static_cast<double>(plan.steps());
    double iterations =
        steps / static_cast<double>(unrolled(left, form.form, tile));
    double block =
        steps * static_cast<double>(of.step(left, form.form, tile)) + of.block;
    if (isSparse(form.form))
      block = static_cast<double>(plan.sparseInstructions) /
                  static_cast<double>(plan.sums.features) +
              of.block;
    else if (iterations > 1 || of.signs)
      block += iterations * of.iteration;
    double results = static_cast<double>(tile.positions * tile.columns);
    block += results * of.result;
    double start = kTile + gatherCost(left, tile.positions);
    if (form.form == WeightForm::Pairs && !data().guards.empty())
      start += kAlone;
    if (isNarrow(form.form)) {
      start += steps * static_cast<double>(tile.positions) * of.group *
               kSummedElement;
      block += results * kNarrowResult + kNarrowBlock;
    }
    if (form.form == WeightForm::Codes)
      block += results * WeightCodes(of).result();
    if (of.looksUp)
      start += tablesOf(form.form, tile).instructionsInAll();
    if (!form.rescales())
      block += results * of.longResult + of.call;
    else if (plan.stored && plan.stored->isWide())
      block += results * kWideResult;
    else if (form.shift && *form.shift == 0)
      block += results;
    else if (form.limbs && form.limbs->limbs > 2)
      block += results * kThirdLimb;
    if (form.rescales() && plan.inParts)
      block += results * kRest;
    int64_t blocks = plan.sums.features / tile.columns;
    return start + block * static_cast<double>(blocks);
  }

  double costOf(LeftForm left, const Form &form, IntegerTile tile) const {
    int64_t whole = plan.positions / tile.positions;
    int64_t rest = plan.positions % tile.positions;
    double cost = tileCost(left, form, tile) * static_cast<double>(whole);
    if (rest)
      cost += tileCost(left, form, {rest, tile.columns});
    for (unsigned d : plan.outer)
      cost *= static_cast<double>(nest.sizes[d]);
    if (form.form == WeightForm::Codes)
      cost += WeightCodes(*plan.instructions).tableInstructions();
    return cost;
  }

  /// Whether there are kernels that read so many positions as bytes. Groups of
  /// them are read where they lie, and by the sign that instructions have.
  bool readsBytes(WeightForm form, int64_t positions) const {
    const IntegerForm &of = *plan.instructions;
    if (plan.sums.dataBytes != 1 ||
        (form == WeightForm::Combined && !plan.sums.signedData))
      return false;
    return of.group == 1 || of.looksUp ||
           (plan.lieTogether(nest, positions) &&
            plan.sums.order.depth() % of.group == 0);
  }

  /// Whether a position can do without scratch memory.
  bool readsInPlace(WeightForm form) const {
    auto isStep = [&](int64_t columns) {
      return plan.sums.features % columns == 0 &&
             plan.instructions->step(LeftForm::Bytes, form, {1, columns}) != 0;
    };
    return readsBytes(form, 1) && plan.lieTogether(nest, 1) &&
           llvm::any_of(
               llvm::seq<int64_t>(1, plan.instructions->most.columns + 1),
               isStep);
  }

  bool isPossible(LeftForm left, const Form &of, IntegerTile tile,
                  int64_t mostBytes) const {
    WeightForm form = of.form;
    int64_t bytes = 0;
    if (followsValues(form) && !of.rescales())
      bytes += tile.positions * plan.sums.features * kSumBytes;
    if (left == LeftForm::Widened)
      bytes += plan.tileWords(tile.positions) * 4;
    if (gathers(left, tile.positions))
      bytes += plan.positionBytes() * tile.positions;
    bool coded = form == WeightForm::Codes;
    if (coded)
      bytes += WeightCodes(*plan.instructions).tableBytes(left);
    if (plan.instructions->looksUp)
      bytes += tablesOf(form, tile).scratchBytes();
    bool isLeast = !coded && !plan.instructions->looksUp &&
                   tile.positions == 1 &&
                   (left == LeftForm::Bytes || !readsInPlace(form));
    bool fits = isLeast || bytes <= mostBytes;
    bool reaches = left == LeftForm::Widened ||
                   (tile.positions - 1) * plan.positionBytes() <= kFarthest;
    bool reads = left == LeftForm::Widened || readsBytes(form, tile.positions);
    return fits && reaches && reads && plan.sums.features % tile.columns == 0 &&
           plan.instructions->step(left, form, tile) != 0 &&
           unrolled(left, form, tile) != 0;
  }

  /// How a form of weights is computed.
  struct Choice {
    LeftForm left;
    Form form;
    IntegerTile tile;
    double cost;
  };

  /// The cheapest way of some forms.
  std::optional<Choice> cheapestOf(ArrayRef<Form> some) const {
    std::optional<Choice> best;
    IntegerTile most = plan.instructions->most;
    int64_t mostBytes = mostScratchBytes(plan, nest, machine, kShare, kSmall);
    auto consider = [&](LeftForm left, const Form &form, IntegerTile tile) {
      if (!isPossible(left, form, tile, mostBytes))
        return;
      double cost = costOf(left, form, tile);
      if (!best || cost < best->cost)
        best = {left, form, tile, cost};
    };
    for (LeftForm left : plan.instructions->lefts)
      for (const Form &form : some)
        for (int64_t p = 1; p <= std::min(most.positions, plan.positions); ++p)
          for (int64_t c = 1; c <= std::min(most.columns, plan.sums.features);
               ++c)
            consider(left, form, {p, c});
    return best;
  }

  /// Of the constants of all callers.
  int64_t bytesOf(const Choice &choice) const {
    IntegerColumns columns(plan.sums, *plan.instructions, choice.form.form,
                           choice.tile.columns, choice.form.shift,
                           choice.form.limbs);
    columns.setSparse(plan.sparse, choice.form.sharesFactor);
    return columns.bytes() * callers * std::max<int64_t>(panels, 1);
  }

  /// Of whole bytes, and of each form with fewer bits.
  SmallVector<Choice> findChoices() const {
    SmallVector<Choice> choices;
    SmallVector<Form> whole;
    for (const Form &form : forms)
      if (!followsValues(form.form))
        whole.push_back(form);
    auto add = [&](ArrayRef<Form> some) {
      if (std::optional<Choice> best = cheapestOf(some))
        choices.push_back(*best);
    };
    add(whole);
    for (const Form &form : forms)
      if (followsValues(form.form))
        add(form);
    return choices;
  }

  /// Bytes that a kernel of its own takes.
  int64_t codeBytes(const Choice &choice) const {
    int64_t step =
        plan.instructions->step(choice.left, choice.form.form, choice.tile);
    int64_t steps = unrolled(choice.left, choice.form.form, choice.tile);
    if (plan.instructions->looksUp)
      return tablesOf(choice.form.form, choice.tile).kernelBytes();
    return kInstructionBytes * (step * steps + kKernel);
  }

  IntegerPlan planOf(const Choice &best) const {
    IntegerPlan plan = this->plan;
    plan.constantBytes = bytesOf(best);
    plan.kernelBytes = codeBytes(best);
    plan.left = best.left;
    plan.form = best.form.form;
    plan.tile = best.tile;
    plan.shift = best.form.shift;
    plan.limbs = best.form.limbs;
    plan.sharesFactor = best.form.sharesFactor;
    plan.instructionsInAll = best.cost;
    plan.isGathered = gathers(plan.left, plan.tile.positions);
    plan.unroll = unrolled(plan.left, plan.form, plan.tile);
    plan.callers = callers;
    if (!plan.rescales()) {
      plan.inParts = false;
      plan.dropRescale();
      return plan;
    }
    plan.stored = plan.limbs ? withLimbs(*plan.stored, *plan.limbs)
                             : withShift(*plan.stored, *plan.shift);
    return plan;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  int64_t panels; // 0 where weights are not to be coded
  IntegerPlan plan;
  SmallVector<Form> forms;
  int64_t callers = 0;
  bool areGathered = false; // runs are gathered before they are widened
};
} // namespace

std::optional<IntegerPlan> planIntegers(Nest &nest,
                                        const Contraction &contraction,
                                        func::FuncOp stage,
                                        const Machine &machine) {
  const IntegerForm *bytes = integerFormOf(machine);
  std::optional<StageSums> read =
      readSums(nest, contraction, StageData::BytesOrHalfwords);
  if (!bytes || !read)
    return std::nullopt;
  auto planWith = [&](const IntegerForm &form, int64_t panels) {
    return Planner(nest, contraction, stage, machine, form, panels).run(*read);
  };
  std::vector<IntegerPlan> plans = planWith(*bytes, 0);
  if (plans.empty() || plans.front().hasZeros())
    for (const IntegerForm *form : sparseFormsOf(machine))
      llvm::append_range(plans, planWith(*form, 0));
  if (!plans.empty() && plans.front().magnitude)
    for (const IntegerForm *form : signTableFormsOf(machine))
      llvm::append_range(plans, planWith(*form, 0));
  if (const IntegerForm *signs = signFormOf(nest.inputs[read->data], machine))
    llvm::append_range(plans, planWith(*signs, 0));
  addCodedPlans(plans, nest.module->module(), machine, planWith);
  return chooseStorage(plans, machine);
}

} // namespace dlc::loops
