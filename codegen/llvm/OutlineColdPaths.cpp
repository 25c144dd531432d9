//===- OutlineColdPaths.cpp - Rare code in functions of its own -----------===//

#include "codegen/llvm/Passes.h"

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

constexpr llvm::StringLiteral coldName = "dlc.cold";

struct OutlineColdPathsPass
    : dlc::llvmgen::impl::OutlineColdPathsBase<OutlineColdPathsPass> {
  using OutlineColdPathsBase::OutlineColdPathsBase;

  void runOnOperation() override {
    SmallVector<scf::IfOp> branches;
    getOperation().walk([&](scf::IfOp branch) {
      if (branch->getAttrOfType<StringAttr>(coldName))
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
    StringRef base = branch->getAttrOfType<StringAttr>(coldName).strref();
    std::string name = base.str();
    for (unsigned i = 1; symbols.lookup(name); ++i)
      name = (base + "_" + Twine(i)).str();
    FailureOr<func::FuncOp> function =
        outlineSingleBlockRegion(rewriter, branch.getLoc(), region, name);
    if (failed(function))
      return branch.emitError("a rare path cannot be a function");
    function->setPrivate();
    (*function)->setAttr(dlc::llvmgen::coldFunctionAttrName,
                         rewriter.getUnitAttr());
    // Registers go to the code around the call.
    (*function)->setAttr("passthrough", rewriter.getStrArrayAttr({"cold"}));
    symbols.insert(*function);
    branch->removeAttr(coldName);
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
