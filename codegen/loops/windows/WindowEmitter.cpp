//===- WindowEmitter.cpp - Sums of bytes on windows as kernels ------------===//

#include "codegen/loops/windows/WindowEmitter.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kSumBytes = 4;
} // namespace

kernel::InstructionsAttr WindowEmitter::instructions() {
  return kernel::InstructionsAttr::get(b.getContext(),
                                       kernel::InstructionSet::Mve, /*load=*/4);
}

void WindowEmitter::emit() {
  auto encoding =
      std::make_shared<WindowColumns>(plan.sums, plan.shape, plan.shift);
  stream =
      context.encode(nest.inputs[plan.weights], encoding, plan.beside).front();
  rows = context.scratch(plan.rowsBytes(), b.getI8Type());
  gathered = rows;
  if (plan.gathered)
    gathered = context.scratch(plan.gatheredBytes(), b.getI8Type());
  if (int64_t elements = plan.sumElements())
    results = context.scratch(elements, b.getI32Type());
  if (int64_t elements = plan.partElements())
    results = context.scratch(elements, b.getI8Type());
  // Where a strip is all positions its padding stays where it is.
  padded = !plan.row.guards.empty() && plan.strip == plan.positions;
  if (padded)
    fill(addressOf(rows), index(plan.pitch() * plan.rows.size));
  forEachOf(plan.outer, [&] { emitStrips(); });
}

void WindowEmitter::emitStrips() {
  int64_t whole = plan.positions / plan.strip;
  int64_t rest = plan.positions % plan.strip;
  forEach(whole, [&](Value i) { emitStrip(times(i, plan.strip), plan.strip); });
  if (rest)
    emitStrip(index(whole * plan.strip), rest);
}

void WindowEmitter::emitStrip(Value start, int64_t count) {
  if (plan.along >= 0)
    at[plan.along] = start;
  forEach(plan.rows.size, [&](Value row) { copyRow(row, count); });
  if (plan.gathered)
    gather(count);
  const Access &output = nest.outputs.front();
  int64_t stride = 0;
  const int64_t stored = plan.stored && plan.stored->isWide() ? 2 : 1;
  Value result;
  if (results) {
    stride = plan.sums.features * (plan.shift ? 1 : kSumBytes);
    result = addressOf(results);
  } else {
    if (plan.along >= 0)
      stride = output.address.coefficients[plan.along] * stored;
    result = plus(addressOf(output.buffer.flat),
                  times(startOf(output.address), stored));
  }
  int64_t rest = count % plan.tile.positions;
  if (count > rest)
    windows(result, 0, count - rest, plan.tile, stride);
  if (rest)
    windows(result, count - rest, rest, {1, plan.tile.columns}, stride);
  if (results)
    finish(start, count);
}

/// Windows out of the rows, each row of one behind the other.
void WindowEmitter::gather(int64_t count) {
  int64_t bytes = plan.row.size, window = plan.windowStep();
  forEach(count, [&](Value position) {
    Value source = plus(addressOf(rows), times(position, plan.step));
    Value target = plus(addressOf(gathered), times(position, window));
    if (areWordPieces(bytes)) {
      kernel::CopyOp::create(b, loc, TypeRange(), source, index(plan.pitch()),
                             target, index(plan.rows.size), bytes,
                             /*flipped=*/false, instructions());
      return;
    }
    forEach(plan.rows.size, [&](Value row) {
      move(plus(source, times(row, plan.pitch())),
           plus(target, times(row, bytes)), index(bytes), /*flipped=*/false);
    });
  });
}

void WindowEmitter::move(Value source, Value target, Value bytes,
                         bool flipped) {
  kernel::MoveOp::create(b, loc, TypeRange(), source, target, bytes, flipped,
                         instructions(), plan.sums.dataBytes == 2);
}

void WindowEmitter::fill(Value target, Value bytes) {
  kernel::FillOp::create(b, loc, TypeRange(), target, bytes,
                         plan.sums.dataZero - signedOffset(plan.sums),
                         instructions(), plan.sums.dataBytes == 2);
}

Value WindowEmitter::positionOf(const Guard &guard, Value row) {
  Value position = index(guard.position.constant);
  if (guard.parallel >= 0 && at[guard.parallel])
    position =
        plus(position, times(at[guard.parallel],
                             guard.position.coefficients[guard.parallel]));
  if (row)
    position = plus(position,
                    times(row, guard.position.coefficients[guard.reduction]));
  return position;
}

