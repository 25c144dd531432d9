//===- Entry.cpp - What an object shows to the outside --------------------===//

#include "codegen/llvm/Entry.h"
#include "codegen/header/Rounds.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace dlc;
using namespace dlc::llvmgen;

namespace {

/// Builds the tables behind struct dlc_model (runtime/include/dlc/dlc.h).
class ModelTables {
public:
  ModelTables(llvm::Module &module, const header::Network &network)
      : module(module), network(network), context(module.getContext()),
        pointer(llvm::PointerType::get(context, 0)),
        size(module.getDataLayout().getIntPtrType(context)),
        word(llvm::Type::getInt32Ty(context)) {}

  /// `reset` is null where there is no state.
  llvm::GlobalVariable *build(llvm::Function *run, llvm::Function *reset) {
    llvm::Constant *none = llvm::ConstantPointerNull::get(pointer);
    llvm::Constant *fields[] = {
        number(word, 5), // DLC_MODEL_VERSION
        number(word, network.inputs.size()),
        number(word, network.outputs.size()),
        number(word, network.stages.size()),
        text(network.name),
        text(network.target),
        number(size, network.arenaSection.empty() ? network.arenaBytes : 0),
        number(size, network.arenaAlign),
        tensors(network.inputs, "inputs"),
        tensors(network.outputs, "outputs"),
        stages(),
        reset || !network.lengths.empty() ? none : run,
        number(word, arenaCount()),
        arenaSizes(),
        number(size, network.stateBytes),
        number(size, network.stateAlign),
        reset ? reset : none,
        reset ? run : none,
        number(word, network.lengths.size()),
        lengths(),
        network.lengths.empty() ? none : run};
    return define(llvm::ConstantStruct::getAnon(fields), "model",
                  llvm::GlobalValue::ExternalLinkage);
  }

private:
  /// How many arenas the caller has to give.
  size_t arenaCount() const {
    if (!network.arenaSection.empty())
      return 0;
    return network.arenaParts.empty() ? 1 : network.arenaParts.size();
  }

  llvm::Constant *arenaSizes() {
    std::vector<llvm::Constant *> sizes;
    if (arenaCount() == 1)
      sizes.push_back(number(size, network.arenaBytes));
    else if (arenaCount() > 1)
      for (const header::ArenaPart &part : network.arenaParts)
        sizes.push_back(number(size, part.bytes));
    return array(sizes, "arenas");
  }

  llvm::Constant *number(llvm::Type *type, uint64_t value) {
    return llvm::ConstantInt::get(type, value);
  }

  llvm::GlobalVariable *define(llvm::Constant *value, llvm::StringRef suffix,
                               llvm::GlobalValue::LinkageTypes linkage) {
    auto *global = new llvm::GlobalVariable(module, value->getType(),
                                            /*isConstant=*/true, linkage, value,
                                            network.name + "_" + suffix);
    global->setAlignment(
        module.getDataLayout().getABITypeAlign(value->getType()));
    return global;
  }

  /// Programs print what they find here.
  llvm::Constant *text(llvm::StringRef string) {
    auto *value =
        llvm::ConstantDataArray::getString(context, nn::printable(string));
    auto *global = new llvm::GlobalVariable(module, value->getType(), true,
                                            llvm::GlobalValue::PrivateLinkage,
                                            value, "text");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    return global;
  }

  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements,
                        const llvm::Twine &suffix) {
    if (elements.empty())
      return llvm::ConstantPointerNull::get(pointer);
    auto *type =
        llvm::ArrayType::get(elements.front()->getType(), elements.size());
    return define(llvm::ConstantArray::get(type, elements), suffix.str(),
                  llvm::GlobalValue::InternalLinkage);
  }

  llvm::Constant *tensors(llvm::ArrayRef<header::Tensor> list,
                          llvm::StringRef suffix) {
    std::vector<llvm::Constant *> elements;
    for (auto [i, tensor] : llvm::enumerate(list)) {
      std::vector<llvm::Constant *> shape;
      for (int64_t n : tensor.shape)
        shape.push_back(number(size, n));
      header::Quantisation quantisation =
          tensor.quantisation.value_or(header::Quantisation());
      llvm::Constant *fields[] = {
          text(tensor.name),
          array(shape, suffix + "_" + llvm::Twine(i) + "_shape"),
          number(size, tensor.bytes()),
          number(word, tensor.shape.size()),
          number(word, tensor.type.number),
          llvm::ConstantFP::get(context, llvm::APFloat(quantisation.scale)),
          number(word, static_cast<uint32_t>(quantisation.zeroPoint)),
          number(word, tensor.quantisation.has_value())};
      elements.push_back(llvm::ConstantStruct::getAnon(fields));
    }
    return array(elements, suffix);
  }

