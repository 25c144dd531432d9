//===- StorageChoice.cpp - Which form of weights is taken -----------------===//

#include "codegen/loops/integer/StorageChoice.h"
#include "codegen/loops/integer/values/IntegerSparse.h"
#include "codegen/loops/weights/WeightAllowance.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Times the fewest instructions, if bytes are to be few.
constexpr double kMoreInstructions = 1.25;

bool isBetter(const IntegerPlan &a, const IntegerPlan &b) {
  return std::pair(a.instructionsInAll, a.constantBytes) <
         std::pair(b.instructionsInAll, b.constantBytes);
}

/// Instructions of an inference, which calls the stage once for each caller,
/// and bytes at their price.
double costOf(const IntegerPlan &plan, double bytePrice) {
  int64_t bytes = plan.constantBytes + plan.kernelBytes;
  return plan.instructionsInAll * static_cast<double>(plan.callers) +
         static_cast<double>(bytes) * bytePrice;
}

const IntegerPlan *best(llvm::ArrayRef<IntegerPlan> plans,
                        const Machine &machine) {
  if (double price = machine.bytePrice; price > 0)
    return llvm::min_element(plans,
                             [&](const IntegerPlan &a, const IntegerPlan &b) {
                               return costOf(a, price) < costOf(b, price);
                             });
  const IntegerPlan *fewest = llvm::min_element(plans, isBetter);
  if (machine.storage != Storage::Small)
    return fewest;
  double most = fewest->instructionsInAll * kMoreInstructions;
  const IntegerPlan *smallest = fewest;
  for (const IntegerPlan &plan : plans)
    if (plan.instructionsInAll <= most &&
        plan.constantBytes + plan.kernelBytes < smallest->constantBytes)
      smallest = &plan;
  return smallest;
}

/// Of forms whose bytes are coded.
llvm::StringRef nameOfCoded(WeightForm form) {
  switch (form) {
  case WeightForm::Rows:
    return "Huffman nonzeros";
  case WeightForm::Groups:
    return "Huffman 1x4";
  default:
    return "Huffman 8 bits";
  }
}

StoredForm formOf(const IntegerPlan &plan, const IntegerPlan &dense) {
  StoredForm form;
  form.name = plan.panels ? nameOfCoded(plan.form) : nameOf(plan.form);
  form.weights = plan.allWeights();
  form.nonzeros = plan.nonzeros;
  form.bytes = plan.constantBytes / plan.callers;
  form.denseBytes = dense.constantBytes / dense.callers;
  form.instructions = static_cast<int64_t>(plan.instructionsInAll);
  form.denseInstructions = static_cast<int64_t>(dense.instructionsInAll);
  return form;
}
} // namespace

std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         const Machine &machine) {
  if (plans.empty())
    return std::nullopt;
  IntegerPlan chosen = *best(plans, machine);
  chosen.fewestInstructions =
      llvm::min_element(plans, isBetter)->instructionsInAll;
  const auto *dense = llvm::find_if(
      plans, [](const IntegerPlan &plan) { return !followsValues(plan.form); });
  chosen.storedForm = formOf(chosen, dense != plans.end() ? *dense : chosen);
  chosen.storedForm->forms = static_cast<int64_t>(plans.size());
  return chosen;
}

//===----------------------------------------------------------------------===//
// Codes
//===----------------------------------------------------------------------===//

namespace {
/// Instructions of a byte that is decoded, of a gap that becomes a place, of a
/// panel, and of a table.
constexpr double kDecodedByte = 11.5, kDecodedByteLow = 13, kGap = 6,
                 kPanel = 60, kTable = 3000;
/// Bytes of a stage's loop around its panels, and more where gaps are coded;
/// what decodes is shared.
constexpr int64_t kLoopBytes = 72, kGapLoopBytes = 40;
/// Columns of a block that is worth it.
constexpr int64_t kColumns = 4;
} // namespace

bool canCode(WeightForm form) {
  return form == WeightForm::Bytes || form == WeightForm::Moved ||
         form == WeightForm::Rows || form == WeightForm::Groups;
}

std::vector<std::vector<Column>>
intoPanels(IntegerPlan &plan, const std::vector<std::vector<Column>> &callers,
           int64_t panels) {
  plan.panels = panels;
  plan.sums.features /= panels;
  std::vector<std::vector<Column>> all;
  for (const std::vector<Column> &columns : callers) {
    auto size = static_cast<int64_t>(columns.size()) / panels;
    for (int64_t p = 0; p < panels; ++p)
      all.emplace_back(columns.begin() + p * size,
                       columns.begin() + (p + 1) * size);
  }
  return all;
}

