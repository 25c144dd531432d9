//===- FinishModule.cpp - Halide's code as a function on memory -----------===//

#include "codegen/pixels/CompilePipeline.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace dlc::pixels;

namespace {

/// The function's name, Halide's and ours.
constexpr llvm::StringLiteral kHalideName = "dlc_pixels";
/// Memory of the stack that stays there: a few registers.
constexpr uint64_t kStackBytes = 64;

class Finisher {
public:
  Finisher(llvm::Module &module, const Pipeline &pipeline, uint64_t align)
      : module(module), pipeline(pipeline), align(align),
        context(module.getContext()) {}

  llvm::Expected<uint64_t> run();

private:
  void forgetMachine();
  llvm::Function *wrap(llvm::Function *inner);
  llvm::Value *makeBuffer(llvm::IRBuilder<> &b, llvm::Value *memory,
                          llvm::ArrayRef<llvm::Value *> extents,
                          llvm::ArrayRef<int64_t> strides);
  /// Those that the function is given beside memory, and Halide's of them.
  unsigned numbers() const {
    return pipeline.byRows ? 2 : pipeline.inBands ? 2 + pipeline.inColumns : 0;
  }
  unsigned numbersInside() const { return numbers() - pipeline.inBands; }
  llvm::SmallVector<llvm::AllocaInst *>
  lineBuffersOf(llvm::Function *function) const;
  uint64_t moveLineBuffers(llvm::Function *function);
  void limitAlignment(llvm::Function *function);

  llvm::Module &module;
  const Pipeline &pipeline;
  uint64_t align;
  llvm::LLVMContext &context;
};

} // namespace

