//===- EmulatedProgram.cpp - A network linked for QEMU --------------------===//

#include "compiler/driver/run/EmulatedProgram.h"

#include "codegen/header/Header.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Tools.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

using namespace dlc;
using namespace dlc::driver;

namespace {
struct EmbeddedFile {
  const char *name;
  const char *text;
};
// Written by CMake from runtime/emulator.
const EmbeddedFile harnessFiles[] = {
#include "EmbeddedHarness.inc"
};

// As run.c and sections.ld have them.
constexpr uint64_t tensorAlign = 64, guardBytes = 64;
constexpr uint64_t arenaGuards = 4 * guardBytes;
constexpr uint64_t stackBytes = 16 << 10;
} // namespace

static std::string inFolder(const ProgramPlan &plan, llvm::StringRef name) {
  llvm::SmallString<128> path(plan.folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

static uint64_t tensorBytes(const header::Network &network) {
  uint64_t bytes = tensorAlign;
  for (const auto *list : {&network.inputs, &network.outputs})
    for (const header::Tensor &tensor : *list)
      bytes += llvm::alignTo(tensor.type.bytes + tensor.bytes(), tensorAlign) +
               guardBytes;
  return bytes;
}

/// "1960, 4"; 0 where C wants at least one element.
static void writeSizes(llvm::raw_ostream &os, llvm::StringRef kind,
                       llvm::ArrayRef<header::Tensor> tensors) {
  os << "#define RUN_" << kind << "S " << tensors.size() << "\n#define RUN_"
     << kind << "_BYTES ";
  llvm::interleaveComma(tensors, os,
                        [&](const header::Tensor &t) { os << t.bytes(); });
  os << (tensors.empty() ? "0\n" : "\n") << "#define RUN_" << kind
     << "_ELEMENT_BYTES ";
  llvm::interleaveComma(tensors, os,
                        [&](const header::Tensor &t) { os << t.type.bytes; });
  os << (tensors.empty() ? "0\n" : "\n");
}

static void writeRunHeader(llvm::raw_ostream &os, const ProgramPlan &plan) {
  os << "#define RUN_FOLDER \"";
  os.write_escaped(plan.folder, /*UseHexEscapes=*/false);
  os << "\"\n#define RUN_SETS " << plan.sets << "\n";
  os << "#define RUN_LENGTHS " << plan.network.lengths.size() << "\n";
  writeSizes(os, "INPUT", plan.network.inputs);
  writeSizes(os, "OUTPUT", plan.network.outputs);
  os << "#define RUN_TENSOR_BYTES " << tensorBytes(plan.network) << "\n";
}

static void writeLinkerScript(llvm::raw_ostream &os,
                              const targets::Emulator &emulator) {
  auto region = [&](llvm::StringRef name, const targets::MemoryRegion &memory) {
    os << "  " << name << " : ORIGIN = 0x"
       << llvm::Twine::utohexstr(memory.origin) << ", LENGTH = " << memory.bytes
       << "\n";
  };
  os << "MEMORY {\n";
  region("CODE", emulator.code);
  if (emulator.constants)
    region("CONSTANTS", *emulator.constants);
  region("DATA", emulator.data);
  os << "}\n";
  if (!emulator.constants)
    os << "REGION_ALIAS(\"CONSTANTS\", CODE)\n";
  os << "INCLUDE sections.ld\n";
}

/// A message of our own where the linker's would be about regions.
static llvm::Error checkMemory(const ProgramPlan &plan) {
  const targets::Emulator &emulator = *plan.target.emulator;
  uint64_t needed = plan.network.arenaBytes + arenaGuards +
                    tensorBytes(plan.network) + stackBytes;
  if (plan.network.stateBytes)
    needed += plan.network.stateBytes + 2 * guardBytes;
  if (emulator.machine.empty() || needed <= emulator.data.bytes)
    return llvm::Error::success();
  return llvm::createStringError(
      "the network needs " + llvm::Twine(needed) +
      " bytes of RAM with its inputs, its outputs and a stack; " +
      emulator.qemu + " -M " + emulator.machine + " has " +
      llvm::Twine(emulator.data.bytes));
}

llvm::Error driver::checkEmulatorTools(const targets::Emulator &emulator) {
  for (const std::string &program : {emulator.qemu, emulator.compiler}) {
    llvm::Expected<std::string> path = findTool(program);
    if (!path)
      return path.takeError();
  }
  return llvm::Error::success();
}

static std::vector<std::string> linkCommand(const ProgramPlan &plan) {
  const targets::Emulator &emulator = *plan.target.emulator;
  bool bare = !emulator.machine.empty();
  std::vector<std::string> command = {emulator.compiler};
  command.insert(command.end(), emulator.flags.begin(), emulator.flags.end());
  llvm::Triple triple(llvm::Triple::normalize(plan.target.triple));
  if (triple.isARM() || triple.isThumb())
    command.push_back(
        "-mfloat-abi=" +
        targets::toString(emulator.floatAbi.value_or(plan.target.floatAbi))
            .str());
  auto add = [&](std::initializer_list<std::string> more) {
    command.insert(command.end(), more);
  };
  add({"-std=gnu99", "-Os", "-ffunction-sections", inFolder(plan, "run.c"),
       inFolder(plan, bare ? "board.c" : "linux.c"), inFolder(plan, "net.o")});
  if (bare)
    add({"-nostartfiles", "--specs=nano.specs", "-L" + plan.folder, "-T",
         inFolder(plan, "link.ld")});
  else
    add({"-static"});
  add({"-Wl,--gc-sections", "-o", inFolder(plan, "program.elf")});
  return command;
}

llvm::Error driver::linkProgram(const ProgramPlan &plan) {
  if (llvm::Error error = checkMemory(plan))
    return error;
  for (const EmbeddedFile &file : harnessFiles)
    if (llvm::Error error =
            writeFile(inFolder(plan, file.name),
                      [&](llvm::raw_ostream &os) { os << file.text; }))
      return error;
  if (llvm::Error error =
          writeFile(inFolder(plan, "run.h"),
                    [&](llvm::raw_ostream &os) { writeRunHeader(os, plan); }))
    return error;
  if (!plan.target.emulator->machine.empty())
    if (llvm::Error error =
            writeFile(inFolder(plan, "link.ld"), [&](llvm::raw_ostream &os) {
              writeLinkerScript(os, *plan.target.emulator);
            }))
      return error;
  std::vector<std::string> command = linkCommand(plan);
  llvm::Expected<ToolRun> run = runTool(command, inFolder(plan, "link.log"));
  if (!run)
    return run.takeError();
  if (run->status == 0)
    return llvm::Error::success();
  return llvm::make_error<ToolError>(
      "the program for the emulator does not link; the command was",
      commandLine(command) + "\n" + run->output);
}

llvm::Error driver::writeCountMap(const ProgramPlan &plan,
                                  llvm::StringRef mapFile) {
  llvm::Expected<llvm::object::OwningBinary<llvm::object::ObjectFile>> program =
      llvm::object::ObjectFile::createObjectFile(inFolder(plan, "program.elf"));
  if (!program)
    return program.takeError();
  llvm::StringSet<> stages;
  for (const header::Stage &stage : plan.network.stages)
    stages.insert(stage.function);
  std::string entry = plan.network.name + "_run";
  std::string map;
  llvm::raw_string_ostream os(map);
  auto &elf =
      llvm::cast<llvm::object::ELFObjectFileBase>(*program->getBinary());
  for (const llvm::object::ELFSymbolRef symbol : elf.symbols()) {
    if (symbol.getELFType() != llvm::ELF::STT_FUNC)
      continue;
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    llvm::Expected<uint64_t> address = symbol.getAddress();
    if (!name || !address)
      return llvm::joinErrors(name.takeError(), address.takeError());
    if (*name == entry)
      os << "entry " << llvm::utohexstr(*address) << " "
         << llvm::utohexstr(*address + symbol.getSize()) << "\n";
    else if (stages.contains(*name))
      os << "stage " << llvm::utohexstr(*address) << "\n";
  }
  return writeFile(mapFile, [&](llvm::raw_ostream &file) { file << map; });
}
