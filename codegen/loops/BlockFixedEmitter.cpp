//===- BlockFixedEmitter.cpp - Block fixed point as loops -----------------===//

#include "codegen/loops/BlockFixedEmitter.h"
#include "codegen/loops/BlockFixedNumbers.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Steps of the reduction between two tests of its end.
constexpr int64_t kUnroll = 4;
} // namespace

BlockFixedEmitter::BlockFixedEmitter(OpBuilder &builder, Nest &nest,
                                     const BlockFixedPlan &plan,
                                     llvm::function_ref<Buffer(Value)> bufferOf)
    : b(builder), loc(nest.root.getLoc()), fixed(builder, loc), nest(nest),
      plan(plan), bufferOf(bufferOf) {
  at.resize(nest.sizes.size());
}

Value BlockFixedEmitter::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}

Value BlockFixedEmitter::times(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  return arith::MulIOp::create(b, loc, x, index(factor));
}

Value BlockFixedEmitter::load(Type type, Value buffer, Value position) {
  return memref::LoadOp::create(b, loc, type, buffer, ValueRange{position});
}

void BlockFixedEmitter::store(Value value, Value buffer, Value position) {
  memref::StoreOp::create(b, loc, value, buffer, ValueRange{position});
}

/// LLVM unrolls every loop by its own rules, for code that is hot; most of
/// these loops are short beside the products.
static void setUnroll(scf::ForOp loop, int64_t factor) {
  Builder b(loop.getContext());
  BoolAttr disable = factor == 1 ? b.getBoolAttr(true) : BoolAttr();
  IntegerAttr count = factor > 1 ? b.getI32IntegerAttr(factor) : IntegerAttr();
  auto unroll = LLVM::LoopUnrollAttr::get(b.getContext(), disable, count, {},
                                          {}, {}, {}, {});
  loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(
                                       b.getContext(), {}, {}, {}, unroll, {},
                                       {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
}

void BlockFixedEmitter::forEach(Value lower, Value upper,
                                llvm::function_ref<void(Value)> body,
                                int64_t step, int64_t unroll) {
  forEach(lower, upper, step, unroll, {}, [&](Value i, ValueRange) -> Values {
    body(i);
    return {};
  });
}

BlockFixedEmitter::Values
BlockFixedEmitter::forEach(Value lower, Value upper, int64_t step,
                           int64_t unroll, ValueRange initial,
                           llvm::function_ref<Values(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, loc, lower, upper, index(step), initial);
  setUnroll(loop, unroll);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!results.empty())
    scf::YieldOp::create(b, loc, results);
  return Values(loop.getResults());
}

Value BlockFixedEmitter::startOf(const Linear &address) {
  Value sum = index(address.constant);
  for (auto [value, coefficient] : llvm::zip(at, address.coefficients))
    if (value && coefficient != 0)
      sum = plus(sum, times(value, coefficient));
  return sum;
}

Value BlockFixedEmitter::inBlock(Value start, int64_t size, int64_t count) {
  if (count % size == 0)
    return index(size);
  Value rest = arith::SubIOp::create(b, loc, index(count), start);
  return arith::MinSIOp::create(b, loc, rest, index(size));
}

void BlockFixedEmitter::emitLevel(unsigned level) {
  if (level < plan.outer.size()) {
    unsigned d = plan.outer[level];
    forEach(index(0), index(nest.sizes[d]), [&](Value i) {
      at[d] = i;
      emitLevel(level + 1);
    });
    return;
  }
  if (plan.tiled < 0) {
    positions = index(1);
    emitTile();
    return;
  }
  int64_t size = nest.sizes[plan.tiled];
  auto emit = [&](Value start) {
    at[plan.tiled] = start;
    positions = inBlock(start, plan.positions, size);
    emitTile();
  };
  forEach(index(0), index(size), emit, plan.positions);
}

void BlockFixedEmitter::emitTile() {
  gatherTile();
  if (plan.feature < 0) {
    emitBlock(index(0));
    return;
  }
  forEach(
      index(0), index(nest.sizes[plan.feature]),
      [&](Value feature) { emitBlock(feature); }, plan.features);
}

/// The channel that the features of the group at hand begin with.
Value BlockFixedEmitter::groupIndex() {
  Value group = index(0);
  for (unsigned d : plan.groups)
    group = plus(times(group, nest.sizes[d]), at[d]);
  int64_t features = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  return times(group, llvm::alignTo(features, plan.features));
}

void BlockFixedEmitter::emitBlock(Value feature) {
  Value channel = plus(groupIndex(), feature);
  Value weights = times(channel, plan.depth);
  Values results = multiply(weights);
  for (auto [i, sum] : llvm::enumerate(results))
    store(sum, sums, index(static_cast<int64_t>(i)));
  emitResults(feature, channel);
}

/// The sums of a block, a position's features side by side.
BlockFixedEmitter::Values BlockFixedEmitter::multiply(Value weights) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  auto step = [&](Value k, int64_t offset, ValueRange carried) -> Values {
    Values sum(carried), x, w;
    Value fromTile = times(k, plan.positions);
    Value fromWeights = plus(weights, times(k, plan.features));
    for (int64_t p = 0; p < plan.positions; ++p)
      x.push_back(load(b.getI32Type(), tile,
                       plus(fromTile, index(offset * plan.positions + p))));
    for (int64_t j = 0; j < plan.features; ++j)
      w.push_back(load(b.getI32Type(), constants,
                       plus(fromWeights, index(offset * plan.features + j))));
    for (int64_t p = 0; p < plan.positions; ++p)
      for (int64_t j = 0; j < plan.features; ++j) {
        Value &into = sum[p * plan.features + j];
        into = fixed.multiplyAdd(into, x[p], w[j]);
      }
    return sum;
  };
  Values sum(plan.positions * plan.features, fixed.constant(b.getI64Type(), 0));
  int64_t whole = plan.depth - plan.depth % kUnroll;
  if (whole > 0)
    sum = forEach(index(0), index(whole), kUnroll, 1, sum,
                  [&](Value k, ValueRange carried) {
                    Values next(carried);
                    for (int64_t i = 0; i < kUnroll; ++i)
                      next = step(k, i, next);
                    return next;
                  });
  for (int64_t k = whole; k < plan.depth; ++k)
    sum = step(index(whole), k - whole, sum);
  return sum;
}

