//===- TestNest.cpp - Nests from text, for tests --------------------------===//

#include "TestNest.h"
#include "codegen/loops/nest/BuildNest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace dlc::loops {

const char *const plainBody = R"(
    %p = arith.mulf %a, %w : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32)";

namespace {
/// A buffer of the tensor's shape, its rows one after the other.
Buffer rowsOf(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Buffer buffer;
  buffer.flat = tensor;
  buffer.element = type.getElementType();
  buffer.shape.assign(type.getShape().begin(), type.getShape().end());
  buffer.strides.assign(type.getRank(), 1);
  for (int64_t d = type.getRank() - 1; d > 0; --d)
    buffer.strides[d - 1] = buffer.strides[d] * buffer.shape[d];
  return buffer;
}
} // namespace

TestNest::TestNest(const std::string &function) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, tensor::TensorDialect>();
  module = parseSourceString<ModuleOp>(function, &context);
  if (!module) {
    ADD_FAILURE() << "the test does not parse:\n" << function;
    return;
  }
  SmallVector<linalg::GenericOp> generics;
  module->walk([&](linalg::GenericOp op) { generics.push_back(op); });
  linalg::GenericOp epilogue =
      generics.size() > 1 ? generics[1] : linalg::GenericOp();
  auto source = [&](Value tensor) { return bufferOf(tensor); };
  FailureOr<Nest> built =
      buildNest(generics.front(), epilogue, {source, rowsOf});
  if (failed(built)) {
    ADD_FAILURE() << "no nest";
    return;
  }
  nest = *built;
  index.emplace(*module);
  nest.module = &*index;
  coalesce(nest);
}

FailureOr<Buffer> TestNest::bufferOf(Value tensor) {
  if (auto pad = tensor.getDefiningOp<tensor::PadOp>()) {
    Buffer buffer = rowsOf(pad.getSource());
    llvm::append_range(buffer.padLow, pad.getStaticLow());
    llvm::append_range(buffer.paddedShape, pad.getResultType().getShape());
    return buffer;
  }
  Buffer buffer = rowsOf(tensor);
  buffer.splat = splatOf(tensor);
  if (buffer.splat)
    buffer.flat = nullptr;
  auto argument = dyn_cast<BlockArgument>(tensor);
  auto function = module->lookupSymbol<func::FuncOp>("stage");
  if (argument && function.getArgAttr(argument.getArgNumber(), "nn.constant"))
    buffer.constant = argument;
  return buffer;
}

func::FuncOp TestNest::stage() {
  return module->lookupSymbol<func::FuncOp>("stage");
}

FailureOr<Contraction> TestNest::contraction() { return findContraction(nest); }

std::string TestNest::refusal() {
  StringRef why;
  if (succeeded(findContraction(nest, &why)))
    return "";
  return why.str();
}

std::string TestConv::text() const {
  std::string s = std::to_string(stride), d = std::to_string(dilation);
  std::string element = output.substr(output.rfind('x') + 1);
  auto elementOf = [](const std::string &type) {
    return type.substr(type.rfind('x') + 1);
  };
  std::string type = "tensor<" + output + ">";
  std::string x = padded.empty() ? input : padded;
  return "func.func @stage(%input: tensor<" + input + ">, %filter: tensor<" +
         filter + "> {nn.constant}, %bias: tensor<8x" + element +
         "> {nn.constant}, %other: " + type + ", %zero: tensor<1xi8>) {\n" +
         pad + "  %c0 = arith.constant " +
         (element[0] == 'i' ? "0 : " : "0.0 : ") + element +
         "\n  %e = tensor.empty() : " + type +
         "\n  %i = linalg.fill ins(%c0 : " + element + ") outs(%e : " + type +
         ") -> " + type +
         "\n  %sums = linalg.generic {indexing_maps = ["
         "affine_map<(n, y, x, f, i, j, c) -> (n, y * " +
         s + " + i * " + d + ", x * " + s + " + j * " + d +
         ", c)>, affine_map<(n, y, x, f, i, j, c) -> (f, c, i, j)>, "
         "affine_map<(n, y, x, f, i, j, c) -> (n, y, x, f)>], "
         "iterator_types = [\"parallel\", \"parallel\", \"parallel\", "
         "\"parallel\", \"reduction\", \"reduction\", \"reduction\"]} ins(" +
         (pad.empty() ? "%input" : "%x") + ", %filter : tensor<" + x +
         ">, tensor<" + filter + ">) outs(%i : " + type +
         ") {\n  ^bb0(%a: " + elementOf(input) + ", %w: " + elementOf(filter) +
         ", %s: " + element + "):" + (body.empty() ? plainBody : body) +
         "\n  } -> " + type + "\n" + epilogue + "  return\n}\n";
}

const char *const bytesBody = R"(
    %ax = arith.extsi %a : i8 to i32
    %wx = arith.extui %w : i8 to i32
    %p = arith.muli %ax, %wx : i32
    %r = arith.addi %p, %s : i32
    linalg.yield %r : i32)";

TestConv bytes(const std::string &body) {
  TestConv conv;
  conv.input = "1x6x7x4xi8";
  conv.filter = "8x4x3x3xi8";
  conv.output = "1x4x5x8xi32";
  conv.body = body;
  return conv;
}

} // namespace dlc::loops