  llvm::Constant *lengths() {
    std::vector<llvm::Constant *> elements;
    for (const header::Length &length : network.lengths) {
      llvm::Constant *fields[] = {text(length.name), number(size, length.least),
                                  number(size, length.most)};
      elements.push_back(llvm::ConstantStruct::getAnon(fields));
    }
    return array(elements, "lengths");
  }

  llvm::Constant *stages() {
    std::vector<llvm::Constant *> elements;
    for (const header::Stage &stage : network.stages) {
      llvm::Constant *fields[] = {
          text(stage.name), text(stage.kind),
          number(llvm::Type::getInt64Ty(context), stage.flops)};
      elements.push_back(llvm::ConstantStruct::getAnon(fields));
    }
    return array(elements, "stages");
  }

  llvm::Module &module;
  const header::Network &network;
  llvm::LLVMContext &context;
  llvm::PointerType *pointer;
  llvm::IntegerType *size;
  llvm::IntegerType *word;
};

} // namespace

/// Memory of the object itself that starts without a value (nobits).
static llvm::GlobalVariable *addArena(llvm::Module &module,
                                      const header::Network &network,
                                      const llvm::Twine &suffix, uint64_t bytes,
                                      llvm::StringRef section) {
  if (auto *known =
          module.getNamedGlobal((network.name + "_arena" + suffix).str()))
    return known; // of a call that has it too
  auto *type = llvm::ArrayType::get(llvm::Type::getInt8Ty(module.getContext()),
                                    std::max<uint64_t>(1, bytes));
  auto *arena = new llvm::GlobalVariable(
      module, type, /*isConstant=*/false, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantAggregateZero::get(type), network.name + "_arena" + suffix);
  arena->setAlignment(llvm::Align(network.arenaAlign));
  // An explicit section would hold the zeros: this way it is nobits.
  arena->addAttribute("bss-section", section);
  // One block of that size, as the header says: nothing takes it apart.
  llvm::appendToCompilerUsed(module, {arena});
  return arena;
}

/// The arena, or its parts, that main is called with: the object's own, or what
/// the caller gives as `argument` (a table if there are parts).
static std::vector<llvm::Value *> arenasOf(llvm::Module &module,
                                           const header::Network &network,
                                           llvm::IRBuilder<> &b,
                                           llvm::Value *argument) {
  std::vector<llvm::Value *> arenas;
  bool isStatic = !network.arenaSection.empty();
  if (network.arenaParts.empty()) {
    arenas.push_back(isStatic
                         ? addArena(module, network, "", network.arenaBytes,
                                    network.arenaSection)
                         : argument);
    return arenas;
  }
  auto *pointer = llvm::PointerType::get(module.getContext(), 0);
  for (auto [i, part] : llvm::enumerate(network.arenaParts)) {
    if (isStatic)
      arenas.push_back(addArena(module, network, "_" + llvm::Twine(i),
                                part.bytes, part.section));
    else
      arenas.push_back(b.CreateLoad(
          pointer, b.CreateConstInBoundsGEP1_32(pointer, argument, i)));
  }
  return arenas;
}

/// Where a buffer of the plan lies.
static llvm::Value *placeOf(llvm::Module &module,
                            const header::Network &network,
                            llvm::IRBuilder<> &b, llvm::Value *argument,
                            uint64_t offset) {
  std::vector<llvm::Value *> arenas = arenasOf(module, network, b, argument);
  size_t part = 0;
  while (part + 1 < arenas.size() && offset >= network.arenaParts[part].bytes)
    offset -= network.arenaParts[part++].bytes;
  return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), arenas[part], offset);
}

/// Goes on if the image is complete, which one run takes; else returns -1.
static void takeImage(llvm::Module &module, const header::Network &network,
                      llvm::IRBuilder<> &b, llvm::Value *arena) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Function *run = b.GetInsertBlock()->getParent();
  llvm::Value *rows =
      placeOf(module, network, b, arena,
              network.lines->keptOffset + phases::doneRowsOffset);
  auto *complete = llvm::BasicBlock::Create(context, "complete", run),
       *missing = llvm::BasicBlock::Create(context, "missing", run);
  llvm::Value *isComplete =
      b.CreateICmpEQ(b.CreateLoad(b.getInt32Ty(), rows),
                     b.getInt32(static_cast<uint32_t>(network.lines->rows)));
  b.CreateCondBr(isComplete, complete, missing);
  b.SetInsertPoint(missing);
  b.CreateRet(b.getInt32(static_cast<uint32_t>(-1)));
  b.SetInsertPoint(complete);
  b.CreateStore(b.getInt32(0), rows);
}

