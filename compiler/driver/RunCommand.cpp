//===- RunCommand.cpp - dlc run MODEL -------------------------------------===//

#include "compiler/driver/Commands.h"
#include "compiler/driver/flash/FlashSearch.h"

#include "compiler/driver/run/Answers.h"
#include "compiler/driver/run/Dump.h"
#include "compiler/driver/run/EmulatedGpu.h"
#include "compiler/driver/run/EmulatedNetwork.h"
#include "compiler/driver/run/EmulatedProgram.h"
#include "compiler/driver/run/JitNetwork.h"
#include "compiler/driver/run/PictureRun.h"
#include "compiler/driver/run/TestData.h"
#include "compiler/driver/run/WavFile.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <chrono>
#include <cmath>

using namespace dlc;
using namespace dlc::driver;

namespace {
using Clock = std::chrono::steady_clock;

double seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Runs until the minimum has had time to settle: a tenth of a second, ten
/// runs at least.
template <typename Run> void repeat(Run run) {
  Clock::time_point start = Clock::now();
  for (unsigned i = 0; i < 10 || seconds(Clock::now() - start) < 0.3; ++i) {
    run();
    if (i >= 100000 || seconds(Clock::now() - start) > 20)
      break;
  }
}
} // namespace

static std::string readable(double time) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (time < 1e-3)
    os << llvm::format("%.2f us", time * 1e6);
  else if (time < 1)
    os << llvm::format("%.3f ms", time * 1e3);
  else
    os << llvm::format("%.3f s", time);
  return text;
}

static void printTime(JitNetwork &jit, DataSet &data) {
  double best = INFINITY;
  repeat([&] {
    Clock::time_point start = Clock::now();
    jit.run(data);
    best = std::min(best, seconds(Clock::now() - start));
  });
  uint64_t flops = 0;
  for (const header::Stage &stage : jit.network().stages)
    flops += stage.flops;
  llvm::outs() << "time " << readable(best)
               << llvm::format(", %.2f GFLOP/s", flops / best * 1e-9)
               << ", arena " << jit.network().arenaBytes << " bytes\n";
}

/// Stages by what they cost, the most expensive first.
template <typename Cost>
static std::vector<size_t> costliestFirst(llvm::ArrayRef<Cost> costs) {
  std::vector<size_t> order(costs.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tie(costs[b], a) < std::tie(costs[a], b);
  });
  return order;
}

static void printProfile(JitNetwork &jit, DataSet &data) {
  std::vector<double> best(jit.network().stages.size(), INFINITY);
  repeat([&] {
    jit.run(data);
    for (auto [i, time] : llvm::enumerate(jit.stageSeconds()))
      best[i] = std::min(best[i], time);
  });
  double total = 0;
  for (double time : best)
    total += time;
  llvm::outs() << "      time  share  GFLOP/s  stage\n";
  for (size_t i : costliestFirst<double>(best)) {
    const header::Stage &stage = jit.network().stages[i];
    llvm::outs() << llvm::right_justify(readable(best[i]), 10)
                 << llvm::format("  %4.1f%%  %7.2f  ", 100 * best[i] / total,
                                 stage.flops / best[i] * 1e-9)
                 << nn::printable(stage.name) << " ("
                 << nn::printable(stage.kind) << ")\n";
  }
}

static void printInstructions(const InstructionCount &count,
                              const header::Network &network) {
  uint64_t flops = 0;
  for (const header::Stage &stage : network.stages)
    flops += stage.flops;
  llvm::outs() << count.total << " instructions";
  if (flops)
    llvm::outs() << llvm::format(", %.2f per flop",
                                 double(count.total) / flops);
}

