//===- IntegerEmitter.cpp - Sums of integers as kernels -------------------===//

#include "codegen/loops/integer/IntegerEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kSumBytes = 4;
} // namespace

IntegerEmitter::IntegerEmitter(StageContext &context, Nest &nest,
                               const IntegerPlan &plan)
    : context(context), b(context.builder()), loc(nest.root.getLoc()),
      nest(nest), plan(plan) {
  at.resize(nest.sizes.size());
}

Value IntegerEmitter::index(int64_t value) {
  return constantIndex(b, loc, value);
}

Value IntegerEmitter::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}

Value IntegerEmitter::times(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  return arith::MulIOp::create(b, loc, x, index(factor));
}

void IntegerEmitter::forEach(Value lower, Value upper,
                             llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, lower, upper, index(1));
  forbidUnrolling(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void IntegerEmitter::forEach(int64_t count,
                             llvm::function_ref<void(Value)> body) {
  if (count == 1)
    return body(index(0));
  forEach(index(0), index(count), body);
}

Value IntegerEmitter::addressOf(Value buffer) {
  return memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
}

Value IntegerEmitter::startOf(const Linear &address) {
  Value sum = index(address.constant);
  for (auto [value, coefficient] : llvm::zip(at, address.coefficients))
    if (value && coefficient != 0)
      sum = plus(sum, times(value, coefficient));
  return sum;
}

/// Where the tiled dimensions stand at a position.
void IntegerEmitter::setPosition(Value position) {
  for (unsigned d : llvm::reverse(plan.tiled)) {
    if (d == plan.tiled.front()) {
      at[d] = position;
      break;
    }
    Value size = index(nest.sizes[d]);
    at[d] = arith::RemUIOp::create(b, loc, position, size);
    position = arith::DivUIOp::create(b, loc, position, size);
  }
}

kernel::InstructionsAttr IntegerEmitter::instructions() {
  return kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                       plan.instructions->load);
}

kernel::ProductsAttr IntegerEmitter::products() {
  return productsOf(b.getContext(), *plan.instructions, plan.form,
                    plan.sums.signedWeights);
}

void IntegerEmitter::emit() {
  encoding = std::make_shared<IntegerColumns>(
      plan.sums, *plan.instructions, plan.form, plan.tile.columns, plan.shift);
  stream =
      context.encode(nest.inputs[plan.weights], encoding, plan.beside).front();
  tile = context.scratch(plan.tileWords(plan.tile.positions), b.getI32Type());
  if (plan.bytes)
    bytes =
        context.scratch(plan.steps() * plan.instructions->group, b.getI8Type());
  if (!plan.shift)
    sums =
        context.local(plan.tile.positions * plan.tile.columns, b.getI32Type());
  emitOuter(plan.outer);
}

void IntegerEmitter::emitOuter(ArrayRef<unsigned> outer) {
  if (outer.empty())
    return emitTiles();
  unsigned d = outer.front();
  forEach(nest.sizes[d], [&](Value i) {
    at[d] = i;
    emitOuter(outer.drop_front());
  });
}

void IntegerEmitter::emitTiles() {
  int64_t whole = plan.positions / plan.tile.positions;
  int64_t rest = plan.positions % plan.tile.positions;
  forEach(whole, [&](Value i) {
    emitTile(times(i, plan.tile.positions), plan.tile.positions);
  });
  // Each tile is gathered by itself.
  if (auto loop = dyn_cast_or_null<scf::ForOp>(
          whole > 1 ? &*std::prev(b.getInsertionPoint()) : nullptr))
    if (!rest && plan.outer.empty())
      arena::anyOrderAttr.put(loop);
  if (rest)
    emitTile(index(whole * plan.tile.positions), rest);
}

void IntegerEmitter::emitTile(Value start, int64_t positions) {
  gather(start, positions);
  multiply(start, positions);
}

void IntegerEmitter::columns(Value right, Value blocks, Value result,
                             int64_t positions, int64_t stride) {
  auto shape =
      kernel::TileAttr::get(b.getContext(), positions, plan.tile.columns);
  kernel::ColumnsOp::create(
      b, loc, TypeRange(), addressOf(tile), right, blocks, result, shape,
      products(), plan.form == WeightForm::Combined, plan.steps(), plan.unroll,
      stride, plan.stored ? *plan.stored : kernel::RescaleAttr(),
      instructions());
}

/// Products of a tile whose left operand is in scratch, and its results.
void IntegerEmitter::multiply(Value start, int64_t positions) {
  const Access &output = nest.outputs.front();
  int64_t blocks = plan.sums.features / plan.tile.columns;
  if (plan.shift) {
    int64_t stride = 0;
    if (!plan.tiled.empty())
      stride = output.address.coefficients[plan.tiled.back()];
    setPosition(start);
    Value result = plus(addressOf(output.buffer.flat), startOf(output.address));
    columns(addressOf(stream), index(blocks), result, positions, stride);
    return;
  }
  forEach(blocks, [&](Value block) {
    Value right = plus(addressOf(stream),
                       times(block, encoding->blockWords() * kSumBytes));
    columns(right, index(1), addressOf(sums), positions,
            plan.tile.columns * kSumBytes);
    forEach(positions, [&](Value position) {
      setPosition(plus(start, position));
      forEach(plan.tile.columns, [&](Value column) {
        if (plan.feature >= 0)
          at[plan.feature] = plus(times(block, plan.tile.columns), column);
        Value of = plus(times(position, plan.tile.columns), column);
        Value sum = memref::LoadOp::create(b, loc, sums, of);
        if (unsigned scale = scaleOf(plan.form))
          sum = arith::ShRSIOp::create(
              b, loc, sum, arith::ConstantIntOp::create(b, loc, scale, 32));
        storeThroughEpilogue(sum);
      });
      if (plan.feature >= 0)
        at[plan.feature] = nullptr;
    });
  });
}

Value IntegerEmitter::loadOperand(const Access &access) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  return memref::LoadOp::create(b, loc, access.buffer.flat,
                                ValueRange{startOf(access.address)});
}

void IntegerEmitter::storeThroughEpilogue(Value sum) {
  SmallVector<Value> results{sum};
  if (linalg::GenericOp epilogue = nest.epilogue) {
    SmallVector<Value> arguments;
    for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
      if (!input)
        arguments.push_back(sum);
      else if (static_cast<int>(i) == plan.bias)
        arguments.push_back(arith::ConstantIntOp::create(b, loc, 0, 32));
      else
        arguments.push_back(loadOperand(*input));
    }
    arguments.resize(epilogue.getBody()->getNumArguments());
    auto noPosition = [](unsigned) { return Value(); };
    auto bufferOf = [&](Value tensor) { return context.bufferOf(tensor); };
    results =
        emitBody(b, *epilogue.getBody(), arguments, {noPosition, bufferOf});
  }
  const Access &output = nest.outputs.front();
  memref::StoreOp::create(b, loc, results.front(), output.buffer.flat,
                          ValueRange{startOf(output.address)});
}

} // namespace dlc::loops
