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

} // namespace

JitModule::JitModule(const std::string &text, const std::string &cpu) {
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
