//===- ReadShared.cpp - Options of both ways to compile -------------------===//

#include "compiler/driver/options/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

#include <limits>
#include <set>

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;

/// "1..128"; false where it is none.
static bool readRange(llvm::StringRef text, lengths::LengthRange &range) {
  auto [least, most] = text.split("..");
  return text.contains("..") && !least.getAsInteger(10, range.least) &&
         !most.getAsInteger(10, range.most) && range.least > 0 &&
         range.most > range.least &&
         range.most <= std::numeric_limits<int32_t>::max();
}

llvm::Error options::readShapes(std::map<std::string, int64_t> &sizes,
                                std::vector<lengths::LengthRange> *lengths) {
  std::set<std::string> names;
  for (llvm::StringRef text : shapes) {
    auto [dim, number] = text.rsplit('=');
    int64_t size = 0;
    lengths::LengthRange range;
    bool isRange = readRange(number, range);
    if (dim.empty() ||
        (!isRange && (number.getAsInteger(10, size) || size <= 0)))
      return llvm::createStringError(
          "--shape=" + text +
          " is no size of a dimension; write --shape batch=1, or --shape "
          "seq=1..128 for sizes that each run gives");
    if (isRange && !lengths)
      return llvm::createStringError(
          "--shape=" + text +
          ": sizes that each run gives are for dlc, dlc run and dlc check; "
          "write one size, --shape " +
          dim + "=" + number.rsplit('.').second);
    if (!names.insert(dim.str()).second)
      return llvm::createStringError("--shape: dimension '" + dim +
                                     "' is given twice");
    range.name = dim.str();
    if (isRange)
      lengths->push_back(range);
    else
      sizes[dim.str()] = size;
  }
  if (lengths && lengths::Points::count(*lengths) > lengths::Points::kMost)
    return llvm::createStringError(
        "--shape: there are more than " + llvm::Twine(lengths::Points::kMost) +
        " combinations of sizes, for each of which the model is looked at; "
        "give smaller ranges");
  return llvm::Error::success();
}

/// "--shape=seq=1..128: ...; write one size, --shape seq=128"
static llvm::Error refuseRange(const lengths::LengthRange &range,
                               const llvm::Twine &why) {
  return llvm::createStringError(
      "--shape=" + range.name + "=" + llvm::Twine(range.least) + ".." +
      llvm::Twine(range.most) + ": " + why + "; write one size, --shape " +
      range.name + "=" + llvm::Twine(range.most));
}

llvm::Error options::checkOneSize(const CompileOptions &compile,
                                  const llvm::Twine &what) {
  if (compile.lengths.empty())
    return llvm::Error::success();
  return refuseRange(compile.lengths.front(),
                     what + " is for a network with the same sizes in each "
                            "run");
}

/// What sizes that each run gives do not go with.
static llvm::Error checkLengths(const targets::TargetDescription &target,
                                const CompileOptions &compile) {
  llvm::StringRef other = !compile.states.empty()   ? "--state"
                          : !compile.frames.empty() ? "--stream"
                          : !pipelineFile.empty()   ? "--pipeline"
                          : !dump.empty()           ? "--dump"
                                                    : "";
  if (!other.empty())
    return checkOneSize(compile, other);
  if (compile.lengths.empty())
    return llvm::Error::success();
  if (target.hasGpu())
    return refuseRange(compile.lengths.front(),
                       "sizes that each run gives are for networks on "
                       "processors, and target '" +
                           target.name + "' computes on its GPU");
  if (llvm::StringRef(compile.model).ends_with(".mlir"))
    return refuseRange(compile.lengths.front(),
                       "a network in the nn dialect has its shapes in it");
  return llvm::Error::success();
}

/// --fix of a command.
static llvm::Error readFixes(std::map<std::string, std::string> &values) {
  for (llvm::StringRef text : fixes) {
    auto [input, value] = text.split('=');
    if (input.empty() || value.empty())
      return llvm::createStringError("--fix=" + text +
                                     " is no value of an input; write --fix "
                                     "axis=1 or --fix axis=axis.pb");
    if (!values.try_emplace(input.str(), value.str()).second)
      return llvm::createStringError("--fix: input '" + input +
                                     "' is given twice");
  }
  return llvm::Error::success();
}

/// --rounds of a command.
static llvm::Error readRounds(std::map<std::string, int64_t> &most) {
  for (llvm::StringRef text : rounds) {
    auto [node, number] = text.rsplit('=');
    int64_t count = 0;
    if (node.empty() || number.getAsInteger(10, count) || count <= 0)
      return llvm::createStringError("--rounds=" + text +
                                     " is no number of rounds of a Loop; write "
                                     "--rounds loop_3=100");
    if (!most.try_emplace(node.str(), count).second)
      return llvm::createStringError("--rounds: node '" + node +
                                     "' is given twice");
  }
  return llvm::Error::success();
}

/// --state of a command.
static llvm::Error readStates(const targets::TargetDescription &target,
                              std::vector<std::string> &bindings) {
  for (llvm::StringRef text : states) {
    auto [input, output] = text.split('=');
    if (input.empty() || output.empty())
      return llvm::createStringError(
          "--state=" + text +
          " binds nothing; write --state h=h_next: an input, and the output "
          "that it is in the next call");
    bindings.push_back(text.str());
  }
  if (!bindings.empty() && target.hasGpu())
    return llvm::createStringError(
        "--state is for networks on processors, and target '" + target.name +
        "' computes on its GPU: leave inputs and outputs, and give the network "
        "what it has answered");
  return llvm::Error::success();
}