void BlockFixedEmitter::emitResults(Value feature, Value channel) {
  Value outside = plan.tiled >= 0 ? at[plan.tiled] : Value();
  int64_t count = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  Value features = inBlock(feature, plan.features, count);
  forEach(index(0), positions, [&](Value position) {
    if (outside)
      at[plan.tiled] = plus(outside, position);
    forEach(index(0), features,
            [&](Value lane) { emitResult(position, feature, lane, channel); });
  });
  if (outside)
    at[plan.tiled] = outside;
}

void BlockFixedEmitter::emitResult(Value position, Value feature, Value lane,
                                   Value channel) {
  if (plan.feature >= 0)
    at[plan.feature] = plus(feature, lane);
  Value slot = plus(position, index(plan.depth * plan.positions));
  Value exponent = load(b.getI32Type(), tile, slot);
  Value nonFinite = fixed.compare(arith::CmpIPredicate::slt, exponent, 0);
  auto branch = scf::IfOp::create(b, loc, b.getI32Type(), nonFinite,
                                  /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, loc, nonFiniteSum(position, lane, channel));
    b.setInsertionPointToStart(branch.elseBlock());
    Value sum =
        load(b.getI64Type(), sums, plus(times(position, plan.features), lane));
    scf::YieldOp::create(b, loc, finiteSum(exponent, sum, plus(channel, lane)));
  }
  storeThroughEpilogue(
      arith::BitcastOp::create(b, loc, b.getF32Type(), branch.getResult(0)));
}

/// The bits of the float that a sum of integers and the bias make up.
Value BlockFixedEmitter::finiteSum(Value exponent, Value sum, Value channel) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  Value scale = load(b.getI32Type(), constants,
                     plus(channel, index(channels * plan.depth)));
  scale = arith::AddIOp::create(b, loc, exponent, scale);
  Value bias = fixed.i32(0);
  if (plan.bias >= 0)
    bias = arith::BitcastOp::create(
        b, loc, b.getI32Type(), loadOperand(*nest.epilogueInputs[plan.bias]));
  auto call = func::CallOp::create(b, loc, sumToFloat(nest.root),
                                   ValueRange{sum, scale, bias});
  return call.getResult(0);
}

