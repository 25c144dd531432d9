//===- IntegerCode.cpp - Loops and addresses around kernels ---------------===//

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include <functional>

using namespace mlir;

namespace dlc::loops {

IntegerCode::IntegerCode(StageContext &context, Nest &nest)
    : context(context), b(context.builder()), loc(nest.root.getLoc()),
      nest(nest) {
  at.resize(nest.sizes.size());
}

Value IntegerCode::index(int64_t value) { return constantIndex(b, loc, value); }

Value IntegerCode::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}

Value IntegerCode::times(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  return arith::MulIOp::create(b, loc, x, index(factor));
}

void IntegerCode::forEach(Value lower, Value upper,
                          llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, lower, upper, index(1));
  forbidUnrolling(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void IntegerCode::forEach(int64_t count, llvm::function_ref<void(Value)> body) {
  if (count == 1)
    return body(index(0));
  forEach(index(0), index(count), body);
}

Value IntegerCode::addressOf(Value buffer) {
  return memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
}

Value IntegerCode::startOf(const Linear &address) {
  Value sum = index(address.constant);
  for (auto [value, coefficient] : llvm::zip(at, address.coefficients))
    if (value && coefficient != 0)
      sum = plus(sum, times(value, coefficient));
  return sum;
}

Value IntegerCode::loadOperand(const Access &access) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  return memref::LoadOp::create(b, loc, access.buffer.flat,
                                ValueRange{startOf(access.address)});
}

void IntegerCode::storeThroughEpilogue(Value sum, const StageSums &sums) {
  SmallVector<Value> results{sum};
  if (linalg::GenericOp epilogue = nest.epilogue) {
    SmallVector<Value> arguments;
    for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
      if (!input)
        arguments.push_back(sum);
      else if (static_cast<int>(i) == sums.bias)
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

/// The elements that an epilogue's input has for neighbouring features.
Value IntegerCode::loadOperands(const Access &access, int feature,
                                int64_t lanes) {
  if (lanes == 1 || !access.buffer.flat ||
      access.address.coefficients[feature] == 0)
    return loadOperand(access);
  auto type = VectorType::get({lanes}, access.buffer.element);
  return vector::LoadOp::create(b, loc, type, access.buffer.flat,
                                ValueRange{startOf(access.address)});
}

bool IntegerCode::restIsInVectors(const StageSums &sums) const {
  return llvm::all_of(nest.epilogueInputs, [&](const auto &input) {
    return !input || !input->buffer.flat ||
           (input->guards.empty() &&
            (input->address.coefficients[sums.feature] == 0 ||
             input->address.coefficients[sums.feature] == 1));
  });
}

void IntegerCode::storeThroughRest(Value bytes, const StageSums &sums) {
  const StageSums::Part &part = *sums.part;
  linalg::GenericOp epilogue = nest.epilogue;
  Block &body = *epilogue.getBody();
  auto vector = dyn_cast<VectorType>(bytes.getType());
  int64_t lanes = vector ? vector.getNumElements() : 1;
  auto inLanes = [&](Type type) -> Type {
    return vector ? VectorType::get({lanes}, type) : type;
  };
  IRMapping mapping;
  Value clamped = part.last->getResult(0);
  Type wide = inLanes(clamped.getType());
  bool isSigned = part.stored.getStorage().isSignedInteger();
  mapping.map(clamped,
              isSigned
                  ? arith::ExtSIOp::create(b, loc, wide, bytes).getResult()
                  : arith::ExtUIOp::create(b, loc, wide, bytes).getResult());
  // What leads to the clamp alone is not asked for.
  std::function<Value(Value)> value = [&](Value of) -> Value {
    if (mapping.contains(of) || of.getParentBlock() != &body)
      return mapping.lookupOrDefault(of);
    if (auto argument = dyn_cast<BlockArgument>(of)) {
      const Access &input = *nest.epilogueInputs[argument.getArgNumber()];
      mapping.map(of, loadOperands(input, sums.feature, lanes));
      return mapping.lookup(of);
    }
    Operation *op = of.getDefiningOp();
    SmallVector<Value> operands = llvm::map_to_vector(op->getOperands(), value);
    bool anyVector = llvm::any_of(
        operands, [](Value v) { return isa<VectorType>(v.getType()); });
    Operation *copy = op->clone();
    for (auto [number, operand] : llvm::enumerate(operands))
      copy->setOperand(number, anyVector ? broadcastTo(b, loc, operand, lanes)
                                         : operand);
    for (Value result : copy->getResults())
      if (anyVector)
        result.setType(inLanes(result.getType()));
    b.insert(copy);
    mapping.map(op->getResults(), copy->getResults());
    return mapping.lookup(of);
  };
  const Access &output = nest.outputs.front();
  Value result = value(body.getTerminator()->getOperand(0));
  Value position = startOf(output.address);
  if (vector)
    vector::StoreOp::create(b, loc, result, output.buffer.flat,
                            ValueRange{position});
  else
    memref::StoreOp::create(b, loc, result, output.buffer.flat,
                            ValueRange{position});
}

} // namespace dlc::loops
