//===- ImportTree.cpp - Decision trees ------------------------------------===//

#include "compiler/import/classical/Classical.h"
#include "compiler/import/classical/Forest.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

//===----------------------------------------------------------------------===//
// TreeEnsembleClassifier and TreeEnsembleRegressor
//===----------------------------------------------------------------------===//

namespace {
/// Floats of an attribute, or of a tensor in the attribute `<name>_as_tensor`.
SmallVector<double> floatsOrTensor(Node &n, const Twine &name) {
  std::string tensor = (name + "_as_tensor").str();
  return n.hasAttr(tensor) ? n.tensorFloatsAttr(tensor)
                           : n.floatsAttr(name.str());
}

/// Fails unless an attribute has `count` entries.
void requireCount(Node &n, const Twine &name, size_t found, size_t count,
                  StringRef each) {
  if (found != count)
    n.fail("attribute '" + name + "' has " +
           counted(found, "entry", "entries") + ", but must have " +
           Twine(count) + ", one for each " + each);
}

Branch branchOf(Node &n, StringRef mode) {
  auto branch = llvm::StringSwitch<std::optional<Branch>>(mode)
                    .Case("BRANCH_LEQ", Branch::LEQ)
                    .Case("BRANCH_LT", Branch::LT)
                    .Case("BRANCH_GTE", Branch::GTE)
                    .Case("BRANCH_GT", Branch::GT)
                    .Case("BRANCH_EQ", Branch::EQ)
                    .Case("BRANCH_NEQ", Branch::NEQ)
                    .Case("LEAF", Branch::Leaf)
                    .Default(std::nullopt);
  if (!branch)
    n.fail("attribute 'nodes_modes' has the entry '" + mode +
           "', but entries must be BRANCH_LEQ, BRANCH_LT, BRANCH_GTE, "
           "BRANCH_GT, BRANCH_EQ, BRANCH_NEQ or LEAF");
  return *branch;
}

/// Reads the attributes that both operators have; `role` is class or target.
class ForestReader {
public:
  ForestReader(Node &n, StringRef role, int64_t features, int64_t targets,
               Kind kind)
      : n(n), role(role), features(features) {
    forest.targets = targets;
    forest.kind = kind;
  }

  Forest run() {
    n.ignore({"nodes_hitrates", "nodes_hitrates_as_tensor"});
    readNodes();
    linkNodes();
    readWeights();
    return std::move(forest);
  }

private:
  std::string named(StringRef suffix) const { return (role + suffix).str(); }

  void readNodes() {
    trees = n.intsAttr("nodes_treeids", kAnyInteger);
    ids = n.intsAttr("nodes_nodeids", kAnyInteger);
    Ints feature = n.intsAttr("nodes_featureids", kAnyInteger);
    Ints missing = n.intsAttr("nodes_missing_value_tracks_true", {0, 1});
    SmallVector<double> values = floatsOrTensor(n, "nodes_values");
    SmallVector<std::string> modes = n.stringsAttr("nodes_modes");
    size_t count = modes.size();
    if (count == 0)
      n.fail("attribute 'nodes_modes' names no node");
    requireCount(n, "nodes_treeids", trees.size(), count, "node");
    requireCount(n, "nodes_nodeids", ids.size(), count, "node");
    requireCount(n, "nodes_featureids", feature.size(), count, "node");
    requireCount(n, "nodes_values", values.size(), count, "node");
    if (!missing.empty())
      requireCount(n, "nodes_missing_value_tracks_true", missing.size(), count,
                   "node");
    forest.nodes.resize(count);
    for (size_t i = 0; i < count; ++i) {
      ForestNode &node = forest.nodes[i];
      node.branch = branchOf(n, modes[i]);
      if (!places.try_emplace({trees[i], ids[i]}, i).second)
        n.fail("tree " + Twine(trees[i]) + " has two nodes " + Twine(ids[i]));
      if (node.branch == Branch::Leaf)
        continue;
      n.require(feature[i], {0, features - 1},
                "an entry of attribute 'nodes_featureids'",
                " for an input of " + counted(features, "feature", "features"));
      node.feature = feature[i];
      node.value = values[i];
      node.missing = !missing.empty() && missing[i];
    }
  }

  size_t place(int64_t tree, int64_t id, const Twine &source) {
    auto found = places.find({tree, id});
    if (found == places.end())
      n.fail("attribute '" + source + "' names node " + Twine(id) +
             " of tree " + Twine(tree) + ", which does not exist");
    return found->second;
  }

