//===- EmulatedNetwork.cpp - A network on another processor ---------------===//

#include "compiler/driver/run/EmulatedNetwork.h"

#include "codegen/header/Header.h"
#include "codegen/header/Rounds.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Tools.h"
#include "compiler/driver/run/EmulatedProgram.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;
namespace fs = llvm::sys::fs;

/// The plugin lies where the build and the installation put it, seen from dlc.
static std::string findPlugin() {
  static int here;
  llvm::SmallString<128> path(fs::getMainExecutable("dlc", &here));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "dlc", DLC_COUNT_PLUGIN);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return fs::exists(path) ? path.str().str() : "";
}

EmulatedNetwork::EmulatedNetwork(const targets::TargetDescription &target,
                                 llvm::StringRef folder)
    : target(target), folder(folder.str()), temporary(folder.empty()),
      plugin(findPlugin()) {}

EmulatedNetwork::~EmulatedNetwork() {
  if (!temporary || folder.empty())
    return;
  if (std::error_code code =
          fs::remove_directories(folder, /*IgnoreErrors=*/false))
    reportError("cannot remove the folder '" + folder + "': " + code.message());
}

std::string EmulatedNetwork::machine() const {
  const targets::Emulator &emulator = *target.emulator;
  return emulator.qemu + (emulator.machine.empty() ? " -cpu " + emulator.cpu
                                                   : " -M " + emulator.machine);
}

