//===- IntegerWinogradEmitter.cpp - Tiles of points as kernels ------------===//

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/winograd_integers/IntegerWinograd.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;

/// [images][rows of tiles][tiles]: pixels become points, then results.
class Emitter : public IntegerCode {
public:
  Emitter(StageContext &context, Nest &nest, const IntegerWinogradPlan &plan)
      : IntegerCode(context, nest), plan(plan), image(nest.inputs[plan.data]),
        result(nest.outputs.front()) {}

  void emit() {
    auto weights = std::make_shared<IntegerWinogradWeights>(
        plan.sums, *plan.instructions, plan.block, plan.shift);
    stream =
        context.encode(nest.inputs[plan.weights], weights, plan.beside).front();
    points = context.scratch(plan.tileBytes() / kWord, b.getI32Type());
    if (int64_t bytes = plan.besideBytes(nest))
      beside = context.scratch(bytes, b.getI8Type());
    forEachOf(plan.outer, [&] { emitTiles(); });
  }

private:
  /// Along one dimension of the convolution: the tile, and its first result.
  struct Place {
    Value tile, start;
  };

  void emitTiles() {
    forEach(plan.rows.count, [&](Value i) {
      row = {i, times(i, kTileResults)};
      forEach(plan.columns.count, [&](Value j) {
        column = {j, times(j, kTileResults)};
        at[plan.row] = row.start;
        at[plan.column] = column.start;
        transform();
        finish();
      });
    });
    at[plan.row] = at[plan.column] = nullptr;
    // Each tile reads and writes its own.
    auto loop = dyn_cast_or_null<scf::ForOp>(
        plan.rows.count > 1 ? &*std::prev(b.getInsertionPoint()) : nullptr);
    if (loop && plan.outer.empty())
      arena::anyOrderAttr.put(loop);
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

  /// Whether a tile is one of [first, last); null if all of them are.
  Value isIn(const Place &place, const TileRow &tiles, int64_t first,
             int64_t last) {
    if (first == 0 && last == tiles.count)
      return nullptr;
    Value from = plus(place.tile, index(-first));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, from,
                                 index(last - first));
  }

  Value both(Value x, Value y) {
    if (!x || !y)
      return x ? x : y;
    return arith::AndIOp::create(b, loc, x, y);
  }

  // Pixels.

  void transform() {
    Value start = plus(addressOf(image.buffer.flat), startOf(image.address));
    Value inside =
        both(isIn(row, plan.rows, plan.rows.firstInside, plan.rows.lastInside),
             isIn(column, plan.columns, plan.columns.firstInside,
                  plan.columns.lastInside));
    ifElse(
        inside, [&] { transform(start, plan.pixelRow, plan.pixel); },
        [&] {
          copyPixels(start);
          transform(addressOf(beside), kTilePixels * plan.channels,
                    plan.channels);
        });
  }

  void transform(Value pixels, int64_t stride, int64_t pixel) {
    kernel::WinogradInputOp::create(b, loc, TypeRange(), pixels, index(stride),
                                    addressOf(points), plan.channels, pixel,
                                    stored(), halfword(), instructions());
  }

  /// Those of a tile's pixels that exist, and the zero point for the others.
  void copyPixels(Value start) {
    Value target = addressOf(beside);
    kernel::FillOp::create(
        b, loc, TypeRange(), target, index(kPoints * plan.channels),
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

  void finish() {
    Value whole =
        both(isIn(row, plan.rows, 0, plan.rows.wholeOutputs),
             isIn(column, plan.columns, 0, plan.columns.wholeOutputs));
    if (plan.storesWhole(nest))
      return ifElse(
          whole,
          [&] { multiply(target(), result.address.coefficients[plan.row]); },
          [&] { multiplyBeside(); });
    multiplyBeside();
  }

  Value target() {
    return plus(addressOf(result.buffer.flat), startOf(result.address));
  }

  void multiply(Value results, int64_t stride) {
    kernel::WinogradColumnsOp::create(
        b, loc, TypeRange(), addressOf(points), addressOf(stream), results,
        index(stride), plan.channels, plan.features, plan.block,
        productsOf(b.getContext(), *plan.instructions, LeftForm::Widened,
                   /*signedLeft=*/true, WeightForm::Halfwords,
                   /*signedWeights=*/true),
        *plan.stored, instructions());
  }

  /// Into scratch memory; then what exists to where it is to be.
  void multiplyBeside() {
    multiply(addressOf(beside), kTileResults * plan.features);
    forEach(resultsOf(row, plan.rows), [&](Value r) {
      at[plan.row] = plus(row.start, r);
      Value from = times(r, kTileResults * plan.features);
      if (plan.storesWhole(nest))
        copy(plus(addressOf(beside), from), plan.features, target(),
             resultsOf(column, plan.columns), plan.features);
      else
        finishRow(from);
    });
    at[plan.row] = row.start;
    at[plan.column] = column.start;
  }

  void finishRow(Value from) {
    forEach(resultsOf(column, plan.columns), [&](Value c) {
      at[plan.column] = plus(column.start, c);
      Value start = plus(from, times(c, plan.features));
      if (!plan.inParts)
        return copy(plus(addressOf(beside), start), plan.features, target(),
                    index(1), plan.features);
      forEach(plan.features, [&](Value feature) {
        at[plan.feature] = feature;
        storeThroughRest(
            memref::LoadOp::create(b, loc, beside, plus(start, feature)), plan);
      });
      at[plan.feature] = nullptr;
    });
  }

  void forEach(Value count, llvm::function_ref<void(Value)> body) {
    IntegerCode::forEach(index(0), count, body);
  }
  using IntegerCode::forEach;

  /// How many of a tile's results exist along a side.
  Value resultsOf(const Place &place, const TileRow &tiles) {
    if (tiles.wholeOutputs == tiles.count)
      return index(kTileResults);
    Value left =
        arith::SubIOp::create(b, loc, index(tiles.output), place.start);
    return arith::MinSIOp::create(b, loc, index(kTileResults), left);
  }

  IntegerType stored() {
    return IntegerType::get(b.getContext(), 8,
                            plan.sums.signedData ? IntegerType::Signed
                                                 : IntegerType::Unsigned);
  }
  IntegerType halfword() {
    return IntegerType::get(b.getContext(), 16, IntegerType::Signed);
  }
  kernel::InstructionsAttr instructions() {
    return kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                         plan.instructions->load);
  }

  const IntegerWinogradPlan &plan;
  const Access &image, &result;
  Place row, column;
  Value stream, points; // i32
  Value beside;         // i8: pixels of a tile at the border, or its results
};
} // namespace

void emitIntegerWinograd(StageContext &context, Nest &nest,
                         const IntegerWinogradPlan &plan) {
  Emitter(context, nest, plan).emit();
}

} // namespace dlc::loops
