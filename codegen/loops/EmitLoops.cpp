//===- EmitLoops.cpp - Stage bodies as register-blocked vector loops ------===//

#include "codegen/loops/Passes.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace dlc::loops {
#define GEN_PASS_DEF_EMITLOOPS
#include "codegen/loops/Passes.h.inc"
} // namespace dlc::loops

using namespace mlir;

namespace dlc::loops {

namespace {
Machine machineOf(ModuleOp module) {
  targets::TargetInfo info = targets::getTargetInfo(module);
  Machine machine;
  machine.vectorBits = std::max<int64_t>(32, info.vectorBits);
  machine.registers = info.vectorRegisters;
  machine.factor = info.scalarFactor;
  machine.predication = info.predication;
  machine.l2Bytes = info.l2Bytes;
  // Without a second cache the code is in flash, or in as much as it costs.
  machine.superscalar = info.vectorBits > 32 && info.l2Bytes > 0;
  machine.threads = info.threads;
  machine.fpu = info.fpu;
  machine.l1Bytes = info.l1Bytes;
  machine.loadMultiple = info.loadMultiple;
  machine.longMultiply = info.longMultiply;
  if (!info.fpu)
    machine.registers = 8; // a 2x2 block in core registers
  return machine;
}

class EmitLoopsPass : public impl::EmitLoopsBase<EmitLoopsPass> {
  using Base::Base;

  void runOnOperation() override {
    Machine machine = machineOf(getOperation());
    llvm::StringMap<std::vector<Packing>> packings;
    ModuleIndex index(getOperation());
    for (auto stage : getOperation().getOps<func::FuncOp>()) {
      if (!stage->hasAttr("nn.stage") || stage.isExternal())
        continue;
      std::vector<Packing> packed;
      Machine own = machine;
      if (auto limit =
              stage->getAttrOfType<IntegerAttr>(arena::maxScratchAttrName))
        own.scratchBytes = limit.getInt();
      if (failed(StageEmitter(stage, index, own).run(packed)))
        return signalPassFailure();
      if (!packed.empty())
        packings[stage.getSymName()] = std::move(packed);
    }
    packedOf.clear();
    if (failed(packAtCallers(packings)))
      return signalPassFailure();
    askForAllChunks();
    dropUnusedGlobals();
  }

  LogicalResult
  packAtCallers(const llvm::StringMap<std::vector<Packing>> &packings) {
    SymbolTable symbols(getOperation());
    llvm::StringMap<memref::GlobalOp> made;
    WalkResult result = getOperation().walk([&](func::CallOp call) {
      auto packed = packings.find(call.getCallee());
      if (packed == packings.end())
        return WalkResult::advance();
      for (const Packing &packing : packed->second)
        if (failed(packOperand(call, packing, symbols, made)))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult packOperand(func::CallOp call, const Packing &packing,
                            SymbolTable &symbols,
                            llvm::StringMap<memref::GlobalOp> &made) {
    OpOperand &operand = call->getOpOperand(packing.argument);
    auto get = operand.get().getDefiningOp<memref::GetGlobalOp>();
    if (!get)
      return call.emitError("operand ")
             << packing.argument << " is to be packed but is no constant";
    std::string key =
        (get.getName() + "/" + call.getCallee() + "/" + Twine(packing.argument))
            .str();
    memref::GlobalOp &global = made[key];
    OpBuilder builder(get);
    if (!global) {
      auto source = symbols.lookup<memref::GlobalOp>(get.getName());
      ElementsAttr data =
          packConstant(cast<ElementsAttr>(*source.getInitialValue()), packing);
      if (!data)
        return call.emitError("a constant has no data");
      global = findPacked(source, data);
      if (!global) {
        builder.setInsertionPoint(source);
        global = memref::GlobalOp::create(
            builder, source.getLoc(), (source.getSymName() + "_packed").str(),
            builder.getStringAttr("private"),
            MemRefType::get({packing.elements()}, packing.element), data,
            /*constant=*/true, source.getAlignmentAttr());
        symbols.insert(global);
        builder.setInsertionPoint(get);
        packedOf[source].push_back(global);
      }
    }
    operand.set(memref::GetGlobalOp::create(
        builder, get.getLoc(), global.getType(), global.getSymName()));
    if (get.use_empty())
      get.erase();
    return success();
  }

  /// Two stages that read one constant in one order (patches of different
  /// shapes, say) share what it was packed to.
  memref::GlobalOp findPacked(memref::GlobalOp source, ElementsAttr data) {
    std::optional<nn::ConstantData> bytes = nn::readConstant(data);
    for (memref::GlobalOp other : packedOf.lookup(source)) {
      auto packed = cast<ElementsAttr>(*other.getInitialValue());
      std::optional<nn::ConstantData> known = nn::readConstant(packed);
      if (bytes && known && packed.getType() == data.getType() &&
          bytes->splat == known->splat && bytes->bytes == known->bytes)
        return other;
    }
    return nullptr;
  }

  /// A plain call of a stage that can be shared computes all of it.
  void askForAllChunks() {
    SymbolTable symbols(getOperation());
    getOperation().walk([&](func::CallOp call) {
      auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
      auto chunks = stage->getAttrOfType<IntegerAttr>(chunksName);
      if (!chunks || call.getNumOperands() == stage.getNumArguments())
        return;
      OpBuilder builder(call);
      for (int64_t bound : {int64_t(0), chunks.getInt()})
        call->insertOperands(call.getNumOperands(),
                             Value(arith::ConstantIndexOp::create(
                                 builder, call.getLoc(), bound)));
    });
  }

  DenseMap<Operation *, SmallVector<memref::GlobalOp, 1>> packedOf;

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
