//===- FilterEmitter.cpp - Depthwise convolutions as kernels --------------===//

#include "codegen/loops/windows/FilterEmitter.h"
#include "codegen/loops/windows/WindowColumns.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWordBytes = 4;
} // namespace

kernel::InstructionsAttr FilterEmitter::instructions() {
  return kernel::InstructionsAttr::get(b.getContext(),
                                       kernel::InstructionSet::Mve, /*load=*/4);
}

kernel::ProductsAttr FilterEmitter::products() {
  auto byte = IntegerType::get(b.getContext(), 8, IntegerType::Signed);
  return kernel::ProductsAttr::get(b.getContext(), byte, byte, b.getI32Type(),
                                   WindowShape::kGroup);
}

void FilterEmitter::emit() {
  auto encoding = std::make_shared<FilterWeights>(plan);
  blockBytes = encoding->blockWords() * kWordBytes;
  weights =
      context.encode(nest.inputs[plan.weights], encoding, plan.beside).front();
  copy = context.scratch(plan.copyBytes(), b.getI8Type());
  interleaved = context.scratch(plan.channels * plan.spacing(), b.getI8Type());
  // Padding beside the lines stays where it is, and that before and behind them
  // where all lines are copied at once.
  fill(addressOf(copy), plan.copyBytes());
  forEachOf(plan.outer, [&] { emitStrips(); });
  // All of a block of channels is read before any of it is written.
  BlockArgument image = argumentOf(nest.inputs[plan.data], plan.stage);
  if (image && plan.isWhole() && plan.sums.features % plan.channels == 0)
    arena::inPlaceAttr.putAt(plan.stage, image.getArgNumber());
}

void FilterEmitter::emitStrips() {
  int64_t whole = plan.across.results / plan.lines;
  int64_t rest = plan.across.results % plan.lines;
  forEach(whole, [&](Value i) { emitStrip(times(i, plan.lines), plan.lines); });
  if (rest)
    emitStrip(index(whole * plan.lines), rest);
}

/// Lines from `first` on, block by block.
void FilterEmitter::emitStrip(Value first, int64_t lines) {
  forEach(plan.blocks(), [&](Value block) {
    Value channel = times(block, plan.channels);
    if (plan.sums.features % plan.channels != 0)
      channel = arith::MinUIOp::create(
          b, loc, channel, index(plan.sums.features - plan.channels));
    if (plan.isWhole()) {
      forEach(plan.across.size, [&](Value line) {
        copyLine(first, plus(line, index(plan.across.pad)), channel);
      });
    } else {
      forEach(plan.across.extent(lines),
              [&](Value line) { copyLine(first, line, channel); });
    }
    Value stream = plus(addressOf(weights), times(block, blockBytes));
    forEach(lines, [&](Value line) { emitLine(first, line, channel, stream); });
  });
}

void FilterEmitter::fill(Value target, int64_t bytes) {
  kernel::FillOp::create(b, loc, TypeRange(), target, index(bytes),
                         plan.sums.dataZero - signedOffset(plan.sums),
                         instructions());
}

/// A line of the copy of a strip whose results begin at `first`; one that the
/// image does not have is padding.
void FilterEmitter::copyLine(Value first, Value line, Value channel) {
  const Access &image = nest.inputs[plan.data];
  const ImageAxis &along = plan.along, &across = plan.across;
  Value start = plus(addressOf(copy), times(line, plan.pitch()));
  Value target = plus(start, index(along.pad * plan.channels));
  Value pixel = plus(times(first, across.step), line);
  Value source = plus(addressOf(image.buffer.flat), startOf(image.address));
  source = plus(source, times(pixel, across.stride));
  source = plus(plus(source, index(along.pad * along.stride)), channel);
  auto copyPixels = [&] {
    kernel::CopyOp::create(b, loc, TypeRange(), source, index(along.stride),
                           target, index(along.size), plan.channels,
                           /*flipped=*/!plan.sums.signedData, instructions());
  };
  bool all = across.pad == 0 && across.size == across.extent(across.results);
  if (plan.isWhole() || all)
    return copyPixels();
  Value inside = arith::SubIOp::create(b, loc, pixel, index(across.pad));
  Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                       inside, index(across.size));
  auto branch = scf::IfOp::create(b, loc, exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  copyPixels();
  b.setInsertionPointToStart(branch.elseBlock());
  fill(start, plan.pitch());
}

/// A line of results of a block of channels.
void FilterEmitter::emitLine(Value first, Value line, Value channel,
                             Value stream) {
  const ImageAxis &along = plan.along, &across = plan.across;
  Value source = plus(addressOf(copy), times(line, across.step * plan.pitch()));
  kernel::InterleaveOp::create(
      b, loc, TypeRange(), source, addressOf(interleaved), plan.channels,
      across.taps, plan.pitch(), along.extent(along.results), plan.spacing(),
      instructions());
  if (across.output >= 0)
    at[across.output] = plus(first, line);
  const Access &output = nest.outputs.front();
  Value result = plus(addressOf(output.buffer.flat), startOf(output.address));
  int64_t stride =
      along.output < 0 ? 1 : output.address.coefficients[along.output];
  kernel::FilterOp::create(
      b, loc, TypeRange(), addressOf(interleaved), stream,
      plus(result, channel), products(), plan.channels, along.taps, along.step,
      along.results, plan.spacing(), stride, *plan.stored, instructions());
  if (across.output >= 0)
    at[across.output] = nullptr;
}

} // namespace dlc::loops
