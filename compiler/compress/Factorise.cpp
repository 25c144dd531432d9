//===- Factorise.cpp - A layer as two smaller ones ------------------------===//
//
// The results y = W x have the second moments C = W G W^T. Of all matrices of
// rank r, U U^T W loses least of y where U are the r eigenvectors of C with the
// largest values: what is left out is the sum of the others.
//
//===----------------------------------------------------------------------===//

#include "compiler/compress/Factorise.h"
#include "compiler/calibrate/numbers/FitRow.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

/// Eigenvectors of more take minutes.
static constexpr int64_t kMostResults = 768;

static std::string refusalOf(const WeightedLayer &layer,
                             const LayerData &data) {
  if (layer.isInteger)
    return "what lies between two layers of integers would need a scale: "
           "compress the float network, then quantise it";
  if (data.groupCount() != 1)
    return "its channels are in groups";
  if (layer.rows.count() > kMostResults)
    return "it has more than " + std::to_string(kMostResults) + " results";
  return "";
}

Directions::Directions(const WeightedLayer &layer, const LayerData &data)
    : refusal(refusalOf(layer, data)), layer(layer), data(data) {
  if (!refusal.empty())
    return;
  int64_t n = layer.rows.count();
  const Matrix &metric = data.momentsOf(0).qq;
  Matrix moments(n);
  for (int64_t i = 0; i < n; ++i) {
    std::vector<double> zeros(metric.n);
    std::vector<double> turned = errorSlope(data.wanted(i), zeros, metric);
    for (int64_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < metric.n; ++k)
        sum += turned[k] * data.wanted(j)[k];
      moments.at(i, j) = moments.at(j, i) = sum;
    }
  }
  of = eigenvectors(std::move(moments));
}

llvm::Expected<Factors> Directions::factors(int64_t rank) const {
  if (!refusal.empty())
    return llvm::createStringError("factorise: " + refusal);
  int64_t n = layer.rows.count(), width = layer.rows.width();
  if (rank >= std::min(n, width))
    return llvm::createStringError(
        "factorise: its rank is at most " + llvm::Twine(std::min(n, width)) +
        ", and " + llvm::Twine(rank) + " would leave nothing out");
  Factors made;
  made.rank = rank;
  made.right.resize(rank * width);
  made.left.resize(n * rank);
  for (int64_t d = 0; d < rank; ++d) {
    llvm::ArrayRef<double> direction = of.rows.row(d);
    std::vector<double> row(width);
    for (int64_t r = 0; r < n; ++r) {
      made.left[r * rank + d] = static_cast<float>(direction[r]);
      for (int64_t i = 0; i < width; ++i)
        row[i] += direction[r] * data.wanted(r)[i];
    }
    for (int64_t i = 0; i < width; ++i)
      made.right[d * width + i] = static_cast<float>(row[i]);
  }
  double left = 0;
  for (int64_t d = rank; d < n; ++d)
    left += std::max(of.values[d], 0.0);
  made.loss = left / std::max(data.energy(), 1e-300);
  for (int64_t r = 0; layer.takesBias && r < n; ++r) {
    std::vector<double> values(width);
    for (int64_t d = 0; d < rank; ++d)
      for (int64_t i = 0; i < width; ++i)
        values[i] += static_cast<double>(made.left[r * rank + d]) *
                     made.right[d * width + i];
    made.bias.push_back((layer.bias.empty() ? 0 : layer.bias[r]) +
                        biasShift(data.momentsOf(r),
                                  layer.rows.row<float>(layer.values, r),
                                  values));
  }
  return made;
}

/// Rows as a tensor of weights: one row for each index along `axis`.
static Constant asWeights(std::vector<int64_t> shape, int64_t axis,
                          llvm::ArrayRef<float> rows) {
  Rows layout(shape, axis);
  std::vector<float> values(rows.size());
  for (int64_t r = 0; r < layout.count(); ++r)
    layout.setRow<float>(values, r,
                         rows.slice(r * layout.width(), layout.width()));
  return floatConstant(std::move(shape), values);
}

void storeTwo(
    Graph &graph, const WeightedLayer &layer, const Factors &factors,
    Constant first, Constant second,
    llvm::function_ref<void(GraphNode &before, GraphNode &after)> describe) {
  NewWeights whole;
  whole.values = layer.values;
  whole.bias = factors.bias;
  storeWeights(graph, layer, whole);
  size_t index = graph.producers().at(layer.result);
  GraphNode before = graph.nodes[index];
  GraphNode &after = graph.nodes[index];
  describe(before, after);
  before.name += "_first";
  before.inputs.resize(2);
  before.inputs[1] = graph.freshName(layer.layer.weights + "_first");
  before.outputs = {graph.freshName(layer.result + "_first")};
  graph.constants[before.inputs[1]] = std::move(first);
  after.inputs[0] = before.outputs.front();
  graph.constants[layer.layer.weights] = std::move(second);
  graph.nodes.insert(graph.nodes.begin() + static_cast<int64_t>(index),
                     std::move(before));
}

void storeFactors(Graph &graph, const WeightedLayer &layer,
                  const Factors &factors) {
  int64_t axis = layer.layer.axis;
  std::vector<int64_t> first = graph.constants.at(layer.layer.weights)->shape;
  std::vector<int64_t> second = first;
  first[axis] = factors.rank;
  second[1 - axis] = factors.rank;
  bool isConv = graph.nodes[graph.producers().at(layer.result)].op == "Conv";
  if (isConv)
    std::fill(second.begin() + 2, second.end(), 1);
  storeTwo(graph, layer, factors, asWeights(first, axis, factors.right),
           asWeights(second, axis, factors.left),
           [&](GraphNode &before, GraphNode &after) {
             if (!isConv)
               return;
             // Of one tap, without strides or padding.
             after.origin.reset();
             after.ints.clear();
             after.lists.clear();
             after.texts.clear();
             before.ints.erase("group");
           });
}

} // namespace dlc::compress
