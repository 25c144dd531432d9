//===- DataFlow.cpp - Whether memory holds what tensors did ---------------===//

#include "codegen/memory/proof/DataFlow.h"
#include "codegen/memory/proof/Execution.h"
#include "dialects/arena/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace mlir;

namespace dlc::memory {

static SmallVector<int64_t> rowMajor(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

//===----------------------------------------------------------------------===//
// The record
//===----------------------------------------------------------------------===//

/// Whether a constant is read by stages alone.
static bool isWeight(Value value) {
  return value.getDefiningOp<arith::ConstantOp>() &&
         llvm::all_of(value.getUsers(),
                      [](Operation *user) { return isa<func::CallOp>(user); });
}

arena::DataFlowOp recordDataFlow(func::FuncOp main) {
  OpBuilder builder(main);
  auto record = arena::DataFlowOp::create(builder, main.getLoc());
  Block &body = record.getBody().emplaceBlock();
  IRMapping mapping;
  for (BlockArgument argument : main.getArguments())
    mapping.map(argument,
                body.addArgument(argument.getType(), argument.getLoc()));
  builder.setInsertionPointToEnd(&body);
  auto mapped = [&](ValueRange values) {
    SmallVector<Value> result;
    for (Value value : values)
      if (!value.getDefiningOp<arith::ConstantOp>())
        result.push_back(mapping.lookup(value));
    return result;
  };
  for (Operation &op : main.front()) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      auto step =
          arena::StepOp::create(builder, op.getLoc(), op.getResultTypes(),
                                printableName(call), mapped(op.getOperands()));
      mapping.map(op.getResults(), step.getResults());
    } else if (isa<func::ReturnOp>(op)) {
      SmallVector<Value> values;
      for (Value value : op.getOperands())
        values.push_back(mapping.lookup(value));
      arena::OutputsOp::create(builder, op.getLoc(), values);
    } else if (op.getNumResults() != 1 || !isWeight(op.getResult(0))) {
      builder.clone(op, mapping);
    }
  }
  return record;
}

//===----------------------------------------------------------------------===//
// The tensors
//===----------------------------------------------------------------------===//

int64_t NumberedTensor::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<>());
}

unsigned DataFlow::addTensor(Type type, std::string producer) {
  auto ranked = cast<RankedTensorType>(type);
  NumberedTensor tensor;
  tensor.shape = llvm::to_vector(ranked.getShape());
  tensor.elementBits = storedBits(ranked.getElementType());
  tensor.first = next;
  tensor.producer = std::move(producer);
  next += tensor.size();
  tensors.push_back(std::move(tensor));
  return tensors.size() - 1;
}

void DataFlow::addSlice(Operation *op, NumberedTensor &result) {
  auto slice = cast<nn::SliceOp>(op);
  const NumberedTensor &source = tensors[ids.at(slice.getInput())];
  SmallVector<int64_t> strides = rowMajor(source.shape);
  int64_t offset = 0;
  for (size_t i = 0; i < strides.size(); ++i) {
    offset += slice.getStarts()[i] * strides[i];
    strides[i] *= slice.getSteps()[i];
  }
  result.numbers.reserve(result.size());
  forEachRun(result.shape, strides, offset, 1, [&](int64_t from, int64_t n) {
    for (int64_t i = from; i < from + n; ++i)
      result.numbers.push_back(source.number(i));
    return true;
  });
}

void DataFlow::addConcat(Operation *op, NumberedTensor &result) {
  auto concat = cast<nn::ConcatOp>(op);
  SmallVector<int64_t> strides = rowMajor(result.shape);
  result.numbers.resize(result.size());
  int64_t offset = 0;
  for (Value operand : concat.getInputs()) {
    const NumberedTensor &source = tensors[ids.at(operand)];
    int64_t i = 0;
    forEachRun(source.shape, strides, offset, 1, [&](int64_t to, int64_t n) {
      for (int64_t end = i + n; i < end; ++i)
        result.numbers[to++] = source.number(i);
      return true;
    });
    offset += source.shape[concat.getAxis()] * strides[concat.getAxis()];
  }
}

DataFlow::DataFlow(arena::DataFlowOp record)
    : next(NumberedMemory::FirstNumber) {
  Block &body = record.getBody().front();
  for (BlockArgument argument : body.getArguments()) {
    ids[argument] = addTensor(argument.getType(), "the caller");
    inputs.push_back(ids[argument]);
  }
  for (Operation &op : body) {
    if (isa<arena::OutputsOp>(op)) {
      for (Value value : op.getOperands())
        outputs.push_back(ids.at(value));
      continue;
    }
    auto step = dyn_cast<arena::StepOp>(op);
    std::string name = step ? "'" + step.getName().str() + "'" : "a constant";
    for (Value result : op.getResults())
      ids[result] = addTensor(result.getType(), name);
    if (step) {
      calls.push_back({step.getName().str(), {}, {}});
      for (Value operand : step.getReads())
        calls.back().operands.push_back(ids.at(operand));
      for (Value result : step.getMakes())
        calls.back().results.push_back(ids.at(result));
      continue;
    }
    NumberedTensor &result = tensors[ids.at(op.getResult(0))];
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      result.constant = constant.getValue();
      constants.push_back(ids.at(op.getResult(0)));
    } else if (isa<nn::ReshapeOp>(op)) {
      const NumberedTensor &source = tensors[ids.at(op.getOperand(0))];
      result.first = source.first;
      result.numbers = source.numbers;
    } else if (isa<nn::SliceOp>(op)) {
      addSlice(&op, result);
    } else if (isa<nn::ConcatOp>(op)) {
      addConcat(&op, result);
    }
  }
}

//===----------------------------------------------------------------------===//
// The proof
//===----------------------------------------------------------------------===//

LogicalResult DataFlow::verifyMemory(ModuleOp planned, bool everyStage) const {
  auto main = planned.lookupSymbol<func::FuncOp>("main");
  auto arenaBytes = arena::bytesAttr.get(planned);
  size_t states = main ? nn::countStates(main) : 0;
  if (!main || !arenaBytes || states > inputs.size() ||
      states > outputs.size() ||
      main.getNumArguments() != inputs.size() + outputs.size() - states + 1)
    return planned.emitError(
        "internal error: there is no memory plan to verify");
  Execution execution(tensors, constants, planned, main, arenaBytes.getInt(),
                      everyStage);
  // A state is the last of both inputs and outputs, and one place in memory.
  size_t given = inputs.size() - states, made = outputs.size() - states;
  for (auto [i, tensor] : llvm::enumerate(inputs)) {
    size_t argument = i < given ? i : made + i;
    execution.setInput(argument, main.getArgument(argument), tensor);
  }
  SymbolTable symbols(planned);
  auto next = calls.begin();
  for (auto op : main.getOps<func::CallOp>()) {
    auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
    auto kind = nn::stageAttr.get(stage);
    if (kind && kind.getValue() == "copy") {
      if (failed(execution.copy(op)))
        return failure();
      continue;
    }
    if (next == calls.end() || next->name != printableName(op))
      return op.emitError("internal error: '")
             << printableName(op) << "' is called out of order";
    if (failed(execution.run(op, *next++)))
      return failure();
  }
  if (next != calls.end())
    return main.emitError("internal error: '") << next->name << "' is missing";
  for (auto [i, tensor] : llvm::enumerate(outputs)) {
    std::optional<MemoryRegion> region =
        execution.place(main, main.getArgument(given + i));
    if (!region || failed(execution.read(main, *region, tensors[tensor])))
      return failure();
  }
  return success();
}

} // namespace dlc::memory
