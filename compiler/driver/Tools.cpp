//===- Tools.cpp - Programs of other people -------------------------------===//

#include "compiler/driver/Tools.h"

#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace dlc;
using namespace dlc::driver;

/// Packages of Debian and its descendants.
static llvm::StringRef packagesOf(llvm::StringRef program) {
  return llvm::StringSwitch<llvm::StringRef>(program)
      .Case("qemu-system-arm", "qemu-system-arm")
      .Cases({"qemu-arm", "qemu-aarch64"}, "qemu-user")
      .Case("arm-none-eabi-gcc", "gcc-arm-none-eabi libnewlib-arm-none-eabi")
      .Case("arm-linux-gnueabi-gcc",
            "gcc-arm-linux-gnueabi libc6-dev-armel-cross")
      .Case("arm-linux-gnueabihf-gcc",
            "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross")
      .Case("aarch64-linux-gnu-gcc",
            "gcc-aarch64-linux-gnu libc6-dev-arm64-cross")
      .Default("");
}

llvm::Expected<std::string> driver::findTool(llvm::StringRef program) {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(program);
  if (path)
    return *path;
  std::string message = "'" + program.str() + "' is not installed";
  llvm::StringRef packages = packagesOf(program);
  if (!packages.empty())
    message += "; on Debian and Ubuntu: apt-get install " + packages.str();
  return llvm::createStringError(message);
}

llvm::Expected<ToolRun> driver::runTool(llvm::ArrayRef<std::string> command,
                                        llvm::StringRef log) {
  llvm::Expected<std::string> path = findTool(command.front());
  if (!path)
    return path.takeError();
  llvm::SmallVector<llvm::StringRef> arguments(command.begin(), command.end());
  ToolRun run;
  std::string why;
  run.status = llvm::sys::ExecuteAndWait(*path, arguments, /*Env=*/std::nullopt,
                                         {llvm::StringRef(""), log, log},
                                         /*SecondsToWait=*/0,
                                         /*MemoryLimit=*/0, &why);
  if (auto text = llvm::MemoryBuffer::getFile(log))
    run.output = (*text)->getBuffer().str();
  if (run.status < 0)
    run.output += why + "\n";
  return run;
}

char ToolError::ID = 0;

std::error_code ToolError::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

void ToolError::printOutput(llvm::raw_ostream &os) const {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(output).rtrim("\n").split(lines, '\n');
  for (llvm::StringRef line : lines)
    os << nn::printable(line) << "\n";
}

/// One word of a command.
static std::string quoted(llvm::StringRef word) {
  bool plain = !word.empty() && llvm::all_of(word, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("_-+=./,:@%^").contains(c);
  });
  if (plain)
    return word.str();
  std::string text;
  if (nn::printable(word) == word) {
    for (char c : word)
      text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + text + "'";
  }
  // Bytes: a letter of UTF-8 would have to be told from what is none.
  llvm::raw_string_ostream os(text);
  for (char c : word)
    if (llvm::isPrint(c) && c != '\'' && c != '\\')
      os << c;
    else
      os << llvm::format("\\%03o", c & 0xff);
  return "$'" + text + "'";
}

std::string driver::commandLine(llvm::ArrayRef<std::string> command) {
  return llvm::join(llvm::map_range(command, quoted), " ");
}
