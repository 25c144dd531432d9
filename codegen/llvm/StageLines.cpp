//===- StageLines.cpp - DWARF lines that lead to the listing of stages ----===//

#include "codegen/llvm/Entry.h"
#include "codegen/llvm/ObjectFile.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/Format.h"

using namespace dlc;
using namespace dlc::llvmgen;

void llvmgen::writeListing(const header::Network &network,
                           llvm::raw_ostream &os) {
  size_t nameWidth = 0, kindWidth = 0;
  for (const header::Stage &stage : network.stages) {
    nameWidth = std::max(nameWidth, nn::printable(stage.name).size());
    kindWidth = std::max(kindWidth, nn::printable(stage.kind).size());
  }
  for (const header::Stage &stage : network.stages) {
    os << llvm::left_justify(nn::printable(stage.name), nameWidth) << "  "
       << llvm::left_justify(nn::printable(stage.kind), kindWidth) << "  "
       << stage.function;
    if (stage.flops)
      os << "  " << stage.flops << " flops";
    os << "\n";
  }
}

void llvmgen::addStageLines(llvm::Module &module,
                            const header::Network &network,
                            llvm::StringRef listing) {
  llvm::DIBuilder builder(module);
  llvm::DIFile *file = builder.createFile(listing, ".");
  llvm::DICompileUnit *unit = builder.createCompileUnit(
      llvm::DISourceLanguageName(llvm::dwarf::DW_LANG_C99), file, "dlc",
      /*isOptimized=*/true, "", 0, "", llvm::DICompileUnit::LineTablesOnly);
  llvm::DISubroutineType *type =
      builder.createSubroutineType(builder.getOrCreateTypeArray({}));

  // A function that several stages share is listed at the first of them.
  llvm::StringMap<unsigned> lineOf;
  for (auto [i, stage] : llvm::enumerate(network.stages))
    lineOf.try_emplace(stage.function, i + 1);

  auto describe = [&](llvm::Function &function, unsigned line) {
    llvm::DISubprogram *subprogram =
        builder.createFunction(unit, function.getName(), function.getName(),
                               file, line, type, line, llvm::DINode::FlagZero,
                               llvm::DISubprogram::SPFlagDefinition |
                                   llvm::DISubprogram::SPFlagOptimized);
    function.setSubprogram(subprogram);
    auto location = [&](unsigned at) {
      return llvm::DILocation::get(module.getContext(), at, 0, subprogram);
    };
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      unsigned at = line;
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
        if (llvm::Function *callee = call->getCalledFunction())
          if (auto found = lineOf.find(callee->getName());
              found != lineOf.end())
            at = found->second;
      instruction.setDebugLoc(location(at));
    }
  };
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    // The task that computes a part of a stage belongs to the stage.
    llvm::StringRef name = function.getName();
    name.consume_back("_task");
    auto found = lineOf.find(name);
    // So does what it shares, if it is the first.
    if (found == lineOf.end() && name.consume_back(sharedSuffix))
      found = lineOf.find(name);
    describe(function, found == lineOf.end() ? 1 : found->second);
  }
  builder.finalize();
  module.setModuleFlag(llvm::Module::Max, "Dwarf Version", 4);
  module.setModuleFlag(llvm::Module::Warning, "Debug Info Version",
                       llvm::DEBUG_METADATA_VERSION);
}
