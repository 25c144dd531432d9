//===- IntegerEmitter.cpp - Sums of integers as kernels -------------------===//

#include "codegen/loops/integer/IntegerEmitter.h"
#include "codegen/loops/integer/StorageChoice.h"
#include "codegen/loops/integer/values/IntegerCodes.h"
#include "codegen/loops/weights/CodedPanels.h"
#include "dialects/arena/Declarations.h"
#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/SparseKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kSumBytes = 4;
} // namespace

IntegerEmitter::IntegerEmitter(StageContext &context, Nest &nest,
                               const IntegerPlan &plan)
    : IntegerCode(context, nest), plan(plan) {}

/// Where the tiled dimensions stand at a position.
void IntegerEmitter::setPosition(Value position) {
  for (unsigned d : llvm::reverse(plan.tiled)) {
    if (d == plan.tiled.front()) {
      at[d] = position;
      break;
    }
    Value size = index(nest.sizes[d]);
    at[d] = arith::RemUIOp::create(b, loc, position, size);
    position = arith::DivUIOp::create(b, loc, position, size);
  }
}

kernel::InstructionsAttr IntegerEmitter::instructions() {
  return kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                       plan.instructions->load);
}

kernel::ProductsAttr IntegerEmitter::products() {
  return productsOf(b.getContext(), *plan.instructions, plan.left,
                    plan.sums.signedData, plan.form, plan.sums.signedWeights);
}

void IntegerEmitter::emit() {
  std::shared_ptr<IntegerColumns> columns = plan.encodingOf(plan.sums);
  encoding = columns;
  if (plan.storedForm)
    columns->setStoredForm(*plan.storedForm);
  if (!plan.panels)
    stream = context.encode(nest.inputs[plan.weights], encoding, plan.beside)
                 .front();
  if (plan.left == LeftForm::Widened)
    tile = context.scratch(plan.tileWords(plan.tile.positions), b.getI32Type());
  if (plan.isGathered)
    gathered = context.scratch(plan.positionElements() * plan.tile.positions,
                               nest.inputs[plan.data].buffer.element);
  if (plan.inParts)
    parts = context.scratch(plan.tile.positions * plan.sums.features,
                            b.getI8Type());
  if (plan.sumsWhole())
    sums = context.scratch(plan.tile.positions * plan.sums.features,
                           b.getI32Type());
  else if (!plan.rescales())
    sums =
        context.local(plan.tile.positions * plan.tile.columns, b.getI32Type());
  // What lies behind a position's elements is counted as if it were 1.
  int64_t depth = plan.sums.order.depth();
  if (plan.form == WeightForm::Signs && plan.positionBytes() > depth)
    fillElements(index(depth), plan.positionBytes() - depth);
  if (plan.form == WeightForm::Codes)
    makeTable();
  if (plan.panels)
    return emitPanels();
  forEachOf(plan.outer, [&] { emitTiles(); });
}

/// Of the values at the end of the stream.
void IntegerEmitter::makeTable() {
  WeightCodes codes(*plan.instructions);
  table =
      context.scratch(codes.tableBytes(plan.left) / kSumBytes, b.getI32Type());
  int64_t first = encoding->words() - WeightCodes::kValueWords;
  Value values = plus(addressOf(stream), index(first * kSumBytes));
  kernel::CodeTableOp::create(b, loc, TypeRange(), values, addressOf(table),
                              products(), instructions());
}

/// [panels][what there is for all columns otherwise]: each panel's weights are
/// decoded once.
void IntegerEmitter::emitPanels() {
  auto coded = std::make_shared<CodedPanels>(panelsOf(plan), plan.codedWords,
                                             plan.storedForm);
  Value constant =
      context.encode(nest.inputs[plan.weights], coded, plan.beside).front();
  Value table =
      context.scratch(CodedPanels::tableBytes() / kSumBytes, b.getI32Type());
  int64_t bytes = coded->panelBytes();
  stream = context.scratch(bytes / kSumBytes + 1, b.getI32Type());
  // It has the type of what the network has until the stage is made.
  Value codes = plus(addressOf(constant), index(coded->codeOffset()));
  kernel::SpreadCodesOp::create(b, loc, TypeRange(), codes, addressOf(table),
                                CodedPanels::kBits, instructions());
  forEach(plan.panels, [&](Value panel) {
    Value offset = arith::IndexCastUIOp::create(
        b, loc, b.getIndexType(),
        memref::LoadOp::create(b, loc, TypeRange{b.getI32Type()},
                               ValueRange{constant, panel})
            .getResult());
    kernel::DecodeOp::create(b, loc, TypeRange(),
                             plus(addressOf(constant), offset), codes,
                             addressOf(table), addressOf(stream), index(bytes),
                             CodedPanels::kBits, instructions());
    first = times(panel, plan.sums.features);
    atFeature(nullptr);
    forEachOf(plan.outer, [&] { emitTiles(); });
  });
}

/// Where the features stand: at one of a panel, or at the first.
void IntegerEmitter::atFeature(Value feature) {
  if (plan.feature >= 0)
    at[plan.feature] = first && feature ? plus(first, feature)
                       : first          ? first
                                        : feature;
}

