//===- PartCode.cpp - The code of a part of an image ----------------------===//

#include "codegen/pixels/PartCode.h"
#include "dialects/dlc/lines/Declarations.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc;
using namespace dlc::pixels;

/// Calls what makes any part for one of them.
static void writePart(llvm::Module &module, llvm::Function *shared,
                      const Pipeline &pipeline, const ImagePart &part) {
  llvm::IRBuilder<> b(module.getContext());
  llvm::SmallVector<llvm::Type *> types;
  for (llvm::Argument &argument : shared->args())
    if (argument.getType()->isPointerTy())
      types.push_back(argument.getType());
  auto *function = llvm::Function::Create(
      llvm::FunctionType::get(b.getVoidTy(), types, /*isVarArg=*/false),
      llvm::GlobalValue::ExternalLinkage, "dlc_pixels", module);
  llvm::SmallVector<llvm::Value *> arguments;
  for (llvm::Argument &argument : function->args()) {
    argument.addAttr(llvm::Attribute::NoAlias);
    arguments.push_back(&argument);
  }
  auto tell = [&](int64_t number) {
    arguments.push_back(b.getInt32(static_cast<uint32_t>(number)));
  };
  tell(part.firstRow);
  if (pipeline.inColumns)
    tell(part.columnPairs);
  tell(part.rows);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", function));
  b.CreateCall(shared, arguments);
  b.CreateRetVoid();
}

llvm::Expected<Compiled> dlc::pixels::compilePart(const Pipeline &pipeline,
                                                  const ImagePart &part,
                                                  uint64_t align,
                                                  llvm::StringRef owner) {
  llvm::Expected<Compiled> all = compilePipeline(pipeline, align);
  if (!all)
    return all.takeError();
  llvm::LLVMContext context;
  auto code = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(all->bitcode, "pixels"), context);
  if (!code)
    return code.takeError();
  llvm::Module &module = **code;
  llvm::Function *shared = module.getFunction("dlc_pixels");
  shared->setName((owner.empty() ? "dlc_pixels" : owner) +
                  phases::sharedSuffix);
  if (!owner.empty()) {
    shared->deleteBody();
    for (llvm::GlobalVariable &table :
         llvm::make_early_inc_range(module.globals()))
      if (table.use_empty())
        table.eraseFromParent();
  }
  writePart(module, shared, pipeline, part);
  std::string problem;
  llvm::raw_string_ostream os(problem);
  if (llvm::verifyModule(module, &os))
    return llvm::createStringError("internal error: a part: " + problem);
  Compiled result;
  result.lineBytes = all->lineBytes;
  llvm::raw_string_ostream stream(result.bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return result;
}
