// KernelParser.h - the text of a kernel.
#ifndef DLC_EMULATOR_CUDA_PARSE_KERNEL_PARSER_H
#define DLC_EMULATOR_CUDA_PARSE_KERNEL_PARSER_H

#include "runtime/emulator/cuda/parse/Instruction.h"
#include "runtime/emulator/cuda/parse/Module.h"
#include "runtime/emulator/cuda/parse/Registers.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

namespace dlc::ptx {

class KernelParser {
public:
  /// After the word .entry. `symbols` are the module's.
  KernelParser(Reader &reader, const Module &module, const Symbols &symbols);
  std::unique_ptr<Kernel> parse();

private:
  Reader &reader;
  std::unique_ptr<Kernel> kernel;
  Symbols symbols;
  Registers registers;
  std::map<std::string_view, uint32_t> labels;
  struct Jump {
    uint32_t op;
    std::string_view label;
    unsigned line;
  };
  std::vector<Jump> jumps;

  void parameters();
  void directives();
  void statement();
  bool declaration(std::string_view word);
  void declareRegisters();
  void declareVariable(Space space);
  Operand operand();
  void instruction(Instruction &parsed);
  void finish();
};

} // namespace dlc::ptx

#endif
