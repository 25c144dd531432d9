//===- PanelPlan.cpp - A nest in panels of decoded weights ----------------===//

#include "codegen/loops/panels/PanelPlan.h"
#include "codegen/loops/panels/PanelEmitter.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/weights/WeightAllowance.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Instructions of a symbol that is decoded, of an element that is not 0 (two
/// symbols) and of one that is (16 bytes are cleared at a time), of a panel,
/// and of a table.
constexpr double kSymbol = 11.5, kNonzero = 27, kCleared = 0.1, kPanelCall = 60,
                 kSpreadTable = 3000;
/// Of a byte that is brought to between numbers, and of one of these.
constexpr double kMovedByte = 0.2, kNumber = 6;
/// Bytes of a stage's loop around its panels.
constexpr int64_t kPanelLoopBytes = 72;
/// Sizes of panels that are looked at, the largest first.
constexpr int64_t kSizes = 4;
/// Scratch memory that panels may take where RAM is not scarce.
constexpr int64_t kAmpleScratch = 16 << 10;

/// Gives the encoding of a plan's weights a form that reports show.
class FormedPlan : public Plan {
public:
  FormedPlan(PanelOption option, BlockArgument weights, const StoredForm &form)
      : option(std::move(option)), weights(weights), form(form) {}

  double cycles() const override { return option.plan->cycles(); }
  int64_t chunks() const override { return option.plan->chunks(); }
  void emit(StageContext &context, std::optional<ChunkRange> range) override {
    FormedContext formed(context, weights, form);
    option.plan->emit(formed, range);
  }

private:
  PanelOption option;
  BlockArgument weights;
  StoredForm form;
};

class CodedPlan : public Plan {
public:
  CodedPlan(CodedNest nest, double fewest)
      : nest(std::move(nest)), fewest(fewest) {}

  /// Of the form with the fewest, which other strategies have to be better
  /// than.
  double cycles() const override { return fewest; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    emitPanels(context, nest);
  }

private:
  CodedNest nest;
  double fewest;
};

class Chooser {
public:
  Chooser(const Problem &problem, kernel::InstructionSet set,
          PlanPanel planPanel)
      : problem(problem), set(set), planPanel(planPanel) {}

  std::unique_ptr<Plan> run() {
    std::optional<PanelOption> whole = planPanel(problem.nest, 1);
    if (!whole)
      return nullptr;
    if (!mayHavePanels() || !readOperands(*whole))
      return std::move(whole->plan);
    double fewest = whole->plan->cycles();
    int64_t denseBytes = whole->weights.front()->bytes();
    form.weights = problem.contraction->depth * features();
    findPanels();
    form.denseBytes = denseBytes;
    form.denseInstructions = static_cast<int64_t>(fewest);
    form.forms = 1 + formCount;
    if (formCount == 0)
      return std::move(whole->plan);
    double dense =
        costOf(fewest, denseBytes * static_cast<int64_t>(operands.size()));
    if (problem.machine.bytePrice <= 0 || dense <= cost) {
      form.name = "8 bits";
      form.bytes = denseBytes;
      form.instructions = form.denseInstructions;
      return std::make_unique<FormedPlan>(
          std::move(*whole), nest().inputs[weights()].buffer.constant, form);
    }
    form.name =
        best.weights->leavesZerosOut() ? "Huffman nonzeros" : "Huffman 8 bits";
    form.bytes = bytes / static_cast<int64_t>(operands.size());
    form.instructions = static_cast<int64_t>(instructions);
    best.weights->set(fewestWords, form);
    return std::make_unique<CodedPlan>(std::move(best), fewest);
  }

private:
  const Nest &nest() const { return problem.nest; }
  unsigned weights() const { return problem.contraction->weights.input; }
  unsigned feature() const { return problem.contraction->features.front(); }
  int64_t features() const { return nest().sizes[feature()]; }

  bool mayHavePanels() const {
    return hasFlashBudget(nest().module->module()) &&
           problem.machine.storage != Storage::Dense &&
           problem.contraction->features.size() == 1 && areCallers() &&
           canAdvance(problem.nest, feature());
  }

  /// Whether the weights are what callers give: a step of another plan's
  /// (StageContext::emitStep) has others, which are made of them.
  bool areCallers() const {
    const Buffer &buffer = nest().inputs[weights()].buffer;
    if (!buffer.constant)
      return false;
    int64_t elements = 1;
    for (int64_t size : buffer.shape)
      elements *= size;
    auto type = cast<ShapedType>(buffer.constant.getType());
    return type.getElementType() == buffer.element &&
           type.getNumElements() == elements;
  }

