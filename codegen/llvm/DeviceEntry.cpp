//===- DeviceEntry.cpp - What the object of a network on a GPU shows ------===//
//
// The object has no code of the network but what hands its tables to the
// runtime (runtime/include/dlc/cuda.h).
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/Entry.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/launches/Declarations.h"

#include "llvm/IR/IRBuilder.h"

using namespace dlc;
using namespace dlc::llvmgen;

namespace {

constexpr unsigned kPlanVersion = 2; // DLC_CUDA_PLAN_VERSION
constexpr unsigned kNumbers = 3;     // value, source and index of an argument

/// PTX without comments and without the space that it does not need, a tenth of
/// the text. Lines stay lines: messages of drivers number them.
std::string withoutSpace(llvm::StringRef ptx) {
  auto isSpace = [](char c) { return c == ' ' || c == '\t'; };
  auto isOfName = [](char c) {
    return llvm::isAlnum(c) || c == '_' || c == '$' || c == '%' || c == '.';
  };
  std::string text;
  text.reserve(ptx.size());
  while (!ptx.empty()) {
    auto [line, rest] = ptx.split('\n');
    ptx = rest;
    line = line.substr(0, line.find("//")).rtrim(" \t");
    size_t begin = text.size();
    for (size_t i = 0; i < line.size(); ++i) {
      if (!isSpace(line[i])) {
        text += line[i];
        continue;
      }
      // Of several the last one decides.
      bool stands = text.size() > begin && i + 1 < line.size() &&
                    isOfName(text.back()) && isOfName(line[i + 1]);
      if (stands)
        text += ' ';
    }
    text += '\n';
  }
  return text;
}

/// Builds struct dlc_cuda_plan and what it points to.
class PlanTables {
public:
  PlanTables(mlir::ModuleOp source, llvm::Module &module,
             const header::Network &network)
      : source(source), module(module), network(network),
        context(module.getContext()),
        pointer(llvm::PointerType::get(context, 0)),
        word(llvm::Type::getInt32Ty(context)),
        wide(llvm::Type::getInt64Ty(context)) {}

  llvm::GlobalVariable *build(unsigned capability, llvm::StringRef machineCode,
                              llvm::Constant *model, llvm::Constant *begin,
                              llvm::Constant *end) {
    llvm::GlobalVariable *weights = module.getNamedGlobal("weights");
    auto bytes = phases::constantBytesAttr.get(source);
    auto openLaunches = phases::openLaunchesAttr.get(source);
    auto kernels = phases::kernelsAttr.get(source);
    auto launches = phases::launchesAttr.get(source);
    llvm::Constant *fields[] = {
        number(word, kPlanVersion),
        number(word, capability),
        text(network.name, "name"),
        text(withoutSpace(phases::ptxAttr.get(source).getValue()), "ptx"),
        weights ? weights : null(),
        number(wide, arena::deviceBytesAttr.value(source).value_or(0)),
        number(wide, bytes ? bytes[0] : 0),
        number(wide, bytes ? bytes[1] : 0),
        number(word, kernels.size()),
        number(word, launches.size()),
        number(word, network.inputs.size()),
        number(word, network.outputs.size()),
        number(word, 0), // states
        number(word, machineCode.empty() ? 0 : 1),
        number(word, openLaunches ? openLaunches.size() : 0),
        number(word, 0), // reserved
        kernelNames(kernels),
        launchTable(launches),
        places(network.inputs, 0, "inputs"),
        places(network.outputs, network.inputs.size(), "outputs"),
        null(), // states
        cubins(capability, machineCode),
        openLaunches ? openTable(openLaunches) : null(),
        model,
        begin,
        end};
    return define(llvm::ConstantStruct::getAnon(fields), "plan");
  }

  llvm::Constant *null() { return llvm::ConstantPointerNull::get(pointer); }

private:
  llvm::Constant *number(llvm::Type *type, uint64_t value) {
    return llvm::ConstantInt::get(type, value);
  }

