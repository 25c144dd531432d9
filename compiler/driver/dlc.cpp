//===- dlc.cpp - The command line -----------------------------------------===//

#include "codegen/header/Network.h"
#include "compiler/driver/CrashReport.h"
#include "compiler/driver/Registration.h"
#include "compiler/driver/options/Options.h"

#include "mlir/InitAllPasses.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

/// The folder part and extension taken off.
static llvm::Error readName(CompileCommand &command) {
  bool given = name.getNumOccurrences();
  if (given && !header::isIdentifier(name))
    return llvm::createStringError("--name=" + name +
                                   " cannot be the prefix of C symbols");
  command.options.name =
      given ? name.getValue()
            : header::toIdentifier(llvm::sys::path::stem(
                  command.output == "-" ? model.getValue() : command.output));
  return llvm::Error::success();
}

static llvm::Error readOutput(CompileCommand &command) {
  command.emit = emit;
  command.output = output;
  if (output.empty()) {
    if (emit == Emit::Obj)
      return llvm::createStringError("no output: give -o NET.o");
    command.output = "-";
  }
  if (command.output == "-")
    return llvm::Error::success();
  if (llvm::sys::fs::equivalent(command.output, model))
    return llvm::createStringError("the output '" + command.output +
                                   "' is the model itself");
  llvm::StringRef extension = llvm::sys::path::extension(command.output);
  if (emit == Emit::Obj && (extension == ".h" || extension == ".stages"))
    return llvm::createStringError("the object '" + command.output +
                                   "' would lie where its header and listing "
                                   "go; give it the extension .o");
  command.options.emit.listing =
      llvm::sys::path::stem(command.output).str() + ".stages";
  return llvm::Error::success();
}

static llvm::Error readReport(llvm::StringRef path, CompileCommand &command) {
  if (command.emit < Emit::Arena)
    return llvm::createStringError(
        "--report=" + path +
        " needs a memory plan: --emit=arena or what comes after it");
  llvm::StringRef form = llvm::sys::path::extension(path);
  if (path != "-" && form != ".txt" && form != ".json" && form != ".html")
    return llvm::createStringError("--report=" + path +
                                   ": the extension says what to write: .txt, "
                                   ".json or .html");
  if (path == "-" && command.output == "-")
    return llvm::createStringError("the output takes standard output: give "
                                   "--report=FILE");
  if (path == command.output || llvm::sys::fs::equivalent(path, model) ||
      llvm::is_contained(command.reports, path))
    return llvm::createStringError("--report=" + path +
                                   " would overwrite the model, the output or "
                                   "another report");
  command.reports.push_back(path.str());
  return llvm::Error::success();
}

static llvm::Error readReports(CompileCommand &command) {
  for (llvm::StringRef path : reports)
    if (llvm::Error error = readReport(path.empty() ? "-" : path, command))
      return error;
  return llvm::Error::success();
}

static llvm::Error readCompileCommand(CompileCommand &command) {
  if (llvm::Error error = checkGivenOnce(top()))
    return error;
  command.options.model = model;
  llvm::Expected<targets::TargetDescription> target = readTarget();
  if (!target)
    return target.takeError();
  if (llvm::Error error = readOutput(command))
    return error;
  if (llvm::Error error = readReports(command))
    return error;
  if (llvm::Error error = readName(command))
    return error;
  if (llvm::Error error = readQuantizeFirst(command.quantize))
    return error;
  if (llvm::Error error = readDeviceObject(*target, command))
    return error;
  command.options.arenaPlace = arenaPlace;
  if (llvm::Error error = readBudgets(*target, command.options))
    return error;
  if (llvm::Error error = readShared(std::move(*target), command.options))
    return error;
  return readCompressFirst(command.options, command.compress);
}

/// --image and what is written of it.
static llvm::Error readPictures(RunCommand &command) {
  command.image = image;
  command.dumpInput = dumpInput;
  command.draw = draw;
  for (const cl::opt<std::string> *option : {&image, &dumpInput, &draw})
    if (option->getNumOccurrences() && option->empty())
      return llvm::createStringError("--" + option->ArgStr + "= names no file");
  for (const cl::opt<std::string> *option : {&dumpInput, &draw}) {
    if (option->empty())
      continue;
    if (image.empty())
      return llvm::createStringError("--" + option->ArgStr +
                                     " is of a picture: give --image=FILE");
    if (*option == image || llvm::sys::fs::equivalent(*option, image) ||
        (option == &draw && draw == dumpInput))
      return llvm::createStringError("--" + option->ArgStr + "=" + *option +
                                     " would overwrite another picture");
  }
  if (image.empty())
    return llvm::Error::success();
  if (pipelineFile.empty())
    return llvm::createStringError("--image is a frame of --pipeline, whose "
                                   "description says what becomes of it: "
                                   "give one");
  if (!inputs.empty())
    return llvm::createStringError("--image and --inputs both give the "
                                   "network its inputs: leave one out");
  return llvm::Error::success();
}