  /// A tree begins at its node that nobody leads to; trees in the order in
  /// which they are first named.
  void linkNodes() {
    Ints yes = n.intsAttr("nodes_truenodeids", kAnyInteger),
         no = n.intsAttr("nodes_falsenodeids", kAnyInteger);
    size_t count = forest.nodes.size();
    requireCount(n, "nodes_truenodeids", yes.size(), count, "node");
    requireCount(n, "nodes_falsenodeids", no.size(), count, "node");
    std::vector<bool> isChild(count, false);
    for (size_t i = 0; i < count; ++i) {
      ForestNode &node = forest.nodes[i];
      if (node.branch == Branch::Leaf)
        continue;
      node.yes = place(trees[i], yes[i], "nodes_truenodeids");
      node.no = place(trees[i], no[i], "nodes_falsenodeids");
      isChild[node.yes] = isChild[node.no] = true;
    }
    std::map<int64_t, size_t> roots;
    for (size_t i = 0; i < count; ++i)
      if (!isChild[i]) {
        if (!roots.try_emplace(trees[i], i).second)
          n.fail("tree " + Twine(trees[i]) +
                 " has several nodes that no other leads to, but must have "
                 "one, its root");
        forest.roots.push_back(i);
      }
    for (int64_t tree : trees)
      if (!roots.count(tree))
        n.fail("the nodes of a tree form a loop");
  }

  void readWeights() {
    Ints tree = n.intsAttr(named("_treeids"), kAnyInteger),
         id = n.intsAttr(named("_nodeids"), kAnyInteger),
         target = n.intsAttr(named("_ids"), {0, forest.targets - 1});
    SmallVector<double> weights = floatsOrTensor(n, named("_weights"));
    requireCount(n, named("_treeids"), tree.size(), weights.size(), "weight");
    requireCount(n, named("_nodeids"), id.size(), weights.size(), "weight");
    requireCount(n, named("_ids"), target.size(), weights.size(), "weight");
    for (size_t i = 0; i < weights.size(); ++i) {
      size_t at = place(tree[i], id[i], named("_nodeids"));
      if (forest.nodes[at].branch != Branch::Leaf)
        n.fail("attribute '" + named("_nodeids") + "' gives node " +
               Twine(id[i]) + " of tree " + Twine(tree[i]) +
               " a weight, but it is no leaf");
      forest.addWeight(at, target[i], weights[i]);
    }
  }

  Node &n;
  StringRef role;
  int64_t features;
  Ints trees, ids;
  std::map<std::pair<int64_t, int64_t>, size_t> places;
  Forest forest;
};

/// Adds the base values, one for each target, as ONNX defines: also where no
/// leaf has a weight for it, where onnxruntime leaves them out.
Value addBase(Node &n, Value scores) {
  SmallVector<double> base = floatsOrTensor(n, "base_values");
  int64_t targets = Node::shapeOf(scores)[1];
  if (base.empty())
    return scores;
  requireCount(n, "base_values", base.size(), targets, "target");
  return n.add(scores, n.numbers(base, {targets}, Node::elementOf(scores)));
}

/// Sums of weights as a regressor's result. onnxruntime applies PROBIT alone to
/// one target, ONNX's definition all of them.
Value finishRegression(Node &n, Value scores, PostTransform transform,
                       Type element) {
  if (Node::shapeOf(scores)[1] == 1 && transform != PostTransform::None &&
      transform != PostTransform::Probit)
    n.fail("attribute 'post_transform' must be NONE or PROBIT for one target: "
           "ONNX's definition and onnxruntime differ in what others mean; "
           "export the model with NONE and the function as a node");
  return n.cast(transformed(n, scores, transform), element);
}

Kind kindOf(StringRef aggregate) {
  return aggregate == "MIN"   ? Kind::Min
         : aggregate == "MAX" ? Kind::Max
                              : Kind::Sum;
}
} // namespace

void importTreeEnsembleRegressor(Node &n) {
  Value x = featureRows(n);
  int64_t targets = n.intAttr("n_targets", 1, kSize);
  std::string aggregate = n.choiceAttr("aggregate_function", "SUM",
                                       {"AVERAGE", "SUM", "MIN", "MAX"});
  Forest forest =
      ForestReader(n, "target", Node::shapeOf(x)[1], targets, kindOf(aggregate))
          .run();
  Value scores = forest.build(n, x);
  if (aggregate == "AVERAGE")
    scores = n.div(scores, static_cast<double>(forest.roots.size()));
  n.set(finishRegression(n, addBase(n, scores), postTransformAttr(n), n.f32()));
}