  llvm::GlobalVariable *define(llvm::Constant *value,
                               const llvm::Twine &suffix) {
    auto *global = new llvm::GlobalVariable(
        module, value->getType(), /*isConstant=*/true,
        llvm::GlobalValue::InternalLinkage, value, network.name + "_" + suffix);
    global->setAlignment(
        module.getDataLayout().getABITypeAlign(value->getType()));
    return global;
  }

  llvm::Constant *text(llvm::StringRef string, const llvm::Twine &suffix) {
    return define(llvm::ConstantDataArray::getString(context, string), suffix);
  }

  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements,
                        const llvm::Twine &suffix) {
    if (elements.empty())
      return null();
    auto *type =
        llvm::ArrayType::get(elements.front()->getType(), elements.size());
    return define(llvm::ConstantArray::get(type, elements), suffix);
  }

  llvm::Constant *kernelNames(mlir::ArrayAttr names) {
    std::vector<llvm::Constant *> elements;
    for (auto [i, name] : llvm::enumerate(names.getAsRange<mlir::StringAttr>()))
      elements.push_back(text(name.getValue(), "kernel_" + llvm::Twine(i)));
    return array(elements, "kernels");
  }

  llvm::Constant *words(mlir::DictionaryAttr launch, llvm::StringRef key) {
    std::vector<llvm::Constant *> elements;
    for (int64_t n : launch.getAs<mlir::DenseI64ArrayAttr>(key).asArrayRef())
      elements.push_back(number(word, n));
    return llvm::ConstantArray::get(llvm::ArrayType::get(word, elements.size()),
                                    elements);
  }

  llvm::Constant *count(mlir::DictionaryAttr launch, llvm::StringRef key,
                        llvm::Type *type) {
    return number(type, launch.getAs<mlir::IntegerAttr>(key).getInt());
  }

  /// A struct dlc_cuda_launch.
  llvm::Constant *launchEntry(mlir::DictionaryAttr launch,
                              const llvm::Twine &name) {
    llvm::ArrayRef<int64_t> numbers =
        launch.getAs<mlir::DenseI64ArrayAttr>("arguments").asArrayRef();
    std::vector<llvm::Constant *> arguments;
    for (size_t at = 0; at < numbers.size(); at += kNumbers)
      arguments.push_back(llvm::ConstantStruct::getAnon(
          {number(wide, numbers[at]), number(word, numbers[at + 1]),
           number(word, numbers[at + 2])}));
    return llvm::ConstantStruct::getAnon(
        {count(launch, "kernel", word), count(launch, "stage", word),
         words(launch, "grid"), words(launch, "block"), number(word, 0),
         number(word, arguments.size()), array(arguments, name)});
  }

  llvm::Constant *launchTable(mlir::ArrayAttr launches) {
    std::vector<llvm::Constant *> elements;
    for (auto [i, launch] :
         llvm::enumerate(launches.getAsRange<mlir::DictionaryAttr>()))
      elements.push_back(launchEntry(launch, "arguments_" + llvm::Twine(i)));
    return array(elements, "launches");
  }

  llvm::Constant *openTable(mlir::ArrayAttr launches) {
    std::vector<llvm::Constant *> elements;
    for (auto [i, launch] :
         llvm::enumerate(launches.getAsRange<mlir::DictionaryAttr>()))
      elements.push_back(llvm::ConstantStruct::getAnon(
          {count(launch, "source", wide), count(launch, "bytes", wide),
           launchEntry(launch, "open_arguments_" + llvm::Twine(i))}));
    return array(elements, "open_launches");
  }

  llvm::Constant *places(llvm::ArrayRef<header::Tensor> tensors, size_t first,
                         llvm::StringRef suffix) {
    llvm::ArrayRef<int64_t> offsets =
        phases::placesAttr.get(source).asArrayRef();
    std::vector<llvm::Constant *> elements;
    for (auto [i, tensor] : llvm::enumerate(tensors))
      elements.push_back(llvm::ConstantStruct::getAnon(
          {number(wide, offsets[first + i]), number(wide, tensor.bytes())}));
    return array(elements, suffix);
  }

