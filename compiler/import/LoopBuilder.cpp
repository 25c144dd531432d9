//===- LoopBuilder.cpp - A loop of what was built for one step ------------===//

#include "compiler/import/LoopBuilder.h"
#include "compiler/import/MoveIntoBody.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::import {

LoopBuilder::LoopBuilder(Build &build, int64_t steps,
                         ArrayRef<Sequence> sequences, ArrayRef<Value> initial)
    : build(build), steps(steps), sequences(sequences), initial(initial) {
  auto standIn = [&](Type type, Value of) {
    inputs.push_back(
        build.makeAs<UnrealizedConversionCastOp>(type, ValueRange(of)));
  };
  for (const Sequence &sequence : sequences) {
    RankedTensorType type = Build::typeOf(sequence.value);
    standIn(RankedTensorType::get(type.getShape().drop_front(),
                                  type.getElementType()),
            sequence.value);
  }
  for (Value value : initial)
    standIn(value.getType(), value);
}

/// Ops on the step's element and the carried values, and on what they make, in
/// their order.
llvm::SetVector<Operation *> LoopBuilder::dependentOps() const {
  llvm::SetVector<Operation *> ops;
  if (inputs.empty())
    return ops;
  llvm::SmallPtrSet<Operation *, 8> standIns;
  for (Value input : inputs)
    standIns.insert(input.getDefiningOp());
  Operation *first = inputs.front().getDefiningOp();
  for (Operation &op :
       llvm::make_range(first->getIterator(), first->getBlock()->end()))
    if (!standIns.contains(&op) &&
        llvm::any_of(op.getOperands(), [&](Value operand) {
          Operation *maker = operand.getDefiningOp();
          return maker && (ops.contains(maker) || standIns.contains(maker));
        }))
      ops.insert(&op);
  return ops;
}

nn::LoopOp LoopBuilder::createLoop(ArrayRef<Value> shared,
                                   ArrayRef<Sequence> elements) {
  SmallVector<Type> types;
  SmallVector<bool> backwards;
  SmallVector<Value> operands;
  for (Value value : initial)
    types.push_back(value.getType());
  for (const Sequence &sequence : sequences) {
    operands.push_back(sequence.value);
    backwards.push_back(sequence.backwards);
  }
  for (const Sequence &element : elements) {
    backwards.push_back(element.backwards);
    RankedTensorType type = Build::typeOf(element.value);
    SmallVector<int64_t> shape(type.getShape());
    shape.insert(shape.begin(), steps);
    types.push_back(type.clone(shape));
  }
  OpBuilder builder(build.context());
  Operation *first = inputs.front().getDefiningOp();
  builder.setInsertionPointToEnd(first->getBlock());
  return nn::LoopOp::create(builder, build.loc(), types, operands, initial,
                            shared, steps, backwards);
}

SmallVector<Value> LoopBuilder::finish(ArrayRef<Value> next,
                                       ArrayRef<Sequence> elements) {
  SmallVector<Value> yielded(next);
  for (const Sequence &element : elements)
    yielded.push_back(element.value);
  llvm::SetVector<Operation *> inside = dependentOps();
  llvm::SetVector<Value> values(inputs.begin(), inputs.end());
  addOuterValues(inside.getArrayRef(), yielded, values);

  nn::LoopOp loop =
      createLoop(values.getArrayRef().drop_front(inputs.size()), elements);
  moveIntoBody(loop.getBody().emplaceBlock(), build.loc(), values.getArrayRef(),
               inside.getArrayRef(), yielded);
  for (Value input : inputs)
    input.getDefiningOp()->erase();
  if (failed(loop.verify()))
    throw ImportStopped{};
  return SmallVector<Value>(loop.getResults());
}

} // namespace dlc::import
