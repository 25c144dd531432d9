//===- WinogradEmitter.cpp - Winograd's steps as loops --------------------===//

#include "codegen/loops/BodyEmitter.h"
#include "codegen/loops/NestEmitter.h"
#include "codegen/loops/Winograd.h"
#include "codegen/loops/WinogradTransform.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class Emitter {
public:
  Emitter(OpBuilder &builder, Nest &nest, const WinogradPlan &plan,
          const Machine &machine, llvm::function_ref<Buffer(Value)> bufferOf)
      : b(builder), loc(nest.root.getLoc()), nest(nest), plan(plan),
        machine(machine), bufferOf(bufferOf) {}

  Packing emit(Value begin, Value end, bool shared,
               llvm::function_ref<Value(int64_t)> scratch);

private:
  /// A tile: its position among all tiles and in its block.
  struct TilePosition {
    Value row, column, inBlock;
  };
  using PerTile = llvm::function_ref<void(
      const TilePosition &, const TileSegment &, const TileSegment &)>;

  Value index(int64_t value) { return constantIndex(b, loc, value); }
  Value scaled(Value value, int64_t factor);
  Value plus(Value value, int64_t addend);
  Value startOf(const Linear &address, const TilePosition &tile,
                unsigned vectorDim, Value vectorPosition);
  Value load(const Buffer &buffer, Value position, int64_t lanes);
  void store(Value value, Value buffer, Value position);

  void forEachTile(Value firstRow, ArrayRef<TileSegment> rows,
                   ArrayRef<TileSegment> columns, PerTile fn);
  void inSegment(Value position, ArrayRef<TileSegment> segments,
                 llvm::function_ref<void(const TileSegment &)> fn);
  void forEachVector(int64_t size, llvm::function_ref<void(Value, int64_t)> fn);

  Value partOf(Value buffer, int64_t size, Value chunk);
  void transformInput(Value firstRow);
  void multiply();
  void transformOutput(Value firstRow);
  Value applyEpilogue(Value value, ArrayRef<Value> starts, int64_t row,
                      int64_t column, int64_t lanes);

  OpBuilder &b;
  Location loc;
  Nest &nest;
  const WinogradPlan &plan;
  const Machine &machine;
  llvm::function_ref<Buffer(Value)> bufferOf;
  Value transformed, products;
  Packing packing;
};
} // namespace

Value Emitter::scaled(Value value, int64_t factor) {
  return arith::MulIOp::create(b, loc, value, index(factor));
}

Value Emitter::plus(Value value, int64_t addend) {
  return addend
             ? arith::AddIOp::create(b, loc, value, index(addend)).getResult()
             : value;
}

