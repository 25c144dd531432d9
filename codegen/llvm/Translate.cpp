//===- Translate.cpp - LLVM dialect to LLVM IR ----------------------------===//

#include "codegen/llvm/Emit.h"
#include "codegen/llvm/Entry.h"
#include "codegen/llvm/Passes.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/PrintableText.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/WithColor.h"

using namespace dlc;
using namespace dlc::llvmgen;

/// From this size on a constant's bytes stay outside of LLVM.
static constexpr int64_t blobThreshold = 4096;

/// All bytes of a constant, splats spelled out.
static std::vector<char> allBytes(mlir::ElementsAttr attr, size_t size) {
  std::optional<nn::ConstantData> data = nn::readConstant(attr);
  assert(data && "constants of memref.global have bytes");
  if (!data->splat)
    return std::vector<char>(data->bytes.begin(), data->bytes.end());
  std::vector<char> bytes(size);
  for (size_t i = 0; i < size; i += data->elementBytes)
    memcpy(bytes.data() + i, data->bytes.data(), data->elementBytes);
  return bytes;
}

static llvm::Constant *byteArray(llvm::LLVMContext &context,
                                 mlir::ElementsAttr attr, size_t size) {
  std::vector<char> bytes = allBytes(attr, size);
  return llvm::ConstantDataArray::getRaw(
      llvm::StringRef(bytes.data(), bytes.size()), bytes.size(),
      llvm::Type::getInt8Ty(context));
}

/// Gives the constants that dlc-convert-to-llvm left without value their bytes
/// (small ones) or zeros that nobody may fold (large ones).
static void defineConstants(mlir::ModuleOp mlirModule, llvm::Module &module,
                            llvm::StringRef network, unsigned align,
                            std::vector<Blob> &blobs) {
  for (auto op : mlirModule.getOps<mlir::LLVM::GlobalOp>()) {
    auto data = phases::dataAttr.get(op);
    llvm::GlobalVariable *global = module.getNamedGlobal(op.getSymName());
    if (!data || !global)
      continue;
    size_t size =
        llvm::cast<llvm::ArrayType>(global->getValueType())->getNumElements();
    global->setLinkage(llvm::GlobalValue::InternalLinkage);
    global->setAlignment(llvm::Align(align));
    // A section of its own by name: otherwise equal small constants could be
    // merged and their names would be lost.
    global->setSection((".rodata." + network + "." + global->getName()).str());
    if (static_cast<int64_t>(size) < blobThreshold) {
      global->setInitializer(byteArray(module.getContext(), data, size));
      continue;
    }
    global->setInitializer(
        llvm::ConstantAggregateZero::get(global->getValueType()));
    global->setExternallyInitialized(true);
    blobs.push_back({global->getName().str(), data});
  }
}

void NetworkModule::spellOutBlobs() {
  for (const Blob &blob : blobs) {
    llvm::GlobalVariable *global = module->getNamedGlobal(blob.symbol);
    if (!global)
      continue; // no stage reads it
    size_t size =
        llvm::cast<llvm::ArrayType>(global->getValueType())->getNumElements();
    global->setInitializer(byteArray(context, blob.data, size));
  }
  blobs.clear();
}

/// Linkage and attributes of everything but the entry.
static void prepareFunctions(llvm::Module &module,
                             const llvm::TargetMachine &machine,
                             const EmitOptions &options) {
  for (llvm::Function &function : module) {
    // A weak function is a hook that programs may replace.
    if (function.isDeclaration() || function.hasWeakLinkage())
      continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    // Stages stay functions: profiles, crash addresses and size tables speak
    // of the user's layers.
    if (!function.hasFnAttribute(llvm::Attribute::AlwaysInline) &&
        function.getName() != "main")
      function.addFnAttr(llvm::Attribute::NoInline);
  }
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    // Code of pixels has a wish of its own beside what the machine has.
    llvm::StringRef more =
        function.getFnAttribute("target-features").getValueAsString();
    std::string features = machine.getTargetFeatureString().str();
    if (!more.empty())
      features += "," + more.str();
    function.addFnAttr("target-features", features);
    // LLVM may make calls of memcpy, memset and memmove and of nothing else.
    function.addFnAttr("no-builtins");
    unsigned bits = machine.getTargetTriple().isX86() ? 512 : 0;
    if (bits)
      function.addFnAttr("prefer-vector-width", std::to_string(bits));
    if (options.opt == OptLevel::Os)
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
  }
}

/// Code in a section for each function, under the network's name: a linker
/// script can place one network apart from another. Hooks are the program's.
static void nameSections(llvm::Module &module, llvm::StringRef network) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration() && !function.hasWeakLinkage())
      function.setSection(
          (".text." + network + "." + function.getName()).str());
}

/// Nothing that LLVM has to say of a network is the user's fault.
static void onDiagnostic(const llvm::DiagnosticInfo *info, void *) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::DiagnosticPrinterRawOStream printer(os);
  info->print(printer);
  // LLVM would end the process, with unfinished outputs left behind.
  if (info->getSeverity() == llvm::DS_Error)
    llvm::report_fatal_error(llvm::Twine("LLVM: ") + text);
  if (info->getSeverity() == llvm::DS_Warning)
    llvm::WithColor::warning() << nn::printable(text) << "\n";
}

llvm::Expected<std::unique_ptr<NetworkModule>>
NetworkModule::create(mlir::ModuleOp mlirModule, const header::Network &network,
                      const targets::TargetDescription &target,
                      const EmitOptions &options) {
  std::unique_ptr<NetworkModule> result(new NetworkModule());
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      makeTargetMachine(target, options.opt);
  if (!machine)
    return machine.takeError();
  result->machine = std::move(*machine);
  result->opt = options.opt;
  result->verifyEach = options.verifyEach;
  result->context.setDiagnosticHandlerCallBack(onDiagnostic, nullptr);
  result->module =
      mlir::translateModuleToLLVMIR(mlirModule, result->context, network.name);
  if (!result->module)
    return llvm::createStringError(
        "internal error: the LLVM dialect could not be translated");
  llvm::Module &module = *result->module;
  module.setTargetTriple(result->machine->getTargetTriple());
  module.setDataLayout(result->machine->createDataLayout());
  module.setPICLevel(llvm::PICLevel::BigPIC);
  module.setSourceFileName(network.name);
  defineConstants(mlirModule, module, network.name, target.align,
                  result->blobs);
  if (llvm::Error error = linkPixels(mlirModule, module, network.name))
    return std::move(error);
  prepareFunctions(module, *result->machine, options);
  if (phases::ptxAttr.isOn(mlirModule)) {
    // Programs link the runtime beside the object.
    result->needsRuntime = true;
    addDeviceEntry(mlirModule, module, network, target.gpuCapability, options);
  } else {
    addEntry(module, network, options);
  }
  nameSections(module, network.name);
  return result;
}
