//===- StageVersions.cpp - Stages as functions on memory ------------------===//

#include "codegen/memory/StageVersions.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::memory {

static Value readTensor(OpBuilder &builder, Location loc, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  return bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(type.getShape(), type.getElementType()), memory,
      /*restrict=*/true, /*writable=*/false);
}

static void writeTensor(OpBuilder &builder, Location loc, Value tensor,
                        Value memory) {
  bufferization::MaterializeInDestinationOp::create(
      builder, loc, /*result=*/Type(), tensor, memory, /*restrict=*/true,
      /*writable=*/true);
}

func::FuncOp StageVersions::build(func::FuncOp stage, TypeRange types) {
  OpBuilder builder(stage);
  auto func = func::FuncOp::create(builder, stage.getLoc(), stage.getName(),
                                   builder.getFunctionType(types, {}));
  for (NamedAttribute attr : stage->getDiscardableAttrs())
    func->setAttr(attr.getName(), attr.getValue());
  func.setVisibility(stage.getVisibility());
  unsigned operands = stage.getNumArguments();
  for (unsigned i = 0; i < operands; ++i)
    function_interface_impl::setArgAttrs(func, i, stage.getArgAttrDict(i));
  if (stage.isExternal())
    return func;

  Block *body = func.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  for (unsigned i = 0; i < operands; ++i)
    mapping.map(stage.getArgument(i),
                readTensor(builder, stage.getLoc(), body->getArgument(i)));
  for (Operation &op : stage.front().without_terminator())
    builder.clone(op, mapping);
  Operation *ret = stage.front().getTerminator();
  for (auto [i, value] : llvm::enumerate(ret->getOperands()))
    writeTensor(builder, ret->getLoc(), mapping.lookup(value),
                body->getArgument(operands + i));
  func::ReturnOp::create(builder, ret->getLoc());
  return func;
}

func::FuncOp StageVersions::get(func::FuncOp stage, TypeRange types,
                                std::optional<unsigned> inplace) {
  auto &list = versions[stage];
  auto found = llvm::find_if(list, [&](const Version &version) {
    return TypeRange(version.types) == types;
  });
  if (found == list.end()) {
    func::FuncOp func = build(stage, types);
    // The first version replaces the stage, so that it can have its name.
    if (list.empty())
      symbols.remove(stage);
    symbols.insert(func);
    list.push_back({SmallVector<Type>(types), func,
                    SmallVector<bool>(stage.getNumArguments(), false)});
    found = std::prev(list.end());
  }
  if (inplace)
    found->inplace[*inplace] = true;
  return found->func;
}

func::FuncOp StageVersions::getCopy(Location loc, MemRefType from,
                                    MemRefType to) {
  OpBuilder builder(from.getContext());
  auto type = builder.getFunctionType({from, to}, {});
  func::FuncOp &func = copies[type];
  if (func)
    return func;
  func = func::FuncOp::create(builder, loc, "copy", type);
  func.setPrivate();
  nn::stageAttr.put(func, "copy");
  Block *body = func.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Value source = readTensor(builder, loc, body->getArgument(0));
  Value empty =
      tensor::EmptyOp::create(builder, loc, to.getShape(), to.getElementType());
  AffineMap identity = builder.getMultiDimIdentityMap(to.getRank());
  SmallVector<utils::IteratorType> loops(to.getRank(),
                                         utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, empty.getType(), source, empty,
      ArrayRef<AffineMap>{identity, identity}, loops,
      [](OpBuilder &b, Location loc, ValueRange elements) {
        linalg::YieldOp::create(b, loc, elements[0]);
      });
  writeTensor(builder, loc, generic.getResult(0), body->getArgument(1));
  func::ReturnOp::create(builder, loc);
  symbols.insert(func);
  return func;
}

void StageVersions::finish() {
  for (auto &[stage, list] : versions) {
    for (Version &version : list)
      for (auto [i, used] : llvm::enumerate(version.inplace))
        if (!used)
          nn::inPlaceAttr.removeAt(version.func, i);
  }
}

} // namespace dlc::memory
