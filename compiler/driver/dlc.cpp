//===- dlc.cpp - The command line -----------------------------------------===//

#include "codegen/header/Network.h"
#include "compiler/driver/Commands.h"
#include "compiler/driver/CrashReport.h"
#include "compiler/driver/Registration.h"

#include "mlir/InitAllPasses.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

using namespace dlc;
using namespace dlc::driver;
namespace cl = llvm::cl;

namespace {

cl::SubCommand runCommand("run", "Compile, run and compare");
cl::SubCommand targetsCommand("targets", "List the targets");
cl::OptionCategory category("Options of dlc");

cl::SubCommand &top() { return cl::SubCommand::getTopLevel(); }

/// LLVM's libraries register options of their own before ours; those whose
/// names dlc's contract wants go.
struct MakeRoom {
  MakeRoom() {
    auto &registered = cl::getRegisteredOptions();
    for (llvm::StringRef taken : {"threads"})
      if (auto found = registered.find(taken); found != registered.end())
        found->second->removeArgument();
  }
} makeRoom;

// Of both `dlc MODEL` and `dlc run MODEL`.
cl::list<std::string> shapes("shape", cl::desc("Size of a dynamic dimension"),
                             cl::value_desc("dim=N"), cl::cat(category),
                             cl::sub(top()), cl::sub(runCommand));
cl::opt<llvmgen::OptLevel> optLevel(
    cl::desc("Optimisation:"), cl::cat(category), cl::sub(top()),
    cl::sub(runCommand), cl::init(llvmgen::OptLevel::O2),
    cl::values(clEnumValN(llvmgen::OptLevel::O1, "O1", "compile quickly"),
               clEnumValN(llvmgen::OptLevel::O2, "O2", "fast code (default)"),
               clEnumValN(llvmgen::OptLevel::Os, "Os", "small code")));
cl::opt<unsigned> threads("threads",
                          cl::desc("Threads that stages are split for"),
                          cl::value_desc("N"), cl::cat(category),
                          cl::sub(top()), cl::sub(runCommand));
cl::opt<bool> verifyEach("verify",
                         cl::desc("Run the IR verifier and LLVM's machine "
                                  "verifier after each pass, prove each "
                                  "result in place"),
                         cl::cat(category), cl::sub(top()),
                         cl::sub(runCommand));
cl::opt<bool> printStages("print-stages",
                          cl::desc("Print the IR after each phase"),
                          cl::cat(category), cl::sub(top()),
                          cl::sub(runCommand));
cl::opt<bool> profile(
    "profile",
    cl::desc("Time or instructions of each stage (run), calls of the profile "
             "hooks (object)"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand));
cl::opt<std::string> targetName(
    "target",
    cl::desc("Device: a name that `dlc targets` lists (x86-64 is x86-64-v2), "
             "or the path of a .yaml file; for run, this machine by default"),
    cl::value_desc("T"), cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::sub(targetsCommand));
cl::opt<std::string> cpu("mcpu", cl::desc("Processor in place of the target's"),
                         cl::value_desc("cpu"), cl::cat(category),
                         cl::sub(top()), cl::sub(runCommand));
cl::opt<targets::FloatAbi> floatAbi(
    "float-abi", cl::desc("Float ABI in place of the target's:"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::values(clEnumValN(targets::FloatAbi::Soft, "soft", "library calls"),
               clEnumValN(targets::FloatAbi::SoftFP, "softfp",
                          "instructions; passed in integer registers"),
               clEnumValN(targets::FloatAbi::Hard, "hard",
                          "instructions; passed in float registers")));
cl::opt<bool> half("fp16",
                   cl::desc("Half-precision weights and arithmetic in a "
                            "float32 network, for cores that have it"),
                   cl::cat(category), cl::sub(top()), cl::sub(runCommand));
cl::opt<std::string> ram("ram",
                         cl::desc("RAM budget; what costs only time is "
                                  "tried before it is an error"),
                         cl::value_desc("32K"), cl::cat(category),
                         cl::sub(top()), cl::sub(runCommand));
cl::opt<std::string> flash("flash", cl::desc("Flash budget"),
                           cl::value_desc("128K"), cl::cat(category),
                           cl::sub(top()), cl::sub(runCommand));

// Of `dlc MODEL`.
cl::opt<std::string> model(cl::Positional, cl::desc("MODEL.onnx"), cl::Required,
                           cl::cat(category));
cl::opt<std::string> output("o", cl::desc("Output; - is standard output"),
                            cl::value_desc("file"), cl::cat(category));
cl::opt<std::string>
    name("name", cl::desc("Prefix of symbols (default: stem of the output)"),
         cl::value_desc("net"), cl::cat(category));
cl::list<std::string> reports(
    "report",
    cl::desc("Write stages, memory plan and flash: as text, JSON or a page "
             "with a picture (.txt, .json, .html); text on standard output "
             "without FILE; may be given more than once; also of a network "
             "that is over its budget"),
    cl::value_desc("FILE"), cl::ValueOptional, cl::cat(category));
cl::opt<ArenaPlace> arenaPlace(
    "arena", cl::desc("Where the arena is:"), cl::cat(category),
    cl::values(clEnumValN(ArenaPlace::Caller, "caller",
                          "memory of the caller (default)"),
               clEnumValN(ArenaPlace::Static, "static",
                          "in the object, in section .dlc_arena or the one "
                          "that the board names")));
cl::opt<std::string> arenaSplit(
    "arena-split", cl::ValueOptional,
    cl::desc("An arena in each bank of RAM: those of these sizes, the one to "
             "be filled first first, or the board's"),
    cl::value_desc("64K,32K"), cl::cat(category));
cl::opt<Emit> emit(
    "emit", cl::desc("What to write:"), cl::cat(category), cl::init(Emit::Obj),
    cl::values(clEnumValN(Emit::Nn, "nn", "stages of nn ops"),
               clEnumValN(Emit::Linalg, "linalg",
                          "stages as linalg on tensors"),
               clEnumValN(Emit::Arena, "arena", "loops, buffers with offsets"),
               clEnumValN(Emit::LlvmMlir, "llvm-mlir", "LLVM dialect"),
               clEnumValN(Emit::Llvm, "llvm", "LLVM IR"),
               clEnumValN(Emit::Asm, "asm", "assembly"),
               clEnumValN(Emit::Obj, "obj", "object and header (default)")));

// Of `dlc run MODEL`.
cl::opt<std::string> runModel(cl::Positional,
                              cl::desc("MODEL.onnx or its folder"),
                              cl::Required, cl::cat(category),
                              cl::sub(runCommand));
cl::opt<std::string>
    inputs("inputs",
           cl::desc("Test set (input_0.pb, output_0.pb ...), or folder of "
                    "test_data_set_*; random data without it"),
           cl::value_desc("dir"), cl::cat(category), cl::sub(runCommand));
cl::opt<unsigned> seed("seed", cl::desc("Seed of random inputs"),
                       cl::value_desc("N"), cl::cat(category),
                       cl::sub(runCommand));
cl::opt<std::string>
    saveFolder("save",
               cl::desc("Keep the program that runs under QEMU, and its data"),
               cl::value_desc("dir"), cl::cat(category), cl::sub(runCommand));
cl::opt<bool> checkOnly("check-only", cl::desc("Compare, measure nothing"),
                        cl::cat(category), cl::sub(runCommand));
cl::opt<double> tolerance("tolerance",
                          cl::desc("Relative to the largest expected value "
                                   "(default: 1e-4, with --fp16 1e-2)"),
                          cl::value_desc("x"), cl::cat(category),
                          cl::sub(runCommand));

} // namespace

static llvm::Error readBudget(const cl::opt<std::string> &option,
                              uint64_t &budget) {
  if (!option.getNumOccurrences())
    return llvm::Error::success();
  std::optional<uint64_t> bytes = targets::parseByteSize(option);
  if (!bytes || *bytes == 0)
    return llvm::createStringError("--" + option.ArgStr + "=" + option +
                                   " is no size; write 32768, 32K or 2M");
  budget = *bytes;
  return llvm::Error::success();
}

static llvm::Error readShapes(std::map<std::string, int64_t> &sizes) {
  for (llvm::StringRef text : shapes) {
    auto [dim, number] = text.rsplit('=');
    int64_t size = 0;
    if (dim.empty() || number.getAsInteger(10, size) || size <= 0)
      return llvm::createStringError("--shape=" + text +
                                     " is no size of a dimension; write "
                                     "--shape batch=1");
    if (!sizes.try_emplace(dim.str(), size).second)
      return llvm::createStringError("--shape: dimension '" + dim +
                                     "' is given twice");
  }
  return llvm::Error::success();
}

/// --fp16 for a core that cannot.
static llvm::Error noHalf(const targets::TargetDescription &target) {
  std::string able;
  for (const targets::TargetDescription &other : targets::builtinTargets())
    if (other.fp16)
      able += other.name + ", ";
  return llvm::createStringError(
      "--fp16 needs a core with half-precision arithmetic, which " +
      target.name + " with cpu " + target.cpu + " has not: it has " +
      (target.fpu ? "float32 instructions alone" : "no floating-point unit") +
      "; able are " + able +
      "and armv8-neon with --mcpu= of a core that has FEAT_FP16 (cortex-a55, "
      "cortex-a76, neoverse-n1 ...)");
}

/// What both ways to compile share. `base` is the target that was asked for.
static llvm::Error readOptions(targets::TargetDescription base,
                               CompileOptions &options) {
  if (llvm::Error error = readShapes(options.shapes))
    return error;
  if (threads.getNumOccurrences()) {
    if (threads < 1 || threads > 1024)
      return llvm::createStringError("--threads must be from 1 to 1024");
    base.threads = threads;
  }
  if (half && !base.fp16 &&
      targets::checkProcessor(base.triple, base.cpu, base.features).empty())
    return noHalf(base);
  options.half = half;
  options.target = std::move(base);
  options.verifyEach = verifyEach;
  options.printStages = printStages;
  options.emit.opt = optLevel;
  options.emit.profile = profile;
  // The tests of the project set it (test/environment.cmake).
  options.emit.verifyEach =
      verifyEach || std::getenv("DLC_VERIFY_MACHINE_CODE");
  llvm::SmallString<128> reproducer;
  llvm::sys::path::system_temp_directory(/*erasedOnReboot=*/true, reproducer);
  llvm::sys::path::append(reproducer, "dlc-crash-" + options.name + ".mlir");
  options.reproducer = reproducer.str().str();
  return llvm::Error::success();
}

static llvm::Expected<targets::TargetDescription> readTarget() {
  if (targetName.empty())
    return llvm::createStringError(
        "no target: give --target=T (`dlc targets` lists them)");
  llvm::Expected<targets::TargetDescription> target =
      targets::findTarget(targetName);
  if (!target)
    return target;
  if (cpu.getNumOccurrences()) {
    if (cpu.empty())
      return llvm::createStringError("--mcpu= names no processor");
    target->cpu = cpu;
    target->fp16 = target->fpu && targets::hasHalfArithmetic(
                                      target->triple, cpu, target->features,
                                      target->vectorBits != 0);
  }
  if (floatAbi.getNumOccurrences()) {
    llvm::Triple triple(llvm::Triple::normalize(target->triple));
    if (!triple.isARM() && !triple.isThumb())
      return llvm::createStringError("--float-abi is for 32-bit Arm, not for " +
                                     target->name);
    if (floatAbi != targets::FloatAbi::Soft && !target->fpu)
      return llvm::createStringError("target '" + target->name +
                                     "' has no floating-point unit: "
                                     "--float-abi=soft is all it can do");
    target->floatAbi = floatAbi;
    if (floatAbi == targets::FloatAbi::Soft)
      target->leaveFpuAlone();
  }
  return target;
}

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

/// Banks "0", "1" ... of the sizes in a list.
static llvm::Error readBanks(llvm::StringRef list,
                             std::vector<targets::RamBank> &banks) {
  llvm::SmallVector<llvm::StringRef> sizes;
  list.split(sizes, ',');
  for (llvm::StringRef text : sizes) {
    std::optional<uint64_t> bytes = targets::parseByteSize(text);
    if (!bytes || *bytes == 0)
      return llvm::createStringError(
          "--arena-split=" + list + ": '" + text +
          "' is no size; write --arena-split=64K,32K");
    banks.push_back({std::to_string(banks.size()), *bytes, ""});
  }
  return llvm::Error::success();
}

/// The banks that the arena is split over, and with them the budget.
static llvm::Error readArenaSplit(const targets::TargetDescription &target,
                                  CompileOptions &options) {
  if (!arenaSplit.getNumOccurrences())
    return llvm::Error::success();
  if (ram.getNumOccurrences())
    return llvm::createStringError(
        "--ram is the budget of one arena: say with --arena-split=64K,32K how "
        "much of each bank may be used");
  options.arenaBanks = target.ram;
  if (!arenaSplit.empty()) {
    options.arenaBanks.clear();
    if (llvm::Error error = readBanks(arenaSplit, options.arenaBanks))
      return error;
  }
  if (options.arenaBanks.size() < 2)
    return llvm::createStringError(
        "--arena-split needs two banks of RAM: --arena-split=64K,32K, or a "
        "--target=board.yaml that lists them");
  options.ramBudget = 0;
  for (const targets::RamBank &bank : options.arenaBanks)
    options.ramBudget += bank.bytes;
  return llvm::Error::success();
}

/// The target's own sizes unless the command line has others.
static llvm::Error readBudgets(const targets::TargetDescription &target,
                               CompileOptions &options) {
  // One arena lies in one bank.
  if (const targets::RamBank *bank = target.largestBank())
    options.ramBudget = bank->bytes;
  options.flashBudget = target.flashBytes;
  if (llvm::Error error = readBudget(ram, options.ramBudget))
    return error;
  if (llvm::Error error = readArenaSplit(target, options))
    return error;
  return readBudget(flash, options.flashBudget);
}

/// An option given twice says two things; LLVM takes the last.
static llvm::Error checkGivenOnce(cl::SubCommand &command) {
  for (auto &[argument, option] : command.OptionsMap) {
    if (option->getNumOccurrences() < 2 ||
        option->getNumOccurrencesFlag() != cl::Optional ||
        !llvm::is_contained(option->Categories, &category))
      continue;
    if (option == &optLevel)
      return llvm::createStringError("two of -O1, -O2 and -Os are given");
    llvm::StringRef dashes = option->ArgStr.size() == 1 ? "-" : "--";
    return llvm::createStringError(dashes + option->ArgStr + " is given twice");
  }
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
  command.options.arenaPlace = arenaPlace;
  if (llvm::Error error = readBudgets(*target, command.options))
    return error;
  return readOptions(std::move(*target), command.options);
}

/// LLVM takes the options of `dlc MODEL` for those of a subcommand too.
static llvm::Error refuseOptionsOfObjects() {
  const std::reference_wrapper<cl::Option> options[] = {
      output, name, reports, arenaPlace, arenaSplit, emit};
  for (const cl::Option &option : options)
    if (option.getNumOccurrences())
      return llvm::createStringError(
          (option.ArgStr.size() == 1 ? "-" : "--") + option.ArgStr +
          " is for an object that is written: `dlc run` has none");
  return llvm::Error::success();
}

static llvm::Error readRunCommand(RunCommand &command) {
  if (llvm::Error error = refuseOptionsOfObjects())
    return error;
  if (llvm::Error error = checkGivenOnce(runCommand))
    return error;
  llvm::SmallString<128> path(runModel.getValue());
  if (llvm::sys::fs::is_directory(path))
    llvm::sys::path::append(path, "model.onnx");
  command.options.model = path.str().str();
  command.options.name = "net";
  command.inputs = inputs;
  // A folder that holds a model and its test sets says it all.
  if (inputs.empty() && llvm::sys::fs::is_directory(runModel.getValue()))
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
  if (targetName.empty())
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
  return readOptions(std::move(*target), command.options);
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

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  installCrashReport(argc, argv);
  for (cl::SubCommand *command : {&top(), &runCommand, &targetsCommand})
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
      "  dlc targets                                   lists the devices\n");
  mlir::registerAllPasses();
  registerDlcPasses();
  if (targetsCommand)
    return runTargets(targetName);
  return runCommand ? runMain() : compileMain();
}
