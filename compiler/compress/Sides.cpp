//===- Sides.cpp - A convolution as a column and a row --------------------===//
//
// Weights W[o, i, h, w] are a sum of A[o, r, w] B[r, i, h] over r. With each
// column w of an output a vector of i and h, B are the directions that lose
// least of all these vectors, measured by what the operands have in common, the
// mean of it over the columns. A is then what is nearest to the layer on the
// data, exactly.
//
//===----------------------------------------------------------------------===//

#include "compiler/compress/Sides.h"
#include "compiler/calibrate/numbers/FitRow.h"
#include <cmath>

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

/// Eigenvectors of more take minutes.
static constexpr int64_t kMostOfColumn = 768;

Sides::Sides(const WeightedLayer &layer, const LayerData &data)
    : layer(layer), data(data) {
  WeightShape shape = layer.shape();
  height = shape.height;
  width = shape.width;
  operands = layer.rows.width() / (height * width);
  if (layer.isInteger)
    refusal = "what lies between two layers of integers would need a scale: "
              "compress the float network, then quantise it";
  else if (data.groupCount() != 1)
    refusal = "its channels are in groups";
  else if (height < 2 || width < 2)
    refusal = "its window has one side alone";
  else if (column() > kMostOfColumn)
    refusal = "a column of its windows has more than " +
              std::to_string(kMostOfColumn) + " operands";
  if (!refusal.empty())
    return;
  metric = eigenvectors(columnMetric());
  Rows root(column(), std::vector<double>(column()));
  for (int64_t d = 0; d < column(); ++d)
    for (int64_t i = 0; i < column(); ++i)
      root[d][i] =
          std::sqrt(std::max(metric.values[d], 0.0)) * metric.rows.at(d, i);
  of = eigenvectors(secondMoments(root));
}

/// The mean over columns of the operands' second moments.
Matrix Sides::columnMetric() const {
  const Matrix &whole = data.momentsOf(0).qq;
  Matrix mean(column());
  for (int64_t i = 0; i < column(); ++i)
    for (int64_t j = 0; j < column(); ++j)
      for (int64_t w = 0; w < width; ++w)
        mean.at(i, j) +=
            whole.at(at(i, w), at(j, w)) / static_cast<double>(width);
  return mean;
}

/// Of all columns of weights, seen through the root of the metric.
Matrix Sides::secondMoments(const Rows &root) const {
  Matrix moments(column());
  std::vector<double> seen(column());
  for (int64_t o = 0; o < layer.rows.count(); ++o)
    for (int64_t w = 0; w < width; ++w) {
      for (int64_t d = 0; d < column(); ++d) {
        seen[d] = 0;
        for (int64_t i = 0; i < column(); ++i)
          seen[d] += root[d][i] * data.wanted(o)[at(i, w)];
      }
      for (int64_t i = 0; i < column(); ++i)
        for (int64_t j = 0; j < column(); ++j)
          moments.at(i, j) += seen[i] * seen[j];
    }
  return moments;
}

/// B: what the root of the metric makes the first directions.
Sides::Rows Sides::filters(int64_t rank) const {
  Rows made(rank, std::vector<double>(column()));
  for (int64_t r = 0; r < rank; ++r)
    for (int64_t d = 0; d < column(); ++d) {
      double size = std::sqrt(std::max(metric.values[d], 0.0));
      if (size > 0)
        for (int64_t i = 0; i < column(); ++i)
          made[r][i] += of.rows.at(r, d) / size * metric.rows.at(d, i);
    }
  return made;
}

