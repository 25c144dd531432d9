//===- StorageChoice.h - Which form of weights is taken ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_STORAGECHOICE_H
#define DLC_CODEGEN_LOOPS_STORAGECHOICE_H

#include "codegen/loops/integer/IntegerPlan.h"
#include "codegen/loops/integer/values/IntegerGaps.h"

namespace dlc::loops {

/// The plan with the fewest instructions, of equal ones that with the fewest
/// bytes; or with the fewest bytes within a quarter more instructions; or where
/// bytes have a price the one that costs least with it. Nullopt if there is
/// none. Says beside the form what whole bytes would have been.
std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         const Machine &machine);

/// Whether weights of such a form may be stored as codes of their bytes: not
/// those that are bits or several in a byte already.
bool canCode(WeightForm form);

/// Makes a plan one of panels of equal size; returns the callers' columns in
/// these, those of the first caller first.
std::vector<std::vector<Column>>
intoPanels(IntegerPlan &plan, const std::vector<std::vector<Column>> &callers,
           int64_t panels);

/// The sums of the columns from one on.
ColumnSums fromColumn(ColumnSums sums, int64_t first);

/// How the weights of a plan of panels are coded; the second where zeros are
/// left out.
std::shared_ptr<CodedPanels> codedPanelsOf(const IntegerPlan &plan);
std::shared_ptr<GapPanels> gapPanelsOf(const IntegerPlan &plan);

/// Sets what a plan's codes take, in bytes and instructions, beside what the
/// kernels take for one panel; false where they do not fit.
bool measureCodes(IntegerPlan &plan, const Nest &nest,
                  mlir::func::FuncOp stage);

/// Under a budget of flash, unless whole bytes are asked for: adds plans with
/// the same forms as codes of their bytes, in the largest panels that fit.
void addCodedPlans(std::vector<IntegerPlan> &plans, mlir::ModuleOp module,
                   const Machine &machine,
                   llvm::function_ref<std::vector<IntegerPlan>(
                       const IntegerForm &form, int64_t panels)>
                       planWith);

} // namespace dlc::loops

#endif