namespace {
/// Two classes of which leaves have weights for one: the first, whose sum
/// stands for the second, or the second.
void classifyOne(Node &n, Value scores, bool isFirst, bool isProbability,
                 const ClassLabels &labels) {
  PostTransform transform = postTransformAttr(n);
  SmallVector<double> base = floatsOrTensor(n, "base_values");
  if (base.size() > 1 || (!isFirst && !base.empty()))
    n.fail("attribute 'base_values' has " +
           counted(base.size(), "entry", "entries") +
           ", but where leaves have weights for one of two classes it must be "
           "absent, or have one entry and that class be the first");
  if (isFirst)
    scores = addBase(n, scores);
  Value positive = n.compare(Predicate::GT, scores,
                             n.scalarLike(scores, isProbability ? 0.5 : 0));
  setLabels(n, 0,
            n.cast(n.reshape(positive, {Node::shapeOf(scores)[0]}), n.i64()),
            labels);
  Value both;
  if (!isFirst) {
    both = transformed(
        n,
        n.concat({n.splat(Node::shapeOf(scores), Node::elementOf(scores), 0),
                  scores},
                 1),
        transform);
  } else if (transform == PostTransform::Probit) {
    n.fail("attribute 'post_transform' is PROBIT for the weights of one class, "
           "which onnxruntime leaves undefined");
  } else if (transform == PostTransform::Logistic) {
    both = transformed(n, n.concat({n.unary<nn::NegOp>(scores), scores}, 1),
                       transform);
  } else {
    Value other = isProbability ? n.sub(n.scalarLike(scores, 1), scores)
                                : Value(n.unary<nn::NegOp>(scores));
    both = n.concat({other, scores}, 1);
  }
  n.set(1, n.cast(both, n.f32()));
}
} // namespace

void importTreeEnsembleClassifier(Node &n) {
  Value x = featureRows(n);
  ClassLabels labels =
      classLabels(n, "classlabels_int64s", "classlabels_strings");
  int64_t classes = labels.size();
  Forest forest =
      ForestReader(n, "class", Node::shapeOf(x)[1], classes, Kind::Sum).run();
  Ints ids = n.intsAttr("class_ids", kAnyInteger);
  if (classes == 2 && !ids.empty() && llvm::all_equal(ids)) {
    SmallVector<double> weights = floatsOrTensor(n, "class_weights");
    bool isProbability =
        llvm::none_of(weights, [](double weight) { return weight < 0; });
    for (ForestNode &node : forest.nodes)
      if (auto found = node.weights.find(ids[0]); found != node.weights.end())
        node.weights = {{0, found->second}};
    forest.targets = 1;
    return classifyOne(n, forest.build(n, x), ids[0] == 0, isProbability,
                       labels);
  }
  if (classes == 2 && !floatsOrTensor(n, "base_values").empty())
    n.fail("attribute 'base_values' beside weights for both of two classes is "
           "not supported: onnxruntime does not add them as ONNX defines");
  Value scores = addBase(n, forest.build(n, x));
  setLabels(n, 0, bestColumn(n, scores), labels);
  n.set(1, n.cast(transformed(n, scores, postTransformAttr(n)), n.f32()));
}

//===----------------------------------------------------------------------===//
// TreeEnsemble
//===----------------------------------------------------------------------===//

namespace {
/// Operator set 5: splits and leaves are numbered apart, and all leaves have
/// one target.
class FlatForestReader {
public:
  FlatForestReader(Node &n, int64_t features) : n(n) {
    forest.targets = n.intAttr("n_targets", 1, kSize);
    n.ignore({"nodes_hitrates"});
    readLeaves();
    readSplits(features);
    for (int64_t root :
         n.intsAttr("tree_roots", {0, static_cast<int64_t>(splits) - 1}))
      forest.roots.push_back(leaves + root);
    if (forest.roots.empty())
      n.fail("attribute 'tree_roots' names no tree");
  }

  Forest forest;

private:
  void readLeaves() {
    SmallVector<double> weights = n.tensorFloatsAttr("leaf_weights");
    Ints targets = n.intsAttr("leaf_targetids", {0, forest.targets - 1});
    leaves = weights.size();
    requireCount(n, "leaf_targetids", targets.size(), leaves, "leaf");
    forest.nodes.resize(leaves);
    for (size_t i = 0; i < leaves; ++i)
      forest.nodes[i].weights[targets[i]] = weights[i];
  }