/// int <name>_run(const void *const *inputs, void *const *outputs, void *arena)
/// with void *state behind the arena where there is state, and const size_t
/// *lengths behind the inputs where there are lengths.
static llvm::Function *addRun(llvm::Module &module, llvm::Function *main,
                              const header::Network &network) {
  llvm::LLVMContext &context = module.getContext();
  auto *pointer = llvm::PointerType::get(context, 0);
  auto *intType = llvm::Type::getInt32Ty(context);
  bool hasLengths = !network.lengths.empty();
  std::vector<llvm::Type *> parameters(3 + !network.states.empty() + hasLengths,
                                       pointer);
  auto *type = llvm::FunctionType::get(intType, parameters, false);
  llvm::Function *run = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, network.name + "_run", module);
  run->setAttributes(main->getAttributes().removeAttributesAtIndex(
      context, llvm::AttributeList::ReturnIndex));
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", run));
  llvm::Value *outputs = run->getArg(1 + hasLengths),
              *arena = run->getArg(2 + hasLengths);
  if (network.lines)
    takeImage(module, network, b, arena);
  std::vector<llvm::Value *> arguments, lengths;
  for (auto [i, length] : llvm::enumerate(network.lengths))
    lengths.push_back(takeLength(length, i, run->getArg(1), b));
  auto load = [&](llvm::Value *table, size_t count) {
    for (size_t i = 0; i < count; ++i)
      arguments.push_back(b.CreateLoad(
          pointer, b.CreateConstInBoundsGEP1_32(pointer, table, i)));
  };
  load(run->getArg(0), network.inputs.size());
  llvm::append_range(arguments, lengths);
  load(outputs, network.outputs.size());
  llvm::Value *unfinished = nullptr;
  if (header::mayExceedRounds(network)) {
    llvm::BasicBlock &entry = run->getEntryBlock();
    unfinished =
        llvm::IRBuilder<>(&entry, entry.begin()).CreateAlloca(b.getInt1Ty());
    arguments.push_back(unfinished);
  }
  for (const header::State &state : network.states)
    arguments.push_back(b.CreateConstInBoundsGEP1_64(
        b.getInt8Ty(), run->getArg(3 + hasLengths), state.offset));
  if (main->arg_size() > arguments.size())
    llvm::append_range(arguments, arenasOf(module, network, b, arena));
  assert(main->arg_size() == arguments.size() &&
         "main takes inputs, outputs, what it says of loops, states and the "
         "arena");
  b.CreateCall(main, arguments);
  llvm::Value *status = b.getInt32(0);
  if (unfinished)
    status = b.CreateSelect(
        b.CreateLoad(b.getInt1Ty(), unfinished),
        b.getInt32(static_cast<uint32_t>(header::kRoundsError)), status);
  b.CreateRet(status);
  main->addFnAttr(llvm::Attribute::AlwaysInline);
  return run;
}

/// Writes a call of memset or memcpy that stays one: what LLVM would make of it
/// for Arm has other names (__aeabi_memclr8).
static void callByName(llvm::IRBuilder<> &b, llvm::StringRef name,
                       llvm::Value *to, llvm::Value *from, uint64_t bytes) {
  llvm::Module &module = *b.GetInsertBlock()->getModule();
  llvm::Value *size = llvm::ConstantInt::get(
      module.getDataLayout().getIntPtrType(module.getContext()), bytes);
  auto *type = llvm::FunctionType::get(
      to->getType(), {to->getType(), from->getType(), size->getType()}, false);
  b.CreateCall(module.getOrInsertFunction(name, type), {to, from, size})
      ->addFnAttr(llvm::Attribute::NoBuiltin);
}

/// void <name>_reset(void *state): what the first run is to find there.
static llvm::Function *addReset(llvm::Module &module,
                                const header::Network &network,
                                const llvm::Function *run) {
  llvm::LLVMContext &context = module.getContext();
  auto *type =
      llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                              {llvm::PointerType::get(context, 0)}, false);
  llvm::Function *reset =
      llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                             network.name + "_reset", module);
  reset->addFnAttrs(
      llvm::AttrBuilder(context, run->getAttributes().getFnAttrs()));
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", reset));
  llvm::Value *block = reset->getArg(0);
  callByName(b, "memset", block, b.getInt32(0), network.stateBytes);
  for (auto [i, state] : llvm::enumerate(network.states)) {
    if (state.initial.empty())
      continue;
    llvm::Value *to =
        b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), block, state.offset);
    if (llvm::all_equal(state.initial)) {
      callByName(b, "memset", to,
                 b.getInt32(static_cast<uint8_t>(state.initial.front())),
                 state.initial.size());
      continue;
    }
    auto *bytes = llvm::ConstantDataArray::getString(
        context, {state.initial.data(), state.initial.size()},
        /*AddNull=*/false);
    std::string name = network.name + "_state_" + std::to_string(i);
    auto *global = new llvm::GlobalVariable(
        module, bytes->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, bytes, name);
    global->setSection(".rodata." + network.name + "." + name);
    callByName(b, "memcpy", to, global, state.initial.size());
  }
  b.CreateRetVoid();
  return reset;
}

