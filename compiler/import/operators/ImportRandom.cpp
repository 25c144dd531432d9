//===- ImportRandom.cpp - Random numbers, the same everywhere -------------===//
//
// Number i of a node is a hash of i and of the node's seed (docs/decisions/
// random-numbers.md): no state, so that a network writes to nothing but its
// outputs, and the same numbers for every call, target and machine that
// compiles.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/NodeLocation.h"
#include "llvm/ADT/bit.h"

using namespace mlir;

namespace dlc::import {

namespace {
class Generator {
public:
  explicit Generator(Node &n) : n(n) {
    word = IntegerType::get(n.context(), 32, IntegerType::Unsigned);
    if (n.hasAttr("seed"))
      key =
          llvm::bit_cast<uint32_t>(static_cast<float>(n.floatAttr("seed", 0)));
    else
      key = hashOfName();
  }

  /// Numbers of f32 from 0 on to before 1, 24 bits of them.
  Value uniform(ArrayRef<int64_t> shape) {
    return n.mul(n.cast(bits(shape, 0), n.f32()), 0x1p-24);
  }

  /// Box and Muller's transform of two of them.
  Value normal(ArrayRef<int64_t> shape) {
    constexpr double kTurn = 6.283185307179586;
    // Above 0, which has no logarithm.
    Value first = n.mul(n.add(n.cast(bits(shape, 1), n.f32()), 1.0), 0x1p-24);
    Value radius = n.unary<nn::SqrtOp>(n.mul(n.unary<nn::LogOp>(first), -2.0));
    Value angle = n.mul(uniform(shape), kTurn);
    return n.mul(radius, n.unary<nn::CosOp>(angle));
  }

private:
  /// Of a node without a seed: FNV-1a of its name.
  uint32_t hashOfName() {
    uint32_t hash = 0x811c9dc5;
    if (auto node = nn::nodeOf(n.loc()))
      for (char c : node->name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
    return hash;
  }

  Value constant(uint32_t value) { return n.scalar(word, value); }

  Value shifted(Value x, int64_t by) {
    return n.binary<nn::BitXorOp>(x,
                                  n.binary<nn::ShiftRightOp>(x, constant(by)));
  }

  /// The upper 24 bits of a mixture of the position and the key.
  Value bits(ArrayRef<int64_t> shape, uint32_t stream) {
    int64_t count =
        tensorType(n.loc(), "the result", shape, n.f32()).getNumElements();
    n.require(count, kSize, "the number of random numbers");
    Value x = n.mul(n.iota(count, word), constant(0x9e3779b9));
    x = n.binary<nn::BitXorOp>(x, constant(key + stream * 0x85ebca6b));
    x = n.mul(shifted(x, 16), constant(0x7feb352d));
    x = n.mul(shifted(x, 15), constant(0x846ca68b));
    x = shifted(x, 16);
    return n.reshape(n.binary<nn::ShiftRightOp>(x, constant(8)), shape);
  }

  Node &n;
  Type word;
  uint32_t key;
};

bool isReal(Type type) { return isa<FloatType>(type); }
} // namespace

void importRandom(Node &n) {
  bool like = n.op().ends_with("Like");
  bool isNormal = n.op().starts_with("RandomNormal");
  Ints shape = like ? Ints(n.shape()) : n.intsAttr("shape", kSize);
  Type absent = n.f32();
  if (like && isReal(n.element()))
    absent = n.element();
  Type type = n.typeAttr("dtype", absent);
  if (!isReal(type))
    n.fail(
        "attribute 'dtype' asks for integers, but random numbers are floats");
  Generator generator(n);
  Value x = isNormal ? generator.normal(shape) : generator.uniform(shape);
  double offset = n.floatAttr(isNormal ? "mean" : "low", 0);
  double scale =
      isNormal ? n.floatAttr("scale", 1) : n.floatAttr("high", 1) - offset;
  n.set(n.cast(n.add(n.mul(x, scale), offset), type));
}

/// One where a uniform number is below the probability.
void importBernoulli(Node &n) {
  Type type = n.typeAttr("dtype", n.element());
  Value uniform = Generator(n).uniform(n.shape());
  Value hit =
      n.compare(nn::ComparePredicate::LT, n.cast(uniform, n.element()), n.in());
  n.set(n.cast(hit, type));
}

/// How many sums of the probabilities up to a class a uniform number is not
/// below, for each sample.
void importMultinomial(Node &n) {
  n.requireRank(0, {2, 2}, ": batch, classes");
  int64_t samples = n.intAttr("sample_size", 1, kSize);
  int64_t batch = n.shape()[0], classes = n.shape()[1];
  Type type = n.typeAttr("dtype", n.i32());
  Value x = n.cast(n.in(), n.f32());
  Value shares = n.make<nn::SoftmaxOp>(x, n.attr("axis", 1));
  Value sums = n.make<nn::CumSumOp>(shares, n.attr("axis", 1));
  Value bounds = n.reshape(sums, {batch, 1, classes});
  Value uniform =
      n.reshape(Generator(n).uniform({batch, samples}), {batch, samples, 1});
  Value passed =
      n.cast(n.compare(nn::ComparePredicate::LE, bounds, uniform), n.i32());
  Value count = n.reduce(nn::ReduceKind::Sum, passed, 2, /*keepdims=*/false);
  // The last sum is 1, whatever rounding makes of it.
  n.set(n.cast(n.clip(count, 0, double(classes - 1)), type));
}

} // namespace dlc::import
