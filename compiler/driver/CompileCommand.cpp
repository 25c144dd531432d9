//===- CompileCommand.cpp - dlc MODEL -o NET.o ----------------------------===//

#include "compiler/driver/Commands.h"

#include "codegen/header/Header.h"
#include "compiler/driver/MachineCode.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/flash/FlashSearch.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/launches/Declarations.h"

#include "mlir/IR/AsmState.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <memory>

using namespace dlc;
using namespace dlc::driver;

namespace {

/// The outputs of one run and what they are made of.
class Writer {
public:
  explicit Writer(const CompileCommand &command) : command(command) {
    llvm::SmallString<128> path(command.output);
    llvm::sys::path::replace_extension(path, "h");
    header = path.str().str();
    llvm::sys::path::replace_extension(path, "stages");
    listing = path.str().str();
  }

  /// What the outputs are made of.
  void takeFrom(Compilation &of) { compilation = &of; }

  llvm::Error open() {
    if (llvm::Error error = files.open(command.output))
      return error;
    for (const std::string &report : command.reports)
      if (llvm::Error error = files.open(report))
        return error;
    if (!writesBeside())
      return llvm::Error::success();
    if (llvm::Error error = files.open(header))
      return error;
    return files.open(listing);
  }

  /// False when a diagnostic has been printed.
  bool writeModule() {
    bool elide = command.output == "-";
    mlir::OpPrintingFlags flags;
    if (elide)
      flags.elideLargeElementsAttrs(16).elideLargeResourceString(16);
    return put(command.output, [&](llvm::raw_pwrite_stream &os) {
      compilation->module()->print(os, flags);
      os << "\n";
    });
  }

  bool writePtx() {
    return put(command.output, [&](llvm::raw_pwrite_stream &os) {
      os << phases::ptxAttr.get(compilation->module()).getValue();
    });
  }

  bool writeLlvm(llvmgen::NetworkModule &llvmModule) {
    llvm::Error failed = llvm::Error::success();
    bool written = put(command.output, [&](llvm::raw_pwrite_stream &os) {
      llvm::consumeError(std::move(failed));
      if (command.emit == Emit::Llvm) {
        llvmModule.printIr(os);
        failed = llvm::Error::success();
      } else {
        failed = llvmModule.printAssembly(os);
      }
    });
    if (failed) {
      reportError(std::move(failed));
      return false;
    }
    return written;
  }

  bool writeObject(llvm::ArrayRef<char> object) {
    bool written = put(command.output, [&](llvm::raw_pwrite_stream &os) {
      os.write(object.data(), object.size());
    });
    if (!written || !writesBeside())
      return written;
    return put(header,
               [&](llvm::raw_pwrite_stream &os) {
                 header::writeHeader(compilation->network(), os,
                                     command.deviceIo);
               }) &&
           put(listing, [&](llvm::raw_pwrite_stream &os) {
             llvmgen::writeListing(compilation->network(), os);
           });
  }

  /// The last to be written: it has the sizes of what came before.
  bool writeReports() {
    return llvm::all_of(command.reports, [&](const std::string &path) {
      llvm::StringRef form = llvm::sys::path::extension(path);
      return put(path, [&](llvm::raw_pwrite_stream &os) {
        (form == ".json"   ? report::writeJson
         : form == ".html" ? report::writeHtml
                           : report::writeText)(compilation->report(), os);
      });
    });
  }

  /// For a network over its budget: who asked for reports wants them now more
  /// than ever.
  void writeReportsAlone() {
    files.keepOnly(command.reports);
    if (command.reports.empty() || !writeReports() || !commit())
      return;
    for (const std::string &path : command.reports)
      if (path != "-")
        compilation->printer().note("'" + path +
                                    "' shows what takes the memory");
  }

  bool commit() { return succeeded(files.commit()); }

private:
  /// Whether the output is an object in a file that can have a header beside.
  bool writesBeside() const {
    return command.emit == Emit::Obj && command.output != "-" &&
           command.output != "/dev/null";
  }

  bool put(llvm::StringRef path,
           llvm::function_ref<void(llvm::raw_pwrite_stream &)> writer) {
    return succeeded(files.write(path, writer));
  }

  bool succeeded(llvm::Error error) {
    if (!error)
      return true;
    compilation->progress().clear();
    reportError(std::move(error));
    return false;
  }

  const CompileCommand &command;
  Compilation *compilation = nullptr;
  OutputFiles files;
  std::string header, listing;
};

} // namespace

static pipeline::Level levelOf(Emit emit) {
  switch (emit) {
  case Emit::Nn:
    return pipeline::Level::Nn;
  case Emit::Linalg:
    return pipeline::Level::Linalg;
  case Emit::Arena:
    return pipeline::Level::Arena;
  default:
    return pipeline::Level::LlvmMlir;
  }
}

