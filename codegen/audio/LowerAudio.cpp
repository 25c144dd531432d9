//===- LowerAudio.cpp - Stages of sound as functions without a body -------===//

#include "codegen/audio/Passes.h"
#include "codegen/audio/ReadFrontEnd.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/nn/audio/NnAudioOps.h"

namespace dlc::audio {
#define GEN_PASS_DEF_LOWERAUDIO
#include "codegen/audio/Passes.h.inc"
} // namespace dlc::audio

using namespace mlir;

namespace dlc::audio {
namespace {

/// Whether a stage is the op, on all that it takes and for all that it returns.
bool isAll(func::FuncOp stage, Operation *op) {
  return stage.isPrivate() && stage.getBody().hasOneBlock() &&
         llvm::equal(op->getOperands(), stage.getArguments()) &&
         op->getNextNode() == stage.front().getTerminator() &&
         op == &stage.front().front() &&
         op->getNextNode()->getOperands() == op->getResults();
}

struct LowerAudio : impl::LowerAudioBase<LowerAudio> {
  void runOnOperation() override {
    SmallVector<Operation *> frontEnds;
    getOperation().walk([&](Operation *op) {
      if (isa<nn::MicroFeaturesOp, nn::MelEnergiesOp, nn::SpectrumOp>(op))
        frontEnds.push_back(op);
    });
    for (Operation *op : frontEnds) {
      auto stage = dyn_cast<func::FuncOp>(op->getParentOp());
      if (!stage || !isAll(stage, op)) {
        op->emitError("is no stage of its own");
        return signalPassFailure();
      }
      DictionaryAttr described = describeFrontEnd(op);
      stage.eraseBody();
      phases::audioAttr.set(stage, described);
    }
  }
};

} // namespace
} // namespace dlc::audio
