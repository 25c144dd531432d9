//===- MachineCode.h - What instructions of an object do to registers -----===//
//
// Reads the functions of an ELF object back with LLVM's disassembler. Registers
// are sets of LLVM's register units: S0 and D0 share one.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TEST_TOOLS_MACHINECODE_H
#define DLC_TEST_TOOLS_MACHINECODE_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/MC/MCRegister.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace dlc::test {

using Registers = llvm::BitVector; // one bit for each register unit

struct ObjectInst {
  uint64_t address = 0;
  std::string text;
  Registers reads, writes;
  /// Of `writes`: what is written whenever the instruction is reached. Less
  /// where a condition or the predicate of a vector keeps the old value.
  Registers overwrites;
  /// Registers that get what it reads from memory; none where the instruction
  /// takes from the stack what it put there (POP).
  llvm::SmallVector<llvm::MCRegister, 2> loaded;
  /// It takes them from the stack or from beside the code, as the register
  /// allocator does on its own.
  bool reloads = false;
  /// General registers whose content it stores, and the base of the address
  /// where no register is added to it (Arm only).
  llvm::SmallVector<llvm::MCRegister, 2> stored;
  llvm::MCRegister base;
  /// Indices in the function.
  llvm::SmallVector<size_t, 2> successors;
};

struct ObjectFunction {
  std::string name;
  std::vector<ObjectInst> code;
};

class MachineCode {
public:
  /// Fails on what is no object, on an instruction that cannot be decoded, and
  /// on an architecture whose calls are not known here.
  static llvm::Expected<MachineCode> read(llvm::StringRef path);
  MachineCode(MachineCode &&);
  ~MachineCode();

  const std::vector<ObjectFunction> &functions() const { return code; }
  llvm::StringRef nameOf(llvm::MCRegister) const;
  Registers unitsOf(llvm::MCRegister) const;
  /// The units of the stack pointer.
  const Registers &stackPointer() const;

private:
  class Reader;
  MachineCode();
  std::unique_ptr<Reader> reader;
  std::vector<ObjectFunction> code;
};

} // namespace dlc::test

#endif // DLC_TEST_TOOLS_MACHINECODE_H