  void readSplits(int64_t features) {
    auto modes = nn::readIntegers(n.takeTensorAttr("nodes_modes"));
    SmallVector<double> values = n.tensorFloatsAttr("nodes_splits");
    splits = values.size();
    Ints feature = n.intsAttr("nodes_featureids", {0, features - 1}),
         missing = n.intsAttr("nodes_missing_value_tracks_true", {0, 1});
    if (n.hasAttr("membership_values"))
      members = n.tensorFloatsAttr("membership_values");
    requireCount(n, "nodes_modes", modes ? modes->size() : 0, splits, "node");
    requireCount(n, "nodes_featureids", feature.size(), splits, "node");
    if (!missing.empty())
      requireCount(n, "nodes_missing_value_tracks_true", missing.size(), splits,
                   "node");
    Ints yes = n.intsAttr("nodes_truenodeids", kSizeOrZero),
         no = n.intsAttr("nodes_falsenodeids", kSizeOrZero),
         yesLeaf = n.intsAttr("nodes_trueleafs", {0, 1}),
         noLeaf = n.intsAttr("nodes_falseleafs", {0, 1});
    requireCount(n, "nodes_truenodeids", yes.size(), splits, "node");
    requireCount(n, "nodes_falsenodeids", no.size(), splits, "node");
    requireCount(n, "nodes_trueleafs", yesLeaf.size(), splits, "node");
    requireCount(n, "nodes_falseleafs", noLeaf.size(), splits, "node");
    forest.nodes.resize(leaves + splits);
    for (size_t i = 0; i < splits; ++i) {
      constexpr int64_t member = 6;
      int64_t mode = (*modes)[i];
      n.require(mode, {0, member}, "an entry of attribute 'nodes_modes'");
      ForestNode node;
      node.branch = mode == member ? Branch::EQ : static_cast<Branch>(mode);
      node.feature = feature[i];
      node.value = values[i];
      node.missing = !missing.empty() && missing[i];
      node.yes = child("nodes_truenodeids", yes[i], yesLeaf[i]);
      node.no = child("nodes_falsenodeids", no[i], noLeaf[i]);
      if (mode == member)
        expandMember(node);
      forest.nodes[leaves + i] = node;
    }
  }

  size_t child(const Twine &source, int64_t id, bool isLeaf) {
    size_t count = isLeaf ? leaves : splits;
    n.require(id, {0, static_cast<int64_t>(count) - 1},
              "an entry of attribute '" + source + "'",
              isLeaf ? " as a leaf" : " as a node");
    return isLeaf ? id : leaves + id;
  }

  /// The next members, up to a NaN, as a chain of comparisons.
  void expandMember(ForestNode &node) {
    SmallVector<double> own;
    while (nextMember < members.size() && !std::isnan(members[nextMember]))
      own.push_back(members[nextMember++]);
    if (own.empty() || nextMember == members.size())
      n.fail("attribute 'membership_values' has no members, ended by NaN, for "
             "each node of the mode BRANCH_MEMBER");
    ++nextMember;
    node.value = own.pop_back_val();
    for (double value : own) {
      ForestNode other = node;
      other.value = value;
      other.missing = false;
      forest.nodes.push_back(other);
      node.no = forest.nodes.size() - 1;
    }
  }

  Node &n;
  size_t leaves = 0, splits = 0, nextMember = 0;
  SmallVector<double> members;
};
} // namespace

void importTreeEnsemble(Node &n) {
  Value x = featureRows(n);
  FlatForestReader reader(n, Node::shapeOf(x)[1]);
  constexpr const char *aggregates[] = {"AVERAGE", "SUM", "MIN", "MAX"};
  StringRef aggregate = aggregates[n.intAttr("aggregate_function", 1, {0, 3})];
  using T = PostTransform;
  constexpr T transforms[] = {T::None, T::Softmax, T::Logistic, T::SoftmaxZero,
                              T::Probit};
  T transform = transforms[n.intAttr("post_transform", 0, {0, 4})];
  reader.forest.kind = kindOf(aggregate);
  Value scores = reader.forest.build(n, x);
  if (aggregate == "AVERAGE")
    scores = n.div(scores, static_cast<double>(reader.forest.roots.size()));
  n.set(finishRegression(n, scores, transform, n.element()));
}

} // namespace dlc::import
