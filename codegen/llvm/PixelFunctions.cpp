//===- PixelFunctions.cpp - Code of pixels is linked in -------------------===//

#include "codegen/llvm/Entry.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/Constants.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"

using namespace dlc;
using namespace dlc::llvmgen;

/// The function of such a module that is called; the others are named after
/// `name`, the one that takes a line and the one that other stages call too
/// with their suffixes.
static llvm::Function *entryOf(llvm::Module &module, llvm::StringRef name) {
  llvm::Function *entry = nullptr;
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    if (function.hasLocalLinkage())
      function.setName(name + "_" + function.getName());
    else if (function.getName().ends_with(phases::lineSuffix))
      function.setName(name + phases::lineSuffix);
    else if (function.getName().ends_with(phases::sharedSuffix))
      function.setName(name + phases::sharedSuffix);
    else
      entry = &function;
  }
  return entry;
}

/// Links the code of one function; its constants are named after it.
static llvm::Error linkCode(llvm::Module &module, llvm::StringRef name,
                            llvm::StringRef network,
                            llvm::ArrayRef<char> bitcode) {
  auto code = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(llvm::StringRef(bitcode.data(), bitcode.size()),
                            name),
      module.getContext());
  if (!code)
    return code.takeError();
  (*code)->setTargetTriple(module.getTargetTriple());
  (*code)->setDataLayout(module.getDataLayout());
  llvm::Function *entry = entryOf(**code, name);
  llvm::Function *declared = module.getFunction(name);
  if (!entry || !declared ||
      entry->getFunctionType() != declared->getFunctionType())
    return llvm::createStringError("internal error: the code of '" + name +
                                   "' is not what is called");
  entry->setName(name);
  for (llvm::GlobalVariable &global : (*code)->globals())
    if (!global.isDeclaration()) {
      global.setName(name + "_table");
      global.setSection((".rodata." + network + "." + global.getName()).str());
    }
  if (llvm::Linker::linkModules(module, std::move(*code)))
    return llvm::createStringError("internal error: the code of '" + name +
                                   "' cannot be linked");
  return llvm::Error::success();
}

llvm::Error llvmgen::linkPixels(mlir::ModuleOp mlirModule, llvm::Module &module,
                                llvm::StringRef network) {
  for (auto function : mlirModule.getOps<mlir::LLVM::LLVMFuncOp>()) {
    mlir::ElementsAttr code = phases::codeAttr.get(function);
    if (!code)
      continue;
    std::optional<nn::ConstantData> data = nn::readConstant(code);
    if (!data)
      return llvm::createStringError("internal error: dlc.code has no bytes");
    if (llvm::Error error =
            linkCode(module, function.getSymName(), network, data->bytes))
      return error;
  }
  return llvm::Error::success();
}
