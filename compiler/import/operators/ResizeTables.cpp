//===- ResizeTables.cpp - Interpolation by tables -------------------------===//

#include "compiler/import/operators/ResizeTables.h"
#include "compiler/evaluate/Interpolation.h"
#include "llvm/ADT/MapVector.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
/// Of products and quotients of doubles that stand for coordinates.
constexpr double kRounding = 1e-9;
/// Of a dimension's table; images have fewer rows.
constexpr double kMaxEntries = 1 << 20;

/// What one position of the result is made of: elements of the input and their
/// weights. Elements beyond the borders are those at the borders.
using Sources = llvm::MapVector<int64_t, double>;

class ResizeTable {
public:
  ResizeTable(Node &n, const TableResize &resize,
              const ResizedDimension &dimension)
      : resize(resize), dimension(dimension),
        inSize(n.shape()[dimension.axis]) {
    if (2 * reach() * static_cast<double>(dimension.size) > kMaxEntries)
      n.fail("dimension " + Twine(dimension.axis) + " of " + Twine(inSize) +
             " elements becomes one of " + Twine(dimension.size) +
             ", which takes a table of more than " +
             Twine(static_cast<int64_t>(kMaxEntries)) + " weights");
    for (int64_t x = 0; x < dimension.size; ++x) {
      double at = coordinate(x);
      double last = static_cast<double>(inSize - 1);
      bool beyond = resize.places == ResizePlaces::CropAndResize &&
                    (at < -kRounding || at > last + kRounding);
      outside.push_back(beyond);
      rows.push_back(sources(beyond ? 0 : at));
    }
  }

  /// The tensor along the dimension; elements that lie outside are any.
  Value apply(Node &n, Value x) const {
    size_t taps = 0;
    for (const Sources &row : rows)
      taps = std::max(taps, row.size());
    Ints indices;
    SmallVector<double> weights;
    for (const Sources &row : rows)
      for (size_t tap = 0; tap < taps; ++tap) {
        bool has = tap < row.size();
        indices.push_back((row.begin() + (has ? tap : 0))->first);
        weights.push_back(has ? (row.begin() + tap)->second : 0);
      }
    int64_t axis = dimension.axis, size = dimension.size;
    Value read =
        n.make<nn::GatherOp>({x, n.integers(indices)}, n.attr("axis", axis));
    if (llvm::all_of(weights, [](double weight) { return weight == 1; }))
      return read;
    Ints shape(Node::shapeOf(x)), along(shape.size() + 1, 1);
    shape[axis] = size;
    shape.insert(shape.begin() + axis + 1, static_cast<int64_t>(taps));
    along[axis] = size;
    along[axis + 1] = static_cast<int64_t>(taps);
    Value products = n.mul(n.reshape(read, shape),
                           n.numbers(weights, along, Node::elementOf(x)));
    return n.reduce(nn::ReduceKind::Sum, products, axis + 1,
                    /*keepdims=*/false);
  }

  /// `value` where a position lies outside.
  Value fill(Node &n, Value x, double value) const {
    if (!llvm::is_contained(outside, true))
      return x;
    Ints along(Node::rankOf(x), 1);
    along[dimension.axis] = dimension.size;
    SmallVector<double> flags(outside.begin(), outside.end());
    Value mask = n.numbers(flags, along, n.f32());
    return n.select(
        n.compare(nn::ComparePredicate::GT, mask, n.scalar(n.f32(), 0.5)),
        n.scalarLike(x, value), x);
  }

private:
  double coordinate(int64_t x) const {
    double at = static_cast<double>(x);
    double size = static_cast<double>(dimension.size);
    double last = static_cast<double>(inSize - 1);
    switch (resize.places) {
    case ResizePlaces::ByCoordinate:
      return evaluate::inputCoordinate(resize.coordinate, x, dimension.scale,
                                       inSize, dimension.size);
    case ResizePlaces::CropAndResize: {
      double extent = (dimension.end - dimension.begin) * last;
      return dimension.begin * last +
             (size > 1 ? at * extent / (size - 1) : extent / 2);
    }
    case ResizePlaces::HalfPixelNearest:
      return (at + 0.5) / dimension.scale;
    }
    llvm_unreachable("all places are listed");
  }

  /// How far apart the kernel sees neighbours: less than 1 where it is widened
  /// to see all that one element of the result stands for.
  double spacing() const {
    return resize.antialias ? std::min(dimension.scale, 1.0) : 1.0;
  }

  /// How far away the elements are of which the kernel takes no more.
  double reach() const {
    return (resize.mode == nn::ResizeMode::Cubic ? 2 : 1) / spacing();
  }

  double kernel(double distance) const {
    return resize.mode == nn::ResizeMode::Cubic
               ? evaluate::cubicWeight(distance, resize.cubicCoefficient)
               : std::max(0.0, 1 - std::fabs(distance));
  }

  Sources sources(double at) const {
    Sources row;
    auto put = [&](int64_t index, double weight) {
      row[std::clamp<int64_t>(index, 0, inSize - 1)] += weight;
    };
    if (resize.mode == nn::ResizeMode::Nearest) {
      put(evaluate::roundedCoordinate(resize.nearest, at), 1);
      return row;
    }
    double total = 0;
    for (auto i = static_cast<int64_t>(std::floor(at - reach())) + 1;
         static_cast<double>(i) < at + reach(); ++i) {
      if (resize.excludeOutside && (i < 0 || i >= inSize))
        continue;
      double weight = kernel((static_cast<double>(i) - at) * spacing());
      total += weight;
      put(i, weight);
    }
    for (auto &[index, weight] : row)
      weight /= total;
    return row;
  }

  const TableResize &resize;
  const ResizedDimension &dimension;
  int64_t inSize;
  SmallVector<Sources> rows;
  SmallVector<bool> outside;
};
} // namespace

Value resizeByTables(Node &n, const TableResize &resize,
                     SmallVector<ResizedDimension> dimensions) {
  if (resize.mode != nn::ResizeMode::Nearest && !isa<FloatType>(n.element()))
    n.fail("its mode interpolates, which is supported on floats only; convert "
           "the input to float");
  // What shrinks most first: the others then have less to do.
  llvm::sort(dimensions, [](const auto &a, const auto &b) {
    return std::tie(a.scale, a.axis) < std::tie(b.scale, b.axis);
  });
  Value result = n.in();
  SmallVector<ResizeTable, 4> tables;
  for (const ResizedDimension &dimension : dimensions) {
    tables.emplace_back(n, resize, dimension);
    result = tables.back().apply(n, result);
  }
  for (const ResizeTable &table : tables)
    result = table.fill(n, result, resize.extrapolation);
  return result;
}

} // namespace dlc::import