static void printStages(const InstructionCount &count,
                        const header::Network &network) {
  llvm::outs() << "instructions  share  per flop  stage\n";
  auto row = [&](uint64_t instructions) -> llvm::raw_ostream & {
    return llvm::outs() << llvm::right_justify(llvm::utostr(instructions), 12)
                        << llvm::format("  %4.1f%%  ",
                                        100.0 * instructions / count.total);
  };
  uint64_t entry = count.total;
  for (size_t i : costliestFirst<uint64_t>(count.stages)) {
    const header::Stage &stage = network.stages[i];
    entry -= count.stages[i];
    if (stage.flops)
      row(count.stages[i]) << llvm::format("%8.2f  ", double(count.stages[i]) /
                                                          stage.flops);
    else
      row(count.stages[i]) << "       -  ";
    llvm::outs() << nn::printable(stage.name) << " ("
                 << nn::printable(stage.kind) << ")\n";
  }
  row(entry) << "       -  between the stages\n";
}

/// Compares every output that the test set has; prints the largest difference.
static bool compare(const header::Network &network, const DataSet &data,
                    double tolerance) {
  bool equal = true;
  for (auto [i, tensor] : llvm::enumerate(network.outputs)) {
    if (i >= data.expected.size())
      break;
    Difference difference = compareOutput(network, data, i);
    bool ok = difference.relative() <= tolerance;
    equal &= ok;
    llvm::outs() << nn::printable(data.name) << ": output '"
                 << nn::printable(tensor.name) << "' largest difference "
                 << llvm::format("%.3g (relative %.3g)", difference.largest,
                                 difference.relative())
                 << (ok ? "" : ", above the tolerance") << "\n";
  }
  return equal;
}

/// Writes what --dump asks for, of several sets into a folder each.
static bool dumpLayers(const RunCommand &command,
                       const Compilation &compilation,
                       const header::Network &network, const DataSet &data,
                       bool isOnly) {
  llvm::SmallString<128> folder(command.dumpFolder);
  if (!isOnly)
    llvm::sys::path::append(folder, fileNameOf(data.name));
  if (llvm::Error error = dumpTensors(network, data, compilation.watched(),
                                      folder, llvm::outs())) {
    reportError(std::move(error));
    return false;
  }
  return true;
}

/// Compares, or prints where there is nothing to compare with.
static bool show(const RunCommand &command, const Compilation &compilation,
                 const header::Network &network, const DataSet &data,
                 bool isOnly) {
  bool dumps = !command.options.watched.empty();
  if (dumps && !dumpLayers(command, compilation, network, data, isOnly))
    return false;
  if (!data.expected.empty())
    return compare(network, data, command.tolerance);
  if (!dumps)
    printOutputs(network, data, llvm::outs());
  return true;
}

/// The network in this process, after it has run on each set and said what came
/// out; null where it did not. `equal`: whether all is as expected.
static std::unique_ptr<JitNetwork> runAll(const RunCommand &command,
                                          Compilation &compilation,
                                          std::vector<DataSet> &sets,
                                          bool &equal) {
  std::unique_ptr<JitNetwork> jit = JitNetwork::create(compilation);
  if (!jit)
    return nullptr;
  compilation.progress().clear();
  equal = true;
  for (DataSet &data : sets) {
    if (!jit->run(data))
      return nullptr;
    equal &= show(command, compilation, jit->network(), data, sets.size() == 1);
  }
  return jit;
}

static bool runInMemory(const RunCommand &command, Compilation &compilation,
                        std::vector<DataSet> &sets) {
  bool equal = false;
  std::unique_ptr<JitNetwork> jit = runAll(command, compilation, sets, equal);
  if (!jit)
    return false;
  if (command.checkOnly)
    return equal;
  if (command.profile)
    printProfile(*jit, sets.front());
  else
    printTime(*jit, sets.front());
  return equal;
}

