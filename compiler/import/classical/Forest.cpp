//===- Forest.cpp - Decision trees to nn.tree_ensemble --------------------===//
//
// The op compares with <= alone, to which all other comparisons come down: x <
// v is x <= the number before v, and equality is two comparisons that share
// what follows. Leaves with the same weights are one.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/classical/Forest.h"
#include <cmath>
#include <set>

using namespace mlir;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

void Forest::addWeight(size_t leaf, int64_t target, double weight) {
  auto [at, isNew] = nodes[leaf].weights.try_emplace(target, weight);
  if (isNew)
    return;
  double &sum = at->second;
  sum = kind == Kind::Sum   ? sum + weight
        : kind == Kind::Max ? std::max(sum, weight)
                            : std::min(sum, weight);
}

namespace {
/// A comparison with <= in place of a node's, or the second of two.
using SplitId = std::pair<size_t, bool>;

class Tables {
public:
  Tables(Node &n, const Forest &forest, bool isDouble)
      : n(n), forest(forest), isDouble(isDouble) {
    chooseForm();
    for (size_t root : forest.roots)
      visit({root, false});
    std::reverse(order.begin(), order.end());
    for (auto [i, split] : llvm::enumerate(order))
      numbers[split] = i;
    if (order.empty()) { // all trees are leaves: the op wants a split
      features.push_back(0);
      thresholds.push_back(0);
      missing.push_back(false);
    }
    for (const SplitId &split : order)
      addSplit(split);
    children.resize(2 * features.size(), firstLeaf());
    for (auto [i, split] : llvm::enumerate(order)) {
      auto [yes, no] = childrenOf(split);
      children[2 * i] = number(yes);
      children[2 * i + 1] = number(no);
    }
    addRoots();
    if (order.empty())
      number({forest.roots.front(), false});
  }

  Value build(Value x) {
    SmallVector<NamedAttribute> attributes{
        n.attr("features", DenseI32ArrayAttr::get(n.context(), features)),
        n.attr("thresholds", DenseF64ArrayAttr::get(n.context(), thresholds)),
        n.attr("children", DenseI32ArrayAttr::get(n.context(), children)),
        n.attr("roots", DenseI32ArrayAttr::get(n.context(), roots)),
        n.attr("weights", DenseF64ArrayAttr::get(n.context(), weights)),
        n.attr("columns", columns),
        n.attr("groups", groups),
        n.attr("kind", nn::ReduceKindAttr::get(n.context(), forest.kind))};
    if (llvm::is_contained(missing, true))
      attributes.push_back(
          n.attr("missing", DenseBoolArrayAttr::get(n.context(), missing)));
    Value result = n.make<nn::TreeEnsembleOp>(x, attributes);
    if (!lacksWeights || forest.kind == Kind::Sum)
      return result;
    Value none = n.make<nn::IsInfOp>(result, {n.attr("detect_positive", true),
                                              n.attr("detect_negative", true)});
    return n.select(none, n.scalarLike(result, 0), result);
  }

private:
  bool isSplit(size_t node) const {
    return forest.nodes[node].branch != Branch::Leaf;
  }
  bool comparesTwice(size_t node) const {
    Branch branch = forest.nodes[node].branch;
    return branch == Branch::EQ || branch == Branch::NEQ;
  }

  //===--------------------------------------------------------------------===//
  // Numbers for splits, so that children stand behind
  //===--------------------------------------------------------------------===//

  void visit(SplitId root) {
    // (split, its children are done)
    SmallVector<std::pair<SplitId, bool>> stack{{root, false}};
    while (!stack.empty()) {
      auto [split, done] = stack.pop_back_val();
      if (done) {
        open.erase(split);
        order.push_back(split);
        continue;
      }
      if (!isSplit(split.first))
        continue;
      if (open.count(split))
        n.fail("the nodes of a tree form a loop");
      if (!seen.insert(split).second)
        continue;
      open.insert(split);
      stack.push_back({split, true});
      auto [yes, no] = childrenOf(split);
      for (SplitId child : {no, yes})
        if (!seen.count(child) || open.count(child))
          stack.push_back({child, false});
    }
  }

  /// Where `x <= threshold` leads to, and where its opposite.
  std::pair<SplitId, SplitId> childrenOf(const SplitId &split) const {
    const ForestNode &node = forest.nodes[split.first];
    SplitId yes{node.yes, false}, no{node.no, false};
    switch (node.branch) {
    case Branch::LEQ:
    case Branch::LT:
      return {yes, no};
    case Branch::GT:
    case Branch::GTE:
      return {no, yes};
    case Branch::NEQ:
      std::swap(yes, no);
      [[fallthrough]];
    case Branch::EQ: // x <= v, then not x <= the number before v
      if (!split.second)
        return {{split.first, true}, no};
      return {no, yes};
    case Branch::Leaf:
      break;
    }
    llvm_unreachable("a leaf has no children");
  }

