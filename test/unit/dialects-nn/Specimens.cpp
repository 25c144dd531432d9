//===- Specimens.cpp - One function for each nn op ------------------------===//

#include "Specimens.h"

#include "compiler/evaluate/Evaluate.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include <set>

using namespace mlir;
using namespace dlc;
using namespace dlc::test;
using evaluate::Domain;
using evaluate::Tensor;

static constexpr const char *kFolder = "test/unit/dialects-nn/specimens";

Specimens::Specimens() {
  ctx.loadDialect<nn::NnDialect, func::FuncDialect, arith::ArithDialect>();
  parsed = ModuleOp::create(UnknownLoc::get(&ctx));
  std::error_code error;
  llvm::sys::fs::directory_iterator file(kFolder, error), end;
  std::set<std::string> paths;
  for (; !error && file != end; file.increment(error))
    paths.insert(file->path());
  for (const std::string &path : paths) {
    auto part = parseSourceFile<ModuleOp>(path, &ctx);
    if (!part) {
      parsed = nullptr;
      return;
    }
    parsed->getBody()->getOperations().splice(parsed->getBody()->end(),
                                              part->getBody()->getOperations());
  }
}

Operation *Specimens::opOf(func::FuncOp function) {
  for (Operation &op : function.front())
    if (isa<nn::NnDialect>(op.getDialect()))
      return &op;
  return nullptr;
}

OwningOpRef<ModuleOp> Specimens::variant(
    func::FuncOp function,
    std::function<SmallVector<Value>(OpBuilder &, Operation *)> build) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto copy = cast<func::FuncOp>(builder.clone(*function));
  Operation *op = opOf(copy);
  builder.setInsertionPoint(op);
  SmallVector<Value> results = build(builder, op);
  Operation *terminator = copy.front().getTerminator();
  terminator->setOperands(results);
  if (op->use_empty())
    op->erase();
  copy.setType(builder.getFunctionType(copy.getArgumentTypes(),
                                       TypeRange(ValueRange(results))));
  if (failed(verify(*module)))
    return nullptr;
  return module;
}

Tensors Specimens::inputsFor(func::FuncOp function, unsigned seed) {
  Tensors inputs;
  for (Type type : function.getArgumentTypes()) {
    Tensor tensor = Tensor::zeros(cast<RankedTensorType>(type));
    int64_t size = tensor.size();
    // A step that is coprime to all sizes here visits every element once.
    for (int64_t i = 0; i < size; ++i) {
      int64_t place = (i * 37 + 11 + 5 * seed + 3 * inputs.size()) % size;
      double value =
          tensor.domain() == Domain::Float ? (place - size / 2) / 8.0
          : tensor.width() == 1 && tensor.getElementType().isInteger(1)
              ? place % 2
              : place % 7;
      Tensor one =
          Tensor::zeros(RankedTensorType::get({}, tensor.getElementType()));
      one.store<double>(0, {value});
      std::memcpy(tensor.at(i), one.at(0), tensor.width());
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

Tensors Specimens::run(func::FuncOp function, ArrayRef<Tensor> inputs) {
  Tensors results;
  if (failed(evaluate::evaluateFunction(function, inputs, results)))
    return {};
  return results;
}

SmallVector<double> dlc::test::numbersOf(const Tensor &tensor) {
  return tensor.values<double>();
}

Tensor dlc::test::mapped(const Tensor &tensor,
                         std::function<double(double)> function) {
  Tensor result = Tensor::zeros(tensor.getType());
  SmallVector<double> values = numbersOf(tensor);
  llvm::transform(values, values.begin(), function);
  result.store<double>(0, values);
  return result;
}
