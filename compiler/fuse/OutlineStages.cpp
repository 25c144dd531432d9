//===- OutlineStages.cpp - One function for each stage --------------------===//

#include "compiler/fuse/Passes.h"
#include "compiler/fuse/StageGroups.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_OUTLINESTAGES
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

/// "/features/0/Conv" -> "features_0_Conv". A converter that fused operators
/// itself lists all their names, with ';' between them: the first will do.
std::string makeIdentifier(StringRef name) {
  name = name.split(';').first.ltrim("/:._");
  std::string id;
  for (char c : name)
    id += llvm::isAlnum(c) ? c : '_';
  if (id.empty() || llvm::isDigit(id[0]))
    id.insert(0, "n");
  return id;
}

std::string stageName(const StageGroup &group) {
  auto node = nn::nodeOf(group.root->getLoc());
  bool named = node && !node->name.empty();
  return makeIdentifier(named ? StringRef(node->name) : group.kind);
}

/// Whether a constant belongs to the stage's code instead of its arguments.
bool isSunk(Value operand, Operation *user) {
  ElementsAttr constant = nn::constantOf(operand);
  if (!constant)
    return false;
  if (constant.getNumElements() == 1)
    return true;
  return isFusableElementwise(user) && constant.isSplat();
}

/// What a stage is called with: tensors first, then constants, each in the
/// order of its first use.
struct StageOperands {
  llvm::SetVector<Value> tensors, constants;
  llvm::SetVector<Value> sunk;

  explicit StageOperands(const StageGroup &group) {
    DenseSet<Operation *> inside(group.ops.begin(), group.ops.end());
    for (Operation *op : group.ops)
      for (Value operand : op->getOperands()) {
        if (inside.contains(operand.getDefiningOp()))
          continue;
        if (!nn::constantOf(operand))
          tensors.insert(operand);
        else if (isSunk(operand, op))
          sunk.insert(operand);
        else
          constants.insert(operand);
      }
    // What an argument holds for one use need not be repeated for another.
    sunk.remove_if([&](Value value) { return constants.contains(value); });
  }

  SmallVector<Value> arguments() const {
    SmallVector<Value> all(tensors.begin(), tensors.end());
    all.append(constants.begin(), constants.end());
    return all;
  }
};

func::FuncOp buildStage(OpBuilder &builder, const StageGroup &group,
                        const StageOperands &operands) {
  SmallVector<Value> arguments = operands.arguments();
  Operation *last = group.ops.back();
  auto type = builder.getFunctionType(ValueRange(arguments).getTypes(),
                                      last->getResultTypes());
  auto func = func::FuncOp::create(builder, group.root->getLoc(),
                                   stageName(group), type);
  func.setPrivate();
  nn::stageAttr.put(func, group.kind);
  Block *body = func.addEntryBlock();

  OpBuilder inside = OpBuilder::atBlockBegin(body);
  IRMapping mapping;
  mapping.map(arguments, body->getArguments());
  for (Value constant : operands.sunk)
    mapping.map(constant,
                inside.clone(*constant.getDefiningOp())->getResult(0));
  for (Operation *op : group.ops)
    inside.clone(*op, mapping);
  SmallVector<Value> results;
  for (Value result : last->getResults())
    results.push_back(mapping.lookup(result));
  func::ReturnOp::create(inside, last->getLoc(), results);

  for (auto [i, value] : llvm::enumerate(arguments)) {
    if (operands.constants.contains(value))
      nn::constantAttr.putAt(func, i);
    else if (results.size() == 1 && isReadElementwise(group, value))
      nn::inPlaceAttr.putAt(func, i);
  }
  return func;
}

/// Stages seen so far, for sharing.
class StageTable {
public:
  explicit StageTable(ModuleOp module) : symbols(module) {}

  /// The function to call: an equal one that exists, or `stage` itself, which
  /// then becomes part of the module.
  func::FuncOp share(func::FuncOp stage) {
    auto &candidates =
        byType[{stage.getFunctionType(), nn::stageAttr.get(stage)}];
    for (func::FuncOp other : candidates)
      if (OperationEquivalence::isRegionEquivalentTo(
              &stage.getBody(), &other.getBody(),
              OperationEquivalence::IgnoreLocations) &&
          stage.getArgAttrsAttr() == other.getArgAttrsAttr()) {
        stage.erase();
        return other;
      }
    candidates.push_back(stage);
    symbols.insert(stage);
    return stage;
  }

private:
  SymbolTable symbols;
  DenseMap<std::pair<Type, Attribute>, SmallVector<func::FuncOp>> byType;
};

struct OutlineStages : impl::OutlineStagesBase<OutlineStages> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || !main.getBody().hasOneBlock()) {
      module.emitError("stages are made of one function @main with one block");
      return signalPassFailure();
    }
    if (failed(prepare(main)))
      return signalPassFailure();
    outlineStages(module, main);
  }

  /// Refuses what cannot be part of a stage and removes what nobody reads.
  LogicalResult prepare(func::FuncOp main) {
    for (Operation &op : main.front().without_terminator())
      if (!isa_and_nonnull<nn::NnDialect>(op.getDialect()) &&
          !isa<arith::ConstantOp>(op))
        return op.emitError("'")
               << op.getName() << "' cannot be part of a stage";
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(main.front())))
      if (op.use_empty() && !op.hasTrait<OpTrait::IsTerminator>())
        op.erase();
    return success();
  }
};

} // namespace

void outlineStages(ModuleOp module, func::FuncOp main) {
  StageTable table(module);
  for (const StageGroup &group : groupStages(main)) {
    Operation *last = group.ops.back();
    StageOperands operands(group);
    OpBuilder builder(module.getContext());
    func::FuncOp stage = table.share(buildStage(builder, group, operands));
    builder.setInsertionPoint(last);
    auto call = func::CallOp::create(builder, group.root->getLoc(), stage,
                                     operands.arguments());
    last->replaceAllUsesWith(call.getResults());
    for (Operation *op : llvm::reverse(group.ops))
      op->erase();
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(main.front())))
    if (isa<arith::ConstantOp>(op) && op.use_empty())
      op.erase();
}

} // namespace dlc::fuse
