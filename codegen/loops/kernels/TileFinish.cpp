//===- TileFinish.cpp - Epilogues of tiles as shared functions ------------===//
//
// What is done to each of a tile's results takes more code than the products:
// four instructions for a ReLU, a hundred for a sigmoid, times sixteen. A
// function does it for all tiles of that shape.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/kernels/TileKernel.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// On a function that finishes tiles: what it does, as text.
constexpr llvm::StringLiteral finishName = "dlc.tile_finish";

/// The body as text: equal texts compute the same. Nullopt when it needs more
/// than its arguments and constants.
std::optional<std::string> textOf(Block &body) {
  llvm::DenseMap<Value, unsigned> numbers;
  for (BlockArgument argument : body.getArguments())
    numbers.try_emplace(argument, numbers.size());
  std::string text;
  llvm::raw_string_ostream os(text);
  for (Operation &op : body) {
    if (op.getNumRegions() != 0 ||
        (!op.hasTrait<OpTrait::IsTerminator>() && !isMemoryEffectFree(&op)))
      return std::nullopt;
    os << op.getName() << op.getAttrDictionary() << "(";
    for (Value operand : op.getOperands()) {
      auto number = numbers.find(operand);
      auto constant = operand.getDefiningOp<arith::ConstantOp>();
      if (number != numbers.end())
        os << "%" << number->second << " ";
      else if (constant)
        os << constant.getValue() << " ";
      else
        return std::nullopt;
    }
    os << ")";
    for (Value result : op.getResults()) {
      os << ":" << result.getType();
      numbers.try_emplace(result, numbers.size());
    }
    os << "; ";
  }
  return text;
}

/// Constants from outside of the function become its own.
void copyConstants(func::FuncOp function) {
  OpBuilder b = OpBuilder::atBlockBegin(&function.front());
  function.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands()) {
      auto constant = operand.get().getDefiningOp<arith::ConstantOp>();
      if (constant && constant->getParentOfType<func::FuncOp>() != function)
        operand.set(b.clone(*constant)->getResult(0));
    }
  });
}

} // namespace

func::FuncOp declareFinish(const Nest &nest, const TileKernel &store,
                           int bias) {
  if (!nest.epilogue)
    return nullptr;
  linalg::GenericOp epilogue = nest.epilogue;
  Block &body = *epilogue.getBody();
  for (auto [i, access] : llvm::enumerate(nest.epilogueInputs))
    if (access && static_cast<int>(i) != bias)
      return nullptr;
  // The sum with the bias and the terminator are not worth a call.
  std::optional<std::string> text = textOf(body);
  if (!text || body.getOperations().size() <= (bias < 0 ? 1U : 2U))
    return nullptr;
  text = (Twine(bias) + ": " + *text).str();
  std::string stem = "dlc_finish_" + std::to_string(store.positions) + "x" +
                     std::to_string(store.width);
  ModuleIndex &index = *nest.module;
  func::FuncOp &known = index.shared(stem + " " + *text);
  if (known)
    return known;
  ModuleOp module = index.module();
  std::string name = index.freeName(stem + "_");
  func::FuncOp stores = declareKernel(index, store);
  auto b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  auto function = func::FuncOp::create(b, loc, name, stores.getFunctionType());
  function.setPrivate();
  function->setAttr(finishName, b.getStringAttr(*text));
  b.setInsertionPointToStart(function.addEntryBlock());
  SmallVector<Value> operands;
  for (BlockArgument argument : function.getArguments()) {
    if (argument.getType().isIndex()) {
      operands.push_back(argument);
      continue;
    }
    SmallVector<Value> arguments;
    for (auto [i, access] : llvm::enumerate(nest.epilogueInputs))
      arguments.push_back(access ? nothingToAdd(b, loc) : Value(argument));
    arguments.push_back(nullptr); // the output's old contents
    auto position = [](unsigned) { return Value(); };
    auto buffer = [](Value) { return Buffer(); };
    operands.push_back(
        emitBody(b, body, arguments, BodyContext{position, buffer}).front());
  }
  func::CallOp::create(b, loc, stores, operands);
  func::ReturnOp::create(b, loc);
  copyConstants(function);
  index.add(function);
  return known = function;
}

/// In place of the bias: x + -0.0 is x, also for x = -0.0, and folds.
Value nothingToAdd(OpBuilder &b, Location loc) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(-0.0F));
}

} // namespace dlc::loops
