//===- ImportCategories.cpp - Labels and categories -----------------------===//

#include "compiler/import/classical/Classical.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

//===----------------------------------------------------------------------===//
// LabelEncoder
//===----------------------------------------------------------------------===//

namespace {
/// Keys or values of a LabelEncoder: a vector, and where they are strings the
/// strings of which it holds the positions.
struct Column {
  Value vector;
  SmallVector<std::string> strings;
  int64_t size() const { return Node::typeOf(vector).getNumElements(); }
};

Value positionsOf(Node &n, size_t count) {
  return n.iota(static_cast<int64_t>(count), n.i64());
}

/// The attribute that is there, of `role` "keys" or "values".
Column column(Node &n, StringRef role) {
  auto named = [&](StringRef suffix) { return (role + suffix).str(); };
  Column result;
  if (n.hasAttr(named("_int64s"))) {
    result.vector = n.integers(n.intsAttr(named("_int64s"), kAnyInteger));
  } else if (n.hasAttr(named("_floats"))) {
    SmallVector<double> values = n.floatsAttr(named("_floats"));
    result.vector =
        n.numbers(values, {static_cast<int64_t>(values.size())}, n.f32());
  } else if (n.hasAttr(named("_strings"))) {
    result.strings = n.stringsAttr(named("_strings"));
    result.vector = positionsOf(n, result.strings.size());
  } else if (n.hasAttr(named("_tensor"))) {
    auto [vector, strings] = n.takeTensorOrStrings(named("_tensor"));
    result = {n.reshape(vector, {Node::typeOf(vector).getNumElements()}),
              std::move(strings)};
  } else {
    n.fail("the node has no " + role + ": an attribute " + named("_int64s") +
           ", " + named("_floats") + ", " + named("_strings") + " or " +
           named("_tensor") + " must give them");
  }
  return result;
}

/// What stands for an input that is no key, as a vector of one.
Value defaultValue(Node &n, Column &values) {
  Type element = Node::elementOf(values.vector);
  if (n.hasAttr("default_tensor")) {
    auto [value, strings] = n.takeTensorOrStrings("default_tensor");
    if (strings.empty() == values.strings.empty() &&
        (!strings.empty() || Node::elementOf(value) == element) &&
        Node::typeOf(value).getNumElements() == 1) {
      if (strings.empty())
        return n.reshape(value, {1});
      values.strings.push_back(strings.front());
      return n.integers({static_cast<int64_t>(values.strings.size()) - 1});
    }
    n.fail("attribute 'default_tensor' must hold one value of the type of the "
           "values");
  }
  std::string string = n.stringAttr("default_string", "_Unused");
  int64_t integer = n.intAttr("default_int64", -1, kAnyInteger);
  double number = n.floatAttr("default_float", -0.0);
  if (!values.strings.empty()) {
    values.strings.push_back(string);
    return n.integers({static_cast<int64_t>(values.strings.size()) - 1});
  }
  return isa<FloatType>(element) ? n.numbers(number, {1}, element)
                                 : n.cast(n.integers({integer}), element);
}

/// Whether keys are k, k + 1, ...; then k.
std::optional<int64_t> firstOfRun(Value keys) {
  std::optional<SmallVector<int64_t>> numbers =
      nn::readIntegers(nn::constantOf(keys));
  if (!numbers || numbers->empty() ||
      !llvm::equal(*numbers,
                   llvm::seq<int64_t>(numbers->front(),
                                      numbers->front() + numbers->size())))
    return std::nullopt;
  return numbers->front();
}

/// Where x is among the keys, and whether it is.
std::pair<Value, Value> find(Node &n, Value x, Value keys) {
  int64_t count = Node::typeOf(keys).getNumElements();
  if (auto first = firstOfRun(keys)) {
    Value at = n.sub(n.cast(x, n.i64()), n.integers({*first}));
    Value low = n.compare(Predicate::GE, at, n.integers({0}));
    Value high = n.compare(Predicate::LT, at, n.integers({count}));
    Value inside = n.binary<nn::AndOp>(low, high);
    return {n.select(inside, at, n.integers({0})), inside};
  }
  Ints wide(Node::shapeOf(x));
  wide.push_back(1);
  int64_t last = wide.size() - 1;
  Value equal =
      n.cast(n.compare(Predicate::EQ, n.reshape(x, wide), keys), n.i32());
  Value at = n.make<nn::ArgReduceOp>(
      equal, {n.attr("kind", nn::ReduceKindAttr::get(n.context(), Kind::Max)),
              n.attr("axis", last), n.attr("keepdims", false)});
  Value found = n.cast(n.reduce(Kind::Max, equal, {last}, false), n.i1());
  return {at, found};
}
} // namespace

