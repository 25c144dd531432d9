//===- Loop.cpp - Evaluation of loops, step by step, and of branches ------===//

#include "compiler/evaluate/Loop.h"
#include "compiler/evaluate/Evaluate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseMap.h"
#include <cstring>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
using Values = llvm::DenseMap<Value, Tensor>;

/// Element `index` along dimension 0, in memory of its own.
Tensor elementOf(const Tensor &sequence, int64_t index, RankedTensorType type) {
  Tensor element = Tensor::zeros(type);
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    std::memcpy(element.at(i), sequence.at(index * type.getNumElements() + i),
                element.width());
  return element;
}

void collect(Tensor &all, int64_t index, const Tensor &element) {
  for (int64_t i = 0; i < element.size(); ++i)
    std::memcpy(all.at(index * element.size() + i), element.at(i),
                element.width());
}

LogicalResult runBody(Block &body, Values &values) {
  for (Operation &op : body.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto elements = dyn_cast<ElementsAttr>(constant.getValue());
      FailureOr<Tensor> tensor = failure();
      if (elements)
        tensor = Tensor::view(elements);
      if (failed(tensor))
        return failure();
      values[constant.getResult()] = *tensor;
      continue;
    }
    SmallVector<Tensor> operands, results;
    for (Value operand : op.getOperands())
      operands.push_back(values.at(operand));
    if (failed(evaluateOp(&op, operands, results)))
      return failure();
    for (auto [result, tensor] : llvm::zip_equal(op.getResults(), results))
      values[result] = std::move(tensor);
  }
  return success();
}
} // namespace

LogicalResult dlc::evaluate::compute(nn::LoopOp op, Operands operands,
                                     Results &results) {
  const int64_t sequences = op.getSequences().size(), carried = op.numCarried(),
                steps = static_cast<int64_t>(op.getSteps());
  SmallVector<Tensor> state(operands.slice(sequences, carried)), collected;
  for (Type type : llvm::drop_begin(op->getResultTypes(), carried))
    collected.push_back(Tensor::zeros(cast<RankedTensorType>(type)));
  Block &body = op.block();
  for (int64_t step = 0; step < steps; ++step) {
    auto place = [&](bool backwards) {
      return backwards ? steps - 1 - step : step;
    };
    Values values;
    for (auto [i, argument] : llvm::enumerate(body.getArguments())) {
      int64_t number = static_cast<int64_t>(i);
      if (number < sequences)
        values[argument] =
            elementOf(operands[i], place(op.readsBackwards(i)),
                      cast<RankedTensorType>(argument.getType()));
      else if (number < sequences + carried)
        values[argument] = state[number - sequences];
      else
        values[argument] = operands[i];
    }
    if (failed(runBody(body, values)))
      return failure();
    for (auto [i, value] : llvm::enumerate(op.nextCarried()))
      state[i] = values.at(value);
    for (auto [i, value] : llvm::enumerate(op.collectedElements()))
      collect(collected[i], place(op.writesBackwards(i)), values.at(value));
  }
  results.append(state.begin(), state.end());
  results.append(std::make_move_iterator(collected.begin()),
                 std::make_move_iterator(collected.end()));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::IfOp op, Operands operands,
                                     Results &results) {
  bool taken = *reinterpret_cast<const unsigned char *>(operands[0].at(0)) != 0;
  Block &body = taken ? op.thenBlock() : op.elseBlock();
  Values values;
  for (auto [argument, operand] :
       llvm::zip_equal(body.getArguments(), operands.drop_front()))
    values[argument] = operand;
  if (failed(runBody(body, values)))
    return failure();
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(values.at(value));
  return success();
}
