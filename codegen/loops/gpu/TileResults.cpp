//===- TileResults.cpp - From a thread's sums to the results --------------===//

#include "codegen/loops/gpu/TileEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// Whether a position is one of the operand's; null where all of a tile's are.
Value GpuTileEmitter::within(Value position, int64_t size, int64_t width) {
  return size % width == 0 ? Value() : isBelow(position, size);
}

/// Whether an input of the epilogue is the same for all rows.
bool GpuTileEmitter::isOfColumns(const Access &access) const {
  return llvm::all_of(schedule.left.rows, [&](unsigned d) {
    return access.address.coefficients[d] == 0;
  });
}

void GpuTileEmitter::emitResults(const Values &sums) {
  const int64_t run = schedule.right.run, runs = tile.threadColumns / run;
  for (int64_t number = 0; number < runs; ++number) {
    Value column =
        plus(plus(right.first, right.fragment), number * (tile.columns / runs));
    Value inside = within(column, schedule.columnCount, tile.columns);
    columnInside.push_back(inside);
    if (schedule.runDim < 0)
      continue;
    if (inside)
      column = arith::SelectOp::create(b, loc, inside, column, index(0));
    split(column, schedule.right.rows);
    Values inputs(nest.epilogueInputs.size());
    for (auto [i, input] : llvm::enumerate(nest.epilogueInputs))
      if (input && isOfColumns(*input)) {
        bool isRun = input->address.coefficients[schedule.runDim] != 0;
        inputs[i] = load(*input, addressOf(input->address), isRun ? run : 1);
      }
    columnInputs.push_back(inputs);
    columnsAt.emplace_back();
    for (unsigned d : schedule.right.rows)
      columnsAt.back().push_back(at[d]);
  }
  for (int64_t row = 0; row < tile.threadRows; ++row)
    emitRow(sums, row);
}

void GpuTileEmitter::emitRow(const Values &sums, int64_t row) {
  const int64_t down = schedule.left.run, along = schedule.right.run,
                runs = tile.threadRows / down;
  Value position =
      tile.isPadded()
          ? plus(plus(left.first, times(threadRow, tile.threadRows)), row)
          : plus(plus(left.first, left.fragment),
                 row / down * (tile.rows / runs) + row % down);
  OpBuilder::InsertionGuard guard(b);
  if (Value inside = within(position, schedule.rowCount, tile.rows))
    b.setInsertionPoint(scf::IfOp::create(b, loc, inside).thenYield());
  split(position, schedule.left.rows);
  for (int64_t number = 0; number < tile.threadColumns / along; ++number) {
    ArrayRef<Value> ofRun =
        ArrayRef(sums).slice(row * tile.threadColumns + number * along, along);
    if (schedule.runDim < 0) {
      emitElements(ofRun, number);
      continue;
    }
    OpBuilder::InsertionGuard inner(b);
    if (Value inside = columnInside[number])
      b.setInsertionPoint(scf::IfOp::create(b, loc, inside).thenYield());
    for (auto [d, value] :
         llvm::zip_equal(schedule.right.rows, columnsAt[number]))
      at[d] = value;
    auto type = VectorType::get({along}, ofRun.front().getType());
    finish(vector::FromElementsOp::create(b, loc, type, ofRun), along, number);
  }
}

/// Columns that do not lie side by side, or not in whole runs.
void GpuTileEmitter::emitElements(ArrayRef<Value> sums, int64_t number) {
  int64_t runs = tile.threadColumns / schedule.right.run;
  for (auto [i, sum] : llvm::enumerate(sums)) {
    Value column =
        plus(plus(right.first, right.fragment),
             number * (tile.columns / runs) + static_cast<int64_t>(i));
    OpBuilder::InsertionGuard guard(b);
    if (Value inside = within(column, schedule.columnCount, tile.columns))
      b.setInsertionPoint(scf::IfOp::create(b, loc, inside).thenYield());
    split(column, schedule.right.rows);
    finish(sum, 1, number);
  }
}

/// Takes sums through the epilogue to where the results are wanted.
void GpuTileEmitter::finish(Value sum, int64_t lanes, int64_t number) {
  Values results = {sum};
  if (nest.epilogue) {
    Values arguments;
    for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
      Value shared = lanes > 1 ? columnInputs[number][i] : Value();
      if (!input) {
        arguments.push_back(sum);
      } else if (shared) {
        arguments.push_back(shared);
      } else {
        bool isRun =
            lanes > 1 && input->address.coefficients[schedule.runDim] != 0;
        arguments.push_back(
            load(*input, addressOf(input->address), isRun ? lanes : 1));
      }
    }
    arguments.resize(nest.epilogue.getBody()->getNumArguments());
    results = body(nest.epilogue, arguments);
  }
  for (auto [output, result] : llvm::zip_equal(nest.outputs, results))
    store(output, addressOf(output.address),
          broadcastTo(b, loc, result, lanes));
}

} // namespace dlc::loops
