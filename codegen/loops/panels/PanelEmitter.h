//===- PanelEmitter.h - The loop over panels of weights ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_PANELS_PANELEMITTER_H
#define DLC_CODEGEN_LOOPS_PANELS_PANELEMITTER_H

#include "codegen/loops/panels/VectorPanels.h"
#include "codegen/loops/strategy/StageWithin.h"
#include "dialects/kernel/KernelOps.h"

namespace dlc::loops {

/// A nest whose weights are decoded, and how one panel of it is computed.
struct CodedNest {
  std::unique_ptr<Nest> nest; // of a panel's features
  std::unique_ptr<Plan> plan; // of that
  std::shared_ptr<VectorPanels> weights;
  llvm::SmallVector<mlir::BlockArgument> beside;
  unsigned input = 0, feature = 0; // of the root, of the nest
  kernel::InstructionSet set = kernel::InstructionSet::Mve;
};

/// Whether the nest can be that of features further on: what it reads and
/// writes has whole bytes, and lies where it is known to.
bool canAdvance(Nest &nest, unsigned feature);

/// [panels][what the plan has for a nest].
void emitPanels(StageContext &context, CodedNest &nest);

/// The stage for a plan of which reports show the form of a constant argument.
class FormedContext : public StageWithin {
public:
  FormedContext(StageContext &stage, mlir::BlockArgument weights,
                const StoredForm &form)
      : StageWithin(stage), weights(weights), form(form) {}

  llvm::SmallVector<mlir::Value>
  encode(const Access &operand, std::shared_ptr<const WeightEncoding> encoding,
         llvm::ArrayRef<mlir::BlockArgument> beside) override;

private:
  mlir::BlockArgument weights;
  StoredForm form;
};

} // namespace dlc::loops

#endif
