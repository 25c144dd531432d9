//===- ReadBudgets.cpp - RAM, banks of it, and flash ----------------------===//

#include "compiler/driver/options/Options.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

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
                                  CompileOptions &compile) {
  if (!arenaSplit.getNumOccurrences())
    return llvm::Error::success();
  if (ram.getNumOccurrences())
    return llvm::createStringError(
        "--ram is the budget of one arena: say with --arena-split=64K,32K how "
        "much of each bank may be used");
  compile.arenaBanks = target.ram;
  if (!arenaSplit.empty()) {
    compile.arenaBanks.clear();
    if (llvm::Error error = readBanks(arenaSplit, compile.arenaBanks))
      return error;
  }
  if (compile.arenaBanks.size() < 2)
    return llvm::createStringError(
        "--arena-split needs two banks of RAM: --arena-split=64K,32K, or a "
        "--target=board.yaml that lists them");
  compile.ramBudget = 0;
  for (const targets::RamBank &bank : compile.arenaBanks)
    compile.ramBudget += bank.bytes;
  return llvm::Error::success();
}

llvm::Error options::readBudgets(const targets::TargetDescription &target,
                                 CompileOptions &compile) {
  // One arena lies in one bank.
  if (const targets::RamBank *bank = target.largestBank())
    compile.ramBudget = bank->bytes;
  compile.flashBudget = target.flashBytes;
  if (llvm::Error error = readBudget(ram, compile.ramBudget))
    return error;
  if (llvm::Error error = readArenaSplit(target, compile))
    return error;
  return readBudget(flash, compile.flashBudget);
}
