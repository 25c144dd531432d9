//===- ImportEinsum.cpp - Einstein sums -----------------------------------===//
//
// Every operand's dimensions have letters. Letters that the result lacks are
// summed; two operands at a time become a batched matrix product:
//
//   "bhwc,hkc->bhwk":  batch h, rows bw, inner c, columns k
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// A tensor whose dimensions have letters. '0', '1', ... are the dimensions of
/// an ellipsis, counted from its end.
struct Labelled {
  Value value;
  std::string labels;

  int64_t size(char label) const {
    return Node::shapeOf(value)[labels.find(label)];
  }
  bool has(char label) const { return labels.find(label) != std::string::npos; }
};

class Einsum {
public:
  explicit Einsum(Node &n) : n(n) {}

  void run() {
    parse();
    Labelled sum = terms.front();
    if (terms.size() == 1)
      sum = reduceTo(sum, result);
    for (size_t i = 1; i < terms.size(); ++i) {
      std::string needed = result;
      for (size_t later = i + 1; later < terms.size(); ++later)
        needed += terms[later].labels;
      sum = contract(sum, terms[i], needed);
    }
    n.set(transposed(sum, result).value);
  }

private:
  void parse() {
    std::string text = n.stringAttr("equation", "");
    llvm::erase(text, ' ');
    StringRef inputs, output;
    bool isExplicit = StringRef(text).contains("->");
    std::tie(inputs, output) = StringRef(text).split("->");
    SmallVector<StringRef> parts;
    inputs.split(parts, ',');
    if (parts.size() != n.numInputs())
      n.fail("the equation '" + text + "' is for " +
             counted(parts.size(), "input", "inputs") + ", but the node has " +
             Twine(n.numInputs()));
    for (auto [i, part] : llvm::enumerate(parts)) {
      int64_t letters = part.size() - (part.contains("...") ? 3 : 0);
      int64_t dots = n.rank(i) - letters;
      if (dots < 0 || (dots > 0 && !part.contains("...")))
        n.fail("'" + part + "' of the equation does not fit input " +
               Twine(i + 1) + " of rank " + Twine(n.rank(i)));
      ellipsis = std::max(ellipsis, dots);
      std::string labels = expand(part, dots);
      written += labels;
      terms.push_back(diagonal({n.in(i), labels}));
    }
    result = isExplicit ? expand(output, ellipsis) : implicitResult();
    checkResult();
  }

  std::string expand(StringRef part, int64_t dots) {
    if (dots > 10)
      n.fail("an ellipsis of more than 10 dimensions is not supported");
    auto [before, after] = part.split("...");
    std::string labels = before.str();
    if (part.contains("..."))
      for (int64_t i = dots; i-- > 0;)
        labels += static_cast<char>('0' + i);
    labels += after.str();
    for (char label : before.str() + after.str())
      if (!llvm::isAlpha(label))
        n.fail("the equation has the letter '" + Twine(label) + "'");
    return labels;
  }

  /// Without "->": the letters that occur once, in alphabetical order.
  std::string implicitResult() {
    std::string all = written, once;
    for (int64_t i = ellipsis; i-- > 0;)
      once += static_cast<char>('0' + i);
    llvm::sort(all);
    for (char label : all)
      if (llvm::isAlpha(label) && llvm::count(all, label) == 1)
        once += label;
    return once;
  }

  void checkResult() {
    for (char label : result)
      if (llvm::count(result, label) != 1 ||
          llvm::none_of(terms, [&](auto &term) { return term.has(label); }))
        n.fail("the result's '" + Twine(label) +
               "' must name one dimension of an operand");
  }

