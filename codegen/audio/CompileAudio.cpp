//===- CompileAudio.cpp - Code of front ends, and memory for a frame ------===//

#include "codegen/audio/Passes.h"
#include "codegen/audio/ReadFrontEnd.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/NodeLocation.h"
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

/// A module of one function of samples, features and scratch memory.
FailureOr<std::string> compile(func::FuncOp stage, const FrontEnd &frontEnd,
                               const Machine &machine) {
  llvm::LLVMContext context;
  llvm::Module module("audio", context);
  auto *pointer = llvm::PointerType::get(context, 0);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       {pointer, pointer, pointer}, false);
  auto *function = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, "dlc_audio", module);
  function->addFnAttr(llvm::Attribute::NoUnwind);
  for (llvm::Argument &argument : function->args())
    argument.addAttr(llvm::Attribute::NoAlias);
  function->addParamAttr(0, llvm::Attribute::ReadOnly);
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
    FailureOr<std::string> bitcode = compile(stage, *frontEnd, machine);
    if (failed(bitcode))
      return failure();
    auto bytes = RankedTensorType::get({static_cast<int64_t>(bitcode->size())},
                                       IntegerType::get(&getContext(), 8));
    phases::codeAttr.set(
        stage, DenseElementsAttr::getFromRawBuffer(
                   bytes, ArrayRef(bitcode->data(), bitcode->size())));
    int64_t scratch = std::visit(
        [&](const auto &each) { return scratchBytes(each, machine); },
        *frontEnd);
    return addFrame(stage, scratch, target.align);
  }

  /// One more argument of the function, and a buffer for it of each call.
  LogicalResult addFrame(func::FuncOp stage, int64_t bytes, int64_t align) {
    Builder builder(&getContext());
    auto type = MemRefType::get({bytes}, builder.getI8Type());
    auto marked = builder.getDictionaryAttr(
        arena::scratchAttr.named(builder.getUnitAttr()));
    if (failed(stage.insertArgument(stage.getNumArguments(), type, marked,
                                    stage.getLoc())))
      return failure();
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() != stage.getName())
        return;
      OpBuilder b(call);
      auto node = nn::nodeOf(call.getLoc());
      std::string name =
          node && !node->name.empty() ? node->name : call.getCallee().str();
      Value buffer = arena::BufferOp::create(
          b, call.getLoc(), type, name + ".frame", arena::extentInBytes(type),
          align, /*offset=*/IntegerAttr());
      call.getOperandsMutable().append(buffer);
    });
    return success();
  }
};

} // namespace
} // namespace dlc::audio