llvm::Expected<Factors> Sides::factors(int64_t rank) const {
  if (!refusal.empty())
    return llvm::createStringError("factorise: " + refusal);
  int64_t n = layer.rows.count(), most = std::min(column(), n * width);
  if (rank >= most)
    return llvm::createStringError(
        "factorise: its rank is at most " + llvm::Twine(most) + ", and " +
        llvm::Twine(rank) + " would leave nothing out");
  const Matrix &whole = data.momentsOf(0).qq;
  int64_t each = rank * width;
  Rows first = filters(rank), turned;
  // What the second convolution adds up: filter r in column w.
  auto spread = [&](int64_t f) {
    std::vector<double> row(layer.rows.width());
    for (int64_t i = 0; i < column(); ++i)
      row[at(i, f % width)] = first[f / width][i];
    return row;
  };
  std::vector<double> zeros(whole.n);
  for (int64_t f = 0; f < each; ++f)
    turned.push_back(errorSlope(spread(f), zeros, whole));
  Matrix normal(each);
  for (int64_t f = 0; f < each; ++f)
    for (int64_t g = 0; g < each; ++g)
      for (int64_t i = 0; i < column(); ++i)
        normal.at(f, g) += turned[f][at(i, g % width)] * first[g / width][i];
  Rows second(n, std::vector<double>(each));
  for (int64_t o = 0; o < n; ++o)
    for (int64_t f = 0; f < each; ++f)
      for (int64_t i = 0; i < whole.n; ++i)
        second[o][f] += turned[f][i] * data.wanted(o)[i];
  if (!solveRows(normal, second))
    return llvm::createStringError("factorise: its operands do not tell the "
                                   "channels between apart");
  Factors made;
  made.rank = rank;
  made.areSides = true;
  for (const std::vector<double> &row : first)
    made.right.insert(made.right.end(), row.begin(), row.end());
  double loss = 0;
  for (int64_t o = 0; o < n; ++o) {
    made.left.insert(made.left.end(), second[o].begin(), second[o].end());
    std::vector<double> values(whole.n);
    for (int64_t f = 0; f < each; ++f)
      for (int64_t i = 0; i < column(); ++i)
        values[at(i, f % width)] += second[o][f] * first[f / width][i];
    loss += lossOf(data.wanted(o), values, whole);
    if (layer.takesBias)
      made.bias.push_back((layer.bias.empty() ? 0 : layer.bias[o]) +
                          biasShift(data.momentsOf(o),
                                    layer.rows.row<float>(layer.values, o),
                                    values));
  }
  made.loss = loss / std::max(data.energy(), 1e-300);
  return made;
}

/// A list of a convolution's attributes; `absent` for each entry it lacks.
static std::vector<int64_t> listOf(const GraphNode &node, const char *name,
                                   size_t count, int64_t absent) {
  auto found = node.lists.find(name);
  return found == node.lists.end() ? std::vector<int64_t>(count, absent)
                                   : found->second;
}

void storeSides(Graph &graph, const WeightedLayer &layer,
                const Factors &factors) {
  const GraphNode &whole = graph.nodes[graph.producers().at(layer.result)];
  std::vector<int64_t> shape = graph.constants.at(layer.layer.weights)->shape;
  std::vector<int64_t> strides = listOf(whole, "strides", 2, 1),
                       dilations = listOf(whole, "dilations", 2, 1),
                       pads = listOf(whole, "pads", 4, 0);
  auto describe = [&](GraphNode &node, size_t side) {
    node.origin.reset();
    node.ints.clear();
    node.lists.clear();
    std::vector<int64_t> ones{1, 1}, none{0, 0, 0, 0};
    node.lists["kernel_shape"] = node.lists["strides"] =
        node.lists["dilations"] = ones;
    node.lists["pads"] = none;
    node.lists["kernel_shape"][side] = shape[2 + side];
    node.lists["strides"][side] = strides[side];
    node.lists["dilations"][side] = dilations[side];
    // SAME_UPPER and SAME_LOWER are of each side by itself.
    if (node.texts.count("auto_pad") && node.texts["auto_pad"] != "NOTSET") {
      node.lists.erase("pads");
      return;
    }
    node.lists["pads"][side] = pads[side];
    node.lists["pads"][2 + side] = pads[2 + side];
  };
  storeTwo(graph, layer, factors,
           floatConstant({factors.rank, shape[1], shape[2], 1}, factors.right),
           floatConstant({shape[0], factors.rank, 1, shape[3]}, factors.left),
           [&](GraphNode &before, GraphNode &after) {
             describe(before, 0);
             describe(after, 1);
           });
}

} // namespace dlc::compress