std::string EmulatedNetwork::path(llvm::StringRef name) const {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

llvm::Error EmulatedNetwork::makeFolder() {
  llvm::SmallString<128> absolute(folder);
  std::error_code code = temporary
                             ? fs::createUniqueDirectory("dlc-run", absolute)
                             : fs::create_directories(absolute);
  if (!code)
    code = fs::make_absolute(absolute);
  if (code)
    return llvm::createStringError("cannot make the folder '" + absolute.str() +
                                   "': " + code.message());
  folder = absolute.str().str();
  return llvm::Error::success();
}

llvm::Error EmulatedNetwork::link(Compilation &compilation,
                                  llvm::ArrayRef<char> object, size_t sets) {
  compilation.progress().step("link");
  if (llvm::Error error = writeFile(path("net.o"), [&](llvm::raw_ostream &os) {
        os.write(object.data(), object.size());
      }))
    return error;
  if (llvm::Error error = writeFile(path("net.h"), [&](llvm::raw_ostream &os) {
        header::writeHeader(compilation.network(), os);
      }))
    return error;
  ProgramPlan plan{compilation.network(), target, folder, sets};
  if (llvm::Error error = linkProgram(plan))
    return error;
  return writeCountMap(plan, path("count.map"));
}

llvm::Error EmulatedNetwork::writeInputs(const header::Network &network,
                                         llvm::ArrayRef<DataSet> sets) {
  return writeFile(path("inputs.bin"), [&](llvm::raw_ostream &os) {
    for (const DataSet &set : sets) {
      for (int64_t length : set.lengths) {
        auto word = static_cast<uint32_t>(length);
        os.write(reinterpret_cast<const char *>(&word), sizeof(word));
      }
      for (auto [tensor, data] : llvm::zip(network.inputs, set.inputs))
        os.write(data.get(), tensor.bytes());
    }
  });
}

llvm::Error EmulatedNetwork::readOutputs(const header::Network &network,
                                         llvm::MutableArrayRef<DataSet> sets) {
  auto file = llvm::MemoryBuffer::getFile(path("outputs.bin"));
  uint64_t bytes = 0;
  for (const header::Tensor &tensor : network.outputs)
    bytes += tensor.bytes();
  if (!file || (*file)->getBufferSize() != bytes * sets.size())
    return llvm::createStringError("the program left no complete outputs.bin");
  const char *at = (*file)->getBufferStart();
  for (DataSet &set : sets)
    for (auto [tensor, data] : llvm::zip(network.outputs, set.outputs)) {
      memcpy(data.get(), at, tensor.bytes());
      at += tensor.bytes();
    }
  return llvm::Error::success();
}

/// A comma ends an option of QEMU unless it is doubled.
static std::string escaped(llvm::StringRef text) {
  std::string out;
  for (char c : text)
    out += c == ',' ? std::string(",,") : std::string(1, c);
  return out;
}

/// What runtime/emulator's run.c and board.c mean by an exit status.
static llvm::StringRef meaningOf(int status) {
  switch (status) {
  case 2:
    return "it could not read its inputs";
  case 3:
    return "the network wrote beside its arena: please report this";
  case 4:
    return "it could not write its outputs";
  case 5:
    return "the network returned an error";
  case 6:
    return "the network wrote to an input: please report this";
  case 7:
    return "the network wrote behind an output: please report this";
  case 8:
    return "the network wrote beside its state: please report this";
  case 9:
    return header::kRoundsExceeded;
  case 99:
    return "the core took a fault: please report this";
  default:
    return "it did not end well";
  }
}

llvm::Error EmulatedNetwork::emulate() {
  const targets::Emulator &emulator = *target.emulator;
  std::vector<std::string> command = {emulator.qemu};
  auto add = [&](std::initializer_list<std::string> more) {
    command.insert(command.end(), more);
  };
  if (emulator.machine.empty())
    add({"-cpu", emulator.cpu});
  else
    add({"-M", emulator.machine, "-display", "none", "-monitor", "none",
         "-serial", "none", "-semihosting-config", "enable=on,target=native"});
  std::vector<std::string> counting = command;
  counting.insert(counting.end(),
                  {"-plugin", "file=" + escaped(plugin) +
                                  ",map=" + escaped(path("count.map")) +
                                  ",out=" + escaped(path("count.txt"))});
  for (std::vector<std::string> *variant : {&command, &counting}) {
    if (!emulator.machine.empty())
      variant->push_back("-kernel");
    variant->push_back(path("program.elf"));
  }
  if (plugin.empty())
    reason = "dlc's plugin for QEMU is not installed beside it";
  if (std::error_code code = fs::remove(path("count.txt")))
    return llvm::createStringError("cannot remove '" + path("count.txt") +
                                   "': " + code.message());
  llvm::Expected<ToolRun> run =
      runTool(plugin.empty() ? command : counting, path("run.log"));
  // A plugin that QEMU accepts has made its file before the first instruction.
  if (run && run->status != 0 && !plugin.empty() &&
      !fs::exists(path("count.txt"))) {
    reason = "QEMU does not take dlc's plugin: " +
             llvm::StringRef(run->output).split('\n').first.str();
    run = runTool(command, path("run.log"));
  }
  if (!run)
    return run.takeError();
  if (run->status != 0)
    return llvm::make_error<ToolError>(
        ("the program under " + machine() + " ended with status " +
         llvm::Twine(run->status) + ": " + meaningOf(run->status))
            .str(),
        run->output);
  if (!emulator.machine.empty()) {
    uint64_t bytes;
    llvm::StringRef text(run->output);
    size_t at = text.find("stack ");
    if (at != llvm::StringRef::npos &&
        !text.substr(at + 6).split('\n').first.getAsInteger(10, bytes))
      stack = bytes;
  }
  return llvm::Error::success();
}

llvm::Error EmulatedNetwork::readCounts(const header::Network &network,
                                        size_t sets) {
  if (!reason.empty())
    return llvm::Error::success();
  auto file = llvm::MemoryBuffer::getFile(path("count.txt"));
  if (!file)
    return llvm::createStringError("QEMU's plugin left no count.txt");
  llvm::StringRef rest = (*file)->getBuffer();
  while (!rest.empty()) {
    auto [line, next] = rest.split('\n');
    rest = next;
    llvm::SmallVector<llvm::StringRef> words;
    line.split(words, ' ');
    InstructionCount count;
    bool good = words.size() >= 2 && words[0] == "run" &&
                !words[1].getAsInteger(10, count.total);
    for (llvm::StringRef word : llvm::drop_begin(words, good ? 2 : 0)) {
      count.stages.emplace_back();
      good &= !word.getAsInteger(10, count.stages.back());
    }
    if (!good || count.stages.size() != network.stages.size())
      return llvm::createStringError(
          "the counted stages are not those of the network: please report this "
          "('" +
          line + "' for " + llvm::Twine(network.stages.size()) + " stages)");
    instructions.push_back(std::move(count));
  }
  if (instructions.size() != sets)
    return llvm::createStringError("QEMU's plugin counted " +
                                   llvm::Twine(instructions.size()) +
                                   " runs of " + llvm::Twine(sets));
  return llvm::Error::success();
}

bool EmulatedNetwork::run(Compilation &compilation,
                          std::vector<DataSet> &sets) {
  std::unique_ptr<llvmgen::NetworkModule> llvmModule = compilation.translate();
  llvm::SmallVector<char, 0> object;
  if (!llvmModule || mlir::failed(compilation.writeObject(*llvmModule, object)))
    return false;
  const header::Network &network = compilation.network();
  auto linkAndRun = [&]() -> llvm::Error {
    if (llvm::Error error = makeFolder())
      return error;
    if (llvm::Error error = link(compilation, object, sets.size()))
      return error;
    compilation.progress().step("run");
    if (llvm::Error error = writeInputs(network, sets))
      return error;
    if (llvm::Error error = emulate())
      return error;
    if (llvm::Error error = readOutputs(network, sets))
      return error;
    return readCounts(network, sets.size());
  };
  llvm::Error error = linkAndRun();
  compilation.progress().clear();
  if (!error)
    return true;
  reportError(std::move(error));
  return false;
}
