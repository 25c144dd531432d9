//===- Evaluate.cpp - What nn ops compute, in plain loops -----------------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Audio.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Loop.h"
#include "compiler/evaluate/Search.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// The one place that knows which function evaluates which op.
static LogicalResult dispatch(Operation *op, Operands operands,
                              Results &results) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<nn::CompareOp, nn::SelectOp, nn::CastOp, nn::TransposeOp,
            nn::ReshapeOp, nn::BroadcastOp, nn::ConcatOp, nn::SliceOp,
            nn::PadOp, nn::TileOp, nn::ResizeOp, nn::GridSampleOp, nn::GatherOp,
            nn::GatherElementsOp, nn::GatherNdOp, nn::ScatterElementsOp,
            nn::ScatterNdOp, nn::ReduceOp, nn::ArgReduceOp, nn::CumSumOp,
            nn::TopKOp, nn::SoftmaxOp, nn::LrnOp, nn::ConvOp,
            nn::ConvTransposeOp, nn::MatmulOp, nn::MaxPoolOp, nn::AvgPoolOp,
            nn::QuantizeOp, nn::DequantizeOp, nn::RescaleOp, nn::TreeEnsembleOp,
            nn::ColorConvertOp, nn::ResampleOp, nn::LookupOp, nn::LoopOp,
            nn::IfOp, nn::MicroFeaturesOp, nn::MelEnergiesOp, nn::SpectrumOp,
            nn::PositionsOp, nn::SuppressOp, nn::BestAboveOp, nn::KeepApartOp,
            nn::RoiAlignOp, nn::RoiPoolOp, nn::CumProdOp, nn::InterpolateOp,
            nn::PiecewiseOp, nn::BitCastOp>([&](auto known) {
        return dlc::evaluate::compute(known, operands, results);
      })
      .Default([&](Operation *other) -> LogicalResult {
        if (!isa<nn::NnDialect>(other->getDialect()) ||
            other->getNumResults() != 1)
          return failure();
        switch (other->getNumOperands()) {
        case 1:
          return evaluateUnary(other, operands, results);
        case 2:
          return evaluateBinary(other, operands, results);
        default:
          return failure();
        }
      });
}

LogicalResult dlc::evaluate::evaluateOp(Operation *op, Operands operands,
                                        Results &results) {
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isStorable(tensor.getElementType()))
      return failure();
  }
  return dispatch(op, operands, results);
}

LogicalResult
dlc::evaluate::evaluateOp(Operation *op, ArrayRef<ElementsAttr> operands,
                          SmallVectorImpl<ElementsAttr> &results) {
  SmallVector<Tensor> tensors, computed;
  for (ElementsAttr operand : operands) {
    FailureOr<Tensor> tensor = Tensor::view(operand);
    if (failed(tensor))
      return failure();
    tensors.push_back(*tensor);
  }
  if (failed(evaluateOp(op, tensors, computed)))
    return failure();
  tensors.clear(); // so that results share bytes with nobody
  for (Tensor &tensor : computed)
    results.push_back(std::move(tensor).toAttr());
  return success();
}

namespace {
/// Runs one function; a value's bytes go when its last use has been computed.
class Interpreter {
public:
  explicit Interpreter(func::FuncOp function) : function(function) {
    function.walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        ++uses[operand];
    });
  }

  LogicalResult run(ArrayRef<Tensor> inputs, Results &results) {
    for (auto [argument, input] :
         llvm::zip_equal(function.getArguments(), inputs))
      values[argument] = input;
    for (Operation &op : function.getBody().front())
      if (failed(step(&op, results)))
        return failure();
    return success();
  }

private:
  LogicalResult step(Operation *op, Results &results) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      return bindConstant(constant);
    SmallVector<Tensor> operands, computed;
    for (Value operand : op->getOperands())
      operands.push_back(take(operand));
    if (isa<func::ReturnOp>(op)) {
      results.append(operands.begin(), operands.end());
      return success();
    }
    if (failed(compute(op, operands, computed)))
      return failure();
    for (auto [result, tensor] : llvm::zip_equal(op->getResults(), computed))
      values[result] = std::move(tensor);
    return success();
  }

  LogicalResult bindConstant(arith::ConstantOp constant) {
    auto elements = dyn_cast<ElementsAttr>(constant.getValue());
    FailureOr<Tensor> tensor = failure();
    if (elements)
      tensor = Tensor::view(elements);
    if (failed(tensor))
      return constant.emitError("the constant cannot be read");
    values[constant.getResult()] = *tensor;
    return success();
  }

  LogicalResult compute(Operation *op, Operands operands, Results &computed) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
          op, call.getCalleeAttr());
      if (!callee)
        return op->emitError("calls a function that is not here");
      return evaluateFunction(callee, operands, computed);
    }
    if (failed(evaluateOp(op, operands, computed)))
      return op->emitError("cannot be evaluated on these values");
    return success();
  }

  Tensor take(Value value) {
    auto it = values.find(value);
    Tensor tensor = it->second;
    if (--uses[value] == 0)
      values.erase(it);
    return tensor;
  }

  func::FuncOp function;
  llvm::DenseMap<Value, Tensor> values;
  llvm::DenseMap<Value, int64_t> uses;
};
} // namespace

LogicalResult
dlc::evaluate::evaluateFunction(func::FuncOp function, ArrayRef<Tensor> inputs,
                                SmallVectorImpl<Tensor> &results) {
  if (!function.getBody().hasOneBlock() ||
      function.getNumArguments() != inputs.size())
    return function.emitError("takes ")
           << function.getNumArguments() << " inputs, not " << inputs.size();
  return Interpreter(function).run(inputs, results);
}