/// In how many panels features may be computed whose weights take so many bytes
/// each, those in larger panels first; whole blocks of columns where there are
/// such.
static SmallVector<int64_t> panelCounts(int64_t features, double columnBytes) {
  SmallVector<int64_t> whole, others;
  for (int64_t size = features; size > 0; --size) {
    if (features % size != 0 ||
        static_cast<double>(size) * columnBytes > CodedPanels::mostPanelBytes())
      continue;
    (size % kColumns == 0 ? whole : others).push_back(features / size);
  }
  whole.append(others);
  return whole;
}

ColumnSums fromColumn(ColumnSums sums, int64_t first) {
  auto advance = [&](ColumnNumbers &numbers) {
    numbers.start += first * numbers.stride;
  };
  sums.order.source.constant += first * sums.featureStride;
  advance(sums.bias);
  if (ColumnRescale *rescale = sums.rescale ? &*sums.rescale : nullptr) {
    advance(rescale->multiplier);
    advance(rescale->addend);
    advance(rescale->shift);
    if (rescale->tie)
      advance(*rescale->tie);
  }
  return sums;
}

/// How each panel of a plan is stored before it is coded.
static std::vector<std::shared_ptr<const WeightEncoding>>
panelsOf(const IntegerPlan &plan) {
  std::vector<std::shared_ptr<const WeightEncoding>> panels;
  for (int64_t p = 0; p < plan.panels; ++p)
    panels.push_back(
        plan.encodingOf(fromColumn(plan.sums, p * plan.sums.features)));
  return panels;
}

std::shared_ptr<GapPanels> gapPanelsOf(const IntegerPlan &plan) {
  constexpr int64_t kWord = 4;
  SparseLayout layout;
  layout.room = plan.sparse;
  layout.group = plan.instructions->group;
  // The word that counts weights is the last of the numbers.
  layout.numberBytes = kWord * (plan.encodingOf(plan.sums)->words() -
                                sparseWords(plan.sparse) + 1);
  layout.columns = plan.sums.features;
  layout.segments =
      layout.columns * segmentsOf(plan.sums.order.depth(), layout.group);
  return std::make_shared<GapPanels>(panelsOf(plan), layout, plan.codedWords,
                                     plan.storedForm);
}

std::shared_ptr<CodedPanels> codedPanelsOf(const IntegerPlan &plan) {
  if (isSparse(plan.form))
    return gapPanelsOf(plan);
  return std::make_shared<CodedPanels>(panelsOf(plan), plan.codedWords,
                                       plan.storedForm);
}

/// What becomes of a panel's gaps.
static double gapInstructions(const IntegerPlan &plan) {
  return isSparse(plan.form) ? kGap * static_cast<double>(plan.sparse.places)
                             : 0;
}

bool measureCodes(IntegerPlan &plan, const Nest &nest, func::FuncOp stage) {
  constexpr int64_t kWord = 4;
  std::shared_ptr<CodedPanels> coded = codedPanelsOf(plan);
  if (!coded->fits())
    return false;
  plan.kernelBytes += kLoopBytes + (isSparse(plan.form) ? kGapLoopBytes : 0);
  plan.constantBytes = 0;
  plan.codedWords = 0;
  for (ArrayRef<ElementsAttr> operands : operandsAtCallers(plan, nest, stage)) {
    std::optional<int64_t> words = coded->wordsOf(operands);
    if (!words)
      return false;
    plan.constantBytes += *words * kWord;
    if (plan.codedWords == 0 || *words < plan.codedWords)
      plan.codedWords = *words;
  }
  bool low = plan.instructions->set == kernel::InstructionSet::Armv6M;
  double panel = kPanel + gapInstructions(plan) +
                 (low ? kDecodedByteLow : kDecodedByte) *
                     static_cast<double>(coded->panelBytes());
  plan.instructionsInAll =
      static_cast<double>(coded->tables()) * kTable +
      static_cast<double>(plan.panels) * (panel + plan.instructionsInAll);
  return true;
}

void addCodedPlans(std::vector<IntegerPlan> &plans, ModuleOp module,
                   const Machine &machine,
                   llvm::function_ref<std::vector<IntegerPlan>(
                       const IntegerForm &form, int64_t panels)>
                       planWith) {
  if (!hasFlashBudget(module) || machine.storage == Storage::Dense)
    return;
  std::vector<IntegerPlan> coded;
  for (const IntegerPlan &plan : plans) {
    if (followsValues(plan.form) && !canCode(plan.form))
      continue;
    double columnBytes = static_cast<double>(plan.constantBytes) /
                         static_cast<double>(plan.callers * plan.allFeatures());
    // Halfwords become bytes.
    if (bitsOf(plan.form) > 8)
      columnBytes /= 2;
    for (int64_t panels : panelCounts(plan.sums.features, columnBytes)) {
      std::vector<IntegerPlan> some = planWith(*plan.instructions, panels);
      llvm::append_range(coded, some);
      if (!some.empty())
        break;
    }
  }
  llvm::append_range(plans, coded);
}

} // namespace dlc::loops