/// Adds what --ptxas makes of the PTX; false after a diagnostic.
static bool assembleKernels(const CompileCommand &command,
                            Compilation &compilation) {
  mlir::ModuleOp module = compilation.module();
  compilation.progress().step("assemble kernels");
  llvm::Expected<std::string> code =
      assemblePtx(command.ptxas, phases::ptxAttr.get(module).getValue(),
                  command.options.target.gpuCapability);
  if (!code) {
    compilation.progress().clear();
    reportError(code.takeError());
    return false;
  }
  phases::machineCodeAttr.set(
      module, mlir::StringAttr::get(module.getContext(), *code));
  return true;
}

/// Up to the level that is asked for; false after a diagnostic.
static bool lower(const CompileCommand &command, Compilation &compilation) {
  if (mlir::failed(compilation.import()))
    return false;
  if (command.deviceIo)
    phases::deviceIoAttr.put(compilation.module());
  return mlir::succeeded(compilation.lower(levelOf(command.emit)));
}

/// LLVM IR of what is lowered; null after a diagnostic.
static std::unique_ptr<llvmgen::NetworkModule>
translate(const CompileCommand &command, Compilation &compilation) {
  if (!command.ptxas.empty() && !assembleKernels(command, compilation))
    return nullptr;
  return compilation.translate();
}

/// Makes the object; false after a diagnostic.
static bool makeObject(const CompileCommand &command, Attempt &attempt) {
  if (!lower(command, *attempt.compilation))
    return false;
  auto llvmModule = translate(command, *attempt.compilation);
  return llvmModule && mlir::succeeded(attempt.compilation->writeObject(
                           *llvmModule, attempt.object));
}

/// Compiles and writes the output; false after a diagnostic.
static bool compile(const CompileCommand &command,
                    const CompileOptions &options, Attempt &attempt,
                    Writer &writer) {
  auto make = [&](Attempt &next) { return makeObject(command, next); };
  if (command.emit == Emit::Obj) {
    if (!make(attempt) || !fitFlash(attempt, make))
      return false;
    writer.takeFrom(*attempt.compilation);
    return mlir::succeeded(attempt.compilation->checkFlash()) &&
           writer.writeObject(attempt.object);
  }
  // What follows the choice of how weights are stored shows that of the object.
  if (command.emit >= Emit::LlvmMlir && options.flashBudget) {
    std::optional<Attempt> fitting = attemptForFlash(options, make);
    if (!fitting)
      return false;
    attempt = Attempt(fitting->options);
    writer.takeFrom(*attempt.compilation);
  }
  if (!lower(command, *attempt.compilation))
    return false;
  if (command.emit <= Emit::LlvmMlir)
    return writer.writeModule();
  if (command.emit == Emit::Ptx)
    return writer.writePtx();
  auto llvmModule = translate(command, *attempt.compilation);
  return llvmModule && writer.writeLlvm(*llvmModule);
}

/// Quantises the model in memory; false after an error.
static bool quantiseFirst(const QuantizeCommand &command,
                          CompileOptions &options) {
  calibrate::Report report;
  std::optional<std::string> bytes = quantiseModel(command, report);
  if (!bytes)
    return false;
  options.bytes = std::move(*bytes);
  for (const std::string &fact : calibrate::summary(report))
    options.notes.push_back(fact);
  return true;
}

/// Compresses the model in memory; false after an error.
static bool compressFirst(const CompressCommand &command,
                          CompileOptions &options) {
  compress::Report report;
  std::optional<std::string> bytes = compressModel(command, report);
  if (!bytes)
    return false;
  options.bytes = std::move(*bytes);
  for (const std::string &fact : compress::summary(report))
    options.notes.push_back(fact);
  // What was compressed to fit has to fit.
  if (std::optional<uint64_t> goal = command.options.goal)
    options.flashBudget =
        options.flashBudget ? std::min(options.flashBudget, *goal) : *goal;
  return true;
}

int driver::runCompile(const CompileCommand &command) {
  CompileOptions options = command.options;
  if (command.quantize && !quantiseFirst(*command.quantize, options))
    return 1;
  if (command.compress && !compressFirst(*command.compress, options))
    return 1;
  Attempt attempt(options);
  Writer writer(command);
  writer.takeFrom(*attempt.compilation);
  // First: nobody should wait for a compilation that has nowhere to go.
  if (llvm::Error error = writer.open()) {
    reportError(std::move(error));
    return 1;
  }
  if (compile(command, options, attempt, writer))
    return writer.writeReports() && writer.commit() ? 0 : 1;
  if (attempt.compilation->isOverBudget())
    writer.writeReportsAlone();
  return 1;
}