void importLabelEncoder(Node &n) {
  if (n.opset() < 2)
    n.fail("LabelEncoder of operator set 1 of ai.onnx.ml, which maps strings, "
           "is not supported; export the model for 2 or later");
  Column keys = column(n, "keys"), values = column(n, "values");
  if (keys.size() != values.size())
    n.fail("the node has " + counted(keys.size(), "key", "keys") + ", but " +
           counted(values.size(), "value", "values"));
  if (keys.size() == 0)
    n.fail("the node has no keys; a network cannot compute on empty tensors");
  ArrayRef<std::string> strings = n.stringsOf(0);
  if (strings.empty() != keys.strings.empty() ||
      (strings.empty() && Node::elementOf(keys.vector) != n.element()))
    n.fail("the keys are of another type than input 'X'");
  Value absent = defaultValue(n, values);
  auto gather = [&](Value data, Value at) -> Value {
    return n.make<nn::GatherOp>({data, at}, n.attr("axis", 0));
  };
  if (!strings.empty()) {
    // A value for each string that the input may be; the default is the last.
    Ints chosen;
    for (const std::string &string : strings)
      chosen.push_back(llvm::find(keys.strings, string) - keys.strings.begin());
    Value all = n.concat({values.vector, absent}, 0);
    n.set(gather(gather(all, n.integers(chosen)), n.in()));
  } else {
    auto [at, found] = find(n, n.in(), keys.vector);
    n.set(n.select(found, gather(values.vector, at), n.reshape(absent, {})));
  }
  if (!values.strings.empty())
    n.setStrings(0, values.strings);
}

//===----------------------------------------------------------------------===//
// Categories and maps
//===----------------------------------------------------------------------===//

/// What is no category has a row of zeros: code cannot stop with an error,
/// which attribute zeros = 0 asks for.
void importOneHotEncoder(Node &n) {
  n.boolAttr("zeros", true);
  if (n.hasAttr("cats_strings"))
    n.fail("categories that are strings are not supported; encode them as "
           "integers outside of the network");
  Ints categories = n.intsAttr("cats_int64s", kAnyInteger);
  if (categories.empty())
    n.fail("attribute 'cats_int64s' names no category");
  Ints wide(n.shape());
  wide.push_back(1);
  Value x = n.reshape(n.cast(n.in(), n.i64()), wide);
  n.set(n.cast(n.compare(Predicate::EQ, x, n.integers(categories)), n.f32()));
}

/// The maps become the tensor of their values, one row for each map; the header
/// names the columns.
void importZipMap(Node &n) {
  n.requireRank(0, {1, 2});
  ClassLabels labels =
      classLabels(n, "classlabels_int64s", "classlabels_strings");
  SmallVector<std::string> names = labels.strings;
  for (int64_t number : labels.numbers)
    names.push_back(std::to_string(number));
  if (static_cast<int64_t>(names.size()) != n.shape().back())
    n.fail("the node names " + counted(names.size(), "class", "classes") +
           ", but the input has " +
           counted(n.shape().back(), "column", "columns"));
  n.set(n.in());
  n.setStrings(0, names);
}

} // namespace dlc::import
