//===- CompilePixels.cpp - Code of pixels, and memory for its lines -------===//

#include "codegen/bitcode/StageCode.h"
#include "codegen/pixels/LineCode.h"
#include "codegen/pixels/Passes.h"
#include "codegen/pixels/ReadPipeline.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/lines/Declarations.h"
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
          phases::linesAttr.isOn(stage)
              ? compileLines(*pipeline, target.align, target.indexBits)
              : compilePipeline(*pipeline, target.align);
      if (!compiled) {
        stage.emitError() << toString(compiled.takeError());
        return signalPassFailure();
      }
      bitcode::attachCode(stage,
                          {compiled->bitcode.data(), compiled->bitcode.size()});
      if (failed(bitcode::addMemory(module, stage,
                                    static_cast<int64_t>(compiled->lineBytes),
                                    target.align, "lines")))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace dlc::pixels
