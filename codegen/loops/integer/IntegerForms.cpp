//===- IntegerForms.cpp - Instructions that sums of integers are made of --===//

#include "codegen/loops/integer/IntegerForms.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Of SMLAD: r0 to r11, less what accumulators, a step's weights and one to
/// take them apart fill, hold pairs of the left operand, a load for as many
/// positions as there is room for (codegen/kernels/DspColumns.cpp).
int64_t smladStep(WeightForm form, IntegerTile tile) {
  constexpr int64_t kRegisters = 12;
  auto [positions, columns] = tile;
  bool whole = form == WeightForm::Halfwords;
  int64_t sums = positions * columns;
  int64_t weights = columns * (whole ? 2 : 1) + (whole ? 0 : 1);
  int64_t room = (kRegisters - sums - weights) / 2;
  // Multipliers, the addend, the address and its step.
  if (room < 1 || sums + columns + 3 > kRegisters ||
      (columns > 1 && !whole && room < positions))
    return 0;
  int64_t apart = whole ? 0 : form == WeightForm::Combined ? 1 : 2;
  return 1 + columns * apart + llvm::divideCeil(positions, room) + 2 * sums;
}

constexpr int64_t kPairs[] = {0, 2, 1, 3};
constexpr WeightForm kSmladWeights[] = {WeightForm::Combined, WeightForm::Bytes,
                                        WeightForm::Halfwords};

const IntegerForm kForms[] = {
    {"smlad",
     kernel::InstructionSet::Dsp,
     /*group=*/4,
     kPairs,
     /*load=*/4,
     kSmladWeights,
     {8, 6},
     smladStep,
     /*iteration=*/3,
     /*block=*/7,
     /*result=*/4,
     /*longResult=*/24,
     /*widen=*/4.5,
     /*call=*/30,
     /*planes=*/true},
};
} // namespace

const IntegerForm *integerFormOf(const Machine &machine) {
  for (const IntegerForm &form : kForms)
    for (const targets::MultiplyAccumulate &has : machine.forms)
      if (has.instruction == form.instruction)
        return &form;
  return nullptr;
}

int64_t unrolledSteps(int64_t steps, bool compact) {
  int64_t most = compact ? 10 : 16;
  for (int64_t unrolled = std::min(steps, most); unrolled > 1; --unrolled)
    if (steps % unrolled == 0)
      return unrolled;
  return 1;
}

kernel::ProductsAttr productsOf(MLIRContext *context, const IntegerForm &form,
                                WeightForm weights, bool signedWeights) {
  auto integer = [&](unsigned bits, bool isSigned) {
    return IntegerType::get(
        context, bits, isSigned ? IntegerType::Signed : IntegerType::Unsigned);
  };
  bool whole = weights == WeightForm::Halfwords;
  return kernel::ProductsAttr::get(
      context, integer(16, true),
      integer(whole ? 16 : 8, whole || signedWeights),
      IntegerType::get(context, 32), form.group);
}

} // namespace dlc::loops