/// The address of a tile's first element at a position of `vectorDim`.
Value Emitter::startOf(const Linear &address, const TilePosition &tile,
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

Value Emitter::load(const Buffer &buffer, Value position, int64_t lanes) {
  if (buffer.splat)
    return arith::ConstantOp::create(b, loc, buffer.splat);
  if (lanes == 1)
    return memref::LoadOp::create(b, loc, buffer.flat, position);
  return vector::LoadOp::create(b, loc,
                                VectorType::get({lanes}, buffer.element),
                                buffer.flat, ValueRange{position});
}

void Emitter::store(Value value, Value buffer, Value position) {
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(b, loc, value, buffer, ValueRange{position});
  else
    memref::StoreOp::create(b, loc, value, buffer, position);
}

/// Calls `fn` for the segment that `position` is in, one branch for each.
void Emitter::inSegment(Value position, ArrayRef<TileSegment> segments,
                        llvm::function_ref<void(const TileSegment &)> fn) {
  if (segments.size() == 1) {
    fn(segments.front());
    return;
  }
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt,
                                       position, index(segments.front().end));
  auto branch = scf::IfOp::create(b, loc, inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  fn(segments.front());
  b.setInsertionPointToStart(branch.elseBlock());
  inSegment(position, segments.drop_front(), fn);
}

/// The tiles of the block that begins at row `firstRow`.
void Emitter::forEachTile(Value firstRow, ArrayRef<TileSegment> rows,
                          ArrayRef<TileSegment> columns, PerTile fn) {
  Value end = plus(firstRow, plan.rowsPerBlock);
  if (plan.tileRows % plan.rowsPerBlock)
    end = arith::MinSIOp::create(b, loc, end, index(plan.tileRows));
  auto rowLoop = scf::ForOp::create(b, loc, firstRow, end, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(rowLoop.getBody());
  Value row = rowLoop.getInductionVar();
  Value rowInBlock = arith::SubIOp::create(b, loc, row, firstRow);
  Value rowStart = scaled(rowInBlock, plan.tileColumns);
  inSegment(row, rows, [&](const TileSegment &rowSegment) {
    for (const TileSegment &columnSegment : columns) {
      auto loop = scf::ForOp::create(b, loc, index(columnSegment.begin),
                                     index(columnSegment.end), index(1));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      Value column = loop.getInductionVar();
      Value inBlock = arith::AddIOp::create(b, loc, rowStart, column);
      fn({row, column, inBlock}, rowSegment, columnSegment);
    }
  });
}

/// Calls `fn` with the start and the lanes of the vectors that make up `size`.
void Emitter::forEachVector(int64_t size,
                            llvm::function_ref<void(Value, int64_t)> fn) {
  int64_t lanes = machine.vectorBits / 32;
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

void Emitter::transformInput(Value firstRow) {
  const Access &image = nest.inputs[0];
  ArrayRef<int64_t> c = image.address.coefficients;
  int64_t width = plan.m + 2;
  forEachTile(
      firstRow, plan.inputRows, plan.inputColumns,
      [&](const TilePosition &tile, const TileSegment &rows,
          const TileSegment &columns) {
        forEachVector(plan.channels, [&](Value channel, int64_t lanes) {
          Value start = startOf(image.address, tile, plan.channel, channel);
          Tile values;
          for (int64_t i = 0; i < width; ++i)
            for (int64_t j = 0; j < width; ++j) {
              bool inside = i >= rows.low && i < rows.high &&
                            j >= columns.low && j < columns.high;
              Value position;
              if (inside)
                position = plus(start, i * c[plan.row] + j * c[plan.column]);
              values.push_back(inside ? load(image.buffer, position, lanes)
                                      : Value());
            }
          values = emitInputTransform(b, loc, plan.m, std::move(values));
          Value target = arith::AddIOp::create(
              b, loc, scaled(tile.inBlock, plan.channels), channel);
          Value zero;
          for (auto [point, value] : llvm::enumerate(values)) {
            if (!value && !zero) {
              Type type = image.buffer.element;
              if (lanes > 1)
                type = VectorType::get({lanes}, type);
              zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
            }
            store(
                value ? value : zero, transformed,
                plus(target, static_cast<int64_t>(point) * plan.inputStride()));
          }
        });
      });
}

/// products[p, t, f] = sum(c) transformed[p, t, c] * filter[p, c, f].
void Emitter::multiply() {
  Nest product;
  product.root = nest.root;
  product.sizes = {plan.points(), plan.tilesPerBlock(), plan.features,
                   plan.channels};
  product.reduction = {false, false, false, true};
  product.inits = nest.inits;
  Access left = nest.inputs[0], right = nest.inputs[1], output;
  left.guards.clear();
  left.buffer = Buffer();
  left.buffer.flat = transformed;
  left.buffer.element = nest.inputs[0].buffer.element;
  left.address = {{plan.inputStride(), plan.channels, 0, 1}, 0};
  right.address = {{plan.channels * plan.features, 0, 1, plan.features}, 0};
  output.buffer = left.buffer;
  output.buffer.flat = products;
  output.address = {{plan.productStride(), plan.features, 1, 0}, 0};
  product.inputs = {left, right};
  product.outputs = {output};

  Schedule schedule = chooseSchedule(product, machine);
  std::vector<std::optional<Packing>> packings = {
      std::nullopt, planPacking(product, right, schedule)};
  packing = *packings[1];
  NestEmitter(b, product, schedule, packings, bufferOf).emit();

  ArrayRef<int64_t> c = nest.inputs[1].address.coefficients;
  packing.winograd = WinogradFilter{plan.m,
                                    plan.channels,
                                    plan.features,
                                    c[plan.channel],
                                    c[plan.feature],
                                    c[plan.kernelRow],
                                    c[plan.kernelColumn],
                                    nest.inputs[1].address.constant};
}

/// What the epilogue makes of one vector of results at (row, column) of a tile.
Value Emitter::applyEpilogue(Value value, ArrayRef<Value> starts, int64_t row,
                             int64_t column, int64_t lanes) {
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
  SmallVector<Value> results = emitBody(b, *nest.epilogue.getBody(), arguments,
                                        BodyContext{position, bufferOf});
  return broadcastTo(b, loc, results.front(), lanes);
}

void Emitter::transformOutput(Value firstRow) {
  const Access &output = nest.outputs[0];
  ArrayRef<int64_t> c = output.address.coefficients;
  Buffer source;
  source.flat = products;
  source.element = output.buffer.element;
  forEachTile(
      firstRow, plan.outputRows, plan.outputColumns,
      [&](const TilePosition &tile, const TileSegment &rows,
          const TileSegment &columns) {
        forEachVector(plan.features, [&](Value feature, int64_t lanes) {
          Value from = arith::AddIOp::create(
              b, loc, scaled(tile.inBlock, plan.features), feature);
          Tile values;
          for (int64_t p = 0; p < plan.points(); ++p)
            values.push_back(
                load(source, plus(from, p * plan.productStride()), lanes));
          values = emitOutputTransform(b, loc, plan.m, std::move(values));
          SmallVector<Value> starts;
          for (const std::optional<Access> &access : nest.epilogueInputs)
            starts.push_back(
                access && !access->buffer.splat
                    ? startOf(access->address, tile, plan.feature, feature)
                    : Value());
          Value start = startOf(output.address, tile, plan.feature, feature);
          for (int64_t i = 0; i < rows.high; ++i)
            for (int64_t j = 0; j < columns.high; ++j)
              store(applyEpilogue(values[i * plan.m + j], starts, i, j, lanes),
                    output.buffer.flat,
                    plus(start, i * c[plan.row] + j * c[plan.column]));
        });
      });
}

/// The part of a scratch buffer that the chunks from `chunk` on may use: the
/// ranges of chunks that run at the same time are disjoint.
Value Emitter::partOf(Value buffer, int64_t size, Value chunk) {
  auto type = MemRefType::get(
      {size}, cast<MemRefType>(buffer.getType()).getElementType(),
      StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {1}));
  OpFoldResult offset = scaled(chunk, size);
  return memref::ReinterpretCastOp::create(
      b, loc, type, buffer, offset,
      ArrayRef<OpFoldResult>{b.getIndexAttr(size)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

Packing Emitter::emit(Value begin, Value end, bool shared,
                      llvm::function_ref<Value(int64_t)> scratch) {
  int64_t inputs = plan.points() * plan.inputStride();
  int64_t results = plan.points() * plan.productStride();
  int64_t copies = shared ? plan.chunks() : 1;
  transformed = scratch(copies * inputs);
  products = scratch(copies * results);
  if (shared) {
    transformed = partOf(transformed, inputs, begin);
    products = partOf(products, results, begin);
  }
  auto blocks = scf::ForOp::create(b, loc, begin, end, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(blocks.getBody());
  Value firstRow = scaled(blocks.getInductionVar(), plan.rowsPerBlock);
  transformInput(firstRow);
  multiply();
  transformOutput(firstRow);
  return packing;
}

Packing emitWinograd(OpBuilder &builder, Nest &nest, const WinogradPlan &plan,
                     const Machine &machine, Value begin, Value end,
                     bool shared, llvm::function_ref<Value(int64_t)> scratch,
                     llvm::function_ref<Buffer(Value)> bufferOf) {
  return Emitter(builder, nest, plan, machine, bufferOf)
      .emit(begin, end, shared, scratch);
}

} // namespace dlc::loops
