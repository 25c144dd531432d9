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

void IntegerCode::forEachOf(ArrayRef<unsigned> dims,
                            llvm::function_ref<void()> body) {
  if (dims.empty())
    return body();
  forEach(nest.sizes[dims.front()], [&](Value i) {
    at[dims.front()] = i;
    forEachOf(dims.drop_front(), body);
  });
}

Value IntegerCode::addressOf(Value buffer) {
  return memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
}

void IntegerCode::storeThroughEpilogue(Value sum, const StageSums &sums) {
  SmallVector<Value> results = throughEpilogue(sum, sums.bias, [&]() -> Value {
    return arith::ConstantIntOp::create(b, loc, 0, 32);
  });
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
