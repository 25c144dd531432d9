//===- dlc-opt.cpp - Runs any pass on textual IR --------------------------===//
//
// Everything upstream and everything of ours, for lit tests and for people who
// work on the compiler.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Registration.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Debug.h"

namespace {

// A release build of LLVM has no --debug-only; these bring LLVM_DEBUG of our
// own files back.
struct DebugTypes {
  void operator=(const std::string &type) {
    llvm::DebugFlag = true;
    types.push_back(type);
    std::vector<const char *> names;
    for (const std::string &name : types)
      names.push_back(name.c_str());
    llvm::setCurrentDebugTypes(names.data(), names.size());
  }
  std::vector<std::string> types;
};

DebugTypes debugTypes;

llvm::cl::opt<DebugTypes, true, llvm::cl::parser<std::string>>
    debugOnly("debug-only",
              llvm::cl::desc("Print LLVM_DEBUG output of these types"),
              llvm::cl::CommaSeparated, llvm::cl::ZeroOrMore,
              llvm::cl::value_desc("type,..."), llvm::cl::location(debugTypes));

} // namespace

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  mlir::registerAllPasses();
  dlc::driver::registerDlcDialects(registry);
  dlc::driver::registerDlcPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "dlc-opt: dlc's pass runner\n", registry));
}
