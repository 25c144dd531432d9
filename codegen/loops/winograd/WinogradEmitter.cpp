//===- WinogradEmitter.cpp - Winograd's steps as loops --------------------===//

#include "codegen/loops/winograd/WinogradEmitter.h"
#include "codegen/loops/winograd/WinogradProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

Value WinogradEmitter::scaled(Value value, int64_t factor) {
  return arith::MulIOp::create(b, loc, value, index(factor));
}

Value WinogradEmitter::plus(Value value, int64_t addend) {
  return addend
             ? arith::AddIOp::create(b, loc, value, index(addend)).getResult()
             : value;
}

/// The address of a tile's first element at a position of `vectorDim`.
Value WinogradEmitter::startOf(const Linear &address, const TilePosition &tile,
                               unsigned vectorDim, Value vectorPosition) {
  ArrayRef<int64_t> c = address.coefficients;
  Value sum =
      arith::AddIOp::create(b, loc, scaled(tile.row, c[plan.row] * plan.m),
                            scaled(tile.column, c[plan.column] * plan.m));
  if (c[vectorDim] != 0)
    sum = arith::AddIOp::create(b, loc, sum,
                                scaled(vectorPosition, c[vectorDim]));
  return plus(sum, address.constant);
}

Value WinogradEmitter::load(const Buffer &buffer, Value position,
                            int64_t lanes) {
  if (buffer.splat)
    return arith::ConstantOp::create(b, loc, buffer.splat);
  if (lanes == 1)
    return memref::LoadOp::create(b, loc, buffer.flat, position);
  return vector::LoadOp::create(b, loc,
                                VectorType::get({lanes}, buffer.element),
                                buffer.flat, ValueRange{position});
}

void WinogradEmitter::store(Value value, Value buffer, Value position) {
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(b, loc, value, buffer, ValueRange{position});
  else
    memref::StoreOp::create(b, loc, value, buffer, position);
}

/// Whether the tile is in the range; null when each of `count` tiles is.
Value WinogradEmitter::isIn(Value tile, TileRange range, int64_t count) {
  if (range.first == 0 && range.last == count)
    return nullptr;
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                               plus(tile, -range.first),
                               index(range.last - range.first));
}

