//===- IntegerWinogradEmitter.cpp - Tiles of points as kernels ------------===//

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/winograd_integers/FilterPoints.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include <numeric>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;
constexpr int64_t kTogether = 4; // features of an iteration, at most

/// [images][rows of tiles][tiles]: pixels become points, then results.
class Emitter : public IntegerCode {
public:
  Emitter(StageContext &context, Nest &nest, const IntegerWinogradPlan &plan)
      : IntegerCode(context, nest), plan(plan), image(nest.inputs[plan.data]),
        result(nest.outputs.front()) {}

  void emit() {
    auto weights = std::make_shared<IntegerWinogradWeights>(
        plan.sums, *plan.instructions, plan.block, plan.shift, plan.strip != 0,
        plan.limbs);
    SmallVector<Value> constants =
        context.encode(nest.inputs[plan.weights], weights, plan.beside);
    stream = constants.front();
    points = context.scratch(plan.stripBytes() / kWord, b.getI32Type());
    if (plan.strip)
      filters.emplace(context, nest, plan, constants);
    if (int64_t bytes = plan.besideBytes(nest))
      beside = context.scratch(bytes, b.getI8Type());
    forEachOf(plan.outer, [&] { emitTiles(); });
  }

private:
  /// Along one dimension of the convolution: which tile it is, or which tiles
  /// together, and the first result.
  struct Place {
    Value number, start;
  };

  void emitTiles() {
    if (plan.strip)
      return emitStrips();
    forEach(plan.rows.count, [&](Value i) {
      setRow(i);
      forEach(groups(), [&](Value j) {
        transformGroup(j, addressOf(points));
        setGroup(j);
        finish(addressOf(points));
      });
    });
    at[plan.row] = at[plan.column] = nullptr;
    // Each tile reads and writes its own.
    auto loop = dyn_cast_or_null<scf::ForOp>(
        plan.rows.count > 1 ? &*std::prev(b.getInsertionPoint()) : nullptr);
    if (loop && plan.outer.empty())
      arena::anyOrderAttr.put(loop);
  }

  /// All tiles of a strip become points, then block by block the filters do.
  void emitStrips() {
    forEach(plan.rows.count / plan.strip, [&](Value strip) {
      Value start = times(strip, plan.strip);
      auto forEachGroup = [&](llvm::function_ref<void(Value, Value)> body) {
        forEach(plan.strip, [&](Value i) {
          setRow(plus(start, i));
          forEach(groups(), [&](Value j) {
            Value number = plus(times(i, groups()), j);
            body(j, plus(addressOf(points), times(number, plan.pointBytes())));
          });
        });
      };
      forEachGroup([&](Value j, Value to) { transformGroup(j, to); });
      forEach(plan.features / plan.block, [&](Value block) {
        filters->emit(block);
        first = times(block, plan.block);
        forEachGroup([&](Value j, Value from) {
          setGroup(j);
          finish(from);
        });
        first = nullptr;
      });
    });
    at[plan.row] = at[plan.column] = nullptr;
  }

  /// Tiles of a row that are computed together.
  int64_t groups() const { return plan.columns.count / plan.tiles; }

  void setRow(Value i) {
    row = {i, times(i, kTileResults)};
    at[plan.row] = row.start;
  }

  void setGroup(Value j) {
    column = {j, times(j, kTileResults * plan.tiles)};
    at[plan.column] = column.start;
  }

  void transformGroup(Value j, Value to) {
    forEach(plan.tiles, [&](Value tile) {
      Value number = plus(times(j, plan.tiles), tile);
      column = {number, times(number, kTileResults)};
      at[plan.column] = column.start;
      transform(plus(to, times(tile, plan.elementBytes)));
    });
  }

  /// `then` where a condition holds, which may be known (null: it does).
  void ifElse(Value condition, llvm::function_ref<void()> then,
              llvm::function_ref<void()> otherwise) {
    if (!condition)
      return then();
    auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    then();
    b.setInsertionPointToStart(branch.elseBlock());
    otherwise();
  }

