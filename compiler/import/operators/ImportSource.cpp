//===- ImportSource.cpp - Tensors out of nothing, and branches ------------===//

#include "compiler/import/IfBuilder.h"
#include "compiler/import/Importers.h"
#include "compiler/import/LoopBody.h"
#include "compiler/import/model/Rounds.h"
#include "compiler/import/model/TensorConstant.h"
#include "compiler/import/open/Origin.h"
#include "dialects/nn/Constants.h"
#include "onnx/onnx_pb.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
/// Constants that an operator makes from numbers are limited: a few bytes of a
/// model could ask for all of the memory.
constexpr int64_t kMaxMade = int64_t(1) << 24;

template <typename T> ElementsAttr vectorOf(ArrayRef<T> values, Type element) {
  auto type =
      RankedTensorType::get(static_cast<int64_t>(values.size()), element);
  const char *begin = reinterpret_cast<const char *>(values.data());
  std::vector<char> bytes(begin, begin + values.size() * sizeof(T));
  return nn::makeConstant(type, std::move(bytes));
}
} // namespace

void importConstant(Node &n) {
  unsigned given = 0;
  for (StringRef name :
       {"value", "value_float", "value_floats", "value_int", "value_ints",
        "value_string", "value_strings", "sparse_value"})
    given += n.hasAttr(name);
  if (given != 1)
    n.fail("it has " + counted(given, "value", "values") +
           ", but needs one attribute out of value, value_float, value_ints "
           "and the like");
  if (n.hasAttr("value"))
    return n.set(n.constant(n.takeTensorAttr("value")));
  if (n.hasAttr("value_float"))
    return n.set(n.scalar(n.f32(), n.floatAttr("value_float", 0)));
  if (n.hasAttr("value_int"))
    return n.set(
        n.reshape(n.integers({n.intAttr("value_int", 0, kAnyInteger)}), {}));
  if (n.hasAttr("value_ints"))
    return n.set(n.integers(n.intsAttr("value_ints", kAnyInteger)));
  if (n.hasAttr("value_floats")) {
    SmallVector<float> values;
    for (double value : n.floatsAttr("value_floats"))
      values.push_back(static_cast<float>(value));
    return n.set(n.constant(vectorOf<float>(values, n.f32())));
  }
  n.fail("its value is a string or sparse, which is not supported");
}

void importConstantOfShape(Node &n) {
  n.requireRank(0, {1, 1});
  Ints shape = n.constantInts(0, {0, kAnyInteger.max});
  ElementsAttr value =
      n.hasAttr("value") ? n.takeTensorAttr("value")
                         : nn::makeSplat(RankedTensorType::get(1, n.f32()), 0);
  if (value.getNumElements() != 1)
    n.fail("attribute 'value' has " + Twine(value.getNumElements()) +
           " elements, but must have one");
  RankedTensorType type =
      tensorType(n.loc(), "the result", shape, value.getElementType());
  std::optional<nn::ConstantData> data = nn::readConstant(value);
  // One element's bytes make a splat, which takes no memory.
  std::vector<char> bytes;
  if (type.getNumElements() > 0)
    bytes.assign(data->bytes.begin(), data->bytes.end());
  n.set(n.constant(nn::makeConstant(type, std::move(bytes))));
}

//===----------------------------------------------------------------------===//
// Sequences and masks
//===----------------------------------------------------------------------===//

namespace {
int64_t rangeCount(Node &n, double start, double limit, double delta) {
  if (delta == 0)
    n.fail("input 'delta' is 0, but must not be");
  double count = std::ceil((limit - start) / delta);
  if (!(count <= static_cast<double>(kMaxMade)))
    n.fail("the sequence from " + textOf(start) + " to " + textOf(limit) +
           " by " + textOf(delta) + " is infinite or has more than " +
           Twine(kMaxMade) + " numbers");
  return count < 0 ? 0 : static_cast<int64_t>(count);
}
} // namespace

