//===- dlc-check-registers.cpp - Objects whose registers were lost --------===//
//
// Reads objects and prints the registers that were overwritten too early; see
// RegisterFaults.h. The exit status is 1 if there are any, 2 for what cannot be
// read.
//
//===----------------------------------------------------------------------===//

#include "RegisterFaults.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc::test;
using namespace llvm;

static cl::list<std::string> objects(cl::Positional, cl::OneOrMore,
                                     cl::desc("OBJECT..."));

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  InitializeAllTargetInfos();
  InitializeAllTargetMCs();
  InitializeAllDisassemblers();
  cl::ParseCommandLineOptions(argc, argv, "registers that were lost\n");
  size_t found = 0, functions = 0, instructions = 0;
  for (const std::string &object : objects) {
    Expected<MachineCode> code = MachineCode::read(object);
    if (!code) {
      errs() << object << ": error: " << toString(code.takeError()) << "\n";
      return 2;
    }
    for (const ObjectFunction &function : code->functions()) {
      ++functions;
      instructions += function.code.size();
      for (const RegisterFault &fault : findRegisterFaults(*code, function)) {
        ++found;
        outs() << object << ": " << function.name << "+"
               << format_hex(
                      fault.where->address - function.code.front().address, 1)
               << ": '" << fault.where->text << "': " << code->nameOf(fault.reg)
               << " " << fault.what << "\n";
      }
    }
  }
  outs() << instructions << " instructions of " << functions << " functions, "
         << found << " faults\n";
  return found != 0;
}
