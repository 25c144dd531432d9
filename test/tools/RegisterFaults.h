//===- RegisterFaults.h - Registers that were overwritten too early -------===//
//
// Two signs that a register was taken although its value was still needed. No
// optimiser leaves them, and what dlc compiles asks for neither:
//
// * A value is loaded and nothing reads it on any way from there. (Not from the
//   stack nor from the constants beside the code: the register allocator leaves
//   such loads behind, most of them where registers are few.)
// * An address is stored as data: the base of one access, without another
//   value in between, is what another access writes to memory that is not the
//   stack. The stages of a network compute numbers, and indices; they keep
//   pointers in registers and on the stack.
//
// A register whose value was read once before it was lost shows neither sign.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TEST_TOOLS_REGISTERFAULTS_H
#define DLC_TEST_TOOLS_REGISTERFAULTS_H

#include "MachineCode.h"

namespace dlc::test {

struct RegisterFault {
  const ObjectInst *where;
  llvm::MCRegister reg;
  std::string what;
};

/// In the order of the instructions.
std::vector<RegisterFault> findRegisterFaults(const MachineCode &code,
                                              const ObjectFunction &function);

} // namespace dlc::test

#endif // DLC_TEST_TOOLS_REGISTERFAULTS_H