/// Numbers from where the network says, as many as are known: because the model
/// declares it, or because start and limit are the same number and something.
static bool importOpenRange(Node &n) {
  if (n.isConstant(0) && n.isConstant(1) && n.isConstant(2))
    return false;
  for (unsigned i : {0u, 1u, 2u})
    if (Node::typeOf(n.in(i)).getNumElements() != 1)
      n.requireShape(i, {});
  int64_t count = -1;
  if (auto declared = n.declaredShape(0); declared && declared->size() == 1)
    count = declared->front();
  if (count < 0 && n.isConstant(2) && isa<IntegerType>(n.element()))
    if (auto span = differenceOf(originOf(n.in(1), 0), originOf(n.in(0), 0)))
      count = rangeCount(n, 0, static_cast<double>(*span),
                         static_cast<double>(n.constantInt(2, kAnyInteger)));
  if (count < 1 || count > kMaxMade)
    return false;
  Value steps = n.mul(n.iota(count, n.element()), n.reshape(n.in(2), {}));
  n.set(n.add(steps, n.reshape(n.in(0), {})));
  return true;
}

void importRange(Node &n) {
  if (importOpenRange(n))
    return;
  Type element = n.element();
  if (isa<FloatType>(element)) {
    double start = n.constantFloat(0), limit = n.constantFloat(1),
           delta = n.constantFloat(2);
    int64_t count = rangeCount(n, start, limit, delta);
    Value steps = n.iota(count, element);
    n.set(n.add(n.mul(steps, delta), start));
    return;
  }
  int64_t start = n.constantInt(0, kAnyInteger),
          limit = n.constantInt(1, kAnyInteger),
          delta = n.constantInt(2, kAnyInteger);
  int64_t count =
      rangeCount(n, static_cast<double>(start), static_cast<double>(limit),
                 static_cast<double>(delta));
  Ints values;
  for (int64_t i = 0; i < count; ++i) // in range: it lies before the limit
    values.push_back(static_cast<int64_t>(static_cast<uint64_t>(start) +
                                          static_cast<uint64_t>(i) *
                                              static_cast<uint64_t>(delta)));
  n.set(n.cast(n.integers(values), element));
}

namespace {
/// column index - row index for the last two dimensions of `shape`.
Value diagonalIndex(Node &n, int64_t rows, int64_t columns) {
  Value column = n.reshape(n.iota(columns, n.i64()), {1, columns});
  Value row = n.reshape(n.iota(rows, n.i64()), {rows, 1});
  return n.sub(column, row);
}
} // namespace

void importEyeLike(Node &n) {
  n.requireRank(0, {2, 2});
  Value k = n.reshape(n.integers({n.intAttr("k", 0, kAnyInteger)}), {});
  Value diagonal = n.compare(nn::ComparePredicate::EQ,
                             diagonalIndex(n, n.shape()[0], n.shape()[1]), k);
  n.set(n.cast(diagonal, n.typeAttr("dtype", n.element())));
}

void importTrilu(Node &n) {
  n.requireRank(0, rankAtLeast(2));
  bool upper = n.boolAttr("upper", true);
  if (n.has(1) && Node::typeOf(n.in(1)).getNumElements() != 1)
    n.requireShape(1, {});
  Value k = n.has(1) ? n.reshape(n.in(1), {}) : n.reshape(n.integers({0}), {});
  ArrayRef<int64_t> matrix = n.shape().take_back(2);
  Value kept =
      n.compare(upper ? nn::ComparePredicate::GE : nn::ComparePredicate::LE,
                diagonalIndex(n, matrix[0], matrix[1]), k);
  n.set(n.select(kept, n.in(), n.scalarLike(n.in(), 0)));
}

