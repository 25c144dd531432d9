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

AttentionEmitter::Lie AttentionEmitter::lieOf(const Part &part) const {
  auto hasRuns = [&](unsigned d) {
    constexpr int64_t bytes = 16;
    return part.access.address.coefficients[d] == 1 &&
           nest.sizes[d] % kSideBySide == 0 &&
           alignmentOf(part.access, static_cast<int>(d), kSideBySide) >= bytes;
  };
  if (hasRuns(part.column))
    return Lie::AlongRow;
  return hasRuns(part.row) ? Lie::AlongColumn : Lie::Apart;
}

/// What shared memory has beyond the operand's rows and columns is 0.
void AttentionEmitter::bring(const Part &part) {
  const Lie lie = lieOf(part);
  const int64_t runs =
      part.rows * part.width / (lie == Lie::Apart ? 1 : kSideBySide);
  const int64_t threads = schedule.threads();
  const int64_t whole = runs / threads, groups = whole / kLoadsAtOnce;
  if (groups > 1) {
    auto loop =
        scf::ForOp::create(b, loc, index(0), index(groups * kLoadsAtOnce),
                           index(kLoadsAtOnce), ValueRange());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    bringRuns(part, lie, loop.getInductionVar(), kLoadsAtOnce, 0);
  }
  int64_t done = groups > 1 ? groups * kLoadsAtOnce : 0;
  for (; done < whole; done += kLoadsAtOnce)
    bringRuns(part, lie, index(done), std::min(kLoadsAtOnce, whole - done), 0);
  if (runs % threads != 0)
    bringRuns(part, lie, index(whole), 1, runs % threads);
}

void AttentionEmitter::bringRuns(const Part &part, Lie lie, Value first,
                                 int64_t count, int64_t rest) {
  OpBuilder::InsertionGuard guard(b);
  if (rest)
    b.setInsertionPoint(
        scf::IfOp::create(b, loc, isBelow(thread(), rest)).thenYield());
  const int64_t threads = schedule.threads();
  Values values, rows, columns;
  for (int64_t i = 0; i < count; ++i) {
    Value number = plus(times(plus(first, i), threads), thread());
    Value row, column;
    if (lie == Lie::AlongRow) {
      // Runs of a row, rows, and the next runs of all rows.
      int64_t runs = part.width / kSideBySide,
              together = runs % kRunsOfRow == 0 ? kRunsOfRow : 1;
      Value rest = quotient(number, together);
      row = remainder(rest, part.rows);
      column = times(plus(times(quotient(rest, part.rows), together),
                          remainder(number, together)),
                     kSideBySide);
    } else if (lie == Lie::AlongColumn) {
      int64_t runs = part.rows / kSideBySide;
      row = times(remainder(number, runs), kSideBySide);
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
    values.push_back(bringRun(part, lie, row, column));
    rows.push_back(row);
    columns.push_back(column);
  }
  for (auto [value, row, column] : llvm::zip_equal(values, rows, columns)) {
    Value target = plus(times(row, part.stride), column);
    if (lie == Lie::AlongRow) {
      constexpr int64_t bytes = 16;
      vector::StoreOp::create(b, loc, value, part.memory, ValueRange{target},
                              /*nontemporal=*/false, llvm::Align(bytes));
    } else if (lie == Lie::AlongColumn) {
      for (int64_t i = 0; i < kSideBySide; ++i)
        memref::StoreOp::create(
            b, loc, vector::ExtractOp::create(b, loc, value, i), part.memory,
            ValueRange{plus(target, i * part.stride)});
    } else {
      memref::StoreOp::create(b, loc, value, part.memory, ValueRange{target});
    }
  }
}

Value AttentionEmitter::bringRun(const Part &part, Lie lie, Value row,
                                 Value column) {
  const int64_t rows = nest.sizes[part.row], columns = nest.sizes[part.column];
  const int64_t lanes = lie == Lie::Apart ? 1 : kSideBySide;
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
  Value value = load(part.access, addressOf(part.access.address), lanes);
  if (!exists)
    return value;
  return arith::SelectOp::create(b, loc, exists, value,
                                 constant(b.getF32FloatAttr(0), lanes));
}

} // namespace dlc::loops