/// The tiles of a block: `inside` for those in both ranges, `border` for the
/// others.
void WinogradEmitter::forEachTile(const TileBlock &block, TileRange rows,
                                  TileRange columns, PerTile inside,
                                  PerTile border) {
  auto rowLoop = scf::ForOp::create(b, loc, block.row, block.rowEnd, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(rowLoop.getBody());
  Value row = rowLoop.getInductionVar();
  Value rowInBlock = arith::SubIOp::create(b, loc, row, block.row);
  Value rowStart = scaled(rowInBlock, plan.columnsPerBlock);
  if (plan.columnsPerBlock < plan.columns.count)
    rowStart = arith::SubIOp::create(b, loc, rowStart, block.column);
  Value rowInside = isIn(row, rows, plan.rows.count);
  auto columnLoop =
      scf::ForOp::create(b, loc, block.column, block.columnEnd, index(1));
  b.setInsertionPointToStart(columnLoop.getBody());
  Value column = columnLoop.getInductionVar();
  TilePosition tile{row, column,
                    arith::AddIOp::create(b, loc, rowStart, column)};
  Value isInside = isIn(column, columns, plan.columns.count);
  if (isInside && rowInside)
    isInside = arith::AndIOp::create(b, loc, rowInside, isInside);
  else if (rowInside)
    isInside = rowInside;
  if (!isInside) {
    inside(tile);
    return;
  }
  auto branch = scf::IfOp::create(b, loc, isInside, /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  inside(tile);
  b.setInsertionPointToStart(branch.elseBlock());
  border(tile);
}

/// Calls `fn` with the start and the lanes of the vectors that make up `size`
/// elements of so many bits.
void WinogradEmitter::forEachVector(
    int64_t size, unsigned bits, llvm::function_ref<void(Value, int64_t)> fn) {
  int64_t lanes = machine.vectorBits / bits;
  int64_t whole = size - size % lanes;
  if (whole) {
    auto loop =
        scf::ForOp::create(b, loc, index(0), index(whole), index(lanes));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    fn(loop.getInductionVar(), lanes);
  }
  for (int64_t at = whole; at < size; at += lanes) {
    while (lanes > size - at)
      lanes /= 2;
    fn(index(at), lanes);
  }
}

/// A sum of products of 16 bits, for strategies to read: what is multiplied is
/// no operand of the stage's own. Whoever asks for it erases it.
linalg::GenericOp WinogradEmitter::makeProduct() {
  MLIRContext *context = b.getContext();
  SmallVector<AffineExpr> d(4);
  bindDimsList(context, MutableArrayRef(d));
  auto map = [&](ArrayRef<AffineExpr> of) {
    return AffineMap::get(4, 0, of, context);
  };
  auto operand = [&](ArrayRef<int64_t> shape, Type element) -> Value {
    return tensor::EmptyOp::create(b, loc, shape, element);
  };
  int64_t points = plan.points(), tiles = plan.tilesPerBlock();
  Value data = operand({points, tiles, plan.channels}, inputType());
  Value filter = operand({points, plan.channels, plan.features}, inputType());
  Value sums = operand({points, tiles, plan.features}, productType());
  auto parallel = utils::IteratorType::parallel;
  return linalg::GenericOp::create(
      b, loc, sums.getType(), ValueRange{data, filter}, sums,
      {map({d[0], d[1], d[3]}), map({d[0], d[3], d[2]}),
       map({d[0], d[1], d[2]})},
      {parallel, parallel, parallel, utils::IteratorType::reduction},
      [&](OpBuilder &body, Location at, ValueRange arguments) {
        Type word = productType();
        Value left = arith::ExtSIOp::create(body, at, word, arguments[0]);
        Value right = arith::ExtSIOp::create(body, at, word, arguments[1]);
        Value product = arith::MulIOp::create(body, at, left, right);
        Value sum = arith::AddIOp::create(body, at, arguments[2], product);
        linalg::YieldOp::create(body, at, sum);
      });
}

/// products[p, t, f] = sum(c) transformed[p, t, c] * filter[p, c, f].
void WinogradEmitter::multiply() {
  Nest product =
      makeProductNest(nest, plan,
                      {plan.points(), plan.tilesPerBlock(), plan.inputStride(),
                       plan.productStride(), inputType(), productType(),
                       transformed, products});
  if (plan.integers)
    product.root = makeProduct();
  WinogradFilter filter = filterOf(nest, plan, plan.m);
  filter.integers = plan.integers;
  context.emitStep(product, [&](std::shared_ptr<const WeightEncoding> stored) {
    return std::make_shared<WinogradWeights>(filter, std::move(stored));
  });
  if (!plan.integers)
    return;
  SmallVector<Value> operands(product.root->getOperands());
  product.root->erase();
  for (Value operand : operands)
    operand.getDefiningOp()->erase();
}

/// The part of a scratch buffer that the chunks from `chunk` on may use: the
/// ranges of chunks that run at the same time are disjoint.
Value WinogradEmitter::partOf(Value buffer, int64_t size, Value chunk) {
  auto type = MemRefType::get(
      {size}, cast<MemRefType>(buffer.getType()).getElementType(),
      StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {1}));
  OpFoldResult offset = scaled(chunk, size);
  return memref::ReinterpretCastOp::create(
      b, loc, type, buffer, offset,
      ArrayRef<OpFoldResult>{b.getIndexAttr(size)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

/// Calls `fn` in a loop with the bounds of parts of `size` of the tiles [begin,
/// end), which are at most `count`.
void WinogradEmitter::forEachPart(Value begin, Value end, int64_t size,
                                  int64_t count,
                                  llvm::function_ref<void(Value, Value)> fn) {
  if (size >= count) {
    fn(begin, end);
    return;
  }
  auto loop = scf::ForOp::create(b, loc, begin, end, index(size));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value first = loop.getInductionVar();
  fn(first, arith::MinSIOp::create(b, loc, plus(first, size), end));
}

void WinogradEmitter::emitBlock(const TileBlock &block) {
  transformInput(block);
  multiply();
  transformOutput(block);
}

void WinogradEmitter::emit(std::optional<ChunkRange> range) {
  bool shared = range.has_value();
  if (!shared) {
    range.emplace();
    range->begin = index(0);
    range->end = index(plan.chunks());
  }
  int64_t inputs = plan.points() * plan.inputStride();
  int64_t results = plan.points() * plan.productStride();
  int64_t copies = shared ? plan.chunks() : 1;
  transformed = context.scratch(copies * inputs, inputType());
  products = context.scratch(copies * results, productType());
  if (shared) {
    transformed = partOf(transformed, inputs, range->begin);
    products = partOf(products, results, range->begin);
  }
  auto chunks = scf::ForOp::create(b, loc, range->begin, range->end, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(chunks.getBody());
  Value chunk = scaled(chunks.getInductionVar(), plan.rowsPerChunk);
  Value chunkEnd = arith::MinSIOp::create(
      b, loc, plus(chunk, plan.rowsPerChunk), index(plan.rows.count));
  forEachPart(chunk, chunkEnd, plan.rowsPerBlock, plan.rowsPerChunk,
              [&](Value row, Value rowEnd) {
                forEachPart(index(0), index(plan.columns.count),
                            plan.columnsPerBlock, plan.columns.count,
                            [&](Value column, Value columnEnd) {
                              emitBlock({row, rowEnd, column, columnEnd});
                            });
              });
}

} // namespace dlc::loops
