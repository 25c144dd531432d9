//===- LiveUnits.h - Which registers are read after a block ---------------===//

#ifndef DLC_CODEGEN_MACHINE_LIVEUNITS_H
#define DLC_CODEGEN_MACHINE_LIVEUNITS_H

#include "codegen/machine/MemoryOps.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/CodeGen/MachineFunction.h"

#include <vector>

namespace dlc::machine {

using Instructions = std::vector<const llvm::MachineInstr *>;

/// For each block (by number) the units of registers that something after it
/// may read: found from what instructions read and write, since neither kill
/// flags nor lists of live-in registers are to be trusted here. `blocks` has
/// the instructions of each. After a return the caller reads the stack
/// pointer, callee-saved registers and what the return says; the link register
/// is one of them only for a return through it, and for a tail call.
std::vector<llvm::BitVector>
liveAfterBlocks(const llvm::MachineFunction &function,
                llvm::ArrayRef<Instructions> blocks, const MemoryOps &ops);

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_LIVEUNITS_H