  /// A letter that occurs twice in one operand takes its diagonal: of both
  /// dimensions as one, every size + 1-th element.
  Labelled diagonal(const Labelled &term) {
    size_t first = 0, second = std::string::npos;
    for (; first < term.labels.size(); ++first) {
      second = term.labels.find(term.labels[first], first + 1);
      if (second != std::string::npos)
        break;
    }
    if (second == std::string::npos)
      return term;
    ArrayRef<int64_t> shape = Node::shapeOf(term.value);
    int64_t size = shape[first];
    std::string labels(1, term.labels[first]);
    if (shape[second] != size)
      n.fail("'" + labels + "' of the equation has the sizes " + Twine(size) +
             " and " + Twine(shape[second]));
    Ints perm{static_cast<int64_t>(first), static_cast<int64_t>(second)};
    Ints flat{size * size};
    for (size_t d = 0; d < shape.size(); ++d)
      if (d != first && d != second) {
        perm.push_back(static_cast<int64_t>(d));
        flat.push_back(shape[d]);
        labels += term.labels[d];
      }
    Ints sizes(flat), steps(flat.size(), 1);
    sizes[0] = size;
    steps[0] = size + 1;
    Value both = n.reshape(n.transpose(term.value, perm), flat);
    return diagonal(
        {n.slice(both, Ints(flat.size(), 0), sizes, steps), labels});
  }

  /// Sums the dimensions that `needed` does not name.
  Labelled reduceTo(const Labelled &term, StringRef needed) {
    Ints axes;
    std::string kept;
    for (auto [i, label] : llvm::enumerate(term.labels)) {
      if (needed.contains(label))
        kept += label;
      else
        axes.push_back(i);
    }
    if (axes.empty())
      return term;
    return {n.reduce(nn::ReduceKind::Sum, term.value, axes, false), kept};
  }

  Labelled transposed(const Labelled &term, const std::string &order) {
    Ints perm;
    for (char label : order)
      perm.push_back(term.labels.find(label));
    return {n.transpose(term.value, perm), order};
  }

  /// Dimensions of an ellipsis broadcast: bring both sides to one size.
  void broadcastShared(Labelled &a, Labelled &b) {
    for (char label : a.labels) {
      if (!b.has(label) || a.size(label) == b.size(label))
        continue;
      if (a.size(label) != 1 && b.size(label) != 1)
        n.fail("'" + Twine(label) + "' of the equation has the sizes " +
               Twine(a.size(label)) + " and " + Twine(b.size(label)));
      Labelled &small = a.size(label) == 1 ? a : b;
      Ints shape(Node::shapeOf(small.value));
      shape[small.labels.find(label)] = std::max(a.size(label), b.size(label));
      small.value = n.broadcast(small.value, shape);
    }
  }

  int64_t product(const Labelled &term, StringRef labels) {
    int64_t size = 1;
    for (char label : labels)
      size *= term.size(label);
    return size;
  }

  Labelled contract(Labelled a, Labelled b, StringRef needed) {
    // What only one side has and nobody needs is summed before the product.
    a = reduceTo(a, needed.str() + b.labels);
    b = reduceTo(b, needed.str() + a.labels);
    broadcastShared(a, b);
    std::string batch, rows, inner, columns;
    for (char label : a.labels)
      (!b.has(label) ? rows : needed.contains(label) ? batch : inner) += label;
    for (char label : b.labels)
      if (!a.has(label))
        columns += label;
    Value left = transposed(a, batch + rows + inner).value;
    Value right = transposed(b, batch + inner + columns).value;
    int64_t batches = product(a, batch);
    left = n.reshape(left, {batches, product(a, rows), product(a, inner)});
    right = n.reshape(right, {batches, product(b, inner), product(b, columns)});
    Ints shape;
    for (char label : batch + rows)
      shape.push_back(a.size(label));
    for (char label : columns)
      shape.push_back(b.size(label));
    return {n.reshape(n.matmul(left, right), shape), batch + rows + columns};
  }

  Node &n;
  std::vector<Labelled> terms;
  /// All letters of all operands, diagonals' twice.
  std::string written;
  std::string result;
  int64_t ellipsis = 0;
};
} // namespace

void importEinsum(Node &n) { Einsum(n).run(); }

} // namespace dlc::import
