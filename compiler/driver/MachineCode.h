//===- MachineCode.h - PTX to machine code, by CUDA's assembler -----------===//

#ifndef DLC_COMPILER_DRIVER_MACHINECODE_H
#define DLC_COMPILER_DRIVER_MACHINECODE_H

#include "llvm/Support/Error.h"

#include <string>

namespace dlc::driver {

/// What the assembler at `ptxas` makes of PTX for one architecture (62:
/// sm_62): an ELF file. An error where it cannot be run, refuses the PTX or
/// writes something else.
llvm::Expected<std::string>
assemblePtx(const std::string &ptxas, llvm::StringRef ptx, unsigned capability);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_MACHINECODE_H
