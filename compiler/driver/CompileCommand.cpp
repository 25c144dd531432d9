//===- CompileCommand.cpp - dlc MODEL -o NET.o ----------------------------===//

#include "compiler/driver/Commands.h"

#include "codegen/header/Header.h"
#include "compiler/driver/OutputFiles.h"
#include "dialects/dlc/Declarations.h"

#include "mlir/IR/AsmState.h"
#include "llvm/Support/Path.h"
#include <cmath>
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

  /// What the next outputs are made of.
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

  /// Makes an object and keeps it: it may be too large.
  bool makeObject(llvmgen::NetworkModule &llvmModule) {
    object.clear();
    return mlir::succeeded(compilation->writeObject(llvmModule, object));
  }

  /// Writes the object that was made last, if one was, with what belongs to it.
  bool writeObject() {
    if (object.empty())
      return true;
    bool written = put(command.output, [&](llvm::raw_pwrite_stream &os) {
      os.write(object.data(), object.size());
    });
    if (!written || !writesBeside())
      return written;
    return put(header,
               [&](llvm::raw_pwrite_stream &os) {
                 header::writeHeader(compilation->network(), os);
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
  llvm::SmallVector<char, 0> object;
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

/// Compiles and writes the output, but for an object, which it only makes; false
/// after a diagnostic.
static bool compile(const CompileCommand &command, Compilation &compilation,
                    Writer &writer) {
  writer.takeFrom(compilation);
  if (mlir::failed(compilation.import()) ||
      mlir::failed(compilation.lower(levelOf(command.emit))))
    return false;
  if (command.emit <= Emit::LlvmMlir)
    return writer.writeModule();
  if (command.emit == Emit::Ptx)
    return writer.writePtx();
  std::unique_ptr<llvmgen::NetworkModule> llvmModule = compilation.translate();
  if (!llvmModule)
    return false;
  return command.emit == Emit::Obj ? writer.makeObject(*llvmModule)
                                   : writer.writeLlvm(*llvmModule);
}

/// The highest price of a byte, in thousandths of an instruction, and how often
/// the span of its logarithm is halved.
static constexpr int64_t highestPrice = 1000000;
static constexpr int halvings = 6;

/// Where the fastest forms of weights take too much flash: compiles at about the
/// lowest price of a byte at which the object fits, or at the highest one, if it
/// fits at none; false after a diagnostic.
static bool compileSmaller(const CompileCommand &command,
                           CompileOptions options, Writer &writer,
                           std::unique_ptr<Compilation> &compilation) {
  options.errorsOnly = true;
  auto compileAt = [&](int64_t price) {
    options.bytePrice = price;
    compilation = std::make_unique<Compilation>(options);
    return compile(command, *compilation, writer);
  };
  if (!compileAt(highestPrice))
    return false;
  if (!compilation->fitsFlash())
    return true;
  int64_t tooLow = 1, fitting = highestPrice;
  for (int i = 0; i < halvings; ++i) {
    auto price = static_cast<int64_t>(std::sqrt(
        static_cast<double>(tooLow) * static_cast<double>(fitting)));
    if (!compileAt(price))
      return false;
    (compilation->fitsFlash() ? fitting : tooLow) = price;
  }
  return options.bytePrice == fitting || compileAt(fitting);
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

int driver::runCompile(const CompileCommand &command) {
  CompileOptions options = command.options;
  if (command.quantize && !quantiseFirst(*command.quantize, options))
    return 1;
  auto compilation = std::make_unique<Compilation>(options);
  Writer writer(command);
  writer.takeFrom(*compilation);
  // First: nobody should wait for a compilation that has nowhere to go.
  if (llvm::Error error = writer.open()) {
    reportError(std::move(error));
    return 1;
  }
  bool done = compile(command, *compilation, writer);
  if (done && !compilation->fitsFlash() && !options.denseStorage)
    done = compileSmaller(command, options, writer, compilation);
  if (done && mlir::succeeded(compilation->checkFlash()))
    return writer.writeObject() && writer.writeReports() && writer.commit()
               ? 0
               : 1;
  if (compilation->isOverBudget())
    writer.writeReportsAlone();
  return 1;
}
