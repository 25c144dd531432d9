//===- TargetsCommand.cpp - dlc targets -----------------------------------===//

#include "compiler/driver/Commands.h"
#include "dialects/nn/PrintableText.h"
#include "targets/description/GpuRates.h"
#include "targets/description/TargetFields.h"

#include "llvm/Support/Format.h"

using namespace dlc;

static std::string bytes(uint64_t value) {
  if (value == 0)
    return "-";
  if (value % (1 << 20) == 0)
    return std::to_string(value >> 20) + "M";
  if (value % (1 << 10) == 0)
    return std::to_string(value >> 10) + "K";
  return std::to_string(value);
}

/// The frequency in the largest unit that leaves no more than three decimals.
static std::string frequency(uint64_t hertz) {
  if (hertz == 0)
    return "-";
  std::string text;
  llvm::raw_string_ostream os(text);
  if (hertz % 1'000'000 == 0)
    os << hertz / 1'000'000 << " MHz";
  else if (hertz % 1'000 == 0)
    os << hertz / 1'000 << " kHz";
  else
    os << hertz << " Hz";
  return text;
}

/// "32K", or "sram 112K, ccm 64K in .ccmram".
static std::string banks(llvm::ArrayRef<targets::RamBank> ram) {
  if (ram.empty())
    return "-";
  std::string text;
  for (const targets::RamBank &bank : ram) {
    text += text.empty() ? "" : ", ";
    text += ram.size() == 1 && bank.name == "ram" ? "" : bank.name + " ";
    text += bytes(bank.bytes);
    text += bank.section.empty() ? "" : " in " + bank.section;
  }
  return text;
}

/// `head` and the words behind it, over lines of at most 100 columns.
static void printWrapped(llvm::StringRef head,
                         llvm::ArrayRef<std::string> words) {
  constexpr size_t columns = 100;
  size_t column = columns;
  for (const std::string &word : words) {
    bool first = &word == words.begin();
    if (column + word.size() + 2 > columns) {
      llvm::outs() << (first ? "    " + head.str() + ": " : ",\n      ");
      column = 6;
    } else {
      llvm::outs() << ", ";
    }
    llvm::outs() << word;
    column += word.size() + 2;
  }
  if (!words.empty())
    llvm::outs() << "\n";
}

/// "smlad 2 x i16 * i16 -> i32, 1 cycle".
static std::string print(const targets::MultiplyAccumulate &form) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << nn::printable(form.instruction) << " (";
  if (form.lanes * form.products > 1)
    os << form.lanes * form.products << " ";
  os << toString(form.left) << " * " << toString(form.right) << " -> ";
  if (form.lanes > 1)
    os << form.lanes << " ";
  os << toString(form.accumulator);
  if (form.cycles)
    os << ", " << llvm::format("%.9g", form.cycles)
       << (form.cycles == 1 ? " cycle" : " cycles");
  os << ")";
  return text;
}

/// All that code generation asks, by the keys of YAML.
static void printMachine(const targets::TargetDescription &t) {
  std::vector<std::string> fields;
  for (const targets::TargetField &field : targets::targetFields())
    fields.push_back((field.key + " " + printField(field, t)).str());
  printWrapped("machine", fields);
  std::vector<std::string> forms;
  for (const targets::MultiplyAccumulate &form : formsOf(t))
    forms.push_back(print(form));
  printWrapped("multiply-accumulate", forms);
}

static void print(const targets::TargetDescription &t) {
  llvm::outs() << nn::printable(t.name) << ": " << nn::printable(t.summary)
               << "\n    ";
  if (std::string names = targets::otherNames(t.name); !names.empty())
    llvm::outs() << "also called " << names << "; ";
  if (!t.inherits.empty())
    llvm::outs() << "inherits from " << nn::printable(t.inherits) << "; ";
  llvm::outs() << t.triple << ", cpu " << t.cpu << ", float ABI "
               << targets::toString(t.floatAbi) << ", " << t.indexBits
               << "-bit addresses\n    ";
  if (!t.fpu)
    llvm::outs() << "no floating-point unit";
  else if (t.vectorBits)
    llvm::outs() << t.vectorRegisters << " vector registers of " << t.vectorBits
                 << " bits" << (t.fma ? ", fma" : "")
                 << (t.fp16 ? ", fp16" : "");
  else
    llvm::outs() << t.vectorRegisters << " scalar float registers"
                 << (t.fma ? ", fma" : "") << (t.fp16 ? ", fp16" : "");
  if (t.loadMultiple)
    llvm::outs() << ", loads of " << t.loadMultiple;
  llvm::outs() << ", alignment " << t.align << "\n    clock "
               << frequency(t.clockHz) << ", L1 " << bytes(t.l1Bytes) << ", L2 "
               << bytes(t.l2Bytes) << ", flash " << bytes(t.flashBytes)
               << ", RAM " << banks(t.ram) << ", threads " << t.threads << "\n";
  printMachine(t);
  if (t.hasGpu())
    llvm::outs() << "    fp16: "
                 << (targets::hasFastHalves(t)
                         ? "arithmetic on halves"
                         : "halves are stored, computed with as float32")
                 << "\n    dlc run: emulated GPU, sm_" << t.gpuCapability
                 << "\n";
  if (t.emulator)
    llvm::outs() << "    dlc run: "
                 << nn::printable(t.emulator->qemu +
                                  (t.emulator->machine.empty()
                                       ? " -cpu " + t.emulator->cpu
                                       : " -M " + t.emulator->machine))
                 << "\n";
}

int driver::runTargets(llvm::StringRef nameOrPath) {
  if (nameOrPath.empty()) {
    for (const targets::TargetDescription &target : targets::builtinTargets())
      print(target);
    return 0;
  }
  llvm::Expected<targets::TargetDescription> target =
      targets::findTarget(nameOrPath);
  if (!target) {
    reportError(target.takeError());
    return 1;
  }
  print(*target);
  return 0;
}