  /// Whether a place is one of [first, last); null if all of `count` are.
  Value isIn(const Place &place, int64_t first, int64_t last, int64_t count) {
    if (first == 0 && last == count)
      return nullptr;
    Value from = plus(place.number, index(-first));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, from,
                                 index(last - first));
  }

  Value both(Value x, Value y) {
    if (!x || !y)
      return x ? x : y;
    return arith::AndIOp::create(b, loc, x, y);
  }

  // Pixels.

  /// Pixels of a tile to points from an address on.
  void transform(Value to) {
    Value start = plus(addressOf(image.buffer.flat), startOf(image.address));
    const TileRow &rows = plan.rows, &columns = plan.columns;
    Value inside = both(
        isIn(row, rows.firstInside, rows.lastInside, rows.count),
        isIn(column, columns.firstInside, columns.lastInside, columns.count));
    ifElse(
        inside, [&] { transform(start, plan.pixelRow, plan.pixel, to); },
        [&] {
          copyPixels(start, border());
          transform(border(), kTilePixels * plan.channels, plan.channels, to);
        });
  }

  void transform(Value pixels, int64_t stride, int64_t pixel, Value to) {
    kernel::WinogradInputOp::create(b, loc, TypeRange(), pixels, index(stride),
                                    to, plan.wholeChannels(), pixel, plan.tiles,
                                    stored(), element(), instructions());
  }

  /// Where pixels of a tile at the border are put together.
  Value border() { return plan.strip ? filters->address() : addressOf(beside); }

  /// Those of a tile's pixels that exist, and the zero point for the others.
  void copyPixels(Value start, Value target) {
    kernel::FillOp::create(
        b, loc, TypeRange(), target, index(plan.borderBytes()),
        static_cast<int8_t>(plan.sums.dataZero), instructions());
    auto [top, bottom] = pixelsOf(row, plan.rows);
    auto [left, right] = pixelsOf(column, plan.columns);
    Value count = arith::SubIOp::create(b, loc, right, left);
    Value from = plus(start, times(left, plan.pixel));
    Value to = plus(target, times(left, plan.channels));
    forEach(top, bottom, [&](Value r) {
      copy(plus(from, times(r, plan.pixelRow)), plan.pixel,
           plus(to, times(r, kTilePixels * plan.channels)), count,
           plan.channels);
    });
  }

  /// The first of a tile's pixels that exists along a side, and the first
  /// behind it that does not.
  std::pair<Value, Value> pixelsOf(const Place &place, const TileRow &tiles) {
    auto left = [&](int64_t from) -> Value {
      return arith::SubIOp::create(b, loc, index(from), place.start);
    };
    Value first = arith::MaxSIOp::create(b, loc, index(0), left(tiles.padding));
    Value end = arith::MinSIOp::create(b, loc, index(kTilePixels),
                                       left(tiles.padding + tiles.input));
    return {first, end};
  }

  void copy(Value source, int64_t stride, Value target, Value rows,
            int64_t bytes) {
    kernel::CopyOp::create(b, loc, TypeRange(), source, index(stride), target,
                           rows, bytes, /*flipped=*/false, instructions());
  }

  // Results.

  void finish(Value from) {
    const TileRow &rows = plan.rows, &columns = plan.columns;
    Value whole = both(isIn(row, 0, rows.wholeOutputs, rows.count),
                       isIn(column, 0, columns.wholeOutputs / plan.tiles,
                            columns.count / plan.tiles));
    if (plan.storesWhole(nest))
      return ifElse(
          whole,
          [&] {
            multiply(from, target(), plan.features,
                     result.address.coefficients[plan.row]);
          },
          [&] { multiplyBeside(from); });
    multiplyBeside(from);
  }

  /// Where the first of the features goes that are computed at once.
  Value target() {
    Value start = plus(addressOf(result.buffer.flat), startOf(result.address));
    return first ? plus(start, first) : start;
  }

  void multiply(Value from, Value results, int64_t pixel, int64_t stride) {
    Value right = plan.strip ? filters->address() : addressOf(stream);
    kernel::WinogradColumnsOp::create(
        b, loc, TypeRange(), from, right, results, index(stride),
        plan.wholeChannels(), plan.width(), pixel, plan.tiles, plan.block,
        kernel::ProductsAttr::get(b.getContext(), element(), integer(16),
                                  b.getI32Type(), plan.instructions->group),
        *plan.stored, instructions());
  }

  /// Into scratch memory; then what exists to where it is to be.
  void multiplyBeside(Value from) {
    multiply(from, addressOf(beside), plan.width(),
             rowResults() * plan.width());
    forEach(resultsOf(row, plan.rows, kTileResults), [&](Value r) {
      at[plan.row] = plus(row.start, r);
      Value results = times(r, rowResults() * plan.width());
      if (plan.storesWhole(nest) && !plan.strip)
        copy(plus(addressOf(beside), results), plan.features, target(),
             resultsOf(column, plan.columns, rowResults()), plan.features);
      else
        finishRow(results);
    });
    at[plan.row] = row.start;
    at[plan.column] = column.start;
  }

  void finishRow(Value from) {
    forEach(resultsOf(column, plan.columns, rowResults()), [&](Value c) {
      at[plan.column] = plus(column.start, c);
      Value start = plus(from, times(c, plan.width()));
      if (!plan.inParts)
        return copy(plus(addressOf(beside), start), plan.width(), target(),
                    index(1), plan.width());
      int64_t together = std::gcd(plan.width(), kTogether);
      forEach(plan.width() / together, [&](Value some) {
        for (int64_t i = 0; i < together; ++i) {
          Value feature = plus(times(some, together), index(i));
          at[plan.feature] = first ? plus(first, feature) : feature;
          storeThroughRest(
              memref::LoadOp::create(b, loc, beside, plus(start, feature)),
              plan);
        }
      });
      at[plan.feature] = nullptr;
    });
  }

  void forEach(Value count, llvm::function_ref<void(Value)> body) {
    IntegerCode::forEach(index(0), count, body);
  }
  using IntegerCode::forEach;

  /// Results of tiles that are computed together, in a row of them.
  int64_t rowResults() const { return kTileResults * plan.tiles; }

  /// How many of so many results exist along a side.
  Value resultsOf(const Place &place, const TileRow &tiles, int64_t most) {
    if (tiles.wholeOutputs == tiles.count)
      return index(most);
    Value left =
        arith::SubIOp::create(b, loc, index(tiles.output), place.start);
    return arith::MinSIOp::create(b, loc, index(most), left);
  }

  IntegerType stored() {
    return IntegerType::get(b.getContext(), 8,
                            plan.sums.signedData ? IntegerType::Signed
                                                 : IntegerType::Unsigned);
  }
  IntegerType integer(unsigned bits) {
    return IntegerType::get(b.getContext(), bits, IntegerType::Signed);
  }
  IntegerType element() { return integer(8 * plan.elementBytes); }
  kernel::InstructionsAttr instructions() {
    return kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                         plan.instructions->load);
  }

  const IntegerWinogradPlan &plan;
  const Access &image, &result;
  Place row, column;
  Value first; // of the features that are computed at once; null: all are
  std::optional<FilterPoints> filters;
  Value stream, points; // i32
  Value beside;         // i8: pixels of a tile at the border, or its results
};
} // namespace

void emitIntegerWinograd(StageContext &context, Nest &nest,
                         const IntegerWinogradPlan &plan) {
  Emitter(context, nest, plan).emit();
}

} // namespace dlc::loops