static bool runEmulated(const RunCommand &command, Compilation &compilation,
                        std::vector<DataSet> &sets) {
  EmulatedNetwork emulated(command.options.target, command.save);
  if (!emulated.run(compilation, sets))
    return false;
  const header::Network &network = compilation.network();
  bool equal = true;
  for (const DataSet &data : sets)
    equal &= show(command, compilation, network, data, sets.size() == 1);
  if (command.checkOnly)
    return equal;
  bool counted = !emulated.counts().empty();
  if (counted)
    printInstructions(emulated.counts().front(), network);
  else
    llvm::outs() << "instructions are not counted ("
                 << nn::printable(emulated.whyNotCounted()) << ")";
  llvm::outs() << ", arena " << network.arenaBytes << " bytes";
  if (emulated.stackBytes())
    llvm::outs() << ", stack " << *emulated.stackBytes() << " bytes";
  llvm::outs() << ", " << nn::printable(emulated.machine()) << "\n";
  if (command.profile && counted)
    printStages(emulated.counts().front(), network);
  return equal;
}

/// On the emulated GPU. Times are the model's: an emulator has none.
static bool runOnGpu(const RunCommand &command, Compilation &compilation,
                     std::vector<DataSet> &sets) {
  const targets::TargetDescription &target = command.options.target;
  llvm::Expected<EmulatedGpu> gpu = EmulatedGpu::load(target);
  if (!gpu) {
    reportError(gpu.takeError());
    return false;
  }
  bool equal = false;
  std::unique_ptr<JitNetwork> jit = runAll(command, compilation, sets, equal);
  if (!jit)
    return false;
  if (command.checkOnly)
    return equal;
  // Of one run: those before are forgotten.
  llvm::Expected<std::vector<GpuLaunch>> launches = gpu->launches();
  if (launches && jit->run(sets.front()))
    launches = gpu->launches();
  if (!launches) {
    reportError(launches.takeError());
    return false;
  }
  llvm::outs() << "modelled time "
               << readable(modelledSeconds(*launches, target)) << " on "
               << nn::printable(target.name) << ", " << launches->size()
               << " launches, " << jit->network().deviceBytes
               << " bytes of the device, emulated\n";
  if (command.profile)
    printBounds(*launches, target, llvm::outs());
  return equal;
}

/// Whether this process can call code of the target.
static bool runsHere(const targets::TargetDescription &target) {
  if (target.name == targets::hostTarget().name)
    return true;
  llvm::Triple triple(llvm::Triple::normalize(target.triple));
  if (!triple.isX86() ||
      triple.getArch() != llvm::Triple(llvm::sys::getProcessTriple()).getArch())
    return false;
  llvm::SmallVector<llvm::StringRef> needed;
  llvm::X86::getFeaturesForCPU(target.cpu, needed);
  llvm::StringMap<bool> has = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(needed, [&](llvm::StringRef feature) {
    // What every x86-64 has is not in the list.
    auto found = has.find(feature);
    return found == has.end() || found->second;
  });
}

/// What the network is called with: a picture, a recording, test sets or random
/// numbers.
static llvm::Expected<std::vector<DataSet>>
makeSets(const RunCommand &command, const Compilation &compilation,
         std::optional<PictureRun> &picture) {
  if (!command.inputs.empty())
    return readTestData(compilation.network(), command.inputs);
  if (!command.wav.empty())
    return readWav(compilation.network(), command.wav, llvm::outs());
  if (command.image.empty()) {
    if (compilation.network().boxes)
      llvm::outs() << "random numbers show nothing that can be detected: "
                      "--image gives a picture\n";
    return randomData(compilation.network(), command.seed);
  }
  llvm::Expected<PictureRun> made = PictureRun::create(command, compilation);
  if (!made)
    return made.takeError();
  picture = std::move(*made);
  picture->describe(llvm::outs());
  std::vector<DataSet> sets;
  sets.push_back(picture->makeSet(compilation.network()));
  return sets;
}

