//===- dlc-import.cpp - The importer alone, on models written as text -----===//
//
// Prints what the importer makes of a model in ONNX's text format, so that lit
// tests say model and result in one file. `--serialize=FILE` writes the binary
// model instead.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Import.h"
#include "compiler/lengths/Lengths.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "onnx/defs/parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::desc("MODEL.test"));
static cl::opt<std::string> serialize("serialize",
                                      cl::desc("Write the model to a file"));
static cl::list<std::string> shapes("shape",
                                    cl::desc("dim=size or dim=least..most"));
static cl::opt<bool> locations("locations", cl::desc("Print locations"));

static int fail(const Twine &message) {
  errs() << "dlc-import: " << message << "\n";
  return 1;
}

static void printAs(StringRef severity, mlir::Diagnostic &diagnostic) {
  std::string node = dlc::nn::describeNode(diagnostic.getLocation());
  errs() << severity << ": " << node << (node.empty() ? "" : ": ")
         << diagnostic.str() << "\n";
}

static void print(mlir::Diagnostic &diagnostic) {
  bool isWarning =
      diagnostic.getSeverity() == mlir::DiagnosticSeverity::Warning;
  printAs(isWarning ? "warning" : "error", diagnostic);
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    printAs("note", note);
}

/// "seq=1..8"
static bool readRange(StringRef name, StringRef text,
                      std::vector<dlc::lengths::LengthRange> &ranges) {
  auto [least, most] = text.split("..");
  dlc::lengths::LengthRange range{name.str(), 1, 1};
  if (least.getAsInteger(10, range.least) || most.getAsInteger(10, range.most))
    return false;
  ranges.push_back(range);
  return true;
}

static mlir::OwningOpRef<mlir::ModuleOp>
importSizes(mlir::MLIRContext &context, StringRef bytes,
            const dlc::import::ImportOptions &options,
            ArrayRef<dlc::lengths::LengthRange> ranges) {
  if (ranges.empty())
    return dlc::import::importModelFromMemory(context, bytes, options);
  auto model = dlc::import::SizedModel::load(context, options, bytes);
  if (!model)
    return nullptr;
  return dlc::lengths::importForLengths(ranges, [&](ArrayRef<int64_t> sizes) {
    std::map<std::string, int64_t> shapes = options.shapes;
    for (auto [range, size] : zip_equal(ranges, sizes))
      shapes[range.name] = size;
    return model->importFor(shapes);
  });
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "the importer alone\n");
  auto text = MemoryBuffer::getFile(input);
  if (!text)
    return fail("cannot read " + input + ": " + text.getError().message());
  onnx::ModelProto model;
  std::string owned = (*text)->getBuffer().str();
  onnx::OnnxParser parser(owned.c_str());
  if (auto status = parser.Parse(model); !status.IsOK())
    return fail(input + ": " + status.ErrorMessage());
  std::string bytes = model.SerializeAsString();
  if (!serialize.empty()) {
    std::error_code error;
    raw_fd_ostream out(serialize, error);
    if (error)
      return fail("cannot write " + serialize + ": " + error.message());
    out << bytes;
    return 0;
  }

  dlc::import::ImportOptions options;
  options.file = sys::path::filename(input).str();
  std::vector<dlc::lengths::LengthRange> ranges;
  for (const std::string &shape : shapes) {
    auto [name, size] = StringRef(shape).split('=');
    if (readRange(name, size, ranges))
      continue;
    if (size.getAsInteger(10, options.shapes[name.str()]))
      return fail("--shape needs dim=size, not " + shape);
  }
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.getDiagEngine().registerHandler(print);
  auto module = importSizes(context, bytes, options, ranges);
  if (!module)
    return 1;
  mlir::OpPrintingFlags flags;
  if (locations)
    flags.enableDebugInfo(/*enable=*/true, /*prettyForm=*/false);
  module->print(outs(), flags);
  outs() << "\n";
  return 0;
}