/// --stream of a command.
static llvm::Error readStream(const targets::TargetDescription &target,
                              CompileOptions &compile) {
  if (!streamed.getNumOccurrences())
    return llvm::Error::success();
  llvm::StringRef text = streamed;
  bool named = text.consume_front("axis=");
  auto [axis, number] = text.rsplit(",hop=");
  if (!named || axis.empty() || number.getAsInteger(10, compile.hop) ||
      compile.hop <= 0)
    return llvm::createStringError(
        "--stream=" + streamed +
        " is no dimension and number of frames; write --stream axis=T,hop=4, "
        "or axis=x.2 for dimension 2 of input 'x'");
  compile.frames = axis.str();
  if (target.hasGpu())
    return llvm::createStringError(
        "--stream keeps state, which is for networks on processors, and "
        "target '" +
        target.name + "' computes on its GPU");
  return llvm::Error::success();
}

/// --fp16 for a core that cannot.
static llvm::Error noHalf(const targets::TargetDescription &target) {
  std::string able;
  for (const targets::TargetDescription &other : targets::builtinTargets())
    if (other.fp16 || other.hasGpu())
      able += other.name + ", ";
  return llvm::createStringError(
      "--fp16 needs a core with half-precision arithmetic, which " +
      target.name + " with cpu " + target.cpu + " has not: it has " +
      (target.fpu ? "float32 instructions alone" : "no floating-point unit") +
      "; able are " + able +
      "and armv8-neon with --mcpu= of a core that has FEAT_FP16 (cortex-a55, "
      "cortex-a76, neoverse-n1 ...)");
}

llvm::Error options::readShared(targets::TargetDescription base,
                                CompileOptions &compile) {
  if (llvm::Error error = readShapes(compile.shapes, &compile.lengths))
    return error;
  if (llvm::Error error = readFixes(compile.fixed))
    return error;
  if (llvm::Error error = readRounds(compile.rounds))
    return error;
  if (llvm::Error error = readStates(base, compile.states))
    return error;
  if (llvm::Error error = readStream(base, compile))
    return error;
  if (llvm::Error error = checkLengths(base, compile))
    return error;
  if (threads.getNumOccurrences()) {
    if (threads < 1 || threads > 1024)
      return llvm::createStringError("--threads must be from 1 to 1024");
    base.threads = threads;
  }
  if (half && !base.fp16 && !base.hasGpu())
    return noHalf(base);
  if (pipelineFile.getNumOccurrences() && pipelineFile.empty())
    return llvm::createStringError("--pipeline= names no file");
  if (!pipelineFile.empty() && base.hasGpu())
    return llvm::createStringError(
        "--pipeline is compiled for processors, and target '" + base.name +
        "' computes on its GPU: give the network its input ready");
  if (printPipeline && pipelineFile.empty())
    return llvm::createStringError("--print-pipeline prints what --pipeline "
                                   "names: give a description");
  compile.pipeline = pipelineFile;
  compile.printPipeline = printPipeline;
  compile.half = half;
  compile.strictIntegers = strictIntegers;
  compile.denseStorage = storage == StorageOption::Dense;
  compile.target = std::move(base);
  compile.verifyEach = verifyEach;
  compile.printStages = printStages;
  compile.emit.opt = optLevel;
  compile.emit.profile = profile;
  // The tests of the project set it (test/environment.cmake).
  compile.emit.verifyEach =
      verifyEach || std::getenv("DLC_VERIFY_MACHINE_CODE");
  llvm::SmallString<128> reproducer;
  llvm::sys::path::system_temp_directory(/*erasedOnReboot=*/true, reproducer);
  llvm::sys::path::append(reproducer, "dlc-crash-" + compile.name + ".mlir");
  compile.reproducer = reproducer.str().str();
  return llvm::Error::success();
}

llvm::Expected<targets::TargetDescription> options::readTarget() {
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
  if (llvm::Error error = readGpu(*target))
    return error;
  if (std::string wrong = targets::checkProcessor(target->triple, target->cpu,
                                                  target->features);
      !wrong.empty())
    return llvm::createStringError("target '" + target->name + "': " + wrong);
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

llvm::Error options::checkGivenOnce(llvm::cl::SubCommand &command) {
  for (auto &[argument, option] : command.OptionsMap) {
    if (option->getNumOccurrences() < 2 ||
        option->getNumOccurrencesFlag() != llvm::cl::Optional ||
        !llvm::is_contained(option->Categories, &category))
      continue;
    if (option == &optLevel)
      return llvm::createStringError("two of -O1, -O2 and -Os are given");
    llvm::StringRef dashes = option->ArgStr.size() == 1 ? "-" : "--";
    return llvm::createStringError(dashes + option->ArgStr + " is given twice");
  }
  return llvm::Error::success();
}

llvm::Error options::refuseOptionsOfOthers(llvm::cl::SubCommand &command,
                                           const llvm::Twine &reason) {
  // In the order of their names: the map has none.
  std::vector<llvm::StringRef> given;
  for (auto &[argument, option] : top().OptionsMap)
    if (option->getNumOccurrences() &&
        llvm::is_contained(option->Categories, &category) &&
        !command.OptionsMap.count(argument))
      given.push_back(argument);
  if (given.empty())
    return llvm::Error::success();
  llvm::StringRef first = *llvm::min_element(given);
  return llvm::createStringError((first.size() == 1 ? "-" : "--") + first +
                                 reason);
}