/// Halide's flags name a processor of its own for each architecture.
void Finisher::forgetMachine() {
  if (llvm::NamedMDNode *flags = module.getNamedMetadata("llvm.module.flags"))
    module.eraseNamedMetadata(flags);
  for (llvm::Function &function : module) {
    for (llvm::StringRef attribute :
         {"target-cpu", "target-features", "tune-cpu"})
      function.removeFnAttr(attribute);
    if (function.isDeclaration())
      continue;
    function.setComdat(nullptr);
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
  for (llvm::GlobalVariable &global : module.globals()) {
    if (global.isDeclaration())
      continue;
    global.setComdat(nullptr);
    global.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

/// A halide_buffer_t (HalideRuntime.h): device, its interface, host, flags,
/// type, dimensions, dim, padding.
llvm::Value *Finisher::makeBuffer(llvm::IRBuilder<> &b, llvm::Value *memory,
                                  llvm::ArrayRef<llvm::Value *> extents,
                                  llvm::ArrayRef<int64_t> strides) {
  auto *word = b.getInt32Ty();
  auto *pointer = b.getPtrTy();
  auto *type =
      llvm::StructType::get(b.getInt64Ty(), pointer, pointer, b.getInt64Ty(),
                            word, word, pointer, pointer);
  auto *dimension = llvm::StructType::get(word, word, word, word);
  auto *dimensions = llvm::ArrayType::get(dimension, extents.size());
  llvm::Value *buffer = b.CreateAlloca(type),
              *dims = b.CreateAlloca(dimensions);
  b.CreateStore(llvm::Constant::getNullValue(type), buffer);
  b.CreateStore(memory, b.CreateStructGEP(type, buffer, 2));
  b.CreateStore(b.getInt32(static_cast<uint32_t>(extents.size())),
                b.CreateStructGEP(type, buffer, 5));
  b.CreateStore(dims, b.CreateStructGEP(type, buffer, 6));
  for (size_t i = 0; i < extents.size(); ++i) {
    llvm::Value *one = b.CreateConstInBoundsGEP2_32(dimensions, dims, 0,
                                                    static_cast<unsigned>(i));
    llvm::Value *fields[] = {b.getInt32(0), extents[i],
                             b.getInt32(static_cast<uint32_t>(strides[i])),
                             b.getInt32(0)};
    for (unsigned f = 0; f < 4; ++f)
      b.CreateStore(fields[f], b.CreateStructGEP(dimension, one, f));
  }
  return buffer;
}

/// A function on plain memory with Halide's inside.
llvm::Function *Finisher::wrap(llvm::Function *inner) {
  inner->setName("pixels_inner");
  auto *pointer = llvm::PointerType::get(context, 0);
  llvm::SmallVector<llvm::Type *> types(lineBuffersOf(inner).empty() ? 2 : 3,
                                        pointer);
  size_t memories = types.size();
  types.append(numbers(), llvm::Type::getInt32Ty(context));
  auto *type =
      llvm::FunctionType::get(llvm::Type::getVoidTy(context), types, false);
  auto *outer = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                       kHalideName, module);
  outer->addFnAttr(llvm::Attribute::NoUnwind);
  const Step &result = pipeline.result();
  // Colours have more constants than Arm's 32-bit cores have registers: each
  // costs MOVW and MOVT wherever it is used, or one load of a literal that all
  // uses share.
  if (llvm::StringRef(pipeline.target).starts_with("arm-32") &&
      result.channels > 1)
    outer->addFnAttr("target-features", "+no-movt");
  for (llvm::Argument &argument : outer->args())
    if (argument.getType() == pointer)
      argument.addAttr(llvm::Attribute::NoAlias);
  outer->addParamAttr(0, llvm::Attribute::ReadOnly);
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", outer));
  auto number = [&](int64_t value) -> llvm::Value * {
    return b.getInt32(static_cast<uint32_t>(value));
  };
  llvm::Value *rows = pipeline.inBands
                          ? outer->getArg(outer->arg_size() - 1)
                          : number(pipeline.byRows ? 1 : result.height);
  llvm::Value *frame =
      makeBuffer(b, outer->getArg(0),
                 {number(pipeline.inputBytes), number(pipeline.inputRows)},
                 {1, pipeline.inputBytes});
  llvm::Value *image = makeBuffer(
      b, outer->getArg(1),
      {number(result.channels), number(result.width), rows},
      {pipeline.strides[2], pipeline.strides[1], pipeline.strides[0]});
  llvm::SmallVector<llvm::Value *> arguments = {frame};
  for (size_t i = 0; i < numbersInside(); ++i)
    arguments.push_back(outer->getArg(memories + i));
  arguments.push_back(image);
  llvm::CallInst *call = b.CreateCall(inner, arguments);
  b.CreateRetVoid();
  llvm::InlineFunctionInfo info;
  inner->removeFnAttr(llvm::Attribute::NoInline);
  if (!llvm::InlineFunction(*call, info).isSuccess())
    return nullptr;
  inner->eraseFromParent();
  return outer;
}

/// Arrays on the stack that are more than a few registers.
llvm::SmallVector<llvm::AllocaInst *>
Finisher::lineBuffersOf(llvm::Function *function) const {
  const llvm::DataLayout &layout = module.getDataLayout();
  llvm::SmallVector<llvm::AllocaInst *> buffers;
  for (llvm::Instruction &instruction : function->getEntryBlock())
    if (auto *memory = llvm::dyn_cast<llvm::AllocaInst>(&instruction))
      if (memory->isStaticAlloca() && memory->getAllocatedType()->isArrayTy() &&
          memory->getAllocationSize(layout)->getFixedValue() > kStackBytes)
        buffers.push_back(memory);
  return buffers;
}

/// From the stack into the memory that the third argument is.
uint64_t Finisher::moveLineBuffers(llvm::Function *function) {
  const llvm::DataLayout &layout = module.getDataLayout();
  llvm::SmallVector<llvm::AllocaInst *> buffers = lineBuffersOf(function);
  if (buffers.empty())
    return 0;
  uint64_t bytes = 0;
  llvm::Value *base = function->getArg(2);
  for (llvm::AllocaInst *buffer : buffers) {
    for (llvm::User *user : llvm::make_early_inc_range(buffer->users()))
      if (auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(user))
        if (intrinsic->isLifetimeStartOrEnd())
          intrinsic->eraseFromParent();
    llvm::IRBuilder<> b(buffer);
    buffer->replaceAllUsesWith(
        b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, bytes));
    bytes += llvm::alignTo(buffer->getAllocationSize(layout)->getFixedValue(),
                           align);
    buffer->eraseFromParent();
  }
  return bytes;
}

/// Halide aligns its buffers to its own vectors.
void Finisher::limitAlignment(llvm::Function *function) {
  llvm::Align most(align);
  for (llvm::BasicBlock &block : *function)
    for (llvm::Instruction &instruction : block) {
      if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
        load->setAlignment(std::min(load->getAlign(), most));
      else if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction))
        store->setAlignment(std::min(store->getAlign(), most));
      else if (auto *fill = llvm::dyn_cast<llvm::MemSetInst>(&instruction))
        fill->setDestAlignment(
            std::min(fill->getDestAlign().valueOrOne(), most));
    }
}

llvm::Expected<uint64_t> Finisher::run() {
  llvm::Function *inner = module.getFunction(kHalideName);
  size_t arguments = 2 + numbersInside();
  if (!inner || inner->isDeclaration() || inner->arg_size() != arguments)
    return llvm::createStringError("internal error: Halide wrote no function "
                                   "of two buffers");
  forgetMachine();
  // The variant for arrays of arguments, and what describes the function.
  for (const char *suffix : {"_argv", "_metadata", "_metadata_storage"})
    if (llvm::GlobalValue *extra =
            module.getNamedValue((kHalideName + suffix).str()))
      if (extra->use_empty())
        extra->eraseFromParent();
  llvm::Function *outer = wrap(inner);
  if (!outer)
    return llvm::createStringError("internal error: Halide's function cannot "
                                   "be called");
  uint64_t bytes = moveLineBuffers(outer);
  limitAlignment(outer);
  std::string problem;
  llvm::raw_string_ostream os(problem);
  if (llvm::verifyModule(module, &os))
    return llvm::createStringError("internal error: Halide: " + problem);
  return bytes;
}

llvm::Expected<uint64_t> dlc::pixels::finishModule(llvm::Module &module,
                                                   const Pipeline &pipeline,
                                                   uint64_t align) {
  return Finisher(module, pipeline, align).run();
}
