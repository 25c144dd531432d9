//===- ReleaseConstants.cpp - Freeing what no op mentions -----------------===//

#include "compiler/simplify/LiveResources.h"
#include "compiler/simplify/Passes.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::simplify {
#define GEN_PASS_DEF_RELEASECONSTANTS
#include "compiler/simplify/Passes.h.inc"

namespace {
struct ReleaseConstants : impl::ReleaseConstantsBase<ReleaseConstants> {
  void runOnOperation() override {
    LiveResources(getOperation()).releaseOthers(&getContext());
    markAllAnalysesPreserved();
  }
};
} // namespace
} // namespace dlc::simplify
