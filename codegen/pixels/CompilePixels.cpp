//===- CompilePixels.cpp - Code of pixels, and memory for its lines -------===//

#include "codegen/bitcode/StageCode.h"
#include "codegen/pixels/LineCode.h"
#include "codegen/pixels/PartCode.h"
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

/// Compiles stages one after the other: parts of one image share their code.
class PixelCompiler {
public:
  explicit PixelCompiler(const targets::TargetInfo &target) : target(target) {}

  llvm::Expected<Compiled> compile(func::FuncOp stage,
                                   const StagePixels &pixels) {
    const Pipeline &pipeline = pixels.pipeline;
    if (phases::linesAttr.isOn(stage))
      return compileLines(pipeline, target.align, target.indexBits);
    if (!pixels.part)
      return compilePipeline(pipeline, target.align);
    auto [owner, isFirst] =
        owners.try_emplace(keyOf(pipeline), stage.getName().str());
    return compilePart(pipeline, *pixels.part, target.align,
                       isFirst ? StringRef() : StringRef(owner->second));
  }

private:
  const targets::TargetInfo &target;
  /// The stages whose code others share.
  llvm::StringMap<std::string> owners;
};

struct CompilePixels : impl::CompilePixelsBase<CompilePixels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    targets::TargetInfo target = targets::getTargetInfo(module);
    PixelCompiler compiler(target);
    for (auto stage : module.getOps<func::FuncOp>()) {
      if (!phases::pixelsAttr.isOn(stage))
        continue;
      if (target.hasGpu()) {
        stage.emitError("pixels are compiled for processors, not for a GPU");
        return signalPassFailure();
      }
      FailureOr<StagePixels> pixels = readPipeline(stage, target);
      if (failed(pixels))
        return signalPassFailure();
      llvm::Expected<Compiled> compiled = compiler.compile(stage, *pixels);
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
