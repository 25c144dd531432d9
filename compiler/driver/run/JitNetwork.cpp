//===- JitNetwork.cpp - A network in this process's memory ----------------===//

#include "compiler/driver/run/JitNetwork.h"

#include "codegen/header/Rounds.h"
#include "dialects/nn/PrintableText.h"
#include "runtime/include/dlc/cuda.h"
#include "runtime/include/dlc/dlc.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

#include <chrono>
#include <cstring>

using namespace dlc;
using namespace dlc::driver;

// The hooks of runtime/include/dlc/dlc.h as this process has them. The network
// knows no context, so they are global: one network runs at a time.
static std::vector<double> stageTimes;
static std::chrono::steady_clock::time_point stageStart;

static void beginStage(const void *, uint32_t) {
  stageStart = std::chrono::steady_clock::now();
}

static void endStage(const void *, uint32_t stage) {
  std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - stageStart;
  stageTimes[stage] = time.count();
}

JitNetwork::JitNetwork(const header::Network &network)
    : info(network), arena(allocateAligned(network.arenaBytes)),
      state(allocateAligned(network.stateBytes)) {
  stageTimes.assign(network.stages.size(), 0);
}

const std::vector<double> &JitNetwork::stageSeconds() const {
  return stageTimes;
}

llvm::Error JitNetwork::link(llvm::SmallVectorImpl<char> &&object) {
  using namespace llvm::orc;
  llvm::Expected<std::unique_ptr<LLJIT>> made = LLJITBuilder().create();
  if (!made)
    return made.takeError();
  jit = std::move(*made);
  SymbolMap symbols;
  auto define = [&](llvm::StringRef name, auto *function) {
    symbols[jit->mangleAndIntern(name)] = ExecutorSymbolDef(
        ExecutorAddr::fromPtr(function), llvm::JITSymbolFlags::Exported);
  };
  define("memcpy", &std::memcpy);
  define("memmove", &std::memmove);
  define("memset", &std::memset);
  define("dlc_stage_begin", &beginStage);
  define("dlc_stage_end", &endStage);
  define("dlc_parallel_for", &dlc_parallel_for);
  if (info.onDevice) {
    define("dlc_cuda_open", &dlc_cuda_open);
    define("dlc_cuda_run", &dlc_cuda_run);
    define("dlc_cuda_close", &dlc_cuda_close);
    define("dlc_cuda_enqueue", &dlc_cuda_enqueue);
    define("dlc_cuda_reset", &dlc_cuda_reset);
    define("dlc_cuda_message", &dlc_cuda_message);
  }
  if (llvm::Error error =
          jit->getMainJITDylib().define(absoluteSymbols(std::move(symbols))))
    return error;
  if (llvm::Error error =
          jit->addObjectFile(std::make_unique<llvm::SmallVectorMemoryBuffer>(
              std::move(object), info.name, /*RequiresNullTerminator=*/false)))
    return error;
  llvm::Expected<ExecutorAddr> address = jit->lookup(info.name + "_run");
  if (!address)
    return address.takeError();
  if (!info.states.empty()) {
    llvm::Expected<ExecutorAddr> reset = jit->lookup(info.name + "_reset");
    if (!reset)
      return reset.takeError();
    entryOn = address->toPtr<decltype(entryOn)>();
    reset->toPtr<void (*)(void *)>()(state.get());
    return llvm::Error::success();
  }
  if (!info.lengths.empty()) {
    entryAt = address->toPtr<decltype(entryAt)>();
    return llvm::Error::success();
  }
  entry = address->toPtr<decltype(entry)>();
  return info.onDevice ? openDevice() : llvm::Error::success();
}

static const dlc_cuda_state *stateOf(const AlignedBytes &arena) {
  return reinterpret_cast<const dlc_cuda_state *>(arena.get());
}

llvm::Error JitNetwork::openDevice() {
  llvm::Expected<llvm::orc::ExecutorAddr> open =
      jit->lookup(info.name + "_open");
  llvm::Expected<llvm::orc::ExecutorAddr> close =
      jit->lookup(info.name + "_close");
  if (!open || !close)
    return llvm::joinErrors(open.takeError(), close.takeError());
  int status = open->toPtr<int (*)(void *)>()(arena.get());
  if (status)
    return llvm::createStringError(
        llvm::Twine(dlc_cuda_message(stateOf(arena), status)));
  closeDevice = close->toPtr<void (*)(void *)>();
  return llvm::Error::success();
}

JitNetwork::~JitNetwork() {
  if (closeDevice)
    closeDevice(arena.get());
}

std::unique_ptr<JitNetwork> JitNetwork::create(Compilation &compilation) {
  std::unique_ptr<llvmgen::NetworkModule> llvmModule = compilation.translate();
  if (!llvmModule)
    return nullptr;
  llvm::SmallVector<char, 0> object;
  if (mlir::failed(compilation.writeObject(*llvmModule, object)))
    return nullptr;
  std::unique_ptr<JitNetwork> network(new JitNetwork(compilation.network()));
  if (llvm::Error error = network->link(std::move(object))) {
    reportError(std::move(error));
    return nullptr;
  }
  return network;
}

bool JitNetwork::run(DataSet &data) {
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  for (AlignedBytes &input : data.inputs)
    inputs.push_back(input.get());
  for (AlignedBytes &output : data.outputs)
    outputs.push_back(output.get());
  std::vector<size_t> lengths(data.lengths.begin(), data.lengths.end());
  int status =
      entryAt
          ? entryAt(inputs.data(), lengths.data(), outputs.data(), arena.get())
      : entryOn
          ? entryOn(inputs.data(), outputs.data(), arena.get(), state.get())
          : entry(inputs.data(), outputs.data(), arena.get());
  if (status == 0)
    return true;
  if (status == header::kRoundsError && header::mayExceedRounds(info)) {
    reportError(llvm::Twine(header::kRoundsExceeded) + " (" +
                nn::printable(header::boundedLoopsText(info)) + ")");
    return false;
  }
  reportError(dlc_cuda_message(stateOf(arena), status));
  return false;
}
