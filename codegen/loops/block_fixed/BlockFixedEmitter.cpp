//===- BlockFixedEmitter.cpp - Block fixed point as loops -----------------===//

#include "codegen/loops/block_fixed/BlockFixedEmitter.h"
#include "codegen/loops/block_fixed/BlockFixedPlanes.h"
#include "codegen/loops/block_fixed/BlockFixedWeights.h"
#include "codegen/loops/block_fixed/BlockFixedWindows.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

BlockFixedEmitter::BlockFixedEmitter(StageContext &context, Nest &nest,
                                     const BlockFixedPlan &plan)
    : NestCode(context, nest), fixed(b, loc), plan(plan) {}

Value BlockFixedEmitter::load(Type type, Value buffer, Value position) {
  return memref::LoadOp::create(b, loc, type, buffer, ValueRange{position});
}

void BlockFixedEmitter::store(Value value, Value buffer, Value position) {
  memref::StoreOp::create(b, loc, value, buffer, ValueRange{position});
}

void BlockFixedEmitter::keepSums(ValueRange results) {
  onlySum = results.size() == 1 ? results.front() : Value();
  if (!onlySum)
    for (auto [i, sum] : llvm::enumerate(results))
      store(sum, sums, index(static_cast<int64_t>(i)));
}

Value BlockFixedEmitter::sumAt(Value position) {
  return onlySum ? onlySum : load(b.getI64Type(), sums, position);
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

Value BlockFixedEmitter::inBlock(Value start, int64_t size, int64_t count) {
  if (count % size == 0)
    return index(size);
  Value rest = arith::SubIOp::create(b, loc, index(count), start);
  return arith::MinSIOp::create(b, loc, rest, index(size));
}

/// The channel that the features of the group at hand begin with.
Value BlockFixedEmitter::groupIndex() {
  Value group = index(0);
  for (unsigned d : plan.groups)
    group = plus(times(group, nest.sizes[d]), at[d]);
  int64_t features = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  return times(group, llvm::alignTo(features, plan.features));
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
  auto call = func::CallOp::create(
      b, loc, sumToFloat(*nest.module, plan.relu != nullptr),
      ValueRange{sum, scale, bias});
  return call.getResult(0);
}

Value BlockFixedEmitter::toInteger(Value bits, Value exponent) {
  Value integer = fixed.toFixed(bits, exponent, plan.bits);
  return plan.limbs ? fixed.toLimbs(integer) : integer;
}

/// What an infinity or a NaN adds to a sum, where everything finite is nothing
/// beside it. A weight's integer is zero only if the weight is, and has its
/// sign.
Value BlockFixedEmitter::nonFiniteProduct(Value bits, Value weight) {
  Value value = arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  if (plan.limbs)
    weight = fixed.fromLimbs(weight);
  Value factor = arith::SIToFPOp::create(b, loc, b.getF32Type(), weight);
  return arith::MulFOp::create(b, loc, value, factor);
}

/// The bits of a sum of infinities and NaNs as the epilogue is to see it.
Value BlockFixedEmitter::nonFiniteResult(Value sum) {
  if (plan.relu) {
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
    Value below =
        arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, sum, zero);
    sum = arith::SelectOp::create(b, loc, below, zero, sum);
  }
  return arith::BitcastOp::create(b, loc, b.getI32Type(), sum);
}

/// Sums come with it done; the epilogue does not do it again.
void BlockFixedEmitter::removeRelu() {
  if (!plan.relu)
    return;
  auto select = cast<arith::SelectOp>(plan.relu);
  Operation *compare = select.getCondition().getDefiningOp();
  select.replaceAllUsesWith(select.getFalseValue());
  select.erase();
  compare->erase();
}

void BlockFixedEmitter::emitOuter(ArrayRef<unsigned> outer,
                                  llvm::function_ref<void()> tiles) {
  if (outer.empty())
    return tiles();
  unsigned d = outer.front();
  forEach(index(0), index(nest.sizes[d]), [&](Value i) {
    at[d] = i;
    emitOuter(outer.drop_front(), tiles);
  });
}

void BlockFixedEmitter::emitLoops(ArrayRef<unsigned> outer,
                                  llvm::function_ref<void()> tiles) {
  encodeWeights();
  removeRelu();
  emitOuter(outer, tiles);
  // Each tile is gathered by itself.
  auto outermost = dyn_cast<scf::ForOp>(*std::prev(b.getInsertionPoint()));
  if (outermost && !plan.inPlace)
    arena::anyOrderAttr.put(outermost);
}

scf::IfOp BlockFixedEmitter::rareBranch(TypeRange results, Value condition,
                                        StringRef name) {
  auto branch = scf::IfOp::create(b, loc, results, condition,
                                  /*withElseRegion=*/true);
  phases::coldAttr.put(branch, name);
  return branch;
}

void BlockFixedEmitter::storeThroughEpilogue(Value value) {
  // Added already; x + -0 is x.
  Values results = throughEpilogue(value, plan.bias, [&]() -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(-0.0f));
  });
  for (auto [output, result] : llvm::zip(nest.outputs, results))
    store(result, output.buffer.flat, startOf(output.address));
}

void BlockFixedEmitter::encodeWeights() {
  const Access &weights = nest.inputs[plan.weights];
  WeightOrder order;
  order.element = b.getI32Type();
  order.source = weights.address;
  order.sizes = nest.sizes;
  order.outer = plan.groups;
  order.reduction = plan.reduction;
  auto encoding = std::make_shared<BlockFixedWeights>(std::move(order),
                                                      plan.bits, plan.limbs);
  if (plan.feature >= 0)
    encoding->setFeatures(nest.sizes[plan.feature],
                          weights.address.coefficients[plan.feature],
                          plan.features);
  channels = encoding->channels();
  context.encode(weights, encoding);
}

void emitBlockFixed(StageContext &context, Nest &nest,
                    const BlockFixedPlan &plan) {
  if (plan.planes)
    BlockFixedPlanesEmitter(context, nest, plan).emit();
  else
    BlockFixedWindows(context, nest, plan).emit();
}

} // namespace dlc::loops
