//===- LowerPixels.cpp - Stages of pixels as functions without a body -----===//

#include "codegen/pixels/Passes.h"
#include "codegen/pixels/ReadPipeline.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/dlc/lines/Declarations.h"
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
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    for (unsigned i = main ? main.getNumArguments() : 0; i-- > 0;)
      if (phases::pushedAttr.isAt(main, i) && failed(takeLines(main, i)))
        return signalPassFailure();
  }

  /// The image of a frame that comes in lines is there before all else.
  LogicalResult takeLines(func::FuncOp main, unsigned argument) {
    BlockArgument frame = main.getArgument(argument);
    SymbolTable symbols(getOperation());
    auto call = frame.hasOneUse() ? dyn_cast<func::CallOp>(*frame.user_begin())
                                  : func::CallOp();
    auto stage =
        call ? symbols.lookup<func::FuncOp>(call.getCallee()) : func::FuncOp();
    if (!stage || !phases::pixelsAttr.isOn(stage))
      return main.emitError("the network reads the frame itself, and not only "
                            "an image made of it by steps on pixels: there has "
                            "to be a frame ('delivery: frame')");
    auto type = cast<RankedTensorType>(frame.getType());
    func::FuncOp pushed = stage.clone();
    OpBuilder b(&getContext());
    pushed.setFunctionType(
        b.getFunctionType({}, stage.getFunctionType().getResults()));
    pushed.removeArgAttrsAttr();
    phases::linesAttr.set(pushed, b.getDenseI64ArrayAttr(type.getShape()));
    symbols.insert(pushed, stage->getIterator());
    b.setInsertionPointToStart(&main.front());
    auto made = func::CallOp::create(b, call.getLoc(), pushed, ValueRange());
    call.replaceAllUsesWith(made);
    call.erase();
    if (SymbolTable::symbolKnownUseEmpty(stage, getOperation()))
      stage.erase();
    return main.eraseArgument(argument);
  }
};

} // namespace
} // namespace dlc::pixels