/// --dump and where to.
static llvm::Error readDump(RunCommand &command) {
  command.options.watched = dump;
  command.dumpFolder = dumpTo;
  if (dump.getNumOccurrences() == 0)
    return dumpTo.getNumOccurrences()
               ? llvm::createStringError("--dump-to=" + dumpTo +
                                         " is where --dump writes: give one")
               : llvm::Error::success();
  if (dumpTo.empty() || llvm::is_contained(dump, ""))
    return llvm::createStringError(dumpTo.empty() ? "--dump-to= names no folder"
                                                  : "--dump= names no node");
  if (!pipelineFile.empty())
    return llvm::createStringError(
        "--dump is of the network alone: leave out --pipeline");
  if (llvm::StringRef(command.options.model).ends_with(".mlir"))
    return llvm::createStringError("--dump is of an ONNX model, whose nodes "
                                   "have names");
  return llvm::Error::success();
}

static llvm::Error readRunCommand(RunCommand &command) {
  if (llvm::Error error = refuseOptionsOfOthers(
          runCommand, " is for an object that is written: `dlc run` has none"))
    return error;
  if (llvm::Error error = checkGivenOnce(runCommand))
    return error;
  llvm::SmallString<128> path(runModel.getValue());
  if (llvm::sys::fs::is_directory(path))
    llvm::sys::path::append(path, "model.onnx");
  command.options.model = path.str().str();
  command.options.name = "net";
  command.inputs = inputs;
  if (llvm::Error error = readPictures(command))
    return error;
  if (llvm::Error error = readDump(command))
    return error;
  command.wav = wav;
  if (!wav.empty() && (!inputs.empty() || !image.empty()))
    return llvm::createStringError("--wav and --inputs or --image are both "
                                   "what the network is given: leave one out");
  // A folder that holds a model and its test sets says it all.
  if (inputs.empty() && image.empty() && wav.empty() &&
      llvm::sys::fs::is_directory(runModel.getValue()))
    command.inputs = runModel;
  command.profile = profile;
  command.seed = seed;
  command.checkOnly = checkOnly;
  if (!(tolerance >= 0))
    return llvm::createStringError("--tolerance must be a number from 0 on");
  if (tolerance.getNumOccurrences())
    command.tolerance = tolerance;
  else if (half)
    command.tolerance = 1e-2;
  command.save = saveFolder;
  if (!targetName.getNumOccurrences())
    targetName = "host";
  llvm::Expected<targets::TargetDescription> target = readTarget();
  if (!target)
    return target.takeError();
  // QEMU's core with every instruction it knows.
  if (target->emulator && !target->emulator->cpu.empty() &&
      cpu.getNumOccurrences())
    target->emulator->cpu = "max";
  if (llvm::Error error = readBudgets(*target, command.options))
    return error;
  return readShared(std::move(*target), command.options);
}

static llvm::Error readCheckCommand(CompileOptions &options) {
  if (llvm::Error error = refuseOptionsOfOthers(
          checkCommand, " is for compiling, which `dlc check` does not"))
    return error;
  if (llvm::Error error = checkGivenOnce(checkCommand))
    return error;
  options.model = checkModel;
  options.name = "net";
  if (!targetName.getNumOccurrences())
    targetName = "host";
  llvm::Expected<targets::TargetDescription> target = readTarget();
  if (!target)
    return target.takeError();
  if (llvm::Error error = readShared(std::move(*target), options))
    return error;
  // What is tried for less RAM is compiled to be measured.
  options.emit.opt = llvmgen::OptLevel::O1;
  return llvm::Error::success();
}

static int checkMain() {
  CompileOptions options;
  if (llvm::Error error = readCheckCommand(options)) {
    reportError(std::move(error));
    return 1;
  }
  return runCheck(options);
}

static int compileMain() {
  CompileCommand command;
  if (llvm::Error error = readCompileCommand(command)) {
    reportError(std::move(error));
    return 1;
  }
  return runCompile(command);
}

static int runMain() {
  RunCommand command;
  if (llvm::Error error = readRunCommand(command)) {
    reportError(std::move(error));
    return 1;
  }
  return runNetwork(command);
}

static int quantizeMain() {
  QuantizeCommand command;
  if (llvm::Error error = readQuantizeCommand(command)) {
    reportError(std::move(error));
    return 1;
  }
  return runQuantize(command);
}

static int compressMain() {
  CompressCommand command;
  if (llvm::Error error = readCompressCommand(command)) {
    reportError(std::move(error));
    return 1;
  }
  return runCompress(command);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  installCrashReport(argc, argv);
  for (cl::SubCommand *command :
       {&top(), &runCommand, &checkCommand, &quantizeCommand, &compressCommand,
        &targetsCommand})
    cl::HideUnrelatedOptions(category, *command);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "dlc " DLC_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  cl::ParseCommandLineOptions(
      argc, argv,
      "dlc: compiles an ONNX network to one object file for one device\n\n"
      "  dlc MODEL.onnx --target=cortex-m3 -o net.o    writes net.o and net.h\n"
      "  dlc run MODEL.onnx [--inputs DIR] [--target=T] runs it here, or under "
      "QEMU\n"
      "  dlc check MODEL.onnx [--target=T]             says what it would "
      "need, "
      "and what is not supported\n"
      "  dlc quantize MODEL.onnx --data DIR -o INT8.onnx makes it integers\n"
      "  dlc compress MODEL.onnx --data DIR -o SMALL.onnx makes its weights "
      "take less\n"
      "  dlc targets                                   lists the devices\n");
  mlir::registerAllPasses();
  registerDlcPasses();
  if (targetsCommand)
    return runTargets(targetName);
  if (quantizeCommand)
    return quantizeMain();
  if (compressCommand)
    return compressMain();
  if (checkCommand)
    return checkMain();
  return runCommand ? runMain() : compileMain();
}
