//===- BodyEmitter.cpp - The body of a linalg.generic on vectors ----------===//

#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/nest/Extracts.h"
#include "codegen/loops/nest/HalfWords.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace dlc::loops {

Value constantIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// x + -0.0 is x, also for x = -0.0, and folds.
Value nothingToAdd(OpBuilder &builder, Location loc, Type element) {
  if (isa<IntegerType>(element))
    return arith::ConstantOp::create(builder, loc,
                                     builder.getIntegerAttr(element, 0));
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(-0.0F));
}

void forbidUnrolling(Operation *loop) {
  MLIRContext *context = loop->getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, /*disable=*/BoolAttr::get(context, true), {}, {}, {}, {}, {},
      {});
  auto annotation = LLVM::LoopAnnotationAttr::get(
      context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  loop->setAttr("llvm.loop_annotation", annotation);
}

Value broadcastTo(OpBuilder &builder, Location loc, Value value,
                  int64_t lanes) {
  if (lanes == 1 || isa<VectorType>(value.getType()))
    return value;
  auto type = VectorType::get({lanes}, value.getType());
  return vector::BroadcastOp::create(builder, loc, type, value);
}

/// Neighbours along the last dimension, from the element at `index` on.
static Value loadLanes(OpBuilder &builder, Location loc, const Buffer &buffer,
                       Value index, int64_t lanes) {
  auto type = VectorType::get({lanes}, buffer.element);
  const int64_t stride = buffer.strides.back();
  if (stride == 1)
    return vector::LoadOp::create(builder, loc, type, buffer.flat,
                                  ValueRange{index});
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value at = arith::AddIOp::create(
        builder, loc, index, constantIndex(builder, loc, lane * stride));
    elements.push_back(memref::LoadOp::create(builder, loc, buffer.flat, at));
  }
  return vector::FromElementsOp::create(builder, loc, type, elements);
}

Value loadElement(OpBuilder &builder, Location loc, const Buffer &buffer,
                  ValueRange indices, int64_t lanes) {
  if (buffer.splat)
    return arith::ConstantOp::create(builder, loc, buffer.splat);
  Value index = constantIndex(builder, loc, buffer.offset);
  for (auto [operand, stride] : llvm::zip(indices, buffer.strides)) {
    Value term = arith::MulIOp::create(builder, loc, operand,
                                       constantIndex(builder, loc, stride));
    index = arith::AddIOp::create(builder, loc, index, term);
  }
  if (lanes > 1)
    return loadLanes(builder, loc, buffer, index, lanes);
  return memref::LoadOp::create(builder, loc, buffer.flat, index);
}

/// A rescaling of a vector of words in words: its value where `op` is the first
/// of its operations, which are added to `done`.
static bool emitInWords(OpBuilder &builder, Operation &op,
                        const BodyContext &context, IRMapping &mapping,
                        llvm::SmallPtrSetImpl<Operation *> &done) {
  auto extend = dyn_cast<arith::ExtSIOp>(op);
  if (!extend || context.highWords == HighWords::None)
    return false;
  Value words = mapping.lookupOrDefault(extend.getIn());
  auto type = dyn_cast<VectorType>(words.getType());
  auto chain = type ? findRescaleChain(extend) : std::nullopt;
  if (!chain || type.getDimSize(0) % 2 != 0)
    return false;
  Location loc = op.getLoc();
  Value multiplier;
  if (chain->factor)
    multiplier = arith::ConstantIntOp::create(builder, loc, *chain->factor, 32);
  else if (chain->multiplier)
    multiplier = mapping.lookupOrDefault(chain->multiplier);
  Value last = chain->ops.back()->getResult(0);
  done.insert_range(chain->ops);
  if (context.highWords == HighWords::Doubled && last.getType().isInteger(8))
    if (Value bytes =
            emitByteRescale(builder, loc, words, multiplier, chain->rescale)) {
      mapping.map(last, bytes);
      return true;
    }
  Value result = emitWordRescale(builder, loc, words, multiplier,
                                 chain->rescale, context.highWords);
  if (!last.getType().isInteger(32))
    result = arith::TruncIOp::create(
        builder, loc, VectorType::get(type.getShape(), last.getType()), result);
  mapping.map(last, result);
  return true;
}

/// Loops within a body are scalar code; in the copy of one, elements of tensors
/// become loads.
static void loadExtracted(OpBuilder &builder, Operation &loop,
                          const BodyContext &context) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<tensor::ExtractOp> extracts;
  loop.walk([&](tensor::ExtractOp extract) { extracts.push_back(extract); });
  for (tensor::ExtractOp extract : extracts) {
    builder.setInsertionPoint(extract);
    extract.getResult().replaceAllUsesWith(
        loadElement(builder, extract.getLoc(),
                    context.buffer(extract.getTensor()), extract.getIndices()));
    extract.erase();
  }
}

SmallVector<Value> emitBody(OpBuilder &builder, Block &block,
                            ValueRange arguments, const BodyContext &context) {
  IRMapping mapping;
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    if (value)
      mapping.map(argument, value);
  llvm::SmallPtrSet<Operation *, 8> done;
  for (Operation &op : block.without_terminator()) {
    if (done.contains(&op) || emitInWords(builder, op, context, mapping, done))
      continue;
    if (auto index = dyn_cast<linalg::IndexOp>(op)) {
      mapping.map(index.getResult(), context.position(index.getDim()));
      continue;
    }
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      SmallVector<Value> indices;
      for (Value operand : extract.getIndices())
        indices.push_back(mapping.lookupOrDefault(operand));
      mapping.map(extract.getResult(),
                  loadElement(builder, extract.getLoc(),
                              context.buffer(extract.getTensor()), indices,
                              extractsAlong(extract, context.extractedDim)
                                  ? context.lanes
                                  : 1));
      continue;
    }
    int64_t lanes = 1;
    for (Value operand : op.getOperands())
      if (auto type =
              dyn_cast<VectorType>(mapping.lookupOrDefault(operand).getType()))
        lanes = type.getDimSize(0);
    if (lanes == 1) {
      Operation *clone = builder.clone(op, mapping);
      if (clone->getNumRegions() > 0)
        loadExtracted(builder, *clone, context);
      continue;
    }
    OperationState state(op.getLoc(), op.getName());
    for (Value operand : op.getOperands())
      state.operands.push_back(broadcastTo(
          builder, op.getLoc(), mapping.lookupOrDefault(operand), lanes));
    for (Type type : op.getResultTypes())
      state.types.push_back(VectorType::get({lanes}, type));
    state.attributes = llvm::to_vector(op.getDiscardableAttrs());
    state.propertiesAttr = op.getPropertiesAsAttribute();
    Operation *clone = builder.create(state);
    mapping.map(op.getResults(), clone->getResults());
  }
  SmallVector<Value> results;
  for (Value operand : block.getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(operand));
  return results;
}

} // namespace dlc::loops