void importOneHot(Node &n) {
  // The depth may come as a float; one that is no number is not possible.
  constexpr double kMaxDepth = 1 << 30;
  int64_t depth = 0;
  if (!isa<FloatType>(n.element(1)))
    depth = n.constantInt(1, kSize);
  else if (double given = n.constantFloat(1); given >= 1 && given <= kMaxDepth)
    depth = static_cast<int64_t>(given);
  else
    n.fail("input 'depth' is " + textOf(given) + ", but must be " +
           textOf(kSize));
  n.requireShape(2, {2}, ": the off value and the on value");
  int64_t rank = n.rank() + 1;
  int64_t axis = n.axisAttr("axis", -1, rank);
  Ints shape(n.shape());
  shape.insert(shape.begin() + axis, 1);
  // Negative indices count from the depth; others outside match nothing.
  Value index = n.reshape(n.cast(n.in(0), n.i64()), shape);
  Value zero = n.scalarLike(index, 0);
  Value wrapped = n.select(n.compare(nn::ComparePredicate::LT, index, zero),
                           n.add(index, static_cast<double>(depth)), index);
  Value positions = n.alongAxis(n.iota(depth, n.i64()), rank, axis);
  Value hot = n.compare(nn::ComparePredicate::EQ, wrapped, positions);
  auto value = [&](int64_t i) {
    return n.reshape(n.slice(n.in(2), {i}, {1}), {});
  };
  n.set(n.select(hot, value(1), value(0)));
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

/// Which branch is taken is known when the network runs.
static void importOpenIf(Node &n) {
  if (n.in(0) && Node::typeOf(n.in(0)).getNumElements() != 1)
    n.fail(n.inputText(0) + " has the shape " + shapeText(n.shape(0)) +
           ", but must have one element");
  LoopBody bodies[] = {n.loopBody("then_branch"), n.loopBody("else_branch")};
  IfBuilder branch(n, n.reshape(n.in(0), {}));
  Value flags[2];
  auto run = [&](unsigned number) {
    return [&, number] {
      BodyRounds inside(bodies[number].rounds());
      SmallVector<Value> results = bodies[number].runPerhaps({}, n);
      if (results.size() != n.numOutputs())
        n.fail("the branch has " + Twine(results.size()) +
               " outputs, the node " + Twine(n.numOutputs()));
      flags[number] = inside.any(n);
      return results;
    };
  };
  ArrayRef<Value> first = branch.addThen(run(0)),
                  second = branch.addElse(run(1));
  for (auto [i, a, b] : llvm::enumerate(first, second))
    if (a.getType() != b.getType())
      n.fail("which branch is taken depends on the model's inputs, and output "
             "number " +
             Twine(i + 1) + " has the shape " + shapeText(Node::shapeOf(a)) +
             " of one and " + shapeText(Node::shapeOf(b)) + " of the other" +
             (Node::shapeOf(a) == Node::shapeOf(b) ? ", with other elements"
                                                   : "") +
             "; type and shape must be the same");
  bool mayEnd = flags[0] || flags[1];
  if (mayEnd) {
    Value over = n.splat({}, n.i1(), 0);
    branch.addResult(flags[0] ? flags[0] : over, flags[1] ? flags[1] : over);
  }
  SmallVector<Value> results = branch.finish();
  if (mayEnd)
    bodies[0].rounds().addUnfinished(results.pop_back_val());
  for (auto [i, result] : llvm::enumerate(results))
    n.set(i, result);
}

void importIf(Node &n) {
  if (!n.isConstant(0))
    return importOpenIf(n);
  n.ignore({"then_branch", "else_branch"}); // one of them is not taken
  bool taken = n.constantInt(0, {0, 1}) != 0;
  onnx::AttributeProto *branch =
      n.attribute(taken ? "then_branch" : "else_branch");
  if (!branch || !branch->has_g())
    n.fail("a branch is missing");
  SmallVector<Value> results = n.importBranch(*branch->mutable_g());
  if (results.size() != n.numOutputs())
    n.fail("the branch has " + Twine(results.size()) + " outputs, the node " +
           Twine(n.numOutputs()));
  for (auto [i, result] : llvm::enumerate(results))
    n.set(i, result);
}

} // namespace dlc::import