  /// The largest number less than `value`; for the lowest NaN, which nothing
  /// is less than.
  double before(double value) const {
    if (value == -INFINITY)
      return NAN;
    return isDouble ? std::nextafter(value, -INFINITY)
                    : std::nextafterf(static_cast<float>(value), -INFINITY);
  }

  void addSplit(const SplitId &split) {
    const ForestNode &node = forest.nodes[split.first];
    bool isStrict =
        node.branch == Branch::LT || node.branch == Branch::GTE || split.second;
    bool isSwapped = node.branch == Branch::GT || node.branch == Branch::GTE;
    features.push_back(static_cast<int32_t>(node.feature));
    thresholds.push_back(isStrict ? before(node.value) : node.value);
    // NaN does not compare: it goes to `no`, or where it is missing to `yes`,
    // and not equal is what it always is.
    bool follows = isSwapped                    ? !node.missing
                   : node.branch == Branch::NEQ ? false
                   : split.second               ? false
                                                : node.missing;
    missing.push_back(follows);
  }

  //===--------------------------------------------------------------------===//
  // Leaves
  //===--------------------------------------------------------------------===//

  int32_t firstLeaf() const { return static_cast<int32_t>(features.size()); }

  int32_t number(const SplitId &split) {
    if (isSplit(split.first))
      return numbers.at(split);
    return leaf(forest.nodes[split.first].weights);
  }

  int32_t leaf(const std::map<int64_t, double> &given) {
    std::vector<double> row(columns, absentWeight());
    for (auto [target, weight] : given)
      row[groups > 1 ? 0 : target] = weight;
    lacksWeights |= static_cast<int64_t>(given.size()) < columns;
    // By their bits: NaN is equal to itself, and -0 not to 0.
    std::vector<uint64_t> key(row.size());
    std::memcpy(key.data(), row.data(), row.size() * sizeof(double));
    auto [at, isNew] = leaves.try_emplace(key, leaves.size());
    if (isNew)
      weights.append(row.begin(), row.end());
    return firstLeaf() + static_cast<int32_t>(at->second);
  }

  double absentWeight() const {
    return forest.kind == Kind::Sum   ? 0
           : forest.kind == Kind::Max ? -INFINITY
                                      : INFINITY;
  }

  //===--------------------------------------------------------------------===//
  // Targets
  //===--------------------------------------------------------------------===//

  /// The only target of a tree's leaves; -1: none; nullopt: several.
  std::optional<int64_t> targetOf(size_t root) {
    int64_t target = -1;
    std::set<size_t> known;
    SmallVector<size_t> stack{root};
    while (!stack.empty()) {
      size_t at = stack.pop_back_val();
      if (!known.insert(at).second)
        continue;
      const ForestNode &node = forest.nodes[at];
      if (isSplit(at))
        stack.append({node.yes, node.no});
      for (auto [one, weight] : node.weights) {
        if (target >= 0 && target != one)
          return std::nullopt;
        target = one;
      }
    }
    return target;
  }

  /// Trees of one target each become a group for each target, with one weight
  /// in a leaf, where that does not take many trees of a leaf 0 to make the
  /// groups equal.
  void chooseForm() {
    columns = forest.targets;
    for (size_t root : forest.roots)
      trees.push_back({root});
    if (forest.targets == 1 || forest.kind != Kind::Sum)
      return;
    std::vector<std::vector<size_t>> byTarget(forest.targets);
    for (size_t root : forest.roots) {
      std::optional<int64_t> target = targetOf(root);
      if (!target)
        return;
      if (*target >= 0)
        byTarget[*target].push_back(root);
    }
    size_t longest = 1;
    for (const auto &group : byTarget)
      longest = std::max(longest, group.size());
    if (longest * byTarget.size() > 2 * forest.roots.size())
      return;
    trees.clear();
    for (const auto &group : byTarget) {
      for (size_t root : group)
        trees.push_back({root});
      trees.resize(trees.size() + longest - group.size());
    }
    columns = 1;
    groups = forest.targets;
  }

  void addRoots() {
    for (std::optional<size_t> root : trees)
      roots.push_back(root ? number({*root, false}) : leaf({{0, 0.0}}));
  }

  Node &n;
  const Forest &forest;
  bool isDouble;
  std::vector<std::optional<size_t>> trees; // nothing: a leaf of weight 0
  int64_t columns = 1, groups = 1;
  std::set<SplitId> seen, open;
  std::vector<SplitId> order;
  std::map<SplitId, int32_t> numbers;
  SmallVector<int32_t> features, children, roots;
  SmallVector<double> thresholds, weights;
  SmallVector<bool> missing;
  std::map<std::vector<uint64_t>, size_t> leaves;
  bool lacksWeights = false;
};
} // namespace

Value Forest::build(Node &n, Value x) const {
  return Tables(n, *this, Node::elementOf(x).isF64()).build(x);
}

} // namespace dlc::import
