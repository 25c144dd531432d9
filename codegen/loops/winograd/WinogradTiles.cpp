//===- WinogradTiles.cpp - One tile into and out of Winograd's domain -----===//

#include "codegen/loops/winograd/WinogradEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

Value WinogradEmitter::constantLike(Value value, int64_t number) {
  TypedAttr attribute =
      b.getIntegerAttr(getElementTypeOrSelf(value.getType()), number);
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    attribute = DenseElementsAttr::get(vector, ArrayRef<Attribute>(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

/// Elements of the image; integers widened.
Value WinogradEmitter::loadImage(Value position, int64_t lanes) {
  Value value = load(nest.inputs[0].buffer, position, lanes);
  if (!plan.integers)
    return value;
  Type type = inputType();
  if (lanes > 1)
    type = VectorType::get({lanes}, type);
  return plan.integers->signedData
             ? arith::ExtSIOp::create(b, loc, type, value).getResult()
             : arith::ExtUIOp::create(b, loc, type, value).getResult();
}

/// Widened integers less their zero point.
Value WinogradEmitter::centred(Value value) {
  if (!plan.integers || !plan.integers->dataZero)
    return value;
  return arith::SubIOp::create(b, loc, value,
                               constantLike(value, plan.integers->dataZero));
}

/// A transformed tile of elements that are still more by their zero point:
/// differences do not depend on it, and one point is a sum of four.
void WinogradEmitter::centreSums(Tile &values) {
  if (!plan.integers || !plan.integers->dataZero)
    return;
  Value &sum = values[plan.m + 2 + 1];
  sum = arith::SubIOp::create(b, loc, sum,
                              constantLike(sum, 4 * plan.integers->dataZero));
}

/// Results of integers are four times what they have to be.
Value WinogradEmitter::halved(Value value) {
  constexpr int64_t kBothWays = 2;
  if (!plan.integers)
    return value;
  return arith::ShRSIOp::create(b, loc, value, constantLike(value, kBothWays));
}

Tile WinogradEmitter::loadTile(const TilePosition &tile, Value channel,
                               int64_t lanes) {
  const Access &image = nest.inputs[0];
  ArrayRef<int64_t> c = image.address.coefficients;
  Value start = startOf(image.address, tile, plan.channel, channel);
  Tile values;
  for (int64_t i = 0; i < plan.m + 2; ++i)
    for (int64_t j = 0; j < plan.m + 2; ++j)
      values.push_back(
          loadImage(plus(start, i * c[plan.row] + j * c[plan.column]), lanes));
  return values;
}

/// The lines of a tile: where they lie, moved into the image where they do not.
WinogradEmitter::BorderLine
WinogradEmitter::borderLine(Value tile, const TileRow &row, int64_t stride) {
  BorderLine line;
  Value first = plus(scaled(tile, plan.m), -row.padding);
  for (int64_t i = 0; i < plan.m + 2; ++i) {
    Value position = plus(first, i);
    line.exists.push_back(arith::CmpIOp::create(
        b, loc, arith::CmpIPredicate::ult, position, index(row.input)));
    Value clamped = arith::MaxSIOp::create(b, loc, position, index(0));
    clamped = arith::MinSIOp::create(b, loc, clamped, index(row.input - 1));
    line.offsets.push_back(scaled(clamped, stride));
  }
  return line;
}

/// `value`, or zero when the condition does not hold: bit by bit for vectors,
/// which have no select by a scalar.
Value WinogradEmitter::masked(Value value, Value condition) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type) {
    Value zero =
        arith::ConstantOp::create(b, loc, b.getZeroAttr(value.getType()));
    return arith::SelectOp::create(b, loc, condition, value, zero);
  }
  Type element = b.getIntegerType(type.getElementTypeBitWidth());
  auto bits = VectorType::get(type.getShape(), element);
  Value mask =
      broadcastTo(b, loc, arith::ExtSIOp::create(b, loc, element, condition),
                  type.getDimSize(0));
  if (type == bits)
    return arith::AndIOp::create(b, loc, value, mask);
  Value kept = arith::AndIOp::create(
      b, loc, arith::BitcastOp::create(b, loc, bits, value), mask);
  return arith::BitcastOp::create(b, loc, type, kept);
}

Tile WinogradEmitter::loadBorderTile(const TilePosition &tile, Value channel,
                                     int64_t lanes) {
  const Access &image = nest.inputs[0];
  ArrayRef<int64_t> c = image.address.coefficients;
  BorderLine rows = borderLine(tile.row, plan.rows, c[plan.row]);
  BorderLine columns = borderLine(tile.column, plan.columns, c[plan.column]);
  // Where the image itself begins.
  Value start =
      plus(channel, image.address.constant + plan.rows.padding * c[plan.row] +
                        plan.columns.padding * c[plan.column]);
  Tile values;
  for (auto [rowOffset, rowExists] : llvm::zip(rows.offsets, rows.exists)) {
    Value row = arith::AddIOp::create(b, loc, start, rowOffset);
    for (auto [offset, exists] : llvm::zip(columns.offsets, columns.exists)) {
      Value position = arith::AddIOp::create(b, loc, row, offset);
      values.push_back(
          masked(centred(loadImage(position, lanes)),
                 arith::AndIOp::create(b, loc, rowExists, exists)));
    }
  }
  return values;
}

void WinogradEmitter::storeTransformed(const TilePosition &tile, Value channel,
                                       Tile values) {
  Value target = arith::AddIOp::create(
      b, loc, scaled(tile.inBlock, plan.channels), channel);
  for (auto [point, value] : llvm::enumerate(values))
    store(value, transformed,
          plus(target, static_cast<int64_t>(point) * plan.inputStride()));
}

void WinogradEmitter::transformInput(const TileBlock &block) {
  auto emitTiles = [&](const TilePosition &tile, bool border) {
    forEachVector(plan.channels, inputType().getIntOrFloatBitWidth(),
                  [&](Value channel, int64_t lanes) {
                    Tile values = border ? loadBorderTile(tile, channel, lanes)
                                         : loadTile(tile, channel, lanes);
                    values =
                        emitInputTransform(b, loc, plan.m, std::move(values));
                    if (!border)
                      centreSums(values);
                    storeTransformed(tile, channel, std::move(values));
                  });
  };
  forEachTile(
      block, {plan.rows.firstInside, plan.rows.lastInside},
      {plan.columns.firstInside, plan.columns.lastInside},
      [&](const TilePosition &tile) { emitTiles(tile, false); },
      [&](const TilePosition &tile) { emitTiles(tile, true); });
}

/// What the epilogue makes of one vector of results at (row, column) of a tile.
Value WinogradEmitter::applyEpilogue(Value value, ArrayRef<Value> starts,
                                     int64_t row, int64_t column,
                                     int64_t lanes) {
  if (!nest.epilogue)
    return value;
  SmallVector<Value> arguments;
  for (auto [i, access] : llvm::enumerate(nest.epilogueInputs)) {
    if (!access) {
      arguments.push_back(value);
      continue;
    }
    ArrayRef<int64_t> c = access->address.coefficients;
    Value position;
    if (!access->buffer.splat)
      position = plus(starts[i], row * c[plan.row] + column * c[plan.column]);
    arguments.push_back(
        load(access->buffer, position, c[plan.feature] ? lanes : 1));
  }
  arguments.append(nest.outputs.size(), Value());
  // planWinograd refuses bodies that ask for their position.
  auto position = [](unsigned) { return Value(); };
  auto bufferOf = [&](Value tensor) { return context.bufferOf(tensor); };
  SmallVector<Value> results =
      emitBody(b, *nest.epilogue.getBody(), arguments,
               BodyContext{position, bufferOf, highWordsOf(machine)});
  return broadcastTo(b, loc, results.front(), lanes);
}

/// Runs `fn` under a condition, if there is one.
void WinogradEmitter::onlyIf(Value condition, llvm::function_ref<void()> fn) {
  if (!condition) {
    fn();
    return;
  }
  auto branch = scf::IfOp::create(b, loc, condition);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  fn();
}

/// One vector of features of a tile's outputs, back from the products.
void WinogradEmitter::storeOutputs(const TilePosition &tile, Value feature,
                                   int64_t lanes, bool border) {
  const Access &output = nest.outputs[0];
  ArrayRef<int64_t> c = output.address.coefficients;
  Buffer source;
  source.flat = products;
  source.element = productType(); // the epilogue may make another
  Value from = arith::AddIOp::create(
      b, loc, scaled(tile.inBlock, plan.features), feature);
  Tile values;
  for (int64_t p = 0; p < plan.points(); ++p)
    values.push_back(load(source, plus(from, p * plan.productStride()), lanes));
  values = emitOutputTransform(b, loc, plan.m, std::move(values));
  SmallVector<Value> starts;
  for (const std::optional<Access> &access : nest.epilogueInputs)
    starts.push_back(access && !access->buffer.splat
                         ? startOf(access->address, tile, plan.feature, feature)
                         : Value());
  Value start = startOf(output.address, tile, plan.feature, feature);
  auto exists = [&](Value position, int64_t offset, const TileRow &row) {
    if (!border || offset == 0 || row.output % plan.m == 0)
      return Value();
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt,
                                 plus(scaled(position, plan.m), offset),
                                 index(row.output))
        .getResult();
  };
  for (int64_t i = 0; i < plan.m; ++i)
    onlyIf(exists(tile.row, i, plan.rows), [&] {
      for (int64_t j = 0; j < plan.m; ++j)
        onlyIf(exists(tile.column, j, plan.columns), [&] {
          store(applyEpilogue(halved(values[i * plan.m + j]), starts, i, j,
                              lanes),
                output.buffer.flat,
                plus(start, i * c[plan.row] + j * c[plan.column]));
        });
    });
}

void WinogradEmitter::transformOutput(const TileBlock &block) {
  auto emitTiles = [&](const TilePosition &tile, bool border) {
    forEachVector(plan.features, storedBits(),
                  [&](Value feature, int64_t lanes) {
                    storeOutputs(tile, feature, lanes, border);
                  });
  };
  forEachTile(
      block, {0, plan.rows.wholeOutputs}, {0, plan.columns.wholeOutputs},
      [&](const TilePosition &tile) { emitTiles(tile, false); },
      [&](const TilePosition &tile) { emitTiles(tile, true); });
}

} // namespace dlc::loops
