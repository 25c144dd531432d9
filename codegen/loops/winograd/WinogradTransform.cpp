//===- WinogradTransform.cpp - Winograd's three linear maps ---------------===//

#include "codegen/loops/winograd/WinogradTransform.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Arithmetic that knows zeros (null values): tiles at a border of the image
/// have many.
class Arithmetic {
public:
  Arithmetic(OpBuilder &builder, Location loc) : b(builder), loc(loc) {}

  Value add(Value x, Value y) {
    if (!x || !y)
      return x ? x : y;
    if (isInteger(x))
      return arith::AddIOp::create(b, loc, x, y);
    return arith::AddFOp::create(b, loc, x, y, arith::FastMathFlags::contract);
  }
  Value sub(Value x, Value y) {
    if (!y)
      return x;
    if (isInteger(y))
      return arith::SubIOp::create(b, loc, x ? x : zeroOf(y.getType()), y);
    if (!x)
      return mulAdd(-1.0, y, nullptr);
    return arith::SubFOp::create(b, loc, x, y, arith::FastMathFlags::contract);
  }
  /// factor * x + y.
  Value mulAdd(double factor, Value x, Value y) {
    if (!x)
      return y;
    Type type = x.getType();
    TypedAttr number = b.getFloatAttr(getElementTypeOrSelf(type), factor);
    if (auto vector = dyn_cast<VectorType>(type))
      number = SplatElementsAttr::get(vector, Attribute(number));
    Value constant = arith::ConstantOp::create(b, loc, number);
    Value product = arith::MulFOp::create(b, loc, x, constant,
                                          arith::FastMathFlags::contract);
    return add(product, y);
  }

private:
  static bool isInteger(Value x) {
    return isa<IntegerType>(getElementTypeOrSelf(x.getType()));
  }
  Value zeroOf(Type type) {
    return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  }

  OpBuilder &b;
  Location loc;
};

/// The finite points other than 0, in pairs of both signs, for m = 4. 1 and 2
/// would be simpler but lose most of a decimal digit: the closer they lie
/// around 1, the less their powers differ. These powers are exact in float.
constexpr double kA = 0.625, kB = 1.5;
constexpr double kA2 = kA * kA, kB2 = kB * kB;

/// B^T d for one column of a tile.
Tile inputColumn(Arithmetic a, int64_t m, const Tile &d) {
  if (m == 2)
    return {a.sub(d[0], d[2]), a.add(d[1], d[2]), a.sub(d[2], d[1]),
            a.sub(d[1], d[3])};
  Value evenA = a.mulAdd(-kB2, d[2], d[4]), oddA = a.mulAdd(-kB2, d[1], d[3]);
  Value evenB = a.mulAdd(-kA2, d[2], d[4]), oddB = a.mulAdd(-kA2, d[1], d[3]);
  return {a.mulAdd(kA2 * kB2, d[0], a.mulAdd(-kA2 - kB2, d[2], d[4])),
          a.mulAdd(kA, oddA, evenA),
          a.mulAdd(-kA, oddA, evenA),
          a.mulAdd(kB, oddB, evenB),
          a.mulAdd(-kB, oddB, evenB),
          a.mulAdd(kA2 * kB2, d[1], a.mulAdd(-kA2 - kB2, d[3], d[5]))};
}

/// A^T p for one column of products.
Tile outputColumn(Arithmetic a, int64_t m, const Tile &p) {
  Value sumA = a.add(p[1], p[2]), oddA = a.sub(p[1], p[2]);
  if (m == 2)
    return {a.add(p[0], sumA), a.sub(oddA, p[3])};
  Value sumB = a.add(p[3], p[4]), oddB = a.sub(p[3], p[4]);
  return {a.add(a.add(p[0], sumA), sumB),
          a.mulAdd(kA, oddA, a.mulAdd(kB, oddB, nullptr)),
          a.mulAdd(kA2, sumA, a.mulAdd(kB2, sumB, nullptr)),
          a.mulAdd(kA2 * kA, oddA, a.mulAdd(kB2 * kB, oddB, p[5]))};
}

/// Applies `map` to each column of a tile of `width` columns, then to each row
/// of the result.
template <typename Map>
Tile applyBothWays(Arithmetic a, int64_t m, int64_t width, const Tile &tile,
                   Map map) {
  SmallVector<Tile> columns;
  for (int64_t c = 0; c < width; ++c) {
    Tile column;
    for (int64_t r = 0; r < width; ++r)
      column.push_back(tile[r * width + c]);
    columns.push_back(map(a, m, column));
  }
  Tile result;
  for (size_t r = 0; r < columns.front().size(); ++r) {
    Tile row;
    for (const Tile &column : columns)
      row.push_back(column[r]);
    result.append(map(a, m, row));
  }
  return result;
}
} // namespace

Tile emitInputTransform(OpBuilder &builder, Location loc, int64_t m,
                        Tile tile) {
  return applyBothWays(Arithmetic(builder, loc), m, m + 2, tile, inputColumn);
}

Tile emitOutputTransform(OpBuilder &builder, Location loc, int64_t m,
                         Tile products) {
  return applyBothWays(Arithmetic(builder, loc), m, m + 2, products,
                       outputColumn);
}

const double *filterCoefficients(int64_t m, int64_t point) {
  static const double g2[4][3] = {
      {1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
  // A point p has the row (1, p, p^2) / product over the other points of p - q.
  constexpr double nA = 2 * kA2 * (kA2 - kB2), nB = 2 * kB2 * (kB2 - kA2);
  static const double g4[6][3] = {
      {1 / (kA2 * kB2), 0, 0},      {1 / nA, kA / nA, kA2 / nA},
      {1 / nA, -kA / nA, kA2 / nA}, {1 / nB, kB / nB, kB2 / nB},
      {1 / nB, -kB / nB, kB2 / nB}, {0, 0, 1}};
  return m == 2 ? g2[point] : g4[point];
}

void transformFilter(int64_t m, const double filter[9], double *result) {
  int64_t width = m + 2;
  for (int64_t r = 0; r < width; ++r) {
    const double *down = filterCoefficients(m, r);
    for (int64_t c = 0; c < width; ++c) {
      const double *across = filterCoefficients(m, c);
      double sum = 0;
      for (int64_t i = 0; i < 3; ++i)
        for (int64_t j = 0; j < 3; ++j)
          sum += down[i] * filter[i * 3 + j] * across[j];
      result[r * width + c] = sum;
    }
  }
}

} // namespace dlc::loops