  llvm::Constant *cubins(unsigned capability, llvm::StringRef code) {
    if (code.empty())
      return null();
    llvm::GlobalVariable *image =
        define(llvm::ConstantDataArray::getString(context, code,
                                                  /*AddNull=*/false),
               "cubin");
    // It is an ELF file.
    image->setAlignment(llvm::Align(16));
    return array({llvm::ConstantStruct::getAnon(
                     {number(word, capability), number(word, 0), image})},
                 "cubins");
  }

  mlir::ModuleOp source;
  llvm::Module &module;
  const header::Network &network;
  llvm::LLVMContext &context;
  llvm::PointerType *pointer;
  llvm::IntegerType *word, *wide;
};

/// A function <name>_<suffix> that gives its last argument, the arena, and what
/// `others` says to a function of the runtime.
class EntryFunction {
public:
  EntryFunction(llvm::Module &module, const header::Network &network)
      : module(module), network(network),
        pointer(llvm::PointerType::get(module.getContext(), 0)) {}

  llvm::Function *open(llvm::GlobalVariable *plan) {
    auto *state = llvm::Type::getInt32Ty(module.getContext());
    llvm::Function *function = declare(state, 1, "open");
    call(function, state, {function->getArg(0), plan}, "dlc_cuda_open");
    return function;
  }

  llvm::Function *run() {
    auto *status = llvm::Type::getInt32Ty(module.getContext());
    llvm::Function *function = declare(status, 3, "run");
    call(function, status,
         {function->getArg(2), function->getArg(0), function->getArg(1)},
         "dlc_cuda_run");
    return function;
  }

  llvm::Function *enqueue() {
    auto *status = llvm::Type::getInt32Ty(module.getContext());
    llvm::Function *function = declare(status, 4, "enqueue");
    call(function, status,
         {function->getArg(2), function->getArg(0), function->getArg(1),
          function->getArg(3)},
         "dlc_cuda_enqueue");
    return function;
  }

  llvm::Function *close() {
    auto *nothing = llvm::Type::getVoidTy(module.getContext());
    llvm::Function *function = declare(nothing, 1, "close");
    call(function, nothing, {function->getArg(0)}, "dlc_cuda_close");
    return function;
  }

private:
  llvm::Function *declare(llvm::Type *result, unsigned arguments,
                          llvm::StringRef suffix) {
    auto *type = llvm::FunctionType::get(
        result, std::vector<llvm::Type *>(arguments, pointer), false);
    auto *function =
        llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                               network.name + "_" + suffix.str(), module);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    return function;
  }

  void call(llvm::Function *function, llvm::Type *result,
            llvm::ArrayRef<llvm::Value *> arguments, llvm::StringRef callee) {
    auto *type = llvm::FunctionType::get(
        result, std::vector<llvm::Type *>(arguments.size(), pointer), false);
    llvm::IRBuilder<> b(
        llvm::BasicBlock::Create(module.getContext(), "", function));
    llvm::CallInst *made =
        b.CreateCall(module.getOrInsertFunction(callee, type), arguments);
    if (result->isVoidTy())
      b.CreateRetVoid();
    else
      b.CreateRet(made);
  }

  llvm::Module &module;
  const header::Network &network;
  llvm::PointerType *pointer;
};

} // namespace

void llvmgen::addDeviceEntry(mlir::ModuleOp source, llvm::Module &module,
                             const header::Network &network,
                             unsigned capability, const EmitOptions &options) {
  EntryFunction entry(module, network);
  PlanTables tables(source, module, network);
  llvm::Function *run = entry.run();
  llvm::GlobalVariable *model = addModel(module, network, run, nullptr);
  llvm::Constant *hooks[] = {tables.null(), tables.null(), tables.null()};
  if (options.profile) {
    hooks[0] = model;
    hooks[1] = addHook(module, "dlc_stage_begin");
    hooks[2] = addHook(module, "dlc_stage_end");
  }
  auto machineCode = phases::machineCodeAttr.get(source);
  entry.open(tables.build(capability, machineCode ? machineCode.getValue() : "",
                          hooks[0], hooks[1], hooks[2]));
  entry.close();
  if (phases::deviceIoAttr.isOn(source))
    entry.enqueue();
}
