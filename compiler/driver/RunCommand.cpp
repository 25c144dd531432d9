//===- RunCommand.cpp - dlc run MODEL -------------------------------------===//

#include "compiler/driver/Commands.h"

#include "compiler/driver/JitNetwork.h"
#include "compiler/driver/TestData.h"

#include "llvm/Support/Format.h"

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
  std::vector<size_t> order(best.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tie(best[b], a) < std::tie(best[a], b);
  });
  llvm::outs() << "      time  share  GFLOP/s  stage\n";
  for (size_t i : order) {
    const header::Stage &stage = jit.network().stages[i];
    llvm::outs() << llvm::right_justify(readable(best[i]), 10)
                 << llvm::format("  %4.1f%%  %7.2f  ", 100 * best[i] / total,
                                 stage.flops / best[i] * 1e-9)
                 << stage.name << " (" << stage.kind << ")\n";
  }
}

/// Compares every output that the test set has; prints the largest difference.
static bool compare(const JitNetwork &jit, const DataSet &data,
                    double tolerance) {
  bool equal = true;
  for (auto [i, tensor] : llvm::enumerate(jit.network().outputs)) {
    if (i >= data.expected.size())
      break;
    Difference difference =
        compareTensors(tensor, data.outputs[i].get(), data.expected[i]);
    bool ok = difference.relative() <= tolerance;
    equal &= ok;
    llvm::outs() << data.name << ": output '" << tensor.name
                 << "' largest difference "
                 << llvm::format("%.3g (relative %.3g)", difference.largest,
                                 difference.relative())
                 << (ok ? "" : ", above the tolerance") << "\n";
  }
  return equal;
}

static void printOutputs(const JitNetwork &jit, const DataSet &data) {
  for (auto [i, tensor] : llvm::enumerate(jit.network().outputs)) {
    llvm::outs() << data.name << ": output '" << tensor.name << "' = ";
    printTensor(tensor, data.outputs[i].get(), llvm::outs());
    llvm::outs() << "\n";
  }
}

int driver::runInMemory(const RunCommand &command) {
  Compilation compilation(command.options);
  if (mlir::failed(compilation.import()))
    return 1;
  llvm::Expected<std::vector<DataSet>> sets =
      command.inputs.empty()
          ? randomData(compilation.network(), command.seed)
          : readTestData(compilation.network(), command.inputs);
  if (!sets) {
    reportError(sets.takeError());
    return 1;
  }
  if (mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
    return 1;
  std::unique_ptr<JitNetwork> jit = JitNetwork::create(compilation);
  if (!jit)
    return 1;
  compilation.progress().clear();
  bool equal = true;
  for (DataSet &data : *sets) {
    jit->run(data);
    if (data.expected.empty())
      printOutputs(*jit, data);
    else
      equal &= compare(*jit, data, command.tolerance);
  }
  if (command.checkOnly)
    return equal ? 0 : 1;
  if (command.profile)
    printProfile(*jit, sets->front());
  else
    printTime(*jit, sets->front());
  return equal ? 0 : 1;
}