void IntegerEmitter::emitTiles() {
  int64_t whole = plan.positions / plan.tile.positions;
  int64_t rest = plan.positions % plan.tile.positions;
  forEach(whole, [&](Value i) {
    emitTile(times(i, plan.tile.positions), plan.tile.positions);
  });
  // Each tile is gathered by itself.
  if (auto loop = dyn_cast_or_null<scf::ForOp>(
          whole > 1 ? &*std::prev(b.getInsertionPoint()) : nullptr))
    if (!rest && plan.outer.empty() && !plan.panels)
      arena::anyOrderAttr.put(loop);
  if (rest)
    emitTile(index(whole * plan.tile.positions), rest);
}

void IntegerEmitter::emitTile(Value start, int64_t positions) {
  if (!plan.isInPlace())
    gather(start, positions);
  multiply(start, positions);
}

void IntegerEmitter::columns(Value left, Value right, Value blocks,
                             Value result, int64_t positions, int64_t stride) {
  auto rescale = plan.stored ? *plan.stored : kernel::RescaleAttr();
  if (isSparse(plan.form)) {
    kernel::SparseColumnsOp::create(b, loc, TypeRange(), left, right, blocks,
                                    result, products(), plan.steps(),
                                    plan.sparse.weights, plan.sparse.places,
                                    plan.form == WeightForm::CodedRows,
                                    plan.sharesFactor, rescale, instructions());
    return;
  }
  auto shape =
      kernel::TileAttr::get(b.getContext(), positions, plan.tile.columns);
  if (plan.form == WeightForm::Codes) {
    kernel::CodedColumnsOp::create(b, loc, TypeRange(), left, right,
                                   addressOf(table), result, shape, products(),
                                   plan.steps(), plan.unroll,
                                   plan.sums.features / plan.tile.columns,
                                   stride, rescale, instructions());
    return;
  }
  kernel::ColumnsOp::create(b, loc, TypeRange(), left, right, blocks, result,
                            shape, products(), isCombined(plan.form),
                            plan.form == WeightForm::Moved, plan.steps(),
                            plan.unroll, stride, rescale, instructions());
}

/// What the epilogue does behind the clamp.
void IntegerEmitter::finishParts(Value start, int64_t positions) {
  forEach(positions, [&](Value position) {
    setPosition(plus(start, position));
    forEach(plan.sums.features, [&](Value feature) {
      atFeature(feature);
      Value of = plus(times(position, plan.sums.features), feature);
      storeThroughRest(memref::LoadOp::create(b, loc, parts, of), plan);
    });
    atFeature(nullptr);
  });
}

Value IntegerEmitter::leftOperand(Value start) {
  if (plan.left == LeftForm::Widened)
    return addressOf(tile);
  if (plan.isGathered)
    return addressOf(gathered);
  setPosition(start);
  return dataAddress();
}

/// Of the data at the position.
Value IntegerEmitter::dataAddress() {
  const Access &access = nest.inputs[plan.data];
  return plus(addressOf(access.buffer.flat),
              times(startOf(access.address), plan.sums.dataBytes));
}

/// Products of a tile whose left operand has been gathered, and its results.
void IntegerEmitter::multiply(Value start, int64_t positions) {
  Value left = leftOperand(start);
  const Access &output = nest.outputs.front();
  int64_t blocks = plan.sums.features / plan.tile.columns;
  if (plan.inParts) {
    columns(left, addressOf(stream), index(blocks), addressOf(parts), positions,
            plan.sums.features);
    return finishParts(start, positions);
  }
  if (plan.rescales()) {
    int64_t stride = 0, bytes = plan.stored->isWide() ? 2 : 1;
    if (!plan.tiled.empty())
      stride = output.address.coefficients[plan.tiled.back()] * bytes;
    setPosition(start);
    Value result = plus(addressOf(output.buffer.flat),
                        times(startOf(output.address), bytes));
    columns(left, addressOf(stream), index(blocks), result, positions, stride);
    return;
  }
  if (plan.sumsWhole()) {
    columns(left, addressOf(stream), index(blocks), addressOf(sums), positions,
            plan.sums.features * kSumBytes);
    return storeSums(start, positions, index(0), plan.sums.features);
  }
  int64_t blockBytes =
      (encoding->headWords() + encoding->blockWords()) * kSumBytes;
  forEach(blocks, [&](Value block) {
    Value right = plus(addressOf(stream), times(block, blockBytes));
    columns(left, right, index(1), addressOf(sums), positions,
            plan.tile.columns * kSumBytes);
    storeSums(start, positions, times(block, plan.tile.columns),
              plan.tile.columns);
  });
}

/// What the epilogue makes of the sums of so many features from `from` on.
void IntegerEmitter::storeSums(Value start, int64_t positions, Value from,
                               int64_t count) {
  forEach(positions, [&](Value position) {
    setPosition(plus(start, position));
    forEach(count, [&](Value column) {
      atFeature(plus(from, column));
      Value of = plus(times(position, count), column);
      Value sum = memref::LoadOp::create(b, loc, sums, of);
      if (unsigned scale = scaleOf(plan.form))
        sum = arith::ShRSIOp::create(
            b, loc, sum, arith::ConstantIntOp::create(b, loc, scale, 32));
      storeThroughEpilogue(sum, plan);
    });
    atFeature(nullptr);
  });
}

} // namespace dlc::loops