  /// What each caller gives.
  bool readOperands(const PanelOption &option) {
    size_t callers = nest().module->usersOf(problem.stage).size();
    auto add = [&](BlockArgument argument) {
      SmallVector<ElementsAttr> given =
          constantsAtCallers(*nest().module, problem.stage, argument);
      operands.resize(given.size());
      for (auto [all, one] : llvm::zip(operands, given))
        all.push_back(one);
      return given.size() == callers && callers > 0;
    };
    return add(nest().inputs[weights()].buffer.constant) &&
           llvm::all_of(option.beside, add) && countNonzeros();
  }

  /// Of the caller with the most.
  bool countNonzeros() {
    int64_t zero = 0;
    if (auto given = dyn_cast_or_null<IntegerAttr>(
            problem.contraction->weights.zeroPoint.constant))
      zero = given.getInt();
    for (ArrayRef<ElementsAttr> given : operands) {
      auto numbers = nn::readIntegers(given.front());
      if (!numbers)
        return false;
      int64_t zeros = llvm::count(*numbers, zero);
      form.nonzeros = std::max(form.nonzeros,
                               static_cast<int64_t>(numbers->size()) - zeros);
    }
    return true;
  }

  int64_t mostScratch() const {
    return problem.machine.scarceRam ? CodedPanels::kMostScratch
                                     : kAmpleScratch;
  }

  /// An inference calls the stage once for each caller.
  double costOf(double each, int64_t all) const {
    return each * static_cast<double>(operands.size()) +
           static_cast<double>(all) * problem.machine.bytePrice;
  }

  void findPanels() {
    int64_t looked = 0, depth = problem.contraction->depth;
    for (int64_t size = features(); size > 0 && looked < kSizes; --size) {
      if (features() % size != 0 || size * depth > mostScratch())
        continue;
      bool isCoded = consider(size, false);
      isCoded |= consider(size, true);
      looked += isCoded;
    }
  }

  /// Panels of so many features; false where they do not fit.
  bool consider(int64_t size, bool nonzeros) {
    int64_t panels = features() / size;
    // Codes of what is mostly not 0 are better off without gaps.
    if (nonzeros && 2 * form.nonzeros > form.weights)
      return false;
    CodedNest coded;
    coded.nest = std::make_unique<Nest>(problem.nest);
    coded.nest->sizes[feature()] = size;
    std::optional<PanelOption> option = planPanel(*coded.nest, panels);
    if (!option)
      return false;
    if (option->numbers) {
      VectorPanels own(option->weights, nonzeros, option->numbers);
      option->numbers->isShared =
          llvm::all_of(operands, [&](ArrayRef<ElementsAttr> given) {
            return own.sharesNumbers(given);
          });
    }
    coded.weights = std::make_shared<VectorPanels>(option->weights, nonzeros,
                                                   option->numbers);
    if (coded.weights->scratchBytes() > mostScratch())
      return false;
    int64_t words = 0, all = kPanelLoopBytes;
    for (ArrayRef<ElementsAttr> given : operands) {
      std::optional<int64_t> some = coded.weights->wordsOf(given);
      if (!some)
        return false;
      words = words ? std::min(words, *some) : *some;
      coded.weights->set(*some, form);
      all += coded.weights->bytes();
    }
    auto symbols = static_cast<double>(coded.weights->symbols());
    double share = nonzeros ? static_cast<double>(form.nonzeros) /
                                  static_cast<double>(form.weights)
                            : 1;
    double panel = kPanelCall + option->plan->cycles() +
                   symbols * (nonzeros ? kNonzero * share + kCleared : kSymbol);
    if (option->numbers)
      panel += kMovedByte * symbols +
               kNumber * static_cast<double>(option->numbers->words());
    double each = kSpreadTable * static_cast<double>(coded.weights->tables()) +
                  panel * static_cast<double>(panels);
    formCount = std::max<int64_t>(formCount, nonzeros ? 2 : 1);
    if (double of = costOf(each, all); !best.nest || of < cost) {
      cost = of;
      instructions = each;
      bytes = all;
      fewestWords = words;
      best = std::move(coded);
      best.plan = std::move(option->plan);
      best.beside = std::move(option->beside);
      best.input = weights();
      best.feature = feature();
      best.set = set;
    }
    return true;
  }

  const Problem &problem;
  kernel::InstructionSet set;
  PlanPanel planPanel;
  std::vector<SmallVector<ElementsAttr>> operands; // of each caller
  StoredForm form;
  int64_t formCount = 0;
  // The cheapest.
  CodedNest best;
  double cost = 0, instructions = 0;
  int64_t bytes = 0, fewestWords = 0;
};
} // namespace

std::unique_ptr<Plan> planPanels(const Problem &problem,
                                 kernel::InstructionSet set,
                                 PlanPanel planPanel) {
  return Chooser(problem, set, planPanel).run();
}

} // namespace dlc::loops
