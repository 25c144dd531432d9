//===- ImportActivated.cpp - Products with activations --------------------===//

#include "compiler/import/fused/Fused.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace dlc::import {

//===----------------------------------------------------------------------===//
// GELU
//===----------------------------------------------------------------------===//

void importMicrosoftGelu(Node &n) {
  n.set(buildGelu(n, n.in(), /*tanh=*/false));
}

void importFastGelu(Node &n) {
  Value x = n.has(1) ? n.add(n.in(0), n.in(1)) : n.in(0);
  n.set(buildGelu(n, x, /*tanh=*/true));
}

void importBiasGelu(Node &n) {
  n.set(buildGelu(n, n.add(n.in(0), n.in(1)), /*tanh=*/false));
}

void importQuickGelu(Node &n) {
  Value x = n.in();
  Value inside = n.mul(x, n.floatAttr("alpha", 1.702f));
  n.set(n.mul(x, n.unary<nn::SigmoidOp>(inside)));
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

namespace {
/// The node's activation of a product. Its parameters, in ONNX's order, are
/// `given`, or ONNX's defaults.
Value activated(Node &n, Value x, ArrayRef<double> given) {
  std::string name = n.choiceAttr(
      "activation", "",
      {"", "Relu", "Tanh", "Sigmoid", "LeakyRelu", "Clip", "HardSigmoid"});
  auto parameter = [&](size_t i, double absent) {
    return i < given.size() ? given[i] : absent;
  };
  if (name == "Relu")
    return n.unary<nn::ReluOp>(x);
  if (name == "Tanh")
    return n.unary<nn::TanhOp>(x);
  if (name == "Sigmoid")
    return n.unary<nn::SigmoidOp>(x);
  if (name == "LeakyRelu")
    return n.binary<nn::PreluOp>(x, n.scalarLike(x, parameter(0, 0.01f)));
  if (name == "HardSigmoid")
    return n.clip(n.add(n.mul(x, parameter(0, 0.2f)), parameter(1, 0.5f)), 0,
                  1);
  if (name == "Clip") {
    if (given.size() != 2)
      n.fail("activation Clip needs two parameters, its bounds, but there " +
             Twine(given.size() == 1 ? "is 1"
                                     : "are " + std::to_string(given.size())));
    return n.clip(x, given[0], given[1]);
  }
  return x;
}
} // namespace

void importFusedConv(Node &n) {
  Value y = buildConv(n, n.in(0), n.in(1), n.has(2) ? n.in(2) : Value());
  if (n.has(3)) {
    n.requireShape(3, Node::shapeOf(y), ", the shape of the result");
    y = n.add(y, n.in(3));
  }
  n.set(activated(n, y, n.floatsAttr("activation_params")));
}

void importFusedGemm(Node &n) {
  SmallVector<double> parameters;
  for (StringRef name :
       {"activation_alpha", "activation_beta", "activation_gamma"})
    if (n.hasAttr(name))
      parameters.push_back(n.floatAttr(name, 0));
  n.set(activated(n, buildGemm(n), parameters));
}

void importFusedMatMul(Node &n) {
  auto oriented = [&](unsigned i, StringRef rows, StringRef batch) {
    Value x = n.in(i);
    int64_t rank = Node::rankOf(x);
    // The first dimension stands behind the other ones of the batch.
    if (n.boolAttr(batch, false)) {
      n.requireRank(i, rankAtLeast(3), " with attribute '" + batch + "'");
      x = n.moveAxis(x, 0, rank - 2);
    }
    bool swap = n.boolAttr(rows, false);
    return swap && rank >= 2 ? n.moveAxis(x, rank - 1, rank - 2) : x;
  };
  Value product = buildMatmul(n, oriented(0, "transA", "transBatchA"),
                              oriented(1, "transB", "transBatchB"));
  double alpha = n.floatAttr("alpha", 1);
  n.set(alpha == 1 ? product : n.mul(product, alpha));
}

} // namespace dlc::import
