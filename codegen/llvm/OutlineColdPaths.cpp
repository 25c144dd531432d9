//===- OutlineColdPaths.cpp - Rare code in functions of its own -----------===//

#include "codegen/llvm/Passes.h"
#include "dialects/dlc/Declarations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"

namespace dlc::llvmgen {
#define GEN_PASS_DEF_OUTLINECOLDPATHS
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;

namespace {

struct OutlineColdPathsPass
    : dlc::llvmgen::impl::OutlineColdPathsBase<OutlineColdPathsPass> {
  using OutlineColdPathsBase::OutlineColdPathsBase;

  void runOnOperation() override {
    SmallVector<scf::IfOp> branches;
    getOperation().walk([&](scf::IfOp branch) {
      if (dlc::phases::coldAttr.get(branch))
        branches.push_back(branch);
    });
    SymbolTable symbols(getOperation());
    for (scf::IfOp branch : branches)
      if (failed(outline(branch, symbols)))
        return signalPassFailure();
  }

  LogicalResult outline(scf::IfOp branch, SymbolTable &symbols) {
    IRRewriter rewriter(branch);
    Region &region = branch.getThenRegion();
    sinkConstants(region, rewriter);
    StringRef base = dlc::phases::coldAttr.get(branch).strref();
    std::string name = base.str();
    for (unsigned i = 1; symbols.lookup(name); ++i)
      name = (base + "_" + Twine(i)).str();
    FailureOr<func::FuncOp> function =
        outlineSingleBlockRegion(rewriter, branch.getLoc(), region, name);
    if (failed(function))
      return branch.emitError("a rare path cannot be a function");
    function->setPrivate();
    dlc::phases::coldFunctionAttr.put(*function);
    // Registers go to the code around the call.
    (*function)->setAttr("passthrough", rewriter.getStrArrayAttr({"cold"}));
    symbols.insert(*function);
    dlc::phases::coldAttr.remove(branch);
    return success();
  }

  /// Constants are no arguments: functions that differ in them become one
  /// later (dlc-merge-stages).
  static void sinkConstants(Region &region, IRRewriter &rewriter) {
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(region, captured);
    rewriter.setInsertionPointToStart(&region.front());
    for (Value value : captured)
      if (auto constant = value.getDefiningOp<arith::ConstantOp>())
        replaceAllUsesInRegionWith(
            value, rewriter.clone(*constant)->getResult(0), region);
  }
};

} // namespace
