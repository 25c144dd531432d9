//===- JitModule.cpp - Expanded MLIR text as functions to call ------------===//

#include "JitModule.h"

#include "codegen/math/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace dlc::test;

namespace {

[[noreturn]] void fail(const llvm::Twine &what) {
  llvm::report_fatal_error(what, /*gen_crash_diag=*/false);
}

void lower(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(dlc::math::createExpandMath());
  passes.addPass(dlc::math::createCompareAsIntegers());
  passes.addPass(dlc::math::createExpandProducts());
  passes.addPass(dlc::math::createExpandQuotients());
  passes.addPass(createCSEPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  if (failed(passes.run(module)))
    fail("cannot lower the test's module");
}

std::string replaceAll(std::string text, const std::string &from,
                       const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string functionOf(const std::string &code, const std::string &type) {
  std::string text = R"(
    func.func @"TYPE"(%pa: !llvm.ptr, %pb: !llvm.ptr, %pr: !llvm.ptr) {
      %a = llvm.load %pa {alignment = 4 : i64} : !llvm.ptr -> TYPE
      %b = llvm.load %pb {alignment = 4 : i64} : !llvm.ptr -> TYPE
      CODE
      llvm.store %r, %pr {alignment = 4 : i64} : TYPE, !llvm.ptr
      return
    })";
  bool isVector = type.front() == 'v';
  std::string typed = replaceAll(code, "<", isVector ? "dense<" : "");
  typed = replaceAll(typed, ">", isVector ? ">" : "");
  text = replaceAll(text, "CODE", replaceAll(typed, " T", " TYPE"));
  return replaceAll(text, "TYPE", type);
}

} // namespace

std::vector<Machine> dlc::test::machines() {
  bool fma = __builtin_cpu_supports("fma");
  return {{"host",
           fma ? "vector_bits = 512 : i64, fpu = true, fma = true"
               : "vector_bits = 128 : i64, fpu = true, fma = false",
           "host"},
          {"without fma", "vector_bits = 128 : i64, fpu = true, fma = false",
           "x86-64-v2"},
          {"without fpu", "vector_bits = 0 : i64, fpu = false, fma = false",
           "x86-64-v2"}};
}

JitModule::JitModule(const std::string &code,
                     llvm::ArrayRef<const char *> types,
                     const Machine &machine) {
  std::string text = std::string("module attributes {dlc.target = {") +
                     machine.target + "}} {";
  for (const char *type : types)
    text += functionOf(code, type);
  compile(text + "}", machine.cpu);
}

void JitModule::compile(const std::string &text, const std::string &cpu) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  DialectRegistry registry;
  registry.insert<DLTIDialect, func::FuncDialect, LLVM::LLVMDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadDialect<arith::ArithDialect, mlir::math::MathDialect>();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    fail("cannot parse the test's module");
  lower(*module);

  auto llvmContext = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(*module, *llvmContext);
  if (!llvmModule)
    fail("cannot translate the test's module");

  auto target = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!target)
    fail(llvm::toString(target.takeError()));
  if (cpu != "host") {
    target->setCPU(cpu);
    target->getFeatures() = llvm::SubtargetFeatures();
  }
  auto made = llvm::orc::LLJITBuilder()
                  .setJITTargetMachineBuilder(std::move(*target))
                  .create();
  if (!made)
    fail(llvm::toString(made.takeError()));
  jit = std::move(*made);
  llvmModule->setDataLayout(jit->getDataLayout());
  llvm::orc::ThreadSafeModule safe(std::move(llvmModule),
                                   std::move(llvmContext));
  if (llvm::Error error = jit->addIRModule(std::move(safe)))
    fail(llvm::toString(std::move(error)));
}

void *JitModule::address(const std::string &name) {
  llvm::Expected<llvm::orc::ExecutorAddr> found = jit->lookup(name);
  // A call of libm would be an unresolved symbol here: nothing is defined.
  if (!found)
    fail(llvm::toString(found.takeError()));
  return found->toPtr<void *>();
}