/// A row of a strip; one that lies outside is all padding.
void WindowEmitter::copyRow(Value row, int64_t count) {
  const Access &access = nest.inputs[plan.data];
  Value source = plus(addressOf(access.buffer.flat),
                      times(startOf(access.address), plan.sums.dataBytes));
  source = plus(source, times(row, plan.rows.stride));
  Value target = plus(addressOf(rows), times(row, plan.pitch()));
  Value exists;
  for (const Guard *guard : plan.rows.guards) {
    // As unsigned numbers those before the first row are behind the last one.
    Value inside =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                              positionOf(*guard, row), index(guard->size));
    exists = exists ? arith::AndIOp::create(b, loc, exists, inside).getResult()
                    : inside;
  }
  if (!exists)
    return copyWhatExists(source, target, count);
  auto branch = scf::IfOp::create(b, loc, exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  copyWhatExists(source, target, count);
  b.setInsertionPointToStart(branch.elseBlock());
  fill(target, index(plan.rowBytes(count)));
}

/// The elements of a row between its padding, and that.
void WindowEmitter::copyWhatExists(Value source, Value target, int64_t count) {
  int64_t bytes = plan.rowBytes(count);
  if (plan.row.guards.empty())
    return move(source, target, index(bytes), !plan.sums.signedData);
  int64_t unit = plan.row.unit;
  Value lower = index(0), upper = index(bytes / unit);
  for (const Guard *guard : plan.row.guards) {
    Value position = positionOf(*guard, nullptr);
    lower = arith::MaxSIOp::create(
        b, loc, lower, arith::SubIOp::create(b, loc, index(0), position));
    upper = arith::MinSIOp::create(
        b, loc, upper,
        arith::SubIOp::create(b, loc, index(guard->size), position));
  }
  // Of a row that is all padding nothing exists.
  upper = arith::MaxSIOp::create(b, loc, lower, upper);
  lower = arith::MinSIOp::create(b, loc, lower, index(bytes / unit));
  upper = arith::MinSIOp::create(b, loc, upper, index(bytes / unit));
  lower = times(lower, unit);
  upper = times(upper, unit);
  if (!padded) {
    fill(target, lower);
    fill(plus(target, upper),
         arith::SubIOp::create(b, loc, index(bytes), upper));
  }
  move(plus(source, lower), plus(target, lower),
       arith::SubIOp::create(b, loc, upper, lower), !plan.sums.signedData);
}

/// The results of some positions of a strip, from `first` on.
void WindowEmitter::windows(Value result, int64_t first, int64_t count,
                            IntegerTile tile, int64_t stride) {
  auto integer = [&](int64_t bytes) {
    return IntegerType::get(b.getContext(), static_cast<unsigned>(8 * bytes),
                            IntegerType::Signed);
  };
  auto products = kernel::ProductsAttr::get(
      b.getContext(), integer(plan.sums.dataBytes), integer(1), b.getI32Type(),
      plan.shape.groupElements());
  auto shape =
      kernel::TileAttr::get(b.getContext(), tile.positions, tile.columns);
  kernel::WindowsOp::create(
      b, loc, TypeRange(),
      plus(addressOf(gathered), index(first * plan.windowStep())),
      addressOf(stream), index(count), plus(result, index(first * stride)),
      shape, products, plan.sums.features, plan.shape.rows, plan.pitch(),
      plan.shape.bytes, plan.shape.apart, plan.windowStep(), stride,
      plan.stored ? *plan.stored : kernel::RescaleAttr(), instructions());
}

/// What the epilogue makes of a strip's sums, or of bytes, which are taken in
/// vectors where they may be.
void WindowEmitter::finish(Value start, int64_t count) {
  int64_t features = plan.sums.features, lanes = 1;
  if (plan.inParts && plan.feature >= 0 && restIsInVectors(plan))
    for (int64_t more : {4, 16})
      lanes = features % more == 0 ? more : lanes;
  forEach(count, [&](Value position) {
    if (plan.along >= 0)
      at[plan.along] = plus(start, position);
    forEach(features / lanes, [&](Value block) {
      Value feature = times(block, lanes);
      if (plan.feature >= 0)
        at[plan.feature] = feature;
      Value of = plus(times(position, features), feature);
      auto one = [&] { return memref::LoadOp::create(b, loc, results, of); };
      if (!plan.inParts)
        return storeThroughEpilogue(one(), plan);
      if (lanes == 1)
        return storeThroughRest(one(), plan);
      auto type = VectorType::get({lanes}, b.getI8Type());
      storeThroughRest(
          vector::LoadOp::create(b, loc, type, results, ValueRange{of}), plan);
    });
    if (plan.feature >= 0)
      at[plan.feature] = nullptr;
  });
}

} // namespace dlc::loops
