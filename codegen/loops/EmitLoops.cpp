//===- EmitLoops.cpp - Stage bodies as register-blocked vector loops ------===//

#include "codegen/loops/Passes.h"
#include "codegen/loops/Strategies.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "codegen/loops/weights/EncodeConstants.h"
#include "codegen/loops/weights/WeightAllowance.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/StringSet.h"

namespace dlc::loops {
#define GEN_PASS_DEF_EMITLOOPS
#include "codegen/loops/Passes.h.inc"
} // namespace dlc::loops

using namespace mlir;

namespace dlc::loops {

namespace {
class EmitLoopsPass : public impl::EmitLoopsBase<EmitLoopsPass> {
  using Base::Base;

  void runOnOperation() override {
    Machine machine{targets::getTargetInfo(getOperation())};
    StageEncodings encodings;
    ModuleIndex index(getOperation());
    WeightAllowance allowance(getOperation(), machine);
    if (phases::denseStorageAttr.isOn(getOperation()))
      machine.storage = Storage::Dense;
    else if (phases::optimiseSizeAttr.isOn(getOperation()))
      machine.storage = Storage::Small;
    constexpr double kThousandth = 1e-3;
    if (auto price = phases::bytePriceAttr.get(getOperation()))
      machine.bytePrice = kThousandth * static_cast<double>(price.getInt());
    auto choose = [](const Problem &problem) { return choosePlan(problem); };
    for (auto stage : getOperation().getOps<func::FuncOp>()) {
      if (!nn::stageAttr.isOn(stage) || stage.isExternal())
        continue;
      std::vector<EncodedArgument> encoded;
      Machine own = machine;
      if (auto limit = arena::maxScratchAttr.get(stage))
        own.scratchBytes = limit.getInt();
      own.weightBytes = allowance.bytes();
      SmallVector<Type> arguments(stage.getArgumentTypes());
      if (failed(StageEmitter(stage, index, own, choose).run(encoded)))
        return signalPassFailure();
      allowance.spend(index, stage, arguments, encoded);
      for (const EncodedArgument &each : encoded)
        if (each.encoding)
          noteForm(stage, each.encoding->storedForm());
      if (!encoded.empty())
        encodings[stage.getSymName()] = std::move(encoded);
    }
    if (failed(encodeAtCallers(getOperation(), encodings)))
      return signalPassFailure();
    askForAllChunks();
    dropUnusedGlobals();
  }

  static void noteForm(func::FuncOp stage,
                       const std::optional<StoredForm> &form) {
    if (!form)
      return;
    Builder b(stage.getContext());
    auto number = [&](StringRef name, int64_t value) {
      return b.getNamedAttr(name, b.getI64IntegerAttr(value));
    };
    phases::storageAttr.set(
        stage,
        b.getDictionaryAttr(
            {b.getNamedAttr("form", b.getStringAttr(form->name)),
             number("forms", form->forms), number("weights", form->weights),
             number("nonzeros", form->nonzeros), number("bytes", form->bytes),
             number("dense_bytes", form->denseBytes),
             number("instructions", form->instructions),
             number("dense_instructions", form->denseInstructions)}));
  }

  /// A plain call of a stage that can be shared computes all of it.
  void askForAllChunks() {
    SymbolTable symbols(getOperation());
    getOperation().walk([&](func::CallOp call) {
      auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
      auto chunks = phases::chunksAttr.get(stage);
      if (!chunks || call.getNumOperands() == stage.getNumArguments())
        return;
      OpBuilder builder(call);
      for (int64_t bound : {int64_t(0), chunks.getInt()})
        call->insertOperands(call.getNumOperands(),
                             Value(arith::ConstantIndexOp::create(
                                 builder, call.getLoc(), bound)));
    });
  }

  /// The unpacked originals.
  void dropUnusedGlobals() {
    llvm::StringSet<> used;
    getOperation().walk(
        [&](memref::GetGlobalOp get) { used.insert(get.getName()); });
    for (auto global :
         llvm::make_early_inc_range(getOperation().getOps<memref::GlobalOp>()))
      if (global.isPrivate() && !used.contains(global.getSymName()))
        global.erase();
  }
};
} // namespace

} // namespace dlc::loops
