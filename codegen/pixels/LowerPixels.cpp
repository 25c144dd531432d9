//===- LowerPixels.cpp - Stages of pixels as functions without a body -----===//

#include "codegen/pixels/Passes.h"
#include "codegen/pixels/ReadPipeline.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/nn/NnOps.h"

namespace dlc::pixels {
#define GEN_PASS_DEF_LOWERPIXELS
#include "codegen/pixels/Passes.h.inc"
} // namespace dlc::pixels

using namespace mlir;

namespace dlc::pixels {
namespace {

struct LowerPixels : impl::LowerPixelsBase<LowerPixels> {
  void runOnOperation() override {
    for (auto stage : getOperation().getOps<func::FuncOp>()) {
      Operation *first = nullptr;
      stage.walk([&](Operation *op) {
        if (isa<nn::ColorConvertOp, nn::ResampleOp, nn::LookupOp>(op) && !first)
          first = op;
      });
      if (!first)
        continue;
      ArrayAttr steps = stage.isPrivate() ? describeSteps(stage) : nullptr;
      if (!steps) {
        first->emitError("is no part of a stage of steps from a frame to an "
                         "image");
        return signalPassFailure();
      }
      stage.eraseBody();
      phases::pixelsAttr.set(stage, steps);
    }
  }
};

} // namespace
} // namespace dlc::pixels