/// void <name>_begin(void *arena) and int <name>_line(const void *line, void
/// *arena).
static void addLines(llvm::Module &module, const header::Network &network,
                     const llvm::Function *run) {
  llvm::LLVMContext &context = module.getContext();
  auto *pointer = llvm::PointerType::get(context, 0);
  auto *word = llvm::Type::getInt32Ty(context);
  auto add = [&](llvm::Type *result, size_t arguments, llvm::StringRef name) {
    std::vector<llvm::Type *> types(arguments, pointer);
    auto *function = llvm::Function::Create(
        llvm::FunctionType::get(result, types, /*isVarArg=*/false),
        llvm::GlobalValue::ExternalLinkage, network.name + "_" + name, module);
    function->addFnAttrs(
        llvm::AttrBuilder(context, run->getAttributes().getFnAttrs()));
    return function;
  };
  llvm::Function *begin = add(llvm::Type::getVoidTy(context), 1, "begin"),
                 *line = add(word, 2, "line");
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", begin));
  for (uint64_t offset : {phases::doneLinesOffset, phases::doneRowsOffset})
    b.CreateStore(b.getInt32(0), placeOf(module, network, b, begin->getArg(0),
                                         network.lines->keptOffset + offset));
  b.CreateRetVoid();

  llvm::Function *taker = module.getFunction(network.lines->function);
  assert(taker && "the code of lines has been linked");
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "", line));
  llvm::Value *memory[] = {
      line->getArg(0),
      placeOf(module, network, b, line->getArg(1), network.lines->imageOffset),
      placeOf(module, network, b, line->getArg(1), network.lines->keptOffset)};
  b.CreateRet(b.CreateCall(taker, memory));
}

/// The calls of stages in `main`, in order.
static std::vector<llvm::CallInst *> stageCalls(llvm::Function &main) {
  std::vector<llvm::CallInst *> calls;
  for (llvm::BasicBlock &block : main)
    for (llvm::Instruction &instruction : block)
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
        if (call->getCalledFunction() &&
            !call->getCalledFunction()->isDeclaration())
          calls.push_back(call);
  return calls;
}

llvm::GlobalVariable *llvmgen::addModel(llvm::Module &module,
                                        const header::Network &network,
                                        llvm::Function *run,
                                        llvm::Function *reset) {
  return ModelTables(module, network).build(run, reset);
}

llvm::Function *llvmgen::addHook(llvm::Module &module, llvm::StringRef name) {
  llvm::LLVMContext &context = module.getContext();
  auto *type = llvm::FunctionType::get(
      llvm::Type::getVoidTy(context),
      {llvm::PointerType::get(context, 0), llvm::Type::getInt32Ty(context)},
      false);
  llvm::Function *hook = llvm::Function::Create(
      type, llvm::GlobalValue::WeakAnyLinkage, name, module);
  hook->addFnAttr(llvm::Attribute::NoUnwind);
  llvm::IRBuilder<>(llvm::BasicBlock::Create(context, "", hook))
      .CreateRetVoid();
  return hook;
}

static void addProfileCalls(llvm::Module &module,
                            llvm::ArrayRef<llvm::CallInst *> calls,
                            llvm::GlobalVariable *model) {
  llvm::Function *begin = addHook(module, "dlc_stage_begin");
  llvm::Function *end = addHook(module, "dlc_stage_end");
  for (auto [i, call] : llvm::enumerate(calls)) {
    llvm::IRBuilder<> b(call);
    b.CreateCall(begin, {model, b.getInt32(i)});
    b.SetInsertPoint(call->getNextNode());
    b.CreateCall(end, {model, b.getInt32(i)});
  }
}

void llvmgen::addEntry(llvm::Module &module, const header::Network &network,
                       const EmitOptions &options) {
  llvm::Function *main = module.getFunction("main");
  assert(main && "the module has a function main");
  std::vector<llvm::CallInst *> calls = stageCalls(*main);
  // `main` is a name that a C program wants for itself, even in a local symbol.
  main->setName(network.name + "_main");
  llvm::Function *run = addRun(module, main, network);
  llvm::Function *reset =
      network.states.empty() ? nullptr : addReset(module, network, run);
  if (network.lines)
    addLines(module, network, run);
  llvm::GlobalVariable *model = addModel(module, network, run, reset);
  if (!options.listing.empty())
    addStageLines(module, network, options.listing);
  if (options.profile)
    addProfileCalls(module, calls, model);
}
