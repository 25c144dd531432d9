//===- NestCode.cpp - What is emitted around a nest's sums ----------------===//

#include "codegen/loops/strategy/NestCode.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

NestCode::NestCode(StageContext &context, Nest &nest)
    : context(context), b(context.builder()), loc(nest.root.getLoc()),
      nest(nest) {
  at.resize(nest.sizes.size());
}

Value NestCode::index(int64_t value) { return constantIndex(b, loc, value); }

Value NestCode::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}

Value NestCode::times(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  return arith::MulIOp::create(b, loc, x, index(factor));
}

Value NestCode::startOf(const Linear &address) {
  Value sum = index(address.constant);
  for (auto [value, coefficient] : llvm::zip(at, address.coefficients))
    if (value && coefficient != 0)
      sum = plus(sum, times(value, coefficient));
  return sum;
}

Value NestCode::loadOperand(const Access &access) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  return memref::LoadOp::create(b, loc, access.buffer.flat,
                                ValueRange{startOf(access.address)});
}

SmallVector<Value>
NestCode::throughEpilogue(Value sum, int bias,
                          llvm::function_ref<Value()> added) {
  linalg::GenericOp epilogue = nest.epilogue;
  if (!epilogue)
    return {sum};
  SmallVector<Value> arguments;
  for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
    if (!input)
      arguments.push_back(sum);
    else if (static_cast<int>(i) == bias)
      arguments.push_back(added());
    else
      arguments.push_back(loadOperand(*input));
  }
  arguments.resize(epilogue.getBody()->getNumArguments());
  auto noPosition = [](unsigned) { return Value(); };
  auto bufferOf = [&](Value tensor) { return context.bufferOf(tensor); };
  return emitBody(b, *epilogue.getBody(), arguments, {noPosition, bufferOf});
}

} // namespace dlc::loops
