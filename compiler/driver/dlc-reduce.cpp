//===- dlc-reduce.cpp - The smallest network that shows a fault -----------===//
//
// docs/guides/report-a-fault.md says how it is used.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/Registration.h"
#include "compiler/import/Import.h"
#include "compiler/reduce/Reduce.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::OptionCategory category("Options of dlc-reduce");
static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::cat(category),
                                  cl::desc("MODEL.onnx or NETWORK.mlir"));
static cl::opt<std::string>
    test("test", cl::Required, cl::cat(category), cl::value_desc("program"),
         cl::desc("Is called with a network's file and ends with 0 if that "
                  "shows the fault"));
static cl::opt<std::string> output("o", cl::Required, cl::cat(category),
                                   cl::value_desc("file.mlir"),
                                   cl::desc("The network that is left"));
static cl::list<std::string> shapes("shape", cl::cat(category),
                                    cl::value_desc("dim=N"),
                                    cl::desc("Size of a dynamic dimension"));

static int fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "dlc-reduce") << message << "\n";
  return 1;
}

/// The network of a model, or as it was printed; null after a diagnostic.
static OwningOpRef<ModuleOp> read(MLIRContext &context) {
  dlc::import::ImportOptions options;
  options.file = input;
  for (StringRef shape : shapes) {
    auto [name, size] = shape.rsplit('=');
    if (size.getAsInteger(10, options.shapes[name.str()])) {
      fail("--shape=" + shape + ": write dim=size");
      return nullptr;
    }
  }
  if (!StringRef(input).ends_with(".mlir"))
    return dlc::import::importModel(context, options);
  if (shapes.empty())
    return parseSourceFile<ModuleOp>(input, &context);
  fail("--shape is for ONNX models: the sizes of '" + input + "' are fixed");
  return nullptr;
}

/// Whether the program says of the module in `file` that it shows the fault.
static bool showsFault(ModuleOp module, StringRef file) {
  std::error_code error;
  {
    llvm::raw_fd_ostream os(file, error);
    module.print(os);
    os << "\n";
  }
  // Only the program's answer counts, not what it prints.
  std::optional<StringRef> nowhere[] = {std::nullopt, StringRef(), StringRef()};
  return !error && llvm::sys::ExecuteAndWait(test, {test, file}, std::nullopt,
                                             nowhere) == 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "dlc-reduce: makes a network as small as shows a fault\n\n"
      "  dlc-reduce MODEL.onnx --test=./shows-it.sh -o small.mlir\n");
  DialectRegistry registry;
  registerAllDialects(registry);
  dlc::driver::registerDlcDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  dlc::driver::DiagnosticPrinter diagnostics(context, input);
  // A name is looked up as a shell does; a path is one.
  llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(test);
  if (!program || !llvm::sys::fs::can_execute(*program))
    return fail("the test '" + test + "' is no program");
  test = *program;
  OwningOpRef<ModuleOp> network = read(context);
  if (!network)
    return 1;
  if (!network->lookupSymbol("main"))
    return fail("'" + input + "' has no function @main");

  llvm::SmallString<128> file;
  if (llvm::sys::fs::createTemporaryFile("dlc-reduce", "mlir", file))
    return fail("cannot make a temporary file");
  llvm::FileRemover remover(file);
  if (!showsFault(*network, file))
    return fail("the test does not end with 0 for the whole network");
  OwningOpRef<ModuleOp> left = dlc::reduce::reduce(
      *network, [&](ModuleOp module) { return showsFault(module, file); });
  std::error_code error;
  llvm::ToolOutputFile os(output, error, llvm::sys::fs::OF_None);
  if (error)
    return fail("cannot write '" + output + "': " + error.message());
  left->print(os.os());
  os.os() << "\n";
  os.keep();
  return 0;
}
