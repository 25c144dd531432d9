//===- BringOperands.cpp - Operands of an attention into shared memory ----===//

#include "codegen/loops/attention/AttentionEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Loads of a thread that are on their way at the same time.
constexpr int64_t kLoadsAtOnce = 8;
/// Threads side by side that bring runs of one row; those of the next row write
/// to other banks then, and whole sectors are read.
constexpr int64_t kRunsOfRow = 4;
} // namespace

/// The longest runs that loads take, of 16 bytes at most, there and here.
AttentionEmitter::Run AttentionEmitter::runOf(const Part &part) const {
  const int64_t bytes = bytesOf(part.access.buffer.element);
  constexpr int64_t most = 16;
  auto hasRuns = [&](unsigned d, int64_t lanes) {
    return part.access.address.coefficients[d] == 1 &&
           nest.sizes[d] % lanes == 0 &&
           alignmentOf(part.access, static_cast<int>(d), lanes) >=
               lanes * bytes;
  };
  for (int64_t lanes = std::min(schedule.side(), most / bytes); lanes > 1;
       lanes /= 2) {
    if (hasRuns(part.column, lanes))
      return {Lie::AlongRow, lanes};
    if (hasRuns(part.row, lanes))
      return {Lie::AlongColumn, lanes};
  }
  return {Lie::Apart, 1};
}

/// What shared memory has beyond the operand's rows and columns is 0.
void AttentionEmitter::bring(const Part &part) {
  const Run run = runOf(part);
  const int64_t runs = part.rows * part.width / run.lanes;
  const int64_t threads = schedule.threads();
  const int64_t whole = runs / threads, groups = whole / kLoadsAtOnce;
  if (groups > 1) {
    auto loop =
        scf::ForOp::create(b, loc, index(0), index(groups * kLoadsAtOnce),
                           index(kLoadsAtOnce), ValueRange());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    bringRuns(part, run, loop.getInductionVar(), kLoadsAtOnce, 0);
  }
  int64_t done = groups > 1 ? groups * kLoadsAtOnce : 0;
  for (; done < whole; done += kLoadsAtOnce)
    bringRuns(part, run, index(done), std::min(kLoadsAtOnce, whole - done), 0);
  if (runs % threads != 0)
    bringRuns(part, run, index(whole), 1, runs % threads);
}

void AttentionEmitter::bringRuns(const Part &part, Run run, Value first,
                                 int64_t count, int64_t rest) {
  OpBuilder::InsertionGuard guard(b);
  if (rest)
    b.setInsertionPoint(
        scf::IfOp::create(b, loc, isBelow(thread(), rest)).thenYield());
  const int64_t threads = schedule.threads();
  SmallVector<Values> values;
  Values rows, columns;
  for (int64_t i = 0; i < count; ++i) {
    Value number = plus(times(plus(first, i), threads), thread());
    Value row, column;
    if (run.lie == Lie::AlongRow) {
      // Runs of a row, rows, and the next runs of all rows.
      int64_t runs = part.width / run.lanes,
              together = runs % kRunsOfRow == 0 ? kRunsOfRow : 1;
      Value rest = quotient(number, together);
      row = remainder(rest, part.rows);
      column = times(plus(times(quotient(rest, part.rows), together),
                          remainder(number, together)),
                     run.lanes);
    } else if (run.lie == Lie::AlongColumn) {
      int64_t runs = part.rows / run.lanes;
      row = times(remainder(number, runs), run.lanes);
      column = quotient(number, runs);
    } else if (std::abs(part.access.address.coefficients[part.row]) <
                   std::abs(part.access.address.coefficients[part.column]) &&
               part.access.address.coefficients[part.row] != 0) {
      row = remainder(number, part.rows);
      column = quotient(number, part.rows);
    } else {
      row = quotient(number, part.width);
      column = remainder(number, part.width);
    }
    values.push_back(bringRun(part, run, row, column));
    rows.push_back(row);
    columns.push_back(column);
  }
  for (auto [value, row, column] : llvm::zip_equal(values, rows, columns)) {
    Value target = plus(times(row, part.stride), column);
    if (run.lie == Lie::AlongRow) {
      vector::StoreOp::create(b, loc, value.front(), part.memory,
                              ValueRange{target}, /*nontemporal=*/false,
                              llvm::Align(run.lanes * schedule.bytes()));
      continue;
    }
    for (auto [i, element] : llvm::enumerate(value))
      memref::StoreOp::create(
          b, loc, element, part.memory,
          ValueRange{plus(target, static_cast<int64_t>(i) * part.stride)});
  }
}

/// A run as one vector where it is stored so, else element by element.
AttentionEmitter::Values AttentionEmitter::bringRun(const Part &part, Run run,
                                                    Value row, Value column) {
  const int64_t rows = nest.sizes[part.row], columns = nest.sizes[part.column];
  Value position = plus(part.first, row), exists;
  if (rows % part.rows != 0)
    exists = isBelow(position, rows);
  if (part.width != columns) {
    Value isColumn = isBelow(column, columns);
    exists = exists ? Value(arith::AndIOp::create(b, loc, exists, isColumn))
                    : isColumn;
  }
  if (exists) {
    // Beyond its end the operand's first element is read in place of another.
    position = arith::SelectOp::create(b, loc, exists, position, index(0));
    column = arith::SelectOp::create(b, loc, exists, column, index(0));
  }
  at[part.row] = position;
  at[part.column] = column;
  Value loaded = load(part.access, addressOf(part.access.address), run.lanes);
  Values values;
  if (run.lie == Lie::AlongColumn)
    for (int64_t i = 0; i < run.lanes; ++i)
      values.push_back(vector::ExtractOp::create(b, loc, loaded, i));
  else
    values.push_back(loaded);
  const int64_t lanes = run.lie == Lie::AlongRow ? run.lanes : 1;
  for (Value &value : values) {
    value = as(sharedElement(), value);
    if (exists)
      value = arith::SelectOp::create(
          b, loc, exists, value,
          constant(b.getZeroAttr(sharedElement()), lanes));
  }
  return values;
}

} // namespace dlc::loops
