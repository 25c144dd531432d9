//===- CompilePixels.cpp - Code of pixels, and memory for its lines -------===//

#include "codegen/pixels/CompilePipeline.h"
#include "codegen/pixels/Passes.h"
#include "codegen/pixels/ReadPipeline.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/SymbolTable.h"
#include "targets/description/TargetAttr.h"

namespace dlc::pixels {
#define GEN_PASS_DEF_COMPILEPIXELS
#include "codegen/pixels/Passes.h.inc"
} // namespace dlc::pixels

using namespace mlir;

namespace dlc::pixels {
namespace {

struct CompilePixels : impl::CompilePixelsBase<CompilePixels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    targets::TargetInfo target = targets::getTargetInfo(module);
    for (auto stage : module.getOps<func::FuncOp>()) {
      if (!phases::pixelsAttr.isOn(stage))
        continue;
      if (target.hasGpu()) {
        stage.emitError("pixels are compiled for processors, not for a GPU");
        return signalPassFailure();
      }
      FailureOr<Pipeline> pipeline = readPipeline(stage, target);
      if (failed(pipeline))
        return signalPassFailure();
      llvm::Expected<Compiled> compiled =
          compilePipeline(*pipeline, target.align);
      if (!compiled) {
        stage.emitError() << toString(compiled.takeError());
        return signalPassFailure();
      }
      auto bytes = RankedTensorType::get(
          {static_cast<int64_t>(compiled->bitcode.size())},
          IntegerType::get(&getContext(), 8));
      phases::codeAttr.set(
          stage, DenseElementsAttr::getFromRawBuffer(
                     bytes, ArrayRef<char>(compiled->bitcode.data(),
                                           compiled->bitcode.size())));
      if (failed(addLines(stage, compiled->lineBytes, target.align)))
        return signalPassFailure();
    }
  }

  LogicalResult addLines(func::FuncOp stage, uint64_t bytes, int64_t align) {
    if (!bytes)
      return success();
    Builder builder(&getContext());
    auto type =
        MemRefType::get({static_cast<int64_t>(bytes)}, builder.getI8Type());
    auto marked = builder.getDictionaryAttr(
        arena::scratchAttr.named(builder.getUnitAttr()));
    if (failed(stage.insertArgument(stage.getNumArguments(), type, marked,
                                    stage.getLoc())))
      return failure();
    SmallVector<func::CallOp> calls;
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() == stage.getName())
        calls.push_back(call);
    });
    for (func::CallOp call : calls) {
      OpBuilder b(call);
      auto node = nn::nodeOf(call.getLoc());
      std::string name =
          node && !node->name.empty() ? node->name : call.getCallee().str();
      Value buffer = arena::BufferOp::create(
          b, call.getLoc(), type, name + ".lines", arena::extentInBytes(type),
          align, /*offset=*/IntegerAttr());
      call.getOperandsMutable().append(buffer);
    }
    return success();
  }
};

} // namespace
} // namespace dlc::pixels