/// Runs the pipeline alone, compiled for the same machine, and writes what it
/// has made.
static bool dumpInput(const RunCommand &command, CompileOptions options,
                      const PictureRun &picture, bool here) {
  options.inputsOnly = true;
  options.printPipeline = options.printStages = false;
  options.emit.profile = false;
  options.errorsOnly = true;
  options.ramBudget = options.flashBudget = 0;
  options.arenaBanks.clear();
  Compilation compilation(options);
  if (mlir::failed(compilation.import()) ||
      mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
    return false;
  std::vector<DataSet> sets;
  sets.push_back(picture.makeSet(compilation.network()));
  if (here) {
    std::unique_ptr<JitNetwork> jit = JitNetwork::create(compilation);
    if (!jit || !jit->run(sets.front()))
      return false;
  } else if (!EmulatedNetwork(options.target, "").run(compilation, sets)) {
    return false;
  }
  Image seen = picture.seenBy(compilation.network(), sets.front());
  compilation.progress().clear();
  if (llvm::Error error = writePng(command.dumpInput, seen)) {
    reportError(std::move(error));
    return false;
  }
  return true;
}

/// How weights are stored in the object that fits the flash; false after a
/// diagnostic.
static bool chooseStorage(CompileOptions &options) {
  CompileOptions shipped = options;
  // Of these the object that ships has none.
  shipped.watched.clear();
  shipped.wholeFrames = shipped.printPipeline = shipped.printStages = false;
  shipped.emit.profile = false;
  std::optional<Attempt> fitting =
      attemptForFlash(shipped, [](Attempt &attempt) {
        Compilation &compilation = *attempt.compilation;
        if (mlir::failed(compilation.import()) ||
            mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
          return false;
        auto llvmModule = compilation.translate();
        return llvmModule && mlir::succeeded(compilation.writeObject(
                                 *llvmModule, attempt.object));
      });
  if (!fitting)
    return false;
  options.bytePrice = fitting->options.bytePrice;
  options.emit.opt = fitting->options.emit.opt;
  return true;
}

int driver::runNetwork(const RunCommand &command) {
  const targets::TargetDescription &target = command.options.target;
  bool here = !target.hasGpu() && runsHere(target);
  if (!here && !target.hasGpu() && !target.emulator) {
    reportError("this machine cannot run code for '" + target.name +
                "', and its description names no emulator");
    return 1;
  }
  if ((here || target.hasGpu()) && !command.save.empty()) {
    reportError("--save keeps the program that runs under QEMU, but '" +
                target.name + "' runs here, in memory");
    return 1;
  }
  // First: nobody should wait for a compilation that nothing can run.
  if (!here && !target.hasGpu())
    if (llvm::Error error = checkEmulatorTools(*target.emulator)) {
      reportError(std::move(error));
      return 1;
    }
  CompileOptions options = command.options;
  // Under QEMU the stages are seen from outside: the object is the one that
  // ships.
  options.emit.profile = command.profile && here;
  options.wholeFrames = true;
  if (target.hasGpu())
    useThisHost(options.target);
  else if (options.flashBudget && !chooseStorage(options))
    return 1;
  Compilation compilation(options);
  if (mlir::failed(compilation.import()))
    return 1;
  // Of a stream the shapes are known when it is one.
  bool isStream = options.hop != 0;
  if (isStream && mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
    return 1;
  std::optional<PictureRun> picture;
  llvm::Expected<std::vector<DataSet>> sets =
      makeSets(command, compilation, picture);
  if (!sets) {
    compilation.progress().clear();
    reportError(sets.takeError());
    return 1;
  }
  if (picture && !command.dumpInput.empty() &&
      !dumpInput(command, options, *picture, here))
    return 1;
  if (!isStream && mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
    return 1;
  bool good = target.hasGpu() ? runOnGpu(command, compilation, *sets)
              : here          ? runInMemory(command, compilation, *sets)
                              : runEmulated(command, compilation, *sets);
  if (good && !command.draw.empty())
    if (llvm::Error error =
            picture->draw(command.draw, compilation.network(), sets->front())) {
      reportError(std::move(error));
      return 1;
    }
  return good ? 0 : 1;
}
