//===- CompileAudio.cpp - Code of front ends, and memory for a frame ------===//

#include "codegen/audio/Passes.h"
#include "codegen/audio/ReadFrontEnd.h"
#include "codegen/bitcode/StageCode.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/dlc/Declarations.h"
#include "targets/description/TargetAttr.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Verifier.h"

namespace dlc::audio {
#define GEN_PASS_DEF_COMPILEAUDIO
#include "codegen/audio/Passes.h.inc"
} // namespace dlc::audio

using namespace mlir;

namespace dlc::audio {
namespace {

/// What of the target the code depends on.
Machine machineOf(const targets::TargetInfo &target) {
  Machine machine;
  machine.indexBits = target.indexBits;
  machine.longProducts = target.longMultiply;
  machine.fpu = target.fpu;
  machine.pairs =
      llvm::any_of(target.forms, [](const targets::MultiplyAccumulate &form) {
        return form.instruction == "smlad";
      });
  return machine;
}

/// A module of one function (writeCode says what its arguments are).
FailureOr<std::string> compile(func::FuncOp stage, const FrontEnd &frontEnd,
                               const Machine &machine) {
  llvm::LLVMContext context;
  llvm::Module module("audio", context);
  auto *pointer = llvm::PointerType::get(context, 0);
  int64_t kept =
      std::visit([](const auto &each) { return keptTensors(each); }, frontEnd);
  SmallVector<llvm::Type *> arguments(3 + 2 * kept, pointer);
  auto *type =
      llvm::FunctionType::get(llvm::Type::getVoidTy(context), arguments, false);
  auto *function = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, "dlc_audio", module);
  function->addFnAttr(llvm::Attribute::NoUnwind);
  for (llvm::Argument &argument : function->args())
    argument.addAttr(llvm::Attribute::NoAlias);
  for (int64_t i = 0; i <= kept; ++i)
    function->addParamAttr(i, llvm::Attribute::ReadOnly);
  Code code(function, machine);
  std::visit([&](const auto &each) { writeCode(each, code, function); },
             frontEnd);
  std::string problem;
  llvm::raw_string_ostream os(problem);
  if (llvm::verifyModule(module, &os))
    return stage.emitError("internal error: front end: ") << problem;
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return bitcode;
}

struct CompileAudio : impl::CompileAudioBase<CompileAudio> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    targets::TargetInfo target = targets::getTargetInfo(module);
    for (auto stage : module.getOps<func::FuncOp>())
      if (phases::audioAttr.isOn(stage) && failed(run(stage, target)))
        return signalPassFailure();
  }

  LogicalResult run(func::FuncOp stage, const targets::TargetInfo &target) {
    if (target.hasGpu())
      return stage.emitError("features of sound are computed by processors, "
                             "not by a GPU");
    FailureOr<FrontEnd> frontEnd = readFrontEnd(stage);
    if (failed(frontEnd))
      return failure();
    Machine machine = machineOf(target);
    FailureOr<std::string> code = compile(stage, *frontEnd, machine);
    if (failed(code))
      return failure();
    bitcode::attachCode(stage, *code);
    int64_t scratch = std::visit(
        [&](const auto &each) { return scratchBytes(each, machine); },
        *frontEnd);
    return bitcode::addMemory(getOperation(), stage, scratch, target.align,
                              "frame");
  }
};

} // namespace
} // namespace dlc::audio
