//===- IntegerEmitter.cpp - Sums of integers as kernels -------------------===//

#include "codegen/loops/integer/IntegerEmitter.h"
#include "codegen/loops/integer/StorageChoice.h"
#include "codegen/loops/integer/values/IntegerCodes.h"
#include "codegen/loops/integer/values/SignTables.h"
#include "dialects/arena/Declarations.h"
#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/SparseKernels.h"
#include "dialects/kernel/TableKernels.h"
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
    makeCodeTable();
  if (plan.form == WeightForm::SignTables)
    table =
        context.scratch(SignTables(*plan.instructions)
                                .tables(plan.tile.positions, plan.sums.features,
                                        plan.steps(), plan.unroll)
                                .scratchBytes() /
                            kSumBytes,
                        b.getI32Type());
  if (plan.panels)
    return isSparse(plan.form) ? emitGaps() : emitPanels();
  forEachOf(plan.outer, [&] { emitTiles(); });
}

/// Of the values at the end of the stream.
void IntegerEmitter::makeCodeTable() {
  WeightCodes codes(*plan.instructions);
  table =
      context.scratch(codes.tableBytes(plan.left) / kSumBytes, b.getI32Type());
  int64_t first = encoding->words() - WeightCodes::kValueWords;
  Value values = plus(addressOf(stream), index(first * kSumBytes));
  kernel::CodeTableOp::create(b, loc, TypeRange(), values, addressOf(table),
                              products(), instructions());
}

/// By which codes are looked up.
Value IntegerEmitter::makeTable(Value codes, int64_t bits) {
  Value made = context.scratch(CodedPanels::tableBytes(bits) / kSumBytes,
                               b.getI32Type());
  kernel::SpreadCodesOp::create(b, loc, TypeRange(), codes, addressOf(made),
                                bits, instructions());
  return addressOf(made);
}

/// A word of a constant, which has the type of what the network has until the
/// stage is made.
Value IntegerEmitter::wordAt(Value constant, Value which) {
  return memref::LoadOp::create(b, loc, TypeRange{b.getI32Type()},
                                ValueRange{constant, which})
      .getResult();
}

/// The columns of a panel that has been decoded.
void IntegerEmitter::emitPanel(Value panel) {
  first = times(panel, plan.sums.features);
  atFeature(nullptr);
  forEachOf(plan.outer, [&] { emitTiles(); });
}

/// [panels][what there is for all columns otherwise]: each panel's weights are
/// decoded once.
void IntegerEmitter::emitPanels() {
  std::shared_ptr<CodedPanels> coded = codedPanelsOf(plan);
  Value constant =
      context.encode(nest.inputs[plan.weights], coded, plan.beside).front();
  int64_t bytes = coded->panelBytes();
  stream = context.scratch(bytes / kSumBytes + 1, b.getI32Type());
  Value codes = plus(addressOf(constant), index(coded->codeOffset()));
  Value lookUp = makeTable(codes, CodedPanels::kBits);
  forEach(plan.panels, [&](Value panel) {
    Value offset = arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                                wordAt(constant, panel));
    kernel::DecodeOp::create(
        b, loc, TypeRange(), plus(addressOf(constant), offset), codes, lookUp,
        addressOf(stream), index(bytes), CodedPanels::kBits, /*wide=*/false,
        instructions());
    emitPanel(panel);
  });
}

/// The same where weights and gaps between places have a code each.
void IntegerEmitter::emitGaps() {
  std::shared_ptr<GapPanels> coded = gapPanelsOf(plan);
  const SparseLayout &sparse = coded->sparse();
  Value constant =
      context.encode(nest.inputs[plan.weights], coded, plan.beside).front();
  stream = context.scratch(coded->panelBytes() / kSumBytes + 1, b.getI32Type());
  auto asIndex = [&](Value word) -> Value {
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), word);
  };
  auto word = [&](int64_t number) -> Value {
    return arith::ConstantIntOp::create(b, loc, number, 32);
  };
  auto decode = [&](Value from, Value codes, Value lookUp, Value to,
                    Value bytes) {
    kernel::DecodeOp::create(b, loc, TypeRange(), from, codes, lookUp, to,
                             bytes, coded->bits(), /*wide=*/false,
                             instructions());
  };
  auto from = [&](Value bytes) { return plus(addressOf(constant), bytes); };
  Value weightCodes = from(index(coded->firstCode()));
  Value gapCodes = from(asIndex(wordAt(constant, index(0))));
  Value weightTable = makeTable(weightCodes, coded->bits());
  Value gapTable = makeTable(gapCodes, coded->bits());
  forEach(plan.panels, [&](Value panel) {
    Value record = plus(times(panel, GapPanels::kRecordWords),
                        index(GapPanels::kFirstRecord));
    Value start = from(asIndex(wordAt(constant, record)));
    Value counts = wordAt(constant, plus(record, index(1)));
    Value count = arith::AndIOp::create(
        b, loc, counts, word((int64_t(1) << GapPanels::kCountBits) - 1));
    Value weights = asIndex(count);
    Value halfwords = asIndex(
        arith::ShRUIOp::create(b, loc, counts, word(GapPanels::kCountBits)));
    // The number of weights stands behind the others.
    int64_t words = coded->numberWords();
    Value numbers =
        plus(index(coded->firstNumber()), times(panel, words * kSumBytes));
    kernel::CopyOp::create(b, loc, TypeRange(), from(numbers), index(kSumBytes),
                           addressOf(stream), index(words), kSumBytes,
                           /*flipped=*/false, instructions());
    memref::StoreOp::create(b, loc, count, stream, index(words));
    Value target = plus(addressOf(stream), index(sparse.numberBytes));
    decode(start, weightCodes, weightTable, target, weights);
    Value places = plus(target, weights);
    Value each =
        sparse.group == 1
            ? weights
            : arith::DivUIOp::create(b, loc, weights, index(sparse.group));
    Value bytes = plus(each, index(sparse.segments));
    decode(plus(start, times(halfwords, 2)), gapCodes, gapTable, places, bytes);
    kernel::SumGapsOp::create(b, loc, TypeRange(), places, bytes,
                              instructions());
    emitPanel(panel);
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
  if (plan.form == WeightForm::SignTables) {
    kernel::TableColumnsOp::create(
        b, loc, TypeRange(), left, right, addressOf(table), result, shape,
        stored(), plan.instructions->group, plan.steps(), plan.unroll,
        plan.sums.features, SignTables(*plan.instructions).block(),
        *plan.magnitude, stride, rescale, instructions());
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
