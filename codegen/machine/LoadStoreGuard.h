//===- LoadStoreGuard.h - Around LLVM's load/store optimiser for Arm ------===//
//
// LLVM's ARMLoadStoreOptimizer (after register allocation; LLVM 22, and
// llvm-project issues 223630 and 223754) takes registers that are in use as
// new bases of STM, VLDM and VSTM. docs/decisions/load-store-optimiser.md says
// why. The guard removes the cause and proves each result.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MACHINE_LOADSTOREGUARD_H
#define DLC_CODEGEN_MACHINE_LOADSTOREGUARD_H

#include "codegen/machine/BlockEffects.h"
#include "codegen/machine/LiveUnits.h"
#include "codegen/machine/MemoryOps.h"

#include "llvm/CodeGen/TargetPassConfig.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dlc::machine {

class LoadStoreGuard {
public:
  /// Removing the cause can be left out to see that the proof finds the fault.
  explicit LoadStoreGuard(bool removesCause = true)
      : removesCause(removesCause) {}

  /// Adds passes before and after the optimiser; nothing where the target has
  /// none. The guard has to live as long as the passes.
  void insertInto(llvm::TargetPassConfig &passes);

  /// Names of functions that the optimiser has made wrong, in order.
  llvm::ArrayRef<std::string> wrongFunctions() const { return wrong; }

  /// Before the optimiser: keeps what the function is, and puts labels before
  /// additions.
  void before(llvm::MachineFunction &function);
  /// After it: takes the labels away and compares.
  void after(llvm::MachineFunction &function);

private:
  bool isRight(const llvm::MachineFunction &function) const;

  bool removesCause;
  std::optional<MemoryOps> ops;
  std::vector<Instructions> original; ///< copies, by number of block
  std::vector<std::string> wrong;
};

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_LOADSTOREGUARD_H