/// The same where the tile holds floats: infinities and NaNs decide alone,
/// their products with the weights' signs are added up in software. A weight's
/// integer is zero only if the weight is.
Value BlockFixedEmitter::nonFiniteSum(Value position, Value lane,
                                      Value channel) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  Value weights = plus(times(channel, plan.depth), lane);
  Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
  Value sum = forEach(
      index(0), index(plan.depth), 1, 1, zero,
      [&](Value k, ValueRange carried) -> Values {
        Value bits = load(b.getI32Type(), tile,
                          plus(position, times(k, plan.positions)));
        auto branch =
            scf::IfOp::create(b, loc, b.getF32Type(),
                              fixed.isNonFinite(fixed.magnitude(bits)), true);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(branch.thenBlock());
        Value weight = load(b.getI32Type(), constants,
                            plus(weights, times(k, plan.features)));
        Value product = arith::MulFOp::create(
            b, loc, arith::BitcastOp::create(b, loc, b.getF32Type(), bits),
            arith::SIToFPOp::create(b, loc, b.getF32Type(), weight));
        scf::YieldOp::create(
            b, loc,
            arith::AddFOp::create(b, loc, carried.front(), product)
                .getResult());
        b.setInsertionPointToStart(branch.elseBlock());
        scf::YieldOp::create(b, loc, carried.front());
        return {branch.getResult(0)};
      })[0];
  return arith::BitcastOp::create(b, loc, b.getI32Type(), sum);
}

Value BlockFixedEmitter::loadOperand(const Access &access) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  return load(access.buffer.element, access.buffer.flat,
              startOf(access.address));
}

void BlockFixedEmitter::storeThroughEpilogue(Value value) {
  Values results{value};
  if (linalg::GenericOp epilogue = nest.epilogue) {
    Values arguments;
    for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
      if (!input)
        arguments.push_back(value);
      else if (static_cast<int>(i) == plan.bias)
        // Added already; x + -0 is x.
        arguments.push_back(
            arith::ConstantOp::create(b, loc, b.getF32FloatAttr(-0.0f)));
      else
        arguments.push_back(loadOperand(*input));
    }
    arguments.resize(epilogue.getBody()->getNumArguments());
    auto noPosition = [](unsigned) { return Value(); };
    results =
        emitBody(b, *epilogue.getBody(), arguments, {noPosition, bufferOf});
  }
  for (auto [output, result] : llvm::zip(nest.outputs, results))
    store(result, output.buffer.flat, startOf(output.address));
}

/// How the weights are to lie.
Packing BlockFixedEmitter::packing() const {
  const Access &weights = nest.inputs[plan.weights];
  Packing packing;
  packing.argument = weights.buffer.constant.getArgNumber();
  packing.element = b.getI32Type();
  packing.source = weights.address;
  packing.sizes = nest.sizes;
  packing.outer = plan.groups;
  packing.reduction = plan.reduction;
  BlockFixedConstant constant;
  constant.bits = plan.bits;
  constant.block = plan.features;
  if (plan.feature >= 0) {
    packing.vectorDim = plan.feature;
    constant.features = nest.sizes[plan.feature];
    constant.featureStride = weights.address.coefficients[plan.feature];
  }
  packing.blockFixed = constant;
  return packing;
}

Packing
BlockFixedEmitter::emit(llvm::function_ref<Value(int64_t, Type)> scratch) {
  tile = scratch((plan.depth + 1) * plan.positions, b.getI32Type());
  sums = scratch(plan.positions * plan.features, b.getI64Type());
  Packing packed = packing();
  channels = packed.blockFixed->channels(packed);
  emitLevel(0);
  return packed;
}

Packing emitBlockFixed(OpBuilder &builder, Nest &nest,
                       const BlockFixedPlan &plan,
                       llvm::function_ref<Value(int64_t, Type)> scratch,
                       llvm::function_ref<Buffer(Value)> bufferOf) {
  return BlockFixedEmitter(builder, nest, plan, bufferOf).emit(scratch);
}

} // namespace dlc::loops
