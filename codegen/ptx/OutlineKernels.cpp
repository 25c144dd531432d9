//===- OutlineKernels.cpp - Launches as functions of a GPU module ---------===//

#include "codegen/ptx/KernelArguments.h"
#include "codegen/ptx/Passes.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/nn/Declarations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/Utils/GPUUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringExtras.h"

namespace dlc::ptx {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "codegen/ptx/Passes.h.inc"
} // namespace dlc::ptx

using namespace mlir;

namespace dlc::ptx {
namespace {

constexpr int64_t kVectorBytes = 16;

/// A name that PTX can have.
std::string ptxName(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || !llvm::isAlpha(result.front()))
    result.insert(0, "k_");
  return result;
}

class Outliner {
public:
  explicit Outliner(ModuleOp module) : module(module), places(module) {}

  LogicalResult run() {
    OpBuilder b(module.getContext());
    b.setInsertionPointToEnd(module.getBody());
    kernels = gpu::GPUModuleOp::create(b, module.getLoc(), kernelsName);
    symbols.emplace(kernels);
    module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                    b.getUnitAttr());
    for (auto stage : module.getOps<func::FuncOp>())
      if ((nn::stageAttr.isOn(stage) || phases::makerAttr.isOn(stage)) &&
          !stage.isExternal() && failed(outline(stage)))
        return failure();
    return success();
  }

private:
  LogicalResult outline(func::FuncOp stage) {
    SmallVector<gpu::LaunchOp> launches;
    WalkResult flat = stage.walk([&](gpu::LaunchOp launch) {
      launches.push_back(launch);
      return launch->getParentOp() == stage ? WalkResult::advance()
                                            : WalkResult::interrupt();
    });
    if (flat.wasInterrupted())
      return stage.emitError("has a launch within control flow");
    llvm::DenseSet<Value> written;
    for (gpu::LaunchOp launch : launches)
      collectWritten(launch, written);
    for (gpu::LaunchOp launch : launches)
      if (failed(sinkScalars(launch, written)))
        return failure();
    for (gpu::LaunchOp launch : launches)
      outline(stage, launch);
    eraseUnused(stage);
    return success();
  }

  /// Has the kernel compute what it uses beside memory.
  LogicalResult sinkScalars(gpu::LaunchOp launch,
                            const llvm::DenseSet<Value> &written) {
    Region &body = launch.getBody();
    while (true) {
      llvm::SetVector<Value> used;
      getUsedValuesDefinedAbove(body, used);
      auto scalar = llvm::find_if(
          used, [](Value value) { return !isa<MemRefType>(value.getType()); });
      if (scalar == used.end())
        return success();
      Operation *op = scalar->getDefiningOp();
      if (!op)
        return launch.emitError("takes a scalar that no operation computes");
      if (auto load = dyn_cast<memref::LoadOp>(op);
          load && written.contains(rootOf(load.getMemRef())))
        return op->emitError("reads an element that its stage writes to; a "
                             "kernel cannot compute it");
      if (!isa<memref::LoadOp>(op) && !isPure(op))
        return op->emitError("'")
               << op->getName() << "' cannot be computed in a kernel";
      OpBuilder b(&body.front(), body.front().begin());
      Operation *clone = b.clone(*op);
      for (auto [old, now] :
           llvm::zip_equal(op->getResults(), clone->getResults()))
        replaceAllUsesInRegionWith(old, now, body);
    }
  }

  void outline(func::FuncOp stage, gpu::LaunchOp launch) {
    SmallVector<Value> operands;
    gpu::GPUFuncOp kernel =
        outlineKernelFunc(launch, ptxName(stage.getSymName()), operands);
    symbols->insert(kernel);
    OpBuilder b(launch);
    // Blocks of just that size: NVVM knows one of the two.
    if (DenseI32ArrayAttr size = kernel.getKnownBlockSizeAttr()) {
      kernel->setAttr(NVVM::NVVMDialect::getReqntidAttrName(), size);
      kernel.removeKnownBlockSizeAttr();
    }
    // Vectors of 16 bytes go there.
    for (unsigned i = 0; i < kernel.getNumWorkgroupAttributions(); ++i)
      kernel.setWorkgroupAttributionAttr(i,
                                         LLVM::LLVMDialect::getAlignAttrName(),
                                         b.getI64IntegerAttr(kVectorBytes));
    auto made = gpu::LaunchFuncOp::create(
        b, launch.getLoc(), kernel, launch.getGridSizeOperandValues(),
        launch.getBlockSizeOperandValues(), /*dynamicSharedMemorySize=*/Value(),
        operands);
    if (DenseI64ArrayAttr cost = phases::costAttr.get(launch))
      phases::costAttr.set(made, cost);
    launch.erase();
    describeArguments(places, stage, kernel, operands);
  }

  /// What only launches used.
  static void eraseUnused(func::FuncOp stage) {
    SmallVector<Operation *> all;
    for (Operation &op : stage.front().without_terminator())
      all.push_back(&op);
    for (Operation *op : llvm::reverse(all))
      if (op->use_empty() && !isa<gpu::LaunchFuncOp>(op) &&
          (isa<memref::LoadOp>(op) || isPure(op)))
        op->erase();
  }

  ModuleOp module;
  Places places;
  gpu::GPUModuleOp kernels;
  std::optional<SymbolTable> symbols;
};

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    if (failed(Outliner(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::ptx
